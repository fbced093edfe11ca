"""Which pictures the texts of the library show: covers, and the contents of diaries."""

from __future__ import annotations

from typing import Any, Final

import ujson

PICTURE: Final = "picture_url"
"""The kind of a content's part that shows pictures, by their addresses in ``data``."""


def of_cover(text: str) -> list[str]:
    """Find the addresses in a cover, which is a JSON list of them."""
    return _texts(ujson.loads(text or "[]"))


def of_content(text: str) -> list[str]:
    """Find the addresses in a content: those in the parts of a JSON list that show pictures."""
    parts = ujson.loads(text or "[]")
    return [
        url
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict) and part.get("type") == PICTURE
        for url in _texts(part.get("data"))
    ]


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
