"""What a rep reads of the radar: pages of the log, and counts that come from the counters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from models.base import as_day, from_ms, to_ms
from models.database import execute, fetch_all
from models.queries import marks
from models.radar import ALL, EVER, Action


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both included, and the moments at which they begin and are over."""

    first: date
    last: date
    begin_at: datetime
    over_at: datetime


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which of a rep's log rows are meant, of those of one company; None means all."""

    company_id: int
    rep_id: int
    customer_id: int | None = None
    action: int | None = None
    days: Days | None = None


class LogView(NamedTuple):
    """A row of the log with how its customer is shown."""

    id: int
    customer_id: int
    action: int
    remark: str
    created_at: datetime
    customer_name: str
    customer_avatar: str


class CustomerTotal(NamedTuple):
    """How often a customer has done anything, with how it is shown."""

    customer_id: int
    total: int
    name: str
    avatar: str


async def logs(wanted: LogFilter, limit: int, offset: int) -> list[LogView]:
    """Read a page of a rep's log, the newest first.

    What stands before the page is passed over in the index alone.
    """
    where, params = _of_log(wanted)
    rows = await fetch_all(
        f"{_LOGS_SQL} FROM (SELECT n.id FROM action_log n WHERE {where}"
        " ORDER BY n.created_at DESC, n.id DESC LIMIT %s OFFSET %s) page"
        f" JOIN action_log l ON l.id = page.id {_WITH_CUSTOMER} {_NEWEST_FIRST}",
        (*params, limit, offset),
    )
    return [_log_view(row) for row in rows]


async def kept_from(company_id: int) -> date | None:
    """Say from which day on a company's log is whole; None if nothing of it has been deleted."""
    rows = await fetch_all(
        "SELECT log_kept_from FROM retention WHERE company_id = %s AND log_kept_from IS NOT NULL",
        (company_id,),
    )
    return as_day(rows[0][0]) if rows else None


async def count_logs(wanted: LogFilter) -> int:
    """Count a rep's log rows by its counters; the log itself is not read."""
    where, params = _of_counters(wanted)
    ((count,),) = await fetch_all(f"SELECT SUM(count) FROM {where}", params)
    return int(count or 0)


async def day_at(wanted: LogFilter, offset: int) -> tuple[date, int]:
    """Find the day on which the row at an offset happened, of a filter without a customer.

    Returns:
        the day, and how many of the rows that are meant are newer than it.
    """
    where, params = _of_counters(wanted)
    rows = await fetch_all(
        "SELECT day, newer FROM (SELECT day,"
        " SUM(SUM(count)) OVER (ORDER BY day DESC) - SUM(count) AS newer"
        f" FROM {where} GROUP BY day) d WHERE newer <= %s ORDER BY day LIMIT 1",
        (*params, offset),
    )
    return as_day(rows[0][0]), int(rows[0][1])


async def new_log_ids(company_id: int, rep_id: int, action: int | None, limit: int) -> list[int]:
    """Find a rep's newest log rows that have not been fetched yet; the rep has to be locked."""
    condition, params = ("", []) if action is None else (" AND action = %s", [action])
    rows = await fetch_all(
        "SELECT id FROM action_log WHERE rep_id = %s AND company_id = %s AND is_new = 1"
        f"{condition} ORDER BY id DESC LIMIT %s",
        (rep_id, company_id, *params, limit),
    )
    return [row[0] for row in rows]


async def take_logs(ids: Collection[int]) -> list[LogView]:
    """Note that log rows have been fetched, and read them, the newest first."""
    those = f"IN ({marks(ids)})"
    await execute(f"UPDATE action_log SET is_new = 0 WHERE id {those}", list(ids))
    rows = await fetch_all(
        f"{_LOGS_SQL} FROM action_log l {_WITH_CUSTOMER} WHERE l.id {those} {_NEWEST_FIRST}",
        list(ids),
    )
    return [_log_view(row) for row in rows]


async def has_met(company_id: int, rep_id: int, customer_id: int) -> bool:
    """Say whether a customer belongs to a rep, or has ever done anything to it in a company."""
    rows = await fetch_all(
        "SELECT EXISTS(SELECT 1 FROM bond WHERE customer_id = %s AND rep_id = %s)"
        " OR EXISTS(SELECT 1 FROM action_counter WHERE customer_id = %s AND rep_id = %s"
        "  AND company_id = %s)",
        (customer_id, rep_id, customer_id, rep_id, company_id),
    )
    return bool(rows[0][0])


