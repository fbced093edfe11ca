"""The customers of a company as its back office looks for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from models.base import from_ms, to_ms
from models.database import fetch_all
from models.queries import marks
from models.radar import EVER


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer with what it has told of itself."""

    id: int
    name: str
    avatar: str
    phone: str
    kind: int
    gender: int | None
    country: str
    province: str
    city: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BelongingRow:
    """A bond of a customer with one of its reps."""

    rep_id: int
    username: str
    memo_name: str
    source: int
    close_odds: int
    last_followed_at: datetime | None
    last_activity_at: datetime | None
    created_at: datetime

    @property
    def rep_name(self) -> str:
        """The name of the rep that customers see (decisions S5)."""
        return self.memo_name or self.username


class Belongings(NamedTuple):
    """The bonds of a customer: the latest of them, how many there are, when it last did anything.

    Args:
        rows: the one with the newest event first.
    """

    rows: list[BelongingRow]
    total: int
    last_activity_at: datetime | None


class CustomerFilter(NamedTuple):
    """Which customers of a company are looked for; an empty text and a None stand for any.

    Args:
        name: contained in the customer's own; the phone number likewise.
        rep_id: to whom it belongs.
        since: the earliest moment at which it came.
        until: the first moment that is too late.
        is_bound: whether it belongs to any rep.
    """

    name: str = ""
    phone: str = ""
    kind: int | None = None
    rep_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    has_order: bool | None = None
    is_bound: bool | None = None


_COLUMNS = (
    "c.id, c.name, c.avatar, c.phone, c.kind, c.gender, c.country, c.province, c.city, c.created_at"
)
_ORDER = "ORDER BY c.created_at DESC, c.id DESC"


async def page(
    company_id: int, wanted: CustomerFilter, limit: int, offset: int
) -> tuple[list[CustomerRow], int]:
    """Read a page of a company's customers, the newest first, and count those looked for.

    The page is read along the index of the company's customers by their coming. What only the row
    can tell (name, phone number, kind) is looked for in all of the company's customers.
    """
    where, params = _conditions(company_id, wanted)
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM (SELECT c.id FROM customer c WHERE {where}"
        f" {_ORDER} LIMIT %s OFFSET %s) chosen JOIN customer c ON c.id = chosen.id {_ORDER}",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM customer c WHERE {where}", params)
    return [_customer_row(row) for row in rows], int(count)


async def behind(
    company_id: int, wanted: CustomerFilter, last: CustomerRow | None, limit: int
) -> list[CustomerRow]:
    """Read the customers that stand behind one in the order of ``page``, or the first ones."""
    where, params = _conditions(company_id, wanted)
    if last is not None:
        stamp = to_ms(last.created_at)
        where += " AND c.created_at <= %s AND (c.created_at < %s OR c.id < %s)"
        params += [stamp, stamp, last.id]
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM customer c WHERE {where} {_ORDER} LIMIT %s", (*params, limit)
    )
    return [_customer_row(row) for row in rows]


async def count(company_id: int, wanted: CustomerFilter, most: int) -> int:
    """Count the customers looked for, as far as a number."""
    where, params = _conditions(company_id, wanted)
    ((found,),) = await fetch_all(
        f"SELECT COUNT(*) FROM (SELECT c.id FROM customer c WHERE {where} LIMIT %s) found",
        (*params, most),
    )
    return int(found)


async def find(company_id: int, customer_id: int) -> CustomerRow | None:
    """Find one of a company's customers."""
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM customer c WHERE c.id = %s AND c.company_id = %s",
        (customer_id, company_id),
    )
    return _customer_row(rows[0]) if rows else None


