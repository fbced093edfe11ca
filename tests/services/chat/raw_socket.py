"""A websocket client that does nothing by itself: no reading, no pong, no goodbye."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.api import Caller
from tests.sockets import is_presence

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUATION = 0
SECONDS = 10.0

RawFrame = tuple[int, bytes]


class RawSocket:
    """One connection; frames come in when asked for, and only then."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._read = b""

    async def __aenter__(self) -> RawSocket:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.drop()

    async def send(self, opcode: int, payload: bytes, *, is_final: bool = True) -> None:
        """Send one frame."""
        await self._send_all(encoded(opcode, payload, is_final))

    async def send_json(self, *frames: dict[str, Any]) -> None:
        """Send text frames, all at once."""
        texts = [json.dumps(frame, ensure_ascii=False).encode() for frame in frames]
        await self._send_all(b"".join(encoded(TEXT, text) for text in texts))

    async def register(self, rep_id: int, caller: Caller, **more: Any) -> dict[str, Any]:
        """Register a customer for the pair with a rep and wait for the answer."""
        signature = caller.signature()
        await self.send_json({"type": "register", "u_id": rep_id, **signature, **more})
        return await self.receive()

    async def frame(self) -> RawFrame:
        """Wait for the next frame of any kind."""
        head, length = struct.unpack("!BB", await self._take(2))
        if length == 126:
            (length,) = struct.unpack("!H", await self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._take(8))
        return head & 0x0F, await self._take(length)

    async def receive(self) -> dict[str, Any]:
        """Wait for the next frame, which has to be text, passing over presence."""
        while True:
            opcode, payload = await self.frame()
            assert opcode == TEXT, (opcode, payload)
            frame: dict[str, Any] = json.loads(payload)
            if not is_presence(frame):
                return frame

    async def until_close(self) -> tuple[list[dict[str, Any]], int]:
        """Read all that there is but presence, up to the server's goodbye and its code."""
        found: list[dict[str, Any]] = []
        while True:
            opcode, payload = await self.frame()
            if opcode == CLOSE:
                (code,) = struct.unpack("!H", payload[:2])
                return found, code
            if opcode == TEXT and not is_presence(frame := json.loads(payload)):
                found.append(frame)

    def drop(self) -> None:
        """Be gone without a word, as when a phone loses its net."""
        self._connection.close()

    async def _send_all(self, data: bytes) -> None:
        async with asyncio.timeout(SECONDS):
            await asyncio.get_running_loop().sock_sendall(self._connection, data)

    async def _take(self, count: int) -> bytes:
        while len(self._read) < count:
            async with asyncio.timeout(SECONDS):
                data = await asyncio.get_running_loop().sock_recv(self._connection, 1 << 16)
            if not data:
                raise ConnectionError("the server has closed")
            self._read += data
        taken, self._read = self._read[:count], self._read[count:]
        return taken


def encoded(opcode: int, payload: bytes, is_final: bool = True) -> bytes:
    """Write a frame, masked as a client's must be."""
    head = (0x80 if is_final else 0) | opcode
    length = len(payload)
    if length < 126:
        header = struct.pack("!BB", head, 0x80 | length)
    elif length < 1 << 16:
        header = struct.pack("!BBH", head, 0x80 | 126, length)
    else:
        header = struct.pack("!BBQ", head, 0x80 | 127, length)
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return header + mask + masked


async def open_raw(
    url: str,
    path: str = "/zhugeleida/public/websocket/xiaochengxu",
    *,
    receive_bytes: int = 4096,
) -> RawSocket:
    """Connect to the server and shake hands.

    Args:
        receive_bytes: how much the kernel takes for a client that does not read.
    """
    parts = urlsplit(url)
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, (parts.hostname, parts.port))
    key = base64.b64encode(os.urandom(16)).decode()
    await loop.sock_sendall(
        connection,
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode(),
    )
    raw = RawSocket(connection)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await raw._take(1)
    assert head.startswith(b"HTTP/1.1 101"), head
    return raw
