"""The chat of a rep with one of its customers."""

from __future__ import annotations

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
)
from handlers.endpoint import endpoint
from handlers.wire import Page
from services.chat import pairs
from services.chat.messages import Draft
from services.chat.pairs import Sender
from services.principals import Rep


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
    found = await call.services.delivery.wait(Sender.REP, pair, given.seconds, call.gone)
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
