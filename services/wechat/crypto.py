"""Encryption: of the secrets that the database keeps, and of what WeChat tells of customers."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import ujson
from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import unpad

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
SESSION_KEY_BYTES: Final = 16
PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{2,18}")
"""A phone number; one from abroad has its country's code before it."""


class NotSealedError(ValueError):
    """A stored secret was not sealed with this key, or has been changed."""


class NotDecryptedError(ValueError):
    """What WeChat has encrypted cannot be read; the text says at which step, and no secret."""


class SecretBox:
    """Seals secrets for the database with AES-256-GCM.

    Args:
        key: the installation's secret; what is sealed with one key opens with no other.
    """

    def __init__(self, key: str) -> None:
        derived = HKDF(key.encode(), KEY_BYTES, b"zhugeleida", SHA256, context=b"stored secrets")
        assert isinstance(derived, bytes)
        self._key = derived

    def seal(self, secret: str) -> str:
        """Encrypt a secret; an empty one stays empty."""
        if not secret:
            return ""
        nonce = get_random_bytes(NONCE_BYTES)
        cipher = AES.new(self._key, AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        sealed, tag = cipher.encrypt_and_digest(secret.encode())
        return base64.b64encode(nonce + tag + sealed).decode()

    def open(self, text: str) -> str:
        """Decrypt what ``seal`` has made.

        Raises:
            NotSealedError: it has not, not with this key.
        """
        if not text:
            return ""
        try:
            raw = base64.b64decode(text, validate=True)
            nonce, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES]
            cipher = AES.new(self._key, AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
            return cipher.decrypt_and_verify(raw[NONCE_BYTES + TAG_BYTES :], tag).decode()
        except (binascii.Error, ValueError) as error:
            raise NotSealedError("a stored secret does not open with this key") from error


def decrypt_phone(session_key: str, iv: str, data: str, appid: str) -> str:
    """Read the phone number that WeChat has encrypted for a customer (semantics 10).

    Args:
        session_key: of the customer's last login, in base64, as the other two are.
        appid: the mini program in which the customer has agreed to hand the number over.

    Raises:
        NotDecryptedError: it is not encrypted with this key, or it is no phone number of that
            mini program.
    """
    told = _decrypted(session_key, iv, data)
    watermark = told.get("watermark")
    if not isinstance(watermark, dict) or watermark.get("appid") != appid:
        raise NotDecryptedError("watermark")
    phone = told.get("phoneNumber")
    if not isinstance(phone, str) or not PHONE.fullmatch(phone):
        raise NotDecryptedError("phone number")
    return phone


def _decrypted(session_key: str, iv: str, data: str) -> dict[str, Any]:
    """Open AES-128-CBC with PKCS#7 padding around a JSON object."""
    key, start = _from_base64(session_key, "session key"), _from_base64(iv, "initial vector")
    sealed = _from_base64(data, "data")
    for name, size, is_right in (
        ("session key", len(key), len(key) == SESSION_KEY_BYTES),
        ("initial vector", len(start), len(start) == AES.block_size),
        ("data", len(sealed), len(sealed) > 0 and len(sealed) % AES.block_size == 0),
    ):
        if not is_right:
            raise NotDecryptedError(f"{name} of {size} bytes")
    padded = AES.new(key, AES.MODE_CBC, iv=start).decrypt(sealed)
    try:
        plain = unpad(padded, AES.block_size)
    except ValueError:
        raise NotDecryptedError("padding") from None
    try:
        told = ujson.loads(plain.decode())
    except ValueError:
        raise NotDecryptedError("no JSON") from None
    if not isinstance(told, dict):
        raise NotDecryptedError("no JSON object")
    return told


def _from_base64(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise NotDecryptedError(f"{name} is no base64") from None
