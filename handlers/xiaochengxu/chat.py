"""The chat of a customer with its rep.

Documents 002 and 004 print these calls under ``qiyeweixin`` too; who has signed decides
(decisions P6).
"""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.chatting import (
    ChatRow,
    CountAnswer,
    CustomerSendParams,
    FreshParams,
    RecallAnswer,
    RecallParams,
    RepIdParams,
    SentAnswer,
    chat_row,
    count_unread_of,
    fresh_of,
    recall_as,
    send_as,
)
from handlers.endpoint import endpoint
from handlers.wire import Page, wire
from services.chat import pairs
from services.chat.pairs import Sender
from services.principals import MiniCustomer


class HistoryParams(Page, RepIdParams):
    """Which page of which rep's chat."""


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat",
    "/zhugeleida/xiaochengxu/chat",
    caller=MiniCustomer,
    params=HistoryParams,
    success="分页获取聊天消息成功",
)
async def list_messages(call: Call[MiniCustomer], given: HistoryParams) -> list[ChatRow]:
    """List the caller's messages with a rep, newest first; all of them are read then."""
    pair = await pairs.of_customer(call.caller, given.rep_id)
    found, _ = await call.services.reading.history(Sender.CUSTOMER, pair, given.limit, given.offset)
    url = call.services.settings.public_url
    return [chat_row(message, url, is_history=True) for message in found]


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/send_msg/0",
    "/zhugeleida/xiaochengxu/chat/send_msg/0",
    caller=MiniCustomer,
    params=CustomerSendParams,
    success="send msg successful",
)
async def send_message(call: Call[MiniCustomer], given: CustomerSendParams) -> SentAnswer:
    """Send a message to a rep."""
    return await send_as(call, given)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/chat/recall/0",
    "/zhugeleida/xiaochengxu/chat/recall/0",
    caller=MiniCustomer,
    params=RecallParams,
    success="撤回成功",
)
async def recall_message(call: Call[MiniCustomer], given: RecallParams) -> RecallAnswer:
    """Recall a message of the caller within two minutes; everybody sees it as recalled then."""
    return await recall_as(call, given.message_id)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat/getmsg/0",
    "/zhugeleida/xiaochengxu/chat/getmsg/0",
    caller=MiniCustomer,
    params=FreshParams,
    success="实时获取-最新聊天记录成功",
)
async def list_fresh_messages(call: Call[MiniCustomer], given: FreshParams) -> list[ChatRow]:
    """List what a rep has sent and the caller has not read, newest first; it is read then."""
    return await fresh_of(call, given)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/chat/query_num/0",
    "/zhugeleida/xiaochengxu/chat/query_num/0",
    caller=MiniCustomer,
    params=RepIdParams,
    success="查询成功",
)
async def count_unread(call: Call[MiniCustomer], given: RepIdParams) -> CountAnswer:
    """Count what a rep has sent and the caller has not read."""
    return await count_unread_of(call, given.rep_id)


class PhoneParams(RepIdParams):
    """What WeChat's ``getPhoneNumber`` gave, and which rep is to have it."""

    data: str = wire("encryptedData", title="加密数据", max_length=4096)
    iv: str = wire("iv", title="加密算法的初始向量", max_length=64)


class PhoneAnswer(TypedDict):
    """The caller's phone number; beyond the documents."""

    phoneNumber: str


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/chat/encrypted_phone_number/0",
    caller=MiniCustomer,
    params=PhoneParams,
    success="查询成功",
)
async def take_phone_number(call: Call[MiniCustomer], given: PhoneParams) -> PhoneAnswer:
    """Keep the caller's phone number, which WeChat has encrypted for its last login."""
    services = call.services
    services.send_limit.check(f"customer:{call.caller.id}")
    phone = await services.phone_numbers.take(
        call.caller, given.rep_id, given.data, given.iv, services.messages
    )
    return {"phoneNumber": phone}
