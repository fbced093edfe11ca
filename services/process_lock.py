"""Keeps a server alone: SQLite has one writer, and without Redis nobody hears another.

What is locked is the database, whatever the data directory: on SQLite by a file beside it, on
MySQL by the server's named locks (``models/seats.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from typing import Final

import structlog

from conf.settings import Settings, SettingsError
from models.opening import WrongDatabase as WrongDatabase
from models.opening import opened, sqlite_file
from models.seats import Seat
from services.errors import DatabaseAway

KEEP_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.1

_log = structlog.get_logger("process_lock")


class AlreadyRunning(SettingsError):
    """Another process serves from the same database, and the two cannot be beside each other."""

    def __init__(self) -> None:
        super().__init__(
            "ZHUGE_REDIS_URL: another process serves from this database;"
            " several need MySQL and Redis, every one of them"
        )


class Place:
    """A process's right to serve from its database.

    Args:
        keep: makes sure of it, and says whether it is this process's still; from a thread.
    """

    def __init__(self, keep: Callable[[], bool]) -> None:
        self._keep = keep
        self.is_lost = False

    async def watch(self, on_loss: Callable[[], None]) -> None:
        """Make sure of the place until cancelled; a restart of the database may have cost it."""
        while not self.is_lost:
            await asyncio.sleep(KEEP_SECONDS)
            with contextlib.suppress(DatabaseAway):  # who cannot ask is not replaced either
                self.is_lost = not await asyncio.to_thread(self._keep)
        _log.error("another process serves from the database")
        on_loss()


@contextlib.contextmanager
def admitted(settings: Settings) -> Iterator[Place]:
    """Hold a place among the processes of a database; it goes with the process, however that ends.

    Raises:
        AlreadyRunning: another process is there that cannot be beside this one.
        WrongDatabase: there is no such database, or it does not let this account in.
        DatabaseAway: it cannot be reached.
    """
    if not settings.on_mysql:
        with _locked_file(settings.database_url):
            yield Place(lambda: True)
        return
    seat = Seat(
        settings.database_url,
        is_alone=settings.embedded,
        timeout_seconds=settings.database_timeout_seconds,
    )
    # A process that has just ended may look present until the server has noticed.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not seat.take():
        if time.monotonic() > deadline:
            raise AlreadyRunning
        time.sleep(POLL_SECONDS)
    try:
        yield Place(seat.keep)
    finally:
        seat.leave()


@contextlib.contextmanager
def _locked_file(url: str) -> Iterator[None]:
    with opened(url):
        pass  # before a file is made beside what is no database
    path = sqlite_file(url)
    try:
        file = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise WrongDatabase(f"{error.filename}: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
