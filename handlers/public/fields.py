"""Reads the fields of the frames that the chat socket receives (decisions section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import chatting
from handlers.wire import LARGEST_ID, MOST_ID_DIGITS, clean, from_json
from services.errors import BadType, Invalid, ServiceError
from services.sessions import Signature

Frame = dict[str, Any]


def parsed(message: str | bytes) -> Frame:
    """Read a frame.

    Raises:
        BadType: it is no JSON object.
    """
    if isinstance(message, bytes):
        raise BadType("只接受文本消息")
    frame = from_json(message, "消息")
    if not isinstance(frame, dict):
        raise BadType("消息不是正确的JSON")
    return frame


def client_msg_id(frame: Frame) -> str | None:
    """Read a message's own name; every refusal of the message carries it back (T3).

    Raises:
        BadType: it is no text.
    """
    name = frame.get("client_msg_id")
    if name is None:
        return None
    if not isinstance(name, str):
        raise BadType("client_msg_id必须是文本")
    return str(clean(name))


def own_name(message: str | bytes) -> str | None:
    """Read a message's own name in a frame that is not served, whatever else is wrong with it."""
    try:
        name = client_msg_id(parsed(message))
        check_length(name)
    except ServiceError:
        return None
    return name


def check_length(name: str | None) -> None:
    """Refuse a message's own name that is empty or too long (T3).

    Raises:
        Invalid: it is.
    """
    if name is not None and not 0 < len(name) <= chatting.MOST_CLIENT_ID_LENGTH:
        raise Invalid(f"client_msg_id长度不能超过{chatting.MOST_CLIENT_ID_LENGTH}")


def optional_id(frame: Mapping[str, Any], name: str) -> int | None:
    """Read an id, as a number or as text.

    Returns:
        0 for a number that no id can be.

    Raises:
        BadType: it is no integer.
    """
    value = frame.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= MOST_ID_DIGITS else 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadType(f"{name}必须是整数")
    return value if 0 < value <= LARGEST_ID else 0


def required_id(frame: Mapping[str, Any], name: str) -> int:
    """Read an id that has to be there.

    Raises:
        BadType: it is no integer.
        Invalid: it is missing.
    """
    value = optional_id(frame, name)
    if value is None:
        raise Invalid(f"{name}不能为空")
    return value


def signature(frame: Frame, own_id: int) -> Signature | None:
    """Read the signature of a registration; None where it has none (W2)."""
    values = [frame.get(name) for name in ("timestamp", "rand_str")]
    if values == [None, None]:
        return None
    return Signature(str(own_id), *(str(value) for value in values))


def since(frame: Frame, is_for_all: bool) -> int | dict[int, int] | None:
    """Read what the client has seen: a seq, or for all customers of a rep seqs by customer (T2).

    Raises:
        BadType: it is neither.
    """
    value = frame.get("since")
    if value is None:
        return None
    if not is_for_all:
        return _seq(value)
    if not isinstance(value, dict):
        raise BadType("since必须是对象")
    return {
        required_id({"customer_id": key}, "customer_id"): _seq(seq) for key, seq in value.items()
    }


def _seq(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadType("since必须是非负整数")
    return value
