"""Staff: the reps of a company, and who manages them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from models import company as companies
from models import members, roles
from models import session as session_queries
from models import staff as queries
from models.base import now
from models.database import Taken, atomic, constrained, retry_on_deadlock
from models.members import Member, MemberFilter
from models.members import MemberRow as MemberRow
from models.staff import RepStatus as RepStatus
from services.clock import window
from services.companies import find_visible, is_of_platform
from services.errors import HasChildren, Invalid, NotFound, OnSelf
from services.media.files import Files
from services.names import check_name
from services.passwords import Passwords
from services.principals import AdminRep, Rep
from services.sessions import Sessions

LONGEST_PASSWORD: Final = 64


async def create_admin(
    company: str, username: str, password: str, passwords: Passwords, shortest: int
) -> int:
    """Make a rep with role 1 (管理员) that may log in, and its company if there is none.

    Args:
        company: the company's name.
        shortest: how long a password has to be.

    Returns:
        the rep's id.

    Raises:
        Invalid: the login name is taken, a name is none, or the password has a wrong length.
    """
    check_name("username", "用户名", username)
    check_name("company", "公司名", company)
    check_password(password, shortest)
    password_hash = await passwords.hash(password)
    async with atomic():
        if await queries.card_of_username(username) is not None:
            raise Invalid("用户名已存在", {"username": "用户名已存在"})
        return await queries.add_admin(company, username, password_hash, now())


def check_password(password: str, shortest: int) -> None:
    """Check the length of a new password (decisions S16).

    Raises:
        Invalid: it is too short or too long.
    """
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        complaint = f"密码长度必须在{shortest}到{LONGEST_PASSWORD}之间"
        raise Invalid(complaint, {"password": complaint})


@dataclass(frozen=True, slots=True)
class MemberSearch:
    """What a list of reps is searched by: pieces of names, the day when it was made, exact values.

    An empty text and a None stand for any.
    """

    username: str = ""
    role_name: str = ""
    company_name: str = ""
    made_on: date | None = None
    role_id: int | None = None
    status: RepStatus | None = None
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A rep as it is to be.

    Args:
        password: None keeps the one that it has.
        company_id: None keeps the company that it is in.
        wecom_userid: its UserID in WeCom; None keeps what it has.
    """

    username: str
    password: str | None
    role_id: int
    company_id: int | None
    wecom_userid: str | None


async def page(
    rep: Rep, search: MemberSearch, limit: int, offset: int
) -> tuple[Sequence[MemberRow], int]:
    """List the reps of the caller's company, of the platform's administrator all, the newest first.

    Returns:
        a page of them, and how many were found (decisions S17, T10).

    Raises:
        NotFound: the role or the company that is searched for is not the caller's to see.
    """
    if search.role_id is not None:
        await _require_role(search.role_id)
    company_id = search.company_id
    if company_id is not None:
        await find_visible(rep, company_id)
    elif not is_of_platform(rep):
        company_id = rep.company_id
    since, until = window(search.made_on, search.made_on)
    wanted = MemberFilter(
        company_id,
        search.username,
        search.role_name,
        search.company_name,
        since,
        until,
        search.role_id,
        search.status,
    )
    return await members.page(wanted, limit, offset)


async def customer_counts(found: Sequence[MemberRow]) -> dict[int, int]:
    """Count the customers of reps; those without any are left out."""
    return await members.customer_counts([one.id for one in found]) if found else {}


class Staff:
    """Adds, changes and deletes the reps that a rep with role 1 manages."""

    def __init__(
        self, sessions: Sessions, passwords: Passwords, files: Files, *, shortest: int
    ) -> None:
        self._sessions = sessions
        self._passwords = passwords
        self._files = files
        self._shortest = shortest

    async def add(self, rep: AdminRep, draft: MemberDraft) -> int:
        """Make a rep, enabled while the company's card quota allows it (decisions S16).

        Returns:
            its id.

        Raises:
            NotFound: the role or the company does not exist, or is not the caller's to manage.
            Invalid: the name or the UserID is taken, or the password has a wrong length.
        """
        assert draft.password is not None
        check_name("username", "用户名", draft.username)
        check_password(draft.password, self._shortest)
        password_hash = await self._passwords.hash(draft.password)
        company_id = draft.company_id or rep.company_id
        try:
            return await _add(rep, draft, company_id, password_hash)
        except Taken as taken:
            raise _taken(taken) from None

    async def change(
        self, rep: AdminRep, target_id: int, draft: MemberDraft, heir_id: int | None
    ) -> None:
        """Change a rep, and hand its customers over if an heir is named.

        A new password and another company end its sessions (decisions T13).

        Raises:
            NotFound: the rep, the role, the company or the heir is not the caller's to manage.
            OnSelf: the caller would give up its own role 1.
            Invalid: the name is taken, the password has a wrong length, or the heir is the rep.
            HasChildren: it would go to another company without its customers and products.
        """
        check_name("username", "用户名", draft.username)
        password_hash = None
        if draft.password is not None:
            check_password(draft.password, self._shortest)
            password_hash = await self._passwords.hash(draft.password)
        if heir_id == target_id:
            raise Invalid("不能转移给自己", {"transfer_to": "不能转移给自己"})
        try:
            has_moved = await _change(rep, target_id, draft, password_hash, heir_id)
        except Taken as taken:
            raise _taken(taken) from None
        if password_hash is not None or has_moved:
            await self._sessions.close_all("rep", target_id)
        else:
            await self._sessions.forget("rep", target_id)

    async def delete(self, rep: AdminRep, target_id: int) -> None:
        """Delete a rep that has no customers left, with its sessions, products and pictures.

        Raises:
            OnSelf: it is the caller.
            NotFound: it is not the caller's to manage.
            HasChildren: it has customers.
        """
        if target_id == rep.id:
            raise OnSelf
        pictures = await _delete(rep, target_id)
        await self._sessions.forget_all("rep", target_id)
        for url in pictures:
            await self._files.remove_upload(url)

    async def set_status(self, rep: AdminRep, target_id: int, status: RepStatus) -> None:
        """Enable or disable a rep (001-admin.md:22); disabling ends its sessions (decisions T13).

        Raises:
            OnSelf: it is the caller.
            NotFound: it is not the caller's to manage.
            Invalid: all cards of its company are taken (decisions S16).
        """
        if target_id == rep.id:
            raise OnSelf("不能修改自己")
        has_changed = await _set_status(rep, target_id, status)
        # Of a rep that was disabled already too: who did it may not have lived to say so.
        if has_changed or status == RepStatus.DISABLED:
            await self._sessions.forget_all("rep", target_id)


