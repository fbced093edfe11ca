"""Pictures that reps send in chunks: in any order, repeated, and resumed after a break."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

from conf.settings import Settings
from services.errors import ServiceError
from services.media.chunks import Allowance, Chunks, Task, read
from services.media.files import Files

THREADS: Final = 2

T = TypeVar("T")


class Uploads:
    """Takes chunks, and makes pictures of them.

    Args:
        kept: how long a task waits for its next chunk.
    """

    def __init__(self, chunks: Chunks, files: Files, kept: timedelta) -> None:
        self._chunks = chunks
        self._files = files
        self._kept = kept
        # Threads of their own: decoding takes seconds, and no chunk should wait for that.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chunks")

    def close(self) -> None:
        """End the threads, after what they are at."""
        self._threads.shutdown()

    async def add_chunk(self, task: Task, number: int, data: bytes) -> None:
        """Keep a chunk; one that comes again takes the place of the first.

        Args:
            number: from 0.

        Raises:
            Invalid: it is empty or too large, or the task has too many or too much. The task is
                dropped then.
            Throttled: the rep has begun too much that it has not finished.
        """
        await self._in_thread(lambda: self._chunks.add(task, number, data))

    async def received(self, task: Task) -> dict[int, int]:
        """Say which chunks of a task are there, and the bytes of each.

        Raises:
            NoTask: the rep has no such task.
        """
        return await self._in_thread(lambda: self._chunks.received(task))

    @contextlib.asynccontextmanager
    async def picture(
        self, task: Task, counts: Collection[int] | None = None
    ) -> AsyncIterator[str]:
        """Make the picture of a task and give its address, for a block that notes it.

        When the block raises, the picture goes. After a refusal the chunks go as well, since the
        next try would be refused too; after any other failure they are there to try again.

        Args:
            counts: how many chunks there may be by what the client says; None if it does not say.

        Raises:
            NoTask: the rep has no such task, or it is being completed already.
            Invalid: a chunk is missing, and those that are there stay; or it is no picture.
        """
        taken = await self._in_thread(lambda: self._chunks.take(task, counts))
        try:
            async with self._kept_picture(task, taken) as url:
                yield url
        except ServiceError:
            await self._in_thread(lambda: self._chunks.drop(taken))
            raise
        except BaseException:
            await self._in_thread(lambda: self._chunks.give_back(task, taken))
            raise
        await self._in_thread(lambda: self._chunks.drop(taken))

    async def sweep(self) -> None:
        """Drop what nobody has gone on with."""
        await self._in_thread(lambda: self._chunks.sweep(self._kept.total_seconds()))

    @contextlib.asynccontextmanager
    async def _kept_picture(self, task: Task, taken: Path) -> AsyncIterator[str]:
        data = await self._in_thread(lambda: read(taken))
        url = await self._files.keep_upload(task.purpose.value, task.rep_id, data)
        try:
            yield url
        except BaseException:
            await self._files.remove_upload(url)
            raise

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def make_uploads(settings: Settings, files: Files) -> Uploads:
    """Make the uploads of a server."""
    allowance = Allowance(settings.upload_tasks_per_rep, settings.upload_bytes_per_rep)
    chunks = Chunks(settings.data_dir / "uploads", allowance if settings.limited else None)
    return Uploads(chunks, files, timedelta(hours=settings.upload_kept_hours))
