"""The data of the lists: one rep of a hundred customers with a log of any length."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from benchmarks.plan import Caller
from benchmarks.setup import (
    TIMEOUT_SECONDS,
    customer_row,
    insert,
    open_sessions,
    rep_row,
    talk,
)
from models import database
from models.base import now, to_ms
from models.chat import Conversation
from models.customer import Bond, Customer, FollowUp
from models.database import atomic, fetch_all, insert_many
from models.radar import Action, totals_of
from models.staff import Rep, add_admin
from services.clock import day_of

CUSTOMERS: Final = 100
ROWS_A_DAY: Final = 125
"""A thousand rows fill the eight days of the radar's window, a million many years before it."""

FOLLOW_UPS: Final = 50
STATEMENT: Final = 4000  # rows of one statement; SQLite takes 32766 parameters, a row has 8

LogRow = tuple[int, int, int, int, str, int, int]


@dataclass(frozen=True, slots=True)
class Diligent:
    """The rep whose lists are read, and one of its customers."""

    rep: Caller
    customer_id: int


async def populate(url: str, rows: int) -> Diligent:
    """Write a rep with so many log rows, and their counters, into a database."""
    async with database.connected(url, TIMEOUT_SECONDS):
        async with atomic():
            admin_id = await add_admin("列表压测公司", "lists-admin", "", now())
            found = await fetch_all("SELECT company_id FROM rep WHERE id = %s", (admin_id,))
            rep_id, customer_ids = await _people(found[0][0])
            (rep,) = await open_sessions("rep", [rep_id])
        await _log(found[0][0], rep_id, customer_ids, rows)
    return Diligent(rep, customer_ids[0])


async def _people(company_id: int) -> tuple[int, list[int]]:
    """Write a rep and its customers, with whom it has talked and whom it has followed up."""
    (rep_id,) = await insert(Rep, [{**rep_row(company_id, 0), "username": "lists-rep"}])
    rows = [
        {**customer_row(company_id, number), "openid": f"lists-openid-{number}"}
        for number in range(CUSTOMERS)
    ]
    customer_ids = await insert(Customer, rows)
    pairs = [{"rep": rep_id, "customer": customer_id} for customer_id in customer_ids]
    moment = now()
    await insert(
        Bond,
        [
            {**pair, "close_odds": number, "last_activity_at": moment - timedelta(hours=number)}
            for number, pair in enumerate(pairs)
        ],
    )
    await talk(await insert(Conversation, pairs))
    note = {"company": company_id, **pairs[0]}
    notes = [{**note, "text": f"第{number}次回访"} for number in range(FOLLOW_UPS)]
    await insert(FollowUp, notes)
    return rep_id, customer_ids


async def _log(company_id: int, rep_id: int, customer_ids: Sequence[int], rows: int) -> None:
    """Write log rows, the newest of now, and count them as the server does."""
    by_day: Counter[tuple[int, int, date]] = Counter()

    def counted() -> Iterator[LogRow]:
        for row, day in _happened((company_id, rep_id), customer_ids, rows):
            by_day[row[2], row[3], day] += 1
            yield row

    columns = (
        *("company_id", "rep_id", "customer_id", "action", "remark", "is_new", "created_at"),
    )
    await _write("action_log", columns, counted())
    await _write(
        "action_counter",
        ("company_id", "rep_id", "customer_id", "action", "day", "count"),
        (
            (company_id, rep_id, customer_id, action, day.isoformat(), count)
            for (customer_id, action, day), count in by_day.items()
        ),
    )
    totals = totals_of((company_id, rep_id, *key, count) for key, count in by_day.items())
    await _write(
        "action_total",
        ("company_id", "rep_id", "customer_id", "day", "action", "count"),
        (
            (company_id, rep_id, customer_id, day.isoformat(), action, count)
            for (*_, customer_id, day, action), count in totals.items()
        ),
    )


def _happened(
    ids: tuple[int, int], customer_ids: Sequence[int], rows: int
) -> Iterator[tuple[LogRow, date]]:
    """Make up what has happened, the oldest first, with the day of each."""
    chance, moment = random.Random(rows), now()
    actions = [int(action) for action in Action]
    between = timedelta(days=1) / ROWS_A_DAY
    for number in range(rows):
        at = moment - (rows - 1 - number) * between
        action, customer_id = chance.choice(actions), chance.choice(customer_ids)
        yield (*ids, customer_id, action, "查看了您的名片", 0, to_ms(at)), day_of(at)


async def _write(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    rest = iter(rows)
    while chunk := list(islice(rest, STATEMENT)):
        await insert_many(table, columns, chunk)
