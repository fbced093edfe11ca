"""The classes of a company's goods: queries of two levels."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from models.base import to_ms
from models.database import execute, fetch_all, insert_many

MOST_CLASSES: Final = 500
"""How many a company may have: all of them are shown at once."""

FIRST_LEVEL: Final = 1
SECOND_LEVEL: Final = 2


class ClassRow(NamedTuple):
    """A class; one of the first level has no parent."""

    id: int
    parent_id: int | None
    name: str
    goods_count: int


class ClassDraft(NamedTuple):
    """A class as it is to be.

    Args:
        goods_count: what its keeper says; nothing is counted.
    """

    name: str
    goods_count: int
    parent_id: int | None


async def of_company(company_id: int) -> list[ClassRow]:
    """Read a company's classes, the oldest first."""
    rows = await fetch_all(
        "SELECT id, parent_id, name, goods_count FROM goods_class WHERE company_id = %s"
        " ORDER BY id LIMIT %s",
        (company_id, MOST_CLASSES),
    )
    return [ClassRow(*row) for row in rows]


async def family(company_id: int, class_id: int) -> list[ClassRow]:
    """Read a class of a company and those below it, the oldest first."""
    rows = await fetch_all(
        "SELECT id, parent_id, name, goods_count FROM goods_class WHERE id = %s AND company_id = %s"
        " UNION ALL SELECT id, parent_id, name, goods_count FROM goods_class"
        " WHERE parent_id = %s AND company_id = %s ORDER BY id LIMIT %s",
        (class_id, company_id, class_id, company_id, MOST_CLASSES),
    )
    return [ClassRow(*row) for row in rows]


async def exists(company_id: int, class_id: int) -> bool:
    """Whether a company has a class; it keeps it for as long as the class is there."""
    rows = await fetch_all(
        "SELECT id FROM goods_class WHERE id = %s AND company_id = %s", (class_id, company_id)
    )
    return bool(rows)


async def add(company_id: int, draft: ClassDraft, moment: datetime) -> int:
    """Write a class and return its id."""
    (class_id,) = await insert_many(
        "goods_class",
        ("company_id", "name", "goods_count", "parent_id", "level", "created_at"),
        [(company_id, *draft, _level(draft), to_ms(moment))],
    )
    return class_id


async def change(class_id: int, draft: ClassDraft) -> None:
    """Make a class what the draft says."""
    await execute(
        "UPDATE goods_class SET name = %s, goods_count = %s, parent_id = %s, level = %s"
        " WHERE id = %s",
        (*draft, _level(draft), class_id),
    )


async def delete(company_id: int, class_id: int) -> bool:
    """Delete a class of a company that nothing refers to, and say whether there was one."""
    sql = "DELETE FROM goods_class WHERE id = %s AND company_id = %s"
    return bool(await execute(sql, (class_id, company_id)))


async def delete_all(company_id: int) -> None:
    """Delete a company's goods and their classes, each before what it refers to."""
    key = (company_id,)
    await execute("DELETE FROM goods WHERE company_id = %s", key)
    await execute("DELETE FROM goods_class WHERE company_id = %s AND parent_id IS NOT NULL", key)
    await execute("DELETE FROM goods_class WHERE company_id = %s", key)


def _level(draft: ClassDraft) -> int:
    return FIRST_LEVEL if draft.parent_id is None else SECOND_LEVEL
