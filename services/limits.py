"""Limits on how often something may be tried (decisions T4, T15).

Messages are limited by throttled, whose memory has a bound; logins by limits, whose counts all
processes share through Redis.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from limits import RateLimitItemPerSecond, aio
from limits.aio.storage.redis import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import FixedWindowRateLimiter as Counts
from throttled import MemoryStore, RateLimiterType, per_sec
from throttled import Throttled as Throttle

from conf.settings import Settings
from services.errors import ServiceError, Throttled, WrongPassword
from services.frame_limit import FrameLimit
from services.principals import Principal
from services.redis_clients import RedisAway, RedisClient, asked, connect_redis
from services.refusals import Reason

MOST_SENDERS: Final = 65_536
ACCOUNT: Final = "login-account"
ADDRESS: Final = "login-address"
BLOCKED: Final = "login-blocked"
REDIS_SECONDS: Final = 2.0
SPARE_FILES: Final = 1384
"""Open files that sockets leave to long polls, other calls, kept connections and all else."""

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
            raise Throttled(reason=Reason.SEND_RATE)


class LoginLimit:
    """How many wrong passwords and codes may be tried, over all processes.

    Passwords count per account and per address, WeChat's login codes per address.

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
    async def trying(
        self, account: str | None, address: str, wrong: type[ServiceError] = WrongPassword
    ) -> AsyncIterator[None]:
        """Count the try that the block checks, by what comes of it.

        Args:
            account: None where nothing but the code itself tells whose it is.
            wrong: what the block raises when it was wrong; any other failure does not count.

        Raises:
            Throttled: the account or the address has used its tries up.
        """
        await self.begin(account, address)
        try:
            yield
        except wrong:
            await self.fail(account, address)
            raise
        except BaseException:
            await self._with_counts(partial(self._give_back, _keys(account, address)))
            raise
        await self.succeed(account, address)

    async def begin(self, account: str | None, address: str) -> None:
        """Count a try before it is made, so that many at once are no way round.

        Raises:
            Throttled: the account or the address has used its tries up, or they are under way.
        """

        async def begin(counts: Counts) -> None:
            keys = _keys(account, address)
            for kind, key in keys.items():
                if not await counts.test(self._block, kind, key):
                    raise Throttled(reason=Reason.LOGIN_TRIES)
            counted: dict[str, str] = {}
            for kind, key in keys.items():
                if not await counts.hit(self._tries[kind], key):
                    await self._give_back(counted, counts)
                    raise Throttled(reason=Reason.LOGIN_TRIES)
                counted[kind] = key

        await self._with_counts(begin)

    async def fail(self, account: str | None, address: str) -> None:
        """Note that a try was wrong; the last that may be refuses the right one too."""

        async def fail(counts: Counts) -> None:
            for kind, key in _keys(account, address).items():
                await counts.hit(self._wrong[kind], key)
                if not await counts.test(self._wrong[kind], key):
                    await counts.hit(self._block, kind, key)

        await self._with_counts(fail)

    async def succeed(self, account: str | None, address: str) -> None:
        """Forget the tries of an account whose password was right, and this one of the address."""

        async def succeed(counts: Counts) -> None:
            if account is not None:
                await counts.clear(self._tries[ACCOUNT], account)
                await counts.clear(self._wrong[ACCOUNT], account)
            await self._give_back({ADDRESS: address}, counts)

        await self._with_counts(succeed)

    async def _give_back(self, keys: Mapping[str, str], counts: Counts) -> None:
        for kind, key in keys.items():
            await counts.hit(self._tries[kind], key, cost=-1)

    async def _with_counts(self, use: Callable[[Counts], Awaitable[None]]) -> None:
        """Use the counts of all processes, or while Redis is away those of this one.

        The connection is this call's own: logins are rare, and one that is kept has to be closed.
        """
        if not self._is_on:
            return
        if self._redis_url:
            try:
                with asked():
                    async with connect_redis(self._redis_url, REDIS_SECONDS) as redis:
                        await use(Counts(_SharedCounts(redis)))
            except RedisAway as error:
                _log.warning("logins are counted here alone", error=str(error))
            else:
                return
        await use(self._local)


def _keys(account: str | None, address: str) -> dict[str, str]:
    return {ADDRESS: address} if account is None else {ACCOUNT: account, ADDRESS: address}


