"""The registry finds exactly the feeds that a message is for (decisions W1)."""

from __future__ import annotations

import random

import pytest

from models.chat import Pair, Sender
from services.chat.feed import Feed, Sink
from services.chat.registry import Registry

REPS = range(1, 4)
CUSTOMERS = range(1, 4)


def make_feed(side: Sender, rep_id: int, customer_id: int | None) -> Feed:
    """Make a feed that nobody listens to."""
    return Feed(Sink(), side, rep_id, customer_id, lambda *_: None)


def test_a_pairs_messages_go_to_both_sides_and_to_the_rep_for_all() -> None:
    registry = Registry()
    feeds = [
        make_feed(Sender.CUSTOMER, 1, 2),
        make_feed(Sender.REP, 1, 2),
        make_feed(Sender.REP, 1, None),
    ]
    for feed in feeds:
        registry.add(feed)
    assert set(registry.of_pair(1, 2)) == set(feeds)


def test_several_feeds_may_share_a_pair() -> None:
    registry = Registry()
    feeds = [make_feed(Sender.CUSTOMER, 1, 2) for _ in range(3)]
    for feed in feeds:
        registry.add(feed)
    assert set(registry.of_pair(1, 2)) == set(feeds)


def test_what_concerns_a_rep_does_not_go_to_its_customers() -> None:
    registry = Registry()
    registry.add(make_feed(Sender.CUSTOMER, 1, 2))
    assert registry.of_rep(1) == []


def test_a_removed_feed_leaves_nothing_behind() -> None:
    registry = Registry()
    feed = make_feed(Sender.REP, 1, 2)
    registry.add(feed)
    registry.remove(feed)
    assert (len(registry), registry.pairs(), registry.of_rep(1)) == (0, [], [])


def test_removing_a_feed_twice_does_no_harm() -> None:
    registry = Registry()
    feed = make_feed(Sender.REP, 1, None)
    registry.add(feed)
    registry.remove(feed)
    registry.remove(feed)
    assert len(registry) == 0


def test_a_feed_that_is_removed_while_others_are_told_does_not_disturb_them() -> None:
    registry = Registry()
    feeds = [make_feed(Sender.CUSTOMER, 1, 2) for _ in range(3)]
    for feed in feeds:
        registry.add(feed)
    told = 0
    for feed in registry.of_pair(1, 2):
        registry.remove(feed)
        told += 1
    assert told == 3


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_and_goes_exactly_the_right_feeds_are_found(seed: int) -> None:
    chance, registry, present = random.Random(seed), Registry(), list[Feed]()
    for _ in range(300):
        if present and chance.random() < 0.45:
            registry.remove(present.pop(chance.randrange(len(present))))
        else:
            rep_id, customer_id = chance.choice(REPS), chance.choice([*CUSTOMERS, None])
            side = Sender.REP if customer_id is None else chance.choice(list(Sender))
            present.append(make_feed(side, rep_id, customer_id))
            registry.add(present[-1])
        for rep_id in REPS:
            mine = {feed for feed in present if feed.rep_id == rep_id}
            assert set(registry.of_rep(rep_id)) == {one for one in mine if one.side == Sender.REP}
            for customer_id in CUSTOMERS:
                wanted = {feed for feed in mine if feed.customer_id in (customer_id, None)}
                assert set(registry.of_pair(rep_id, customer_id)) == wanted
        assert set(registry) == set(present)
        assert len(registry) == len(present)
        assert set(registry.rep_ids()) == {f.rep_id for f in present if f.customer_id is None}
        pairs = {Pair(f.rep_id, f.customer_id) for f in present if f.customer_id is not None}
        assert set(registry.pairs()) == pairs
