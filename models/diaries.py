"""Queries of the diaries that customers see: published, dated, and of a published case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from models.base import from_ms, to_ms
from models.cases import PUBLISHED, add_footprint
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.queries import marks


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """A diary as everybody sees it."""

    id: int
    case_id: int
    company_id: int
    title: str
    cover_picture: str
    content: str
    status: int
    cover_kind: int
    read_count: int
    comment_count: int
    praise_count: int
    dated_at: datetime
    created_at: datetime


class ReadDiary(NamedTuple):
    """A diary as one reader sees it.

    Args:
        first_dated_at: of the case's first diary that is published.
    """

    diary: DiaryRow
    first_dated_at: datetime
    is_praised: bool


COLUMNS = (
    "d.id, d.case_id, d.company_id, d.title, d.cover_picture, d.content, d.status, d.cover_kind,"
    " d.read_count, d.comment_count, d.praise_count, d.dated_at, d.created_at"
)


def diary_row(row: Sequence[Any]) -> DiaryRow:
    """Read a diary from ``COLUMNS``."""
    return DiaryRow(*[*row[:11], from_ms(row[11]), from_ms(row[12])])


async def last_of(case_ids: Collection[int], moment: datetime) -> dict[int, DiaryRow]:
    """Find the newest published diary of each case, by one step into the index each: by case."""
    rows = await fetch_all(
        f"SELECT {COLUMNS} FROM (SELECT (SELECT n.id FROM diary n WHERE n.case_id = c.id"
        "  AND n.status = %s AND n.dated_at <= %s ORDER BY n.dated_at DESC, n.id DESC LIMIT 1)"
        f" AS id FROM case_story c WHERE c.id IN ({marks(case_ids)})) newest"
        " JOIN diary d ON d.id = newest.id",
        (PUBLISHED, to_ms(moment), *case_ids),
    )
    return {row[1]: diary_row(row) for row in rows}


async def page(
    company_id: int, reader_id: int | None, moment: datetime, limit: int, offset: int
) -> list[ReadDiary]:
    """Read a page of a company's diaries, what was written last first.

    Args:
        reader_id: the customer that reads; None for a rep, which praises nothing.
    """
    # The sum hides the date from the planner, which would sort all diaries rather than walk them
    # in their order; the case is a value of the row for the same reason.
    found = (
        "SELECT n.id FROM diary n WHERE n.company_id = %s AND n.status = %s"
        " AND n.dated_at + 0 <= %s"
        " AND (SELECT c.status FROM case_story c WHERE c.id = n.case_id) = %s"
        " ORDER BY n.created_at DESC, n.id DESC LIMIT %s OFFSET %s"
    )
    params = (company_id, PUBLISHED, to_ms(moment), PUBLISHED, limit, offset)
    return await _read(found, params, company_id, reader_id)


async def count(company_id: int, moment: datetime) -> int:
    """Count a company's diaries, from indexes alone: all but those of the cases out of sight."""
    stamp = to_ms(moment)
    ((total,),) = await fetch_all(
        "SELECT (SELECT COUNT(*) FROM diary WHERE company_id = %s AND status = %s"
        " AND dated_at <= %s) - (SELECT COUNT(*) FROM case_story c JOIN diary d"
        " ON d.case_id = c.id AND d.status = %s AND d.dated_at <= %s"
        " WHERE c.company_id = %s AND c.status <> %s)",
        (company_id, PUBLISHED, stamp, PUBLISHED, stamp, company_id, PUBLISHED),
    )
    return int(total)


async def page_of_case(
    case_id: int,
    company_id: int,
    reader_id: int | None,
    moment: datetime,
    limit: int,
    offset: int,
) -> list[ReadDiary]:
    """Read a page of the diaries of a published case, ordered like all of them."""
    found = (
        "SELECT n.id FROM diary n WHERE n.case_id = %s AND n.status = %s AND n.dated_at <= %s"
        " ORDER BY n.created_at DESC, n.id DESC LIMIT %s OFFSET %s"
    )
    params = (case_id, PUBLISHED, to_ms(moment), limit, offset)
    return await _read(found, params, company_id, reader_id)


