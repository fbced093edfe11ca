"""Who may come in: the state of a rep, its company, and the way somebody has come."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime

from models import customer as customers
from models import staff
from models.base import now
from models.customer import Source
from models.staff import CardRow, RepStatus
from services.chat.messages import Messages
from services.customers import BelongsToAnother, bind
from services.errors import Disabled, NotFound
from services.principals import OfficialCustomer


class Expired(Disabled):
    """The company's paid time is over."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody has come to a page of an official account.

    Args:
        company_id: whose account it is; else the rep's company, else the first.
        rep_id: whose customer it is to be; None for nobody's.
        parent_id: the customer that has handed the page on.
    """

    company_id: int | None
    rep_id: int | None
    parent_id: int | None


def require_open(card: CardRow, moment: datetime) -> None:
    """Refuse a rep that may not log in.

    Raises:
        Expired: the paid time of its company is over.
        Disabled: it is switched off itself.
    """
    found = refusal(card, moment)
    if found is not None:
        raise found


async def require_welcome(company_id: int, expires_at: datetime | None, visit: Visit) -> None:
    """Refuse a visit to a company or a rep that nobody can log in to, and a foreign parent.

    Raises:
        Expired: the company's paid time is over.
        Disabled: the rep may not log in.
        NotFound: there is no such rep, or the parent is of another company.
    """
    moment = now()
    if visit.rep_id is not None:
        card = (await staff.cards([visit.rep_id])).get(visit.rep_id)
        if card is None:
            raise NotFound
        require_open(card, moment)
    if _is_over(expires_at, moment):
        raise Expired
    if visit.parent_id is not None and await customers.company_of(visit.parent_id) != company_id:
        raise NotFound


async def bind_follower(follower: OfficialCustomer, visit: Visit, chats: Messages) -> int | None:
    """Make a customer the rep's that it has come to, by an article of the official account.

    Returns:
        the rep; its own one where the company lets it have no other, or where it came to nobody.
    """
    if visit.rep_id is not None:
        # Nobody is its own parent, though it may open what it has handed on itself.
        parent_id = None if visit.parent_id == follower.id else visit.parent_id
        with contextlib.suppress(BelongsToAnother):
            await bind(follower, visit.rep_id, Source.ARTICLE, parent_id, chats)
            return visit.rep_id
    return await customers.latest_bond(follower.id)


def refusal(card: CardRow, moment: datetime) -> Disabled | None:
    """Why a rep may not log in; the company's end is told first (semantics 2.3, steps 4 and 5)."""
    if _is_over(card.company_expires_at, moment):
        return Expired()
    return None if card.status == RepStatus.ENABLED else Disabled()


def _is_over(expires_at: datetime | None, moment: datetime) -> bool:
    return expires_at is not None and expires_at < moment
