"""Limits on how often something may be tried (decisions T4, T15)."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Final

from limits import RateLimitItemPerSecond, aio, strategies
from limits.storage import MemoryStorage, storage_from_string
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.errors import DatabaseAway, Throttled
from services.principals import Principal

SEND: Final = "send"
ACCOUNT: Final = "login-account"
ADDRESS: Final = "login-address"
BLOCKED: Final = "login-blocked"
REDIS_SECONDS: Final = 2.0


class SendLimit:
    """How many messages may be sent, per connection and per principal; kept per process.

    Args:
        rate: messages a second in the long run.
        burst: messages at once; so many in any ``burst / rate`` seconds are allowed.
    """

    def __init__(self, *, rate: int, burst: int, is_on: bool) -> None:
        self._is_on = is_on
        self._item = RateLimitItemPerSecond(burst, max(1, round(burst / rate)), SEND)
        self._window = strategies.MovingWindowRateLimiter(MemoryStorage())

    def check(self, *keys: str) -> None:
        """Count one message for each of these keys.

        Raises:
            Throttled: it is one too many for one of them.
        """
        if self._is_on and not all(self._window.hit(self._item, key) for key in keys):
            raise Throttled


class LoginLimit:
    """How many wrong passwords may be tried, per account and per address, over all processes.

    Args:
        redis_url: where processes share their counts; empty keeps them in this one.
        window_seconds: how long tries count, and how long who has used them up is refused.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        per_account: int,
        per_address: int,
        window_seconds: int,
        is_on: bool,
    ) -> None:
        self._is_on = is_on
        self._redis_url = redis_url
        self._local = _window(storage_from_string("async+memory://"))
        self._tries = {
            ACCOUNT: RateLimitItemPerSecond(per_account, window_seconds, ACCOUNT),
            ADDRESS: RateLimitItemPerSecond(per_address, window_seconds, ADDRESS),
        }
        self._block = RateLimitItemPerSecond(1, window_seconds, BLOCKED)

    async def begin(self, account: str, address: str) -> None:
        """Count a try before it is made, so that many at once are no way round.

        Raises:
            Throttled: the account or the address has used its tries up.
            DatabaseAway: the tries cannot be counted.
        """
        if not self._is_on:
            return
        keys = ((ACCOUNT, account), (ADDRESS, address))
        async with self._counts() as counts:
            for kind, key in keys:
                if not await counts.test(self._block, kind, key):
                    raise Throttled
            for kind, key in keys:
                if not await counts.hit(self._tries[kind], key):
                    await counts.hit(self._block, kind, key)
                    raise Throttled

    async def succeed(self, account: str, address: str) -> None:
        """Forget the tries of an account whose password was right, and this one of the address."""
        if not self._is_on:
            return
        async with self._counts() as counts:
            await counts.clear(self._tries[ACCOUNT], account)
            await counts.hit(self._tries[ADDRESS], address, cost=-1)

    @contextlib.asynccontextmanager
    async def _counts(self) -> AsyncIterator[aio.strategies.FixedWindowRateLimiter]:
        """Reach the counts, over a connection of this call's own: logins are rare.

        Raises:
            DatabaseAway: Redis does not answer; a limit that cannot be checked lets nobody pass.
        """
        if not self._redis_url:
            yield self._local
            return
        redis = aioredis.Redis.from_url(
            self._redis_url,
            protocol=2,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            async with redis:
                yield _window(
                    storage_from_string(
                        "async+redis://",
                        implementation="redispy",
                        connection_pool=redis.connection_pool,
                    )
                )
        except (RedisError, OSError) as error:
            raise DatabaseAway(f"redis: {error}") from error


def _window(storage: Any) -> aio.strategies.FixedWindowRateLimiter:
    return aio.strategies.FixedWindowRateLimiter(storage)


class Gate:
    """How many sockets may be open, per address and per principal; kept per process."""

    def __init__(self, *, per_address: int, per_principal: int, is_on: bool) -> None:
        self._per_address = per_address if is_on else sys.maxsize
        self._per_principal = per_principal if is_on else sys.maxsize
        self._addresses: Counter[str] = Counter()
        self._principals: Counter[tuple[type[Principal], int]] = Counter()

    def enter(self, address: str) -> bool:
        """Count a new socket, unless its address has too many."""
        if self._addresses[address] >= self._per_address:
            return False
        self._addresses[address] += 1
        return True

    def admit(self, principal: Principal, before: Principal | None) -> bool:
        """Count a socket as a principal's, unless that has too many.

        Args:
            before: whose socket it was until now.
        """
        key = (type(principal), principal.id)
        if before is not None and (type(before), before.id) == key:
            return True
        if self._principals[key] >= self._per_principal:
            return False
        self._principals[key] += 1
        if before is not None:
            self._leave_principal(before)
        return True

    def leave(self, address: str, principal: Principal | None) -> None:
        """Count a socket no more."""
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]
        if principal is not None:
            self._leave_principal(principal)

    def _leave_principal(self, principal: Principal) -> None:
        key = (type(principal), principal.id)
        self._principals[key] -= 1
        if not self._principals[key]:
            del self._principals[key]
