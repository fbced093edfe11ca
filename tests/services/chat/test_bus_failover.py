"""The bus where one Redis takes over from another: it comes back and says what it has missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from redis.crc import key_slot

from services.chat import bus as buses
from services.chat.bus import REP_SECOND, Bus
from services.chat.channels import SHARDED_CHANNELS, spread_names
from services.errors import UpstreamAway
from services.installation import redis_prefix
from services.readiness import Readiness
from services.redis_clients import connect_redis
from services.wechat.tokens import RedisTokens
from tests import redis_sets, servers
from tests.redis_sets import SERVICE, RedisSet
from tests.services.chat.bus_ends import SECRET, TIMEOUT_SECONDS, TOPIC, Process, process
from tests.waiting import eventually

LONG = 60.0
REPS = range(SHARDED_CHANNELS)
"""One for each channel of a cluster."""


@pytest.fixture
def behind_sentinel(tmp_path: Path) -> Iterator[RedisSet]:
    """A master of the test's own with a replica behind a Sentinel."""
    with redis_sets.sentinel(tmp_path / "sentinel") as redises:
        yield redises


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RedisSet]:
    """A cluster of the test's own that can do without its first master."""
    with redis_sets.cluster(tmp_path / "cluster", has_replica=True, timeout_ms=1000) as redises:
        yield redises


@pytest.fixture(params=["behind_sentinel", "cluster"])
def redises(request: pytest.FixtureRequest) -> RedisSet:
    """Redises of which the first can be done without."""
    redises: RedisSet = request.getfixturevalue(request.param)
    return redises


async def publish(bus: Bus, number: int) -> None:
    """Publish the same number for every rep."""
    await bus.publish(TOPIC, [[number, rep] for rep in REPS], rep_of=REP_SECOND)


def numbers(one: Process, rep: int) -> list[int]:
    """What has come for a rep."""
    return [number for event in one.heard.events for number, of in event if of == rep]


def has_come(one: Process, number: int) -> bool:
    """Whether a number has come for every rep."""
    return all(number in numbers(one, rep) for rep in REPS)


async def one_comes(speaker: Process, listener: Process, wanted: Iterable[int]) -> bool:
    """Publish numbers until one comes: on a busy machine the new master may be away once more."""
    for number in wanted:
        await publish(speaker.bus, number)
        if await eventually(partial(has_come, listener, number), 1.0):
            return True
    return False


async def test_a_killed_master_is_a_gap_after_which_events_come_again(redises: RedisSet) -> None:
    async with process(redises.url) as speaker, process(redises.url) as listener:
        for number in range(10):
            await publish(speaker.bus, number)
        assert await eventually(lambda: has_come(listener, 9))
        redises.kill(0)
        assert await eventually(lambda: not listener.bus.is_whole)
        gaps = listener.heard.gaps
        await publish(speaker.bus, 10)
        assert await eventually(lambda: listener.bus.is_whole and speaker.bus.is_whole, LONG)
        assert listener.heard.gaps > gaps
        for number in range(11, 100):
            await publish(speaker.bus, number)
        assert await one_comes(speaker, listener, range(100, 130))
        for rep in REPS:
            assert numbers(listener, rep) == sorted(set(numbers(listener, rep)))


async def test_while_one_shard_is_away_the_bus_is_not_whole_and_the_others_go_on(
    db: None, tmp_path: Path
) -> None:
    with redis_sets.cluster(tmp_path / "cluster") as cluster:
        async with process(cluster.url) as one:
            cluster.kill(2)
            assert await eventually(lambda: not one.bus.is_whole)
            await publish(one.bus, 1)
            assert await eventually(
                lambda: len([rep for rep in REPS if numbers(one, rep)]) > 8, 20.0
            )
            assert not has_come(one, 1)
            assert (one.bus.is_whole, one.heard.gaps) == (False, 1)
            async with connect_redis(cluster.url, TIMEOUT_SECONDS) as client:
                causes = await Readiness(one.bus, client, tmp_path).check()
            assert causes["redis"] != "ok"


async def test_a_slot_that_moves_takes_its_channel_with_it(cluster: RedisSet) -> None:
    async with process(cluster.url) as one:
        slot = key_slot(spread_names(redis_prefix(SECRET))[0].encode())
        gaps = one.heard.gaps
        with cluster.client(1) as target, cluster.client(0) as source:
            name = target.execute_command("CLUSTER", "MYID").decode()
            for client in (target, source):
                client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", name)
        assert await eventually(lambda: one.bus.is_whole and one.heard.gaps > gaps, LONG)
        await publish(one.bus, 1)
        assert await eventually(lambda: has_come(one, 1))


async def test_a_master_that_the_sentinel_no_longer_names_is_left(
    behind_sentinel: RedisSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buses, "HEARTBEAT_SECONDS", 1.0)
    async with process(behind_sentinel.url) as one:
        gaps = one.heard.gaps
        # Both take events and answer, as when the old master was out of the Sentinel's sight.
        with behind_sentinel.client(1) as replica, behind_sentinel.watcher() as watcher:
            replica.replicaof("NO", "ONE")
            watcher.sentinel_remove(SERVICE)
            watcher.sentinel_monitor(SERVICE, "127.0.0.1", behind_sentinel.ports[1], 1)
            watcher.sentinel_set(SERVICE, "auth-pass", servers.PASSWORD)
            assert await eventually(lambda: one.heard.gaps > gaps, LONG)
            await publish(one.bus, 1)
            assert await eventually(lambda: has_come(one, 1))
            assert replica.pubsub_channels()


async def test_a_master_that_was_demoted_counts_as_away_until_the_new_one_is_found(
    behind_sentinel: RedisSet,
) -> None:
    async with connect_redis(behind_sentinel.url, TIMEOUT_SECONDS) as client:
        tokens = RedisTokens(client, "secret", timeout_seconds=TIMEOUT_SECONDS)
        await tokens.keep("甲", "一", 60)
        with behind_sentinel.client(0) as master, behind_sentinel.client(1) as replica:
            replica.replicaof("NO", "ONE")
            master.replicaof("127.0.0.1", behind_sentinel.ports[1])
        with pytest.raises(UpstreamAway):
            await tokens.keep("甲", "二", 60)


def test_channels_are_spread_evenly_over_the_slots() -> None:
    slots = [key_slot(name.encode()) for name in spread_names("zhuge:1")]
    assert [slot * SHARDED_CHANNELS // 16384 for slot in slots] == list(range(SHARDED_CHANNELS))
