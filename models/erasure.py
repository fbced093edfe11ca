"""The erasure of what is known of one customer, in steps that can be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

import peewee

from models.base import MomentField, Table, from_ms, now, reference, to_ms
from models.chat import Pair, lock_conversations
from models.customer import Customer
from models.database import execute, fetch_all, for_update, upsert
from models.queries import marks

DELETED: Final = (
    *("notice", "scheduled_message", "customer_note", "customer_tag"),
    *("article_reader", "case_collection", "footprint", "tag_search"),
)
"""The tables whose rows of a customer go."""

LOGINS: Final = ("session", "login_code")
"""The tables by which a customer is let in; it has few rows there."""

BLANKED: Final[Mapping[str, tuple[str, str]]] = {
    "follow_up": ("text", ""),
    "diary_comment": ("content", "该评论已删除"),
    "goods_order": ("phone", ""),
}
"""Where rows stay since they are counted, or are business: by table, the column and its text."""


class Erasure(Table):
    """That a customer is being erased, until the last step is done.

    Args:
        tries: how often the last round has been begun.
        due_at: in which order the last rounds come: when the erasure began, or later after tries.
    """

    customer = reference(Customer, unique=True)
    begun_at = MomentField(default=now)
    finished_at = MomentField(null=True)
    tries = peewee.IntegerField(default=0)
    due_at = MomentField(default=now)

    class Meta:
        indexes = ((("finished_at", "due_at"), False),)


class Begun(NamedTuple):
    """An erasure that has begun and is not finished."""

    customer_id: int
    begun_at: datetime
    tries: int


async def begin(customer_id: int, moment: datetime) -> None:
    """Note that a customer is to be erased, before anything of it is."""
    await upsert(
        "erasure",
        ("customer_id", "begun_at", "finished_at", "tries", "due_at"),
        [(customer_id, to_ms(moment), None, 0, to_ms(moment))],
        unique=["customer_id"],
        update=dict.fromkeys(("begun_at", "finished_at", "tries", "due_at"), "{new}"),
    )


async def finish(erasure: Begun, moment: datetime) -> None:
    """Note that nothing is left to be erased, unless it has begun anew since."""
    await execute(
        "UPDATE erasure SET finished_at = %s WHERE customer_id = %s AND begun_at = %s",
        (to_ms(moment), erasure.customer_id, to_ms(erasure.begun_at)),
    )


async def put_off(erasure: Begun, due_at: datetime) -> None:
    """Count a try, and let others come first until a moment, unless it has begun anew since."""
    await execute(
        "UPDATE erasure SET tries = tries + 1, due_at = %s"
        " WHERE customer_id = %s AND begun_at = %s AND finished_at IS NULL",
        (to_ms(due_at), erasure.customer_id, to_ms(erasure.begun_at)),
    )


async def unfinished(before: datetime, limit: int) -> list[Begun]:
    """Find erasures that were due before a moment, the one that has waited longest first."""
    rows = await fetch_all(
        "SELECT customer_id, begun_at, tries FROM erasure"
        " WHERE finished_at IS NULL AND due_at < %s ORDER BY due_at, id LIMIT %s",
        (to_ms(before), limit),
    )
    return [Begun(row[0], from_ms(row[1]), row[2]) for row in rows]


async def forget_profile(customer_id: int) -> None:
    """Take everything that tells who a customer is off its row, in a transaction; log it out.

    Whoever comes with its openid from now on is a new customer.
    """
    await fetch_all(f"SELECT id FROM customer WHERE id = %s{for_update()}", (customer_id,))
    texts = ("name", "session_key", "avatar", "phone", "country", "province", "city", "language")
    await (
        Customer.update(
            **dict.fromkeys(texts, ""),
            openid=f"erased-{customer_id}",
            form_ids="[]",
            gender=None,
            is_subscribed=None,
        )
        .where(Customer.id == customer_id)
        .aio_execute()
    )
    for table in LOGINS:
        await execute(f"DELETE FROM {table} WHERE customer_id = %s", (customer_id,))


async def end_bonds(customer_id: int, limit: int) -> int:
    """End up to so many bonds of a customer, in a transaction, and say how many there were."""
    rows = await fetch_all(
        "SELECT id, rep_id FROM bond WHERE customer_id = %s ORDER BY id LIMIT %s",
        (customer_id, limit),
    )
    if rows:
        await lock_conversations([Pair(rep_id, customer_id) for _, rep_id in rows])
        ids = [row[0] for row in rows]
        await execute(f"DELETE FROM bond WHERE id IN ({marks(ids)})", ids)
    return len(rows)


async def delete_some(table: str, customer_id: int, limit: int) -> int:
    """Delete up to so many rows of a customer and say how many there were."""
    rows = await fetch_all(
        f"SELECT id FROM {table} WHERE customer_id = %s ORDER BY id LIMIT %s", (customer_id, limit)
    )
    ids = [row[0] for row in rows]
    if ids:
        await execute(f"DELETE FROM {table} WHERE id IN ({marks(ids)})", ids)
    return len(ids)


async def blank_some(table: str, customer_id: int, limit: int) -> int:
    """Take the text out of up to so many rows of a customer and say how many there were."""
    column, text = BLANKED[table]
    rows = await fetch_all(
        f"SELECT id FROM {table} WHERE customer_id = %s AND {column} <> %s ORDER BY id LIMIT %s",
        (customer_id, text, limit),
    )
    ids = [row[0] for row in rows]
    if ids:
        await execute(f"UPDATE {table} SET {column} = %s WHERE id IN ({marks(ids)})", (text, *ids))
    return len(ids)
