"""Presence on one process and several: who is gone is told of, not too soon, and losses heal."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import weakref
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from models.chat import Sender
from models.customer_file import end_bond
from models.database import atomic, pool_state
from services.chat.bus import MOST_BACKOFF_SECONDS, Bus, LocalBus, RedisBus
from services.chat.feed import Feed, Sink
from services.chat.presence import Presence
from services.chat.registry import Registry
from services.redis_clients import connect_redis
from tests.factories import bind, make_customer, make_pair
from tests.logs import Log
from tests.services.chat.own_servers import OwnRedis
from tests.storage import Storage
from tests.waiting import eventually

SECRET = "secret"
TIMEOUT_SECONDS = 1.0
GRACE = 0.5
PATIENCE = 6.0
LONG = 15.0


@dataclass(eq=False)
class Page(Sink):
    """A connection that keeps what it is shown."""

    shown: list[tuple[int, bool]] = field(default_factory=list)

    def presence(self, rep_id: int, online: Mapping[int, bool]) -> None:
        self.shown += online.items()

    def has_seen(self, *shown: tuple[int, bool]) -> bool:
        """Whether exactly this has been shown; before who comes, that nobody was there yet."""
        seen = self.shown
        if shown[0][1]:
            seen = list(dropwhile(lambda one: not one[1], seen))
        return seen == list(shown)

    async def sees(self, *shown: tuple[int, bool]) -> bool:
        """Wait until exactly this has been shown."""
        return await eventually(lambda: self.has_seen(*shown), LONG)


@dataclass
class Process:
    """One process: its connections, and the bus on which it hears of the others'."""

    bus: Bus
    registry: Registry
    presence: Presence
    stack: contextlib.AsyncExitStack
    tasks: list[asyncio.Task[None]]

    def open(self, side: Sender, rep_id: int, customer_id: int | None, *known: int) -> Feed:
        """Register a connection; that of a rep for all its customers knows some."""
        feed = Feed(Page(), side, rep_id, customer_id, lambda *_: None)
        self.registry.add(feed)
        feed.start({}, {})
        self.presence.greet(feed, known if customer_id is None else [customer_id])
        return feed

    def open_customer(self, pair: tuple[Any, Any]) -> Feed:
        """Register the customer of a pair."""
        return self.open(Sender.CUSTOMER, pair[0].id, pair[1].id)

    def open_rep(self, pair: tuple[Any, Any]) -> Feed:
        """Register the rep of a pair for its customer."""
        return self.open(Sender.REP, pair[0].id, pair[1].id)

    def close(self, feed: Feed) -> None:
        """Close a connection."""
        feed.stop()
        self.registry.remove(feed)
        self.presence.note(feed)

    async def end(self) -> None:
        """Be killed."""
        for task in self.tasks:
            task.cancel()
        _, left = await asyncio.wait(self.tasks, timeout=LONG)
        assert not left, f"tasks go on that were cancelled: {left}"
        for task in [one for one in self.tasks if not one.cancelled()]:
            task.result()  # it has ended before, by a fault of its own
        await self.stack.aclose()


class Processes:
    """The processes of one test, on one Redis if there is one."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._all: list[Process] = []

    async def start(self, *, grace: float = GRACE, patience: float = PATIENCE) -> Process:
        """Start a process and wait until it hears the others."""
        stack = contextlib.AsyncExitStack()
        bus: Bus = LocalBus()
        if self._redis_url:
            client = await stack.enter_async_context(
                connect_redis(self._redis_url, TIMEOUT_SECONDS)
            )
            bus = RedisBus(client, SECRET)
        registry = Registry()
        presence = Presence(bus, registry, grace=grace, patience=patience)
        tasks = [asyncio.create_task(bus.run()), asyncio.create_task(presence.run())]
        process = Process(bus, registry, presence, stack, tasks)
        self._all.append(process)
        assert await eventually(lambda: bus.is_whole)
        return process

    async def end(self) -> None:
        """End them all."""
        for process in self._all:
            await process.end()


@pytest_asyncio.fixture
async def processes(db: None, storage: Storage) -> AsyncIterator[Processes]:
    """Processes on the test's database and Redis."""
    processes = Processes(storage.redis_url)
    yield processes
    await processes.end()


def page(feed: Feed) -> Page:
    """What a connection has been shown."""
    assert isinstance(feed.sink, Page)
    return feed.sink


async def online(process: Process, pair: tuple[Any, Any]) -> Page:
    """Open a rep's page with a customer that is online, and see that."""
    shown = page(process.open_rep(pair))
    assert await shown.sees((pair[1].id, True))
    return shown


async def test_who_registers_sees_at_once_that_the_other_side_is_online(
    processes: Processes,
) -> None:
    one, pair = await processes.start(), await make_pair()
    customer = page(one.open_customer(pair))
    rep = page(one.open_rep(pair))
    assert await customer.sees((pair[1].id, True))
    assert await rep.sees((pair[1].id, True))


