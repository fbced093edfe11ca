"""Tables and rows that a test holds, so that the server stops at exactly one place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pymysql

from models.chat import Pair
from tests.storage import Storage, open_mariadb
from tests.waiting import eventually


class Lock:
    """What is held; other connections watch who waits for it."""

    def __init__(
        self,
        holder: pymysql.Connection[pymysql.cursors.Cursor],
        watcher: pymysql.Connection[pymysql.cursors.Cursor],
    ) -> None:
        self._holder = holder
        self._watcher = watcher

    async def is_waited_for(self) -> bool:
        """Wait until somebody wants what is held, and say whether that happened in time."""
        return await eventually(self._has_waiters)

    def take(self, table: str, number: int) -> None:
        """Hold another row as well.

        Raises:
            OperationalError: somebody else holds it.
        """
        with self._holder.cursor() as cursor:
            cursor.execute(f"SELECT id FROM `{table}` WHERE id = %s FOR UPDATE NOWAIT", (number,))

    def release(self) -> None:
        """Let go."""
        self._holder.rollback()
        with self._holder.cursor() as cursor:
            cursor.execute("UNLOCK TABLES")

    def end_waiters(self) -> None:
        """End the connections of those who wait, as a database does that is going down."""
        with self._watcher.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM information_schema.processlist"
                " WHERE state LIKE 'Waiting for table%'"
            )
            for (number,) in cursor.fetchall():
                cursor.execute(f"KILL {number}")

    def _has_waiters(self) -> bool:
        with self._watcher.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM information_schema.processlist"
                " WHERE state LIKE 'Waiting for table%'"
            )
            ((count,),) = cursor.fetchall()
            # innodb_trx shows an old state for as long as it is asked again and again.
            cursor.execute("SHOW ENGINE INNODB STATUS")
            ((_, _, status),) = cursor.fetchall()
        return bool(count) or "LOCK WAIT" in status.partition("LIST OF TRANSACTIONS")[2]


@contextlib.contextmanager
def table_held(storage: Storage, table: str) -> Iterator[Lock]:
    """Keep everybody else from a table, readers too."""
    with _connections(storage) as lock:
        with lock._holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLES `{table}` WRITE")
        yield lock
        lock.release()


@contextlib.contextmanager
def row_held(storage: Storage, table: str, number: int) -> Iterator[Lock]:
    """Keep everybody else from changing a row, and from writing rows that refer to it."""
    with _connections(storage) as lock:
        with lock._holder.cursor() as cursor:
            cursor.execute(f"SELECT id FROM `{table}` WHERE id = %s FOR UPDATE", (number,))
        yield lock
        lock.release()


@contextlib.contextmanager
def conversation_held(storage: Storage, pair: Pair) -> Iterator[Lock]:
    """Keep everybody else from writing a pair's messages."""
    with _connections(storage) as lock:
        with lock._holder.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM conversation WHERE rep_id = %s AND customer_id = %s FOR UPDATE",
                pair,
            )
        yield lock
        lock.release()


@contextlib.contextmanager
def seq_held(storage: Storage, pair: Pair, seq: int) -> Iterator[Lock]:
    """Keep everybody else from writing one certain message of a pair."""
    with _connections(storage) as lock:
        with lock._holder.cursor() as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0")  # else the pair would be locked
            cursor.execute(
                "SELECT id FROM conversation WHERE rep_id = %s AND customer_id = %s", pair
            )
            ((number,),) = cursor.fetchall()
            cursor.execute(
                "INSERT INTO message (conversation_id, seq, sender, content, created_at)"
                " VALUES (%s, %s, 1, '', 0)",
                (number, seq),
            )
        yield lock
        lock.release()


@contextlib.contextmanager
def _connections(storage: Storage) -> Iterator[Lock]:
    with (
        contextlib.closing(open_mariadb(storage.database_url)) as holder,
        contextlib.closing(open_mariadb(storage.database_url)) as watcher,
    ):
        yield Lock(holder, watcher)
