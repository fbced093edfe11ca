"""The limit on frames of all kinds, and on their bytes, for each connection.

Messages have their own limit beside it (``services/limits.py``); this one keeps a single client
from taking the whole process for itself.
"""

from __future__ import annotations

import math
from typing import Final

from throttled import MemoryStore, RateLimiterType, Throttled, per_sec

from services.refusals import Reason

MOST_KEYS: Final = 65_536
FRAMES_AT_ONCE: Final = 16
BYTES_AT_ONCE: Final = 16_384
BYTES_BURST_SECONDS: Final = 2


class FrameLimit:
    """How many frames, and bytes of them, each connection may send; kept per process.

    Args:
        rate: frames a second in the long run.
        burst: frames at once.
        byte_rate: bytes a second in the long run, and twice as many at once.
    """

    def __init__(self, *, rate: int, burst: int, byte_rate: int, is_on: bool) -> None:
        # Of more keys than these the ones that were used longest ago begin anew.
        store = MemoryStore(options={"MAX_SIZE": MOST_KEYS})
        kind = RateLimiterType.GCRA.value
        quota = per_sec(rate, burst=burst)
        byte_quota = per_sec(byte_rate, burst=BYTES_BURST_SECONDS * byte_rate)
        self.is_on = is_on
        self._frames = Throttled(using=kind, quota=quota, store=store)
        self._bytes = Throttled(using=kind, quota=byte_quota, store=store)

    def allowance(self, name: str) -> Allowance:
        """Make what a connection takes its frames from.

        Args:
            name: the connection's, which no other has had.
        """
        return Allowance(self, name)

    def lease_frames(self, name: str) -> int:
        """Let a connection have some frames; none when it has used up what it may send now."""
        key = f"{name}:frames"
        for count in (FRAMES_AT_ONCE, 1):
            if not self._frames.limit(key, cost=count).limited:
                return count
        return 0

    def lease_bytes(self, name: str, least: int) -> int:
        """Let a connection have ``least`` bytes or more, or none."""
        key = f"{name}:bytes"
        for count in (max(least, BYTES_AT_ONCE), least):
            if not self._bytes.limit(key, cost=count).limited:
                return count
        return 0

    def bears(self, name: str) -> bool:
        """Count a refused frame: as many as may be sent may be refused beside them, and no more."""
        return not self._frames.limit(f"{name}:refused").limited


class Allowance:
    """What one connection may still send, leased from the limit some frames at a time.

    Asking the limit costs 7 µs, which is much for a frame; so it is asked for sixteen at once, and
    for single ones near the end, which keeps the rate and the burst exact.
    """

    __slots__ = ("_bytes", "_frames", "_limit", "_name")

    def __init__(self, limit: FrameLimit, name: str) -> None:
        self._limit = limit
        self._name = name
        self._frames: float = 0 if limit.is_on else math.inf
        self._bytes: float = self._frames

    def take(self, size: int) -> Reason | None:
        """Count a frame of so many bytes.

        Returns:
            why it is one too many; None if it is not.
        """
        if self._frames <= 0:
            self._frames = self._limit.lease_frames(self._name)
            if not self._frames:
                return Reason.FRAME_RATE
        self._frames -= 1
        if self._bytes < size:
            self._bytes += self._limit.lease_bytes(self._name, math.ceil(size - self._bytes))
            if self._bytes < size:
                return Reason.BYTE_RATE
        self._bytes -= size
        return None

    def bears(self) -> bool:
        """Whether another refused frame is borne; if not, the connection is to be closed."""
        return self._limit.bears(self._name)
