"""What the chat calls of all families share: parameters, checks and the shape of a row."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR, DEFAULT_REP_AVATAR, absolute
from handlers.wire import Id, Wire, clean, from_json, iso_ms, to_json, wire
from services.chat import content as contents
from services.chat import pairs, recalls
from services.chat.content import Content
from services.chat.messages import Draft, Message
from services.chat.pairs import Pair, Sender
from services.errors import BadType, Invalid
from services.principals import Customer, Rep
from services.refusals import Reason

LONGEST_WAIT_SECONDS: Final = 25
MOST_CLIENT_ID_LENGTH: Final = 64


class SendParams(Wire):
    """A message; ``msg`` alone is a text (decisions D10)."""

    content: Any = wire("content", title="消息", default=None)
    text: str | None = wire("msg", title="消息", default=None)
    client_msg_id: str | None = wire(
        "client_msg_id", title="消息标识", default=None, max_length=MOST_CLIENT_ID_LENGTH
    )

    def checked(self, max_bytes: int) -> str:
        """Read the message as the JSON text that is stored.

        Raises:
            BadType: it is no JSON object.
            Invalid: it is missing, too long, or lacks what its kind requires.
        """
        if self.content is None:
            if self.text is None:
                raise Invalid("消息不能为空", {"content": "消息不能为空"})
            return checked_content({"info_type": 1, "msg": self.text}, max_bytes)
        return checked_content(self.content, max_bytes)


class WaitParams(Wire):
    """How long to wait for news when there are none (decisions D22)."""

    wait: float = wire("wait", title="等待秒数", default=0.0, ge=0)

    @property
    def seconds(self) -> float:
        """The wait, at the most as long as it may be."""
        return min(self.wait, LONGEST_WAIT_SECONDS)


class CustomerIdParams(Wire):
    """Which customer's chat it is."""

    customer_id: Id = wire("customer_id", title="客户ID")


class RepIdParams(Wire):
    """Which rep's chat it is; without it that of the latest conversation (decisions S27)."""

    rep_id: Id | None = wire("u_id", title="用户ID", default=None)


class CustomerSendParams(SendParams, RepIdParams):
    """A message to a rep."""


class FreshParams(WaitParams, RepIdParams):
    """Which rep's messages, and how long to wait for them."""


class RecallParams(Wire):
    """Which of the caller's messages is recalled; it tells the pair by itself."""

    message_id: Id = wire("id", title="消息ID")


class RecallAnswer(TypedDict):
    """Which message was recalled; beyond the documents."""

    id: int
    seq: int


class SentAnswer(TypedDict):
    """Where the message stands; beyond the documents."""

    id: int
    seq: int
    client_msg_id: str | None


class CountAnswer(TypedDict):
    """How many messages are unread (002-xiaochengxu-v1.md:395)."""

    chatinfo_count: int


ChatRow = dict[str, Any]

ROW_KEYS: Final = frozenset(
    {
        *("id", "seq", "customer_id", "user_id", "src", "name", "user_avatar", "user_avator"),
        *("customer_headimgurl", "customer", "from_user_name", "dateTime", "send_type"),
        *("is_first_info", "is_customer_already_read", "is_user_already_read", "is_recalled"),
    }
)
"""Keys of a row that are the server's: a content cannot have them."""


async def send_as(call: Call[Customer], given: CustomerSendParams) -> SentAnswer:
    """Send a message of the caller to a rep."""
    services = call.services
    content = given.checked(services.settings.max_message_bytes)
    services.send_limit.check(f"customer:{call.caller.id}")
    pair = await pairs.of_customer(call.caller, given.rep_id)
    draft = Draft(pair, Sender.CUSTOMER, content, given.client_msg_id)
    sent = await services.messages.send(draft)
    return {"id": sent.id, "seq": sent.seq, "client_msg_id": given.client_msg_id}


