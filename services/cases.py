"""Cases as customers find them, look at them and keep them (semantics 9.1, 9.3, 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import case_tags as tag_queries
from models import cases as queries
from models import diaries
from models.base import now
from models.case_tags import CaseTagRow as CaseTagRow
from models.cases import CaseRow
from models.cases import Record as Record
from models.database import atomic, retry_on_deadlock
from models.diaries import DiaryRow as DiaryRow
from services import library, radar
from services.errors import NotFound
from services.principals import MiniCustomer
from services.radar import LogEntry, Radar

MOST_SHOWN_TAGS: Final = 13
"""How many tags the history and the favourites show (semantics 9.3)."""


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with what it is shown with.

    Args:
        last_diary: the newest one that is published.
    """

    row: CaseRow
    tags: list[CaseTagRow]
    last_diary: DiaryRow | None


@dataclass(frozen=True, slots=True)
class MetCase:
    """A case that a customer has looked at or keeps, and since when."""

    case: ShownCase
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a customer asks for; nothing means all.

    Args:
        case_id: the only one.
        tag_id: those with a tag.
        rep_id: on whose page the customer is.
    """

    case_id: int | None = None
    tag_id: int | None = None
    rep_id: int | None = None


async def page(
    customer: MiniCustomer, wanted: Wanted, limit: int, offset: int, events: Radar
) -> tuple[list[ShownCase], int]:
    """List the published cases of a customer's company, the one with the newest diary first.

    A case that is asked for alone is counted and leaves a footprint. A search by a tag is counted
    and remembered, a list on a rep's page is logged: with its first page, since turning pages is no
    new search and no new visit.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the company has no such case, tag or rep, or the case has not the tag.
    """
    if wanted != Wanted():
        await events.publish(await _note(customer, wanted, is_first_page=not offset))
    if wanted.case_id is not None:
        found = await queries.find(wanted.case_id, customer.company_id)
        return await shown([found] if found else []), int(found is not None)
    if wanted.tag_id is not None:
        of_tag = (customer.company_id, wanted.tag_id)
        rows = await queries.tagged(*of_tag, limit, offset)
        return await shown(rows), await queries.count_tagged(*of_tag)
    rows = await queries.page(customer.company_id, limit, offset)
    return await shown(rows), await queries.count(customer.company_id)


@retry_on_deadlock
async def _note(customer: MiniCustomer, wanted: Wanted, *, is_first_page: bool) -> list[LogEntry]:
    moment = now()
    async with atomic():
        facts = None
        if wanted.rep_id is not None:
            facts = await radar.lock_pair(customer, wanted.rep_id)
        if wanted.tag_id is not None:
            await _search(customer, wanted.tag_id, moment, is_first_page=is_first_page)
        if wanted.case_id is not None:
            await _look_at(customer, wanted.case_id, wanted.tag_id, moment)
        if facts is None or not is_first_page or wanted != Wanted(rep_id=wanted.rep_id):
            return []
        return await library.log_front_page(facts, moment)


async def _search(
    customer: MiniCustomer, tag_id: int, moment: datetime, *, is_first_page: bool
) -> None:
    company_id = customer.company_id
    if is_first_page:
        is_known = await tag_queries.count_search(tag_id, company_id, customer.id, moment)
    else:
        is_known = await tag_queries.is_of(tag_id, company_id)
    if not is_known:
        raise NotFound


async def _look_at(
    customer: MiniCustomer, case_id: int, tag_id: int | None, moment: datetime
) -> None:
    if tag_id is not None and not await tag_queries.is_on(tag_id, case_id):
        raise NotFound
    if not await queries.count_view(case_id, customer.company_id, customer.id, moment):
        raise NotFound


async def shown(rows: Sequence[CaseRow]) -> list[ShownCase]:
    """Find what cases are shown with."""
    if not rows:
        return []
    ids = list(dict.fromkeys(row.id for row in rows))
    tags = await tag_queries.of_cases(ids)
    last = await diaries.last_of(ids, now())
    return [ShownCase(row, tags[row.id], last.get(row.id)) for row in rows]


@retry_on_deadlock
async def collect(customer: MiniCustomer, case_id: int) -> None:
    """Keep a case among the customer's own; again changes nothing (decisions D16).

    Raises:
        NotFound: the company has no such case.
    """
    async with atomic():
        if not await queries.hold(case_id, customer.company_id):
            raise NotFound
        await queries.collect(case_id, customer.id, now())


async def discard(customer: MiniCustomer, case_id: int) -> None:
    """Keep a case no longer; again changes nothing (decisions D16).

    Raises:
        NotFound: the company has no such case.
    """
    if await queries.find(case_id, customer.company_id) is None:
        raise NotFound
    await queries.discard(case_id, customer.id)


async def met(
    customer: MiniCustomer, record: Record, limit: int, offset: int
) -> tuple[list[MetCase], int]:
    """List one of a customer's records of cases, the newest first.

    Returns:
        the page, and how many there are.
    """
    whose = (record, customer.id, customer.company_id)
    total = await queries.count_met(*whose)
    if offset >= total:
        return [], total
    found = await queries.met(*whose, limit, offset)
    cases = await shown([one.case for one in found])
    return [MetCase(case, one.at) for case, one in zip(cases, found, strict=True)], total


async def tags(
    customer: MiniCustomer, part: str, limit: int, offset: int
) -> tuple[Sequence[CaseTagRow], int]:
    """List the tags of a customer's company, the most searched first.

    Args:
        part: what the name has to hold; empty for all.

    Returns:
        the page, and how many there are.
    """
    rows = await tag_queries.page(customer.company_id, part, limit, offset)
    return rows, await tag_queries.count(customer.company_id, part)


async def favourite_tags(customer: MiniCustomer) -> tuple[Sequence[CaseTagRow], int]:
    """List the most searched tags of a customer's company.

    Returns:
        the tags, and how many the company has in all.
    """
    return await tags(customer, "", MOST_SHOWN_TAGS, 0)


async def searched_tags(customer: MiniCustomer) -> list[CaseTagRow]:
    """List by which tags a customer has searched last, the newest first, each once."""
    return await tag_queries.searched(customer.id, customer.company_id, MOST_SHOWN_TAGS)
