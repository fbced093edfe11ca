"""What is left when a server ends: killed in mid transaction, killed under load, or told to go."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.chat import MessageRow
from tests.api import Api
from tests.factories import make_company, make_rep
from tests.processes import ServerProcess, serving
from tests.services.chat.load import Load, loaded
from tests.services.chat.locks import conversation_held, seq_held
from tests.services.chat.own_servers import OwnRedis
from tests.services.chat.raw_socket import RawSocket, open_raw
from tests.services.chat.server_processes import Environ, callers, production, several
from tests.services.chat.talk import Talk, join_talk, make_talk
from tests.sockets import Frame, is_push, is_recall
from tests.storage import Storage
from tests.waiting import eventually

ACKED_BEFORE_THE_END = 300
CUSTOMERS = 6
SECONDS_TO_STOP = 10
NAME = "甲"


@pytest.fixture
def environ(storage: Storage, tmp_path: Path) -> Environ:
    """The settings of a production server."""
    return production(storage, tmp_path)


async def make_customers(api: Api) -> list[Talk]:
    """Make customers of one rep, the last two of which are the same one."""
    company = await make_company()
    rep = await make_rep(company)
    talks = [await join_talk(api, rep, company) for _ in range(CUSTOMERS - 1)]
    return [*talks, talks[-1]]


async def everything(talks: list[Talk]) -> list[MessageRow]:
    """Read all messages, and see that no conversation has a gap."""
    rows = []
    for talk in {one.customer.id: one for one in talks}.values():
        stored = await talk.stored()
        assert [row.seq for row in stored] == list(range(1, len(stored) + 1))
        rows += stored
    return rows


def assert_kept(load: Load, rows: list[MessageRow]) -> None:
    """Fail when a message that was acknowledged is missing, elsewhere, or another."""
    stored = {row.client_msg_id: ((row.id, row.seq), row.content) for row in rows}
    for name, place in load.acked.items():
        assert stored[name] == (place, f'{{"info_type":1,"msg":"{load.sent[name]}"}}')


@dataclass(frozen=True)
class Doomed:
    """A server with one client, and what the client wants to send."""

    process: ServerProcess
    raw: RawSocket
    talk: Talk

    async def send(self, *more: Frame) -> None:
        """Send a message, and wait until the server has read it: it answers what comes with it."""
        message = self.talk.from_customer("一", client_msg_id=NAME)
        await self.raw.send_json(message, *more, {"type": "ping"})
        assert (await self.raw.receive())["code"] == 270


@contextlib.asynccontextmanager
async def doomed(environ: Environ) -> AsyncIterator[Doomed]:
    """Run a server with one client."""
    async with serving(environ) as process, callers([process]) as (api,):
        talk = await make_talk(api)
        async with await open_raw(process.url) as raw:
            await raw.register(talk.rep.id, talk.customer)
            yield Doomed(process, raw, talk)


async def stored_again(environ: Environ, talk: Talk) -> tuple[list[int], list[int]]:
    """Read what is stored, start a server, send the message again, and read once more."""
    before = [row.seq for row in await talk.stored()]
    async with serving(environ) as process, callers([process]) as (api,):
        answer = await replace(talk, api=api).post(talk.customer, "一", client_msg_id=NAME)
        assert answer["code"] == 200
        return before, [row.seq for row in await talk.stored()]


@pytest.mark.mariadb
async def test_a_kill_before_the_first_write_stores_nothing_and_skips_no_seq(
    db: None, storage: Storage, environ: Environ
) -> None:
    async with doomed(environ) as one:
        with conversation_held(storage, one.talk.pair) as lock:
            await one.send()
            assert await lock.is_waited_for()
            await one.process.kill()
    assert await stored_again(environ, one.talk) == ([], [1])


@pytest.mark.mariadb
async def test_a_kill_between_the_first_write_and_the_commit_stores_nothing_and_skips_no_seq(
    db: None, storage: Storage, environ: Environ
) -> None:
    async with doomed(environ) as one:
        with seq_held(storage, one.talk.pair, 2) as lock:
            await one.send(one.talk.from_customer("二"))
            assert await lock.is_waited_for()
            await one.process.kill()
    assert await stored_again(environ, one.talk) == ([], [1])


async def test_a_kill_before_sqlite_lets_it_write_stores_nothing_and_skips_no_seq(
    db: None, storage: Storage, environ: Environ
) -> None:
    path = storage.database_url.removeprefix("sqlite:///")
    async with doomed(environ) as one:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            await one.send()
            await one.process.kill()
    assert await stored_again(environ, one.talk) == ([], [1])


@pytest.mark.both
async def test_kills_under_load_lose_nothing_that_was_acknowledged_and_double_nothing(
    db: None, environ: Environ
) -> None:
    talks: list[Talk] = []
    loads: list[Load] = []
    for _ in range(3):
        async with serving(environ) as process, callers([process]) as (api,):
            talks = [replace(talk, api=api) for talk in talks] or await make_customers(api)
            if loads:
                assert_kept(loads[-1], await everything(talks))
                await loads[-1].send_again(talks)
                assert_kept(loads[-1], await everything(talks))
            async with loaded(talks) as load:
                assert await load.has_acked(ACKED_BEFORE_THE_END)
                await process.kill()
            loads.append(load)
    rows = await everything(talks)
    assert_kept(loads[-1], rows)
    names = [row.client_msg_id for row in rows]
    sent = {name for load in loads for name in load.sent}
    assert (len(names), set(names) <= sent) == (len(set(names)), True)


@pytest.mark.mariadb
async def test_a_kill_between_the_commit_and_the_event_is_healed_by_the_sweep(
    db: None, storage: Storage, tmp_path: Path
) -> None:
    redis = OwnRedis(tmp_path / "redis")
    with contextlib.ExitStack() as stack:
        redis.start()
        stack.callback(redis.stop)
        environ = production(replace(storage, redis_url=redis.url), tmp_path)
        async with (
            several(environ, 2) as (dying, living),
            callers([dying, living]) as (first, second),
        ):
            talk = await make_talk(first)
            rep = await replace(talk, api=second).open_rep()
            redis.refuse_publishing()  # it dies before anybody hears of what it has committed
            assert (await talk.post(talk.customer, "一"))["code"] == 200
            await dying.kill()
            assert [row["msg"] for row in await rep.rows(1)] == ["一"]


@pytest.mark.mariadb
async def test_a_kill_between_a_recall_and_its_event_is_healed_by_the_sweep(
    db: None, storage: Storage, tmp_path: Path
) -> None:
    redis = OwnRedis(tmp_path / "redis")
    with contextlib.ExitStack() as stack:
        redis.start()
        stack.callback(redis.stop)
        environ = production(replace(storage, redis_url=redis.url), tmp_path)
        async with (
            several(environ, 2) as (dying, living),
            callers([dying, living]) as (first, second),
        ):
            talk = await make_talk(first)
            number = (await talk.post(talk.customer, "一")).data["id"]
            rep = await replace(talk, api=second).open_rep()
            redis.refuse_publishing()
            url = "/zhugeleida/xiaochengxu/chat/recall/0"
            answer = await first.post(url, {"id": number}, caller=talk.customer)
            assert answer["code"] == 200
            await dying.kill()
            assert (await rep.until(is_recall))["id"] == number


@pytest.mark.mariadb
async def test_what_was_sent_before_the_end_is_acknowledged_before_the_goodbye(
    db: None, storage: Storage, environ: Environ
) -> None:
    async with doomed(environ) as one:
        with conversation_held(storage, one.talk.pair) as lock:
            await one.send()
            assert await lock.is_waited_for()
            stopping = asyncio.create_task(one.process.stop(signal.SIGTERM))
            assert await eventually(lambda: "stopping" in one.process.output)
        frames, code = await one.raw.until_close()
        assert await stopping == 0
    acked = [frame["data"]["client_msg_id"] for frame in frames if not is_push(frame)]
    assert (acked, code) == ([NAME], 1001)


@pytest.mark.both
async def test_a_server_that_is_told_to_go_under_load_says_goodbye_and_loses_nothing(
    db: None, environ: Environ
) -> None:
    async with serving(environ) as process, callers([process]) as (api,):
        talks = await make_customers(api)
        async with loaded(talks) as load:
            assert await load.has_acked(ACKED_BEFORE_THE_END)
            began = time.monotonic()
            status = await process.stop(signal.SIGTERM)
            took = time.monotonic() - began
    assert (status, took < SECONDS_TO_STOP) == (0, True), process.output
    assert_kept(load, await everything(talks))
    assert [one.close_code for one in load.senders] == [1001] * CUSTOMERS
