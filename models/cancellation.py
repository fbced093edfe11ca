"""Cancelling a task while a library waits in it: the cancellation is not lost."""

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
