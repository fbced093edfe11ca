"""What customers do: the action log, its daily counters, and the praise that toggles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Final, NamedTuple

import peewee

from models.article import Article
from models.base import SET_NULL, MomentField, Table, from_ms, now, reference, to_ms
from models.company import Company
from models.customer import Customer
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.library import Diary
from models.queries import marks, on_pair, pairs_table
from models.staff import CARD_COLUMNS, CardRow, Rep, card_row


class Action(IntEnum):
    """What a customer did (semantics 3.2); the numbers are the wire's."""

    VIEW_CARD = 1
    VIEW_PRODUCT = 2
    VIEW_NEWS = 3
    VIEW_WEBSITE = 4
    COPY_WECHAT = 5
    FORWARD_CARD = 6
    CONSULT_PRODUCT = 7
    SAVE_PHONE = 8
    PRAISE = 9
    CALL = 10
    PLAY_VOICE = 11
    COPY_EMAIL = 12
    AUTHORISE = 13
    PLACE_ORDER = 18
    VIEW_DIARIES = 21
    VIEW_DIARY = 22


class ActionLog(Table):
    """One action of a customer on a rep; ``remark`` leaves the customer's name out.

    A rep that changes its company leaves there what it had, so every list names the company too.
    """

    id = peewee.BigAutoField()
    company = reference(Company, index=False)
    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    action = peewee.SmallIntegerField()
    remark = peewee.CharField(512, default="")
    is_new = peewee.BooleanField(default=True)
    article = reference(Article, on_delete=SET_NULL, null=True)
    diary = reference(Diary, on_delete=SET_NULL, null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "rep", "created_at"), False),
            (("rep", "company", "action", "created_at"), False),
            (("customer", "rep", "created_at"), False),
            (("rep", "company", "is_new", "id"), False),
        )


class ActionCounter(Table):
    """How often a customer did one thing to a rep on one day (Asia/Shanghai).

    Every statistic is a sum over these, never a scan of the log.
    """

    id = peewee.BigAutoField()
    company = reference(Company, index=False)
    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    action = peewee.SmallIntegerField()
    day = peewee.DateField()
    count = peewee.IntegerField(default=0)

    class Meta:
        indexes = (
            (("customer", "rep", "action", "day"), True),
            (("rep", "company", "day"), False),
            (("company", "action", "day"), False),
        )


EVER: Final = date(1970, 1, 1)
"""The day of ``ActionTotal`` that stands for all days together."""

ALL: Final = 0
"""The customer of ``ActionTotal`` that stands for all customers together."""


class ActionTotal(Table):
    """What daily counters come to: of all customers on a day, of all and of each of them ever.

    Daily counters grow with the log; what a list counts is a few rows of these, and what a company
    has is a few for each of its reps. A rep that changes its company leaves there what it had.
    """

    id = peewee.BigAutoField()
    company = reference(Company, index=False)
    rep = reference(Rep, index=False)
    customer_id = peewee.IntegerField()
    day = peewee.DateField()
    action = peewee.SmallIntegerField()
    count = peewee.IntegerField(default=0)

    class Meta:
        indexes = (
            (("rep", "customer_id", "day", "action", "company"), True),
            (("company", "customer_id", "day", "action"), False),
        )


