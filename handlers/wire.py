"""How values look on the wire: names and types of parameters, times, files, JSON."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, get_args

import ujson
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticUndefined

from services.clock import SHANGHAI
from services.errors import BadType, Invalid, ServiceError

MOST_PAGE_LENGTH: Final = 100
LARGEST_ID: Final = 2**63 - 1
MOST_ID_DIGITS: Final = len(str(LARGEST_ID))
MOST_DEPTH: Final = 32
MOST_IDS: Final = 500

_RULES = {
    "missing": "{label}不能为空",
    "string_too_long": "{label}长度不能超过{max_length}",
    "string_too_short": "{label}长度不能小于{min_length}",
    "too_long": "{label}不能超过{max_length}项",
    "too_short": "{label}不能为空",
    "greater_than": "{label}必须大于{gt}",
    "greater_than_equal": "{label}不能小于{ge}",
    "less_than": "{label}必须小于{lt}",
    "less_than_equal": "{label}不能大于{le}",
    "literal_error": "{label}不在允许的范围内",
    "enum": "{label}不在允许的范围内",
    "value_error": "{error}",
}
_BAD_TYPES = {
    "int": "{label}必须是整数",
    "bool": "{label}必须是布尔值",
    "date": "{label}不是正确的日期",
    "json": "{label}不是正确的JSON",
}


def _is_marked(field: FieldInfo, mark: BeforeValidator) -> bool:
    of_union = (getattr(kind, "__metadata__", ()) for kind in get_args(field.annotation))
    return any(mark in metadata for metadata in (field.metadata, *of_union))


class Wire(BaseModel):
    """Base of every schema of parameters; its aliases are the names on the wire."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=False)

    keeps_empty: ClassVar[bool] = False
    """Whether an empty text is a value; otherwise an empty parameter is one that was not sent."""

    lists: ClassVar[frozenset[str]] = frozenset()
    """The names on the wire of the fields that may be repeated."""

    files: ClassVar[frozenset[str]] = frozenset()
    """The names on the wire of the fields that are files in a multipart form."""

    shown: ClassVar[dict[str, bool]] = {}
    """Every name on the wire, and whether others may see what is given under it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.lists = cls._names_marked(FromForm)
        cls.files = cls._names_marked(FromFile)
        cls.shown = {
            name: info.json_schema_extra != SECRET
            for info in cls.model_fields.values()
            if isinstance(info.validation_alias, AliasChoices)
            for name in map(str, info.validation_alias.choices)
        }

    @classmethod
    def _names_marked(cls, mark: BeforeValidator) -> frozenset[str]:
        return frozenset(
            name
            for info in cls.model_fields.values()
            if _is_marked(info, mark) and isinstance(info.validation_alias, AliasChoices)
            for name in map(str, info.validation_alias.choices)
        )


SECRET: Final[JsonDict] = {"writeOnly": True}
"""How the API's description marks a field that is taken and never shown."""


def wire(
    *names: str,
    title: str,
    default: Any = PydanticUndefined,
    is_secret: bool = False,
    **rules: Any,
) -> Any:
    """Declare a field by its names on the wire, the first of which is the documented one.

    Args:
        title: the Chinese word for it, used in complaints.
        default: what it is when it is not sent; without one it is required.
        is_secret: whether nobody may see it later, in the audit log say.
    """
    extra = SECRET if is_secret else None
    aliases = AliasChoices(*names)
    return Field(default, validation_alias=aliases, title=title, json_schema_extra=extra, **rules)


def _known_range(value: int) -> int:
    # No row has the id 0: what is out of range is unknown, like any other id that does not exist.
    return value if 0 < value <= LARGEST_ID else 0


_INTEGER = re.compile("[+-]?[0-9]+")


def _plain(value: Any) -> Any:
    # Python also takes 1_0, 1.0, true and blanks around for a number.
    is_text_of_none = isinstance(value, str) and not _INTEGER.fullmatch(value)
    if is_text_of_none or isinstance(value, (bool, float)):
        raise PydanticCustomError("int_parsing", "no integer")
    return value


Int = Annotated[int, BeforeValidator(_plain)]
"""An integer; where it comes as text, that is digits with or without a sign, and nothing else."""

Id = Annotated[Int, AfterValidator(_known_range)]

SearchText = Annotated[str, StringConstraints(strip_whitespace=True)]
"""What a list is searched for; blanks around it do not count."""


def _name(value: str) -> str:
    if not value:
        raise PydanticCustomError("missing", "nothing but blanks")
    if len(value.splitlines()) > 1 or "\t" in value:
        raise ValueError("名称不能换行")
    return value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    Field(coerce_numbers_to_str=True),
    AfterValidator(_name),
]
"""What something is called: one line, without blanks around it; a number in JSON is its text."""


def _items(value: Any) -> Any:
    """Take a list from a form: JSON text, numbers behind commas, or the field repeated (E7)."""
    if isinstance(value, str):
        value = value.strip()
        if not value.startswith("["):
            return [item.strip() for item in value.split(",")]
        try:
            value = clean(ujson.loads(value))
        except (ValueError, RecursionError):
            raise PydanticCustomError("json_invalid", "no JSON") from None
    return value if isinstance(value, list) else [value]


FromForm: Final = BeforeValidator(_items)
"""Marks a field that is a list; ``Annotated[list[Item], FromForm]``."""

Ids = Annotated[
    list[Id],
    FromForm,
    Field(max_length=MOST_IDS),
    AfterValidator(lambda ids: list(dict.fromkeys(ids))),
]
"""A list of ids without repeats (decisions E7)."""


