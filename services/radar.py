"""The radar: what customers do, written down once and shown to the rep at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import radar as queries
from models.base import from_ms, to_ms
from models.radar import Action, LogRow, PairFacts
from services.chat.bus import REP_SECOND, Bus
from services.clock import day_of
from services.errors import NotFound
from services.notices.reps import Note
from services.principals import MiniCustomer

HAPPENED: Final = "radar.happened"

LABELS: Final[dict[int, str]] = {
    Action.VIEW_CARD: "查看名片",
    Action.VIEW_PRODUCT: "查看产品",
    Action.VIEW_NEWS: "查看动态",
    Action.VIEW_WEBSITE: "查看官网",
    Action.COPY_WECHAT: "复制微信",
    Action.FORWARD_CARD: "转发名片",
    Action.CONSULT_PRODUCT: "咨询产品",
    Action.SAVE_PHONE: "保存电话",
    Action.PRAISE: "觉得靠谱",
    Action.CALL: "拨打电话",
    Action.PLAY_VOICE: "播放语音",
    Action.COPY_EMAIL: "复制邮箱",
    Action.AUTHORISE: "授权访问",
    Action.PLACE_ORDER: "下单成功",
    Action.VIEW_DIARIES: "查看日记首页",
    Action.VIEW_DIARY: "查看日记详情",
}
"""What each action is called on the wire (000-qiyeweixin.md:1634)."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Happening:
    """One action of a customer on a rep of its company; the name is the customer's shown one.

    Args:
        diary_id: the diary that it was about.
    """

    company_id: int
    rep_id: int
    customer_id: int
    customer_name: str
    bond_id: int | None
    action: Action
    remark: str
    diary_id: int | None = None

    @classmethod
    def of(
        cls, facts: PairFacts, action: Action, remark: str, diary_id: int | None = None
    ) -> Happening:
        """Say that the customer of a pair has done something."""
        name = shown_name(facts.customer_name, facts.customer_id)
        ids = (facts.card.company_id, facts.card.id, facts.customer_id)
        return cls(*ids, name, facts.bond_id, action, remark, diary_id)

    @property
    def pair(self) -> Pair:
        """The rep and the customer."""
        return self.rep_id, self.customer_id


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A row of the action log as readers see it: the name stands before the remark.

    Args:
        is_bound: whether the customer was the rep's then.
    """

    id: int
    rep_id: int
    customer_id: int
    action: int
    text: str
    created_at: datetime
    is_bound: bool = True


class Radar:
    """Tells reps what has just happened, wherever they are connected.

    Args:
        note: has a rep told outside of its connections too; None for nobody.
    """

    def __init__(self, bus: Bus, note: Note | None = None) -> None:
        self._bus = bus
        self._note = note

    async def publish(self, entries: Sequence[LogEntry]) -> None:
        """Tell every process of new entries, after their commit, and have the reps told."""
        if entries:
            events = [_to_event(entry) for entry in entries]
            await self._bus.publish(HAPPENED, events, rep_of=REP_SECOND)
            if self._note is not None:
                for entry in entries:
                    self._note(entry.rep_id, entry.text)


async def record(happenings: Sequence[Happening], moment: datetime) -> list[LogEntry]:
    """Write actions down inside the caller's transaction: daily counters, relation, log.

    A company that has expired has no log (semantics 3.1): leave its happenings out.
    """
    counts = Counter(
        (one.company_id, one.rep_id, one.customer_id, int(one.action)) for one in happenings
    )
    await queries.count_actions(counts, day_of(moment))
    bond_ids = {one.bond_id for one in happenings if one.bond_id is not None}
    if bond_ids:
        await queries.touch_bonds(bond_ids, moment)
    ids = await queries.add_logs(
        [
            LogRow(
                *(one.company_id, one.rep_id, one.customer_id),
                *(one.action, one.remark, one.diary_id),
            )
            for one in happenings
        ],
        moment,
    )
    await queries.add_totals(counts, day_of(moment))
    return [
        LogEntry(
            log_id,
            one.rep_id,
            one.customer_id,
            one.action,
            one.customer_name + one.remark,
            moment,
            one.bond_id is not None,
        )
        for log_id, one in zip(ids, happenings, strict=True)
    ]


async def lock_pair(customer: MiniCustomer, rep_id: int) -> PairFacts:
    """Lock a rep of a customer's company (decisions T11), and read what an action needs to know.

    Raises:
        NotFound: no such rep in the company.
    """
    pair = (rep_id, customer.id)
    await queries.lock_rep(rep_id)
    facts = (await queries.facts([pair])).get(pair)
    if facts is None or facts.card.company_id != customer.company_id:
        raise NotFound
    return facts


def shown_name(name: str, customer_id: int) -> str:
    """What a customer is called: without a name by its id (decisions S31)."""
    return name or f"客户ID{customer_id}"


def from_event(data: Sequence[Sequence[Any]]) -> list[LogEntry]:
    """Read the entries of a ``HAPPENED`` event."""
    return [LogEntry(*[*row[:5], from_ms(row[5]), row[6]]) for row in data]


def _to_event(entry: LogEntry) -> list[Any]:
    return [
        *(entry.id, entry.rep_id, entry.customer_id, entry.action, entry.text),
        *(to_ms(entry.created_at), entry.is_bound),
    ]
