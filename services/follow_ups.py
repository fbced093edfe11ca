"""Following customers up: what reps write down about it, and the phrases they keep for that."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

from models import customer as customers
from models import follow_ups as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.follow_ups import FollowUpFilter as FollowUpFilter
from models.follow_ups import FollowUpRow as FollowUpRow
from models.follow_ups import PhraseRow as PhraseRow
from models.follow_ups import WrittenFollowUp as WrittenFollowUp
from services import belongings, bonds
from services.errors import Invalid, NotFound
from services.exports import Listing
from services.principals import AdminRep, Rep
from services.radar import shown_name

PHRASE_EXISTS: Final = "自定义常用语已存在"


async def page(
    rep: Rep, customer_id: int, limit: int, offset: int
) -> tuple[list[FollowUpRow], int]:
    """List a page of a rep's follow-ups of a customer, the newest first.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the customer is not one of the rep's.
    """
    if not await customers.is_bound(rep.id, customer_id):
        raise NotFound
    total = await queries.count(rep.id, customer_id)
    return await queries.page(rep.id, customer_id, limit, offset), total


@retry_on_deadlock
async def record(rep: Rep, customer_id: int, text: str) -> None:
    """Write a follow-up down, and in the bond that the customer has been followed up.

    Raises:
        NotFound: the customer is not one of the rep's.
    """
    async with atomic():
        # Locked, the bond cannot end before its follow-up is there.
        await bonds.hold(rep, [customer_id])
        await customers.record_follow_up(rep.id, customer_id, text, now())


async def listing(rep: AdminRep, wanted: FollowUpFilter) -> Listing[WrittenFollowUp]:
    """Give the follow-ups of a rep's company for an export, the newest first.

    What a rep wrote stays there when it goes to another company.

    Raises:
        NotFound: the rep or the customer is not of the company.
    """
    await belongings.require(rep, rep_id=wanted.rep_id, customer_id=wanted.customer_id)
    return Listing(
        partial(queries.count_all, rep.company_id, wanted), partial(_pages, rep.company_id, wanted)
    )


async def _pages(
    company_id: int, wanted: FollowUpFilter, length: int
) -> AsyncGenerator[list[WrittenFollowUp], None]:
    last: WrittenFollowUp | None = None
    while rows := await queries.behind(company_id, wanted, last, length):
        yield [
            row._replace(customer_name=shown_name(row.customer_name, row.customer_id))
            for row in rows
        ]
        last = rows[-1]
        if len(rows) < length:
            break


async def phrases(rep: Rep, limit: int, offset: int) -> list[PhraseRow]:
    """List a page of a rep's own phrases and the system's, the newest first."""
    return await queries.phrases(rep.id, limit, offset)


async def add_phrase(rep: Rep, phrase: str) -> int:
    """Keep a phrase for a rep.

    Returns:
        its id.

    Raises:
        Invalid: the rep has it already, or the system has.
    """
    phrase_id = None
    if not await queries.is_system_phrase(phrase):
        phrase_id = await queries.add_phrase(rep.id, phrase, now())
    if phrase_id is None:
        raise Invalid(PHRASE_EXISTS, {"custom_language": PHRASE_EXISTS})
    return phrase_id


async def delete_phrase(rep: Rep, phrase_id: int) -> None:
    """Delete one of a rep's own phrases.

    Raises:
        NotFound: there is none, or it is another's or the system's.
    """
    if not await queries.delete_phrase(rep.id, phrase_id):
        raise NotFound
