"""Queries of the tags that cases are found by, and of who has searched by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.base import to_ms
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.queries import marks


@dataclass(frozen=True, slots=True)
class CaseTagRow:
    """A tag as cases and searches show it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CountedTag(CaseTagRow):
    """A tag with how often customers have searched by it, and how many cases have it."""

    search_count: int
    use_count: int


async def page(company_id: int, part: str, limit: int, offset: int) -> list[CountedTag]:
    """Read a page of a company's tags, the most searched first, ties by the newest.

    Args:
        part: what the name has to hold; empty for all.
    """
    where, params = _named(company_id, part)
    rows = await fetch_all(
        f"SELECT id, name, search_count, use_count FROM case_tag WHERE {where}"
        " ORDER BY search_count DESC, id DESC LIMIT %s OFFSET %s",
        (*params, limit, offset),
    )
    return [CountedTag(*row) for row in rows]


async def count(company_id: int, part: str = "") -> int:
    """Count a company's tags."""
    where, params = _named(company_id, part)
    ((total,),) = await fetch_all(f"SELECT COUNT(*) FROM case_tag WHERE {where}", params)
    return int(total)


def _named(company_id: int, part: str) -> tuple[str, list[int | str]]:
    # Unlike LIKE, INSTR takes nothing in a text for a wildcard.
    if part:
        return "company_id = %s AND INSTR(LOWER(name), LOWER(%s)) > 0", [company_id, part]
    return "company_id = %s", [company_id]


async def is_of(tag_id: int, company_id: int) -> bool:
    """Say whether a company has a tag."""
    sql = "SELECT id FROM case_tag WHERE id = %s AND company_id = %s"
    return bool(await fetch_all(sql, (tag_id, company_id)))


async def is_on(tag_id: int, case_id: int) -> bool:
    """Say whether a case has a tag."""
    sql = "SELECT id FROM case_tag_link WHERE case_id = %s AND tag_id = %s"
    return bool(await fetch_all(sql, (case_id, tag_id)))


async def of_cases(case_ids: Collection[int]) -> dict[int, list[CaseTagRow]]:
    """Read the tags of cases, in the order in which they were put on: by case."""
    found: dict[int, list[CaseTagRow]] = {case_id: [] for case_id in case_ids}
    rows = await fetch_all(
        "SELECT l.case_id, t.id, t.name FROM case_tag_link l JOIN case_tag t ON t.id = l.tag_id"
        f" WHERE l.case_id IN ({marks(found)}) ORDER BY l.case_id, l.id",
        list(found),
    )
    for case_id, *tag in rows:
        found[case_id].append(CaseTagRow(*tag))
    return found


async def count_search(tag_id: int, company_id: int, customer_id: int, moment: datetime) -> bool:
    """Count a search by a company's tag, and put it at the front of the customer's history.

    Returns:
        whether the company has the tag.
    """
    is_counted = await execute(
        "UPDATE case_tag SET search_count = search_count + 1 WHERE id = %s AND company_id = %s",
        (tag_id, company_id),
    )
    if is_counted:
        await upsert(
            "tag_search",
            ("customer_id", "tag_id", "searched_at"),
            [(customer_id, tag_id, to_ms(moment))],
            unique=("customer_id", "tag_id"),
            update={"searched_at": "{new}"},
        )
    return bool(is_counted)


async def searched(customer_id: int, company_id: int, limit: int) -> list[CaseTagRow]:
    """Read by which of a company's tags a customer has searched last, the newest first."""
    rows = await fetch_all(
        "SELECT t.id, t.name FROM tag_search s JOIN case_tag t ON t.id = s.tag_id"
        " WHERE s.customer_id = %s AND t.company_id = %s"
        " ORDER BY s.searched_at DESC, s.id DESC LIMIT %s",
        (customer_id, company_id, limit),
    )
    return [CaseTagRow(*row) for row in rows]


async def add(company_id: int, name: str, moment: datetime) -> int:
    """Write a tag that no case has yet, and return its id."""
    (tag_id,) = await insert_many(
        "case_tag",
        ("company_id", "name", "search_count", "use_count", "created_at"),
        [(company_id, name, 0, 0, to_ms(moment))],
    )
    return tag_id


async def lock(company_id: int, tag_ids: Collection[int]) -> set[int]:
    """Lock tags of a company until the transaction ends, and say which of these it has.

    Who puts a tag on a case, takes it off or deletes it locks it first: the count of its cases and
    the cases themselves are then one thing.
    """
    if not tag_ids:
        return set()
    rows = await fetch_all(
        f"SELECT id FROM case_tag WHERE company_id = %s AND id IN ({marks(tag_ids)})"
        f" ORDER BY id{for_update()}",
        (company_id, *tag_ids),
    )
    return {row[0] for row in rows}


async def rename(tag_id: int, name: str) -> None:
    """Give a tag another name."""
    await execute("UPDATE case_tag SET name = %s WHERE id = %s", (name, tag_id))


async def is_used(tag_id: int) -> bool:
    """Say whether a case has a tag."""
    rows = await fetch_all("SELECT id FROM case_tag_link WHERE tag_id = %s LIMIT 1", (tag_id,))
    return bool(rows)


async def delete(tag_id: int) -> None:
    """Delete a tag, and who has searched by it with it."""
    await execute("DELETE FROM case_tag WHERE id = %s", (tag_id,))


async def ids_of(case_id: int) -> list[int]:
    """Read which tags a case has, in the order in which they were put on."""
    rows = await fetch_all(
        "SELECT tag_id FROM case_tag_link WHERE case_id = %s ORDER BY id", (case_id,)
    )
    return [row[0] for row in rows]


async def replace(case_id: int, before: Sequence[int], after: Sequence[int]) -> None:
    """Put tags, which are locked, on a case in the place of those that it has, and count them."""
    if list(before) == list(after):
        return
    await execute("DELETE FROM case_tag_link WHERE case_id = %s", (case_id,))
    if after:
        links = [(case_id, tag_id) for tag_id in after]
        await insert_many("case_tag_link", ("case_id", "tag_id"), links)
    changes = ((1, set(after).difference(before)), (-1, set(before).difference(after)))
    for step, tag_ids in changes:
        if tag_ids:
            await execute(
                f"UPDATE case_tag SET use_count = use_count + %s WHERE id IN ({marks(tag_ids)})",
                (step, *tag_ids),
            )
