"""What operators are given works, with supervisor, nginx, MariaDB and Redis."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

from models.database import fetch_all
from models.staff import RepPhoto
from tests.api import Api
from tests.deployment import COUNT, Deployment, deployed
from tests.factories import make_rep, session_for
from tests.pictures import drawn, send
from tests.services.chat.talk import REP, Talk, make_talk
from tests.sockets import Socket, is_push
from tests.storage import Schema
from tests.waiting import eventually

pytestmark = [pytest.mark.mariadb, pytest.mark.seconds(200)]
"""All together and first, so that one worker makes the deployment once."""

PHOTO = "/zhugeleida/qiyeweixin/mingpian"
LOGIN = "/zhugeleida/admin/login"
CONTACTS = "/zhugeleida/qiyeweixin/contact"
KEPT = (
    *("Content-Type", "Content-Length", "X-Content-Type-Options", "Cache-Control"),
    *("Accept-Ranges", "Last-Modified"),
)
PAIRS = 3
ACKED_BEFORE = 5
TALKING_SECONDS = 30.0
PAUSE_SECONDS = 0.1


@pytest.fixture(scope="module")
def deployment(server_directory: Path, schema: Schema, private_redis: str) -> Iterator[Deployment]:
    """Three processes behind nginx, for all tests here: they keep nothing but sockets."""
    directory = Path(tempfile.mkdtemp(prefix="deployment-", dir=server_directory))
    with deployed(directory, schema.url, private_redis) as deployment:
        yield deployment


@pytest_asyncio.fixture
async def api(db: None, deployment: Deployment) -> AsyncIterator[Api]:
    """A client of nginx, when every process is ready."""
    await deployment.wait_ready()
    api = Api(deployment.url, deployment.ca_certs)
    yield api
    await api.close()


@contextlib.asynccontextmanager
async def direct(port: int) -> AsyncIterator[Api]:
    """A client of one process, past nginx."""
    process = Api(f"http://127.0.0.1:{port}")
    try:
        yield process
    finally:
        await process.close()


async def test_a_photo_sent_through_nginx_is_served_by_it_as_the_server_would(
    api: Api, deployment: Deployment
) -> None:
    caller, picture = await session_for(await make_rep()), drawn()
    (chunk,) = await send(api, caller, f"{PHOTO}/upload_photo/0", picture, task="t")
    named = {"task_id": "t", "filename": "a.png"}
    answer = await api.get(f"{PHOTO}/upload_complete/0", named, caller=caller)
    assert (chunk["code"], answer["code"]) == (200, 200)
    (photo,) = await RepPhoto.select().aio_execute()
    async with direct(deployment.ports[0]) as process:
        theirs = await process.fetch("GET", f"/{photo.photo_url}")
    ours = await api.fetch("GET", f"/{photo.photo_url}")
    assert (ours.code, ours.body) == (200, theirs.body)
    assert ours.headers["Server"] == "nginx"
    for name in KEPT:
        assert ours.headers.get_list(name) == theirs.headers.get_list(name)
    again = {"If-None-Match": ours.headers["Etag"]}
    assert (await api.fetch("GET", f"/{photo.photo_url}", headers=again)).code == 304
    assert f"/{photo.photo_url}" in deployment.nginx_logs


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path", ["zhugeleida/none.jpg", "zhugeleida/", "zhugeleida/%2e%2e/%2e%2e/server.py", "x"]
)
async def test_what_is_no_file_is_refused_through_nginx_as_by_the_server(
    api: Api, deployment: Deployment, method: str, path: str
) -> None:
    async with direct(deployment.ports[0]) as process:
        theirs = await process.fetch(method, f"/statics/{path}")
    ours = await api.fetch(method, f"/statics/{path}")
    assert (ours.code, ours.body) == (theirs.code, theirs.body)


async def test_a_file_takes_no_other_method_through_nginx(api: Api, deployment: Deployment) -> None:
    path = deployment.data_dir / "statics" / "zhugeleida" / "file.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")
    assert (await api.fetch("GET", "/statics/zhugeleida/file.txt")).body == b"text"
    assert (await api.post("/statics/zhugeleida/file.txt"))["code"] == 402


async def test_a_pair_chats_through_nginx(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep()
    await customer.send(talk.from_customer("在吗"))
    assert [row["msg"] for row in await rep.rows(1)] == ["在吗"]
    await rep.send(talk.from_rep("在"))
    assert [row["msg"] for row in await customer.rows(2)] == ["在吗", "在"]


async def test_what_is_too_large_is_refused_by_nginx_in_the_envelope(api: Api) -> None:
    caller = await session_for(await make_rep())
    body = b"x" * (4 * 1024 * 1024 + 1)
    answer = await api.post(f"{PHOTO}/upload_photo/0", caller=caller, files={"file": ("a", body)})
    assert (answer.status, answer["code"]) == (413, 413)


async def test_nobody_outside_sees_the_figures(api: Api, deployment: Deployment) -> None:
    assert (await api.get("/metrics"))["code"] == 404
    async with direct(deployment.ports[0]) as process:
        assert (await process.fetch("GET", "/metrics")).code == 200


async def test_only_nginx_is_believed_about_a_clients_address(
    api: Api, deployment: Deployment
) -> None:
    form = {"username": (await make_rep()).username, "password": "wrong"}
    said = {"X-Forwarded-For": "203.0.113.9", "X-Real-Ip": "203.0.113.9"}
    async with direct(deployment.ports[0]) as process:
        for one, own in ((api, "127.0.0.7"), (process, "127.0.0.8")):
            await one.post(LOGIN, form, headers=said, network_interface=own)
    rows = await fetch_all("SELECT address FROM audit_log ORDER BY id")
    assert [address for (address,) in rows] == ["127.0.0.7", "127.0.0.8"]


async def test_without_tls_nginx_sends_to_where_there_is(deployment: Deployment, api: Api) -> None:
    plain = Api(f"http://127.0.0.1:{deployment.plain_port}")
    try:
        answer = await plain.fetch("GET", "/healthz")
    finally:
        await plain.close()
    assert (answer.code, answer.headers["Location"]) == (301, "https://127.0.0.1/healthz")


async def test_when_everything_is_stopped_it_ends_well_and_nginx_says_so(
    api: Api, deployment: Deployment
) -> None:
    before = deployment.supervisor_log.count("(exit status 0)")
    try:
        await deployment.control("stop", "all")
        ended = deployment.supervisor_log.count("(exit status 0)") - before
        answer = await api.get("/healthz")
    finally:
        started = await deployment.control("start", "all")
    assert (ended, answer["code"], started.status) == (COUNT, 503, 0)


async def pause(stop: asyncio.Event) -> None:
    """Leave the machine to others for a moment, unless it is time to stop."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PAUSE_SECONDS):
            await stop.wait()


