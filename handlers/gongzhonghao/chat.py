"""The chat of a customer of the official account with its rep (document 003)."""

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
from handlers.wire import Id, Page, Wire, wire
from services import cards
from services.chat import pairs
from services.chat.pairs import Sender
from services.errors import NotFound
from services.principals import OfficialCustomer


class OwnIdParams(Wire):
    """Whose chat it is: the caller's, whether it says so or not (semantics 13, row 46)."""

    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)

    def require_own(self, caller: OfficialCustomer) -> None:
        """Refuse another customer's id.

        Raises:
            NotFound: it is not the caller's.
        """
        if self.customer_id not in (None, caller.id):
            raise NotFound


class HistoryParams(Page, RepIdParams, OwnIdParams):
    """Which page of which rep's chat."""


class HistoryAnswer(TypedDict):
    """A page of a chat, and how to reach the rep (003-gongzhonghao.md:148)."""

    ret_data: list[ChatRow]
    mingpian_phone: str
    wechat: str
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/gongzhonghao/chat",
    caller=OfficialCustomer,
    params=HistoryParams,
    success="分页获取-全部聊天消息成功",
)
async def list_messages(call: Call[OfficialCustomer], given: HistoryParams) -> HistoryAnswer:
    """List the caller's messages with a rep, newest first; all of them are read then."""
    given.require_own(call.caller)
    pair = await pairs.of_customer(call.caller, given.rep_id)
    card = await cards.of_colleague(call.caller, pair.rep_id)
    reading, url = call.services.reading, call.services.settings.public_url
    found, count = await reading.history(Sender.CUSTOMER, pair, given.limit, given.offset)
    phone, wechat = cards.chat_contacts(card)
    return {
        "ret_data": [
            {
                **chat_row(message, url, is_history=True),
                "from_user_name": (
                    card.shown_name if message.sender == Sender.REP else message.customer_name
                ),
            }
            for message in found
        ],
        "mingpian_phone": phone,
        "wechat": wechat,
        "data_count": count,
    }


class OwnSendParams(CustomerSendParams, OwnIdParams):
    """A message to a rep."""


@endpoint(
    "POST",
    "/zhugeleida/gongzhonghao/chat/send_msg/0",
    caller=OfficialCustomer,
    params=OwnSendParams,
    success="send msg successful",
)
async def send_message(call: Call[OfficialCustomer], given: OwnSendParams) -> SentAnswer:
    """Send a message to a rep."""
    given.require_own(call.caller)
    return await send_as(call, given)


class OwnRecallParams(RecallParams, OwnIdParams):
    """Which of the caller's messages is recalled."""


@endpoint(
    "POST",
    "/zhugeleida/gongzhonghao/chat/recall/0",
    caller=OfficialCustomer,
    params=OwnRecallParams,
    success="撤回成功",
)
async def recall_message(call: Call[OfficialCustomer], given: OwnRecallParams) -> RecallAnswer:
    """Recall a message of the caller within two minutes; everybody sees it as recalled then."""
    given.require_own(call.caller)
    return await recall_as(call, given.message_id)


class OwnFreshParams(FreshParams, OwnIdParams):
    """Which rep's messages, and how long to wait for them."""


class FreshAnswer(TypedDict):
    """What is new in a chat (003-gongzhonghao.md:88)."""

    ret_data: list[ChatRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/gongzhonghao/chat/getmsg/0",
    caller=OfficialCustomer,
    params=OwnFreshParams,
    success="实时获取-最新聊天信息成功",
)
async def list_fresh_messages(call: Call[OfficialCustomer], given: OwnFreshParams) -> FreshAnswer:
    """List what a rep has sent and the caller has not read, newest first; it is read then."""
    given.require_own(call.caller)
    rows = await fresh_of(call, given)
    # The document spells it so, its other calls and the code before it do not (decisions D8).
    spelled = [{**row, "user_avator": row["user_avatar"]} for row in rows]
    return {"ret_data": spelled, "data_count": len(rows)}


class OwnCountParams(RepIdParams, OwnIdParams):
    """Which rep's messages."""


@endpoint(
    "GET",
    "/zhugeleida/gongzhonghao/chat/query_num/0",
    caller=OfficialCustomer,
    params=OwnCountParams,
    success="查询成功",
)
async def count_unread(call: Call[OfficialCustomer], given: OwnCountParams) -> CountAnswer:
    """Count what a rep has sent and the caller has not read."""
    given.require_own(call.caller)
    return await count_unread_of(call, given.rep_id)
