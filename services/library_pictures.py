"""Which pictures the texts of the library show: covers, and the contents of diaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import ujson

PICTURE: Final = "picture_url"
"""The kind of a content's part that shows pictures, by their addresses in ``data``."""


def of_cover(text: str) -> list[str]:
    """Find the addresses in a cover, which is a JSON list of them."""
    return _texts(ujson.loads(text or "[]"))


def of_content(text: str) -> list[str]:
    """Find the addresses in a content: those in the parts that show pictures, however deep."""
    return [url for data in _shown(ujson.loads(text or "[]")) for url in _texts(data)]


def are_named(content: Any) -> bool:
    """Whether every part of a content that shows pictures names them: by a text or by texts."""
    return all(
        isinstance(data, str)
        or (isinstance(data, list) and all(isinstance(one, str) for one in data))
        for data in _shown(content)
    )


def _shown(content: Any) -> Iterator[Any]:
    """Find the ``data`` of the parts that show pictures, in lists and objects of any depth."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("type") == PICTURE and "data" in value:
                yield value["data"]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]
