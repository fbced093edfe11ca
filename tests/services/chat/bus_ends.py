"""One process's end of a bus, and what it hears."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from services.chat.bus import Bus, LocalBus, RedisBus
from services.redis_clients import connect_redis
from tests.waiting import eventually

SECRET = "secret"
TOPIC = "topic"
TIMEOUT_SECONDS = 2.0
CONNECT_SECONDS = 20.0


@dataclass
class Heard:
    """What came over a bus: events, and how often there may have been a gap."""

    events: list[Any] = field(default_factory=list)
    gaps: int = 0

    def gap(self) -> None:
        """Note that events may have been missed."""
        self.gaps += 1


@dataclass
class Process:
    """One process's end of a bus."""

    bus: Bus
    heard: Heard
    task: asyncio.Task[None]

    async def until(self, *events: Any) -> bool:
        """Wait until exactly these events have come."""
        return await eventually(lambda: self.heard.events == list(events))


@contextlib.asynccontextmanager
async def process(url: str, *, is_connected: bool = True) -> AsyncIterator[Process]:
    """Run one end of a bus; without a URL that of a single process."""
    async with contextlib.AsyncExitStack() as stack:
        bus: Bus = LocalBus()
        if url:
            client = await stack.enter_async_context(connect_redis(url, TIMEOUT_SECONDS))
            bus = RedisBus(client, SECRET)
        heard = Heard()
        bus.listen(TOPIC, heard.events.append)
        bus.on_gap(heard.gap)
        task = asyncio.create_task(bus.run())
        stack.push_async_callback(_ended, task)
        stack.callback(task.cancel)
        if is_connected:
            assert await eventually(lambda: bus.is_whole, CONNECT_SECONDS)
        yield Process(bus, heard, task)


async def _ended(task: asyncio.Task[None]) -> None:
    """Wait for the end of a bus, and raise what has ended it if nobody has told it to."""
    with contextlib.suppress(asyncio.CancelledError):
        await task