@dataclass
class Client:
    """One side of a pair that keeps talking over whatever process nginx gives it.

    Args:
        seen: the rows that it was pushed.
        acked: the seqs of its own messages, by their names.
        closed: with which codes its connections were closed.
        refused: how often nginx gave it no connection.
    """

    talk: Talk
    kind: str
    seen: list[dict[str, object]] = field(default_factory=list)
    acked: dict[str, int] = field(default_factory=dict)
    closed: Counter[int | None] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[int] = field(default_factory=list)

    @property
    def since(self) -> int:
        """The last seq that it has seen."""
        seq = self.seen[-1]["seq"] if self.seen else 0
        assert isinstance(seq, int)
        return seq

    async def run(self, stop: asyncio.Event) -> None:
        """Send one message behind another until it is told to stop; connect as often as needed."""
        while not stop.is_set():
            try:
                socket = await self.talk.api.socket(self.kind)
            except (HTTPClientError, OSError):
                self.refused += 1
                continue
            with contextlib.suppress(WebSocketClosedError):
                await self._talk(socket, stop)
            self.closed[await socket.close_code()] += 1

    async def _talk(self, socket: Socket, stop: asyncio.Event) -> None:
        await self.talk.register(socket, self.kind, since=self.since)
        while not stop.is_set():
            name = f"{self.kind}-{len(self.acked)}"  # one that was not acknowledged goes out again
            await socket.send(self.talk.message(self.kind, name, client_msg_id=name))
            while name not in self.acked:
                frame = await socket.frame_or_end()
                if frame is None:
                    return
                self._take(frame)
            await pause(stop)
        await socket.close()

    async def catch_up(self, count: int) -> None:
        """Connect once more and read what is lacking."""
        socket = await self.talk.api.socket(self.kind)
        await self.talk.register(socket, self.kind, since=self.since)
        while self.since < count:
            self._take(await socket.receive())
        await socket.close()

    def _take(self, frame: dict[str, Any]) -> None:
        if is_push(frame):
            self.seen += frame["data"]["ret_data"]
        elif "client_msg_id" in frame.get("data", {}):
            if frame["code"] == 200:
                self.acked[frame["data"]["client_msg_id"]] = frame["data"]["seq"]
            else:
                self.refusals.append(frame["code"])


