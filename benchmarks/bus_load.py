"""The bus alone: what hearing an event costs a process, and how many events one Redis carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import ujson
import uvloop
from redis import Redis

from benchmarks import counters, targets
from benchmarks.client import HOST
from benchmarks.measure import cpu_seconds
from benchmarks.targets import Backend
from models.base import now, to_ms
from models.chat import Sender
from services.chat import messages
from services.chat.bus import REP_SECOND, RedisBus
from services.redis_clients import connect_redis
from tests import redis_sets

SECRET: Final = "benchmarks"
BATCHES: Final = (1, 8, 64)
SUBSCRIBERS: Final = (1, 4, 16)
CARRIED_BATCH: Final = 8
TIMEOUT_SECONDS: Final = 5.0
ONE, CLUSTER = "one", "cluster"

Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a batch of messages costs on the bus, in microseconds of CPU.

    Args:
        kind: of the Redis.
        batch: how many messages, each of another rep.
        publishing: of a process that publishes and hears it.
        hearing: of a server process that has none of the reps.
        redis: of all Redises together, which two processes hear.
    """

    kind: str
    batch: int
    publishing: float
    hearing: float
    redis: float


@dataclass(frozen=True, slots=True)
class Carried:
    """What a Redis carried when so many processes published as fast as they are answered.

    Args:
        size: of an event in bytes.
        micros: of Redis's CPU for an event.
        cores: of CPU that Redis used.
    """

    subscribers: int
    size: int
    per_second: float
    micros: float
    cores: float


def hear(behind: Backend, directory: Path, seconds: float) -> Iterator[Heard]:
    """Publish batches of messages that concern nobody, on one Redis and on a cluster of three."""
    pids = [behind.pids["redis"]]
    yield from _hear(behind, ONE, behind.redis_url, pids, seconds)
    with redis_sets.cluster(directory / "cluster") as nodes:
        pids = []
        for number in range(len(nodes.ports)):
            with nodes.client(number) as client:
                pids.append(client.info("server")["process_id"])
        yield from _hear(behind, CLUSTER, nodes.url, pids, seconds)


def _hear(
    behind: Backend, kind: str, url: str, redis_pids: list[int], seconds: float
) -> Iterator[Heard]:
    told = {"ZHUGE_REDIS_URL": url, "ZHUGE_SECRET_KEY": SECRET}
    with targets.real_server(behind, told) as target:
        for batch in BATCHES:
            rows = _rows(batch)
            taken = _Taken((target.pid, *redis_pids))
            uvloop.run(_tell_for(url, rows, seconds, taken))
            server, *redises = taken.others
            yield Heard(kind, batch, taken.own, server, sum(redises))