@retry_on_deadlock
async def _add(rep: AdminRep, draft: MemberDraft, company_id: int, password_hash: str) -> int:
    async with constrained():
        await _require_company(rep, company_id)
        await _require_role(draft.role_id)
        is_enabled = await members.free_cards(company_id) > 0
        return await members.add(
            {
                "company": company_id,
                "role": draft.role_id,
                "username": draft.username,
                "wecom_userid": draft.wecom_userid,
                "password_hash": password_hash,
                "status": RepStatus.ENABLED if is_enabled else RepStatus.DISABLED,
            }
        )


@retry_on_deadlock
async def _change(
    rep: AdminRep,
    target_id: int,
    draft: MemberDraft,
    password_hash: str | None,
    heir_id: int | None,
) -> bool:
    """Change a rep in one transaction and say whether it has gone to another company."""
    async with constrained():
        target, heir = await _lock(rep, target_id, heir_id)
        await _require_role(draft.role_id)
        if target.id == rep.id and draft.role_id != target.role_id:
            raise OnSelf("不允许修改自己的角色")
        if heir is not None:
            if heir.company_id != target.company_id:
                raise NotFound
            await members.hand_over(target_id, heir.id, now())
        company_id = draft.company_id or target.company_id
        has_moved = company_id != target.company_id
        if has_moved:
            await _require_free_to_move(rep, target, company_id)
        optional = {"password_hash": password_hash, "wecom_userid": draft.wecom_userid}
        await members.change(
            target_id,
            {
                "username": draft.username,
                "role": draft.role_id,
                "company": company_id,
                **{name: value for name, value in optional.items() if value is not None},
            },
        )
        return has_moved


@retry_on_deadlock
async def _set_status(rep: AdminRep, target_id: int, status: RepStatus) -> bool:
    """Enable or disable a rep in one transaction and say whether that was new."""
    async with atomic():
        target, _ = await _lock(rep, target_id, None)
        if target.status == status:
            return False
        if status == RepStatus.ENABLED:
            await _require_company(rep, target.company_id)
            await _require_free_card(target.company_id, "status")
        await members.change(target_id, {"status": status})
        # On enabling too: a login that was under way has perhaps left one behind the disabling.
        await session_queries.delete_all("rep", target_id)
        return True


@retry_on_deadlock
async def _delete(rep: AdminRep, target_id: int) -> list[str]:
    """Delete a rep and give the addresses of the pictures that nothing shows any more."""
    async with atomic():
        await _lock(rep, target_id, None)
        customers, _ = await members.count_owned(target_id)
        if customers:
            raise HasChildren(f"该用户还有{customers}个客户,请先转移客户后再删除")
        pictures = await members.pictures(target_id)
        await members.delete(target_id)
        return pictures


async def _lock(rep: AdminRep, target_id: int, heir_id: int | None) -> tuple[Member, Member | None]:
    """Lock a rep and its heir, in one order everywhere."""
    wanted = sorted({target_id, heir_id} - {None}, key=lambda rep_id: rep_id or 0)
    found = {rep_id: await members.lock(rep_id) for rep_id in wanted if rep_id is not None}
    target, heir = found[target_id], found.get(heir_id) if heir_id is not None else None
    for member in found.values():
        if member is None or not _manages(rep, member.company_id):
            raise NotFound
    assert target is not None
    return target, heir


def _manages(rep: AdminRep, company_id: int) -> bool:
    return company_id == rep.company_id or is_of_platform(rep)


async def _require_company(rep: AdminRep, company_id: int) -> None:
    """Lock a company that the caller manages, so that nobody else takes the last of its cards."""
    if not _manages(rep, company_id) or not await companies.lock(company_id):
        raise NotFound


async def _require_role(role_id: int) -> None:
    if not await roles.role_exists(role_id):
        raise NotFound


async def _require_free_to_move(rep: AdminRep, target: Member, company_id: int) -> None:
    await _require_company(rep, company_id)
    customers, products = await members.count_owned(target.id)
    if customers or products:
        raise HasChildren(f"该用户还有{customers}个客户和{products}个产品,不能更换公司")
    if target.status == RepStatus.ENABLED:
        await _require_free_card(company_id, "company_id")


async def _require_free_card(company_id: int, field: str) -> None:
    if await members.free_cards(company_id) <= 0:
        complaint = "该公司可开通名片数量不足"
        raise Invalid(complaint, {field: complaint})


def _taken(taken: Taken) -> Invalid:
    field, complaint = (
        ("username", "用户名已存在") if taken.is_of("username") else ("userid", "成员UserID已存在")
    )
    return Invalid(complaint, {field: complaint})
