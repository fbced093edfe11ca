"""The bus: tells every process what has happened. The database is the truth; the bus only wakes.

An event may get lost while Redis is away. Whoever listens therefore also listens for ``on_gap`` and
then reads from the database what it may have missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final, Protocol

import structlog
import ujson
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from services.installation import redis_prefix

HEARTBEAT_SECONDS: Final = 5.0
MOST_BACKOFF_SECONDS: Final = 5.0
MOST_WAITING: Final = 10_000
MOST_EVENTS: Final = 100

_log = structlog.get_logger("bus")

Listener = Callable[[Any], None]


def connect_redis(url: str, timeout_seconds: float) -> aioredis.Redis:
    """Make a client that fails soon instead of trying again in secret: the bus has to notice."""
    return aioredis.Redis.from_url(
        url,
        protocol=2,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 0),
    )


@contextlib.asynccontextmanager
async def opened_redis(url: str, timeout_seconds: float) -> AsyncIterator[aioredis.Redis | None]:
    """Give the client of a Redis while the context lasts; None without a URL."""
    if not url:
        yield None
        return
    async with connect_redis(url, timeout_seconds) as client:
        yield client


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

    async def publish(self, topic: str, data: Any) -> None:
        """Tell every process soon; a bus that is away drops the event and says so in the log."""

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

    async def publish(self, topic: str, data: Any) -> None:
        asyncio.get_running_loop().call_soon(self.deliver, topic, data)

    async def run(self) -> None:
        """Nothing has to be received."""


class RedisBus(_Listeners):
    """The bus of several processes: one Redis channel.

    Args:
        client: as ``connect_redis`` makes it.
        secret: the installation's secret; it names the channel, so that installations which share a
            Redis do not hear each other.
    """

    def __init__(self, client: aioredis.Redis, secret: str) -> None:
        super().__init__()
        self._client = client
        self._channel = redis_prefix(secret)
        self._is_whole = False
        self._waiting: deque[tuple[str, Any]] = deque()
        self._arrived = asyncio.Event()

    @property
    def is_whole(self) -> bool:
        return self._is_whole

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def publish(self, topic: str, data: Any) -> None:
        # Whoever publishes does not wait for Redis: one that hangs would hold up every message.
        if len(self._waiting) >= MOST_WAITING:
            _log.warning("event dropped", topic=topic, error="too many wait for Redis")
            return
        self._waiting.append((topic, data))
        self._arrived.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send())
            group.create_task(self._receive_for_ever())

    async def _send(self) -> None:
        """Publish what waits, all of it at once and in its order."""
        try:
            while True:
                await self._arrived.wait()
                await self._send_waiting()
        finally:
            await self._send_waiting()

    async def _send_waiting(self) -> None:
        self._arrived.clear()
        while self._waiting:
            count = min(len(self._waiting), MOST_EVENTS)
            events = [self._waiting.popleft() for _ in range(count)]
            try:
                with _cancellation_heeded():
                    await self._client.publish(self._channel, ujson.dumps(events))
            except (RedisError, OSError) as error:
                topics = sorted({topic for topic, _ in events})
                _log.warning("event dropped", topics=topics, count=count, error=str(error))

    async def _receive_for_ever(self) -> None:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((RedisError, OSError)),
            wait=wait_random_exponential(multiplier=0.1, max=MOST_BACKOFF_SECONDS),
        ):
            with attempt:
                await self._receive(attempt.retry_state)

    async def _receive(self, retry_state: RetryCallState) -> None:
        try:
            async with self._client.pubsub() as pubsub:
                with _cancellation_heeded():
                    await pubsub.subscribe(self._channel)
                heard_at = time.monotonic()
                while True:
                    with _cancellation_heeded():
                        message = await pubsub.get_message(timeout=HEARTBEAT_SECONDS)
                    if message is not None:
                        heard_at = time.monotonic()
                        self._take(message, retry_state)
                    elif time.monotonic() - heard_at > 2 * HEARTBEAT_SECONDS:
                        raise RedisConnectionError("no sign of life")
                    else:
                        with _cancellation_heeded():
                            await pubsub.ping()
        except (RedisError, OSError) as error:
            if self._is_whole:
                _log.warning("bus lost", error=str(error))
            raise
        finally:
            self._is_whole = False

    def _take(self, message: dict[str, Any], retry_state: RetryCallState) -> None:
        if message["type"] == "message":
            try:
                events = [(str(topic), data) for topic, data in ujson.loads(message["data"])]
            except (ValueError, TypeError) as error:
                _log.warning("not an event", error=str(error))
                return
            for topic, data in events:
                self.deliver(topic, data)
        elif message["type"] == "subscribe":
            # Also after a silent reconnect inside the client: what was published meanwhile is gone.
            retry_state.attempt_number = 1  # the next loss starts with a short wait again
            self._is_whole = True
            self.deliver_gap()


@contextlib.contextmanager
def _cancellation_heeded() -> Iterator[None]:
    """Raise a cancellation that the block has swallowed.

    redis-py sends with ``asyncio.wait_for``, which in Python 3.11 does so when the sending ends in
    the same turn of the loop: a server that is stopping would wait for its bus for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    yield
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
