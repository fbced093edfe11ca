"""Business cards: what customers see of a rep, and what they do with it (semantics 3.2, 4.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeGuard

from models import customer as customers
from models import radar as radar_queries
from models import staff
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.radar import Action, PairFacts
from models.staff import CardRow
from services import radar
from services.deeds import FORWARD, VIEW, Deed, end_of_visit
from services.errors import NotFound, ServiceError
from services.group_commit import GroupCommit
from services.metrics import Metrics
from services.principals import Customer, MiniCustomer
from services.radar import Happening, LogEntry, Pair, Radar

MOST_CALLS: Final = 200


@dataclass(frozen=True, slots=True)
class Card:
    """A card as one customer sees it; ``phone`` is empty when the rep hides it."""

    row: CardRow
    phone: str
    photos: list[tuple[int, str]]
    is_praised: bool
    is_sign_praised: bool


class _Doing(NamedTuple):
    """One customer's deed on one rep's card, waiting for its transaction."""

    customer_id: int
    company_id: int
    rep_id: int
    deed: Deed

    @property
    def pair(self) -> Pair:
        return self.rep_id, self.customer_id

    @property
    def card_key(self) -> tuple[int, int]:
        return self.rep_id, self.company_id


class _Done(NamedTuple):
    """What became of a deed: the log entry, if there is one, and for a view the card."""

    entry: LogEntry | None
    card: Card | None


class Cards:
    """Shows cards and counts what is done with them; many deeds share one transaction."""

    def __init__(self, events: Radar, metrics: Metrics | None = None) -> None:
        self._events = events
        note_size = (metrics or Metrics()).views_committed.observe
        self._commits: GroupCommit[_Doing, _Done] = GroupCommit(
            *(_write, self._publish), most=MOST_CALLS, note_size=note_size
        )

    @property
    def waiting(self) -> int:
        """How many deeds no transaction has taken yet."""
        return self._commits.waiting

    async def run(self) -> None:
        """Commit deeds until cancelled."""
        await self._commits.run()

    async def view(self, customer: MiniCustomer, rep_id: int) -> Card:
        """Show a card, and count and log the view in one transaction.

        Raises:
            NotFound: no such rep in the customer's company (decisions T11).
        """
        done = await self._commits.submit(_doing(customer, rep_id, VIEW))
        assert done.card is not None
        return done.card

    async def note(self, customer: MiniCustomer, rep_id: int, deed: Deed) -> None:
        """Log a deed that changes nothing but its counters.

        Raises:
            NotFound: no such rep in the customer's company.
        """
        await self._commits.submit(_doing(customer, rep_id, deed))

    async def toggle_praise(self, customer: MiniCustomer, rep_id: int) -> tuple[bool, int]:
        """Give or take back the customer's praise.

        Returns:
            whether it is given now, and how many the card has.

        Raises:
            NotFound: no such rep in the customer's company.
        """
        is_up, count, entries = await _toggle_praise(customer, rep_id)
        await self._events.publish(entries)
        return is_up, count

    async def praise_sign(self, customer: MiniCustomer, rep_id: int) -> int:
        """Like a rep's signature, once for ever; again changes nothing (decisions S28).

        Returns:
            how many like it.

        Raises:
            NotFound: no such rep in the customer's company.
        """
        count, entries = await _praise_sign(customer, rep_id)
        await self._events.publish(entries)
        return count

    async def _publish(self, done: Sequence[_Done]) -> None:
        await self._events.publish([one.entry for one in done if one.entry is not None])


async def of_customer(customer: MiniCustomer) -> list[tuple[CardRow, int, datetime]]:
    """List the cards of the reps that a customer belongs to, the newest bond first.

    Returns:
        per bond the card, where the customer came from, and since when.
    """
    bonds = await customers.bonds_of(customer.id)
    cards = await staff.cards([bond.rep_id for bond in bonds]) if bonds else {}
    return [(cards[bond.rep_id], bond.source, bond.created_at) for bond in bonds]


async def of_colleague(customer: Customer, rep_id: int) -> CardRow:
    """Read the card of any rep of a customer's company, without counting that as a view.

    Raises:
        NotFound: the company has no such rep (decisions T11).
    """
    card = (await staff.cards([rep_id])).get(rep_id)
    if card is None or card.company_id != customer.company_id:
        raise NotFound
    return card


def card_phone(row: CardRow) -> str:
    """The phone number that a card shows (semantics 4.5)."""
    return (row.card_phone or row.bound_phone) if row.shows_phone else ""


def chat_contacts(row: CardRow) -> tuple[str, str]:
    """The phone number and the WeChat id that a chat shows, though the card may hide the number.

    The number that a rep has bound stands for either that is missing (semantics 5.4).
    """
    return row.card_phone or row.bound_phone, row.wechat or row.bound_phone


def _doing(customer: MiniCustomer, rep_id: int, deed: Deed) -> _Doing:
    return _Doing(customer.id, customer.company_id, rep_id, deed)


def _visit_remark(number: int) -> str:
    """What the log says of the n-th view of a card by one customer (semantics 3.2)."""
    if number == 1:
        return "首次查看您的名片,沟通从此刻开始"
    return f"查看您的名片第{number}次,{end_of_visit(number)}"


@retry_on_deadlock
async def _write(batch: Sequence[_Doing]) -> list[_Done | ServiceError]:
    moment = now()
    async with atomic():
        # First of all, since that locks the cards: of two processes the second waits here, so each
        # finds the views of the other and every view gets a number of its own.
        await _hold_cards(batch)
        facts = await radar_queries.facts({one.pair for one in batch})
        logged = [one for one in batch if _is_logged(one, facts.get(one.pair), moment)]
        entries = iter(await _log(logged, facts, moment))
        viewed = {one.rep_id for one in batch if one.deed == VIEW}
        photos = await staff.photos(viewed) if viewed else {}
    results: list[_Done | ServiceError] = []
    for one in batch:
        found = facts.get(one.pair)
        if not _is_colleague(found, one.company_id):
            results.append(NotFound())
            continue
        entry = next(entries) if _is_logged(one, found, moment) else None
        card = _shown(found, photos[one.rep_id]) if one.deed == VIEW else None
        results.append(_Done(entry, card))
    return results


def _is_colleague(facts: PairFacts | None, company_id: int) -> TypeGuard[PairFacts]:
    """Whether a customer may see a card: of any rep of its company (decisions T11)."""
    return facts is not None and facts.card.company_id == company_id


def _is_logged(doing: _Doing, facts: PairFacts | None, moment: datetime) -> bool:
    """Whether a deed is logged: some are only of customers with a name (decisions S31)."""
    if not _is_colleague(facts, doing.company_id):
        return False
    is_of_nobody = doing.deed.needs_name and not facts.customer_name
    return facts.is_logged(moment) and not is_of_nobody


async def _hold_cards(batch: Sequence[_Doing]) -> None:
    views = Counter(one.card_key for one in batch if one.deed == VIEW)
    forwards = Counter(one.card_key for one in batch if one.deed == FORWARD)
    rep_ids = {one.rep_id for one in batch}
    if rep_ids != {rep_id for rep_id, _ in (*views, *forwards)}:
        # The log locks a rep as well, but after the bond: against the order of all others.
        await radar_queries.lock_reps(rep_ids)
    if views or forwards:
        await staff.raise_counters(views, forwards)


async def _log(
    batch: Sequence[_Doing], facts: Mapping[Pair, PairFacts], moment: datetime
) -> list[LogEntry]:
    if not batch:
        return []
    views: Counter[Pair] = Counter()
    happenings = []
    for one in batch:
        remark = one.deed.remark
        if one.deed.action == Action.VIEW_CARD:
            views[one.pair] += 1
        if one.deed == VIEW:
            remark = _visit_remark(facts[one.pair].view_count + views[one.pair])
        happenings.append(Happening.of(facts[one.pair], one.deed.action, remark))
    return await radar.record(happenings, moment)


def _shown(facts: PairFacts, photos: list[tuple[int, str]]) -> Card:
    card = facts.card
    return Card(card, card_phone(card), photos, facts.is_praised, facts.is_sign_praised)


@retry_on_deadlock
async def _toggle_praise(customer: MiniCustomer, rep_id: int) -> tuple[bool, int, list[LogEntry]]:
    moment = now()
    async with atomic():
        facts = await radar.lock_pair(customer, rep_id)
        is_up = await radar_queries.toggle_card_praise(rep_id, customer.id, moment)
        remark = "觉得您非常靠谱" if is_up else "取消了给你的靠谱评价"
        entries = await _log_praise(facts, remark, moment)
    return is_up, facts.card.praise_count + (1 if is_up else -1), entries


@retry_on_deadlock
async def _praise_sign(customer: MiniCustomer, rep_id: int) -> tuple[int, list[LogEntry]]:
    moment = now()
    async with atomic():
        facts = await radar.lock_pair(customer, rep_id)
        is_first = await radar_queries.add_sign_praise(rep_id, customer.id, moment)
        remark = "赞了你的个性签名"
        entries = await _log_praise(facts, remark, moment) if is_first else []
    return facts.card.sign_praise_count + is_first, entries


async def _log_praise(facts: PairFacts, remark: str, moment: datetime) -> list[LogEntry]:
    if not facts.is_logged(moment):
        return []
    return await radar.record([Happening.of(facts, Action.PRAISE, remark)], moment)
