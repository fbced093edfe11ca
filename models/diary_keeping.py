"""Queries of the diaries that the back office keeps: all of its company that are not deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from models.base import to_ms
from models.database import execute, fetch_all, for_update, insert_many
from models.diaries import COLUMNS, DiaryRow, diary_row
from models.library import Publication
from models.queries import all_of

DELETED = int(Publication.DELETED)


@dataclass(frozen=True, slots=True)
class KeptDiary:
    """A diary with its summary, and whose case it tells."""

    row: DiaryRow
    summary: str
    case_name: str
    customer_name: str


class DiaryDraft(NamedTuple):
    """A diary as it is to be.

    Args:
        cover_picture: a JSON list of addresses.
        content: JSON.
        cover_kind: 1 for pictures, 2 for a video.
        status: None leaves it as it is; a new diary is a draft then.
    """

    case_id: int
    title: str
    summary: str
    dated_at: datetime
    cover_picture: str
    content: str
    cover_kind: int
    status: int | None


class DiaryFilter(NamedTuple):
    """Which diaries of a company are looked for; an empty text and a None stand for any.

    Args:
        title: contained in the diary's own.
    """

    case_id: int | None = None
    status: int | None = None
    title: str = ""


class LockedDiary(NamedTuple):
    """A diary that nobody else changes until the transaction ends, nor its case."""

    id: int
    case_id: int
    cover_picture: str
    content: str
    praise_count: int
    comment_count: int


_ROW = f"SELECT {COLUMNS}, d.summary, c.name, c.customer_name"


def _kept(row: tuple[Any, ...]) -> KeptDiary:
    return KeptDiary(diary_row(row[:13]), *row[13:])


async def page(
    company_id: int, wanted: DiaryFilter, limit: int, offset: int
) -> tuple[list[KeptDiary], int]:
    """Read a page of a company's diaries, the newest first, and count all that were looked for."""
    where, values = all_of(
        ("company_id = %s", company_id),
        ("case_id = %s", wanted.case_id),
        ("status = %s", wanted.status),
        ("INSTR(title, %s) > 0", wanted.title),
    )
    # The sum hides the status from the planner, which would sort all diaries rather than walk them.
    rows = await fetch_all(
        f"{_ROW} FROM (SELECT id FROM diary WHERE {where} AND status + 0 <> {DELETED}"
        " ORDER BY id DESC LIMIT %s OFFSET %s) page"
        " JOIN diary d ON d.id = page.id JOIN case_story c ON c.id = d.case_id ORDER BY d.id DESC",
        (*values, limit, offset),
    )
    ((count,),) = await fetch_all(
        f"SELECT COUNT(*) FROM diary WHERE {where} AND status <> {DELETED}", values
    )
    return [_kept(row) for row in rows], int(count)


async def find(company_id: int, diary_id: int) -> KeptDiary | None:
    """Read a diary of a company."""
    rows = await fetch_all(
        f"{_ROW} FROM diary d JOIN case_story c ON c.id = d.case_id"
        " WHERE d.id = %s AND d.company_id = %s AND d.status <> %s",
        (diary_id, company_id, DELETED),
    )
    return _kept(rows[0]) if rows else None


async def lock(company_id: int, diary_id: int) -> LockedDiary | None:
    """Lock a diary of a company and its case, in this order, as customers' praise does."""
    rows = await fetch_all(
        "SELECT d.id, d.case_id, d.cover_picture, d.content, d.praise_count, d.comment_count"
        " FROM diary d JOIN case_story c ON c.id = d.case_id"
        f" WHERE d.id = %s AND d.company_id = %s AND d.status <> %s{for_update()}",
        (diary_id, company_id, DELETED),
    )
    return LockedDiary(*rows[0]) if rows else None


async def lock_of_case(company_id: int, case_id: int) -> None:
    """Lock the diaries of a company's case; the case comes after them."""
    await fetch_all(
        "SELECT id FROM diary WHERE case_id = %s AND company_id = %s AND status <> %s"
        f" ORDER BY id{for_update()}",
        (case_id, company_id, DELETED),
    )


async def add(company_id: int, draft: DiaryDraft, moment: datetime) -> int:
    """Write a diary of a case that is locked, and return its id."""
    columns: dict[str, object] = {
        "company_id": company_id,
        **_columns(draft),
        "status": int(Publication.DRAFT if draft.status is None else draft.status),
        "read_count": 0,
        "praise_count": 0,
        "comment_count": 0,
        "created_at": to_ms(moment),
    }
    (diary_id,) = await insert_many("diary", [*columns], [[*columns.values()]])
    await _touch(draft.case_id, moment)
    return diary_id


async def change(held: LockedDiary, draft: DiaryDraft, moment: datetime) -> None:
    """Make a diary what the draft says; its counts go with it to another case, which is locked."""
    columns = _columns(draft)
    if draft.status is not None:
        columns["status"] = int(draft.status)
    changes = ", ".join(f"{name} = %s" for name in columns)
    await execute(f"UPDATE diary SET {changes} WHERE id = %s", (*columns.values(), held.id))
    if draft.case_id != held.case_id:
        await _count(held, held.case_id, -1)
        await _count(held, draft.case_id, 1)
    await _touch(draft.case_id, moment)


async def set_status(held: LockedDiary, status: int, moment: datetime) -> None:
    """Set the status of a diary."""
    await execute("UPDATE diary SET status = %s WHERE id = %s", (int(status), held.id))
    await _touch(held.case_id, moment)


async def delete(held: LockedDiary) -> None:
    """Take a diary out of everybody's sight, and its counts off its case."""
    await execute("UPDATE diary SET status = %s WHERE id = %s", (DELETED, held.id))
    await _count(held, held.case_id, -1)


async def delete_of_case(case_id: int) -> None:
    """Take the diaries of a case that goes as well out of everybody's sight."""
    await execute("UPDATE diary SET status = %s WHERE case_id = %s", (DELETED, case_id))


async def _count(held: LockedDiary, case_id: int, sign: int) -> None:
    await execute(
        "UPDATE case_story SET praise_count = praise_count + %s,"
        " comment_count = comment_count + %s WHERE id = %s",
        (sign * held.praise_count, sign * held.comment_count, case_id),
    )


async def _touch(case_id: int, moment: datetime) -> None:
    """Note that something new is told of a case."""
    await execute("UPDATE case_story SET updated_at = %s WHERE id = %s", (to_ms(moment), case_id))


def _columns(draft: DiaryDraft) -> dict[str, object]:
    return {
        "case_id": draft.case_id,
        "title": draft.title,
        "summary": draft.summary,
        "dated_at": to_ms(draft.dated_at),
        "cover_picture": draft.cover_picture,
        "content": draft.content,
        "cover_kind": draft.cover_kind,
    }
