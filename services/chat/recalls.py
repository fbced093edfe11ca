"""Recalling: a sender takes a message of its own back, soon after it was stored.

Recalled messages stay where they are, with another content, so that every reader shows them as
recalled and nothing that was said can leak. What was said is kept for the back office.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from models import chat, scheduled
from models import customer as customers
from models import recall as queries
from models.base import now
from models.chat import Pair, Sender
from models.database import atomic, retry_on_deadlock
from models.recall import OwnMessage, RecallFilter
from models.recall import Recalled as Recalled
from models.recall import RecallRow as RecallRow
from services.chat.bus import REP_SECOND, Bus
from services.chat.content import RECALLED_CONTENT
from services.companies import find_visible
from services.errors import Invalid, NotFound
from services.metrics import Metrics
from services.principals import AdminRep
from services.radar import shown_name
from services.radar_lists import FIRST_DAY, LAST_DAY, whole_days

RECALLED: Final = "chat.recalled"
WINDOW: Final = timedelta(minutes=2)
"""For so long after it was stored a message may be recalled."""


class Recalls:
    """Recalls messages and tells every process of it."""

    def __init__(self, bus: Bus, metrics: Metrics | None = None) -> None:
        self._bus = bus
        self._metrics = metrics or Metrics()

    async def recall(self, sender: Sender, pair: Pair, message_id: int) -> Recalled:
        """Recall a message of a pair; what was recalled before is answered the same and told once.

        Raises:
            NotFound: the pair has no such message of the sender's, or no bond.
            Invalid: it was stored too long ago.
        """
        recalled, is_first = await _recall(sender, pair, message_id)
        if is_first:
            self._metrics.recalls.inc()
            await self._bus.publish(RECALLED, [list(recalled)], rep_of=REP_SECOND)
        return recalled


def from_event(data: Sequence[Sequence[Any]]) -> list[Recalled]:
    """Read the recalls of a ``RECALLED`` event."""
    return [Recalled(*row) for row in data]


async def pair_of(sender: Sender, own_id: int, message_id: int) -> Pair:
    """Find the pair in which a rep or a customer has sent a message.

    Raises:
        NotFound: it has sent none of this id.
    """
    place = (await _own_message(sender, own_id, message_id)).place
    return Pair(place.rep_id, place.customer_id)


@retry_on_deadlock
async def _recall(sender: Sender, pair: Pair, message_id: int) -> tuple[Recalled, bool]:
    """Recall a message in one transaction, and say whether this was the first time.

    Whoever else recalls it, or deletes it, waits for the lock of the conversation.
    """
    own_id = pair.rep_id if sender == Sender.REP else pair.customer_id
    async with atomic():
        if not await chat.lock_conversations([pair]):
            raise NotFound
        message = await _own_message(sender, own_id, message_id)
        if message.is_recalled:
            return message.place, False
        moment = now()
        if moment - message.sent_at > WINDOW:
            raise Invalid("超过2分钟的消息不能撤回", {"id": "超过2分钟的消息不能撤回"})
        await queries.replace(message, RECALLED_CONTENT, moment)
        if sender == Sender.REP:
            await scheduled.replace(pair, message_id, RECALLED_CONTENT)
    return message.place, True


async def _own_message(sender: Sender, own_id: int, message_id: int) -> OwnMessage:
    message = await queries.own_message(sender, own_id, message_id)
    if message is None:
        raise NotFound
    return message


@dataclass(frozen=True, slots=True)
class Search:
    """Which recalls are looked for; None stands for any, the days are both included."""

    rep_id: int | None = None
    customer_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None


async def page(
    rep: AdminRep, company_id: int | None, search: Search, limit: int, offset: int
) -> tuple[list[RecallRow], int]:
    """List what was recalled in a company, the newest first, and count it.

    Args:
        company_id: None for the rep's own; another one only for who manages all.

    Raises:
        NotFound: the company is not the rep's to manage, the rep that is looked for was never one
            of it, or the customer is not one of it.
    """
    wanted = (await find_visible(rep, company_id)).id
    if search.rep_id is not None and not await queries.names_rep(wanted, search.rep_id):
        raise NotFound
    customer_id = search.customer_id
    if customer_id is not None and await customers.company_of(customer_id) != wanted:
        raise NotFound
    days = whole_days(search.first_day or FIRST_DAY, search.last_day or LAST_DAY)
    found = RecallFilter(
        *(search.rep_id, customer_id),
        begin_at=days.begin_at if search.first_day else None,
        over_at=days.over_at if search.last_day else None,
    )
    rows, total = await queries.page(wanted, found, limit, offset)
    return [
        row._replace(customer_name=shown_name(row.customer_name, row.place.customer_id))
        for row in rows
    ], total
