"""Limits on how often something may be tried (decisions T4, T15)."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Final

from limits import RateLimitItemPerSecond, aio, strategies
from limits.storage import MemoryStorage, storage_from_string

from services.errors import Throttled
from services.principals import Principal

SEND: Final = "send"
ACCOUNT: Final = "login-account"
ADDRESS: Final = "login-address"
BLOCKED: Final = "login-blocked"


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
        storage = storage_from_string(
            f"async+{redis_url}" if redis_url else "async+memory://",
            **({"implementation": "redispy"} if redis_url else {}),
        )
        assert isinstance(storage, aio.storage.Storage)
        self._window = aio.strategies.FixedWindowRateLimiter(storage)
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
        if not self._is_on:
            return
        for kind, key in ((ACCOUNT, account), (ADDRESS, address)):
            if not await self._window.test(self._block, kind, key):
                raise Throttled
        for kind, key in ((ACCOUNT, account), (ADDRESS, address)):
            if not await self._window.hit(self._tries[kind], key):
                await self._window.hit(self._block, kind, key)
                raise Throttled

    async def succeed(self, account: str) -> None:
        """Forget the tries of an account whose password was right."""
        if self._is_on:
            await self._window.clear(self._tries[ACCOUNT], account)


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
