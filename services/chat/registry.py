"""Which connections are open, by whom they are for. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from models.chat import Pair, Sender

if TYPE_CHECKING:
    from services.chat.feed import Feed

Key = TypeVar("Key")


class Registry:
    """Feeds by pair, and the feeds of reps that are for all their customers.

    Several feeds may share a pair; each device of each side has one.
    """

    def __init__(self) -> None:
        self._by_pair: dict[Pair, set[Feed]] = {}
        self._by_rep: dict[int, set[Feed]] = {}
        self._of_reps: dict[int, set[Feed]] = {}

    def add(self, feed: Feed) -> None:
        """Let a feed be found."""
        if feed.customer_id is None:
            self._by_rep.setdefault(feed.rep_id, set()).add(feed)
        else:
            self._by_pair.setdefault(Pair(feed.rep_id, feed.customer_id), set()).add(feed)
        if feed.side == Sender.REP:
            self._of_reps.setdefault(feed.rep_id, set()).add(feed)

    def remove(self, feed: Feed) -> None:
        """Let a feed no longer be found."""
        if feed.customer_id is None:
            _discard(self._by_rep, feed.rep_id, feed)
        else:
            _discard(self._by_pair, Pair(feed.rep_id, feed.customer_id), feed)
        if feed.side == Sender.REP:
            _discard(self._of_reps, feed.rep_id, feed)

    def of_pair(self, rep_id: int, customer_id: int) -> list[Feed]:
        """Find the feeds that a pair's messages go to."""
        return [
            *self._by_pair.get(Pair(rep_id, customer_id), ()),
            *self._by_rep.get(rep_id, ()),
        ]

    def of_rep(self, rep_id: int) -> list[Feed]:
        """Find all feeds that a rep itself has open, for one customer or for all."""
        return list(self._of_reps.get(rep_id, ()))

    def pairs(self) -> list[Pair]:
        """List the pairs that have feeds of their own."""
        return list(self._by_pair)

    def rep_ids(self) -> list[int]:
        """List the reps that have feeds for all their customers."""
        return list(self._by_rep)

    def __iter__(self) -> Iterator[Feed]:
        for feeds in (*self._by_pair.values(), *self._by_rep.values()):
            yield from list(feeds)

    def __len__(self) -> int:
        return sum(map(len, self._by_pair.values())) + sum(map(len, self._by_rep.values()))


def _discard(index: dict[Key, set[Feed]], key: Key, feed: Feed) -> None:
    feeds = index.get(key)
    if feeds is not None:
        feeds.discard(feed)
        if not feeds:
            del index[key]
