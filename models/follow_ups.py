"""Follow-ups as lists of a rep and of its company, and the preset phrases for them."""

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


class FollowUpFilter(NamedTuple):
    """Which follow-ups of a company are looked for; a None stands for any.

    Args:
        since: the earliest moment at which it was written.
        until: the first moment that is too late.
    """

    rep_id: int | None = None
    customer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class WrittenFollowUp(NamedTuple):
    """A follow-up with who wrote it, of whom."""

    id: int
    rep_id: int
    rep_name: str
    customer_id: int
    customer_name: str
    text: str
    created_at: datetime


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


async def behind(
    company_id: int, wanted: FollowUpFilter, last: WrittenFollowUp | None, limit: int
) -> list[WrittenFollowUp]:
    """Read a company's follow-ups that stand behind one, or the first ones, the newest first.

    They are the company's in which they were written, wherever their rep is now.
    """
    where, params = _conditions(company_id, wanted)
    if last is not None:
        stamp = to_ms(last.created_at)
        where += " AND f.created_at <= %s AND (f.created_at < %s OR f.id < %s)"
        params += [stamp, stamp, last.id]
    rows = await fetch_all(
        "SELECT f.id, f.rep_id, COALESCE(NULLIF(r.memo_name, ''), r.username), f.customer_id,"
        " c.name, f.text, f.created_at"
        f" FROM (SELECT f.id FROM follow_up f WHERE {where} {_NEWEST_FIRST} LIMIT %s) page"
        " JOIN follow_up f ON f.id = page.id JOIN rep r ON r.id = f.rep_id"
        f" JOIN customer c ON c.id = f.customer_id {_NEWEST_FIRST}",
        (*params, limit),
    )
    return [WrittenFollowUp(*[*row[:6], from_ms(row[6])]) for row in rows]


async def count_all(company_id: int, wanted: FollowUpFilter, most: int) -> int:
    """Count the follow-ups of a company, as far as a number."""
    where, params = _conditions(company_id, wanted)
    ((found,),) = await fetch_all(
        f"SELECT COUNT(*) FROM (SELECT f.id FROM follow_up f WHERE {where} LIMIT %s) found",
        (*params, most),
    )
    return int(found)


def _conditions(company_id: int, wanted: FollowUpFilter) -> tuple[str, list[int]]:
    conditions = {
        "f.company_id = %s": company_id,
        "f.rep_id = %s": wanted.rep_id,
        "f.customer_id = %s": wanted.customer_id,
        "f.created_at >= %s": to_ms(wanted.since) if wanted.since else None,
        "f.created_at < %s": to_ms(wanted.until) if wanted.until else None,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    return " AND ".join(given), [*given.values()]


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


_NEWEST_FIRST = "ORDER BY f.created_at DESC, f.id DESC"
_PHRASES_SQL = (
    "SELECT {0}.* FROM (SELECT id, rep_id, phrase FROM follow_phrase WHERE {1}"
    " ORDER BY id DESC LIMIT %s) {0}"
)
