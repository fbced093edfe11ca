"""What a message may hold (semantics 5.1, decisions T7 and T8)."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

from services.errors import Invalid


class InfoType(IntEnum):
    """The kinds of message."""

    TEXT = 1
    PRODUCT = 2
    ASK_PHONE = 3
    PICTURE = 4
    VIDEO = 5


REQUIRED: Final[dict[int, str]] = {
    InfoType.TEXT: "msg",
    InfoType.PRODUCT: "product_name",
    InfoType.ASK_PHONE: "msg",
    InfoType.PICTURE: "url",
    InfoType.VIDEO: "url",
}

RECALLED_CONTENT: Final = '{"info_type":1,"msg":"[消息已撤回]","is_recalled":true}'
"""What is stored in the place of a message that its sender has recalled."""

_WRITTEN: Final = frozenset(map(str, REQUIRED))

Content = dict[str, Any]


def checked(content: Content) -> Content:
    """Check the fields of a message; keys that no kind knows are kept.

    Raises:
        Invalid: the kind is unknown, or lacks what it requires.
    """
    kind = content.get("info_type")
    if isinstance(kind, str) and kind in _WRITTEN:
        kind = int(kind)
    if isinstance(kind, bool) or not isinstance(kind, int) or kind not in REQUIRED:
        raise Invalid("消息类型不在允许的范围内", {"info_type": "消息类型不在允许的范围内"})
    name = REQUIRED[kind]
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid("消息不能为空", {name: "消息不能为空"})
    return {**content, "info_type": kind}
