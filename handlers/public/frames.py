"""The frames that the chat socket sends (decisions section 4)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final

from handlers.codes import Code
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR, DEFAULT_REP_AVATAR
from handlers.wire import iso_ms, spaced, to_json
from services.chat.delivery import Joined
from services.chat.feed import Feed
from services.chat.messages import Message
from services.chat.pairs import Sender
from services.chat.recalls import Recalled
from services.principals import MiniCustomer, OfficialCustomer, Principal, Rep
from services.radar import LABELS, LogEntry

PONG: Final = 270
RECEIPT: Final = 202

FINAL_TEXT: Final = 0x81
TWO_BYTES: Final = 126
EIGHT_BYTES: Final = 1 << 16


class Kind(Enum):
    """The kinds of client: their URL, who they are, and what their messages are called."""

    MINI_PROGRAM = ("xiaochengxu", "小程序", Sender.CUSTOMER, MiniCustomer)
    OFFICIAL_ACCOUNT = ("gongzhonghao", "公众号", Sender.CUSTOMER, OfficialCustomer)
    REP = ("leida", "雷达", Sender.REP, Rep)

    def __init__(self, url: str, title: str, side: Sender, principal: type[Principal]) -> None:
        self.url = url
        self.title = title
        self.side = side
        self.principal = principal


def registered(customer_id: int | None, joined: Joined) -> bytes:
    """Say that a connection is registered, and where it stands.

    Args:
        customer_id: whose chat it is for; None for all customers of a rep.
    """
    data = {
        "seq": _of(customer_id, joined.last),
        "read": _of(customer_id, joined.read),
        "recovered": joined.is_recovered,
    }
    return _frame(Code.OK, "注册成功", data=data)


def _of(customer_id: int | None, seqs: dict[int, int]) -> int | dict[str, int]:
    if customer_id is not None:
        return seqs.get(customer_id, 0)
    return {str(number): seq for number, seq in seqs.items()}


def sent(kind: Kind, message_id: int, seq: int, client_msg_id: str | None) -> bytes:
    """Say that a message is stored."""
    data: dict[str, Any] = {"id": message_id, "seq": seq}
    if client_msg_id is not None:
        data["client_msg_id"] = client_msg_id
    return _frame(Code.OK, f"{kind.title}消息-发送成功", data=data)


def refusal(code: int, msg: str, client_msg_id: str | None = None) -> bytes:
    """Say why a frame was not taken; a message's own name comes back with it (decisions T3)."""
    if client_msg_id is None:
        return _frame(code, msg)
    return _frame(code, msg, data={"client_msg_id": client_msg_id})


def pushed(kind: Kind, messages: Sequence[Message]) -> bytes:
    """Write messages as they are pushed; a single one is written once for all of its kind."""
    if len(messages) > 1:
        return _pushed(kind, messages)
    (message,) = messages
    frame = message.frames.get(kind)
    if frame is None:
        frame = message.frames[kind] = _pushed(kind, messages)
    return frame


def pong() -> bytes:
    """Answer a ping."""
    return _frame(PONG, "pong")


def receipt(feed: Feed, rep_id: int, customer_id: int, seq: int) -> bytes:
    """Tell a side that the other has read up to ``seq`` (decisions T9)."""
    flag = "is_customer_already_read" if feed.side == Sender.REP else "is_user_already_read"
    data = {"user_id": rep_id, "customer_id": customer_id, "seq": seq, flag: 1}
    return _frame(RECEIPT, "实时通知-已读通知", type="read", data=data)


def typing(rep_id: int, customer_id: int) -> bytes:
    """Tell a side that the other is typing."""
    return _frame(Code.OK, "", type="typing", data={"user_id": rep_id, "customer_id": customer_id})


def presence(rep_id: int, online: Mapping[int, bool]) -> bytes:
    """Tell a side which of its pairs' other sides are online, by customer."""
    rows = [
        {"user_id": rep_id, "customer_id": customer_id, "is_online": int(is_online)}
        for customer_id, is_online in online.items()
    ]
    data = {"ret_data": rows, "data_count": len(rows)}
    return _frame(Code.OK, "实时通知-在线状态", type="presence", data=data)


def recalled(message: Recalled) -> bytes:
    """Tell everybody that a message has been recalled."""
    data = {
        "id": message.message_id,
        "seq": message.seq,
        "user_id": message.rep_id,
        "customer_id": message.customer_id,
        "send_type": message.sender,
    }
    number = message.message_id
    return _frame(Code.OK, "实时通知-消息撤回", type="recall", id=number, data=data)


def recall_done(message: Recalled) -> bytes:
    """Say to who has recalled a message that it is done."""
    data = {"id": message.message_id, "seq": message.seq}
    return _frame(Code.OK, "撤回成功", type="recall", data=data)


def unread(count: int, customer_id: int | None = None) -> bytes:
    """Tell how many messages are unread; to a rep, of one customer if it is named."""
    data = {"unread_msg_num": count}
    if customer_id is not None:
        data["customer_id"] = customer_id
    return _frame(Code.OK, "查询成功-获取聊天数量", type="query_num", data=data)


def radar(entry: LogEntry) -> bytes:
    """Tell a rep what a customer has just done, as the radar's own lists write it."""
    data = {
        "id": entry.id,
        "user_id": entry.rep_id,
        "customer_id": entry.customer_id,
        "action": LABELS.get(entry.action, ""),
        "action_code": entry.action,
        "log": entry.text,
        "create_date": iso_ms(entry.created_at),
    }
    return _frame(Code.OK, "实时推送雷达-最新访问动作日志", type="radar", data=data)


def _pushed(kind: Kind, messages: Sequence[Message]) -> bytes:
    rows = ",".join(_row(message) for message in messages)
    return _framed(
        f'{{"code":200,"msg":"实时推送{kind.title}-最新聊天信息成功",'
        f'"data":{{"ret_data":[{rows}],"data_count":{len(messages)}}}}}'
    )


def _row(message: Message) -> str:
    # The content is JSON without any of these keys (chatting.checked_content): put behind one
    # another the two are the row, without reading and writing what the customer wrote.
    fields = to_json(
        {
            "id": message.id,
            "seq": message.seq,
            "customer_id": message.customer_id,
            "user_id": message.rep_id,
            "user_avatar": message.rep_avatar or DEFAULT_REP_AVATAR,
            "customer_headimgurl": message.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
            "customer": message.customer_name,
            "dateTime": spaced(message.created_at),
            "send_type": message.sender,
            "is_first_info": False,
        }
    )
    return f"{message.content[:-1]},{fields[1:]}"


def _frame(code: int, msg: str, **more: Any) -> bytes:
    return _framed(to_json({"code": int(code), "msg": msg, **more}))


def _framed(text: str) -> bytes:
    """Put the header of a text frame before a text (RFC 6455, section 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < TWO_BYTES:
        return struct.pack("!BB", FINAL_TEXT, length) + payload
    if length < EIGHT_BYTES:
        return struct.pack("!BBH", FINAL_TEXT, 126, length) + payload
    return struct.pack("!BBQ", FINAL_TEXT, 127, length) + payload
