"""What asyncio and uvloop make of an end that comes while a library waits or writes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def cancellation_heeded() -> Iterator[None]:
    """Raise a cancellation that the block has swallowed, whether it ended well or failed.

    redis-py sends, and aiomysql connects, with ``asyncio.wait_for``. In Python 3.11 that swallows
    the cancellation when what it waits for ends in the same turn of the loop: a job that runs for
    ever would go on, and the server that is stopping would wait for it.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    try:
        yield
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


def is_of_closed_transport(error: RuntimeError) -> bool:
    """Whether it is what uvloop raises when a library writes on a connection that has closed.

    asyncio raises nothing there, so redis-py and aiomysql do not expect it (uvloop issue 506).
    """
    return str(error).endswith("the handler is closed")
