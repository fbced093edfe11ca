"""A rep's contacts, with what happened with each of them last."""

from __future__ import annotations

from datetime import datetime, timedelta

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR, absolute
from handlers.wire import Page, local
from services.chat import contacts
from services.principals import Rep


class ContactRow(TypedDict):
    """A contact (000-qiyeweixin.md:1146)."""

    customer_id: int
    src: str
    name: str
    dateTime: str
    msg: str
    kind: str
    count: int


class ContactsAnswer(TypedDict):
    """A page of contacts."""

    ret_data: list[ContactRow]
    data_count: int
    unread_msg_num: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/contact",
    caller=Rep,
    params=Page,
    success="",
)
async def list_contacts(call: Call[Rep], given: Page) -> ContactsAnswer:
    """List the caller's customers, the one with the newest event first."""
    found, total = await contacts.page(call.caller, given.limit, given.offset)
    url = call.services.settings.public_url
    today = contacts.now()
    rows: list[ContactRow] = [
        {
            "customer_id": one.customer_id,
            "src": absolute(one.avatar or DEFAULT_CUSTOMER_AVATAR, url),
            "name": one.name,
            "dateTime": brief(one.happened_at, today),
            "msg": one.text,
            "kind": "action" if one.is_action else "chat",
            "count": one.unread,
        }
        for one in found
    ]
    unread = await call.services.reading.count_all(call.caller.id)
    return {"ret_data": rows, "data_count": total, "unread_msg_num": unread}


class UnreadAnswer(TypedDict):
    """How many messages of all customers are unread."""

    unread_msg_num: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/contact/query_num",
    caller=Rep,
    success="查询成功",
)
async def count_unread(call: Call[Rep]) -> UnreadAnswer:
    """Count what all customers have sent and the caller has not read."""
    return {"unread_msg_num": await call.services.reading.count_all(call.caller.id)}


def brief(moment: datetime, today: datetime) -> str:
    """Write a time as the list does: 11:49, 昨天, 06-13 or 2017 (semantics 5.5)."""
    then, current = local(moment), local(today)
    if then.date() == current.date():
        return then.strftime("%H:%M")
    if then.date() == current.date() - timedelta(days=1):
        return "昨天"
    return then.strftime("%m-%d" if then.year == current.year else "%Y")
