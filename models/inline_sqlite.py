"""The standard library's SQLite, as asynchronous engines expect a driver to look."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random


class InlineCursor:
    """A cursor of the standard library with the signatures of an asynchronous one.

    Args:
        seconds: how long to wait, and let the loop go on, while another process holds the file.
    """

    __slots__ = ("_cursor", "_seconds")

    def __init__(self, cursor: sqlite3.Cursor, seconds: float) -> None:
        self._cursor = cursor
        self._seconds = seconds

    async def __aenter__(self) -> InlineCursor:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._cursor.close()

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def description(self) -> Any:
        return self._cursor.description

    async def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        try:
            self._cursor.execute(sql, params)
        except sqlite3.OperationalError as error:
            if not _is_locked(error):
                raise
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(_is_locked),
                stop=stop_after_delay(self._seconds),
                wait=wait_random(0.005, 0.02),
                reraise=True,
            ):
                with attempt:
                    self._cursor.execute(sql, params)

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def fetchmany(self, size: int) -> list[Any]:
        return self._cursor.fetchmany(size)


class InlineConnection:
    """The one SQLite connection, as peewee-async expects a connection to look."""

    __slots__ = ("_seconds", "raw")

    def __init__(self, raw: sqlite3.Connection, seconds: float) -> None:
        self.raw = raw
        self._seconds = seconds

    def cursor(self) -> InlineCursor:
        return InlineCursor(self.raw.cursor(), self._seconds)

    async def close(self) -> None:
        self.raw.close()


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith(
        "database is locked"
    )
