"""What calls about people share: phone numbers, e-mail addresses, where customers come from."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.staff import RepStatus

STATUS_LABELS: Final = {RepStatus.ENABLED: "启用", RepStatus.DISABLED: "未启用"}
SOURCE_LABELS: Final = {1: "扫码", 2: "转发", 3: "搜索", 4: "公众号文章"}

_PHONE = re.compile("1[0-9]{10}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _phone(value: str) -> str:
    if value and not _PHONE.fullmatch(value):
        raise ValueError("手机号必须是1开头的11位数字")
    return value


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise ValueError("邮箱格式不正确")
    return value


Phone = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_phone)]
"""A mobile number, 11 digits that begin with 1 (semantics 11); or none."""

Email = Annotated[str, Field(max_length=128), AfterValidator(_email)]
"""An e-mail address, or none."""


def _said(value: Any) -> Any:
    if value == "":
        raise PydanticCustomError("missing", "nothing was sent")
    return value


SAID: Final = BeforeValidator(_said)
"""Marks a field whose empty text counts as not sent, where those of its schema are values."""

UNLESS_EMPTY: Final = BeforeValidator(lambda value: None if value == "" else value)
"""Marks a field whose empty text is None, where those of its schema take something away."""
