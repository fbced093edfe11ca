"""Queries of the cases that the back office keeps: all of its company that are not deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from models.base import to_ms
from models.cases import COLUMNS, CaseRow, case_row
from models.database import execute, fetch_all, for_update, insert_many
from models.library import Publication
from models.queries import all_of

DELETED = int(Publication.DELETED)


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case with what its keepers know of it beyond what customers see.

    Args:
        author_name: empty when the author has left.
        praise_count: of its diaries that are not deleted; so is ``comment_count``.
    """

    row: CaseRow
    name: str
    author_id: int | None
    author_name: str
    read_count: int
    praise_count: int
    comment_count: int


class CaseDraft(NamedTuple):
    """A case as it is to be.

    Args:
        cover_picture: a JSON list of addresses.
        status: None leaves it as it is; a new case is a draft then.
        tag_ids: in their order.
    """

    name: str
    customer_name: str
    customer_avatar: str
    cover_picture: str
    status: int | None
    tag_ids: Sequence[int]


class CaseFilter(NamedTuple):
    """Which cases of a company are looked for; an empty text and a None stand for any.

    Args:
        name: contained in the case's own; ``customer_name`` likewise.
    """

    name: str = ""
    customer_name: str = ""
    status: int | None = None
    tag_id: int | None = None


class HeldCase(NamedTuple):
    """A case that nobody else changes until the transaction ends."""

    id: int
    customer_avatar: str
    cover_picture: str


_ROW = (
    f"SELECT {COLUMNS}, c.name, c.author_id, r.username, c.read_count, c.praise_count,"
    " c.comment_count"
)
_WITH_AUTHOR = "LEFT JOIN rep r ON r.id = c.author_id"


def _kept(row: tuple[Any, ...]) -> KeptCase:
    return KeptCase(case_row(row[:8]), row[8], row[9], row[10] or "", *row[11:])


async def page(
    company_id: int, wanted: CaseFilter, limit: int, offset: int
) -> tuple[list[KeptCase], int]:
    """Read a page of a company's cases, the newest first, and count all that were looked for."""
    source, order = "case_story c", "c.id"
    if wanted.tag_id is not None:
        source, order = "case_tag_link l JOIN case_story c ON c.id = l.case_id", "l.case_id"
    where, values = all_of(
        ("c.company_id = %s", company_id),
        ("l.tag_id = %s", wanted.tag_id),
        ("c.status = %s", wanted.status),
        ("INSTR(c.name, %s) > 0", wanted.name),
        ("INSTR(c.customer_name, %s) > 0", wanted.customer_name),
    )
    # The sum hides the status from the planner, which would sort all cases rather than walk them.
    rows = await fetch_all(
        f"{_ROW} FROM (SELECT c.id FROM {source} WHERE {where} AND c.status + 0 <> {DELETED}"
        f" ORDER BY {order} DESC LIMIT %s OFFSET %s) page"
        f" JOIN case_story c ON c.id = page.id {_WITH_AUTHOR} ORDER BY c.id DESC",
        (*values, limit, offset),
    )
    ((count,),) = await fetch_all(
        f"SELECT COUNT(*) FROM {source} WHERE {where} AND c.status <> {DELETED}", values
    )
    return [_kept(row) for row in rows], int(count)


async def find(company_id: int, case_id: int) -> KeptCase | None:
    """Read a case of a company."""
    rows = await fetch_all(
        f"{_ROW} FROM case_story c {_WITH_AUTHOR}"
        " WHERE c.id = %s AND c.company_id = %s AND c.status <> %s",
        (case_id, company_id, DELETED),
    )
    return _kept(rows[0]) if rows else None


async def lock(company_id: int, case_id: int) -> HeldCase | None:
    """Lock a case of a company until the transaction ends."""
    rows = await fetch_all(
        "SELECT id, customer_avatar, cover_picture FROM case_story"
        f" WHERE id = %s AND company_id = %s AND status <> %s{for_update()}",
        (case_id, company_id, DELETED),
    )
    return HeldCase(*rows[0]) if rows else None


async def add(company_id: int, author_id: int, draft: CaseDraft, moment: datetime) -> int:
    """Write a case that has no tags yet, and return its id."""
    columns: dict[str, object] = {
        "company_id": company_id,
        "author_id": author_id,
        **_columns(draft),
        "status": int(Publication.DRAFT if draft.status is None else draft.status),
        "read_count": 0,
        "praise_count": 0,
        "comment_count": 0,
        "updated_at": to_ms(moment),
        "created_at": to_ms(moment),
    }
    (case_id,) = await insert_many("case_story", [*columns], [[*columns.values()]])
    return case_id


async def change(held: HeldCase, draft: CaseDraft) -> None:
    """Make a case what the draft says, but for its tags."""
    columns = _columns(draft)
    if draft.status is not None:
        columns["status"] = int(draft.status)
    changes = ", ".join(f"{name} = %s" for name in columns)
    await execute(f"UPDATE case_story SET {changes} WHERE id = %s", (*columns.values(), held.id))


def _columns(draft: CaseDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "customer_name": draft.customer_name,
        "customer_avatar": draft.customer_avatar,
        "cover_picture": draft.cover_picture,
    }


async def set_status(held: HeldCase, status: int) -> None:
    """Set the status of a case."""
    await execute("UPDATE case_story SET status = %s WHERE id = %s", (int(status), held.id))
