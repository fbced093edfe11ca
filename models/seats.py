"""Which processes serve from a MySQL database, shown by named locks that end with their connection.

A process that shares events over Redis takes one of many seats; one that has no Redis has to be
alone. Each takes its own lock first and looks for the others' after that, so that of two which
start at once at least one sees the other.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import Final

import peewee

from models.opening import opened

SEATS: Final = 256


class Seat:
    """The place of a process among those that serve from a database; for one thread at a time.

    Args:
        url: the database's.
        is_alone: whether no other process may be beside this one.
        timeout_seconds: of each question to the server.
    """

    def __init__(self, url: str, *, is_alone: bool, timeout_seconds: float) -> None:
        self._url = url
        self._is_alone = is_alone
        self._timeout_seconds = timeout_seconds
        self._stack = contextlib.ExitStack()
        self._connection: peewee.Database | None = None

    def take(self) -> bool:
        """Take a place; no, while somebody serves there who cannot be beside this process.

        Raises:
            DatabaseAway: it cannot be reached.
        """
        self.leave()
        with contextlib.ExitStack() as stack:
            seconds = self._timeout_seconds
            options = {"connect_timeout": seconds, "read_timeout": seconds, "thread_safe": False}
            connection = stack.enter_context(opened(self._url, **options))
            if not self._is_admitted(connection):
                return False
            self._connection, self._stack = connection, stack.pop_all()
        return True

    def keep(self) -> bool:
        """Make sure of the place, and take it anew where the server has ended the connection.

        Raises:
            DatabaseAway: it cannot be reached.
        """
        if self._connection is not None:
            with contextlib.suppress(peewee.DatabaseError):
                self._connection.execute_sql("SELECT 1")
                return True
        return self.take()

    def leave(self) -> None:
        """Give the place up."""
        self._connection = None
        with contextlib.suppress(peewee.DatabaseError):
            self._stack.close()

    def _is_admitted(self, connection: peewee.Database) -> bool:
        # Named locks are the server's, not the database's, and their names may have 64 characters.
        (database,) = _ask(connection, "SELECT DATABASE()")
        key = f"zhuge:{hashlib.sha256(str(database).encode()).hexdigest()[:16]}"
        alone, seats = f"{key}:alone", [f"{key}:{number}" for number in range(SEATS)]
        if self._is_alone:
            free = " + ".join(["IS_FREE_LOCK(%s)"] * SEATS)
            return _take(connection, alone) and _ask(connection, f"SELECT {free}", *seats) == (
                SEATS,
            )
        return any(_take(connection, seat) for seat in seats) and _ask(
            connection, "SELECT IS_FREE_LOCK(%s)", alone
        ) == (1,)


def _take(connection: peewee.Database, name: str) -> bool:
    return _ask(connection, "SELECT GET_LOCK(%s, 0)", name) == (1,)


def _ask(connection: peewee.Database, sql: str, *names: str) -> tuple[object, ...]:
    row: tuple[object, ...] = connection.execute_sql(sql, names).fetchone()
    return row
