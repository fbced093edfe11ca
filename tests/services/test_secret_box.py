"""Secrets in the database: sealed with the installation's key (``services/wechat/crypto.py``)."""

from __future__ import annotations

import base64

import pytest

from services.wechat.crypto import NotSealedError, SecretBox

KEY = "a key of forty characters for this tests"
SECRETS = ["mini-secret", "密钥😀", "x" * 500, " "]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_sealed_secret_opens_with_its_key(secret: str) -> None:
    assert SecretBox(KEY).open(SecretBox(KEY).seal(secret)) == secret


@pytest.mark.parametrize("secret", SECRETS)
def test_it_does_not_open_with_another_key(secret: str) -> None:
    sealed = SecretBox(KEY).seal(secret)
    with pytest.raises(NotSealedError):
        SecretBox(f"{KEY}!").open(sealed)


def test_a_sealed_secret_does_not_show_it() -> None:
    sealed = SecretBox(KEY).seal("mini-secret")
    assert b"mini" not in base64.b64decode(sealed)


def test_a_secret_is_sealed_in_another_way_each_time() -> None:
    box = SecretBox(KEY)
    assert box.seal("mini-secret") != box.seal("mini-secret")


@pytest.mark.parametrize("position", range(40))
def test_a_sealed_secret_that_was_changed_does_not_open(position: int) -> None:
    raw = bytearray(base64.b64decode(SecretBox(KEY).seal("mini-secret-1")))
    raw[position] ^= 1
    with pytest.raises(NotSealedError):
        SecretBox(KEY).open(base64.b64encode(raw).decode())


@pytest.mark.parametrize("text", ["mini-secret", "不是密文", "AAAA", "!", "AAA", "A" * 40])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(NotSealedError):
        SecretBox(KEY).open(text)


def test_no_secret_stays_none() -> None:
    box = SecretBox(KEY)
    assert (box.seal(""), box.open("")) == ("", "")


def test_the_complaint_does_not_show_what_was_stored() -> None:
    with pytest.raises(NotSealedError) as caught:
        SecretBox(KEY).open("AAAABBBB")
    assert "AAAA" not in str(caught.value)
