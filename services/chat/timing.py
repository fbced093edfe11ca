"""How long messages and events take, on this process's own clock.

Clocks of several machines differ by more than a push takes. So each process times only what begins
and ends on it: its own messages on their way over the bus to its own sockets, and its own beats.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from services.chat.bus import Bus

BEAT: Final = "bus.beat"
BEAT_SECONDS: Final = 5.0
MOST_UNDER_WAY: Final = 1000

Observe = Callable[[float], None]


class DeliveryTimes:
    """Times messages from their commit here until they are written to the sockets here."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._committed: dict[int, float] = {}

    def committed(self, message_id: int) -> None:
        """Note the commit whose first new message this is."""
        if len(self._committed) >= MOST_UNDER_WAY:
            self._committed.clear()  # the bus was away: they are not coming any more
        self._committed[message_id] = time.perf_counter()

    def take(self, message_id: int) -> float | None:
        """Take what was noted for the commit; None if it was another process's."""
        return self._committed.pop(message_id, None)

    def written(self, committed_at: float) -> None:
        """Count a commit once this turn of the loop has written what it has for the sockets."""
        asyncio.get_running_loop().call_soon(self._count, committed_at)

    def _count(self, committed_at: float) -> None:
        self._observe(time.perf_counter() - committed_at)


class BusLag:
    """Times beats of this process over the bus and back."""

    def __init__(self, bus: Bus, observe: Observe) -> None:
        self._bus = bus
        self._observe = observe
        self._name = secrets.token_hex(8)
        self._heard_at = time.perf_counter()
        bus.listen(BEAT, self._take)

    @property
    def silent_seconds(self) -> float:
        """For how long no beat has come back."""
        return time.perf_counter() - self._heard_at

    async def beat(self) -> None:
        """Send a beat."""
        await self._bus.publish(BEAT, [self._name, time.perf_counter()])

    def _take(self, data: Any) -> None:
        name, sent_at = data
        if name == self._name:
            self._heard_at = time.perf_counter()
            self._observe(self._heard_at - sent_at)
