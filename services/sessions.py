"""Sessions: tokens, the signatures made with them, and the end of both.

Look-ups are cached per process. What ends a session says so over the bus, so that every process
drops what it has cached and closes the sockets that the session opened.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from cachetools import TTLCache

from conf.settings import Settings
from models import session as session_queries
from models.base import now
from models.customer import CustomerKind
from models.database import atomic
from models.session import Account
from models.staff import RepStatus, RoleId
from services.chat.bus import Bus
from services.errors import BadSignature
from services.principals import AdminRep, MiniCustomer, OfficialCustomer, Principal, Rep

MOST_SESSIONS: Final = 5
MOST_ID_DIGITS: Final = 18
CACHED_ACCOUNTS: Final = 50_000
CACHE_SECONDS: Final = 60
TOUCH_AFTER: Final = timedelta(hours=1)
NO_SESSION: Final = 0
ENDED: Final = "session.ended"
OPENED: Final = "session.opened"

SIDES: Final[dict[type[Principal], str]] = {
    Rep: "rep",
    AdminRep: "rep",
    MiniCustomer: "customer",
    OfficialCustomer: "customer",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What a call is signed with, as it came: all text."""

    user_id: str
    timestamp: str
    rand_str: str


@dataclass(frozen=True, slots=True)
class Ended:
    """That sessions of one principal are over; without ``session_id`` it is all of them."""

    side: str
    principal_id: int
    session_id: int | None

    def covers(self, principal: Principal) -> bool:
        """Whether the session behind ``principal`` is over."""
        return (
            self.side == SIDES[type(principal)]
            and self.principal_id == principal.id
            and self.session_id in (None, principal.session_id)
        )


def sign(timestamp: str, token: str) -> str:
    """Make the signature of a call (000-qiyeweixin.md:28): md5 of timestamp and token, in hex."""
    return hashlib.md5((timestamp + token).encode()).hexdigest()


