"""A rep's customers in the order of the address book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from models.base import as_day, from_ms
from models.database import fetch_all
from models.queries import marks


class Order(Enum):
    """By which column of the bond customers are listed, the highest first, nothing last."""

    CLOSE_ODDS = "close_odds"
    FOLLOWED = "last_followed_at"
    ACTIVE = "last_activity_at"


class Entry(NamedTuple):
    """A customer of a rep as the address book has it."""

    customer_id: int
    name: str
    avatar: str
    expected_on: date | None
    close_odds: int
    rep_name: str
    source: int
    last_followed_at: datetime | None
    last_activity_at: datetime | None


class Sought(NamedTuple):
    """Which of a rep's customers are listed; without a source and a name all of them."""

    source: int | None = None
    name: str = ""


async def entries(
    rep_id: int, sought: Sought, order: Order, limit: int, offset: int
) -> list[Entry]:
    """Read a page of a rep's customers, ties by the newest bond.

    Both engines take a null for less than any number, so that falling order has them last; each
    order walks an index from its end.
    """
    condition, params = _that_are(sought)
    falling = f"b.{order.value} DESC, b.id DESC"
    rows = await fetch_all(
        "SELECT b.customer_id, c.name, c.avatar, b.expected_on, b.close_odds, r.username, b.source,"
        " b.last_followed_at, b.last_activity_at"
        f" FROM (SELECT b.id FROM bond b WHERE b.rep_id = %s{condition}"
        f" ORDER BY {falling} LIMIT %s OFFSET %s) page"
        " JOIN bond b ON b.id = page.id JOIN customer c ON c.id = b.customer_id"
        f" JOIN rep r ON r.id = b.rep_id ORDER BY {falling}",
        (rep_id, *params, limit, offset),
    )
    return [_entry(row) for row in rows]


async def count_entries(rep_id: int, sought: Sought) -> int:
    """Count a rep's customers, all or those that are sought."""
    condition, params = _that_are(sought)
    ((count,),) = await fetch_all(
        f"SELECT COUNT(*) FROM bond b WHERE b.rep_id = %s{condition}", (rep_id, *params)
    )
    return int(count)


async def articles(rep_id: int, customer_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Find through which article these customers came to a rep last.

    Returns:
        by customer the article's id and title; those that read none are left out.
    """
    rows = await fetch_all(
        "SELECT d.customer_id, a.id, a.title FROM (SELECT MAX(n.id) AS id FROM article_reader n"
        f" WHERE n.rep_id = %s AND n.customer_id IN ({marks(customer_ids)})"
        " GROUP BY n.customer_id) newest"
        " JOIN article_reader d ON d.id = newest.id JOIN article a ON a.id = d.article_id",
        (rep_id, *customer_ids),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _that_are(sought: Sought) -> tuple[str, list[int | str]]:
    condition, params = "", list[int | str]()
    if sought.source is not None:
        condition, params = " AND b.source = %s", [sought.source]
    if sought.name:
        condition += (
            " AND (EXISTS(SELECT 1 FROM customer w WHERE w.id = b.customer_id"
            "  AND INSTR(LOWER(w.name), LOWER(%s)) > 0)"
            " OR EXISTS(SELECT 1 FROM customer_note n WHERE n.rep_id = b.rep_id"
            "  AND n.customer_id = b.customer_id AND INSTR(LOWER(n.name), LOWER(%s)) > 0))"
        )
        params += [sought.name, sought.name]
    return condition, params


def _entry(row: Sequence[Any]) -> Entry:
    followed, active = (None if stamp is None else from_ms(stamp) for stamp in row[7:])
    expected_on = None if row[3] is None else as_day(row[3])
    return Entry(*[*row[:3], expected_on, *row[4:7], followed, active])
