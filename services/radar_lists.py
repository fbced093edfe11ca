"""What a rep reads of the radar: what its customers do, by time, by customer and by kind.

A rep that has moved to another company reads nothing of the one that it has left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from models import radar_lists as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.radar import lock_rep
from models.radar_lists import Days, LogFilter, LogView
from services.clock import day_of, start_of
from services.errors import NotFound
from services.principals import Rep
from services.radar import shown_name

WINDOW: Final = timedelta(days=7)
"""How far back a window goes that has no first day (semantics 4.4)."""

MOST_PASSED_OVER: Final = 5000
"""How many rows are passed over one by one, in an index."""

FIRST_DAY: Final = date(1971, 1, 1)
LAST_DAY: Final = date(9998, 12, 31)
"""Nothing is logged outside; there are moments on either side of these that can still be told."""


@dataclass(frozen=True, slots=True)
class SeenAction:
    """A row of the log as its rep sees it: the customer's name stands before the remark."""

    customer_id: int
    customer_avatar: str
    action: int
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BusyCustomer:
    """What a customer has done in a window: in all, and by action."""

    customer_id: int
    name: str
    avatar: str
    total: int
    by_action: dict[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the log is asked for; the days are both included (decisions S23)."""

    customer_id: int | None = None
    action: int | None = None
    first_day: date | None = None
    last_day: date | None = None


async def by_time(
    rep: Rep, wanted: Wanted, limit: int, offset: int
) -> tuple[list[SeenAction], int]:
    """List what customers have done, the newest first.

    What a page costs hardly grows with its number: behind the last row nothing is looked for, and
    far down the list begins on the day that the totals say. Counters outlive the rows that
    retention deletes, so neither is looked at before the first day that is kept.

    Returns:
        the page, and how many rows there are.

    Raises:
        NotFound: the customer has nothing to do with the rep.
    """
    customer_id = wanted.customer_id
    if customer_id is not None and not await queries.has_met(rep.company_id, rep.id, customer_id):
        raise NotFound
    days = None
    kept_from = await queries.kept_from(rep.company_id)
    if (wanted.first_day, wanted.last_day, kept_from) != (None, None, None):
        first_day = max(wanted.first_day or FIRST_DAY, kept_from or FIRST_DAY)
        days = whole_days(first_day, wanted.last_day or LAST_DAY)
    found = LogFilter(rep.company_id, rep.id, customer_id, wanted.action, days)
    total = await queries.count_logs(found)
    if offset >= total:
        return [], total
    if offset > MOST_PASSED_OVER and customer_id is None:
        found, offset = await _from_its_day(found, offset)
    return [_seen(row) for row in await queries.logs(found, limit, offset)], total


async def _from_its_day(wanted: LogFilter, offset: int) -> tuple[LogFilter, int]:
    """Begin a filter on the day of the row at an offset, which the totals of days know.

    Returns:
        the filter, and what is left of the offset.
    """
    days = wanted.days or whole_days(FIRST_DAY, LAST_DAY)
    wanted = replace(wanted, days=days)
    day, newer = await queries.day_at(wanted, offset)
    return replace(wanted, days=whole_days(days.first, day)), offset - newer


async def by_customer(
    rep: Rep, first_day: date | None, last_day: date | None, limit: int, offset: int
) -> list[BusyCustomer]:
    """List who has done anything in a window, the busiest first, ties by the newest customer."""
    days = window(first_day, last_day)
    found = await queries.busiest_customers(rep.company_id, rep.id, days, limit, offset)
    if not found:
        return []
    counts = await queries.counts_of_customers(rep.id, [row.customer_id for row in found], days)
    return [
        BusyCustomer(
            customer_id=row.customer_id,
            name=shown_name(row.name, row.customer_id),
            avatar=row.avatar,
            total=row.total,
            by_action=counts[row.customer_id],
        )
        for row in found
    ]


async def by_action(rep: Rep, first_day: date | None, last_day: date | None) -> dict[int, int]:
    """Count what has been done in a window, by action, without those that have not occurred."""
    days = window(first_day, last_day)
    return await queries.counts_by_action(rep.company_id, rep.id, days)


@retry_on_deadlock
async def take_new(rep: Rep, action: int | None, limit: int) -> list[SeenAction]:
    """Fetch the newest actions that have not been fetched yet, the newest first.

    Each is fetched once, whoever asks at the same time; what is beyond the limit stays new.
    """
    async with atomic():
        await lock_rep(rep.id)
        ids = await queries.new_log_ids(rep.company_id, rep.id, action, limit)
        return [_seen(row) for row in await queries.take_logs(ids)] if ids else []


def _seen(row: LogView) -> SeenAction:
    name = shown_name(row.customer_name, row.customer_id)
    return SeenAction(
        customer_id=row.customer_id,
        customer_avatar=row.customer_avatar,
        action=row.action,
        text=name + row.remark,
        created_at=row.created_at,
    )


def window(first_day: date | None, last_day: date | None) -> Days:
    """Fill a window up: it ends today, and begins seven days before its end."""
    last_day = _known(last_day or day_of(now()))
    return whole_days(first_day or last_day - WINDOW, last_day)


def whole_days(first_day: date, last_day: date) -> Days:
    """Say from when to when days last; what is beyond all that is ever logged counts as its end."""
    first, last = _known(first_day), _known(last_day)
    return Days(first, last, start_of(first), start_of(last + timedelta(days=1)))


def _known(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)
