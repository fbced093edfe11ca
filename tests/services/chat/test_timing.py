"""What is timed on its way over the bus, and what is not (services/chat/timing.py)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from services.chat.bus import LocalBus
from services.chat.timing import MOST_UNDER_WAY, BusLag, DeliveryTimes
from tests.figures import figure, read
from tests.services.chat.server_processes import callers, production, several
from tests.storage import Storage
from tests.waiting import eventually


class Times:
    """A histogram that nobody else writes."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        histogram = Histogram("seconds", "Seconds", registry=self._registry)
        self.observe = histogram.observe

    @property
    def count(self) -> float:
        """How many times were counted."""
        return read(generate_latest(self._registry).decode())["seconds_count", ()]


async def test_an_own_beat_is_timed_and_anothers_is_not() -> None:
    bus = LocalBus()
    own, others = Times(), Times()
    lag, other = BusLag(bus, own.observe), BusLag(bus, others.observe)
    silent = lag.silent_seconds
    await lag.beat()
    assert await eventually(lambda: own.count == 1)
    assert (others.count, other.silent_seconds >= silent) == (0, True)


async def test_a_commit_is_timed_once_and_only_where_it_happened() -> None:
    times = Times()
    here, elsewhere = DeliveryTimes(times.observe), DeliveryTimes(Times().observe)
    here.committed(7)
    assert elsewhere.take(7) is None
    committed_at = here.take(7)
    assert committed_at is not None
    here.written(committed_at)
    await asyncio.sleep(0)
    assert (here.take(7), times.count) == (None, 1)


def test_commits_whose_events_do_not_come_are_forgotten() -> None:
    times = DeliveryTimes(Times().observe)
    for number in range(MOST_UNDER_WAY + 1):
        times.committed(number)
    assert (times.take(0), times.take(MOST_UNDER_WAY) is None) == (None, False)


@pytest.mark.mariadb
async def test_each_of_several_processes_shows_its_own_lag(
    storage: Storage, tmp_path: Path
) -> None:
    async with (
        several(production(storage, tmp_path), 2) as processes,
        callers(processes) as apis,
    ):
        for api in apis:
            async with asyncio.timeout(20):
                while not await figure(api, "zhuge_bus_lag_seconds_count"):
                    pass
            assert await figure(api, "zhuge_bus_lag_seconds_sum") < 5
            assert await figure(api, "zhuge_bus_silent_seconds") < 10
            assert await figure(api, "zhuge_bus_whole") == 1
