"""Presence: both sides of a pair see whether the other is connected, to whichever process.

A rep is online with any registered socket, a customer towards a rep with one for that pair. Every
process tells the others of its own; what it shows comes from the bus alone, of itself too. Nothing
is stored: it would be wrong as soon as a process dies.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from models import customer as customers
from models.chat import Pair, Sender
from services.chat.bus import Bus
from services.chat.feed import Feed
from services.chat.gossip import Gossip, Key, ids_of, key_of
from services.chat.registry import Registry
from services.errors import DatabaseAway
from services.jobs import every

CHANGED: Final = "presence.changed"
WHOLE: Final = "presence.whole"
BEAT: Final = "presence.beat"
ASKED: Final = "presence.asked"
LEFT: Final = "presence.left"

TURN_SECONDS: Final = 0.1
LONGEST_TURN_SECONDS: Final = 1.0
BEATS: Final = 5
PATIENCE_SECONDS: Final = 25.0
GRACE_SECONDS: Final = 5.0
"""A page that is loaded again, or whose process is restarted, is back within one or two; one that
has lost its net tries again after a second or two, and then after a few more."""

MOST_KEYS: Final = 2000
MOST_ROWS: Final = 100
MOST_CHECKED: Final = 200


class Presence:
    """Tells the other processes who is connected here, and the connections here who is online.

    Args:
        grace: for how many seconds whoever is gone still counts as online.
        patience: after how many seconds of silence a process counts as dead; each says that it
            lives five times as often.
    """

    def __init__(
        self,
        bus: Bus,
        registry: Registry,
        *,
        grace: float = GRACE_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._bus = bus
        self._registry = registry
        self._grace = grace
        self._beat_seconds = patience / BEATS
        self._gossip = Gossip(patience, self._take_come, self._take_gone)
        self._name = secrets.token_hex(8)
        self._serial = 0
        self._changed: set[Key] = set()
        self._is_whole_due = True
        self._is_newcomer = True
        self._clock = 0.0
        self._turned_at = time.monotonic()
        self._beat_at = 0.0
        self._going: dict[Key, float] = {}
        self._unsure: dict[Feed, int] = {}
        self._owed: defaultdict[Feed, set[int]] = defaultdict(set)
        bus.listen(CHANGED, lambda data: self._gossip.hear_change(*data))
        bus.listen(WHOLE, lambda data: self._gossip.hear_whole(*data))
        bus.listen(BEAT, lambda data: self._gossip.hear_beat(*data))
        bus.listen(LEFT, self._gossip.hear_goodbye)
        bus.listen(ASKED, self._take_asked)
        bus.on_gap(self._take_gap)

    @property
    def known(self) -> int:
        """How many are online, counted once for each process that says so."""
        return self._gossip.known

    @property
    def processes(self) -> int:
        """How many processes have been heard of lately, this one included."""
        return self._gossip.processes

    async def run(self) -> None:
        """Tell the others and the connections what changes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(every(TURN_SECONDS, self._turn, "presence.turn"))
            group.create_task(every(TURN_SECONDS, self._tell, "presence.tell"))

    async def leave(self) -> None:
        """Tell the others that this process stops, so that nobody waits for it."""
        await self._bus.publish(LEFT, self._name)

    def note(self, feed: Feed) -> None:
        """Note that a feed has come or gone, for the next turn."""
        self._changed.add(_key(feed))
        if not feed.is_live:
            # While Redis is away no time passes, and many come and go.
            self._unsure.pop(feed, None)
            self._owed.pop(feed, None)

    def greet(self, feed: Feed, customer_ids: Iterable[int]) -> None:
        """Note a feed that has gone live, and owe it whether the other side is online.

        Args:
            customer_ids: whose presence the feed is for; a feed for all customers of a rep is told
                only who of them is online.
        """
        self.note(feed)
        is_for_all = feed.customer_id is None
        for customer_id in customer_ids:
            if self._is_online(feed, customer_id):
                self._owed[feed].add(customer_id)
            elif not is_for_all and self._clock < self._grace:
                # Since the start nobody could have come back yet: do not call them all offline.
                self._unsure[feed] = customer_id
            elif not is_for_all:
                self._owed[feed].add(customer_id)

    def _is_online(self, feed: Feed, customer_id: int) -> bool:
        key = key_of(feed.rep_id, customer_id if feed.side == Sender.REP else None)
        return key in self._going or self._gossip.is_there(key)

    def _take_come(self, key: Key) -> None:
        if self._going.pop(key, None) is None:
            self._owe(key)

    def _take_gone(self, key: Key) -> None:
        self._going[key] = self._clock + self._grace

    def _take_asked(self, names: list[str] | None) -> None:
        if names is None or self._name in names:
            self._is_whole_due = True

    def _take_gap(self) -> None:
        # Lost both ways: the others may lack what was said here, and this process what they said.
        self._is_whole_due = self._is_newcomer = True

    def _owe(self, key: Key) -> None:
        """Have the other side's feeds told of a change."""
        rep_id, customer_id = ids_of(key)
        if customer_id is None:
            for feed in self._registry.of_customers(rep_id):
                assert feed.customer_id is not None
                self._owed[feed].add(feed.customer_id)
            return
        for feed in self._registry.of_rep(rep_id):
            if feed.customer_id in (None, customer_id):
                self._owed[feed].add(customer_id)

    async def _turn(self) -> None:
        """Let time pass and say what there is to say; none passes while nobody can be heard."""
        seconds = time.monotonic()
        # A loop that has stood still has what was said meanwhile still to hear.
        passed = min(seconds - self._turned_at, LONGEST_TURN_SECONDS)
        self._turned_at = seconds
        if not self._bus.is_whole:
            return
        self._clock += passed
        self._gossip.live(passed)
        self._let_go()
        for topic, data in self._news():
            await self._bus.publish(topic, data)

    def _let_go(self) -> None:
        for key in [key for key, due in self._going.items() if due <= self._clock]:
            del self._going[key]
            self._owe(key)
        if self._unsure and self._clock >= self._grace:
            unsure, self._unsure = self._unsure, {}
            for feed, customer_id in unsure.items():
                if not self._is_online(feed, customer_id):  # else it has been told when that came
                    self._owed[feed].add(customer_id)

    def _news(self) -> list[tuple[str, Any]]:
        """Collect what the other processes have to hear, in its order."""
        news: list[tuple[str, Any]] = []
        changed, self._changed = list(self._changed), set()
        for start in range(0, len(changed), MOST_KEYS):
            keys = changed[start : start + MOST_KEYS]
            present = {key for key in keys if self._is_here(key)}
            self._serial += 1
            gone = [key for key in keys if key not in present]
            news.append((CHANGED, [self._name, self._serial, list(present), gone]))
        if self._is_whole_due:
            self._is_whole_due = False
            news += self._whole()
        doubts = self._gossip.take_doubts()
        if doubts or self._is_newcomer:
            news.append((ASKED, None if self._is_newcomer else doubts))
            self._is_newcomer = False
        if self._clock >= self._beat_at:
            self._beat_at = self._clock + self._beat_seconds
            news.append((BEAT, [self._name, self._serial]))
        return news

    def _whole(self) -> list[tuple[str, Any]]:
        here = list({_key(feed) for feed in self._registry if feed.is_live})
        starts = range(0, max(1, len(here)), MOST_KEYS)
        head = (self._name, self._serial)
        return [
            (WHOLE, [*head, part, len(starts), here[start : start + MOST_KEYS]])
            for part, start in enumerate(starts)
        ]

    def _is_here(self, key: Key) -> bool:
        rep_id, customer_id = ids_of(key)
        if customer_id is None:
            return any(feed.is_live for feed in self._registry.of_rep(rep_id))
        feeds = self._registry.of_pair(rep_id, customer_id)
        return any(feed.is_live and feed.side == Sender.CUSTOMER for feed in feeds)

    async def _tell(self) -> None:
        """Show the connections here what they are owed, of pairs whose bond stands."""
        if not self._owed:
            return
        owed, self._owed = self._owed, defaultdict(set)
        pairs = list({Pair(feed.rep_id, one) for feed, ids in owed.items() for one in ids})
        bound: set[tuple[int, int]] = set()
        try:
            for start in range(0, len(pairs), MOST_CHECKED):
                bound |= await customers.bound(pairs[start : start + MOST_CHECKED])
        except DatabaseAway:
            for feed, ids in owed.items():
                self._owed[feed] |= ids
            raise
        for feed, ids in owed.items():
            told = sorted(one for one in ids if (feed.rep_id, one) in bound)
            for start in range(0, len(told), MOST_ROWS):
                self._show(feed, told[start : start + MOST_ROWS])

    def _show(self, feed: Feed, customer_ids: list[int]) -> None:
        if feed.is_live:
            online = {one: self._is_online(feed, one) for one in customer_ids}
            feed.sink.presence(feed.rep_id, online)
            if feed in self._owed:  # what came while the database was asked is shown by this
                self._owed[feed].difference_update(customer_ids)


def _key(feed: Feed) -> Key:
    """Whom a feed shows to be there."""
    return key_of(feed.rep_id, feed.customer_id if feed.side == Sender.CUSTOMER else None)
