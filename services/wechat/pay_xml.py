"""WeChat Pay's messages: one flat level of XML, signed with MD5 and the merchant's key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.ElementTree import fromstring

MOST_BYTES: Final = 8 * 1024
XML_TYPE: Final = "text/xml; charset=utf-8"
SUCCESS: Final = "SUCCESS"
FAIL: Final = "FAIL"


class NotAMessage(ValueError):
    """What has come is no message of WeChat Pay: no XML, not flat, doubled or too long."""


def sign(fields: Mapping[str, str], key: str) -> str:
    """Sign fields: sorted by name, empty ones and ``sign`` left out, the key behind them."""
    given = sorted((name, value) for name, value in fields.items() if value and name != "sign")
    text = "&".join(f"{name}={value}" for name, value in [*given, ("key", key)])
    return hashlib.md5(text.encode()).hexdigest().upper()


def is_signed(fields: Mapping[str, str], key: str) -> bool:
    """Whether fields carry their signature; without a key nothing does."""
    given = fields.get("sign", "").encode()
    return bool(key) and hmac.compare_digest(given, sign(fields, key).encode())


def signed_xml(fields: Mapping[str, str], key: str) -> bytes:
    """Write fields with their signature."""
    return to_xml({**fields, "sign": sign(fields, key)})


def to_xml(fields: Mapping[str, str]) -> bytes:
    """Write fields, one element each, in the order of their names."""
    root = Element("xml")
    for name, value in sorted(fields.items()):
        SubElement(root, name).text = value
    text: bytes = tostring(root, encoding="utf-8")
    return text


def from_xml(raw: bytes) -> dict[str, str]:
    """Read fields; nobody has signed for the bytes yet, so they may hold anything.

    Raises:
        NotAMessage: they are not one flat message of a few kilobytes, or define entities.
    """
    if len(raw) > MOST_BYTES:
        raise NotAMessage("too long")
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise NotAMessage("no XML") from error
    fields = {element.tag: element.text or "" for element in root}
    if root.tag != "xml" or any(len(element) for element in root):
        raise NotAMessage("not flat")
    if len(fields) != len(root):
        raise NotAMessage("a field is doubled")
    return fields
