"""The way from clients to one server, which can be cut as a network is: without a word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import cast

NO_PONG = b"no pong"


class Link:
    """Takes bytes to and from a server that may move to another port.

    Args:
        noticed: how many connections a server has given up because they had been cut.
    """

    def __init__(self) -> None:
        self.port = 0
        self.to_port = 0
        self.is_cut = False
        self.noticed = 0
        self.pipes: set[_Pipe] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on a port that stays the same."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Pipe(self).client, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close every connection and listen no more."""
        assert self._server is not None
        self._server.close()
        while self.pipes:
            await self.pipes.pop().close()

    @contextlib.contextmanager
    def cut(self) -> Iterator[int]:
        """Lose all that is sent, over old connections for ever and over new ones in the block.

        Returns:
            how many connections there were.
        """
        self.is_cut = True
        for pipe in self.pipes:
            pipe.is_cut = True
        try:
            yield len(self.pipes)
        finally:
            self.is_cut = False


class _Pipe:
    """One connection, and its other half behind the link."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.is_cut = link.is_cut
        self.client = _End(self)
        self.server = _End(self)
        self._connecting: asyncio.Task[object] | None = None
        link.pipes.add(self)

    def connect(self) -> None:
        """Go on to the server, unless nothing gets there."""
        if not self.is_cut:
            self._connecting = asyncio.create_task(self._connect())

    def take(self, data: bytes, end: _End) -> None:
        """Take bytes from one end to the other."""
        if not self.is_cut:
            other = self.server if end is self.client else self.client
            other.write(data)
        elif end is self.server and NO_PONG in data:
            self.link.noticed += 1

    def lose(self, end: _End) -> None:
        """Let an end know that the other is closed."""
        if not self.is_cut:
            (self.server if end is self.client else self.client).close()
        if self.client.is_closed and self.server.is_closed:
            self.link.pipes.discard(self)

    async def close(self) -> None:
        """Close both ends."""
        if self._connecting is not None:
            await self._connecting
        self.client.close()
        self.server.close()

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: self.server, "127.0.0.1", self.link.to_port
            )
        except OSError:
            self.client.close()


class _End(asyncio.Protocol):
    """One half of a connection."""

    def __init__(self, pipe: _Pipe) -> None:
        self._pipe = pipe
        self._transport: asyncio.Transport | None = None
        self._early: list[bytes] = []
        self.is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        for data in self._early:
            self._transport.write(data)
        if self.is_closed:  # the client has gone meanwhile
            self._transport.close()
        if self is self._pipe.client:
            self._pipe.connect()

    def data_received(self, data: bytes) -> None:
        self._pipe.take(data, self)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_closed = True
        self._pipe.lose(self)

    def write(self, data: bytes) -> None:
        """Send bytes, as soon as there is a connection."""
        if self._transport is None:
            self._early.append(data)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close behind what was sent."""
        if self._transport is None:
            self.is_closed = True
        else:
            self._transport.close()
