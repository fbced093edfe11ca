"""For how many days companies keep what their customers have done, and the deletion of the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import peewee

from models.base import MomentField, Table, reference, to_ms
from models.company import Company
from models.database import execute, fetch_all, upsert
from models.queries import marks
from models.radar import ALL, EVER


class Retention(Table):
    """For how many days a company keeps its action log and its chat; 0 is for ever.

    Nothing of the log is to be looked for before ``log_kept_from``.

    Args:
        tries: how often the last night's deletion has failed.
        retry_at: when it is tried again; None unless it has failed.
    """

    company = reference(Company, unique=True)
    log_days = peewee.IntegerField(default=0)
    chat_days = peewee.IntegerField(default=0)
    tries = peewee.IntegerField(default=0)
    retry_at = MomentField(null=True, index=True)
    log_kept_from = peewee.DateField(null=True)


class Days(NamedTuple):
    """For how many days a company keeps things; 0 is for ever."""

    log: int
    chat: int


class Due(NamedTuple):
    """A company of which something may be too old; ``tries`` is of this night."""

    company_id: int
    days: Days
    tries: int = 0


class Place(NamedTuple):
    """Where a customer stands among those of its company; the moment is as it is stored."""

    created_at: int = 0
    id: int = 0


async def find(company_id: int) -> Days:
    """Read for how many days a company keeps things."""
    rows = await fetch_all(
        "SELECT log_days, chat_days FROM retention WHERE company_id = %s", (company_id,)
    )
    return Days(*rows[0]) if rows else Days(0, 0)


async def change(company_id: int, log_days: int | None, chat_days: int | None) -> None:
    """Set for how many days a company keeps things; None stays as it is."""
    given = {"log_days": log_days, "chat_days": chat_days}
    changes = {column: "{new}" for column, days in given.items() if days is not None}
    await upsert(
        "retention",
        ("company_id", *given, "tries"),
        [(company_id, log_days or 0, chat_days or 0, 0)],
        unique=["company_id"],
        update=changes,
    )


async def limited() -> list[Due]:
    """List the companies that do not keep everything for ever."""
    rows = await fetch_all(
        "SELECT company_id, log_days, chat_days FROM retention"
        " WHERE log_days > 0 OR chat_days > 0 ORDER BY company_id"
    )
    return [Due(row[0], Days(*row[1:])) for row in rows]


async def failed(moment: datetime, limit: int) -> list[Due]:
    """List the companies whose deletion has failed and is to be tried again at a moment."""
    rows = await fetch_all(
        "SELECT company_id, log_days, chat_days, tries FROM retention WHERE retry_at <= %s"
        " ORDER BY retry_at, id LIMIT %s",
        (to_ms(moment), limit),
    )
    return [Due(row[0], Days(*row[1:3]), row[3]) for row in rows]


async def settle(company_id: int, tries: int, retry_at: datetime | None) -> None:
    """Note how often a company's deletion has failed, and when it is tried again."""
    await execute(
        "UPDATE retention SET tries = %s, retry_at = %s WHERE company_id = %s",
        (tries, None if retry_at is None else to_ms(retry_at), company_id),
    )


async def rep_ids(company_id: int) -> list[int]:
    """List the reps of a company, and those who have gone to another and left a log there."""
    rows = await fetch_all(
        "SELECT id FROM rep WHERE company_id = %s UNION"
        " SELECT rep_id FROM action_total WHERE company_id = %s AND customer_id = %s AND day = %s"
        " ORDER BY id",
        (company_id, company_id, ALL, EVER.isoformat()),
    )
    return [row[0] for row in rows]


async def customers(company_id: int, behind: Place, limit: int) -> list[Place]:
    """List customers of a company behind one of them, in the order in which they came."""
    rows = await fetch_all(
        "SELECT created_at, id FROM customer WHERE company_id = %s AND created_at >= %s"
        " AND (created_at > %s OR id > %s) ORDER BY created_at, id LIMIT %s",
        (company_id, behind.created_at, behind.created_at, behind.id, limit),
    )
    return [Place(*row) for row in rows]


async def old_logs(company_id: int, rep_id: int, before: datetime, limit: int) -> list[int]:
    """Find the oldest rows of a rep's log in a company."""
    rows = await fetch_all(
        "SELECT id FROM action_log WHERE company_id = %s AND rep_id = %s AND created_at < %s"
        " ORDER BY created_at, id LIMIT %s",
        (company_id, rep_id, to_ms(before), limit),
    )
    return [row[0] for row in rows]


async def keep_from(company_id: int, day: date) -> None:
    """Note that a company's log begins on a day, whatever is there of the days before."""
    await execute(
        "UPDATE retention SET log_kept_from = %s"
        " WHERE company_id = %s AND (log_kept_from IS NULL OR log_kept_from < %s)",
        (day.isoformat(), company_id, day.isoformat()),
    )


async def delete_logs(ids: list[int]) -> int:
    """Delete rows of the log; the counters stay."""
    return await execute(f"DELETE FROM action_log WHERE id IN ({marks(ids)})", ids)
