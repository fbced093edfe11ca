"""Access tokens of WeChat, shared by everything that calls it and fetched by one at a time.

WeChat hands out an access token for two hours and counts every request for one, so a token is kept
where all processes see it, and a missing one is fetched once however many calls are waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from services.errors import UpstreamAway
from services.flights import Flights
from services.installation import redis_prefix
from services.redis_clients import RedisAway, RedisClient, asked

EARLY_SECONDS: Final = 200
LOCK_POLL_SECONDS: Final = 0.05
DROP_IF_SAME: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


@dataclass(frozen=True)
class FreshToken:
    """An access token as WeChat has just issued it."""

    token: str = field(repr=False)
    lifetime_seconds: int


class TokenStore(Protocol):
    """Where tokens are kept. Every method may raise UpstreamAway."""

    async def read(self, name: str) -> str | None:
        """The token of this name, unless it is unknown or its time is over."""

    async def keep(self, name: str, token: str, seconds: float) -> None:
        """Keep the token for so long."""

    async def drop(self, name: str, token: str) -> None:
        """Forget the token of this name if it is still this one."""

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """Keep the other processes out while one of them fetches the token of this name."""


class AccessTokens:
    """The access tokens of all apps, by name; many callers waiting for one make one fetch."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self._flights: Flights[str] = Flights()

    async def get(self, name: str, fetch: Callable[[], Awaitable[FreshToken]]) -> str:
        """Give the token of this name, fetched if there is none that is good for a while yet.

        Callers that come during a fetch share its outcome, a failure too: when WeChat is away,
        they must not try one after the other.

        Raises:
            UpstreamAway: the store is away, or another process has been fetching for too long.
        """
        token = await self._store.read(name)
        if token is not None:
            return token
        return await self._flights.join(name, lambda: self._fetch(name, fetch))

    async def drop(self, name: str, token: str) -> None:
        """Forget a token that WeChat no longer takes, unless a newer one has replaced it."""
        await self._store.drop(name, token)

    async def _fetch(self, name: str, fetch: Callable[[], Awaitable[FreshToken]]) -> str:
        async with self._store.alone(name):
            kept = await self._store.read(name)
            if kept is not None:
                return kept
            fresh = await fetch()
            seconds = fresh.lifetime_seconds - EARLY_SECONDS
            if seconds > 0:
                await self._store.keep(name, fresh.token, seconds)
            return fresh.token


class MemoryTokens:
    """Tokens in this process alone.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}

    async def read(self, name: str) -> str | None:
        """The token of this name, unless it is unknown or its time is over."""
        token, good_until = self._kept.get(name, (None, -math.inf))
        return token if self._clock() < good_until else None

    async def keep(self, name: str, token: str, seconds: float) -> None:
        """Keep the token for so long."""
        self._kept[name] = (token, self._clock() + seconds)

    async def drop(self, name: str, token: str) -> None:
        """Forget the token of this name if it is still this one."""
        if self._kept.get(name, ("", 0.0))[0] == token:
            del self._kept[name]

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """There is no other process to keep out."""
        return contextlib.nullcontext()


class RedisTokens:
    """Tokens that all processes share, in Redis.

    Args:
        redis: a client, closed by its owner.
        secret: the installation's; another one on the same Redis has tokens of its own.
        timeout_seconds: for one command.
        lock_seconds: how long one process may fetch before another one tries.
    """

    def __init__(
        self, redis: RedisClient, secret: str, *, timeout_seconds: float, lock_seconds: float = 15.0
    ) -> None:
        self._redis = redis
        self._prefix = f"{redis_prefix(secret)}:wechat-token"
        self._timeout_seconds = timeout_seconds
        self._lock_seconds = lock_seconds

    async def read(self, name: str) -> str | None:
        """The token of this name, unless it is unknown or its time is over."""
        async with _within(self._timeout_seconds):
            token = await self._redis.get(self._key(name))
        return token.decode() if isinstance(token, bytes) else token

    async def keep(self, name: str, token: str, seconds: float) -> None:
        """Keep the token for so long."""
        async with _within(self._timeout_seconds):
            await self._redis.set(self._key(name), token, px=math.ceil(seconds * 1000))

    async def drop(self, name: str, token: str) -> None:
        """Forget the token of this name if it is still this one."""
        async with _within(self._timeout_seconds):
            await self._redis.eval(DROP_IF_SAME, 1, self._key(name), token)

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    @contextlib.asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Keep the other processes out while one of them fetches the token of this name."""
        # A little longer than a lock lives, so that one left by a killed process is outlived.
        patience_seconds = self._lock_seconds * 1.25
        lock = self._redis.lock(
            f"{self._key(name)}:lock",
            timeout=self._lock_seconds,
            sleep=LOCK_POLL_SECONDS,
            blocking_timeout=patience_seconds,
        )
        async with _within(patience_seconds + self._timeout_seconds):
            is_taken = await lock.acquire()
        if not is_taken:
            raise UpstreamAway
        try:
            yield
        finally:
            # A lock that cannot be released, or is another's by now, runs out by itself.
            with contextlib.suppress(UpstreamAway):
                async with _within(self._timeout_seconds):
                    await lock.release()


@contextlib.asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Give Redis so long; what it then has not done, or has refused, is UpstreamAway."""
    try:
        with asked():
            async with asyncio.timeout(seconds):
                yield
    except RedisAway as error:
        raise UpstreamAway from error
