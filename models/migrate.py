"""Bring a database's schema forward, once, even when several processes start together.

The steps are the files of ``models/migrations/``, run by peewee-migrate over a synchronous
connection of its own; call it from a thread.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import peewee
from peewee_migrate import Router

from models.engines import DatabaseAway
from models.opening import WAIT_SECONDS, opened

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_NAME = "zhugeleida_schema"

_log = logging.getLogger("migrate")
_log.setLevel(logging.WARNING)


def pending(url: str) -> list[str]:
    """List the steps that a database has not had yet.

    Raises:
        DatabaseAway: it cannot be reached.
    """
    with opened(url) as connection:
        return list(_router(connection).diff)


def migrate(url: str, *, last: str | None = None) -> list[str]:
    """Run the steps that a database has not had yet.

    Args:
        url: as ``models.database.make_engine`` reads it.
        last: stop after this step; for tests of the way forward.

    Returns:
        the names of the steps that were run.

    Raises:
        DatabaseAway: it cannot be reached, or another process holds the lock for too long.
    """
    with opened(url) as connection, _schema_lock(connection):
        done: list[str] = _router(connection).run(last)
        return done


def _router(connection: peewee.Database) -> Router:
    return Router(connection, migrate_dir=MIGRATIONS, logger=_log)


@contextlib.contextmanager
def alone(url: str, name: str) -> Iterator[None]:
    """Keep out other processes that would do the same to a MySQL database.

    On SQLite nothing is locked: there a server is alone in any case.

    Raises:
        DatabaseAway: the database cannot be reached, or another process does not finish.
    """
    if url.startswith("sqlite"):
        yield
        return
    with opened(url) as connection, _named_lock(connection, name):
        yield


@contextlib.contextmanager
def _schema_lock(connection: peewee.Database) -> Iterator[None]:
    if isinstance(connection, peewee.SqliteDatabase):
        with connection.transaction("EXCLUSIVE"):
            yield
        return
    with _named_lock(connection, LOCK_NAME):
        connection.execute_sql(
            f"ALTER DATABASE `{connection.database}`"
            f" CHARACTER SET utf8mb4 COLLATE {_collation(connection)}"
        )
        yield


def _collation(connection: peewee.Database) -> str:
    """The collation in which no two different texts are the same, as on SQLite."""
    (version,) = connection.execute_sql("SELECT VERSION()").fetchone()
    return "utf8mb4_nopad_bin" if "MariaDB" in version else "utf8mb4_0900_bin"


@contextlib.contextmanager
def _named_lock(connection: peewee.Database, name: str) -> Iterator[None]:
    (taken,) = connection.execute_sql("SELECT GET_LOCK(%s, %s)", (name, WAIT_SECONDS)).fetchone()
    if taken != 1:
        raise DatabaseAway("another process is changing the database and does not finish")
    try:
        yield
    finally:
        connection.execute_sql("SELECT RELEASE_LOCK(%s)", (name,))
