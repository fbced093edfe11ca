"""Queries of the comments that the back office reads, approves and deletes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from models.base import from_ms
from models.database import execute, fetch_all, for_update
from models.diaries import HeldDiary, count_comment
from models.library import Publication

DELETED: Final = int(Publication.DELETED)
STATES: Final = (0, 1)
"""Not approved, approved."""


@dataclass(frozen=True, slots=True)
class KeptComment:
    """A comment with its writer and with what it is about."""

    id: int
    diary_id: int
    diary_title: str
    case_id: int
    customer_id: int
    customer_name: str
    customer_avatar: str
    content: str
    is_approved: bool
    created_at: datetime


class CommentFilter(NamedTuple):
    """Which comments of a company are looked for; None stands for any."""

    diary_id: int | None = None
    is_approved: bool | None = None


class HeldComment(NamedTuple):
    """A comment that nobody else changes until the transaction ends, nor its diary and case."""

    id: int
    diary: HeldDiary


async def page(
    company_id: int, wanted: CommentFilter, limit: int, offset: int
) -> list[KeptComment]:
    """Read a page of the comments on a company's diaries that are not deleted, the newest first.

    Those that are approved and those that are not are read from the ends of their parts of the
    index, no further than the page.
    """
    where, owner = _of(company_id, wanted)
    # As a value of the row the diary is looked up where a list stops.
    parts = " UNION ALL ".join(
        f"SELECT id FROM (SELECT m.id FROM diary_comment m WHERE {where} AND m.is_approved = %s"
        " AND (SELECT d.status FROM diary d WHERE d.id = m.diary_id) <> %s"
        f" ORDER BY m.id DESC LIMIT %s) part_{state}"
        for state in _states(wanted)
    )
    params = [
        value for state in _states(wanted) for value in (owner, state, DELETED, limit + offset)
    ]
    rows = await fetch_all(
        "SELECT m.id, m.diary_id, d.title, d.case_id, m.customer_id, u.name, u.avatar, m.content,"
        f" m.is_approved, m.created_at FROM ({parts} ORDER BY id DESC LIMIT %s OFFSET %s) page"
        " JOIN diary_comment m ON m.id = page.id JOIN diary d ON d.id = m.diary_id"
        " JOIN customer u ON u.id = m.customer_id ORDER BY m.id DESC",
        (*params, limit, offset),
    )
    return [KeptComment(*[*row[:8], bool(row[8]), from_ms(row[9])]) for row in rows]


async def count(company_id: int, wanted: CommentFilter) -> int:
    """Count the comments on a company's diaries, from indexes alone: all but those on deleted."""
    where, owner = _of(company_id, wanted)
    total = 0
    for state in _states(wanted):
        ((number,),) = await fetch_all(
            f"SELECT (SELECT COUNT(*) FROM diary_comment m WHERE {where} AND m.is_approved = %s)"
            " - (SELECT COUNT(*) FROM diary d JOIN diary_comment m ON m.diary_id = d.id"
            f" WHERE d.company_id = %s AND d.status = %s AND {where} AND m.is_approved = %s)",
            (owner, state, company_id, DELETED, owner, state),
        )
        total += int(number)
    return total


def _of(company_id: int, wanted: CommentFilter) -> tuple[str, int]:
    if wanted.diary_id is None:
        return "m.company_id = %s", company_id
    return "m.diary_id = %s", wanted.diary_id


def _states(wanted: CommentFilter) -> Sequence[int]:
    return STATES if wanted.is_approved is None else (int(wanted.is_approved),)


async def lock(company_id: int, comment_id: int) -> HeldComment | None:
    """Lock a comment on one of a company's diaries, with the diary and its case."""
    rows = await fetch_all(
        "SELECT m.id, d.id, d.case_id, d.title, d.praise_count FROM diary_comment m"
        " JOIN diary d ON d.id = m.diary_id JOIN case_story c ON c.id = d.case_id"
        f" WHERE m.id = %s AND m.company_id = %s AND d.status <> %s{for_update()}",
        (comment_id, company_id, DELETED),
    )
    return HeldComment(rows[0][0], HeldDiary(*rows[0][1:])) if rows else None


async def audit(held: HeldComment, *, is_approved: bool) -> None:
    """Show a comment to everybody, or to its writer alone."""
    await execute(
        "UPDATE diary_comment SET is_approved = %s WHERE id = %s", (int(is_approved), held.id)
    )


async def delete(held: HeldComment) -> None:
    """Delete a comment, and count it no more."""
    await execute("DELETE FROM diary_comment WHERE id = %s", (held.id,))
    await count_comment(held.diary, -1)
