"""Phone numbers as WeChat encrypts them for a mini program (``getPhoneNumber``)."""

from __future__ import annotations

import base64
import json
import time
from typing import Any, NamedTuple

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad


class Encrypted(NamedTuple):
    """What the mini program is given, both in base64."""

    data: str
    iv: str


def told(phone: str, appid: str) -> dict[str, Any]:
    """What WeChat tells of a phone number to a mini program."""
    return {
        "phoneNumber": phone,
        "purePhoneNumber": phone.rpartition(" ")[2],
        "countryCode": "86",
        "watermark": {"timestamp": int(time.time()), "appid": appid},
    }


def encrypt(session_key: str, given: object) -> Encrypted:
    """Encrypt JSON with a session key, in base64, as WeChat does: AES-128-CBC with PKCS#7."""
    return encrypt_blocks(session_key, pad(json.dumps(given).encode(), AES.block_size))


def encrypt_blocks(session_key: str, blocks: bytes) -> Encrypted:
    """Encrypt whole blocks, whatever they hold."""
    iv = get_random_bytes(AES.block_size)
    sealed = AES.new(base64.b64decode(session_key), AES.MODE_CBC, iv=iv).encrypt(blocks)
    return Encrypted(base64.b64encode(sealed).decode(), base64.b64encode(iv).decode())
