"""RFC 6455 as the Autobahn test suite checks it, against a chat socket that echoes.

The cases are Autobahn's own, run by kosoku, because Autobahn's runner needs Python 2. Left out are
compression, which the chat socket does not offer, and messages over 64 KiB, which it does not take.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from kosoku import FailureError, run_fuzzingclient
from tornado.netutil import bind_sockets
from tornado.websocket import WebSocketClosedError

import server
from handlers.http_server import HttpServer
from handlers.public.connection import Connection
from handlers.public.frames import Kind
from handlers.routing import make_router
from tests.app import App

CASES = [*(f"{number}.*" for number in (1, 2, 3, 4, 5, 6, 7, 10)), "9.1.1", "9.2.1"]
AT_ONCE = 8
ECHOED_CLOSE_CODES = {f"7.9.{number}" for number in range(1, 10)}
"""Tornado 6.6.1 answers a close with the code that it got, even with one that is not allowed."""


class EchoSocket(Connection):
    """A chat socket that sends back whatever comes."""

    async def on_message(self, message: str | bytes) -> None:
        with contextlib.suppress(WebSocketClosedError):  # many cases end in mid conversation
            await self.write_message(message, binary=isinstance(message, bytes))


@pytest_asyncio.fixture
async def echo(app: App) -> AsyncIterator[str]:
    """The URL of an echo, served just as the chat is."""
    router = make_router(app.services)
    router.application.add_handlers(".*", [("/echo", EchoSocket, {"kind": Kind.REP})])
    http = HttpServer(router)
    sockets = bind_sockets(0, "127.0.0.1")
    http.listen_on(sockets)
    yield f"ws://127.0.0.1:{sockets[0].getsockname()[1]}/echo"
    await server.close_connections(router, http)


async def failed(url: str, cases: Sequence[str], concurrency: int) -> dict[str, str]:
    """Run cases and say which failed, and why."""
    try:
        await run_fuzzingclient(url, cases, concurrency=concurrency)
    except FailureError as error:
        return {
            each.case_id: f"{each.result} {each.result_close}"
            for each in error.results
            if not each.passed
        }
    return {}


# Not under coverage, which would trace the cases: they make every UTF-8 sequence there is.
@pytest.mark.unmeasured
async def test_the_socket_conforms_but_for_the_codes_of_a_close_that_tornado_echoes(
    echo: str,
) -> None:
    first = await failed(echo, CASES, AT_ONCE)
    # A case waits for a second: what a busy machine was too slow for is tried again, alone.
    again = await failed(echo, list(first), 1)
    assert again.keys() == ECHOED_CLOSE_CODES, again