async def count_of_case(case_id: int, moment: datetime) -> int:
    """Count the diaries of a published case."""
    ((total,),) = await fetch_all(
        "SELECT COUNT(*) FROM diary WHERE case_id = %s AND status = %s AND dated_at <= %s",
        (case_id, PUBLISHED, to_ms(moment)),
    )
    return int(total)


async def find(
    diary_id: int, company_id: int, reader_id: int | None, moment: datetime
) -> ReadDiary | None:
    """Read a diary of a company."""
    found = f"SELECT d.id FROM {_ONE}"
    read = await _read(found, _key(diary_id, company_id, moment), company_id, reader_id)
    return read[0] if read else None


_ONE = (
    "diary d JOIN case_story c ON c.id = d.case_id WHERE d.id = %s AND d.company_id = %s"
    " AND d.status = %s AND d.dated_at <= %s AND c.status = %s"
)


def _key(diary_id: int, company_id: int, moment: datetime) -> tuple[int, ...]:
    return diary_id, company_id, PUBLISHED, to_ms(moment), PUBLISHED


async def _read(
    found: str, params: tuple[int, ...], company_id: int, reader_id: int | None
) -> list[ReadDiary]:
    rows = await fetch_all(
        f"SELECT {COLUMNS}, (SELECT MIN(f.dated_at) FROM diary f WHERE f.case_id = d.case_id"
        " AND f.status = %s), EXISTS(SELECT 1 FROM diary_praise p WHERE p.customer_id = %s"
        f" AND p.diary_id = d.id) FROM ({found}) page JOIN diary d ON d.id = page.id"
        " WHERE d.company_id = %s ORDER BY d.created_at DESC, d.id DESC",
        (PUBLISHED, reader_id, *params, company_id),
    )
    return [ReadDiary(diary_row(row), from_ms(row[13]), bool(row[14])) for row in rows]


class HeldDiary(NamedTuple):
    """A diary that nobody else changes until the transaction ends, nor its case."""

    id: int
    case_id: int
    title: str
    praise_count: int


async def hold(diary_id: int, company_id: int, moment: datetime) -> HeldDiary | None:
    """Lock a diary of a company and its case, in this order, before anything of it is counted.

    A row that refers to either takes a shared lock on it: two transactions that hold one each
    could then not go on to the counters.
    """
    rows = await fetch_all(
        f"SELECT d.id, d.case_id, d.title, d.praise_count FROM {_ONE}{for_update()}",
        _key(diary_id, company_id, moment),
    )
    return HeldDiary(*rows[0]) if rows else None


async def count_view(held: HeldDiary, customer_id: int, moment: datetime) -> None:
    """Count a customer's look at a diary, and leave a footprint."""
    await execute("UPDATE diary SET read_count = read_count + 1 WHERE id = %s", (held.id,))
    await add_footprint(customer_id, held.case_id, held.id, moment)


async def toggle_praise(held: HeldDiary, customer_id: int, moment: datetime) -> bool:
    """Turn a customer's praise of a diary over, and the counts with it.

    Returns:
        whether it is given now.
    """
    key = (customer_id, held.id)
    is_up = bool(
        await upsert(
            "diary_praise",
            ("customer_id", "diary_id", "created_at"),
            [(*key, to_ms(moment))],
            unique=("customer_id", "diary_id"),
            update={},
        )
    )
    if not is_up:
        await execute("DELETE FROM diary_praise WHERE customer_id = %s AND diary_id = %s", key)
    await _add_to(held, "praise_count", 1 if is_up else -1)
    return is_up


async def add_comment(
    held: HeldDiary, company_id: int, customer_id: int, text: str, moment: datetime
) -> None:
    """Write a comment, which nobody has approved yet, and count it."""
    await insert_many(
        "diary_comment",
        ("company_id", "diary_id", "customer_id", "content", "is_approved", "created_at"),
        [(company_id, held.id, customer_id, text, 0, to_ms(moment))],
    )
    await count_comment(held, 1)


async def count_comment(held: HeldDiary, step: int) -> None:
    """Count a comment that is written, or one that is deleted (``step`` -1)."""
    await _add_to(held, "comment_count", step)


async def _add_to(held: HeldDiary, column: str, step: int) -> None:
    """Move a count of a diary, and that of all diaries of its case."""
    for table, number in (("diary", held.id), ("case_story", held.case_id)):
        await execute(f"UPDATE {table} SET {column} = {column} + %s WHERE id = %s", (step, number))
