"""Diaries as customers read, praise and discuss them (semantics 4.6, 9.2)."""

from __future__ import annotations

from dataclasses import dataclass

from models import cases, diary_comments
from models import diaries as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.diaries import DiaryRow as DiaryRow
from models.diaries import HeldDiary, ReadDiary
from models.diary_comments import CommentRow as CommentRow
from services import library, radar
from services.errors import NotFound
from services.principals import MiniCustomer, Rep
from services.radar import LogEntry, Radar


@dataclass(frozen=True, slots=True)
class ShownDiary:
    """A diary as its reader sees it.

    Args:
        days: whole days since the case's first diary.
        is_praised: by the reader.
    """

    row: DiaryRow
    days: int
    is_praised: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which diaries are asked for; nothing means all.

    Args:
        diary_id: the only one.
        case_id: those of a case.
        rep_id: on whose page the customer is.
    """

    diary_id: int | None = None
    case_id: int | None = None
    rep_id: int | None = None


async def read(
    customer: MiniCustomer, wanted: Wanted, limit: int, offset: int, events: Radar
) -> tuple[list[ShownDiary], int]:
    """List the diaries that a customer may see, what was written last first.

    A diary that is asked for alone is counted and leaves a footprint; on a rep's page it is logged.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the company has no such diary, case or rep.
    """
    if wanted.diary_id is not None or wanted.rep_id is not None:
        await events.publish(await _note(customer, wanted))
    return await _page(customer.company_id, customer.id, wanted, limit, offset)


async def look_through(
    rep: Rep, wanted: Wanted, limit: int, offset: int
) -> tuple[list[ShownDiary], int]:
    """List the diaries of a rep's company as its customers see them; nothing is counted.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the company has no such diary or case.
    """
    return await _page(rep.company_id, None, wanted, limit, offset)


async def _page(
    company_id: int, reader_id: int | None, wanted: Wanted, limit: int, offset: int
) -> tuple[list[ShownDiary], int]:
    moment = now()
    if wanted.diary_id is not None:
        found = await queries.find(wanted.diary_id, company_id, reader_id, moment)
        if found is None or wanted.case_id not in (None, found.diary.case_id):
            raise NotFound
        return [_shown(found)], 1
    if wanted.case_id is not None:
        if await cases.find(wanted.case_id, company_id) is None:
            raise NotFound
        of_case = (wanted.case_id, company_id, reader_id)
        rows = await queries.page_of_case(*of_case, moment, limit, offset)
        return [*map(_shown, rows)], await queries.count_of_case(wanted.case_id, moment)
    total = await queries.count(company_id, moment)
    if offset >= total:
        return [], total
    rows = await queries.page(company_id, reader_id, moment, limit, offset)
    return [*map(_shown, rows)], total


def _shown(read: ReadDiary) -> ShownDiary:
    days = (read.diary.dated_at - read.first_dated_at).days
    return ShownDiary(read.diary, days, read.is_praised)


@retry_on_deadlock
async def _note(customer: MiniCustomer, wanted: Wanted) -> list[LogEntry]:
    moment = now()
    async with atomic():
        facts = None
        if wanted.rep_id is not None:
            facts = await radar.lock_pair(customer, wanted.rep_id)
        if wanted.diary_id is None:
            return []
        held = await _held(customer, wanted.diary_id)
        if wanted.case_id not in (None, held.case_id):
            raise NotFound
        await queries.count_view(held, customer.id, moment)
        return await library.log_diary(facts, held, moment) if facts is not None else []


async def _held(customer: MiniCustomer, diary_id: int) -> HeldDiary:
    held = await queries.hold(diary_id, customer.company_id, now())
    if held is None:
        raise NotFound
    return held


@retry_on_deadlock
async def toggle_praise(customer: MiniCustomer, diary_id: int) -> tuple[bool, int]:
    """Give or take back the customer's praise (decisions D17).

    Returns:
        whether it is given now, and how many the diary has.

    Raises:
        NotFound: the company has no such diary.
    """
    async with atomic():
        held = await _held(customer, diary_id)
        is_up = await queries.toggle_praise(held, customer.id, now())
    return is_up, held.praise_count + (1 if is_up else -1)


@retry_on_deadlock
async def comment(customer: MiniCustomer, diary_id: int, text: str) -> None:
    """Comment on a diary; others see it once it is approved, and it counts at once.

    Raises:
        NotFound: the company has no such diary.
    """
    async with atomic():
        held = await _held(customer, diary_id)
        await queries.add_comment(held, customer.company_id, customer.id, text, now())


async def comments(
    customer: MiniCustomer, diary_id: int, limit: int, offset: int
) -> tuple[list[CommentRow], int]:
    """List the comments on a diary that are approved or the customer's own, the newest first.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the company has no such diary.
    """
    if await queries.find(diary_id, customer.company_id, customer.id, now()) is None:
        raise NotFound
    rows = await diary_comments.page(diary_id, customer.id, limit, offset)
    return rows, await diary_comments.count(diary_id, customer.id)