@dataclass
class Rest:
    """A pair that calls over REST, each call on a connection of its own to nginx.

    Args:
        codes: what was answered.
        stored: the texts of the messages that were taken.
    """

    talk: Talk
    codes: Counter[int] = field(default_factory=Counter)
    stored: list[str] = field(default_factory=list)

    async def run(self, stop: asyncio.Event) -> None:
        """Read and write by turns until it is told to stop."""
        while not stop.is_set():
            text = f"第{self.codes.total()}句"
            sent = await self.talk.post(self.talk.customer, text)
            if sent["code"] == 200:
                self.stored.append(text)
            listed = await self.talk.api.get(CONTACTS, caller=self.talk.rep)
            self.codes.update((sent["code"], listed["code"]))
            await pause(stop)


async def test_while_all_are_restarted_one_by_one_nothing_is_lost_and_nobody_is_refused(
    api: Api, deployment: Deployment
) -> None:
    talks = [await make_talk(api) for _ in range(PAIRS)]
    clients = [Client(talk, kind) for talk in talks for kind in (talk.kind, REP)]
    rests = [Rest(await make_talk(api)) for _ in range(2)]
    before, stop = await deployment.pids(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for work in (*(one.run(stop) for one in clients), *(one.run(stop) for one in rests)):
            group.create_task(work)
        assert await eventually(
            lambda: all(len(one.acked) >= ACKED_BEFORE for one in clients), TALKING_SECONDS
        )
        restarted = await deployment.restart_one_by_one()
        stop.set()
    after = await deployment.pids()
    assert restarted.status == 0, restarted.stdout
    assert (len(after), set(before.values()) & set(after.values())) == (COUNT, set())
    assert sum((one.codes for one in rests), Counter()).keys() == {200}
    assert [(one.refused, one.refusals) for one in clients] == [(0, [])] * len(clients)
    assert sum((one.closed for one in clients), Counter())[1001] >= len(clients)
    for rest in rests:
        assert [row.content for row in await rest.talk.stored()] == [
            f'{{"info_type":1,"msg":"{text}"}}' for text in rest.stored
        ]
    for client in clients:
        stored = await client.talk.stored()
        await client.catch_up(len(stored))
        places = [(row.id, row.seq) for row in stored]
        assert [(row["id"], row["seq"]) for row in client.seen] == places
        assert [seq for _, seq in places] == list(range(1, len(stored) + 1))
        named = {row.client_msg_id: row.seq for row in stored}
        assert client.acked.items() <= named.items()
    assert "rand_str" not in deployment.nginx_logs
