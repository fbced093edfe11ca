"""How the back office writes cases and diaries: texts that are JSON, times, states."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import ujson
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Int, clean, to_json
from services import library_pictures
from services.clock import SHANGHAI
from services.library import Publication

MOST_COVERS: Final = 20
MOST_ADDRESS: Final = 256
YEARS: Final = range(1970, 2101)

Shown = Annotated[Int, Field(ge=Publication.PUBLISHED, le=Publication.DRAFT)]
"""Whether customers see it: 1 已发, 2 未发."""


def _text(value: Any) -> Any:
    # A body that is JSON may hold the value itself in the place of its text.
    return to_json(value) if isinstance(value, (list, dict)) else value


def _parsed(text: str) -> Any:
    try:
        return clean(ujson.loads(text))
    except (ValueError, RecursionError):
        raise PydanticCustomError("json_invalid", "no JSON") from None


def _cover(text: str) -> str:
    urls = _parsed(text)
    if not isinstance(urls, list) or not all(isinstance(url, str) and url for url in urls):
        raise ValueError("封面只能是图片地址的列表")
    if len(urls) > MOST_COVERS or any(len(url) > MOST_ADDRESS for url in urls):
        raise ValueError(f"封面不能超过{MOST_COVERS}张图片,每个地址不能超过{MOST_ADDRESS}字")
    return text


def _content(text: str) -> str:
    content = _parsed(text)
    if not isinstance(content, (list, dict)):
        raise PydanticCustomError("json_invalid", "neither a list nor an object")
    if not library_pictures.are_named(content):
        raise ValueError("日记内容中的图片只能是图片地址或其列表")
    return text


def _own_avatar(url: str) -> str:
    return "" if url == DEFAULT_CUSTOMER_AVATAR else url


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value.strip())
    except (ValueError, AttributeError):
        raise PydanticCustomError("date_invalid", "no time") from None
    if moment.year not in YEARS:
        raise ValueError(f"日期必须在{YEARS[0]}年至{YEARS[-1]}年之间")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


CoverText = Annotated[str, BeforeValidator(_text), AfterValidator(_cover), Field(max_length=10_000)]
"""JSON text of a list of addresses of pictures, kept as it comes."""

# The column takes 65535 bytes, and a character up to four of them.
ContentText = Annotated[
    str, BeforeValidator(_text), AfterValidator(_content), Field(max_length=16_000)
]
"""JSON text, kept as it comes."""

Avatar = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MOST_ADDRESS),
    AfterValidator(_own_avatar),
]
"""The address of a picture; the default one, which stands for none, is none."""

Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A time such as 2019-01-28 13:50:00, of Asia/Shanghai; a day alone is its midnight."""