async def test_who_registers_later_sees_that_the_other_side_is_offline(
    processes: Processes,
) -> None:
    one, pair = await processes.start(), await make_pair()
    customer, rep = page(one.open_customer(pair)), one.open_rep(pair)
    assert await customer.sees((pair[1].id, True))
    one.close(rep)
    assert await customer.sees((pair[1].id, True), (pair[1].id, False))
    assert await page(one.open_customer(pair)).sees((pair[1].id, False))


async def test_just_after_the_start_nobody_is_called_offline_before_the_grace_is_over(
    processes: Processes,
) -> None:
    pair, nobody = await make_pair(), await make_pair()
    one = await processes.start(grace=3.0)
    first = page(one.open_customer(pair))
    alone = page(one.open_customer(nobody))
    assert await page(one.open_rep(pair)).sees((pair[1].id, True))
    assert await alone.sees((nobody[1].id, False))
    assert first.shown == [(pair[1].id, True)]


async def test_who_comes_and_goes_while_no_time_passes_is_not_kept(db: None) -> None:
    bus, registry = LocalBus(), Registry()
    presence = Presence(bus, registry)  # as of a process that starts without Redis
    process = Process(bus, registry, presence, contextlib.AsyncExitStack(), [])
    feed = process.open(Sender.CUSTOMER, 1, 2)
    gone = weakref.ref(feed.sink)
    process.close(feed)
    del feed
    gc.collect()
    assert gone() is None


async def test_who_is_back_within_the_grace_was_never_gone(processes: Processes) -> None:
    one, pair, other = await processes.start(grace=2.0), await make_pair(), await make_pair()
    customer = one.open_customer(pair)
    rep = await online(one, pair)
    one.close(customer)
    one.open_customer(other)
    await online(one, other)  # what was said before it has been heard
    one.open_customer(pair)
    third = await make_pair()
    one.open_customer(third)
    await online(one, third)
    assert rep.has_seen((pair[1].id, True))


async def test_a_principal_is_online_until_its_last_device_has_gone(processes: Processes) -> None:
    one, pair = await processes.start(), await make_pair()
    devices = [one.open_customer(pair) for _ in range(2)]
    rep = await online(one, pair)
    one.close(devices[0])
    other = await make_customer(pair[0].company)
    await bind(pair[0], other)
    watch = page(one.open(Sender.REP, pair[0].id, None, other.id))
    one.close(one.open(Sender.CUSTOMER, pair[0].id, other.id))
    leaver = one.open(Sender.CUSTOMER, pair[0].id, other.id)
    assert await watch.sees((other.id, True))
    one.close(leaver)
    assert await watch.sees((other.id, True), (other.id, False))
    assert rep.has_seen((pair[1].id, True))
    one.close(devices[1])
    assert await rep.sees((pair[1].id, True), (pair[1].id, False))


async def test_a_rep_for_all_is_told_who_is_online_and_nothing_of_the_others(
    processes: Processes,
) -> None:
    one, pair = await processes.start(), await make_pair()
    rep, here = pair
    gone = await make_customer(rep.company)
    await bind(rep, gone)
    one.open_customer(pair)
    await online(one, pair)
    watch = page(one.open(Sender.REP, rep.id, None, here.id, gone.id))
    assert await watch.sees((here.id, True))


async def test_nobody_learns_of_a_pair_that_is_not_its_own(processes: Processes) -> None:
    one, pair, other = await processes.start(), await make_pair(), await make_pair()
    await bind(other[0], pair[1])
    watch = page(one.open(Sender.REP, other[0].id, None, pair[1].id, other[1].id))
    alone = page(one.open(Sender.CUSTOMER, pair[0].id, pair[1].id))
    rep = await online(one, pair)
    one.open_customer(other)
    assert await watch.sees((other[1].id, True))
    assert await alone.sees((pair[1].id, True))
    assert rep.has_seen((pair[1].id, True))


async def test_nothing_of_a_pair_is_shown_after_its_bond_has_ended(processes: Processes) -> None:
    one, pair = await processes.start(), await make_pair()
    rep = pair[0]
    other = await make_customer(rep.company)
    await bind(rep, other)
    customers = [one.open_customer(pair), one.open(Sender.CUSTOMER, rep.id, other.id)]
    both = [pair[1].id, other.id]
    watch = page(one.open(Sender.REP, rep.id, None, *both))
    assert await eventually(lambda: len(watch.shown) == 2)
    await end_bond(*(each.id for each in pair))
    for customer in customers:
        one.close(customer)
    assert await watch.sees(*((number, True) for number in both), (other.id, False))
    assert await page(one.open_rep((rep, other))).sees((other.id, False))
    assert page(one.open_rep(pair)).shown == []


