"""An end that comes while a library waits or writes is neither lost nor a fault of ours."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import Context

import pytest

from models.closing import cancellation_heeded
from models.database import atomic, connected, database, fetch_all
from models.engines import DatabaseAway
from tests.app import assert_no_connection_held
from tests.storage import Storage
from tests.waiting import eventually

TIMEOUT_SECONDS = 5.0
SINGLE_TURNS = 60


async def swallow(error: Exception | None) -> None:
    """Wait as ``asyncio.wait_for`` does when the end comes with the cancellation."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    if error is not None:
        raise error


@pytest.mark.parametrize("error", [None, OSError("away")], ids=["done", "failed"])
async def test_a_cancellation_that_was_swallowed_is_raised(error: Exception | None) -> None:
    async def job() -> None:
        with contextlib.suppress(OSError), cancellation_heeded():
            await swallow(error)

    task = asyncio.create_task(job())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_was_cancelled_before_may_still_end_in_peace() -> None:
    async def job() -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        with cancellation_heeded():
            return "said goodbye"

    task = asyncio.create_task(job())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "said goodbye"


async def test_a_timeout_inside_is_no_cancellation() -> None:
    with pytest.raises(TimeoutError), cancellation_heeded():
        async with asyncio.timeout(0):
            await asyncio.Event().wait()


async def test_an_error_is_shown_where_nobody_cancels() -> None:
    with pytest.raises(OSError), cancellation_heeded():
        raise OSError("away")


@pytest.mark.mariadb
async def test_whoever_is_cancelled_while_a_connection_is_opened_shows_the_cancellation(
    storage: Storage,
) -> None:
    turns, has_ended = 0, False
    while not has_ended:
        async with connected(storage.database_url, TIMEOUT_SECONDS):
            async with atomic():  # the pool's first connection is taken
                task = asyncio.create_task(fetch_all("SELECT 1"), context=Context())
                for _ in range(turns):
                    await asyncio.sleep(0)
                has_ended = task.done()
                task.cancel()
                assert await eventually(task.done)
                assert task.cancelled() is not has_ended, turns
            await assert_no_connection_held()
        turns = turns + 1 if turns < SINGLE_TURNS else turns * 2


@pytest.mark.mariadb
async def test_a_connection_that_closes_between_two_statements_is_database_away(db: None) -> None:
    with pytest.raises(DatabaseAway):
        async with atomic():
            async with database.aio_connection() as connection:
                connection._writer.transport.abort()
            await asyncio.sleep(0)
            await fetch_all("SELECT 1")
    assert await fetch_all("SELECT 1") == [(1,)]
