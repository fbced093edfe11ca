"""Following customers up: what reps write down about it, and the phrases they keep for that."""

from __future__ import annotations

from typing import Final

from models import customer as customers
from models import follow_ups as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.follow_ups import FollowUpRow as FollowUpRow
from models.follow_ups import PhraseRow as PhraseRow
from services import bonds
from services.errors import Invalid, NotFound
from services.principals import Rep

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