class Sessions:
    """Opens, checks and ends the sessions of reps and customers.

    Args:
        window_seconds: how far a timestamp may be from now; 0 for any.
        ttl_days: after so long without use a session is over.
    """

    def __init__(self, bus: Bus, *, window_seconds: int, ttl_days: int) -> None:
        self._bus = bus
        self._window_seconds = window_seconds
        self._ttl = timedelta(days=ttl_days)
        self._accounts: TTLCache[tuple[str, int], Account] = TTLCache(
            CACHED_ACCOUNTS, CACHE_SECONDS
        )
        self._drops = 0
        self._end_listeners: list[Callable[[Ended], None]] = []
        bus.listen(OPENED, self._forget)
        bus.listen(ENDED, self._end)
        bus.on_gap(self._forget_everything)

    def on_end(self, listener: Callable[[Ended], None]) -> None:
        """Call ``listener`` on every process when sessions end."""
        self._end_listeners.append(listener)

    async def authenticate(
        self, signature: Signature, callers: Collection[type[Principal]]
    ) -> Principal:
        """Say who has signed a call, among the kinds that may make it (decisions P2, P4, P6).

        Raises:
            BadSignature: nobody that may, or too long ago.
        """
        user_id = signature.user_id
        if not (user_id.isascii() and user_id.isdigit() and len(user_id) <= MOST_ID_DIGITS):
            raise BadSignature
        self._check_clock(signature.timestamp)
        for side in dict.fromkeys(SIDES[caller] for caller in callers):
            principal = await self._verified(side, int(user_id), signature)
            if principal is not None and isinstance(principal, tuple(callers)):
                return principal
        raise BadSignature

    async def unsigned(self, caller: type[Principal], principal_id: int) -> Principal | None:
        """Find a principal that has not signed; only the demo profile asks (decisions W2)."""
        side = SIDES[caller]
        account = await session_queries.load_principal(side, principal_id)
        principal = _principal(account, side, NO_SESSION) if account is not None else None
        return principal if isinstance(principal, caller) else None

    async def open(self, side: str, principal_id: int) -> str:
        """Open a session; the oldest of more than five ends (decisions P3).

        Returns:
            the token: 128 random bits as 32 lower-case hex digits.
        """
        token = secrets.token_hex(16)
        async with atomic():
            await session_queries.lock(side, principal_id)
            await session_queries.add(side, principal_id, token)
            dropped = await session_queries.keep_newest(side, principal_id, MOST_SESSIONS)
        await self.forget(side, principal_id)
        for session_id in dropped:
            await self._bus.publish(ENDED, [side, principal_id, session_id])
        return token

    async def close(self, principal: Principal) -> None:
        """End the session that signed the call; the principal's other devices stay."""
        side = SIDES[type(principal)]
        await session_queries.delete(principal.session_id)
        self._drop(side, principal.id)
        await self._bus.publish(ENDED, [side, principal.id, principal.session_id])

    async def close_all(self, side: str, principal_id: int) -> None:
        """End every session of a principal: it was disabled, or has a new password."""
        await session_queries.delete_all(side, principal_id)
        await self.forget_all(side, principal_id)

    async def forget(self, side: str, principal_id: int) -> None:
        """Have every process read a principal anew: its role has changed, its sessions go on."""
        self._drop(side, principal_id)
        await self._bus.publish(OPENED, [side, principal_id])

    async def forget_all(self, side: str, principal_id: int) -> None:
        """Have every process drop a principal whose sessions are gone from the database."""
        self._drop(side, principal_id)
        await self._bus.publish(ENDED, [side, principal_id, None])

    async def still_open(self, session_ids: Collection[int]) -> set[int]:
        """Say which of these sessions are not over: for sockets after a gap of the bus."""
        return await session_queries.existing(session_ids)

    async def is_open(self, principal: Principal) -> bool:
        """Say whether a session is not over; one without a signature has none that could be."""
        held = {principal.session_id}
        return principal.session_id == NO_SESSION or bool(await self.still_open(held))

    async def sweep(self) -> None:
        """Delete the sessions that have not been used for too long."""
        await session_queries.delete_unused(now() - self._ttl)

    def _check_clock(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
            raise BadSignature
        if self._window_seconds == 0:
            return
        if abs(time.time() - int(timestamp) / 1000) > self._window_seconds:
            raise BadSignature

    async def _verified(self, side: str, user_id: int, signature: Signature) -> Principal | None:
        account = self._accounts.get((side, user_id)) if self._bus.is_whole else None
        if account is not None:
            principal = await self._match(account, side, signature)
            if principal is not None:
                return principal
        # Not known, or a token that this process has not heard of yet: the database decides.
        drops = self._drops
        account = await session_queries.load_account(side, user_id)
        if account is None:
            return None
        if drops == self._drops:  # else what was read may have ended while it was read
            self._accounts[side, user_id] = account
        return await self._match(account, side, signature)

    async def _match(self, account: Account, side: str, signature: Signature) -> Principal | None:
        given = signature.rand_str.encode()
        found = None
        for held in account.sessions:
            if hmac.compare_digest(sign(signature.timestamp, held.token).encode(), given):
                found = held
        if found is None or found.used_at < now() - self._ttl:
            return None
        if found.used_at < now() - TOUCH_AFTER:
            await self._touch(account, side, found.id)
        return _principal(account, side, found.id)

    async def _touch(self, account: Account, side: str, session_id: int) -> None:
        moment: datetime = now()
        drops = self._drops
        await session_queries.touch(session_id, moment)
        if drops != self._drops:
            return  # the session may have ended meanwhile
        sessions = tuple(
            replace(held, used_at=moment) if held.id == session_id else held
            for held in account.sessions
        )
        self._accounts[side, account.id] = replace(account, sessions=sessions)

    def _drop(self, side: str, principal_id: int) -> None:
        self._drops += 1
        self._accounts.pop((side, principal_id), None)

    def _forget(self, data: Any) -> None:
        self._drop(*data)

    def _forget_everything(self) -> None:
        self._drops += 1
        self._accounts.clear()

    def _end(self, data: Any) -> None:
        ended = Ended(*data)
        self._drop(ended.side, ended.principal_id)
        for listener in self._end_listeners:
            listener(ended)


def _principal(account: Account, side: str, session_id: int) -> Principal | None:
    if side == "rep":
        if account.status != RepStatus.ENABLED:
            return None
        kind = AdminRep if account.role_id == RoleId.ADMIN else Rep
        return kind(account.id, account.company_id, account.role_id, session_id)
    customer = MiniCustomer if account.kind == CustomerKind.MINI_PROGRAM else OfficialCustomer
    return customer(account.id, account.company_id, session_id)


def make_sessions(settings: Settings, bus: Bus) -> Sessions:
    """Make the sessions of both kinds of principal."""
    window, ttl = settings.signature_window_seconds, settings.token_ttl_days
    return Sessions(bus, window_seconds=window, ttl_days=ttl)
