"""Takes recalls to the connections of this process, each at least once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from cachetools import LRUCache

from models import recall as queries
from models.base import now
from models.chat import Pair
from services.chat import recalls
from services.chat.bus import Bus
from services.chat.content import RECALLED_CONTENT
from services.chat.messages import Message
from services.chat.recalls import RECALLED, WINDOW, Recalled
from services.chat.registry import Registry

MOST_KNOWN: Final = 10_000
PAGE: Final = 1000
MOST_PAIRS: Final = 400  # SQLite takes no more than 500 selects in one statement
OVERLAP: Final = timedelta(seconds=30)
"""How much further back is looked than it should take: clocks differ, commits take their time."""


class RecallDelivery:
    """Remembers what was recalled lately: an event may overtake the message, or be lost."""

    def __init__(self, bus: Bus, registry: Registry) -> None:
        self._registry = registry
        # Not by id: SQLite gives the id of its newest message again once that is deleted.
        self._known: LRUCache[tuple[int, int, int], bool] = LRUCache(MOST_KNOWN)
        self._swept_at = now()
        bus.listen(RECALLED, self._take)

    def shown(self, message: Message) -> Message:
        """Show a message as recalled if it has been since it was written or read."""
        if (message.rep_id, message.customer_id, message.seq) not in self._known:
            return message
        return replace(message, content=RECALLED_CONTENT, frames={})

    async def missed(self, seqs: Mapping[Pair, int], limit: int) -> list[Recalled]:
        """Find what may have been recalled while a client was away, of the messages that it has.

        What was recalled after the last of these was stored cannot have been stored much earlier
        than that one.

        Args:
            seqs: by pair, the last seq that the client has.

        Returns:
            up to ``limit`` recalls, those among them that the client has seen.
        """
        begun = [(pair, seq) for pair, seq in seqs.items() if seq > 0]
        found: list[Recalled] = []
        for start in range(0, len(begun), MOST_PAIRS):
            some = dict(begun[start : start + MOST_PAIRS])
            found += await queries.recalled_behind(some, WINDOW + OVERLAP, limit - len(found))
            if len(found) >= limit:
                break
        return found

    async def sweep(self) -> None:
        """Find recalls whose event was lost."""
        moment = now()
        # A clock that was put back must not make the sweep wait until it is where it was.
        place = (min(self._swept_at, moment) - OVERLAP, 0)
        while len(self._registry):
            found, place = await queries.since(*place, PAGE)
            for recalled in found:
                self._tell(recalled)
            if len(found) < PAGE:
                break
        self._swept_at = moment

    def _take(self, data: Any) -> None:
        for recalled in recalls.from_event(data):
            self._tell(recalled)

    def _tell(self, recalled: Recalled) -> None:
        place = (recalled.rep_id, recalled.customer_id, recalled.seq)
        if place in self._known:
            return
        self._known[place] = True
        for feed in self._registry.of_pair(recalled.rep_id, recalled.customer_id):
            feed.recall(recalled)
