"""A cancellation that a library swallows is raised all the same (models/cancellation.py)."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from models.cancellation import cancellation_heeded


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
