"""The figures of a company as its reps see them in the back office (semantics 4.3).

Every window ends with yesterday: days are over before they are counted. Only the figures of all
time know today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

from models import statistics as queries
from models.base import now
from models.radar import EVER, Action
from models.statistics import Counted, LicenceRow
from services.clock import day_of, start_of
from services.errors import Invalid
from services.principals import AdminRep, Rep
from services.radar_lists import window

MOST_DAYS: Final = 90
"""How far back a line goes (decisions S26), and over how many days actions are counted."""

WEEK: Final = 7
MONTH: Final = 30


class Figure(IntEnum):
    """What is counted of a company; the numbers are the wire's (001-admin.md:170)."""

    CUSTOMERS = 1
    FOLLOW_UPS = 2
    VIEWS = 3
    FORWARDS = 4
    SAVES = 5
    PRAISES = 6


_ACTIONS: Final[dict[Figure, Action]] = {
    Figure.VIEWS: Action.VIEW_CARD,
    Figure.FORWARDS: Action.FORWARD_CARD,
    Figure.SAVES: Action.SAVE_PHONE,
    Figure.PRAISES: Action.PRAISE,
}
"""Which actions a figure counts, as often as they were done: praise that was taken back twice."""

_ROWS: Final[dict[Figure, Counted]] = {
    Figure.CUSTOMERS: "customer",
    Figure.FOLLOW_UPS: "follow_up",
}
"""Of which table a figure counts the rows."""

Figures = dict[Figure, int]


@dataclass(frozen=True, slots=True)
class Licence:
    """A company's licence, and how much of what it has paid for is used up.

    Args:
        used_days: whole days since it was opened, at most until it expires.
        available_days: whole days until it expires; None for one that never does.
    """

    row: LicenceRow
    opened_on: date
    expires_on: date | None
    used_days: int
    available_days: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of all time, of yesterday, and of the seven and thirty days that end with it."""

    ever: Figures
    yesterday: Figures
    week: Figures
    month: Figures


async def licence(rep: Rep, at: datetime | None = None) -> Licence:
    """Show the licence of a rep's company.

    Args:
        at: the moment; now if it is left out.
    """
    row = await queries.licence(rep.id)
    used_days, available_days = _paid_days(row, at or now())
    expires_on = day_of(row.expires_at) if row.expires_at is not None else None
    return Licence(row, day_of(row.created_at), expires_on, used_days, available_days)


async def overview(rep: Rep, at: datetime | None = None) -> Overview:
    """Count what there is of each figure in a rep's company.

    Args:
        at: the moment; now if it is left out.
    """
    days = _days_before(day_of(at or now()), MONTH)
    counts = await _counts(rep.company_id, list(Figure), days)
    ever = await queries.action_counts(rep.company_id, list(_ACTIONS.values()), [EVER])
    totals = {figure: ever.get((action, EVER), 0) for figure, action in _ACTIONS.items()}
    for figure, table in _ROWS.items():
        totals[figure] = await queries.count_rows(table, rep.company_id)
    return Overview(
        totals,
        *(
            {figure: sum(counts[figure, day] for day in days[-length:]) for figure in Figure}
            for length in (1, WEEK, MONTH)
        ),
    )


async def line(
    rep: Rep, figure: Figure, length: int, at: datetime | None = None
) -> list[tuple[date, int]]:
    """Count one figure of a rep's company on each of the days that end with yesterday.

    Args:
        length: how many days, at most ``MOST_DAYS``.
        at: the moment; now if it is left out.

    Returns:
        each day with its count, the earliest first.
    """
    days = _days_before(day_of(at or now()), length)
    counts = await _counts(rep.company_id, [figure], days)
    return [(day, counts[figure, day]) for day in days]


async def actions(rep: AdminRep, first_day: date | None, last_day: date | None) -> dict[int, int]:
    """Count what has been done to all reps of a company on days that are both included.

    Returns:
        by action, without those that have not occurred.

    Raises:
        Invalid: the days are more than ``MOST_DAYS``.
    """
    days = window(first_day, last_day)
    if (days.last - days.first).days >= MOST_DAYS:
        complaint = f"时间范围不能超过{MOST_DAYS}天"
        raise Invalid(complaint, {"create_date__gte": complaint})
    return await queries.counts_between(rep.company_id, days.first, days.last)


async def _counts(
    company_id: int, figures: Sequence[Figure], days: Sequence[date]
) -> Counter[tuple[Figure, date]]:
    """Count figures on consecutive days, by one query for all actions and one for each table."""
    counts: Counter[tuple[Figure, date]] = Counter()
    actions = {_ACTIONS[figure]: figure for figure in figures if figure in _ACTIONS}
    if actions:
        found = await queries.action_counts(company_id, list(actions), days)
        for (action, day), count in found.items():
            counts[actions[Action(action)], day] = count
    begin_at, over_at = start_of(days[0]), start_of(days[-1] + timedelta(days=1))
    for figure in figures:
        if figure in _ROWS:
            rows = await queries.rows_by_day(_ROWS[figure], company_id, begin_at, over_at)
            for number, count in rows.items():
                counts[figure, days[number]] = count
    return counts


def _days_before(today: date, length: int) -> list[date]:
    return [today - timedelta(days=age) for age in range(length, 0, -1)]


def _paid_days(row: LicenceRow, at: datetime) -> tuple[int, int | None]:
    """Say how many whole days a company has used and has left of its licence."""
    started_at = row.charging_started_at or row.created_at
    if row.expires_at is None:
        return max((at - started_at).days, 0), None
    within = max(min(at, row.expires_at), started_at)
    return (within - started_at).days, max((row.expires_at - within).days, 0)
