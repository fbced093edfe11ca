"""Which connections are open, by whom they are for. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from models.chat import Pair, Sender

if TYPE_CHECKING:
    from services.chat.feed import Feed


class Registry:
    """Feeds by rep and customer, and the feeds of reps that are for all their customers.

    Several feeds may share a pair; each device of each side has one.
    """

    def __init__(self) -> None:
        self._of_one: dict[int, dict[int, set[Feed]]] = {}
        self._by_rep: dict[int, set[Feed]] = {}
        self._of_reps: dict[int, set[Feed]] = {}

    def add(self, feed: Feed) -> None:
        """Let a feed be found."""
        if feed.customer_id is None:
            self._by_rep.setdefault(feed.rep_id, set()).add(feed)
        else:
            of_one = self._of_one.setdefault(feed.rep_id, {})
            of_one.setdefault(feed.customer_id, set()).add(feed)
        if feed.side == Sender.REP:
            self._of_reps.setdefault(feed.rep_id, set()).add(feed)

    def remove(self, feed: Feed) -> None:
        """Let a feed no longer be found."""
        if feed.customer_id is None:
            _discard(self._by_rep, feed.rep_id, feed)
        else:
            of_one = self._of_one.get(feed.rep_id, {})
            _discard(of_one, feed.customer_id, feed)
            if not of_one:
                self._of_one.pop(feed.rep_id, None)
        if feed.side == Sender.REP:
            _discard(self._of_reps, feed.rep_id, feed)

    def of_pair(self, rep_id: int, customer_id: int) -> list[Feed]:
        """Find the feeds that a pair's messages go to."""
        return [
            *self._of_one.get(rep_id, _NONE).get(customer_id, ()),
            *self._by_rep.get(rep_id, ()),
        ]

    def of_rep(self, rep_id: int) -> list[Feed]:
        """Find all feeds that a rep itself has open, for one customer or for all."""
        return list(self._of_reps.get(rep_id, ()))

    def of_customers(self, rep_id: int) -> list[Feed]:
        """Find the feeds that the customers of a rep have open for it."""
        of_one = self._of_one.get(rep_id, _NONE)
        feeds = chain.from_iterable(of_one.values())
        return [feed for feed in feeds if feed.side == Sender.CUSTOMER]

    def pairs(self) -> list[Pair]:
        """List the pairs that have feeds of their own."""
        return [
            Pair(rep_id, customer_id)
            for rep_id, of_one in self._of_one.items()
            for customer_id in of_one
        ]

    def rep_ids(self) -> list[int]:
        """List the reps that have feeds for all their customers."""
        return list(self._by_rep)

    def connected_rep_ids(self) -> list[int]:
        """List the reps that have feeds themselves, for one customer or for all."""
        return list(self._of_reps)

    def __iter__(self) -> Iterator[Feed]:
        of_one = chain.from_iterable(each.values() for each in self._of_one.values())
        for feeds in list(chain(of_one, self._by_rep.values())):
            yield from list(feeds)

    def __len__(self) -> int:
        of_one = (len(feeds) for each in self._of_one.values() for feeds in each.values())
        return sum(of_one) + sum(map(len, self._by_rep.values()))


_NONE: dict[int, set[Feed]] = {}


def _discard(index: dict[int, set[Feed]], key: int, feed: Feed) -> None:
    feeds = index.get(key)
    if feeds is not None:
        feeds.discard(feed)
        if not feeds:
            del index[key]