async def recall_as(call: Call[Rep] | Call[Customer], message_id: int) -> RecallAnswer:
    """Recall a message of the caller; it counts against the rate of messages."""
    sender = Sender.REP if isinstance(call.caller, Rep) else Sender.CUSTOMER
    call.services.send_limit.check(f"{sender.name.lower()}:{call.caller.id}")
    pair = await recalls.pair_of(sender, call.caller.id, message_id)
    recalled = await call.services.recalls.recall(sender, pair, message_id)
    return {"id": recalled.message_id, "seq": recalled.seq}


async def waited_for(call: Call[Rep] | Call[Customer], pair: Pair, seconds: float) -> list[Message]:
    """Read what the caller has not read, waiting for it; who waits too often is answered at once.

    An empty answer is right at any time, and clients of the documents know no other.
    """
    services = call.services
    side = Sender.REP if isinstance(call.caller, Rep) else Sender.CUSTOMER
    if seconds <= 0:
        return await services.delivery.wait(side, pair, 0, call.gone)
    with services.gate.waits(call.caller) as may_wait:
        if not may_wait:
            services.metrics.refuse(Reason.TOO_MANY_WAITS)
        return await services.delivery.wait(side, pair, seconds if may_wait else 0, call.gone)


async def fresh_of(call: Call[Customer], given: FreshParams) -> list[ChatRow]:
    """List what a rep has sent and the caller has not read, newest first; it is read then."""
    pair = await pairs.of_customer(call.caller, given.rep_id)
    found = await waited_for(call, pair, given.seconds)
    url = call.services.settings.public_url
    return [chat_row(message, url, is_history=False) for message in reversed(found)]


async def count_unread_of(call: Call[Customer], rep_id: int | None) -> CountAnswer:
    """Count what a rep has sent and the caller has not read."""
    pair = await pairs.of_customer(call.caller, rep_id)
    return {"chatinfo_count": await call.services.reading.count(Sender.CUSTOMER, pair)}


def checked_content(given: Any, max_bytes: int) -> str:
    """Check the content of a message and write it as it is stored.

    Args:
        given: JSON text, or what such a text says.
        max_bytes: how long the text may be in UTF-8 (decisions T7).

    Raises:
        BadType: it is no JSON object, or holds characters that no text may hold.
        Invalid: it is too long, or lacks what its kind requires.
    """
    text = given if isinstance(given, str) else to_json(clean(given))
    _check_length(text, max_bytes)
    content = from_json(text, "消息", "content")
    if not isinstance(content, dict):
        raise BadType("消息不是正确的JSON", {"content": "消息不是正确的JSON"})
    checked = contents.checked(clean(content))
    if not ROW_KEYS.isdisjoint(checked):
        checked = {key: value for key, value in checked.items() if key not in ROW_KEYS}
    stored = to_json(checked)
    if len(stored) > len(text):  # a number such as 1e15 has grown
        _check_length(stored, max_bytes)
    return stored


def _check_length(text: str, max_bytes: int) -> None:
    if len(text) * 4 > max_bytes and len(text.encode("utf-8", "replace")) > max_bytes:
        complaint = f"消息长度不能超过{max_bytes}字节"
        raise Invalid(complaint, {"content": complaint})


def chat_row(message: Message, public_url: str, *, is_history: bool) -> ChatRow:
    """Write a message as the bare lists show it (000-qiyeweixin.md:1211, decisions S27)."""
    content: Content = from_json(message.content, "消息")
    avatar = message.customer_avatar or DEFAULT_CUSTOMER_AVATAR
    return {
        **content,
        "id": message.id,
        "seq": message.seq,
        "customer_id": message.customer_id,
        "user_id": message.rep_id,
        "src": absolute(avatar, public_url),
        "name": message.customer_name,
        "user_avatar": message.rep_avatar or DEFAULT_REP_AVATAR,
        "customer_headimgurl": avatar,
        "customer": message.customer_name,
        "dateTime": iso_ms(message.created_at),
        "send_type": message.sender,
        "is_first_info": is_history and message.seq == 1,
    }
