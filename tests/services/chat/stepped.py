"""A loop whose time stands still and a database that answers when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from models.database import database
from models.engines import DatabaseAway, SqliteEngine, _InlineSqlitePool

TURNS: Final = 24
"""So many turns of the loop bring whatever runs to the next question it has for the database."""


class SteppedLoop(asyncio.SelectorEventLoop):
    """A loop on which time passes only when the test says so."""

    seconds = 0.0

    def time(self) -> float:
        return self.seconds


async def turns() -> None:
    """Let everything run that waits for nothing."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Gate:
    """Where everybody waits who asks the database, and again for its answer.

    What is asked is looked up or committed as soon as it is let through; the answer is then on its
    way, and the others may be served meanwhile. So it is with MariaDB, and never with SQLite alone,
    which answers within the same turn of the loop.
    """

    def __init__(self) -> None:
        self.asking: list[asyncio.Future[None]] = []
        self.waiting: list[asyncio.Future[None]] = []
        self._is_open = False

    async def ask(self) -> None:
        """Wait for one's turn to be served; it may fail."""
        await self._wait(self.asking)

    async def answer(self) -> None:
        """Wait for the answer; what was asked is done, even if nobody learns of it."""
        await self._wait([])

    async def _wait(self, kind: list[asyncio.Future[None]]) -> None:
        if self._is_open:
            return
        future = asyncio.get_running_loop().create_future()
        kind.append(future)
        self.waiting.append(future)
        try:
            await future
        finally:
            self.waiting.remove(future)
            if future in kind:
                kind.remove(future)

    def let_through(self, index: int) -> None:
        """Go on with one of those that wait, the oldest first."""
        self._one_of(self.waiting, index).set_result(None)

    def let_all_through(self) -> None:
        """Go on with all that wait now."""
        for future in self.waiting:
            if not future.done():  # else whoever waits was cancelled
                future.set_result(None)

    def fail(self, index: int) -> None:
        """Let one of those that ask find no database."""
        self._one_of(self.asking, index).set_exception(DatabaseAway("it is said to be"))

    def open(self) -> None:
        """Let everybody through from now on."""
        self._is_open = True
        self.let_all_through()

    @staticmethod
    def _one_of(futures: list[asyncio.Future[None]], index: int) -> asyncio.Future[None]:
        return futures[index % len(futures)]


class _Pool(_InlineSqlitePool):
    gate: Gate

    async def acquire(self) -> Any:
        await self.gate.ask()
        return await super().acquire()

    async def release(self, conn: Any) -> None:
        await super().release(conn)
        await self.gate.answer()


class _Engine(SqliteEngine):
    pool_backend_cls = _Pool


@asynccontextmanager
async def stepped_database(path: Path, gate: Gate) -> AsyncIterator[None]:
    """Make a SQLite file the application's database, with a gate before it.

    No example outlives its process, so nothing waits for the disk.
    """
    pragmas = {"journal_mode": "wal", "synchronous": "off", "foreign_keys": 1}
    engine = _Engine(str(path), pragmas=pragmas, pool_params={"acquire_timeout": 60.0})
    engine.pool_backend.gate = gate
    database.initialize(engine)
    try:
        await engine.aio_connect()
        yield
    finally:
        await engine.aio_close()
        database.initialize(None)
