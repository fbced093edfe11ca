"""Waiting for what is about to happen, without sleeping."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

SECONDS = 5.0
LEAVE_SECONDS = 15.0

T = TypeVar("T")


async def eventually(condition: Callable[[], object], seconds: float = SECONDS) -> bool:
    """Let the loop turn until a condition holds, and say whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0)
    return True


@contextlib.asynccontextmanager
async def held(manager: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a context manager in one task of its own, as the server's main task does.

    pytest sets a fixture up in one task and tears it down in another, which task groups and
    timeouts do not take.
    """
    entered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def hold() -> None:
        try:
            async with manager as value:
                entered.set_result(value)
                await leave.wait()
        except BaseException as error:
            if entered.done():
                raise
            entered.set_exception(error)

    task = asyncio.create_task(hold())
    value = await entered
    try:
        yield value
    finally:
        leave.set()
        await asyncio.wait([task], timeout=LEAVE_SECONDS)
        # pytest leaves all fixtures of the test behind, to the next ones, where a CancelledError
        # ends a fixture.
        if task.cancelled():
            raise RuntimeError("it was cancelled")
        if not task.done():
            task.cancel()
            raise TimeoutError("it does not end")
        task.result()
