"""Encryption: of the secrets that the database keeps, with a key from the settings."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.Random import get_random_bytes

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class NotSealedError(ValueError):
    """A stored secret was not sealed with this key, or has been changed."""


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
