"""Phone numbers that WeChat has encrypted (``services/wechat/crypto.py``)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from services.wechat.crypto import NotDecryptedError, decrypt_phone
from services.wechat.simulator.credentials import session_key
from services.wechat.simulator.phones import Encrypted, encrypt, encrypt_blocks, told

APPID = "wx-demo-1"
KEY = session_key("demo-customer-7")
PHONE = "13800000001"


def opened(given: Encrypted, key: str = KEY) -> str:
    """Read a phone number."""
    return decrypt_phone(key, given.iv, given.data, APPID)


def text(size: int) -> str:
    """Base64 of so many bytes."""
    return base64.b64encode(bytes(size)).decode()


def shortened(given: Encrypted, by: int) -> Encrypted:
    """Cut bytes off the end of the data."""
    return given._replace(data=base64.b64encode(base64.b64decode(given.data)[:-by]).decode())


@pytest.mark.parametrize("phone", [PHONE, "+1 2025550123", "85291234567", "0571-8888888"])
def test_a_number_that_wechat_has_encrypted_is_read(phone: str) -> None:
    assert opened(encrypt(KEY, told(phone, APPID))) == phone


WECHATS_EXAMPLE = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC"
    "+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poO"
    "FtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8"
    "xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB"
    "6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJd"
    "NiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOy"
    "uxINew=="
)
"""What WeChat's documentation decrypts, from signature.html: a profile, which has no number."""


@pytest.mark.parametrize(
    ("appid", "step"), [("wx4f4bc4dec97d474b", "phone number"), (APPID, "watermark")]
)
def test_wechats_own_example_is_opened(appid: str, step: str) -> None:
    with pytest.raises(NotDecryptedError) as caught:
        decrypt_phone(
            "tiihtNczf5v6AKRyjwEUhQ==", "r7BXXKkLb8qrSNn05n0qiA==", WECHATS_EXAMPLE, appid
        )
    assert str(caught.value) == step


WATERMARK = {"timestamp": 1, "appid": APPID}
UNREADABLE: list[tuple[Callable[[], Encrypted], str]] = [
    (lambda: encrypt(KEY, told(PHONE, "wx-demo-2")), "watermark"),
    (lambda: encrypt(KEY, {"phoneNumber": PHONE}), "watermark"),
    (lambda: encrypt(KEY, {"phoneNumber": PHONE, "watermark": APPID}), "watermark"),
    (lambda: encrypt(KEY, {"phoneNumber": PHONE, "watermark": {"appid": None}}), "watermark"),
    (lambda: encrypt(KEY, {"watermark": WATERMARK}), "phone number"),
    (lambda: encrypt(KEY, {"phoneNumber": "", "watermark": WATERMARK}), "phone number"),
    (lambda: encrypt(KEY, {"phoneNumber": 13800000001, "watermark": WATERMARK}), "phone number"),
    (lambda: encrypt(KEY, told("1" * 21, APPID)), "phone number"),
    (lambda: encrypt(KEY, told(f"{PHONE}\n", APPID)), "phone number"),
    (lambda: encrypt(KEY, told("１３８００００１", APPID)), "phone number"),
    (lambda: encrypt(KEY, [told(PHONE, APPID)]), "no JSON object"),
    (lambda: encrypt_blocks(KEY, b"x" * 15 + b"\x01"), "no JSON"),
    (lambda: encrypt_blocks(KEY, b"\xff" * 15 + b"\x01"), "no JSON"),
    (lambda: encrypt_blocks(KEY, b"\x10" * 16), "no JSON"),
    (lambda: encrypt_blocks(KEY, b"[" * 4095 + b"\x01"), "no JSON"),
    (lambda: encrypt_blocks(KEY, b"x" * 15 + b"\x00"), "padding"),
    (lambda: encrypt_blocks(KEY, b"x" * 15 + b"\x11"), "padding"),
    (lambda: encrypt_blocks(KEY, b"x" * 14 + b"\x02\x03"), "padding"),
    (lambda: shortened(encrypt(KEY, told(PHONE, APPID)), 16), "padding"),
    (lambda: shortened(encrypt_blocks(KEY, bytes(32)), 1), "data of 31 bytes"),
    (lambda: encrypt_blocks(KEY, b""), "data of 0 bytes"),
    (lambda: encrypt(KEY, told(PHONE, APPID))._replace(iv=text(15)), "initial vector of 15 bytes"),
    (lambda: encrypt(KEY, told(PHONE, APPID))._replace(iv="%"), "initial vector is no base64"),
    (lambda: encrypt(KEY, told(PHONE, APPID))._replace(data="abc"), "data is no base64"),
    (lambda: encrypt(KEY, told(PHONE, APPID))._replace(data="手机"), "data is no base64"),
]


@pytest.mark.parametrize(("make", "step"), UNREADABLE)
def test_what_cannot_be_read_says_at_which_step(make: Callable[[], Encrypted], step: str) -> None:
    with pytest.raises(NotDecryptedError) as caught:
        opened(make())
    assert str(caught.value) == step


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("", "session key of 0 bytes"),
        (text(24), "session key of 24 bytes"),
        ("key", "session key is no base64"),
    ],
)
def test_a_key_of_the_wrong_kind_is_refused(key: str, step: str) -> None:
    with pytest.raises(NotDecryptedError) as caught:
        opened(encrypt(KEY, told(PHONE, APPID)), key)
    assert str(caught.value) == step


@pytest.mark.parametrize("number", range(50))
def test_another_key_does_not_open_it(number: int) -> None:
    with pytest.raises(NotDecryptedError):
        opened(encrypt(session_key(f"demo-customer-{number}0"), told(PHONE, APPID)))


def test_a_number_is_encrypted_in_another_way_each_time() -> None:
    given: dict[str, Any] = told(PHONE, APPID)
    made = [encrypt(KEY, given) for _ in range(2)]
    assert made[0] != made[1]
    assert PHONE not in json.dumps(made)
