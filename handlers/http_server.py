"""The HTTP server, and how it stops without losing what a proxy in front sends it."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
from collections.abc import Sequence
from typing import Final

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets

from conf.settings import Settings, SettingsError
from handlers.routing import EdgeRouter

BACKLOG: Final = 1024
"""How many connections may wait to be accepted: all sockets of a stopped process come at once."""
LAST_REQUESTS_SECONDS: Final = 3.0
"""How long kept connections are served once nothing new is; the proxy must give up idle ones sooner
(``keepalive_timeout`` of the upstream in conf/nginx.conf)."""


def bind(settings: Settings) -> list[socket.socket]:
    """Take the address and the port, without listening: a proxy has to ask others until we serve.

    Raises:
        SettingsError: they are not to be had.
    """
    try:
        sockets = bind_sockets(settings.port, settings.address, family=socket.AF_UNSPEC)
    except socket.gaierror as error:
        raise SettingsError(f"ZHUGE_ADDRESS: {settings.address}: {error.strerror}") from None
    except OSError as error:
        raise SettingsError(f"ZHUGE_PORT: {settings.port}: {error.strerror}") from None
    for one in sockets if settings.port else ():
        # Linux keeps a port that was asked for by its number; elsewhere this is refused.
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RD)
    return sockets


class HttpServer(HTTPServer):
    """Listens when it is told to, and knows when nobody holds a connection any more.

    Whoever closes a connection that the other side may still send on loses requests: a proxy does
    not send a POST again once it has begun to. So a stopping server leaves the closing to clients.
    """

    def initialize(self, router: EdgeRouter) -> None:  # type: ignore[override]  # ours has one form
        super().initialize(
            router,
            max_body_size=1 << 40,  # the router sets the real bound, and answers what is over it
            idle_connection_timeout=120,
            body_timeout=60,
        )
        self._listening: Sequence[socket.socket] = ()
        self._count = 0
        self._is_unused = asyncio.Event()
        self._is_unused.set()

    def listen_on(self, sockets: Sequence[socket.socket]) -> None:
        """Accept connections on sockets that are bound."""
        for one in sockets:
            one.listen(BACKLOG)
        self._listening = sockets
        self.add_sockets(sockets)

    async def stop_listening(self) -> None:
        """Refuse who comes from now on, when everybody who has come before is let in."""
        try:
            while _is_waited_for(self._listening):  # noqa: ASYNC110 - the loop lets them in
                await asyncio.sleep(0)
        finally:
            self.stop()

    async def serve_the_last(self) -> None:
        """Wait until the clients have closed their connections, or have had the time to."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_REQUESTS_SECONDS):
                await self._is_unused.wait()

    def handle_stream(self, stream: IOStream, address: tuple[object, ...]) -> None:
        self._count += 1
        self._is_unused.clear()
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        self._count -= 1
        if not self._count:
            self._is_unused.set()


def _is_waited_for(sockets: Sequence[socket.socket]) -> bool:
    poll = select.poll()
    for one in sockets:
        poll.register(one, select.POLLIN)
    return bool(poll.poll(0))
