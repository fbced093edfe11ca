"""Where a test keeps its rows: in a SQLite file of its own, or on private servers."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import pymysql

Engine = Literal["sqlite", "mariadb"]
LOCK_WAIT_SECONDS = 5
WRITTEN_BY_TESTS = {"tag": "rep_id IS NOT NULL", "follow_phrase": "rep_id IS NOT NULL"}
"""Which rows go where the migrations have written others, which stay."""


@dataclass(frozen=True)
class Storage:
    """A migrated, empty database; without a Redis its URL is empty."""

    engine: Engine
    database_url: str
    redis_url: str


class Schema:
    """The one schema of a private MariaDB, which every test finds empty."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = open_mariadb(url)
        with self._connection.cursor() as cursor:
            cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}")
            cursor.execute("SET SESSION foreign_key_checks = 0")
            cursor.execute("SHOW TABLES")
            self._tables = [name for (name,) in cursor if name != "migratehistory"]

    def empty(self) -> None:
        """Delete every row but the migrations'; only tables that have any are touched."""
        with self._connection.cursor() as cursor:
            self._end_others(cursor)
            written = [f"`{name}` WHERE {WRITTEN_BY_TESTS.get(name, '1')}" for name in self._tables]
            exists = (f"EXISTS(SELECT 1 FROM {rows})" for rows in written)
            cursor.execute(f"SELECT {', '.join(exists)}")
            (row,) = cursor.fetchall()
            for rows, is_there in zip(written, row, strict=True):
                if is_there:
                    cursor.execute(f"DELETE FROM {rows}")
        self._connection.commit()

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()

    def _end_others(self, cursor: pymysql.cursors.Cursor) -> None:
        """End connections whose client has gone in mid query: the server notices it late."""
        cursor.execute(
            "SELECT id FROM information_schema.processlist"
            " WHERE user = SUBSTRING_INDEX(USER(), '@', 1) AND id <> CONNECTION_ID()"
        )
        for (number,) in cursor.fetchall():
            with contextlib.suppress(pymysql.err.OperationalError):  # it has ended by itself
                cursor.execute(f"KILL {number}")


def open_mariadb(
    url: str, *, database: str | None = None
) -> pymysql.Connection[pymysql.cursors.Cursor]:
    """Open a connection of the test's own, beside the server's."""
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=database or parts.path.lstrip("/"),
        charset="utf8mb4",
        ssl_disabled=True,  # for a context, which reads the machine's certificates each time
    )


def is_running(url: str, sql: str) -> bool:
    """Whether the server is at a statement right now that begins so."""
    with open_mariadb(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE %s", (f"{sql}%",)
        )
        ((count,),) = cursor.fetchall()
    return bool(count)