def _part(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    raise PydanticCustomError("file_invalid", "no file")


FromFile: Final = BeforeValidator(_part)
"""Marks a field that is the content of a file in a multipart form."""

FilePart = Annotated[bytes, FromFile]
"""The content of a file in a multipart form; what its client calls it is not looked at."""

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _day(value: Any) -> date:
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if match:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise PydanticCustomError("date_invalid", "no date")


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day; ``2018-06-1`` is read as 2018-06-01 (decisions S20)."""


def _moment(value: Any) -> datetime:
    try:
        # A day alone is no moment.
        if isinstance(value, str) and ":" in value:
            moment = datetime.fromisoformat(value.strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    except ValueError:
        pass
    raise PydanticCustomError("date_invalid", "no moment")


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A day and a time of it, without a zone by the wall clock in Shanghai (decisions E6)."""


class Page(Wire):
    """Which part of a list is asked for (decisions E8)."""

    page: Int = wire("current_page", title="页码", default=1, ge=1, le=1_000_000)
    length: Int = wire("length", title="每页长度", default=20, ge=1)

    @property
    def limit(self) -> int:
        """How many rows the page has at the most."""
        return min(self.length, MOST_PAGE_LENGTH)

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * self.limit


class WholePage(Page):
    """A page of a list that the documents print without pages: by default as long as may be."""

    length: Int = wire("length", title="每页长度", default=MOST_PAGE_LENGTH, ge=1)


def read(schema: type[Wire], given: Mapping[str, Any]) -> Wire:
    """Read parameters by a schema.

    Raises:
        BadType: the first complaint is that a value cannot be read as its type.
        Invalid: the first complaint is that a rule is broken (decisions E2).
    """
    if not schema.keeps_empty:
        given = {name: value for name, value in given.items() if value != ""}
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        raise _refusal(schema, error) from None


def clean(value: Any, depth: int = 0) -> Any:
    """Drop control characters from all text in a value (decisions T16).

    Raises:
        BadType: a text holds a null byte or half of a surrogate pair, a number is none, or the
            value is nested too deep.
    """
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise BadType("参数包含非法数字")
    if isinstance(value, (list, dict)) and depth >= MOST_DEPTH:
        raise BadType("参数嵌套过深")
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_clean_text(key): clean(item, depth + 1) for key, item in value.items()}
    return value


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f\ud800-\udfff]")


def _clean_text(text: str) -> str:
    if text.isprintable() or not _CONTROL.search(text):
        return text
    for character in text:
        if character == "\0" or unicodedata.category(character) == "Cs":
            raise BadType("参数包含非法字符")
    return _CONTROL.sub("", text)


def from_json(text: str | bytes, title: str, name: str = "") -> Any:
    """Read JSON.

    Args:
        name: the field on the wire that it came in.

    Raises:
        BadType: it is none.
    """
    try:
        return ujson.loads(text)
    except (ValueError, RecursionError):
        complaint = f"{title}不是正确的JSON"
        raise BadType(complaint, {name: complaint} if name else None) from None


def to_json(value: Any) -> str:
    """Write JSON."""
    text: str = ujson.dumps(value, ensure_ascii=False, escape_forward_slashes=False)
    return text


def iso_ms(moment: datetime | None) -> str | None:
    """Write a time as the documents do where rows have milliseconds: 2018-06-08T22:03:23.772."""
    return local(moment).isoformat(timespec="milliseconds") if moment else None


def iso(moment: datetime | None) -> str | None:
    """Write a time as the documents do where rows have none: 2018-05-31T08:18:42."""
    return local(moment).isoformat(timespec="seconds") if moment else None


@lru_cache(256)  # the messages of one transaction share their moment
def spaced(moment: datetime) -> str:
    """Write a time as frames do: 2018-11-07 19:41:14."""
    return local(moment).isoformat(" ", timespec="seconds")


def local(moment: datetime) -> datetime:
    """The wall clock of Asia/Shanghai at a moment, without a zone (decisions E6)."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def _refusal(schema: type[Wire], error: ValidationError) -> ServiceError:
    complaints: dict[str, str] = {}
    first_is_type = None
    for detail in error.errors():
        field = str(detail["loc"][0]) if detail["loc"] else ""
        if field in complaints:
            continue
        text, is_type = _complaint(_label(schema, field), detail, is_list=field in schema.lists)
        complaints[field] = text
        if first_is_type is None:
            first_is_type = is_type
    kind = BadType if first_is_type else Invalid
    return kind(next(iter(complaints.values())), complaints)


def _label(schema: type[Wire], field: str) -> str:
    for info in schema.model_fields.values():
        alias = info.validation_alias
        if isinstance(alias, AliasChoices) and field in alias.choices:
            return info.title or field
    return field


def _complaint(label: str, detail: ErrorDetails, *, is_list: bool) -> tuple[str, bool]:
    """Put one complaint into Chinese, and say whether it is one of type."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("too_long", "too_short") and not is_list:
        kind = f"string_{kind}"  # so pydantic calls a text behind a validator of ours
    if kind in _RULES:
        bounds = {
            key: f"{value:g}" if isinstance(value, float) else value
            for key, value in context.items()
        }
        return _RULES[kind].format(**{"label": label, **bounds}), False
    for prefix, text in _BAD_TYPES.items():
        if kind.startswith(prefix):
            return text.format(label=label), True
    return f"{label}格式不正确", True
