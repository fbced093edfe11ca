"""Figures that are looked up when somebody asks for them, and cost nothing until then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from models import database
from services.cards import Cards
from services.chat.bus import Bus
from services.chat.delivery import Delivery
from services.chat.messages import Messages
from services.chat.timing import BusLag
from services.limits import Gate
from services.notices.opening import Notices


@dataclass(frozen=True)
class Watched(Collector):
    """Reads the state of what it is given; nothing in it grows with the number of sockets."""

    bus: Bus
    bus_lag: BusLag
    cards: Cards
    delivery: Delivery
    gate: Gate
    messages: Messages
    notices: Notices

    def collect(self) -> Iterator[Metric]:
        yield from self._queues()
        yield from self._bus()
        yield from self._sockets()
        yield from _pool()

    def _queues(self) -> Iterator[Metric]:
        lengths = {
            "messages": self.messages.waiting,
            "views": self.cards.waiting,
            "bus": self.bus.waiting,
            "catch_up": self.delivery.behind,
            "notices": self.notices.reps.waiting,
        }
        family = GaugeMetricFamily("zhuge_queue_length", "What waits", labels=["queue"])
        for queue, length in lengths.items():
            family.add_metric([queue], length)
        yield family

    def _bus(self) -> Iterator[Metric]:
        yield _gauge("zhuge_bus_whole", "Whether events come in", self.bus.is_whole)
        silence = self.bus_lag.silent_seconds
        yield _gauge("zhuge_bus_silent_seconds", "Since an own beat came back", silence)

    def _sockets(self) -> Iterator[Metric]:
        gate, presence = self.gate, self.delivery.presence
        yield _gauge("zhuge_connections_most", "Sockets that may be open", gate.most)
        yield _gauge("zhuge_waiting_calls", "Long polls that wait", gate.waiting)
        yield _gauge(
            "zhuge_feeds", "Registered sockets and long polls", len(self.delivery.registry)
        )
        yield _gauge("zhuge_presence_known", "Who is online, by all processes", presence.known)
        yield _gauge("zhuge_presence_processes", "Processes heard of", presence.processes)


def _pool() -> Iterator[Metric]:
    pool = database.pool_state()
    family = GaugeMetricFamily(
        "zhuge_database_connections", "Connections of the pool", labels=["state"]
    )
    for state, count in (("most", pool.most), ("open", pool.open), ("in_use", pool.in_use)):
        family.add_metric([state], count)
    yield family
    yield _gauge("zhuge_database_waiting", "Who waits for a connection", pool.waiting)
    yield CounterMetricFamily(
        "zhuge_database_borrowed", "Times that a connection was borrowed", value=pool.borrowed
    )
    yield CounterMetricFamily(
        "zhuge_database_wait_seconds", "Time spent waiting for one", value=pool.waited_seconds
    )


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
