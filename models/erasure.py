"""The erasure of what is known of one customer, in steps that can be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from models.base import MomentField, Table, from_ms, now, reference, to_ms
from models.customer import Customer
from models.database import execute, fetch_all, for_update, upsert
from models.queries import marks

DELETED: Final = (
    # The bond first: nobody can write into the chat of a pair that has none.
    *("bond", "notice", "scheduled_message", "customer_note", "customer_tag"),
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
    """That a customer is being erased, until the last step is done."""

    customer = reference(Customer, unique=True)
    begun_at = MomentField(default=now)
    finished_at = MomentField(null=True)

    class Meta:
        indexes = ((("finished_at", "begun_at"), False),)


async def begin(customer_id: int, moment: datetime) -> None:
    """Note that a customer is to be erased, before anything of it is."""
    await upsert(
        "erasure",
        ("customer_id", "begun_at", "finished_at"),
        [(customer_id, to_ms(moment), None)],
        unique=["customer_id"],
        update={"begun_at": "{new}", "finished_at": "{new}"},
    )


async def finish(customer_id: int, begun_at: datetime, moment: datetime) -> None:
    """Note that nothing is left to be erased, unless it has begun anew since."""
    await execute(
        "UPDATE erasure SET finished_at = %s WHERE customer_id = %s AND begun_at = %s",
        (to_ms(moment), customer_id, to_ms(begun_at)),
    )


async def unfinished(before: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Find erasures that began before a moment: customers, and when each of them did."""
    rows = await fetch_all(
        "SELECT customer_id, begun_at FROM erasure WHERE finished_at IS NULL AND begun_at < %s"
        " ORDER BY begun_at, id LIMIT %s",
        (to_ms(before), limit),
    )
    return [(row[0], from_ms(row[1])) for row in rows]


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
