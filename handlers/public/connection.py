"""One open socket: what it may do, and what waits to be written to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from enum import IntEnum
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import (
    WebSocketClosedError,
    WebSocketHandler,
    WebSocketProtocol,
    WebSocketProtocol13,
)

from handlers import auth
from handlers.base import BaseHandler
from handlers.codes import UNKNOWN_URL_TEXT, WRONG_METHOD_TEXT, Code
from handlers.public import frames
from handlers.public.frames import Kind
from services.chat.feed import Feed, Sink
from services.chat.messages import Message
from services.chat.pairs import Pair
from services.chat.recalls import Recalled
from services.errors import Throttled
from services.frame_limit import Allowance
from services.principals import Principal
from services.radar import LogEntry
from services.refusals import Reason
from services.sessions import Signature

MOST_QUEUED: Final = 256
MOST_BAD_FRAMES: Final = 20
PING_SECONDS: Final = 25
PONG_SECONDS: Final = 20
TOO_MANY_TEXT: Final = "连接数过多"
HANDSHAKE_REFUSALS: Final = {
    HTTPStatus.FORBIDDEN: (Code.FORBIDDEN, UNKNOWN_URL_TEXT),
    HTTPStatus.SERVICE_UNAVAILABLE: (Code.AWAY, TOO_MANY_TEXT),
}


class Close(IntEnum):
    """Why the server closes a socket (RFC 6455, section 7.4.1)."""

    GOING_AWAY = 1001
    POLICY = 1008
    TOO_LARGE = 1009
    TRY_AGAIN = 1013


_log = structlog.get_logger("websocket")


class Protocol(WebSocketProtocol13):
    """Tornado's, whose own refusal of a frame that is too large counts like ours."""

    handler: Connection

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        if code == Close.TOO_LARGE:
            self.handler.note_refusal(Reason.TOO_LARGE)
        super().close(code, reason)


