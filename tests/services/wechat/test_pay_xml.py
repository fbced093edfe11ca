"""WeChat Pay's messages: signatures, and XML that anybody may have written."""

from __future__ import annotations

import pytest

from services.wechat.pay_xml import (
    MOST_BYTES,
    NotAMessage,
    from_xml,
    is_signed,
    sign,
    signed_xml,
    to_xml,
)

EXAMPLE = {
    "appid": "wxd930ea5d5a258f4f",
    "mch_id": "10000100",
    "device_info": "1000",
    "body": "test",
    "nonce_str": "ibuaiVcKdpRxkhJA",
}
EXAMPLE_KEY = "192006250b4c09247ec02edce69f6a2d"
ENTITY = b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><x>&a;</x></xml>'
OUTSIDE = b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><x>&a;</x></xml>'


def test_the_signature_is_that_of_wechats_own_example() -> None:
    assert sign(EXAMPLE, EXAMPLE_KEY) == "9A0A8659F005D6984697E2CA0A9CF3B7"


def test_empty_fields_and_the_signature_itself_are_not_signed() -> None:
    more = {**EXAMPLE, "attach": "", "sign": "X"}
    assert sign(more, EXAMPLE_KEY) == sign(EXAMPLE, EXAMPLE_KEY)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"body": "other"}, EXAMPLE_KEY),
        ({"attach": "more"}, EXAMPLE_KEY),
        ({"sign": ""}, EXAMPLE_KEY),
        ({"sign": "9a0a8659f005d6984697e2ca0a9cf3b7"}, EXAMPLE_KEY),
        ({"sign": "签名"}, EXAMPLE_KEY),
        ({}, "x" * 32),
        ({}, ""),
    ],
)
def test_what_is_not_signed_as_it_stands_is_not_signed(changed: dict[str, str], key: str) -> None:
    signed = from_xml(signed_xml(EXAMPLE, EXAMPLE_KEY))
    assert is_signed(signed, EXAMPLE_KEY)
    assert not is_signed({**signed, **changed}, key)


def test_nothing_is_signed_with_no_key() -> None:
    assert not is_signed(from_xml(signed_xml(EXAMPLE, "")), "")


@pytest.mark.parametrize("text", ["沙发 & <床>", "]]>", '"茶"', "第一行\n第二行", "🪑"])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert from_xml(to_xml({"b": text, "a": ""})) == {"a": "", "b": text}


def test_sections_of_characters_are_read() -> None:
    assert from_xml(b"<xml><a><![CDATA[1 < 2]]></a>\n<b>2</b></xml>") == {"a": "1 < 2", "b": "2"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"<xml><a>1</a>",
        b"<html><a>1</a></html>",
        b"<xml><a><b>1</b></a></xml>",
        b"<xml><a>1</a><a>1</a></xml>",
        b"<xml><a>\x00</a></xml>",
        b"<xml><a>\xff</a></xml>",
        b'<?xml version="1.0" encoding="no-such"?><xml/>',
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        ENTITY,
        OUTSIDE,
        b"<xml><a>" + b"1" * MOST_BYTES + b"</a></xml>",
    ],
)
def test_what_is_no_flat_message_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAMessage):
        from_xml(raw)