async def belongings(customer_ids: Collection[int], most: int) -> dict[int, Belongings]:
    """Read to whom customers belong; one that belongs to nobody is left out.

    Args:
        most: how many of each customer's bonds are read.
    """
    rows = await fetch_all(
        "SELECT b.customer_id, b.total, b.newest, r.id, r.username, r.memo_name, b.source,"
        " b.close_odds, b.last_followed_at, b.last_activity_at, b.created_at"
        " FROM (SELECT customer_id, rep_id, source, close_odds, last_followed_at,"
        "  last_activity_at, created_at,"
        "  COUNT(*) OVER (PARTITION BY customer_id) AS total,"
        "  MAX(last_activity_at) OVER (PARTITION BY customer_id) AS newest,"
        "  ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY last_event_at DESC, id DESC)"
        "   AS place"
        f"  FROM bond WHERE customer_id IN ({marks(customer_ids)})) b"
        " JOIN rep r ON r.id = b.rep_id WHERE b.place <= %s ORDER BY b.customer_id, b.place",
        (*customer_ids, most),
    )
    found: dict[int, Belongings] = {}
    for customer_id, total, newest, *row in rows:
        known = found.setdefault(customer_id, Belongings([], total, _moment(newest)))
        moments = (_moment(row[5]), _moment(row[6]), from_ms(row[7]))
        known.rows.append(BelongingRow(*[*row[:5], *moments]))
    return found


async def count_messages(customer_ids: Collection[int]) -> dict[int, int]:
    """Count the messages of customers and to them, whoever the rep is."""
    return await _counts(
        "SELECT customer_id, SUM(rep_sent + customer_sent) FROM conversation"
        " WHERE customer_id IN ({}) GROUP BY customer_id",
        customer_ids,
    )


async def count_actions(customer_ids: Collection[int]) -> dict[int, int]:
    """Count what customers have ever done to those reps whom they belong to, or once did."""
    return await _counts(
        "SELECT v.customer_id, SUM(t.count) FROM conversation v JOIN action_total t"
        " ON t.rep_id = v.rep_id AND t.customer_id = v.customer_id AND t.day = %s"
        " WHERE v.customer_id IN ({}) GROUP BY v.customer_id",
        customer_ids,
        EVER.isoformat(),
    )


async def count_orders(customer_ids: Collection[int]) -> dict[int, int]:
    """Count the orders of customers."""
    return await _counts(
        "SELECT customer_id, COUNT(*) FROM goods_order WHERE is_deleted = 0"
        " AND customer_id IN ({}) GROUP BY customer_id",
        customer_ids,
    )


async def _counts(sql: str, customer_ids: Collection[int], *params: str) -> dict[int, int]:
    rows = await fetch_all(sql.format(marks(customer_ids)), (*params, *customer_ids))
    return {customer_id: int(found) for customer_id, found in rows}


def _conditions(company_id: int, wanted: CustomerFilter) -> tuple[str, list[Any]]:
    conditions = {
        "c.company_id = %s": company_id,
        "INSTR(c.name, %s) > 0": wanted.name or None,
        "INSTR(c.phone, %s) > 0": wanted.phone or None,
        "c.kind = %s": wanted.kind,
        "c.id IN (SELECT b.customer_id FROM bond b WHERE b.rep_id = %s)": wanted.rep_id,
        "c.created_at >= %s": to_ms(wanted.since) if wanted.since else None,
        "c.created_at < %s": to_ms(wanted.until) if wanted.until else None,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    texts = [*given]
    for is_wanted, existing in ((wanted.has_order, _AN_ORDER), (wanted.is_bound, _A_BOND)):
        if is_wanted is not None:
            texts.append(f"{'' if is_wanted else 'NOT '}EXISTS ({existing})")
    return " AND ".join(texts), [*given.values()]


_AN_ORDER = "SELECT 1 FROM goods_order o WHERE o.customer_id = c.id AND o.is_deleted = 0"
_A_BOND = "SELECT 1 FROM bond b WHERE b.customer_id = c.id"


def _customer_row(row: tuple[Any, ...]) -> CustomerRow:
    return CustomerRow(*[*row[:9], from_ms(row[9])])


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_ms(stored)
