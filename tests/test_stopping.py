"""How a server comes and goes behind a proxy that keeps connections to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from conf.settings import load
from handlers.http_server import LAST_REQUESTS_SECONDS, bind
from tests.processes import ServerProcess, serving
from tests.servers import free_port
from tests.waiting import eventually

SECONDS = 10.0


class Kept:
    """A connection that a proxy keeps."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def get(self, path: str) -> tuple[int, str, object]:
        """Ask for a path, and give the status, the header Connection and the body."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: zhuge.example\r\n\r\n".encode())
        async with asyncio.timeout(SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            body = await self._reader.readexactly(int(headers["Content-Length"]))
        return int(head[0].split()[1]), headers.get("Connection", ""), json.loads(body)

    async def is_closed(self) -> bool:
        """Wait for the other side to close."""
        async with asyncio.timeout(SECONDS):
            return await self._reader.read() == b""

    async def close(self) -> None:
        """Give the connection up."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


@pytest_asyncio.fixture
async def process(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A production server on SQLite."""
    environ = {
        "ZHUGE_PROFILE": "production",
        "ZHUGE_DATABASE_URL": f"sqlite:///{tmp_path}/zhuge.db",
        "ZHUGE_DATA_DIR": str(tmp_path),
        "ZHUGE_PUBLIC_URL": "https://zhuge.example",
        "ZHUGE_SECRET_KEY": "k" * 32,
    }
    async with serving(environ) as process:
        yield process


@pytest_asyncio.fixture
async def kept(process: ServerProcess) -> AsyncIterator[Kept]:
    """A connection to it that has been used."""
    kept = Kept(*await asyncio.open_connection("127.0.0.1", process.port))
    assert (await kept.get("/readyz"))[:2] == (200, "")
    yield kept
    await kept.close()


def is_refused(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) != 0


async def test_a_stopping_server_serves_kept_connections_once_more_and_nobody_new(
    process: ServerProcess, kept: Kept
) -> None:
    stopping = asyncio.create_task(process.stop())
    assert await eventually(lambda: is_refused(process.port))
    status, connection, body = await kept.get("/readyz")
    assert (status, connection) == (503, "close")
    assert body == {"status": "unavailable", "process": "stopping"}
    await kept.close()
    assert await stopping == 0


async def test_a_server_stops_as_soon_as_nobody_keeps_a_connection(
    process: ServerProcess, kept: Kept
) -> None:
    await kept.close()
    began = asyncio.get_running_loop().time()
    assert await process.stop() == 0
    assert asyncio.get_running_loop().time() - began < LAST_REQUESTS_SECONDS


async def test_a_stopping_server_closes_connections_that_nobody_gives_up(
    process: ServerProcess, kept: Kept
) -> None:
    stopping = asyncio.create_task(process.stop())
    assert await kept.is_closed()
    assert await stopping == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_server_that_is_starting_has_its_port_and_refuses_connections(
    tmp_path: Path, address: str
) -> None:
    port = free_port()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    settings = load({"ZHUGE_DATA_DIR": str(tmp_path)}, port=port, address=address)
    with contextlib.ExitStack() as stack:
        (bound,) = [stack.enter_context(one) for one in bind(settings)]
        with socket.socket(family) as connection:
            assert connection.connect_ex((address, port)) != 0
        bound.listen()
        with socket.socket(family) as connection:
            assert connection.connect_ex((address, port)) == 0
