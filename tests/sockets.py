"""Chat sockets as a client has them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from tornado.httpclient import HTTPClientError, HTTPRequest, _RequestProxy
from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClientConnection, WebSocketError

if TYPE_CHECKING:
    from tests.api import Caller

FRAME_SECONDS = 10.0
PONG = 270

Frame = dict[str, Any]


class Socket:
    """One connection; what it waits for comes within seconds, or the test fails."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection
        self._is_closed = False

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Send a frame."""
        await self.send_raw(json.dumps(frame, ensure_ascii=False))

    async def send_raw(self, message: str | bytes) -> None:
        """Send text that need not be JSON, or bytes."""
        await self._connection.write_message(message, binary=isinstance(message, bytes))

    async def receive(self) -> Frame:
        """Wait for the next frame, passing over presence, which comes in its own time.

        Raises:
            ConnectionError: the server has closed.
        """
        frame = await self.frame_or_end()
        if frame is None:
            raise ConnectionError(f"closed with {self._connection.close_code}")
        return frame

    async def frame_or_end(self) -> Frame | None:
        """Wait for the next frame but presence, which is None when the connection has ended."""
        while (message := await self._read()) is not None:
            frame: Frame = json.loads(message)
            if not is_presence(frame):
                return frame
        return None

    async def receive_any(self) -> Frame:
        """Wait for the next frame, whatever it is.

        Raises:
            ConnectionError: the server has closed.
        """
        message = await self._read()
        if message is None:
            raise ConnectionError(f"closed with {self._connection.close_code}")
        frame: Frame = json.loads(message)
        return frame

    async def presence(self, is_online: int) -> Frame:
        """Wait for the next frame that tells of this presence, passing over others.

        Who comes a moment before the other side may be told first that it is not there.
        """
        while not (is_presence(frame := await self.receive_any()) and _tells(frame, is_online)):
            pass
        return frame

    async def online(self) -> set[int]:
        """Wait for the next frame that tells of customers, or to customers, who is online."""
        frame = await self.presence(1)
        return {row["customer_id"] for row in frame["data"]["ret_data"]}

    async def until(self, condition: Callable[[Frame], object]) -> Frame:
        """Wait for the next frame for which a condition holds, passing over others."""
        while True:
            frame = await self.receive()
            if condition(frame):
                return frame

    async def rows(self, count: int) -> list[Frame]:
        """Wait for so many pushed messages, in however many frames, passing over other frames."""
        found: list[Frame] = []
        while len(found) < count:
            frame = await self.until(is_push)
            found += frame["data"]["ret_data"]
        return found

    async def before_pong(self) -> list[Frame]:
        """Ask for a pong and give what comes before it: nothing came when that is empty.

        Over Redis a push may be slower than a pong. There, show that nothing came by something
        later that does come.
        """
        await self.send({"type": "ping"})
        found: list[Frame] = []
        while (frame := await self.receive())["code"] != PONG:
            found.append(frame)
        return found

    async def register(
        self,
        *,
        rep: int,
        customer: int | None,
        caller: Caller | None = None,
        **more: Any,
    ) -> Frame:
        """Register for a pair, signed by ``caller``, and wait for the answer.

        Args:
            customer: None for all customers of the rep.
            more: other fields of the frame, such as ``since``.
        """
        signature = caller.signature() if caller else {}
        signature.pop("user_id", None)
        if caller is not None and caller.side == "rep":
            ids = {"user_id": rep, "customer_id": customer}
        else:
            ids = {"u_id": rep, "user_id": customer}
        await self.send({"type": "register", **ids, **signature, **more})
        return await self.receive()

    async def close_code(self) -> int | None:
        """Wait until the server closes, passing over frames, and say with which code."""
        while await self._read() is not None:
            pass
        return self._connection.close_code

    def hang_up(self) -> None:
        """Say goodbye and wait for no answer."""
        self._connection.close()

    async def close(self) -> None:
        """Close, unless that has happened."""
        self.hang_up()
        await self.close_code()

    async def _read(self) -> str | bytes | None:
        if self._is_closed:
            return None
        async with asyncio.timeout(FRAME_SECONDS):
            message = await self._connection.read_message()
        self._is_closed = message is None
        return message


class Sockets:
    """The sockets of one test.

    Args:
        ca_certs: the file of the authority that vouches for the server, where there is TLS.
    """

    def __init__(self, url: str, ca_certs: str | None = None) -> None:
        self._url = url.replace("http", "ws", 1)
        self._ca_certs = ca_certs
        self._open: list[Socket] = []
        self._tried: list[WebSocketClientConnection] = []

    async def open(self, path: str, headers: Mapping[str, str] | None, **options: Any) -> Socket:
        """Connect; the handshake's refusal is an ``HTTPClientError``."""
        request = HTTPRequest(
            f"{self._url}{path}",
            headers=HTTPHeaders(headers or {}),
            ca_certs=self._ca_certs,
            **{"connect_timeout": FRAME_SECONDS, "request_timeout": FRAME_SECONDS, **options},
        )
        # As websocket_connect does, but the connection is known while its handshake is under way,
        # and the handshake goes on when who waits for it is cancelled: close() waits for its end.
        proxy = cast(HTTPRequest, _RequestProxy(request, HTTPRequest._DEFAULTS))
        connection = WebSocketClientConnection(proxy)
        self._tried.append(connection)
        socket = Socket(await asyncio.shield(connection.connect_future))
        self._open.append(socket)
        return socket

    async def close(self) -> None:
        """Close them all, as soon as their handshakes have ended."""
        try:
            for socket in self._open:
                await socket.close()
        finally:
            for connection in self._tried:
                with contextlib.suppress(OSError, HTTPClientError, WebSocketError):
                    await connection.connect_future
                connection.close()


def is_push(frame: Frame) -> bool:
    """Whether a frame brings messages."""
    data = frame.get("data")
    return "type" not in frame and isinstance(data, dict) and "ret_data" in data


def is_recall(frame: Frame) -> bool:
    """Whether a frame tells everybody of a recall; the answer to who recalls has no ``id``."""
    return frame.get("type") == "recall" and "id" in frame


def is_receipt(frame: Frame) -> bool:
    """Whether a frame says that the other side has read."""
    return frame.get("type") == "read"


def is_count(frame: Frame) -> bool:
    """Whether a frame tells how much is unread."""
    return frame.get("type") == "query_num"


def is_presence(frame: Frame) -> bool:
    """Whether a frame tells who is online."""
    return frame.get("type") == "presence"


def _tells(frame: Frame, is_online: int) -> bool:
    return all(row["is_online"] == is_online for row in frame["data"]["ret_data"])