class Connection(WebSocketHandler, BaseHandler, Sink):
    """What every chat socket does before any frame means anything: bounds, pings, writing.

    Frames gather until the turn of the loop ends and are written at once. While the socket does not
    take them they go on gathering, up to a bound, and no task waits for it.
    """

    endpoint_name = "public.websocket"
    principal: Principal | None = None
    kind: Kind
    feed: Feed | None = None
    allowance: Allowance
    signature: Signature | None = None
    _is_flush_due = False
    _is_blocked = False
    _bad_frames = 0
    _unsent_bytes = 0
    _told: frozenset[Reason] = frozenset()
    _pinged_at = 0.0
    _is_pong_due = False

    def initialize(self, kind: Kind) -> None:
        self.kind = kind
        self._outbox: list[bytes] = []
        self._most_unsent_bytes = self.services.settings.unsent_bytes
        self._unshown: list[Message] = []

    def prepare(self) -> None:
        if self.request.method != "GET":
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        # Tornado asks check_origin() only where the origin is not the Host header's, which a page
        # of somebody else's reaches by pointing its own name at this server.
        origin = self.request.headers.get("Origin")
        if origin is not None and not self.check_origin(origin):
            self.note_refusal(Reason.FOREIGN_ORIGIN)
            self.set_status(HTTPStatus.FORBIDDEN)
            self.finish()
        elif self.services.gate.is_full:
            # Before the handshake, so that a proxy can ask another process.
            self.note_refusal(Reason.TOO_MANY_OF_PROCESS)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            self.finish()

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        """Answer; what refuses a handshake is put into the envelope and keeps its HTTP status."""
        status = HTTPStatus(self.get_status())
        if self.code is None and status >= HTTPStatus.BAD_REQUEST:
            code, text = HANDSHAKE_REFUSALS.get(status, (Code.WRONG_METHOD, WRONG_METHOD_TEXT))
            chunk = self.envelope(code, text, {}, status=status)
        return super().finish(chunk)

    def check_origin(self, origin: str) -> bool:
        """Let in pages of ours and of WeChat's (decisions T19)."""
        settings = self.services.settings
        allowed = {_origin(url) for url in (settings.public_url, *settings.allowed_origins)}
        return _origin(origin) in allowed

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        found = super().get_websocket_protocol()
        if not isinstance(found, WebSocketProtocol13):
            return found
        return Protocol(self, found.mask_outgoing, found.params)

    def get_compression_options(self) -> None:
        """No compression: it costs ten times the memory of an idle socket."""

    def open(self) -> None:
        # With Nagle's algorithm an ack followed by a push waits for the client's delayed ACK.
        self.set_nodelay(True)
        del self.ui  # only templates use it, and it would stay as long as the socket
        self.signature = auth.signature_of(self.request)
        self._pinged_at = time.monotonic()
        services = self.services
        self.allowance = services.gate.frame_limit.allowance(self.request_id)
        if not services.gate.enter(self.request.remote_ip or ""):
            self.note_refusal(Reason.TOO_MANY_OF_ADDRESS)
            self._refuse_for_good(Code.THROTTLED, TOO_MANY_TEXT)
            return
        services.delivery.opened(self)
        services.metrics.connections.labels(self.kind.url).inc()

    def on_close(self) -> None:
        services = self.services
        if self not in services.delivery.connections:
            return
        services.delivery.closed(self)
        services.gate.leave(self.request.remote_ip or "", self.principal)
        services.metrics.connections.labels(self.kind.url).dec()
        self.leave_feed()

    def leave_feed(self) -> None:
        """Get nothing more of the pair that was registered for."""
        self._pinged_at = time.monotonic()
        if self.feed is not None:
            self.services.delivery.drop(self.feed)
            self.feed = None

    def on_ping(self, data: bytes) -> None:
        self._count_control(data)

    def on_pong(self, data: bytes) -> None:
        self._is_pong_due = False
        self._count_control(data)

    def _count_control(self, data: bytes) -> None:
        over = self.allowance.take(len(data))
        if over is not None and self.ws_connection is not None:
            self.note_refusal(over)
            self._close_flood()

    def tick(self, seconds: float) -> None:
        idle = seconds - self._pinged_at
        if self.feed is None and idle > self.services.settings.register_seconds:
            self.note_refusal(Reason.NOT_REGISTERED)
            self.close(Close.POLICY, "not registered")
        elif self._is_pong_due:
            if idle > PONG_SECONDS:
                self.note_refusal(Reason.NO_PONG)
                self.close(Close.GOING_AWAY, "no pong")
        elif idle > PING_SECONDS:
            self._pinged_at = seconds
            self._is_pong_due = True
            self._ping()

    def send(self, frame: bytes, shown: Sequence[Message] = ()) -> None:
        """Write a frame, together with whatever else this turn of the loop has for the socket.

        Args:
            frame: as ``frames`` makes it: ready for the wire.
            shown: messages that count as shown once the frame has been written.
        """
        if self.ws_connection is None:
            return
        outbox, most = self._outbox, self._most_unsent_bytes
        is_full = len(outbox) >= MOST_QUEUED or self._unsent_bytes >= most
        if is_full and not self._is_blocked:
            self._flush()  # they waited for the turn to end, not for the reader
        if is_full and outbox:
            outbox.clear()
            self.note_refusal(Reason.TOO_SLOW)
            self.close(Close.TRY_AGAIN, "too slow")
            return
        outbox.append(frame)
        self._unsent_bytes += len(frame)
        if shown:
            self._unshown.extend(shown)
        if not (self._is_blocked or self._is_flush_due):
            self._is_flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close, behind the frames that were sent before."""
        if not self._is_blocked:
            self._flush()
        super().close(code, reason)

    def good(self) -> None:
        """Note that a frame was in order."""
        self._bad_frames = 0

    def bad(self, code: int, msg: str, client_msg_id: str | None = None) -> None:
        """Say what is wrong with a frame; too many in a row end the connection."""
        self.send(frames.refusal(code, msg, client_msg_id))
        self._bad_frames += 1
        if self._bad_frames >= MOST_BAD_FRAMES:
            self.note_refusal(Reason.BAD_FRAMES)
            self.close(Close.POLICY, "too many bad frames")

    def too_often(self, reason: Reason, client_msg_id: str | None) -> None:
        """Say that a frame was one too many; who goes on far beyond that is closed."""
        self.note_refusal(reason)
        self.send(frames.refusal(Code.THROTTLED, Throttled.default, client_msg_id))
        self._close_flood()

    def _close_flood(self) -> None:
        if not self.allowance.bears():
            self.note_refusal(Reason.FLOOD)
            self.close(Close.POLICY, "too many frames")

    def note_refusal(self, reason: Reason) -> None:
        """Count a refusal, and log it once per connection: a flood must not flood the log."""
        self.services.metrics.refuse(reason)
        if reason in self._told:
            return
        self._told |= {reason}
        whose = self.principal
        _log.info(
            "refused",
            reason=reason.value,
            kind=self.kind.url,
            address=self.request.remote_ip,
            principal=None if whose is None else f"{self.kind.url}:{whose.id}",
        )

    def _refuse_for_good(self, code: int, msg: str) -> None:
        """Say why, and close."""
        self.send(frames.refusal(code, msg))
        self.close(Close.POLICY)

    def push(self, messages: Sequence[Message]) -> None:
        self.send(frames.pushed(self.kind, messages), messages)

    def recall(self, recalled: Recalled) -> None:
        self.send(frames.recalled(recalled))

    def receipt(self, rep_id: int, customer_id: int, seq: int) -> None:
        if self.feed is not None:
            self.send(frames.receipt(self.feed, rep_id, customer_id, seq))

    def typing(self, rep_id: int, customer_id: int) -> None:
        self.send(frames.typing(rep_id, customer_id))

    def presence(self, rep_id: int, online: Mapping[int, bool]) -> None:
        self.send(frames.presence(rep_id, online))

    def radar(self, entry: LogEntry) -> None:
        self.send(frames.radar(entry))

    def unread(self, count: int) -> None:
        self.send(frames.unread(count))

    def end(self) -> None:
        self.note_refusal(Reason.SESSION_ENDED)
        self._refuse_for_good(Code.FORBIDDEN, "非法请求")

    def leave(self) -> None:
        self.close(Close.GOING_AWAY, "server stopping")

    def _flush(self) -> None:
        """Write all frames at once; those that come while the socket takes no more wait for it."""
        self._is_flush_due = False
        if not self._outbox or self.ws_connection is None or self.ws_connection.stream is None:
            return
        stream = self.ws_connection.stream
        # Not write_message(): it encodes a push anew for each receiver and starts a task for it,
        # which together were 40 % of the server's time.
        data = b"".join(self._outbox)
        self._outbox.clear()
        self._unsent_bytes = 0
        try:
            written = stream.write(data)
        except StreamClosedError:
            return
        self._note_shown()
        if stream.writing():
            self._is_blocked = True
            written.add_done_callback(self._unblock)

    def _unblock(self, written: asyncio.Future[None]) -> None:
        self._is_blocked = False
        if written.exception() is None:
            self._flush()

    def _ping(self) -> None:
        try:
            self.ping()
        except WebSocketClosedError:
            self.on_close()

    def _note_shown(self) -> None:
        """An open chat page has read what it shows of the other side (decisions S32)."""
        feed, shown = self.feed, self._unshown
        if not shown:
            return
        if feed is not None and feed.customer_id is not None:
            for message in shown:
                if message.sender != feed.side:
                    pair = Pair(message.rep_id, message.customer_id)
                    self.services.reading.note(feed.side, pair, message.seq)
        shown.clear()


def _origin(url: str) -> tuple[Any, ...]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return (None,)
    defaults = {"http": 80, "https": 443}
    return parts.scheme, parts.hostname, port or defaults.get(parts.scheme)
