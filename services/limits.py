"""Limits on how often something may be tried (decisions T4, T15)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from limits import RateLimitItemPerSecond, aio, strategies
from limits.aio.strategies import FixedWindowRateLimiter as Counts
from limits.storage import MemoryStorage, storage_from_string
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from conf.settings import Settings
from services.chat.bus import connect_redis
from services.errors import Throttled
from services.principals import Principal

SEND: Final = "send"
ACCOUNT: Final = "login-account"
ADDRESS: Final = "login-address"
BLOCKED: Final = "login-blocked"
REDIS_SECONDS: Final = 2.0

_log = structlog.get_logger("limits")


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
        self._local = _counts("async+memory://")
        self._tries = {
            ACCOUNT: RateLimitItemPerSecond(per_account, window_seconds, ACCOUNT),
            ADDRESS: RateLimitItemPerSecond(per_address, window_seconds, ADDRESS),
        }
        self._block = RateLimitItemPerSecond(1, window_seconds, BLOCKED)

    async def begin(self, account: str, address: str) -> None:
        """Count a try before it is made, so that many at once are no way round.

        Raises:
            Throttled: the account or the address has used its tries up.
        """
        keys = ((ACCOUNT, account), (ADDRESS, address))

        async def begin(counts: Counts) -> None:
            for kind, key in keys:
                if not await counts.test(self._block, kind, key):
                    raise Throttled
            for kind, key in keys:
                if not await counts.hit(self._tries[kind], key):
                    await counts.hit(self._block, kind, key)
                    raise Throttled

        await self._with_counts(begin)

    async def succeed(self, account: str, address: str) -> None:
        """Forget the tries of an account whose password was right, and this one of the address."""

        async def succeed(counts: Counts) -> None:
            await counts.clear(self._tries[ACCOUNT], account)
            await counts.hit(self._tries[ADDRESS], address, cost=-1)

        await self._with_counts(succeed)

    async def _with_counts(self, use: Callable[[Counts], Awaitable[None]]) -> None:
        """Use the counts of all processes, or while Redis is away those of this one.

        The connection is this call's own: logins are rare, and one that is kept has to be closed.
        """
        if not self._is_on:
            return
        if self._redis_url:
            try:
                async with connect_redis(self._redis_url, REDIS_SECONDS) as redis:
                    await use(_shared(redis))
            except (RedisError, OSError) as error:
                _log.warning("logins are counted here alone", error=str(error))
            else:
                return
        await use(self._local)


def _shared(redis: aioredis.Redis) -> Counts:
    pool = redis.connection_pool
    options = {"implementation": "redispy", "connection_pool": pool}
    return _counts("async+redis://", **options)


def _counts(url: str, **options: Any) -> Counts:
    storage = storage_from_string(url, **options)
    assert isinstance(storage, aio.storage.Storage)
    return Counts(storage)


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


def make_limits(settings: Settings) -> tuple[LoginLimit, SendLimit, Gate]:
    """Make the limits on wrong passwords, messages and open sockets."""
    is_on = settings.limited
    login_limit = LoginLimit(
        settings.redis_url,
        per_account=settings.login_tries_per_account,
        per_address=settings.login_tries_per_address,
        window_seconds=settings.login_window_seconds,
        is_on=is_on,
    )
    gate = Gate(
        per_address=settings.connections_per_address,
        per_principal=settings.connections_per_principal,
        is_on=is_on,
    )
    send_limit = SendLimit(rate=settings.send_rate, burst=settings.send_burst, is_on=is_on)
    return login_limit, send_limit, gate
