"""The hazards of asynchronous engines, each shown to be closed (models/engines.py)."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sqlite3
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import peewee
import pytest

from models.database import (
    atomic,
    connected,
    execute,
    fetch_all,
    for_update,
    ping,
    retry_on_deadlock,
)
from models.engines import DatabaseAway, WrongTask, make_engine
from tests import servers
from tests.factories import make_company
from tests.storage import Storage, is_running, open_mariadb
from tests.waiting import eventually

SHORT = 0.3


async def names() -> list[str]:
    """The names of all companies."""
    return [name for (name,) in await fetch_all("SELECT name FROM company ORDER BY id")]


@pytest.mark.both
async def test_a_task_started_inside_a_transaction_gets_an_error(db: None) -> None:
    async with atomic():
        with pytest.raises(WrongTask):
            await asyncio.create_task(names())


@pytest.mark.both
async def test_a_task_that_outlives_the_transaction_it_came_from_writes_nothing(db: None) -> None:
    ended = asyncio.Event()

    async def write() -> None:
        await ended.wait()
        await make_company()

    async with atomic():
        task = asyncio.create_task(write())
    ended.set()
    with pytest.raises(WrongTask):
        await task
    assert await names() == []


@pytest.mark.both
async def test_gather_inside_a_transaction_gets_an_error(db: None) -> None:
    async with atomic():
        with pytest.raises(WrongTask):
            await asyncio.gather(names(), names())


@pytest.mark.both
async def test_a_second_database_inside_a_transaction_gets_an_error(
    db: None, tmp_path: Path
) -> None:
    second = make_engine(f"sqlite:///{tmp_path}/second.db", SHORT)
    async with AsyncExitStack() as stack:
        await second.aio_connect()
        stack.push_async_callback(second.aio_close)
        async with atomic():
            with pytest.raises(WrongTask):
                await second.aio_execute_sql("SELECT 1")


@pytest.mark.both
async def test_a_transaction_goes_on_after_a_foreign_task_was_refused(db: None) -> None:
    async with atomic():
        with pytest.raises(WrongTask):
            await asyncio.create_task(names())
        await make_company(name="一")
    assert await names() == ["一"]


@pytest.mark.both
async def test_what_a_block_raises_rolls_its_transaction_back(db: None) -> None:
    with pytest.raises(ZeroDivisionError):
        async with atomic():
            await make_company()
            raise ZeroDivisionError
    assert await names() == []


@pytest.mark.both
async def test_an_inner_transaction_rolls_back_alone(db: None) -> None:
    async with atomic():
        await make_company(name="外")
        with pytest.raises(ZeroDivisionError):
            async with atomic():
                await make_company(name="内")
                raise ZeroDivisionError
    assert await names() == ["外"]


@pytest.mark.both
async def test_who_waits_for_the_database_is_served_in_its_turn(storage: Storage) -> None:
    served: list[str] = []

    async def work(name: str) -> None:
        for _ in range(3):
            async with atomic():
                served.append(name)
                await ping()

    async with connected(only_connection(storage), 5.0):
        tasks = [asyncio.create_task(work(name)) for name in "abcde"]
        async with atomic():
            await asyncio.sleep(0)  # all of them begin to wait
        await asyncio.gather(*tasks)
    assert served == list("abcde") * 3


@pytest.mark.both
async def test_who_waits_too_long_for_the_database_is_told_that_it_is_away(
    storage: Storage,
) -> None:
    async with connected(only_connection(storage), SHORT):
        waiting = asyncio.create_task(names())
        async with atomic():
            with pytest.raises(DatabaseAway):
                await waiting
        assert await names() == []


@pytest.mark.both
async def test_an_unknown_reference_is_refused(db: None) -> None:
    with pytest.raises(peewee.IntegrityError):
        await execute(
            "INSERT INTO rep_tag (rep_id, name, created_at) VALUES (%s, %s, %s)", (9, "x", 0)
        )


@pytest.mark.both
async def test_concurrent_changes_of_one_row_all_count(db: None) -> None:
    company = await make_company(card_quota=0)

    @retry_on_deadlock
    async def add() -> None:
        async with atomic():
            sql = f"SELECT card_quota FROM company WHERE id = %s{for_update()}"
            ((before,),) = await fetch_all(sql, (company.id,))
            await execute(
                "UPDATE company SET card_quota = %s WHERE id = %s", (before + 1, company.id)
            )

    await asyncio.gather(*(add() for _ in range(20)))
    assert await fetch_all("SELECT card_quota FROM company") == [(20,)]


async def test_sqlite_keeps_a_write_ahead_log(db: None) -> None:
    assert await fetch_all("PRAGMA journal_mode") == [("wal",)]


async def test_sqlite_waits_for_the_disk_with_every_commit(db: None) -> None:
    full = 2
    assert await fetch_all("PRAGMA synchronous") == [(full,)]


async def test_sqlite_locks_for_writing_when_a_transaction_begins(
    db: None, storage: Storage
) -> None:
    path = storage.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    async with atomic():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_sqlite_is_away_while_another_process_keeps_it_locked(storage: Storage) -> None:
    path = storage.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    async with connected(storage.database_url, SHORT):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseAway):
            await make_company()
    other.close()


async def test_the_loop_goes_on_while_another_process_keeps_sqlite_locked(
    storage: Storage,
) -> None:
    path = storage.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    async with connected(storage.database_url, 5.0):
        other.execute("BEGIN IMMEDIATE")
        making = asyncio.create_task(make_company(name="晨光"))
        turns = itertools.count()
        assert await eventually(lambda: next(turns) > 100)
        assert not making.done()
        other.execute("COMMIT")
        await making
        assert await names() == ["晨光"]
    other.close()


async def test_a_commit_that_fails_on_sqlite_leaves_no_transaction_open(db: None) -> None:
    with pytest.raises((peewee.IntegrityError, sqlite3.IntegrityError)):
        async with atomic():
            await execute("PRAGMA defer_foreign_keys = ON")
            await execute("INSERT INTO rep_tag (rep_id, name, created_at) VALUES (9, 'x', 0)")
    async with atomic():
        assert await fetch_all("SELECT * FROM rep_tag") == []


@pytest.mark.both
async def test_a_cancelled_transaction_shows_the_cancellation(db: None) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with atomic():
            await make_company()
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names() == []


@pytest.mark.mariadb
async def test_a_transaction_cancelled_in_mid_query_shows_the_cancellation(
    db: None, storage: Storage
) -> None:
    async def work() -> None:
        async with atomic():
            await make_company()
            await fetch_all("SELECT SLEEP(60)")

    task = asyncio.create_task(work())
    assert await eventually(lambda: is_running(storage.database_url, "SELECT SLEEP"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names() == []


@pytest.mark.mariadb
async def test_a_statement_that_takes_too_long_ends_as_database_away(storage: Storage) -> None:
    async with connected(storage.database_url, SHORT):
        with pytest.raises(DatabaseAway):
            await fetch_all("SELECT SLEEP(60)")


@pytest.mark.mariadb
async def test_the_server_does_not_go_on_with_a_statement_that_took_too_long(
    storage: Storage,
) -> None:
    sql = "SELECT id FROM company FOR UPDATE"
    async with connected(storage.database_url, SHORT):
        company = await make_company()
        with open_mariadb(storage.database_url) as holding, holding.cursor() as cursor:
            cursor.execute(f"SELECT id FROM company WHERE id = {company.id} FOR UPDATE")
            with pytest.raises(DatabaseAway):
                await fetch_all(sql)
            assert is_running(storage.database_url, sql)
            assert await eventually(lambda: not is_running(storage.database_url, sql))


@pytest.mark.mariadb
async def test_a_transaction_whose_statement_took_too_long_stored_nothing(
    storage: Storage,
) -> None:
    async with connected(only_connection(storage), SHORT):
        with pytest.raises(DatabaseAway):
            async with atomic():
                await make_company()
                await fetch_all("SELECT SLEEP(60)")
        assert await names() == []


@pytest.mark.mariadb
async def test_the_victim_of_a_deadlock_tries_again(db: None) -> None:
    first, second = await make_company(), await make_company()
    tries = 0
    both_hold_one = asyncio.Barrier(2)

    @retry_on_deadlock
    async def rename(mine: int, other: int) -> None:
        nonlocal tries
        tries += 1
        is_first_try = tries <= 2
        async with atomic():
            await lock(mine)
            if is_first_try:
                await both_hold_one.wait()
            await lock(other)

    await asyncio.gather(rename(first.id, second.id), rename(second.id, first.id))
    assert tries == 3


async def lock(company_id: int) -> None:
    """Lock the row of a company until the transaction ends."""
    await fetch_all(f"SELECT id FROM company WHERE id = %s{for_update()}", (company_id,))


async def test_a_database_that_nobody_serves_is_away() -> None:
    url = f"mysql://zhuge:private@127.0.0.1:{servers.free_port()}/zhuge"
    with pytest.raises(DatabaseAway):
        async with connected(url, 5.0):
            pytest.fail("connected to nothing")


class Server:
    """A MariaDB that can be killed and started again."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.port = servers.free_port()
        self._directory = directory
        self._stack = stack

    def start(self) -> str:
        """Start it and give its URL."""
        return self._stack.enter_context(servers.mariadb(self._directory, port=self.port))

    def kill(self) -> None:
        """End it without any warning."""
        os.kill(int((self._directory / "pid").read_text()), signal.SIGKILL)
        self._stack.close()


@pytest.fixture
def server(tmp_path: Path) -> Any:
    """A server of the test's own."""
    with ExitStack() as stack:
        yield Server(tmp_path / "mariadb", stack)


async def test_a_killed_server_is_away_and_comes_back(server: Server) -> None:
    async with connected(server.start(), 5.0):
        await ping()
        server.kill()
        with pytest.raises(DatabaseAway):
            await ping()
        server.start()
        await ping()


async def test_a_transaction_whose_server_is_killed_ends_as_database_away(server: Server) -> None:
    async with connected(server.start(), 5.0):
        with pytest.raises(DatabaseAway):
            async with atomic():
                await ping()
                server.kill()


def only_connection(storage: Storage) -> str:
    """The URL with a pool of one connection, which SQLite has anyway."""
    return storage.database_url + ("?pool=1" if storage.engine == "mariadb" else "")
