"""Opening a database for an operator's commands: one connection, and a clear complaint."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import peewee
from playhouse import db_url

from models.engines import LETS_NOBODY_IN, DatabaseAway, translated_errors

WAIT_SECONDS: Final = 60
FORBIDS: Final = frozenset({1142, 1227})
SQLITE_WRONG: Final = (
    "unable to open database file",
    "attempt to write a readonly database",
    "file is not a database",
)


class WrongDatabase(DatabaseAway):
    """The database's address or account is wrong: to wait for it does not help."""


@contextlib.contextmanager
def opened(url: str, **options: Any) -> Iterator[peewee.Database]:
    """Connect until the block ends.

    Args:
        url: as ``models.database.make_engine`` reads it.
        options: more of them for the driver of MySQL.

    Raises:
        WrongDatabase: there is no such database, or it does not let this account in.
        DatabaseAway: it cannot be reached.
    """
    try:
        with translated_errors(), contextlib.closing(_connected(url, options)) as connection:
            yield connection
    except DatabaseAway as error:
        raise _told(error.__cause__ or error, str(error)) from error
    except peewee.DatabaseError as error:
        if _is_wrong(error):
            raise _told(error, str(error)) from error
        raise


def sqlite_file(url: str) -> Path:
    """The file of a SQLite database, by the one name that all of its links lead to."""
    return Path(db_url.parse(url, unquote_password=True)["database"]).resolve()


def _connected(url: str, more: dict[str, Any]) -> peewee.Database:
    options = db_url.parse(url, unquote_password=True, unquote_user=True)
    name = options.pop("database")
    options.pop("pool", None)
    connection: peewee.Database
    if url.startswith("sqlite"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        connection = peewee.SqliteDatabase(name, timeout=WAIT_SECONDS)
        connection.execute_sql("PRAGMA schema_version")  # reads the file, which opening does not
        return connection
    options["password"] = options.pop("passwd", "")
    connection = peewee.MySQLDatabase(name, charset="utf8mb4", **options, **more)
    connection.connect()
    return connection


def _told(cause: BaseException, text: str) -> DatabaseAway:
    """Say in one line what has gone wrong, and whether that can get right by itself."""
    text = str(cause.args[-1]) if cause.args else text
    if isinstance(cause, OSError) and cause.filename:
        text = f"{cause.filename}: {cause.strerror}"
    kind = WrongDatabase if _is_wrong(cause) else DatabaseAway
    return kind(" ".join(text.split()))


def _is_wrong(cause: BaseException) -> bool:
    if isinstance(cause, OSError):
        return cause.filename is not None
    number = cause.args[0] if cause.args else None
    return number in LETS_NOBODY_IN | FORBIDS or str(number).startswith(SQLITE_WRONG)
