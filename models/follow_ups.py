"""Follow-ups and the preset phrases for them, as lists of a rep."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import peewee

from models.base import from_ms, to_ms
from models.database import atomic, execute, fetch_all, insert_many


class FollowUpRow(NamedTuple):
    """A follow-up with how both sides are shown."""

    text: str
    created_at: datetime
    rep_name: str
    rep_avatar: str
    customer_avatar: str


class PhraseRow(NamedTuple):
    """A preset phrase; without a rep it is the system's."""

    id: int
    rep_id: int | None
    phrase: str


async def page(rep_id: int, customer_id: int, limit: int, offset: int) -> list[FollowUpRow]:
    """Read a page of a pair's follow-ups, the newest first."""
    rows = await fetch_all(
        "SELECT f.text, f.created_at, r.username, r.avatar, c.avatar FROM follow_up f"
        " JOIN rep r ON r.id = f.rep_id JOIN customer c ON c.id = f.customer_id"
        " WHERE f.rep_id = %s AND f.customer_id = %s ORDER BY f.id DESC LIMIT %s OFFSET %s",
        (rep_id, customer_id, limit, offset),
    )
    return [FollowUpRow(*[row[0], from_ms(row[1]), *row[2:]]) for row in rows]


async def count(rep_id: int, customer_id: int) -> int:
    """Count a pair's follow-ups."""
    ((found,),) = await fetch_all(
        "SELECT COUNT(*) FROM follow_up WHERE rep_id = %s AND customer_id = %s",
        (rep_id, customer_id),
    )
    return int(found)


async def phrases(rep_id: int, limit: int, offset: int) -> list[PhraseRow]:
    """Read a page of a rep's own phrases and the system's together, the newest first."""
    # A list for each owner walks the index from its end; one for both would sort all phrases.
    rows = await fetch_all(
        f"{_PHRASES_SQL.format('own', 'rep_id = %s')}"
        f" UNION ALL {_PHRASES_SQL.format('preset', 'rep_id IS NULL')}"
        " ORDER BY id DESC LIMIT %s OFFSET %s",
        (rep_id, limit + offset, limit + offset, limit, offset),
    )
    return [PhraseRow(*row) for row in rows]


async def is_system_phrase(phrase: str) -> bool:
    """Say whether the system has a phrase already."""
    return bool(
        await fetch_all(
            "SELECT 1 FROM follow_phrase WHERE rep_id IS NULL AND phrase = %s LIMIT 1", (phrase,)
        )
    )


async def add_phrase(rep_id: int, phrase: str, moment: datetime) -> int | None:
    """Add a phrase of a rep's own, inside a transaction.

    Returns:
        its id; None if the rep has it already.
    """
    row = (rep_id, phrase, to_ms(moment))
    try:
        async with atomic():
            (phrase_id,) = await insert_many(
                "follow_phrase", ("rep_id", "phrase", "created_at"), [row]
            )
    except peewee.IntegrityError:
        return None
    return phrase_id


async def delete_phrase(rep_id: int, phrase_id: int) -> bool:
    """Delete a phrase of a rep's own, and say whether there was one."""
    return bool(
        await execute(
            "DELETE FROM follow_phrase WHERE id = %s AND rep_id = %s", (phrase_id, rep_id)
        )
    )


_PHRASES_SQL = (
    "SELECT {0}.* FROM (SELECT id, rep_id, phrase FROM follow_phrase WHERE {1}"
    " ORDER BY id DESC LIMIT %s) {0}"
)
