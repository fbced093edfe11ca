"""The bus: tells every process what has happened. The database is the truth; the bus only wakes.

An event may get lost while Redis is away. Whoever listens therefore also listens for ``on_gap`` and
then reads from the database what it may have missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final, Protocol

import structlog
import ujson
from redis.asyncio.client import PubSub
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from services.chat.channels import Channels, channels_of
from services.installation import redis_prefix
from services.redis_clients import RedisAway, RedisClient, asked

HEARTBEAT_SECONDS: Final = 5.0
MOST_BACKOFF_SECONDS: Final = 5.0
MOST_WAITING: Final = 10_000
MOST_EVENTS: Final = 100
GATHERING_SECONDS: Final = 1.0
LAST_SECONDS: Final = 1.0
"""How long a bus that stops goes on sending: a Redis that hangs must not keep the process."""

_log = structlog.get_logger("bus")

Listener = Callable[[Any], None]
RepOf = Callable[[Any], int]

REP_SECOND: Final[RepOf] = itemgetter(1)
"""For events whose items say whose rep's they are in the second place."""


class Bus(Protocol):
    """Publishes events to every process, this one included, in the order of each publisher."""

    @property
    def is_whole(self) -> bool:
        """Whether events reach this process at present."""

    @property
    def waiting(self) -> int:
        """How many events have not been sent yet."""

    def listen(self, topic: str, listener: Listener) -> None:
        """Call ``listener`` with the data of every event of a topic."""

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever events may have been missed and come again from now on."""

    async def publish(self, topic: str, data: Any, *, rep_of: RepOf | None = None) -> None:
        """Tell every process soon; a bus that is away drops the event and says so in the log.

        Args:
            rep_of: tells of an item of ``data``, which then is a list, whose rep's it is. The list
                may arrive in parts; what concerns one rep stays in order, whatever its topic.
                Without it the order is that of all such events.
        """

    async def run(self) -> None:
        """Receive events until cancelled."""


class _Listeners:
    """Who listens for what."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._gap_listeners: list[Callable[[], None]] = []

    def listen(self, topic: str, listener: Listener) -> None:
        self._listeners[topic].append(listener)

    def on_gap(self, listener: Callable[[], None]) -> None:
        self._gap_listeners.append(listener)

    def deliver(self, topic: str, data: Any) -> None:
        for listener in self._listeners[topic]:
            try:
                listener(data)
            except Exception:  # noqa: BLE001 - its fault is not the bus's, nor the next listener's
                _log.exception("fault", topic=topic)

    def deliver_gap(self) -> None:
        for listener in self._gap_listeners:
            listener()


class LocalBus(_Listeners):
    """The bus of a single process: the loop itself."""

    is_whole = True
    waiting = 0

    async def publish(self, topic: str, data: Any, *, rep_of: RepOf | None = None) -> None:
        asyncio.get_running_loop().call_soon(self.deliver, topic, data)

    async def run(self) -> None:
        """Nothing has to be received."""


