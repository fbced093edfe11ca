"""The application's database: transactions, upserts, and SQL with a name.

Every query stands in ``models`` and has a name. Those that are hot are SQL, compiled by nobody at
run time: building a statement with peewee costs more than the server takes to run it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NoReturn

import peewee
from peewee_async.connection import connection_context
from tenacity import (
    RetryCallState,
    retry,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from models.engines import (
    DatabaseAway,
    SqliteEngine,
    is_lock_conflict,
    make_engine,
    translated_errors,
)
from models.watched_pool import PoolState

database = peewee.DatabaseProxy()

_NEW = re.compile(r"{new(?::(\w+))?}")


def _may_be_tried_again(error: BaseException) -> bool:
    # The victim has lost the whole transaction: what has run inside another one's cannot begin
    # anew alone, or the first half would be missing. The outermost begins anew.
    held = connection_context.get()
    return is_lock_conflict(error) and not (held is not None and held.transaction_is_opened)


def _give_up(state: RetryCallState) -> NoReturn:
    error = state.outcome.exception() if state.outcome is not None else None
    raise DatabaseAway(str(error)) from error


retry_on_deadlock = retry(
    retry=retry_if_exception(_may_be_tried_again),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.01, max=0.2),
    retry_error_callback=_give_up,
)
"""Runs a function that opens its own transaction again when it was a deadlock's victim.

One that is the victim every time finds the database away: nothing was stored, and later it may be.
Inside another transaction it leaves that to whoever opened the outermost one.
"""


@contextlib.asynccontextmanager
async def connected(url: str, timeout_seconds: float) -> AsyncIterator[None]:
    """Make the engine of ``url`` the application's database until the block ends.

    Raises:
        DatabaseAway: it cannot be reached.
    """
    engine = make_engine(url, timeout_seconds)
    database.initialize(engine)
    try:
        with translated_errors():
            await engine.aio_connect()
        yield
    finally:
        await engine.aio_close()
        database.initialize(None)


def atomic() -> contextlib.AbstractAsyncContextManager[None]:
    """Open a transaction, or a savepoint inside one; what the block raises rolls it back."""
    transaction: contextlib.AbstractAsyncContextManager[None] = database.aio_atomic()
    return transaction


class Taken(Exception):
    """A unique key holds the value already; ``str()`` names the key."""

    def is_of(self, column: str) -> bool:
        """Whether the key ends with a column."""
        return str(self).endswith(column)


class InUse(Exception):
    """Other rows refer to the row, or the row refers to one that is not there."""


@contextlib.asynccontextmanager
async def constrained() -> AsyncIterator[None]:
    """Open a transaction, or a savepoint inside one, and say which constraint has undone it.

    Raises:
        Taken: a unique key.
        InUse: a foreign key.
    """
    try:
        async with atomic():
            yield
    except peewee.IntegrityError as error:
        text = str(error.args[-1])
        for pattern in _UNIQUE:
            if found := pattern.search(text):
                raise Taken(found[1]) from error
        if "foreign key constraint" in text.lower():
            raise InUse from error
        raise


_UNIQUE = (
    re.compile(r"Duplicate entry .* for key '(.+)'"),  # MySQL and MariaDB: the index's name
    re.compile(r"UNIQUE constraint failed: (.+)"),  # SQLite: the columns
)


def is_sqlite() -> bool:
    """Whether the application's database is SQLite."""
    return isinstance(database.obj, SqliteEngine)


def pool_state() -> PoolState:
    """Say how the connections to the database are used now."""
    state: PoolState = database.pool_backend.state()
    return state


async def ping() -> None:
    """Ask the database for an answer.

    Raises:
        DatabaseAway: there is none.
    """
    await fetch_all("SELECT 1")


async def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run one statement; ``%s`` stands for a parameter on both engines.

    Returns:
        how many rows it changed.
    """
    rows: int = await database.aio_execute_sql(_local(sql), params, fetch_results=_rows_changed)
    return rows


async def fetch_all(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one query and return its rows."""
    rows: list[tuple[Any, ...]] = await database.aio_execute_sql(
        _local(sql), params, fetch_results=_all_rows
    )
    return rows


async def insert_many(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Insert rows by one statement and return their ids, in the order of the rows.

    Both engines give the rows of one such statement consecutive ids: InnoDB in every
    ``innodb_autoinc_lock_mode``, since their number is known ahead; SQLite as it has one writer.
    """
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {placeholders(rows)}"
    given = await database.aio_execute_sql(_local(sql), flat(rows), fetch_results=_insert_id)
    first = given - len(rows) + 1 if is_sqlite() else given
    return list(range(first, first + len(rows)))


async def upsert(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str],
    update: Mapping[str, str],
    constant: Mapping[str, int] | None = None,
) -> int:
    """Insert rows by one statement, updating those whose unique key exists already.

    Returns:
        how many rows changed, where MySQL counts an updated row twice: compare with 0 only.

    Args:
        unique: the columns of the key.
        update: per column its new value as SQL, where ``{new}`` is the value that was to be
            inserted into it, and ``{new:other}`` into another one; empty leaves the existing row
            as it is.
        constant: columns that have the same number in every row that is inserted.
    """
    constant = constant or {}
    if is_sqlite():
        new, head = "excluded.{0}", f" ON CONFLICT ({', '.join(unique)}) DO "
        head += "UPDATE SET " if update else "NOTHING"
    else:
        new, head = "VALUES({0})", " ON DUPLICATE KEY UPDATE "
        update = update or {unique[0]: unique[0]}
    changes = ", ".join(
        f"{column} = {_with_new(value, column, new)}" for column, value in update.items()
    )
    values = placeholders(rows, list(constant.values()))
    names = ", ".join((*columns, *constant))
    sql = f"INSERT INTO {table} ({names}) VALUES {values}{head}{changes}"
    return await execute(sql, flat(rows))


def _with_new(value: str, column: str, new: str) -> str:
    return _NEW.sub(lambda found: new.format(found[1] or column), value)


def placeholders(rows: Sequence[Sequence[Any]], constants: Sequence[int] = ()) -> str:
    """Write ``(%s, %s, 0), (%s, %s, 0)`` for two rows of two values and a constant."""
    row = f"({', '.join([*['%s'] * len(rows[0]), *map(str, constants)])})"
    return ", ".join([row] * len(rows))


def flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Put the values of all rows behind one another."""
    return [value for row in rows for value in row]


def for_update() -> str:
    """The end of a query whose rows stay locked until the transaction ends.

    SQLite needs none: a transaction there holds the whole database.
    """
    return "" if is_sqlite() else " FOR UPDATE"


def shared() -> str:
    """The end of a query whose rows others may read and refer to, but not change, for as long."""
    return "" if is_sqlite() else " LOCK IN SHARE MODE"


def _local(sql: str) -> str:
    parameter: str = database.parameter
    return sql if parameter == "%s" else sql.replace("%s", parameter)


async def _rows_changed(_: Any, cursor: Any) -> int:
    changed: int = cursor.rowcount
    return changed


async def _all_rows(_: Any, cursor: Any) -> list[Any]:
    return list(await cursor.fetchall())


async def _insert_id(_: Any, cursor: Any) -> int:
    number: int = cursor.lastrowid
    return number