class _Taken:
    """How much CPU a batch takes of this process and of others, without what they take idle.

    Args:
        pids: the others.
    """

    def __init__(self, pids: Sequence[int]) -> None:
        self.own = 0.0
        self.others: list[float] = []
        self._pids = pids
        self._idle: list[float] = []

    async def idle(self, seconds: float) -> None:
        """Look on while nothing is published."""
        before = self._read()
        await asyncio.sleep(seconds)
        self._idle = [used / seconds for used in self._used_since(before)]

    async def busy(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Look on while one batch follows another for so long."""
        count, started, own, before = 0, time.perf_counter(), time.process_time(), self._read()
        while time.perf_counter() - started < seconds:
            await work()
            count += 1
        self.own = (time.process_time() - own) / count * 1e6
        passed = time.perf_counter() - started
        used = zip(self._used_since(before), self._idle, strict=True)
        self.others = [(cpu - idle * passed) / count * 1e6 for cpu, idle in used]

    def _read(self) -> list[float]:
        return [cpu_seconds(pid) for pid in self._pids]

    def _used_since(self, before: list[float]) -> list[float]:
        return [now - then for now, then in zip(self._read(), before, strict=True)]


async def _tell_for(url: str, rows: Rows, seconds: float, taken: _Taken) -> None:
    """Publish a batch as the server does, wait until it is heard, and publish the next."""
    async with _bus(url) as bus:
        await taken.idle(seconds / 2)
        heard = asyncio.Event()
        missing = 0

        def take(data: Any) -> None:
            nonlocal missing
            missing -= len(messages.from_event(data))
            if missing == 0:
                heard.set()

        bus.listen(messages.SENT, take)

        async def tell() -> None:
            nonlocal missing
            missing = len(rows)
            heard.clear()
            await bus.publish(messages.SENT, rows, rep_of=REP_SECOND)
            await asyncio.wait_for(heard.wait(), TIMEOUT_SECONDS)

        await taken.busy(tell, seconds)


@asynccontextmanager
async def _bus(url: str) -> AsyncIterator[RedisBus]:
    async with connect_redis(url, TIMEOUT_SECONDS) as client:
        bus = RedisBus(client, SECRET)
        subscribed = asyncio.Event()
        bus.on_gap(lambda: subscribed.set() if bus.is_whole else None)
        running = asyncio.create_task(bus.run())
        try:
            await asyncio.wait_for(subscribed.wait(), TIMEOUT_SECONDS)
            yield bus
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def carry(behind: Backend, seconds: float) -> Iterator[Carried]:
    """Let as many publish as subscribe, each as soon as its last event is taken."""
    port = int(behind.redis_url.rpartition(":")[2].partition("/")[0])
    event = ujson.dumps([(messages.SENT, _rows(CARRIED_BATCH))]).encode()
    for count in SUBSCRIBERS:
        yield uvloop.run(_carry(port, behind.redis_url, event, count, seconds))


async def _carry(port: int, url: str, event: bytes, count: int, seconds: float) -> Carried:
    loop = asyncio.get_running_loop()
    publish = _command(b"PUBLISH", b"carried", event)
    subscribers: list[_Subscriber] = []
    publishers: list[_Publisher] = []
    for _ in range(count):
        _, subscriber = await loop.create_connection(_Subscriber, HOST, port)
        subscribers.append(subscriber)
    for _ in range(count):
        _, publisher = await loop.create_connection(lambda: _Publisher(publish), HOST, port)
        publishers.append(publisher)
    with Redis.from_url(url) as redis:
        before, cpu_before = counters.read(url, "")["events"], _cpu(redis)
        started = time.perf_counter()
        for publisher in publishers:
            publisher.publish()
        await asyncio.sleep(seconds)
        passed = time.perf_counter() - started
        events, cpu = counters.read(url, "")["events"] - before, _cpu(redis) - cpu_before
    for end in (*publishers, *subscribers):
        end.close()
    return Carried(count, len(event), events / passed, cpu / events * 1e6, cpu / passed)


def _cpu(redis: Redis) -> float:
    used = redis.info("cpu")
    seconds: float = used["used_cpu_user"] + used["used_cpu_sys"]
    return seconds


class _End(asyncio.Protocol):
    """A connection to Redis with next to nothing in it."""

    _transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def close(self) -> None:
        """Close without ceremony."""
        self._transport.close()


class _Subscriber(_End):
    """Takes events and does nothing with them: Redis is measured, not whoever hears."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._transport.write(_command(b"SUBSCRIBE", b"carried"))


class _Publisher(_End):
    """Publishes one event after another; Redis answers each with one line."""

    def __init__(self, command: bytes) -> None:
        self._command = command

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\n"):
            self.publish()

    def publish(self) -> None:
        """Publish the next one."""
        self._transport.write(self._command)


def _command(*words: bytes) -> bytes:
    parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(parts)


def _rows(count: int) -> Rows:
    """Make up the rows of an event: messages like those of the chat load, each of another rep."""
    content = {"info_type": 1, "msg": "1 您好,请问这个产品怎么卖?有优惠吗?"}
    text = ujson.dumps(content, ensure_ascii=False)
    return [
        [
            *(number, 1_000_000 + number, 1_000_000 + number, 1, int(Sender.CUSTOMER)),
            *(text, to_ms(now()), f"/statics/zhugeleida/imgs/bench/{number}.jpg"),
            *(f"客户{number}", f"https://wx.qlogo.cn/mmopen/bench/{number}/132"),
        ]
        for number in range(count)
    ]
