"""Group commit: what arrives while a transaction is in flight is committed together by the next.

That is where the throughput is, on SQLite and on InnoDB alike: one flush to disk serves them all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

import structlog

from services.errors import DatabaseAway, ServiceError

Item = TypeVar("Item")
Result = TypeVar("Result")

QUIET_TURNS: Final = 4
"""A frame takes up to four turns of the loop from its socket to here."""

_log = structlog.get_logger("group_commit")


class GroupCommit(Generic[Item, Result]):
    """A queue of writes and the one task that commits them, batch by batch.

    Args:
        write: stores a batch in one transaction and returns, per item and in order, its result or
            the refusal it gets. It raises when nothing of the batch was stored.
        publish: told of every batch after its commit, with the results that were not refused.
        most: how many items one transaction may take.
        note_size: told after each commit how many it held.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result | ServiceError]]],
        publish: Callable[[Sequence[Result]], Awaitable[None]],
        *,
        most: int,
        note_size: Callable[[int], None] | None = None,
    ) -> None:
        self._write = write
        self._note_size = note_size
        self._publish = publish
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._arrived = asyncio.Event()
        self._submitted = 0
        self._settled = 0
        self._progress = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many items no transaction has taken yet."""
        return len(self._waiting)

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Queue one write.

        Returns:
            a future that is done after the commit that holds the item, and not before. It raises
            the item's own refusal, ``DatabaseAway``, or what else kept it from being stored.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._submitted += 1
        self._arrived.set()
        return future

    async def run(self) -> None:
        """Commit what is submitted until cancelled; what is queued then was not stored."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    await self._gather()
                    count = min(len(self._waiting), self._most)
                    await self._commit([self._waiting.popleft() for _ in range(count)])
                    self._note_settled(count)
        finally:
            _fail(self._waiting, DatabaseAway("the server is stopping"))

    async def _gather(self) -> None:
        """Let in what is arriving right now, without a timer: as long as each turn brings more."""
        quiet = 0
        while quiet < QUIET_TURNS and len(self._waiting) < self._most:
            count = len(self._waiting)
            await asyncio.sleep(0)
            quiet = 0 if len(self._waiting) > count else quiet + 1

    async def drain(self) -> None:
        """Wait until everything that was submitted until now is settled; more may be coming."""
        submitted = self._submitted
        while self._settled < submitted:
            await self._progress.wait()

    def _note_settled(self, count: int) -> None:
        self._settled += count
        self._progress.set()
        self._progress.clear()

    async def _commit(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except DatabaseAway as error:
            _log.warning("batch not stored", items=len(batch), error=str(error))
            _fail(batch, error)
        except asyncio.CancelledError:
            _fail(batch, DatabaseAway("the server is stopping"))
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one item's, not the loop's
            if len(batch) == 1:
                _fail(batch, error)
                return
            # One item spoils the batch: each gets a transaction of its own, so that only it fails.
            for single in batch:
                await self._commit([single])
        else:
            if self._note_size is not None:
                self._note_size(len(batch))
            stored = _settle(batch, results)
            if stored:
                await self._tell(stored)

    async def _tell(self, stored: Sequence[Result]) -> None:
        try:
            await self._publish(stored)
        except Exception:  # noqa: BLE001 - it is stored and answered; the loop has to go on
            _log.exception("fault")


class Lanes(Generic[Item, Result]):
    """Several group commits side by side: while one waits for the database, the loop works for
    another.

    Args:
        count: how many transactions may be in flight.
        key: what an item's lane is chosen by; items with the same key keep their order, and those
            that write the same rows should have the same, or one lane waits for another's lock.
    """

    def __init__(
        self,
        make: Callable[[], GroupCommit[Item, Result]],
        *,
        count: int,
        key: Callable[[Item], int],
    ) -> None:
        self._lanes = [make() for _ in range(count)]
        self._key = key

    @property
    def waiting(self) -> int:
        """How many items wait in all lanes."""
        return sum(lane.waiting for lane in self._lanes)

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Queue one write; see ``GroupCommit.submit``."""
        return self._lanes[self._key(item) % len(self._lanes)].submit(item)

    async def run(self) -> None:
        """Commit what is submitted until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(lane.run())

    async def drain(self) -> None:
        """Wait until everything that was submitted is settled."""
        for lane in self._lanes:
            await lane.drain()


def _settle(
    batch: Sequence[tuple[Any, asyncio.Future[Result]]],
    results: Sequence[Result | ServiceError],
) -> list[Result]:
    stored: list[Result] = []
    for (_, future), result in zip(batch, results, strict=True):
        if isinstance(result, ServiceError):
            if not future.done():
                future.set_exception(result)
        else:
            stored.append(result)
            if not future.done():
                future.set_result(result)
    return stored


def _fail(batch: Iterable[tuple[Any, asyncio.Future[Any]]], error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
