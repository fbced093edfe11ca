"""The bus: in order, to everybody, and honest about what it has lost (services/chat/bus.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.chat.bus import MOST_EVENTS, REP_SECOND
from tests.logs import Log
from tests.redis_sets import url_of
from tests.services.chat.bus_ends import TOPIC, Process, process
from tests.services.chat.own_servers import OwnRedis
from tests.waiting import eventually

LONG = 15.0
STEPS = 12


def has(events: Sequence[Any], count: int) -> bool:
    """Whether so many events have come."""
    return len(events) == count


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis that does not run yet."""
    redis = OwnRedis(tmp_path / "redis")
    yield redis
    redis.stop()


@pytest.fixture(params=["local", "redis", "sentinel", "cluster"])
def url(request: pytest.FixtureRequest) -> str:
    """Where each kind of bus is; that of one process is nowhere."""
    if request.param == "local":
        return ""
    return url_of(request, request.param)


async def test_what_is_published_comes_back_in_order(url: str) -> None:
    async with process(url) as one:
        for number in range(100):
            await one.bus.publish(TOPIC, number)
        assert await one.until(*range(100))


@pytest.mark.parametrize("data", [None, 1, "甲 👋", [1, [2, "三"]], {"a": {"b": None}}])
async def test_data_come_as_they_were(url: str, data: object) -> None:
    async with process(url) as one:
        await one.bus.publish(TOPIC, data)
        assert await one.until(data)


async def test_topics_are_apart(url: str) -> None:
    async with process(url) as one:
        await one.bus.publish("other", 1)
        await one.bus.publish(TOPIC, 2)
        assert await one.until(2)


async def test_all_listeners_of_a_topic_are_told(url: str) -> None:
    async with process(url) as one:
        second: list[Any] = []
        one.bus.listen(TOPIC, second.append)
        await one.bus.publish(TOPIC, 1)
        assert await one.until(1)
        assert second == [1]


async def test_publishing_does_not_wait_for_listeners(url: str) -> None:
    async with process(url) as one:
        await one.bus.publish(TOPIC, 1)
        assert url or one.heard.events == []
        assert await one.until(1)


async def test_every_process_hears_every_publisher_in_its_order(shared_url: str) -> None:
    async with process(shared_url) as one, process(shared_url) as other:

        async def talk(speaker: Process, name: str) -> None:
            for number in range(50):
                await speaker.bus.publish(TOPIC, [name, number])

        await asyncio.gather(talk(one, "甲"), talk(other, "乙"))
        for listener in (one, other):
            events = listener.heard.events
            assert await eventually(partial(has, events, 100))
            for name in "甲乙":
                assert [number for who, number in events if who == name] == list(range(50))


async def test_what_concerns_one_rep_stays_in_order_whatever_its_topic(url: str) -> None:
    reps = range(1, 41)
    async with process(url) as one:
        heard: list[Any] = []
        for topic in ("甲", "乙"):
            one.bus.listen(topic, heard.extend)
        for number in range(20):
            rows = [[number, rep] for rep in reps]
            await one.bus.publish("甲乙"[number % 2], rows, rep_of=REP_SECOND)
        assert await eventually(partial(has, heard, 20 * len(reps)))
        for rep in reps:
            assert [number for number, of in heard if of == rep] == list(range(20))


async def test_a_gap_is_told_when_it_connects(shared_url: str) -> None:
    async with process(shared_url) as one:
        assert one.heard.gaps == 1


async def test_the_bus_of_one_process_is_whole_without_any_gap() -> None:
    async with process("") as one:
        assert (one.bus.is_whole, one.heard.gaps) == (True, 0)


async def test_a_redis_that_is_down_at_the_start_is_waited_for(own_redis: OwnRedis) -> None:
    async with process(own_redis.url, is_connected=False) as one:
        assert not one.bus.is_whole
        own_redis.start()
        assert await eventually(lambda: one.bus.is_whole, LONG)
        await one.bus.publish(TOPIC, 1)
        assert await one.until(1)


async def test_what_is_published_while_redis_is_down_is_dropped_and_logged(
    own_redis: OwnRedis, log: Log
) -> None:
    async with process(own_redis.url, is_connected=False) as one:
        await one.bus.publish(TOPIC, 1)
        assert await eventually(lambda: log.named("event dropped"))
        assert [event["topics"] for event in log.named("event dropped")] == [[TOPIC]]


async def test_nobody_who_publishes_waits_for_a_redis_that_hangs(own_redis: OwnRedis) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        with own_redis.held():
            for number in range(5):
                await asyncio.wait_for(one.bus.publish(TOPIC, number), timeout=0.1)
        assert await eventually(lambda: one.heard.events == [0, 1, 2, 3, 4], LONG)


