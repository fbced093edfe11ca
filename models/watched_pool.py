"""How a pool of database connections is used, for the figures."""

from __future__ import annotations

import abc
import time
from typing import Any, NamedTuple

from peewee_async.pool import PoolBackend


class PoolState(NamedTuple):
    """How a pool is used.

    Args:
        most: how many connections it may have.
        open: how many it has.
        in_use: how many are borrowed.
        waiting: who waits to borrow one.
        borrowed: how often one was borrowed, or waited for in vain.
        waited_seconds: how long all that took together.
    """

    most: int
    open: int
    in_use: int
    waiting: int
    borrowed: int
    waited_seconds: float


class WatchedPool(PoolBackend):
    """A pool that knows who has waited for it."""

    waiting = 0
    borrowed = 0
    waited_seconds = 0.0

    async def acquire(self) -> Any:
        began = time.perf_counter()
        self.waiting += 1
        try:
            return await self.borrow()
        finally:
            self.waiting -= 1
            self.borrowed += 1
            self.waited_seconds += time.perf_counter() - began

    def state(self) -> PoolState:
        """Say how the pool is used now."""
        return PoolState(*self.sizes(), self.waiting, self.borrowed, self.waited_seconds)

    @abc.abstractmethod
    async def borrow(self) -> Any:
        """Wait for a connection in turn."""

    @abc.abstractmethod
    def sizes(self) -> tuple[int, int, int]:
        """Count the connections that may be, that are open, and that are borrowed."""
