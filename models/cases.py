"""Queries of the cases that customers see: the published ones of their company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from models.base import from_ms, to_ms
from models.database import execute, fetch_all, insert_many, shared, upsert
from models.library import Publication

PUBLISHED = int(Publication.PUBLISHED)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case without its tags and diaries."""

    id: int
    company_id: int
    customer_name: str
    customer_avatar: str
    cover_picture: str
    status: int
    updated_at: datetime
    created_at: datetime


class Record(Enum):
    """Which record of a customer's: what it has looked at, each time, or what it keeps."""

    BROWSED = "footprint"
    KEPT = "case_collection"


_NEWEST_FIRST = {Record.BROWSED: "m.id DESC", Record.KEPT: "m.created_at DESC, m.id DESC"}


class Met(NamedTuple):
    """A case that a customer has looked at or kept, and when."""

    case: CaseRow
    at: datetime


COLUMNS = (
    "c.id, c.company_id, c.customer_name, c.customer_avatar, c.cover_picture, c.status,"
    " c.updated_at, c.created_at"
)


def case_row(row: Sequence[Any]) -> CaseRow:
    """Read a case from ``COLUMNS``."""
    return CaseRow(*[*row[:6], from_ms(row[6]), from_ms(row[7])])


async def find(case_id: int, company_id: int) -> CaseRow | None:
    """Read a published case of a company."""
    rows = await fetch_all(
        f"SELECT {COLUMNS} FROM case_story c"
        " WHERE c.id = %s AND c.company_id = %s AND c.status = %s",
        (case_id, company_id, PUBLISHED),
    )
    return case_row(rows[0]) if rows else None


async def page(company_id: int, limit: int, offset: int) -> list[CaseRow]:
    """Read a page of a company's published cases, the one with the newest diary first."""
    rows = await fetch_all(
        f"SELECT {COLUMNS} FROM (SELECT id FROM case_story WHERE company_id = %s AND status = %s"
        " ORDER BY updated_at DESC, id DESC LIMIT %s OFFSET %s) page"
        " JOIN case_story c ON c.id = page.id ORDER BY c.updated_at DESC, c.id DESC",
        (company_id, PUBLISHED, limit, offset),
    )
    return [case_row(row) for row in rows]


async def count(company_id: int) -> int:
    """Count a company's published cases."""
    ((total,),) = await fetch_all(
        "SELECT COUNT(*) FROM case_story WHERE company_id = %s AND status = %s",
        (company_id, PUBLISHED),
    )
    return int(total)


_TAGGED = (
    "case_tag_link l JOIN case_story c ON c.id = l.case_id"
    " WHERE l.tag_id = %s AND c.company_id = %s AND c.status = %s"
)


async def tagged(company_id: int, tag_id: int, limit: int, offset: int) -> list[CaseRow]:
    """Read a page of a company's published cases that have a tag, ordered like all of them."""
    rows = await fetch_all(
        f"SELECT {COLUMNS} FROM {_TAGGED} ORDER BY c.updated_at DESC, c.id DESC LIMIT %s OFFSET %s",
        (tag_id, company_id, PUBLISHED, limit, offset),
    )
    return [case_row(row) for row in rows]


async def count_tagged(company_id: int, tag_id: int) -> int:
    """Count a company's published cases that have a tag."""
    ((total,),) = await fetch_all(
        f"SELECT COUNT(*) FROM {_TAGGED}", (tag_id, company_id, PUBLISHED)
    )
    return int(total)


async def count_view(case_id: int, company_id: int, customer_id: int, moment: datetime) -> bool:
    """Count a customer's look at a company's published case, and leave a footprint.

    Returns:
        whether there is such a case.
    """
    is_counted = await execute(
        "UPDATE case_story SET read_count = read_count + 1"
        " WHERE id = %s AND company_id = %s AND status = %s",
        (case_id, company_id, PUBLISHED),
    )
    if is_counted:
        await add_footprint(customer_id, case_id, None, moment)
    return bool(is_counted)


async def add_footprint(
    customer_id: int, case_id: int, diary_id: int | None, moment: datetime
) -> None:
    """Note that a customer has looked at a case, or at a diary of it."""
    columns = ("customer_id", "case_id", "diary_id", "created_at")
    row = (customer_id, case_id, diary_id, to_ms(moment))
    await insert_many("footprint", columns, [row])


async def hold(case_id: int, company_id: int) -> bool:
    """Keep a company's published case as it is until the transaction ends.

    Returns:
        whether there is one.
    """
    rows = await fetch_all(
        "SELECT id FROM case_story WHERE id = %s AND company_id = %s AND status = %s" + shared(),
        (case_id, company_id, PUBLISHED),
    )
    return bool(rows)


async def collect(case_id: int, customer_id: int, moment: datetime) -> None:
    """Keep a case for a customer; one that it keeps already stays where it is."""
    await upsert(
        "case_collection",
        ("customer_id", "case_id", "created_at"),
        [(customer_id, case_id, to_ms(moment))],
        unique=("customer_id", "case_id"),
        update={},
    )


async def discard(case_id: int, customer_id: int) -> None:
    """Keep a case for a customer no longer."""
    await execute(
        "DELETE FROM case_collection WHERE customer_id = %s AND case_id = %s",
        (customer_id, case_id),
    )


# As a value of the row the case is looked up where a list stops; as a join it could come first.
_IS_SEEN = (
    "(SELECT COUNT(*) FROM case_story s"
    " WHERE s.id = m.case_id AND s.company_id = %s AND s.status = %s) = 1"
)


async def met(
    record: Record, customer_id: int, company_id: int, limit: int, offset: int
) -> list[Met]:
    """Read a page of one of a customer's records of cases that it may see, the newest first."""
    table, order = record.value, _NEWEST_FIRST[record]
    rows = await fetch_all(
        f"SELECT {COLUMNS}, m.created_at FROM (SELECT m.id FROM {table} m"
        f" WHERE m.customer_id = %s AND {_IS_SEEN} ORDER BY {order} LIMIT %s OFFSET %s) page"
        f" JOIN {table} m ON m.id = page.id JOIN case_story c ON c.id = m.case_id ORDER BY {order}",
        (customer_id, company_id, PUBLISHED, limit, offset),
    )
    return [Met(case_row(row), from_ms(row[8])) for row in rows]


async def count_met(record: Record, customer_id: int, company_id: int) -> int:
    """Count the rows of one of a customer's records, of cases that it may see, from an index."""
    ((total,),) = await fetch_all(
        "SELECT COALESCE(SUM(n.number), 0) FROM (SELECT case_id, COUNT(*) AS number"
        f" FROM {record.value} WHERE customer_id = %s GROUP BY case_id) n"
        " JOIN case_story c ON c.id = n.case_id AND c.company_id = %s AND c.status = %s",
        (customer_id, company_id, PUBLISHED),
    )
    return int(total)
