"""The chat socket of the mini program, the official account and the radar (decisions section 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar, Final

import structlog

from handlers import auditing, chatting
from handlers.codes import FAULT_TEXT, Code, code_of, text_of
from handlers.endpoint import Raw
from handlers.public import fields, frames
from handlers.public.connection import TOO_MANY_TEXT, Close, Connection
from handlers.public.fields import Frame
from handlers.public.frames import Kind
from handlers.qiyeweixin.chat import recall_message
from services.chat import pairs, recalls
from services.chat.messages import Draft, Sent
from services.chat.pairs import Pair, Sender
from services.errors import BadSignature, BadType, Invalid, NotFound, Throttled
from services.principals import Principal, Rep
from services.refusals import Reason

MOST_IN_FLIGHT: Final = 64

_log = structlog.get_logger("websocket")


class ChatSocket(Connection):
    """Serves the frames of one connection, one after another."""

    _in_flight = 0

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Serve a frame: what is wrong with it is answered, what is wrong with us is logged.

        Messages, which are the most, are taken without a task of their own.

        Returns:
            what to wait for before the next frame is read.
        """
        if self.ws_connection is None:
            return None  # closed by us: what was still on its way is not served
        over = self.allowance.take(_bytes_in(message))
        if over is not None:
            self.too_often(over, fields.own_name(message))
            return None
        name = None
        try:
            frame = fields.parsed(message)
            name = fields.client_msg_id(frame)
            fields.check_length(name)
            kind = frame.get("type")
            self.services.metrics.count_frame("message" if kind is None else kind)
            if kind is None:
                return self._send_message(frame, name)
            return self._serve(kind, frame)
        except Exception as error:  # noqa: BLE001 - _refuse() logs what is not a refusal
            self._refuse(error, name)
            return None

    async def _serve(self, kind: object, frame: Frame) -> None:
        try:
            serve = self._served.get(kind) if isinstance(kind, str) else None
            if serve is None:
                raise Invalid("未知的消息类型")
            await serve(self, frame)
            self.good()
        except Exception as error:  # noqa: BLE001 - _refuse() logs what is not a refusal
            self._refuse(error, None)

    def _send_message(self, frame: Frame, name: str | None) -> Awaitable[None] | None:
        """Store a message; its ack is written when it is committed.

        Returns:
            the message, if so many are under way that the next frame has to wait for it.
        """
        services = self.services
        pair = self._pair_of(frame, is_named=True)
        if "content" not in frame:
            raise Invalid("消息不能为空")
        content = chatting.checked_content(frame["content"], services.settings.max_message_bytes)
        bad_before = self._bad_frames
        self.good()
        services.send_limit.check(f"connection:{id(self)}", self._sender_key())
        sending = services.messages.send(Draft(pair, self.kind.side, content, name))
        self._in_flight += 1
        sending.add_done_callback(partial(self._acknowledge, name, bad_before))
        return _settled(sending) if self._in_flight >= MOST_IN_FLIGHT else None

    def _acknowledge(
        self, name: str | None, bad_before: int, sending: asyncio.Future[Sent]
    ) -> None:
        self._in_flight -= 1
        if sending.cancelled():
            return
        error = sending.exception()
        if error is None:
            stored = sending.result()
            self.send(frames.sent(self.kind, stored.id, stored.seq, name))
        elif isinstance(error, Exception):
            # It was taken for a good frame when it came; what came since counts for itself.
            self._bad_frames = max(self._bad_frames, bad_before)
            self._refuse(error, name)

    async def _register(self, frame: Frame) -> None:
        rep_id, customer_id = self._named_ids(frame)
        principal = await self._identify(frame, rep_id, customer_id)
        if isinstance(principal, Rep):
            if customer_id is not None:
                await pairs.of_rep(principal, customer_id)
        else:
            await pairs.of_customer(principal, rep_id)
        since = fields.since(frame, customer_id is None)
        if self.ws_connection is None:
            return
        if not self.services.gate.admit(principal, self.principal):
            raise Throttled(TOO_MANY_TEXT, reason=Reason.TOO_MANY_OF_PRINCIPAL)
        self.principal = principal
        delivery = self.services.delivery
        feed = delivery.feed(self, self.kind.side, rep_id, customer_id)
        try:
            joined = await delivery.place(feed, since)
        except BaseException:
            delivery.drop(feed)
            raise
        if self.ws_connection is None:
            delivery.drop(feed)
            return
        if not await self.services.sessions.is_open(principal):
            delivery.drop(feed)
            raise BadSignature
        before = self.feed
        self.leave_feed()
        self.feed = feed
        self.send(frames.registered(customer_id, joined))
        before = before if since is None else None
        feed.start(joined.sent, joined.last, before, joined.recalled, joined.read)
        delivery.presence.greet(feed, joined.last if customer_id is None else [customer_id])

    async def _identify(self, frame: Frame, rep_id: int, customer_id: int | None) -> Principal:
        """Say who registers: by the frame's signature, or the connect URL's (decisions W2, T6)."""
        own_id = rep_id if self.kind.side == Sender.REP else customer_id
        assert own_id is not None
        signature = fields.signature(frame, own_id) or self.signature
        services = self.services
        if signature is not None:
            callers = (self.kind.principal,)
            principal = await services.sessions.authenticate(signature, callers)
            if principal.id != own_id:
                raise BadSignature
            return principal
        if not services.settings.allow_unsigned_websocket:
            raise BadSignature
        unsigned = await services.sessions.unsigned(self.kind.principal, own_id)
        if unsigned is None:
            raise NotFound
        return unsigned

    async def _close(self, _: Frame) -> None:
        self.close(1000)

    async def _pong(self, _: Frame) -> None:
        self.send(frames.pong())

    async def _read(self, frame: Frame) -> None:
        seq = frame.get("seq")
        if isinstance(seq, bool) or not isinstance(seq, int) or seq < 0:
            raise BadType("seq必须是整数")
        await self.services.reading.read(self.kind.side, await self._bound_pair(frame), seq)

    async def _typing(self, frame: Frame) -> None:
        pair = self._pair_of(frame, is_named=False)
        await self.services.delivery.tell_typing(pair, self.kind.side)

    async def _query_num(self, frame: Frame) -> None:
        feed = self._registered()
        reading = self.services.reading
        if feed.customer_id is None:
            count = await reading.count_all(feed.rep_id)
        else:
            pair = Pair(feed.rep_id, feed.customer_id)
            await pairs.require_bond(pair)
            count = await reading.count(self.kind.side, pair)
        is_of_one = self.kind.side == Sender.REP and feed.customer_id is not None
        self.send(frames.unread(count, feed.customer_id if is_of_one else None))

    async def _recall(self, frame: Frame) -> None:
        """Recall a message; a rep's recall stands in the audit log like the one over REST."""
        self._registered()
        principal = self.principal
        assert principal is not None
        message_id = fields.required_id(frame, "id")
        self.services.send_limit.check(f"connection:{id(self)}", self._sender_key())
        given, address = {"id": message_id}, self.request.remote_ip or ""
        trail = auditing.trail_of_frame(recall_message, given, address)
        async with auditing.entered(trail, principal):
            pair = await recalls.pair_of(self.kind.side, principal.id, message_id)
            # On a rep's socket for all customers the message tells whose chat is meant.
            is_named = fields.optional_id(frame, "customer_id") is not None
            named = frame if is_named else {**frame, "customer_id": pair.customer_id}
            if self._pair_of(named, is_named=False) != pair:
                raise NotFound
            recalled = await self.services.recalls.recall(self.kind.side, pair, message_id)
        self.send(frames.recall_done(recalled))

    _served: ClassVar[dict[str, Callable[[ChatSocket, Frame], Awaitable[None]]]] = {
        "register": _register,
        "closed": _close,
        "ping": _pong,
        "lived": _pong,
        "read": _read,
        "typing": _typing,
        "query_num": _query_num,
        "recall": _recall,
    }

    def _registered(self) -> Any:
        if self.feed is None:
            raise Invalid("请先注册")
        return self.feed

    def _pair_of(self, frame: Frame, *, is_named: bool) -> Pair:
        """Read which pair a frame is for, and refuse any but the registered one (T6).

        Args:
            is_named: whether the frame has to name its pair; else it is the registered one.

        Raises:
            BadSignature: the frame names another principal than the one registered (W2).
            NotFound: it names another pair.
            Invalid: there is no registration yet, or no id.
        """
        feed = self._registered()
        if self.kind.side == Sender.REP:
            own, other = (
                fields.optional_id(frame, "user_id"),
                fields.optional_id(frame, "customer_id"),
            )
            own_id, other_id = feed.rep_id, feed.customer_id
            if fields.optional_id(frame, "u_id") not in (None, own_id):
                raise BadSignature
        else:
            own, other = fields.optional_id(frame, "user_id"), fields.optional_id(frame, "u_id")
            own_id, other_id = feed.customer_id, feed.rep_id
            if is_named and other is None:
                raise Invalid("u_id不能为空")
        if is_named and own is None:
            raise Invalid("user_id不能为空")
        if own not in (None, own_id):
            raise BadSignature
        if other is None:
            other = other_id
        if other is None:
            raise Invalid("customer_id不能为空")
        if other_id not in (None, other):
            raise NotFound
        return Pair(own_id, other) if self.kind.side == Sender.REP else Pair(other, own_id)

    async def _bound_pair(self, frame: Frame) -> Pair:
        """Read which pair a frame is for, whose bond may have ended since the registration."""
        pair = self._pair_of(frame, is_named=False)
        await pairs.require_bond(pair)
        return pair

    def _named_ids(self, frame: Frame) -> tuple[int, int | None]:
        """Read the ids of a registration (decisions W2, T1)."""
        if self.kind.side == Sender.CUSTOMER:
            return fields.required_id(frame, "u_id"), fields.required_id(frame, "user_id")
        rep_id = fields.required_id(frame, "user_id")
        if fields.optional_id(frame, "u_id") not in (None, rep_id):
            raise NotFound
        return rep_id, fields.optional_id(frame, "customer_id")

    def _sender_key(self) -> str:
        assert self.principal is not None
        side = "rep" if self.kind.side == Sender.REP else "customer"
        return f"{side}:{self.principal.id}"

    def _refuse(self, error: Exception, name: str | None) -> None:
        code = code_of(error)
        if code is None:
            _log.error("fault", kind=self.kind.url, exc_info=error)
            self.send(frames.refusal(Code.FAULT, FAULT_TEXT, name))
        elif code == Code.FORBIDDEN:
            self.note_refusal(Reason.BAD_SIGNATURE)
            self.send(frames.refusal(code, text_of(error), name))
            self.close(Close.POLICY)
        elif code in (Code.THROTTLED, Code.AWAY):
            if isinstance(error, Throttled):
                self.note_refusal(error.reason)
            self.send(frames.refusal(code, text_of(error), name))
        else:
            self.bad(code, text_of(error), name)


RAW = [
    Raw(
        rf"(?:/zhugeleida)?/public/websocket/{kind.url}/?",
        ChatSocket,
        {"kind": kind},
        f"/zhugeleida/public/websocket/{kind.url}",
    )
    for kind in Kind
]


def _bytes_in(message: str | bytes) -> int:
    if isinstance(message, str) and not message.isascii():
        return len(message.encode())
    return len(message)


async def _settled(sending: asyncio.Future[Sent]) -> None:
    await asyncio.wait([sending])
