"""Bodies that are too large: 413 in the envelope, whoever sends them and however (decisions E1)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from handlers.bodies import MOST_BODY_BYTES, MOST_DROPPED_BYTES
from handlers.codes import Code
from tests.api import Api
from tests.app import App
from tests.logs import Log
from tests.waiting import eventually

LOGIN = "/zhugeleida/admin/login"
UNKNOWN = "/zhugeleida/no_such_thing"
SOCKET = "/zhugeleida/public/websocket/leida"
MEGABYTE = 1024 * 1024
CHUNK = 0x10000
SECONDS = 20
REFUSAL = {"code": 413, "msg": "请求内容过大", "data": {}}
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


class Client:
    """A connection that reads nothing while it sends, as simple clients do."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._read = b""

    async def send(self, data: bytes) -> None:
        """Send everything before anything else is done."""
        async with asyncio.timeout(SECONDS):
            await asyncio.get_running_loop().sock_sendall(self._connection, data)

    async def answer(self) -> tuple[int, Any]:
        """Read one answer: its status, and its body as JSON."""
        while b"\r\n\r\n" not in self._read:
            self._read += await self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        lines = [line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:]]
        length = int(dict(lines)[b"content-length"])
        while len(self._read) < length:
            self._read += await self._more()
        body, self._read = self._read[:length], self._read[length:]
        return int(head.split(b" ")[1]), json.loads(body)

    async def _more(self) -> bytes:
        async with asyncio.timeout(SECONDS):
            data = await asyncio.get_running_loop().sock_recv(self._connection, CHUNK)
        assert data, "the server has closed"
        return data


@contextlib.contextmanager
def client(app: App) -> Iterator[Client]:
    """Connect to the server."""
    host, _, port = app.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.setblocking(False)
        yield Client(connection)


def head(path: str, *headers: str, method: str = "POST") -> bytes:
    """Write the first lines of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def sized(path: str, count: int) -> bytes:
    """Write a request whose body says how long it is."""
    return head(path, f"Content-Length: {count}") + b"x" * count


def chunked(path: str, count: int) -> bytes:
    """Write a request whose body does not say how long it is."""
    sizes: Iterable[int] = [CHUNK] * (count // CHUNK) + ([count % CHUNK] if count % CHUNK else [])
    chunks = b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in sizes)
    return head(path, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize("write", [sized, chunked])
@pytest.mark.parametrize("path", [LOGIN, UNKNOWN, SOCKET, "/healthz"])
async def test_who_sends_everything_first_still_gets_the_answer(
    app: App, write: Any, path: str
) -> None:
    with client(app) as sender:
        await sender.send(write(path, 5 * MEGABYTE))
        assert await sender.answer() == (413, REFUSAL)


@pytest.mark.parametrize("write", [sized, chunked])
async def test_the_connection_goes_on_behind_a_body_that_was_dropped(app: App, write: Any) -> None:
    with client(app) as sender:
        await sender.send(write(LOGIN, 5 * MEGABYTE) + HEALTH)
        answers = [(await sender.answer())[0] for _ in range(2)]
    assert answers == [413, 200]


async def test_a_body_that_is_too_large_is_refused_before_it_is_sent(app: App) -> None:
    with client(app) as sender:
        await sender.send(head(LOGIN, f"Content-Length: {100 * MEGABYTE}"))
        assert await sender.answer() == (413, REFUSAL)


async def test_who_asks_whether_to_send_is_told_no(app: App) -> None:
    with client(app) as sender:
        await sender.send(head(LOGIN, f"Content-Length: {1 << 62}", "Expect: 100-continue"))
        assert await sender.answer() == (413, REFUSAL)


@pytest.mark.parametrize("method", ["GET", "PUT", "BREW"])
async def test_the_method_does_not_matter(app: App, method: str) -> None:
    with client(app) as sender:
        await sender.send(head(LOGIN, f"Content-Length: {100 * MEGABYTE}", method=method))
        assert await sender.answer() == (413, REFUSAL)


async def test_a_client_that_reads_while_it_sends_gets_the_answer(api: Api) -> None:
    answer = await api.post(LOGIN, {"username": "x" * 5 * MEGABYTE})
    assert (answer.status, answer["code"]) == (413, Code.TOO_LARGE)


@pytest.mark.parametrize("write", [sized, chunked])
async def test_what_is_dropped_has_a_bound(app: App, log: Log, write: Any) -> None:
    with client(app) as sender, pytest.raises(ConnectionError):
        await sender.send(write(LOGIN, MOST_BODY_BYTES + 2 * MOST_DROPPED_BYTES))
        while True:
            await sender.send(HEALTH)
    assert await eventually(lambda: log.named("request"))
    assert [line["code"] for line in log.named("request")] == [413]


@pytest.mark.parametrize("write", [sized, chunked])
@pytest.mark.parametrize(("count", "code"), [(MOST_BODY_BYTES, 303), (MOST_BODY_BYTES + 1, 413)])
async def test_a_body_may_have_exactly_as_much_as_is_allowed(
    app: App, write: Any, count: int, code: int
) -> None:
    with client(app) as sender:
        await sender.send(write(LOGIN, count))
        assert (await sender.answer())[1]["code"] == code


async def test_who_leaves_in_the_middle_is_written_of_once(app: App, log: Log) -> None:
    with client(app) as sender:
        await sender.send(chunked(LOGIN, 5 * MEGABYTE)[:-10])
        assert await sender.answer() == (413, REFUSAL)
    assert await eventually(lambda: log.named("request"))
    (line,) = log.named("request")
    assert (line["status"], line["code"]) == (413, 413)
