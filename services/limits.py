"""Limits on how often something may be tried (decisions T4, T15).

Messages are limited by throttled, whose memory has a bound; logins by limits, whose counts all
processes share through Redis.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import structlog
from limits import RateLimitItemPerSecond, aio
from limits.aio.storage.redis import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import FixedWindowRateLimiter as Counts
from throttled import MemoryStore, RateLimiterType, per_sec
from throttled import Throttled as Throttle

from conf.settings import Settings
from services.errors import Throttled, WrongPassword
from services.principals import Principal
from services.redis_clients import REDIS_AWAY, RedisClient, connect_redis

MOST_SENDERS: Final = 65_536
ACCOUNT: Final = "login-account"
ADDRESS: Final = "login-address"
BLOCKED: Final = "login-blocked"
REDIS_SECONDS: Final = 2.0

_log = structlog.get_logger("limits")


class SendLimit:
    """How many messages may be sent, per connection and per principal; kept per process.

    Args:
        rate: messages a second in the long run.
        burst: messages at once.
    """

    def __init__(self, *, rate: int, burst: int, is_on: bool) -> None:
        self._is_on = is_on
        # Of more keys than these the ones that were used longest ago begin anew.
        store = MemoryStore(options={"MAX_SIZE": MOST_SENDERS})
        quota = per_sec(rate, burst=burst)
        self._bucket = Throttle(using=RateLimiterType.GCRA.value, quota=quota, store=store)

    def check(self, *keys: str) -> None:
        """Count one message for each of these keys.

        Raises:
            Throttled: it is one too many for one of them.
        """
        if self._is_on and any(self._bucket.limit(key).limited for key in keys):
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
        self._local = Counts(aio.storage.MemoryStorage())
        most = {ACCOUNT: per_account, ADDRESS: per_address}
        self._tries = {
            kind: RateLimitItemPerSecond(count, window_seconds, kind)
            for kind, count in most.items()
        }
        self._wrong = {
            kind: RateLimitItemPerSecond(count, window_seconds, f"{kind}-wrong")
            for kind, count in most.items()
        }
        self._block = RateLimitItemPerSecond(1, window_seconds, BLOCKED)

    @contextlib.asynccontextmanager
    async def trying(self, account: str, address: str) -> AsyncIterator[None]:
        """Count the try with a password that the block checks, by what comes of it.

        Raises:
            Throttled: the account or the address has used its tries up.
        """
        await self.begin(account, address)
        try:
            yield
        except WrongPassword:
            await self.fail(account, address)
            raise
        except BaseException:
            await self._with_counts(partial(self._give_back, (ACCOUNT, ADDRESS), account, address))
            raise
        await self.succeed(account, address)

    async def begin(self, account: str, address: str) -> None:
        """Count a try before it is made, so that many at once are no way round.

        Raises:
            Throttled: the account or the address has used its tries up, or they are under way.
        """

        async def begin(counts: Counts) -> None:
            for kind, key in ((ACCOUNT, account), (ADDRESS, address)):
                if not await counts.test(self._block, kind, key):
                    raise Throttled
            if not await counts.hit(self._tries[ACCOUNT], account):
                raise Throttled
            if not await counts.hit(self._tries[ADDRESS], address):
                await self._give_back((ACCOUNT,), account, address, counts)
                raise Throttled

        await self._with_counts(begin)

    async def fail(self, account: str, address: str) -> None:
        """Note that a password was wrong; the last that may be refuses the right one too."""

        async def fail(counts: Counts) -> None:
            for kind, key in ((ACCOUNT, account), (ADDRESS, address)):
                await counts.hit(self._wrong[kind], key)
                if not await counts.test(self._wrong[kind], key):
                    await counts.hit(self._block, kind, key)

        await self._with_counts(fail)

    async def succeed(self, account: str, address: str) -> None:
        """Forget the tries of an account whose password was right, and this one of the address."""

        async def succeed(counts: Counts) -> None:
            await counts.clear(self._tries[ACCOUNT], account)
            await counts.clear(self._wrong[ACCOUNT], account)
            await self._give_back((ADDRESS,), account, address, counts)

        await self._with_counts(succeed)

    async def _give_back(
        self, kinds: Sequence[str], account: str, address: str, counts: Counts
    ) -> None:
        for kind in kinds:
            await counts.hit(self._tries[kind], account if kind == ACCOUNT else address, cost=-1)

    async def _with_counts(self, use: Callable[[Counts], Awaitable[None]]) -> None:
        """Use the counts of all processes, or while Redis is away those of this one.

        The connection is this call's own: logins are rare, and one that is kept has to be closed.
        """
        if not self._is_on:
            return
        if self._redis_url:
            try:
                async with connect_redis(self._redis_url, REDIS_SECONDS) as redis:
                    await use(Counts(_SharedCounts(redis)))
            except REDIS_AWAY as error:
                _log.warning("logins are counted here alone", error=str(error))
            else:
                return
        await use(self._local)


class _SharedCounts(RedisStorage):  # type: ignore[misc]
    """Counts in a Redis of any kind, over a client that is open."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        super().__init__("async+redis://", implementation="redispy")

    def configure_bridge(self) -> None:
        assert isinstance(self.bridge, RedispyBridge)
        self.bridge.connection_getter = lambda _: self._redis


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