class CardPraise(Table):
    """Whether a customer finds a rep reliable (靠谱) at present."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    is_up = peewee.BooleanField(default=False)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "customer"), True),)


class SignPraise(Table):
    """That a customer likes a rep's signature; it is never taken back."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "customer"), True),)


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the action log as it is written."""

    company_id: int
    rep_id: int
    customer_id: int
    action: int
    remark: str
    diary_id: int | None = None


async def add_logs(rows: Sequence[LogRow], moment: datetime) -> list[int]:
    """Write log rows by one statement and return their ids."""
    return await insert_many(
        "action_log",
        (
            *("company_id", "rep_id", "customer_id", "action"),
            *("remark", "is_new", "diary_id", "created_at"),
        ),
        [
            (
                *(row.company_id, row.rep_id, row.customer_id, row.action),
                *(row.remark, 1, row.diary_id, to_ms(moment)),
            )
            for row in rows
        ],
    )


async def count_actions(counts: Mapping[tuple[int, int, int, int], int], day: date) -> None:
    """Raise daily counters by one statement.

    Args:
        counts: by company, rep, customer and action, how much to add.
    """
    await upsert(
        "action_counter",
        ("company_id", "rep_id", "customer_id", "action", "day", "count"),
        [(*key, day.isoformat(), count) for key, count in sorted(counts.items())],
        unique=("rep_id", "customer_id", "action", "day"),
        update={"count": "count + {new}"},
    )


async def add_totals(counts: Mapping[tuple[int, int, int, int], int], day: date) -> None:
    """Raise totals by what daily counters have been raised by, in one statement.

    All customers of a rep raise the same rows. Call it last: the rep has been locked by then, by
    its log if not before, so that nobody who holds these rows still waits for the rep.
    """
    totals = totals_of((*key, day, count) for key, count in counts.items())
    await upsert(
        "action_total",
        ("company_id", "rep_id", "customer_id", "day", "action", "count"),
        [
            (company_id, rep_id, customer_id, one.isoformat(), action, count)
            for (company_id, rep_id, customer_id, one, action), count in sorted(totals.items())
        ],
        unique=("rep_id", "customer_id", "day", "action", "company_id"),
        update={"count": "count + {new}"},
    )


def totals_of(
    counts: Iterable[tuple[int, int, int, int, date, int]],
) -> Counter[tuple[int, int, int, date, int]]:
    """Say what daily counters add to the totals.

    Args:
        counts: company, rep, customer, action, day, and how often.

    Returns:
        by company, rep, customer, day and action, how often.
    """
    totals: Counter[tuple[int, int, int, date, int]] = Counter()
    for company_id, rep_id, customer_id, action, day, count in counts:
        for key in ((ALL, EVER), (ALL, day), (customer_id, EVER)):
            totals[company_id, rep_id, *key, action] += count
    return totals


async def touch_bonds(bond_ids: Collection[int], moment: datetime) -> None:
    """Note that the customers of these bonds have just been active."""
    stamp = to_ms(moment)
    await execute(
        "UPDATE bond SET last_activity_at = %s, last_event_at = %s"
        f" WHERE id IN ({marks(bond_ids)})",
        (stamp, stamp, *sorted(bond_ids)),
    )


async def lock_rep(rep_id: int) -> None:
    """Lock a rep's row before rows that refer to it are written and its counters moved.

    Writing a row that refers to it takes a shared lock; two transactions that hold one each could
    then not go on to the counters.
    """
    await lock_reps([rep_id])


async def lock_reps(rep_ids: Collection[int]) -> None:
    """Lock the rows of several reps, in the same order everywhere."""
    await fetch_all(
        f"SELECT id FROM rep WHERE id IN ({marks(rep_ids)}) ORDER BY id{for_update()}",
        sorted(rep_ids),
    )


async def toggle_card_praise(rep_id: int, customer_id: int, moment: datetime) -> bool:
    """Turn a customer's praise of a card over, and the rep's count with it.

    Returns:
        whether it is given now.
    """
    columns = ("rep_id", "customer_id", "is_up", "created_at")
    row = (rep_id, customer_id, 0, to_ms(moment))
    await upsert("card_praise", columns, [row], unique=("rep_id", "customer_id"), update={})
    where = "WHERE rep_id = %s AND customer_id = %s"
    await execute(f"UPDATE card_praise SET is_up = 1 - is_up {where}", (rep_id, customer_id))
    ((is_up,),) = await fetch_all(
        f"SELECT is_up FROM card_praise {where}{for_update()}", (rep_id, customer_id)
    )
    step = 1 if is_up else -1
    await execute("UPDATE rep SET praise_count = praise_count + %s WHERE id = %s", (step, rep_id))
    return bool(is_up)


async def add_sign_praise(rep_id: int, customer_id: int, moment: datetime) -> bool:
    """Note that a customer likes a rep's signature, and count it.

    Returns:
        whether it is the first time.
    """
    is_first = bool(
        await upsert(
            "sign_praise",
            ("rep_id", "customer_id", "created_at"),
            [(rep_id, customer_id, to_ms(moment))],
            unique=("rep_id", "customer_id"),
            update={},
        )
    )
    if is_first:
        await execute(
            "UPDATE rep SET sign_praise_count = sign_praise_count + 1 WHERE id = %s", (rep_id,)
        )
    return is_first


class PairFacts(NamedTuple):
    """What an action needs to know of its pair.

    Args:
        card: the rep's.
        bond_id: None if the customer does not belong to the rep.
        view_count: how often the customer has viewed the card, as far as that was logged.
    """

    card: CardRow
    customer_id: int
    customer_name: str
    bond_id: int | None
    is_praised: bool
    is_sign_praised: bool
    view_count: int

    def is_logged(self, moment: datetime) -> bool:
        """Whether actions are logged: those on a company that has expired are not."""
        expires_at = self.card.company_expires_at
        return expires_at is None or expires_at >= moment


async def facts(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], PairFacts]:
    """Read what actions need to know of their pairs; a pair without its rep is left out.

    Each column costs as much to read as two rows, each statement as much as twenty columns: hence
    one statement, even where that reads a card twice.
    """
    source, params = pairs_table(pairs)
    bond, praise, sign = "bond b", "card_praise p", "sign_praise s"
    rows = await fetch_all(
        "SELECT pair.customer_id, u.name, b.id, p.is_up, s.id,"
        " (SELECT SUM(n.count) FROM action_counter n WHERE n.rep_id = pair.rep_id"
        "  AND n.customer_id = pair.customer_id AND n.action = %s),"
        f" {CARD_COLUMNS} FROM {source} JOIN rep r ON r.id = pair.rep_id"
        " JOIN company c ON c.id = r.company_id JOIN customer u ON u.id = pair.customer_id"
        f" LEFT JOIN {bond}{on_pair(bond)} LEFT JOIN {praise}{on_pair(praise)}"
        f" LEFT JOIN {sign}{on_pair(sign)}",
        (int(Action.VIEW_CARD), *params),
    )
    found = [_facts(row) for row in rows]
    return {(one.card.id, one.customer_id): one for one in found}


def _facts(row: tuple[Any, ...]) -> PairFacts:
    is_praised, is_sign_praised, view_count = bool(row[3]), bool(row[4]), int(row[5] or 0)
    return PairFacts(
        card_row(row[6:]), row[0], row[1], row[2], is_praised, is_sign_praised, view_count
    )


async def times_done(rep_id: int, customer_id: int, action: int) -> int:
    """Count how often a customer has done one thing to a rep, as far as that was logged."""
    rows = await fetch_all(
        "SELECT count FROM action_total"
        " WHERE rep_id = %s AND customer_id = %s AND day = %s AND action = %s",
        (rep_id, customer_id, EVER.isoformat(), action),
    )
    return int(rows[0][0]) if rows else 0


async def times_read(rep_id: int, customer_id: int, diary_id: int) -> int:
    """Count how often a customer has read a diary on a rep's page, as far as that was logged.

    The index of the pair serves this. One of its own would cost every other action a random write.
    """
    ((count,),) = await fetch_all(
        "SELECT COUNT(*) FROM action_log"
        " WHERE diary_id = %s AND rep_id = %s AND customer_id = %s AND action = %s",
        (diary_id, rep_id, customer_id, int(Action.VIEW_DIARY)),
    )
    return int(count)


@dataclass(frozen=True, slots=True)
class LastAction:
    """The newest thing that a customer has done to a rep."""

    customer_id: int
    remark: str
    created_at: datetime


async def last_actions(rep_id: int, customer_ids: Collection[int]) -> dict[int, LastAction]:
    """Find the newest action of each of these customers, by one step into the index each."""
    rows = await fetch_all(
        "SELECT l.customer_id, l.remark, l.created_at FROM action_log l WHERE l.id IN ("
        " SELECT (SELECT n.id FROM action_log n WHERE n.rep_id = b.rep_id"
        "  AND n.customer_id = b.customer_id ORDER BY n.created_at DESC, n.id DESC LIMIT 1)"
        f" FROM bond b WHERE b.rep_id = %s AND b.customer_id IN ({marks(customer_ids)}))",
        (rep_id, *customer_ids),
    )
    return {row[0]: LastAction(row[0], row[1], from_ms(row[2])) for row in rows}
