"""The chat of a rep with one of its customers."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.chatting import (
    ChatRow,
    CountAnswer,
    CustomerIdParams,
    RecallAnswer,
    RecallParams,
    SendParams,
    SentAnswer,
    WaitParams,
    chat_row,
    recall_as,
    waited_for,
)
from handlers.endpoint import endpoint
from handlers.wire import Id, Int, Moment, Page, Wire, from_json, spaced, wire
from services.chat import pairs, scheduled
from services.chat.messages import Draft
from services.chat.pairs import Sender
from services.chat.scheduled import ScheduledFilter
from services.principals import Rep
from services.radar import shown_name


class HistoryParams(Page, CustomerIdParams):
    """Which page of which customer's chat."""


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat",
    caller=Rep,
    params=HistoryParams,
    success="分页获取聊天消息成功",
)
async def list_messages(call: Call[Rep], given: HistoryParams) -> list[ChatRow]:
    """List the caller's messages with a customer, newest first; all of them are read then."""
    pair = await pairs.of_rep(call.caller, given.customer_id)
    found, _ = await call.services.reading.history(Sender.REP, pair, given.limit, given.offset)
    url = call.services.settings.public_url
    return [chat_row(message, url, is_history=True) for message in found]


class RepSendParams(SendParams, CustomerIdParams):
    """A message to a customer."""


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/send_msg/0",
    caller=Rep,
    params=RepSendParams,
    success="send msg successful",
)
async def send_message(call: Call[Rep], given: RepSendParams) -> SentAnswer:
    """Send a message to a customer."""
    services = call.services
    content = given.checked(services.settings.max_message_bytes)
    services.send_limit.check(f"rep:{call.caller.id}")
    pair = await pairs.of_rep(call.caller, given.customer_id)
    sent = await services.messages.send(Draft(pair, Sender.REP, content, given.client_msg_id))
    return {"id": sent.id, "seq": sent.seq, "client_msg_id": given.client_msg_id}


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/recall/0",
    caller=Rep,
    params=RecallParams,
    success="撤回成功",
    audited=True,
)
async def recall_message(call: Call[Rep], given: RecallParams) -> RecallAnswer:
    """Recall a message of the caller within two minutes; everybody sees it as recalled then."""
    return await recall_as(call, given.message_id)


class FreshParams(WaitParams, CustomerIdParams):
    """Which customer's messages, and how long to wait for them."""


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat/getmsg/0",
    caller=Rep,
    params=FreshParams,
    success="实时获取-最新聊天记录成功",
)
async def list_fresh_messages(call: Call[Rep], given: FreshParams) -> list[ChatRow]:
    """List what a customer has sent and the caller has not read, newest first; read then."""
    pair = await pairs.of_rep(call.caller, given.customer_id)
    found = await waited_for(call, pair, given.seconds)
    url = call.services.settings.public_url
    return [chat_row(message, url, is_history=False) for message in reversed(found)]


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat/query_num/0",
    caller=Rep,
    params=CustomerIdParams,
    success="查询成功",
)
async def count_unread(call: Call[Rep], given: CustomerIdParams) -> CountAnswer:
    """Count what a customer has sent and the caller has not read."""
    pair = await pairs.of_rep(call.caller, given.customer_id)
    return {"chatinfo_count": await call.services.reading.count(Sender.REP, pair)}


class ScheduleParams(RepSendParams):
    """A message to a customer, and when it is to be sent."""

    send_at: Moment = wire("send_at", title="发送时间")


class ScheduledAnswer(TypedDict):
    """The scheduled message; beyond the documents, as all about scheduled messages is."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/schedule/0",
    caller=Rep,
    params=ScheduleParams,
    success="添加成功",
)
async def schedule_message(call: Call[Rep], given: ScheduleParams) -> ScheduledAnswer:
    """Have a message sent to a customer later."""
    services = call.services
    content = given.checked(services.settings.max_message_bytes)
    services.send_limit.check(f"rep:{call.caller.id}")
    pair = await pairs.of_rep(call.caller, given.customer_id)
    name = given.client_msg_id
    return {"id": await scheduled.schedule(pair, content, given.send_at, name)}


class ScheduledListParams(Page):
    """Which of the caller's scheduled messages."""

    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)
    state: Int | None = wire("status", title="状态", default=None, ge=1, le=4)


class ScheduledItem(TypedDict):
    """A scheduled message; ``status`` is 1 待发送, 2 已发送, 3 已取消, 4 发送失败."""

    id: int
    customer_id: int
    customer: str
    content: dict[str, Any]
    send_at: str
    status: int
    msg_id: int | None
    create_date: str


class ScheduledList(TypedDict):
    """A page of scheduled messages, and how many there are."""

    ret_data: list[ScheduledItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat/schedule_list",
    caller=Rep,
    params=ScheduledListParams,
    success="查询成功",
)
async def list_scheduled(call: Call[Rep], given: ScheduledListParams) -> ScheduledList:
    """List the caller's scheduled messages, what is sent last first."""
    wanted = ScheduledFilter(given.customer_id, given.state)
    rows, total = await scheduled.page(call.caller, wanted, given.limit, given.offset)
    found: list[ScheduledItem] = [
        {
            "id": row.id,
            "customer_id": row.customer_id,
            "customer": shown_name(row.customer_name, row.customer_id),
            "content": from_json(row.content, "消息"),
            "send_at": spaced(row.send_at),
            "status": row.state,
            "msg_id": row.message_id,
            "create_date": spaced(row.created_at),
        }
        for row in rows
    ]
    return {"ret_data": found, "data_count": total}


class ScheduledIdParams(Wire):
    """Which scheduled message."""

    number: Id = wire("id", title="定时消息ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/cancel_schedule/{id}",
    caller=Rep,
    params=ScheduledIdParams,
    success="取消成功",
)
async def cancel_scheduled(call: Call[Rep], given: ScheduledIdParams) -> None:
    """Take a message back whose time has not come."""
    await scheduled.cancel(call.caller, given.number)
