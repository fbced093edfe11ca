"""Queries of comments on diaries: a customer sees the approved ones and its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.base import from_ms
from models.database import fetch_all

_APPROVED = "diary_id = %s AND is_approved = 1"
_OWN = "customer_id = %s AND diary_id = %s AND is_approved = 0"


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment with how its writer is shown."""

    customer_id: int
    customer_name: str
    customer_avatar: str
    content: str
    is_approved: bool
    created_at: datetime


async def page(diary_id: int, reader_id: int, limit: int, offset: int) -> list[CommentRow]:
    """Read a page of what a customer sees, the newest first.

    Each part is read from the end of its index, no further than the page.
    """
    parts = " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM diary_comment WHERE {where}"
        f" ORDER BY id DESC LIMIT %s) part_{number}"
        for number, where in enumerate((_APPROVED, _OWN))
    )
    most = limit + offset
    rows = await fetch_all(
        "SELECT m.customer_id, u.name, u.avatar, m.content, m.is_approved, m.created_at"
        f" FROM ({parts} ORDER BY id DESC LIMIT %s OFFSET %s) page"
        " JOIN diary_comment m ON m.id = page.id JOIN customer u ON u.id = m.customer_id"
        " ORDER BY m.id DESC",
        (diary_id, most, reader_id, diary_id, most, limit, offset),
    )
    return [CommentRow(*[*row[:4], bool(row[4]), from_ms(row[5])]) for row in rows]


async def count(diary_id: int, reader_id: int) -> int:
    """Count what a customer sees, from indexes alone."""
    ((total,),) = await fetch_all(
        f"SELECT (SELECT COUNT(*) FROM diary_comment WHERE {_APPROVED})"
        f" + (SELECT COUNT(*) FROM diary_comment WHERE {_OWN})",
        (diary_id, reader_id, diary_id),
    )
    return int(total)