class _SharedCounts(RedisStorage):  # type: ignore[misc]
    """Counts in a Redis of any kind, over a client that is open."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        super().__init__("async+redis://", implementation="redispy")

    def configure_bridge(self) -> None:
        assert isinstance(self.bridge, RedispyBridge)
        self.bridge.connection_getter = lambda _: self._redis


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How many there may be of what stays open: sockets, and calls that wait for news."""

    per_process: int
    per_address: int
    per_principal: int
    waits_per_process: int
    waits_per_principal: int


UNLIMITED: Final = Places(
    per_process=sys.maxsize,
    per_address=sys.maxsize,
    per_principal=sys.maxsize,
    waits_per_process=sys.maxsize,
    waits_per_principal=sys.maxsize,
)


class Gate:
    """Counts the sockets that are open and the calls that wait; kept per process.

    Args:
        frame_limit: what each socket may send.
    """

    def __init__(self, places: Places, frame_limit: FrameLimit) -> None:
        self.frame_limit = frame_limit
        self._places = places
        self._addresses: Counter[str] = Counter()
        self._principals: Counter[tuple[type[Principal], int]] = Counter()
        self._waits: Counter[tuple[type[Principal], int]] = Counter()
        self._count = 0
        self.waiting = 0

    @property
    def most(self) -> int:
        """How many sockets may be open."""
        return self._places.per_process

    @property
    def is_full(self) -> bool:
        """Whether no further socket may be open, whosever it is."""
        return self._count >= self._places.per_process

    @contextlib.contextmanager
    def waits(self, principal: Principal) -> Iterator[bool]:
        """Give a call of a principal a place to wait in, and say whether there was one."""
        key = (type(principal), principal.id)
        places = self._places
        is_full = self.waiting >= places.waits_per_process
        if is_full or self._waits[key] >= places.waits_per_principal:
            yield False
            return
        self.waiting += 1
        self._waits[key] += 1
        try:
            yield True
        finally:
            self.waiting -= 1
            _take_one(self._waits, key)

    def enter(self, address: str) -> bool:
        """Count a new socket, unless its address has too many."""
        if self._addresses[address] >= self._places.per_address:
            return False
        self._addresses[address] += 1
        self._count += 1
        return True

    def admit(self, principal: Principal, before: Principal | None) -> bool:
        """Count a socket as a principal's, unless that has too many.

        Args:
            before: whose socket it was until now.
        """
        key = (type(principal), principal.id)
        if before is not None and (type(before), before.id) == key:
            return True
        if self._principals[key] >= self._places.per_principal:
            return False
        self._principals[key] += 1
        if before is not None:
            self._leave_principal(before)
        return True

    def leave(self, address: str, principal: Principal | None) -> None:
        """Count a socket no more."""
        self._count -= 1
        _take_one(self._addresses, address)
        if principal is not None:
            self._leave_principal(principal)

    def _leave_principal(self, principal: Principal) -> None:
        _take_one(self._principals, (type(principal), principal.id))


def _take_one(counts: Counter[Any], key: Any) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def make_limits(settings: Settings) -> tuple[LoginLimit, SendLimit, Gate]:
    """Make the limits on wrong passwords and codes, messages, frames, and what stays open."""
    is_on = settings.limited
    login_limit = LoginLimit(
        settings.redis_url,
        per_account=settings.login_tries_per_account,
        per_address=settings.login_tries_per_address,
        window_seconds=settings.login_window_seconds,
        is_on=is_on,
    )
    rate, burst = settings.send_rate, settings.send_burst
    send_limit = SendLimit(rate=rate, burst=burst, is_on=is_on)
    # What the limit on messages lets through, this one must not refuse.
    frame_limit = FrameLimit(
        rate=max(settings.frame_rate, rate),
        burst=max(settings.frame_burst, burst),
        byte_rate=max(settings.frame_bytes_per_second, rate * settings.max_message_bytes),
        is_on=is_on,
    )
    return login_limit, send_limit, Gate(_places(settings) if is_on else UNLIMITED, frame_limit)


def _places(settings: Settings) -> Places:
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Without a file to open, nobody could even be refused.
    fitting = max(open_files - SPARE_FILES, open_files // 2)
    return Places(
        per_process=min(settings.connections_per_process, fitting),
        per_address=settings.connections_per_address,
        per_principal=settings.connections_per_principal,
        waits_per_process=settings.waits_per_process,
        waits_per_principal=settings.waits_per_principal,
    )
