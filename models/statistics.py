"""What the figures of a company are made of: sums over totals, and rows counted in an index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from models.base import as_day, from_ms, to_ms
from models.database import fetch_all, is_sqlite
from models.queries import marks
from models.radar import ALL

DAY_MS: Final = 24 * 60 * 60 * 1000

Counted = Literal["customer", "follow_up"]
"""The tables whose rows are counted; both have an index of company and moment."""


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """A company as its licence is shown to one of its reps.

    Args:
        rep_count: of all its reps, enabled or not.
    """

    company_name: str
    username: str
    card_quota: int
    charging_started_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    rep_count: int
    customer_count: int


async def licence(rep_id: int) -> LicenceRow:
    """Read the licence of a rep's company."""
    ((name, username, quota, started, expires, created, reps, customers),) = await fetch_all(
        "SELECT c.name, r.username, c.card_quota, c.charging_started_at, c.expires_at,"
        " c.created_at, (SELECT COUNT(*) FROM rep o WHERE o.company_id = c.id),"
        " (SELECT COUNT(*) FROM customer u WHERE u.company_id = c.id)"
        " FROM rep r JOIN company c ON c.id = r.company_id WHERE r.id = %s",
        (rep_id,),
    )
    since, until = (from_ms(stamp) if stamp is not None else None for stamp in (started, expires))
    return LicenceRow(
        name, username, quota, since, until, from_ms(created), int(reps), int(customers)
    )


async def action_counts(
    company_id: int, actions: Collection[int], days: Collection[date]
) -> dict[tuple[int, date], int]:
    """Count what customers have done to a company's reps.

    Each rep has one row per action and day, and one for the day ``EVER``.

    Returns:
        by action and day, without those on which there was nothing.
    """
    rows = await fetch_all(
        "SELECT action, day, SUM(count) FROM action_total"
        f" WHERE company_id = %s AND customer_id = %s AND day IN ({marks(days)})"
        f" AND action IN ({marks(actions)}) GROUP BY action, day",
        (company_id, ALL, *(day.isoformat() for day in days), *actions),
    )
    return {(row[0], as_day(row[1])): int(row[2]) for row in rows}


async def counts_between(company_id: int, first: date, last: date) -> dict[int, int]:
    """Count what all customers have done to a company's reps on days that are both included.

    Returns:
        by action, without those that have not occurred.
    """
    rows = await fetch_all(
        "SELECT action, SUM(count) FROM action_total WHERE company_id = %s AND customer_id = %s"
        " AND day BETWEEN %s AND %s GROUP BY action ORDER BY action",
        (company_id, ALL, first.isoformat(), last.isoformat()),
    )
    return {row[0]: int(row[1]) for row in rows}


async def rows_by_day(
    table: Counted, company_id: int, begin_at: datetime, over_at: datetime
) -> dict[int, int]:
    """Count a company's rows of each day between two midnights.

    Returns:
        by how many days after the first, without those that have none.
    """
    whole = "/" if is_sqlite() else "DIV"
    begin = to_ms(begin_at)
    rows = await fetch_all(
        f"SELECT (created_at - %s) {whole} %s AS number, COUNT(*) FROM {table}"
        " WHERE company_id = %s AND created_at >= %s AND created_at < %s GROUP BY number",
        (begin, DAY_MS, company_id, begin, to_ms(over_at)),
    )
    return {int(row[0]): int(row[1]) for row in rows}


async def count_rows(table: Counted, company_id: int) -> int:
    """Count all rows of a company; the index alone is read."""
    ((count,),) = await fetch_all(
        f"SELECT COUNT(*) FROM {table} WHERE company_id = %s", (company_id,)
    )
    return int(count)
