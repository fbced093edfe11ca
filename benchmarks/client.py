"""The load's own clients: a websocket and an HTTP connection with next to nothing in them.

A library's client costs more per message than the server does, and then measures itself.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
HOST = "127.0.0.1"

_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_NO_MASK = b"\0\0\0\0"  # a mask like any other, which leaves the payload as it is


class WebSocket(asyncio.Protocol):
    """A websocket to this machine; every text frame that arrives goes to ``on_text``."""

    def __init__(self, path: str, port: int) -> None:
        self.on_text: Callable[[bytes], None] = lambda _: None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.close_reason: str | None = None
        self._request = _UPGRADE.format(path=path, port=port).encode()
        self._transport: asyncio.Transport
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close_reason = self.close_reason or f"connection lost: {exc}"
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(self.close_reason))

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        self._rest = b""
        at = 0 if self.opened.done() else self._read_head(data)
        size = len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127:
                length, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if start > size or start + length > size:
                break
            self._take(data[at] & 15, data[start : start + length])
            at = start + length
        self._rest += data[at:]

    def send(self, text: bytes) -> None:
        """Send a text frame."""
        self._send(TEXT, text)

    def close(self) -> None:
        """Close without ceremony."""
        self.close_reason = "closed here"
        self._transport.close()

    def _send(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = bytes((0x80 | opcode, 0x80 | length))
        else:
            head = struct.pack(">BBH", 0x80 | opcode, 0xFE, length)
        self._transport.write(head + _NO_MASK + payload)

    def _read_head(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            self._rest = data
            return len(data)
        if not data.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError(data[:200].decode()))
            self._transport.close()
            return len(data)
        self.opened.set_result(None)
        return end

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.on_text(payload)
        elif opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            code = int.from_bytes(payload[:2])
            self.close_reason = f"closed by the server: {code} {payload[2:].decode()}"
            self._transport.close()


class Http(asyncio.Protocol):
    """A kept-alive HTTP connection; every answer goes to ``on_answer``, one at a time."""

    def __init__(self) -> None:
        self.on_answer: Callable[[bytes, bytes], None] = lambda *_: None
        self.close_reason: str | None = None
        self._transport: asyncio.Transport
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close_reason = self.close_reason or f"connection lost: {exc}"

    def get(self, target: bytes) -> None:
        """Ask for a path with its query."""
        self._transport.write(b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    def close(self) -> None:
        """Close without ceremony."""
        self.close_reason = "closed here"
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._rest += data
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._rest[: end + 2]
        at = head.find(b"Content-Length: ") + 16
        size = end + 4 + int(head[at : head.find(b"\r\n", at)])
        if len(self._rest) < size:
            return
        body, self._rest = self._rest[end + 4 : size], self._rest[size:]
        self.on_answer(head[9:12], body)


async def open_websocket(path: str, port: int) -> WebSocket:
    """Connect a websocket.

    Raises:
        OSError: nobody listens, or the server refuses.
    """
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: WebSocket(path, port), HOST, port)
    await socket.opened
    return socket


async def open_http(port: int) -> Http:
    """Connect an HTTP connection."""
    _, connection = await asyncio.get_running_loop().create_connection(Http, HOST, port)
    return connection