async def test_the_loss_of_redis_is_noticed_and_logged_once(own_redis: OwnRedis, log: Log) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        own_redis.stop()
        assert await eventually(lambda: not one.bus.is_whole)
        own_redis.start()
        assert await eventually(lambda: one.bus.is_whole, LONG)
        assert len(log.named("bus lost")) == 1


async def test_a_gap_is_told_when_redis_has_come_back(own_redis: OwnRedis) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        own_redis.stop()
        await one.bus.publish(TOPIC, "lost")
        own_redis.start()
        assert await eventually(lambda: one.heard.gaps == 2, LONG)
        await one.bus.publish(TOPIC, "heard")
        assert await one.until("heard")


async def test_redis_may_come_and_go_as_often_as_it_likes(own_redis: OwnRedis) -> None:
    async with process(own_redis.url, is_connected=False) as one:
        for number in range(3):
            own_redis.start()
            assert await eventually(lambda: one.bus.is_whole, LONG)
            await one.bus.publish(TOPIC, number)
            assert await one.until(*range(number + 1))
            own_redis.stop()
            assert await eventually(lambda: not one.bus.is_whole)
        assert one.heard.gaps == 3


async def test_a_gap_is_told_when_its_connection_alone_was_cut(own_redis: OwnRedis) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        own_redis.kill_clients("pubsub")
        assert await eventually(lambda: one.heard.gaps == 2, LONG)
        await one.bus.publish(TOPIC, "heard")
        assert await one.until("heard")


async def test_a_publisher_whose_connection_was_cut_loses_one_event_at_the_most(
    own_redis: OwnRedis,
) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        await one.bus.publish(TOPIC, 1)
        own_redis.kill_clients("normal")
        for number in (2, 3):
            await one.bus.publish(TOPIC, number)
        assert await eventually(lambda: one.heard.events[-1:] == [3])


async def test_what_is_no_event_is_passed_over(own_redis: OwnRedis, log: Log) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        for text in ("{", "1", "[1]", '["topic"]', '[["topic"]]', "null"):
            own_redis.say(text)
        await one.bus.publish(TOPIC, 1)
        assert await eventually(lambda: one.heard.events == [1] or one.task.done())
        assert not one.task.done(), one.task
        assert len(log.named("not an event")) == 6


@pytest.mark.parametrize("kind", ["local", "redis"])
async def test_a_listener_that_fails_does_not_end_the_bus(
    own_redis: OwnRedis, log: Log, kind: str
) -> None:
    def fail(_: Any) -> None:
        raise ValueError

    if kind == "redis":
        own_redis.start()
    async with process(own_redis.url if kind == "redis" else "") as one:
        one.bus.listen("broken", fail)
        await one.bus.publish("broken", 1)
        await one.bus.publish(TOPIC, 1)
        assert await eventually(lambda: one.heard.events == [1] or one.task.done())
        assert one.heard.events == [1]
    assert len(log.take("fault")) == 1


async def test_a_bus_stops_when_it_is_told_to(url: str) -> None:
    async with process(url) as one:
        await one.bus.publish(TOPIC, 1)
        one.task.cancel()
        _, pending = await asyncio.wait([one.task], timeout=5)
        assert not pending


async def test_the_last_words_of_a_bus_that_stops_are_heard_once_and_in_order(
    shared_url: str,
) -> None:
    async with process(shared_url) as listener:
        last = 0
        for turns in range(STEPS):
            async with process(shared_url) as one:
                for number in (last + 1, last + 2):
                    await one.bus.publish(TOPIC, number)
                    for _ in range(turns):
                        await asyncio.sleep(0)
                last += 2
        assert await listener.until(*range(1, last + 1))


async def test_a_bus_that_looks_for_its_redis_stops_when_it_is_told_to(
    own_redis: OwnRedis,
) -> None:
    async with process(own_redis.url, is_connected=False) as one:
        await one.bus.publish(TOPIC, 1)
        one.task.cancel()
        _, pending = await asyncio.wait([one.task], timeout=5)
        assert not pending


async def test_a_bus_stops_soon_whatever_waits_for_a_redis_that_hangs(own_redis: OwnRedis) -> None:
    own_redis.start()
    async with process(own_redis.url) as one:
        with own_redis.held():
            for number in range(30 * MOST_EVENTS):
                await one.bus.publish(TOPIC, number)
            one.task.cancel()
            _, pending = await asyncio.wait([one.task], timeout=5)
            assert not pending
