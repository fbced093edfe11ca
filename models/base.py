"""What every table shares: the base model, and the kinds of column that peewee lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import peewee
from peewee_async import AioModel

from models.database import database

CASCADE = "CASCADE"
RESTRICT = "RESTRICT"
SET_NULL = "SET NULL"


def now() -> datetime:
    """Say what time it is, to the millisecond that the database keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Turn a moment into what a ``MomentField`` stores: milliseconds since 1970, UTC."""
    return round(moment.timestamp() * 1000)


@lru_cache(1024)  # rows that were written together share their moment
def from_ms(stored: int) -> datetime:
    """Turn what a ``MomentField`` stores into a moment in UTC."""
    seconds, milliseconds = divmod(stored, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)


def as_day(stored: date | str) -> date:
    """Turn what a query reads of a day into a day: SQLite keeps it as text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


class MomentField(peewee.BigIntegerField):
    """A moment: an aware ``datetime`` here, milliseconds since 1970 in the database.

    Integers are the same on both engines, sort, and leave no time zone to guess.
    """

    def db_value(self, value: datetime | int | None) -> int | None:
        return to_ms(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else from_ms(value)


class Table(AioModel):
    """A table whose name is its class's name in snake case."""

    id = peewee.AutoField()

    class Meta:
        database = database
        legacy_table_names = False

    DoesNotExist: Any


def reference(
    table: Any, *, on_delete: str = CASCADE, backref: str = "+", **options: Any
) -> peewee.ForeignKeyField:
    """Declare a foreign key; by default rows go with the row that they belong to.

    Args:
        table: the class of the other table, or ``"self"``.

    Give ``index=False`` where an index of several columns begins with this one.
    """
    return peewee.ForeignKeyField(table, on_delete=on_delete, backref=backref, **options)