class RedisBus(_Listeners):
    """The bus of several processes: one Redis channel, or several on the shards of a cluster.

    Args:
        client: as ``opened_redis`` makes it.
        secret: the installation's secret; it names the channels, so that installations which share
            a Redis do not hear each other.
    """

    def __init__(self, client: RedisClient, secret: str) -> None:
        super().__init__()
        self._channels = channels_of(client, redis_prefix(secret))
        self._wires = [_Wire(self, self._channels, name) for name in self._channels.names]
        self._late_gap: asyncio.TimerHandle | None = None

    @property
    def is_whole(self) -> bool:
        return all(wire.is_subscribed for wire in self._wires)

    @property
    def waiting(self) -> int:
        return sum(wire.waiting for wire in self._wires)

    async def publish(self, topic: str, data: Any, *, rep_of: RepOf | None = None) -> None:
        if rep_of is None or len(self._wires) == 1:
            self._wires[0].put(topic, data)
            return
        parts: dict[int, list[Any]] = defaultdict(list)
        for item in data:
            parts[rep_of(item) % len(self._wires)].append(item)
        for number, items in parts.items():
            self._wires[number].put(topic, items)

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look_up_for_ever())
                for wire in self._wires:
                    group.create_task(wire.send_for_ever())
                    group.create_task(wire.receive_for_ever())
        finally:
            self._forget_late_gap()

    def subscribed(self) -> None:
        """Tell the gap of a channel that is heard again; channels that come together are one."""
        if self.is_whole:
            self._tell_gap()
        elif self._late_gap is None:
            loop = asyncio.get_running_loop()
            self._late_gap = loop.call_later(GATHERING_SECONDS, self._tell_gap)

    def _tell_gap(self) -> None:
        self._forget_late_gap()
        self.deliver_gap()

    def _forget_late_gap(self) -> None:
        if self._late_gap is not None:
            self._late_gap.cancel()
            self._late_gap = None

    async def _look_up_for_ever(self) -> None:
        """Know where the channels are, for a node that was replaced may go on answering."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            # What is away is seen by whoever uses it.
            with contextlib.suppress(RedisAway), asked():
                await self._channels.look_up()


class _Wire:
    """One channel's traffic: what waits to be sent, and what is heard."""

    def __init__(self, bus: RedisBus, channels: Channels, name: str) -> None:
        self.is_subscribed = False
        self._bus = bus
        self._channels = channels
        self._name = name
        self._waiting: deque[tuple[str, Any]] = deque()
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many events wait to be sent."""
        return len(self._waiting)

    def put(self, topic: str, data: Any) -> None:
        """Have an event sent soon."""
        # Whoever publishes does not wait for Redis: one that hangs would hold up every message.
        if len(self._waiting) >= MOST_WAITING:
            _log.warning("event dropped", topic=topic, error="too many wait for Redis")
            return
        self._waiting.append((topic, data))
        self._arrived.set()

    async def send_for_ever(self) -> None:
        """Publish what waits, all of it at once and in its order."""
        sending: asyncio.Task[None] | None = None
        try:
            while True:
                await self._arrived.wait()
                # Who stops does not break it off: what was taken and not sent would be lost.
                sending = asyncio.create_task(self._send_waiting())
                await asyncio.shield(sending)
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    if sending is not None:
                        await sending
                    await self._send_waiting()

    async def _send_waiting(self) -> None:
        self._arrived.clear()
        while self._waiting:
            count = min(len(self._waiting), MOST_EVENTS)
            events = [self._waiting.popleft() for _ in range(count)]
            try:
                with asked():
                    await self._channels.publish(self._name, ujson.dumps(events))
            except RedisAway as error:
                topics = sorted({topic for topic, _ in events})
                _log.warning("event dropped", topics=topics, count=count, error=str(error))

    async def receive_for_ever(self) -> None:
        """Hear what is published, and subscribe again whenever the subscription was lost."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(RedisAway),
            wait=wait_random_exponential(multiplier=0.1, max=MOST_BACKOFF_SECONDS),
        ):
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    with asked():
                        await self._channels.look_up()
                await self._receive(attempt.retry_state)

    async def _receive(self, retry_state: RetryCallState) -> None:
        try:
            with asked():
                async with self._channels.subscription(self._name) as pubsub:
                    await self._hear(pubsub, retry_state)
        except RedisAway as error:
            if self._bus.is_whole:
                _log.warning("bus lost", error=str(error))
            raise
        finally:
            self.is_subscribed = False

    async def _hear(self, pubsub: PubSub, retry_state: RetryCallState) -> None:
        heard_at = time.monotonic()
        while True:
            with asked():
                message = await pubsub.get_message(timeout=HEARTBEAT_SECONDS)
            if message is not None:
                heard_at = time.monotonic()
                self._take(message, retry_state)
            elif time.monotonic() - heard_at > 2 * HEARTBEAT_SECONDS:
                raise RedisAway("no sign of life")
            else:
                with asked():
                    await pubsub.ping()
            self._require_place(pubsub)

    def _require_place(self, pubsub: PubSub) -> None:
        """Refuse to listen on where the channel is no longer published."""
        address, connection = self._channels.address(self._name), pubsub.connection
        if address is None or connection is None:
            return
        if address != (connection.host, connection.port):
            raise RedisAway("the channel has moved")

    def _take(self, message: dict[str, Any], retry_state: RetryCallState) -> None:
        if message["type"] in ("message", "smessage"):
            try:
                events = [(str(topic), data) for topic, data in ujson.loads(message["data"])]
            except (ValueError, TypeError) as error:
                _log.warning("not an event", error=str(error))
                return
            for topic, data in events:
                self._bus.deliver(topic, data)
        elif message["type"] in ("subscribe", "ssubscribe"):
            # Also after a silent reconnect inside the client: what was published meanwhile is gone.
            retry_state.attempt_number = 1  # the next loss starts with a short wait again
            self.is_subscribed = True
            self._bus.subscribed()
        elif message["type"] == "sunsubscribe":
            raise RedisAway("the channel's slot has moved to another node")
