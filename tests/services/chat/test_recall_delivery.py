"""Recalls reach the feeds of a process whatever becomes of the events (services/chat)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from models.base import now, to_ms
from models.chat import Pair, Sender
from models.customer_file import end_bond
from models.database import execute, fetch_all
from services.chat import recall_delivery
from services.chat.bus import LocalBus
from services.chat.delivery import Delivery
from services.chat.feed import Feed, Sink
from services.chat.messages import Draft, Message, Sent, store
from services.chat.reading import Reading
from services.chat.recall_delivery import RecallDelivery
from services.chat.recalls import RECALLED, Recalled, Recalls
from services.chat.registry import Registry
from services.metrics import Metrics
from services.retention import drop_messages
from services.sessions import Sessions
from tests.factories import make_pair
from tests.services.chat.talk import content
from tests.waiting import eventually


class Told(Sink):
    """The ids of what a client was told to be recalled."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def recall(self, recalled: Recalled) -> None:
        self.ids.append(recalled.message_id)


@pytest_asyncio.fixture
async def pair(db: None) -> AsyncIterator[Pair]:
    """A rep and a customer of it."""
    rep, customer = await make_pair()
    yield Pair(rep.id, customer.id)


class Process:
    """What one process has: a bus, a client of each of some pairs, and what takes them recalls."""

    def __init__(self, *pairs: Pair) -> None:
        self.bus, registry = LocalBus(), Registry()
        self.delivery = RecallDelivery(self.bus, registry)
        self.clients: list[Told] = []
        for pair in pairs:
            client = Told()
            feed = Feed(client, Sender.CUSTOMER, *pair, lambda *_: None)
            feed.start({}, {})
            registry.add(feed)
            self.clients.append(client)


async def said(pair: Pair, count: int = 1) -> list[Message]:
    """Have the rep say something."""
    found = await store([Draft(pair, Sender.REP, content("秘密")) for _ in range(count)])
    return [one.message for one in found if isinstance(one, Sent) and one.message]


async def recall(*said: Message, bus: LocalBus | None = None) -> None:
    """Recall messages; without a bus nobody hears of it."""
    for one in said:
        pair = Pair(one.rep_id, one.customer_id)
        await Recalls(bus or LocalBus()).recall(Sender.REP, pair, one.id)


@pytest.mark.both
async def test_a_lost_event_is_found_once_however_often_is_swept(pair: Pair) -> None:
    process = Process(pair)
    (message,) = await said(pair)
    await recall(message)
    for _ in range(3):
        await process.delivery.sweep()
    assert process.clients[0].ids == [message.id]


@pytest.mark.both
async def test_more_than_a_page_is_swept_in_order(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall_delivery, "PAGE", 2)
    process = Process(pair)
    found = await said(pair, 5)
    await recall(*found)
    await execute("UPDATE recall SET recalled_at = %s", (to_ms(now()),))
    await process.delivery.sweep()
    assert process.clients[0].ids == [one.id for one in found]


async def test_what_was_told_by_an_event_is_not_swept_again(pair: Pair) -> None:
    process = Process(pair)
    (message,) = await said(pair)
    process.bus.deliver(RECALLED, [[message.id, message.seq, *pair, 1]])
    await recall(message)
    await process.delivery.sweep()
    assert process.clients[0].ids == [message.id]


async def test_a_sweep_that_failed_is_made_up_for_by_the_next(pair: Pair) -> None:
    process = Process(pair)
    (message,) = await said(pair)
    await recall(message)
    await execute("ALTER TABLE recall RENAME TO recall_gone")
    with pytest.raises(Exception, match="recall"):
        await process.delivery.sweep()
    await execute("ALTER TABLE recall_gone RENAME TO recall")
    await process.delivery.sweep()
    assert process.clients[0].ids == [message.id]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_jumps_hides_no_recall(
    pair: Pair, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(pair)
    await process.delivery.sweep()
    moment = now() + timedelta(hours=hours)
    (message,) = await said(pair)
    monkeypatch.setattr(recall_delivery, "now", lambda: moment)
    await recall(message)
    await execute("UPDATE recall SET recalled_at = %s", (to_ms(moment),))
    await process.delivery.sweep()
    assert process.clients[0].ids == [message.id]


@pytest.mark.both
async def test_recalls_at_once_are_one_event(pair: Pair) -> None:
    bus, events = LocalBus(), list[object]()
    bus.listen(RECALLED, events.append)
    (message,) = await said(pair)
    await asyncio.gather(*(recall(message, bus=bus) for _ in range(8)))
    await recall(message, bus=bus)
    assert await eventually(lambda: events)
    assert events == [[[message.id, *pair, 1, 1]]]


async def test_only_the_pair_is_told(pair: Pair) -> None:
    rep, customer = await make_pair()
    process = Process(pair, Pair(rep.id, customer.id))
    (message,) = await said(pair)
    await recall(message)
    await process.delivery.sweep()
    assert [one.ids for one in process.clients] == [[message.id], []]


async def test_a_message_that_comes_behind_its_recall_is_shown_as_recalled(pair: Pair) -> None:
    process = Process(pair)
    first, second = await said(pair, 2)
    process.bus.deliver(RECALLED, [[first.id, first.seq, *pair, 1]])
    assert "is_recalled" in process.delivery.shown(first).content
    assert process.delivery.shown(second) is second
    assert "秘密" not in process.delivery.shown(first).content


@pytest.mark.both
async def test_a_message_that_gets_the_id_of_one_that_is_gone_is_not_recalled(pair: Pair) -> None:
    process = Process(pair)
    (gone,) = await said(pair)
    await recall(gone, bus=process.bus)
    assert await eventually(lambda: process.clients[0].ids == [gone.id])
    ((conversation_id,),) = await fetch_all("SELECT id FROM conversation")
    await drop_messages(conversation_id, None, 10)
    for one in (pair, Pair(*(one.id for one in await make_pair()))):
        (message,) = await said(one)
        assert process.delivery.shown(message) is message


async def test_who_comes_back_after_the_bond_has_ended_is_told_what_it_missed(pair: Pair) -> None:
    bus = LocalBus()
    sessions = Sessions(bus, window_seconds=0, ttl_days=1)
    delivery = Delivery(bus, sessions, Reading(bus), catch_up_limit=10, metrics=Metrics())
    (message,) = await said(pair)
    await recall(message)
    await end_bond(*pair)
    feed = delivery.feed(Told(), Sender.REP, pair.rep_id, None)
    joined = await delivery.place(feed, {pair.customer_id: message.seq})
    delivery.drop(feed)
    assert [one.message_id for one in joined.recalled] == [message.id]
    assert joined.last == {}


async def test_many_pairs_are_looked_at_in_statements_that_sqlite_takes(pair: Pair) -> None:
    found = await said(pair, 3)
    await recall(*found)
    seqs = {Pair(pair.rep_id, number): 1 for number in range(10**6, 10**6 + 1000)}
    delivery = Process().delivery
    missed = await delivery.missed({**seqs, pair: 2}, 10)
    assert sorted(one.seq for one in missed) == [1, 2]
    assert len(await delivery.missed({pair: 3}, 2)) == 2
    assert await delivery.missed({pair: 0}, 10) == []
    assert await delivery.missed({}, 10) == []