async def test_who_comes_while_the_database_is_asked_is_shown_once(processes: Processes) -> None:
    one, pair, other = await processes.start(), await make_pair(), await make_pair()
    assert await page(one.open_rep(other)).sees((other[1].id, False))
    known = one.presence.known
    async with atomic():  # the only connection
        rep = page(one.open_rep(pair))
        assert await eventually(lambda: pool_state().waiting)
        one.open_customer(pair)
        assert await eventually(lambda: one.presence.known == known + 2)
    one.open_customer(other)
    await online(one, other)
    assert rep.shown == [(pair[1].id, True)]


@pytest.mark.mariadb
async def test_the_sides_see_each_other_on_two_processes(processes: Processes) -> None:
    one, other = await processes.start(), await processes.start()
    pair = await make_pair()
    customer, rep = one.open_customer(pair), other.open_rep(pair)
    for feed in (customer, rep):
        assert await page(feed).sees((pair[1].id, True))
    other.close(rep)
    assert await page(customer).sees((pair[1].id, True), (pair[1].id, False))


@pytest.mark.mariadb
async def test_who_moves_to_another_process_was_never_gone(processes: Processes) -> None:
    one, other = await processes.start(grace=2.0), await processes.start(grace=2.0)
    pair, third = await make_pair(), await make_pair()
    customer = one.open_customer(pair)
    rep = await online(other, pair)
    one.close(customer)
    other.open_customer(pair)
    one.open_customer(third)
    await online(other, third)
    assert rep.has_seen((pair[1].id, True))


@pytest.mark.mariadb
async def test_those_of_a_killed_process_go_offline_when_it_has_been_silent_for_long(
    processes: Processes,
) -> None:
    one, other = [await processes.start(patience=3.0) for _ in range(2)]
    pair = await make_pair()
    one.open_customer(pair)
    rep = await online(other, pair)
    await one.end()
    assert await rep.sees((pair[1].id, True), (pair[1].id, False))


@pytest.mark.mariadb
async def test_those_of_a_process_that_stops_go_offline_after_the_grace(
    processes: Processes,
) -> None:
    # Nobody waits for as long as for a killed one.
    one, other = [await processes.start(patience=3600.0) for _ in range(2)]
    pair = await make_pair()
    one.open_customer(pair)
    rep = await online(other, pair)
    await one.presence.leave()
    await one.end()
    assert await rep.sees((pair[1].id, True), (pair[1].id, False))


@pytest.mark.mariadb
async def test_a_process_that_starts_learns_who_is_online(processes: Processes) -> None:
    one, pair = await processes.start(patience=3600.0), await make_pair()
    one.open_customer(pair)
    await online(one, pair)
    await online(await processes.start(patience=3600.0), pair)


@pytest.fixture
def own_redis(tmp_path: Path) -> Any:
    """A Redis that runs, and may be stopped."""
    redis = OwnRedis(tmp_path / "redis")
    redis.start()
    yield redis
    redis.stop()


@pytest_asyncio.fixture
async def apart(db: None, own_redis: OwnRedis) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes on a Redis of their own."""
    processes = Processes(own_redis.url)
    yield await processes.start(), await processes.start()
    await processes.end()


async def test_a_change_that_the_bus_has_lost_is_made_up_for(
    own_redis: OwnRedis, apart: tuple[Process, Process], log: Log
) -> None:
    one, other = apart
    pair, second = await make_pair(), await make_pair()
    customer = one.open_customer(pair)
    rep = await online(other, pair)
    later = page(other.open_rep(second))
    assert await later.sees((second[1].id, False))
    own_redis.refuse_publishing()
    one.close(customer)
    one.open_customer(second)
    assert await eventually(lambda: log.named("event dropped"))
    own_redis.allow_publishing()
    assert await rep.sees((pair[1].id, True), (pair[1].id, False))
    assert await later.sees((second[1].id, True))


async def test_while_redis_is_away_everybody_stays_as_they_were(
    own_redis: OwnRedis, db: None
) -> None:
    # The one that finds Redis again first must outwait the longest pause of the other.
    patience = MOST_BACKOFF_SECONDS + 2
    processes = Processes(own_redis.url)
    one, other = [await processes.start(patience=patience) for _ in range(2)]
    pair, second = await make_pair(), await make_pair()
    customer = one.open_customer(pair)
    one.open_customer(second)
    reps = [await online(other, each) for each in (pair, second)]
    own_redis.stop()
    assert await eventually(lambda: not (one.bus.is_whole or other.bus.is_whole))
    one.close(customer)
    assert not await eventually(
        lambda: not reps[1].has_seen((second[1].id, True)), patience + GRACE
    )
    own_redis.start()
    assert await reps[0].sees((pair[1].id, True), (pair[1].id, False))
    assert reps[1].has_seen((second[1].id, True))
    await processes.end()
