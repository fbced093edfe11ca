"""Logins: of staff by password or through WeCom, of customers through the mini program."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models import company as companies
from models import customer as customers
from models import session as session_queries
from models import staff
from models.base import now
from models.customer import CustomerKind
from models.database import atomic
from models.staff import CardRow
from services.audit import Trail
from services.chat.messages import Messages
from services.companies import FIRST_COMPANY
from services.customers import Profile, note_profile
from services.errors import NotFound, UpstreamAway, WrongPassword
from services.limits import LoginLimit
from services.media.files import Files
from services.passwords import Passwords
from services.principals import OfficialCustomer
from services.sessions import NO_SESSION, Sessions
from services.visits import Visit, bind_follower, refusal, require_open, require_welcome
from services.wechat.client import (
    CodeRefused,
    Member,
    MiniProgramKeys,
    OfficialAccountKeys,
    WeChatClient,
    WecomKeys,
)
from services.wechat.crypto import SecretBox

CODE_REPEATS: Final = timedelta(minutes=5)
CODE_KEPT: Final = timedelta(days=1)
CODE_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class StaffLogin:
    """A rep that has logged in; ``last_login_at`` is the login before this one."""

    token: str
    card: CardRow
    role_id: int
    role_name: str
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberLogin:
    """A rep that has come through WeCom."""

    token: str
    rep_id: int
    avatar: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class CustomerLogin:
    """A customer that has logged in, and the rep that it is shown; None if there is none.

    Args:
        name: what a customer of a mini program is called; empty while it has not told.
    """

    token: str
    customer_id: int
    company_id: int
    rep_id: int | None
    name: str = ""


class Accounts:
    """Turns passwords and WeChat's login codes into sessions.

    Args:
        exchange_seconds: how long an exchange may take, for those who wait for another's.
    """

    def __init__(
        self,
        sessions: Sessions,
        wechat: WeChatClient,
        secrets: SecretBox,
        passwords: Passwords,
        limit: LoginLimit,
        files: Files,
        *,
        exchange_seconds: float,
    ) -> None:
        self._sessions = sessions
        self._wechat = wechat
        self._secrets = secrets
        self._passwords = passwords
        self._limit = limit
        self._files = files
        self._exchange_seconds = exchange_seconds

    async def log_in_staff(
        self, username: str, password: str, address: str, trail: Trail | None = None
    ) -> StaffLogin:
        """Log a rep in to the back office (decisions P9).

        Args:
            trail: where the try is written down, before the password is looked at.

        Raises:
            WrongPassword: the name or the password is wrong.
            Disabled: the rep may not log in, or its company has expired.
            Throttled: too many tries.
        """
        async with self._limit.trying(username, address):
            found = await staff.card_of_username(username)
            card, password_hash, role_id = found or (None, None, 0)
            await _write_down(trail, card, FIRST_COMPANY, username)
            if not await self._passwords.matches(password, password_hash) or card is None:
                raise WrongPassword
        moment = now()
        require_open(card, moment)
        before = await staff.note_login(card.id, moment)
        token = await self._sessions.open("rep", card.id)
        return StaffLogin(token, card, role_id, await staff.role_name(role_id), before)

    async def log_in_member(
        self, company_id: int, code: str, address: str, trail: Trail | None = None
    ) -> MemberLogin:
        """Log a rep in that WeCom has sent with a code (semantics 2.3). No rep is made here.

        Args:
            trail: where the try is written down, before a session is opened.

        Raises:
            CodeRefused: the code is wrong or too old, or the company has no such rep.
            Expired: the company's paid time is over.
            Disabled: the rep may not log in.
            UpstreamAway: WeCom does not answer.
            Throttled: too many wrong codes.
        """
        app = await companies.radar_app(company_id)
        if app is None:
            await _write_down(trail, None, FIRST_COMPANY)
            raise CodeRefused
        keys = WecomKeys(app.corp_id, self._secrets.open(app.secret))
        try:
            rep_id = await self._once(
                *(f"wecom:{company_id}", code, address, "rep"),
                lambda mine: self._enter_member(company_id, keys, mine),
            )
        except (CodeRefused, UpstreamAway):
            await _write_down(trail, None, company_id)
            raise
        moment = now()
        card = (await staff.cards([rep_id]))[rep_id]
        await _write_down(trail, card, company_id)
        require_open(card, moment)
        before = await staff.note_login(rep_id, moment)
        token = await self._sessions.open("rep", rep_id)
        return MemberLogin(token, rep_id, card.avatar, before is None)

    async def log_in_customer(
        self, code: str, address: str, company_id: int | None, rep_id: int | None
    ) -> CustomerLogin:
        """Log a customer of a mini program in (semantics 2.4, decisions S14 and T20).

        Args:
            company_id: whose mini program it is; else the rep's company, else the first.
            rep_id: whose card the customer has come for.

        Raises:
            NotFound: the company or the rep does not exist, or is not the customer's.
            CodeRefused: the code is wrong or too old.
            UpstreamAway: WeChat does not answer.
            Throttled: too many wrong codes.
        """
        wanted = await self._company(company_id, rep_id)
        app = await companies.mini_program(wanted)
        if app is None:
            raise NotFound
        keys = MiniProgramKeys(app.appid, self._secrets.open(app.secret))
        is_named = company_id is not None or rep_id is not None
        customer_id = await self._once(
            *(keys.appid, code, address, "customer"),
            lambda mine: self._enter_customer(wanted, keys, mine, must_be_there=is_named),
        )
        own = await customers.company_of(customer_id)
        assert own is not None
        if own != wanted and is_named:
            raise NotFound
        shown = rep_id or await _rep_for(customer_id, own)
        name = await customers.name_of(customer_id)
        token = await self._sessions.open("customer", customer_id)
        return CustomerLogin(token, customer_id, own, shown, name)

    async def log_in_follower(
        self, code: str, address: str, visit: Visit, chats: Messages
    ) -> CustomerLogin:
        """Log a customer of an official account in, and make it the rep's (decisions S13, S14).

        Raises:
            NotFound: company, rep or parent do not exist, or are not of one company.
            CodeRefused: the code is wrong or too old.
            Expired: the company's paid time is over.
            Disabled: the rep may not log in.
            UpstreamAway: WeChat does not answer.
            Throttled: too many wrong codes.
        """
        wanted = await self._company(visit.company_id, visit.rep_id)
        app = await companies.official_account(wanted)
        if app is None:
            raise NotFound
        await require_welcome(wanted, app.expires_at, visit)
        keys = OfficialAccountKeys(app.appid, self._secrets.open(app.secret))
        customer_id = await self._once(
            *(keys.appid, code, address, "customer"),
            lambda mine: self._enter_follower(wanted, keys, mine),
        )
        follower = OfficialCustomer(customer_id, wanted, NO_SESSION)
        rep_id = await bind_follower(follower, visit, chats)
        token = await self._sessions.open("customer", customer_id)
        return CustomerLogin(token, customer_id, wanted, rep_id)

    async def sweep(self) -> None:
        """Forget login codes that nobody will deliver again."""
        await session_queries.delete_codes(now() - CODE_KEPT)

    async def _company(self, company_id: int | None, rep_id: int | None) -> int:
        if rep_id is None:
            return FIRST_COMPANY if company_id is None else company_id
        own = await staff.company_of(rep_id)
        if own is None or company_id not in (None, own):
            raise NotFound
        return own

    async def _once(
        self,
        app: str,
        code: str,
        address: str,
        side: str,
        exchange: Callable[[_CodeOwner], Awaitable[int]],
    ) -> int:
        """Exchange a login code, unless that was done just now, here or in another process."""
        digest = hashlib.sha256(f"{app}:{code}".encode()).hexdigest()
        deadline = time.monotonic() + self._exchange_seconds
        while time.monotonic() < deadline:
            moment = now()
            if await session_queries.claim_code(digest, moment, moment - CODE_REPEATS):
                break
            owner = await self._await_exchange(digest, side, deadline)
            if owner is not None:
                return owner
        else:
            raise UpstreamAway
        try:
            return await exchange(_CodeOwner(digest, code, address))
        except BaseException:
            await session_queries.release_code(digest)
            raise

    async def _await_exchange(self, digest: str, side: str, deadline: float) -> int | None:
        """Wait for another's exchange of a code; None when that has failed, or takes too long."""
        while time.monotonic() < deadline:
            is_taken, owner = await session_queries.code_owner(digest, side)
            if owner is not None or not is_taken:
                return owner
            await asyncio.sleep(CODE_POLL_SECONDS)
        return None

    async def _enter_customer(
        self, company_id: int, keys: MiniProgramKeys, mine: _CodeOwner, *, must_be_there: bool
    ) -> int:
        async with self._limit.trying(None, mine.address, CodeRefused):
            login = await self._wechat.exchange_code(keys, mine.code)
        async with atomic():
            customer_id, own = await customers.enter(
                login.openid,
                CustomerKind.MINI_PROGRAM,
                company_id,
                self._secrets.seal(login.session_key),
                now(),
            )
            if must_be_there and own != company_id:
                raise NotFound
            await session_queries.settle_code(mine.digest, "customer", customer_id)
        return customer_id

    async def _enter_follower(
        self, company_id: int, keys: OfficialAccountKeys, mine: _CodeOwner
    ) -> int:
        async with self._limit.trying(None, mine.address, CodeRefused):
            told = await self._wechat.follower(keys, mine.code)
        async with atomic():
            customer_id, own = await customers.enter(
                told.openid, CustomerKind.OFFICIAL_ACCOUNT, company_id, "", now()
            )
            if own != company_id:
                raise NotFound
            await session_queries.settle_code(mine.digest, "customer", customer_id)
        profile = Profile(
            *(told.name, told.avatar, told.city, told.country, told.province, "", told.gender)
        )
        await note_profile(customer_id, profile, self._files)
        return customer_id

    async def _enter_member(self, company_id: int, keys: WecomKeys, mine: _CodeOwner) -> int:
        async with self._limit.trying(None, mine.address, CodeRefused):
            member: Member = await self._wechat.member(keys, mine.code)
        rep = await staff.find_member(company_id, member.userid)
        if rep is None:
            raise CodeRefused
        card = (await staff.cards([rep.id]))[rep.id]
        if refusal(card, now()) is not None:
            # Nothing of who may not come in is kept, but whose code it was: it works once only.
            await session_queries.settle_code(mine.digest, "rep", card.id)
            return card.id
        avatar = await self._files.renew_avatar("rep", card.id, member.avatar, card.avatar)
        if avatar == card.avatar:  # not written: meanwhile there may be a newer one
            avatar = ""
        async with atomic():
            replaced = await staff.update_from_wecom(card.id, avatar, member.gender)
            await session_queries.settle_code(mine.digest, "rep", card.id)
        if avatar:
            await self._files.drop_avatar("rep", card.id, replaced)
        return card.id


@dataclass(frozen=True, slots=True)
class _CodeOwner:
    """A login code that this call has claimed, the name that its row has, and who calls."""

    digest: str
    code: str
    address: str


async def _write_down(
    trail: Trail | None, card: CardRow | None, company_id: int, tried: str = ""
) -> None:
    """Enter a try to log in, in the log of the rep's company if there is such a rep."""
    if trail is not None:
        rep_id = None if card is None else card.id
        await trail.begin(company_id if card is None else card.company_id, rep_id, tried)


async def _rep_for(customer_id: int, company_id: int) -> int | None:
    """Choose whose card a customer is shown who did not come for a certain one.

    It is the rep that it was active with last, else one of the staff, the same each time.
    """
    latest = await customers.latest_bond(customer_id)
    if latest is not None:
        return latest
    enabled = await staff.enabled_ids(company_id)
    return enabled[customer_id % len(enabled)] if enabled else None