async def busiest_customers(
    company_id: int, rep_id: int, days: Days, limit: int, offset: int
) -> list[CustomerTotal]:
    """Read a page of those who have done anything to a rep, the busiest first."""
    rows = await fetch_all(
        "SELECT page.customer_id, page.total, c.name, c.avatar FROM ("
        " SELECT customer_id, SUM(count) AS total FROM action_counter"
        "  WHERE rep_id = %s AND company_id = %s AND day BETWEEN %s AND %s GROUP BY customer_id"
        "  ORDER BY total DESC, customer_id DESC LIMIT %s OFFSET %s) page"
        " JOIN customer c ON c.id = page.customer_id"
        " ORDER BY page.total DESC, page.customer_id DESC",
        (rep_id, company_id, *_ends(days), limit, offset),
    )
    return [CustomerTotal(row[0], int(row[1]), *row[2:]) for row in rows]


async def counts_of_customers(
    rep_id: int, customer_ids: Sequence[int], days: Days
) -> dict[int, dict[int, int]]:
    """Count what customers have done to a rep: by customer and by action."""
    # With every action named, each is one step into the unique index, however long its past.
    rows = await fetch_all(
        "SELECT customer_id, action, SUM(count) FROM action_counter WHERE rep_id = %s"
        f" AND customer_id IN ({marks(customer_ids)}) AND action IN ({marks(_ACTIONS)})"
        " AND day BETWEEN %s AND %s GROUP BY customer_id, action ORDER BY customer_id, action",
        (rep_id, *customer_ids, *_ACTIONS, *_ends(days)),
    )
    found: dict[int, dict[int, int]] = {customer_id: {} for customer_id in customer_ids}
    for customer_id, action, count in rows:
        found[customer_id][action] = int(count)
    return found


async def counts_by_action(company_id: int, rep_id: int, days: Days) -> dict[int, int]:
    """Count what all customers together have done to a rep, by action."""
    rows = await fetch_all(
        "SELECT action, SUM(count) FROM action_total WHERE rep_id = %s AND customer_id = %s"
        " AND day BETWEEN %s AND %s AND company_id = %s GROUP BY action ORDER BY action",
        (rep_id, ALL, *_ends(days), company_id),
    )
    return {row[0]: int(row[1]) for row in rows}


def _of_log(wanted: LogFilter) -> tuple[str, list[Any]]:
    """Write which rows of the log, called ``n``, are meant."""
    # A customer is of one company for ever, and its index does without the company.
    by_customer = wanted.customer_id is not None
    where = ["n.rep_id = %s", f"n.{'customer' if by_customer else 'company'}_id = %s"]
    params: list[Any] = [wanted.rep_id, wanted.customer_id or wanted.company_id]
    if wanted.action is not None:
        where.append("n.action = %s")
        params.append(wanted.action)
    if wanted.days is not None:
        where.append("n.created_at >= %s AND n.created_at < %s")
        params += [to_ms(wanted.days.begin_at), to_ms(wanted.days.over_at)]
    return " AND ".join(where), params


def _of_counters(wanted: LogFilter) -> tuple[str, list[Any]]:
    """Write which counters count the rows that are meant, each a step into a unique index."""
    actions = _ACTIONS if wanted.action is None else [wanted.action]
    where = (
        f"rep_id = %s AND customer_id = %s AND action IN ({marks(actions)}) AND company_id = %s"
        " AND day"
    )
    params = [wanted.rep_id, wanted.customer_id or ALL, *actions, wanted.company_id]
    if wanted.days is None:
        return f"action_total WHERE {where} = %s", [*params, EVER.isoformat()]
    table = "action_total" if wanted.customer_id is None else "action_counter"
    return f"{table} WHERE {where} BETWEEN %s AND %s", [*params, *_ends(wanted.days)]


def _ends(days: Days) -> tuple[str, str]:
    return days.first.isoformat(), days.last.isoformat()


def _log_view(row: tuple[Any, ...]) -> LogView:
    return LogView(*[*row[:4], from_ms(row[4]), *row[5:]])


_ACTIONS = [int(action) for action in Action]
_LOGS_SQL = "SELECT l.id, l.customer_id, l.action, l.remark, l.created_at, c.name, c.avatar"
_WITH_CUSTOMER = "JOIN customer c ON c.id = l.customer_id"
_NEWEST_FIRST = "ORDER BY l.created_at DESC, l.id DESC"
