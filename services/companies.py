"""Companies, which are the tenants, and the first of them, which runs the platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models import company as queries
from models import goods_class as classes
from models.base import now
from models.company import CompanyEntry, CompanyRow
from models.database import Taken, atomic, constrained, retry_on_deadlock
from services.errors import BadSignature, HasChildren, Invalid, NotFound, OnSelf
from services.names import check_name
from services.principals import AdminRep, Rep

FIRST_COMPANY: Final = 1
"""The platform company: its reps with role 1 manage all companies (decisions P8, S17)."""


def is_of_platform(rep: Rep) -> bool:
    """Whether a rep manages all companies."""
    return isinstance(rep, AdminRep) and rep.company_id == FIRST_COMPANY


def require_platform(rep: AdminRep) -> None:
    """Let only those through who manage all companies.

    Raises:
        BadSignature: the rep manages its own company only (decisions P5, T10).
    """
    if not is_of_platform(rep):
        raise BadSignature


async def find_visible(rep: Rep, company_id: int | None) -> CompanyRow:
    """Find the company that a call is about: the rep's own unless another is named.

    Raises:
        NotFound: there is no such company, or the rep may not see it (decisions S17, S25).
    """
    if company_id not in (None, rep.company_id) and not is_of_platform(rep):
        raise NotFound
    found = await queries.find(rep.company_id if company_id is None else company_id)
    if found is None:
        raise NotFound
    return found


async def page(rep: Rep, limit: int, offset: int) -> tuple[Sequence[CompanyEntry], int]:
    """List the companies that a rep may see, and count them (decisions S17)."""
    return await queries.page(None if is_of_platform(rep) else rep.company_id, limit, offset)


async def add(rep: AdminRep, name: str) -> int:
    """Make a company that has paid for a year (decisions S16).

    Returns:
        its id.

    Raises:
        BadSignature: the rep does not manage the platform.
        Invalid: another company has the name.
    """
    require_platform(rep)
    check_name("name", "公司名", name)
    try:
        async with constrained():
            return await queries.add(name, now())
    except Taken:
        raise _name_taken() from None


async def rename(rep: AdminRep, company_id: int, name: str) -> None:
    """Give a company another name.

    Raises:
        NotFound: it is not the rep's to manage.
        Invalid: another company has the name.
    """
    if not is_of_platform(rep) and company_id != rep.company_id:
        raise NotFound
    check_name("name", "公司名", name)
    try:
        async with constrained():
            if await queries.find(company_id) is None:
                raise NotFound
            await queries.rename(company_id, name)
    except Taken:
        raise _name_taken() from None


@retry_on_deadlock
async def delete(rep: AdminRep, company_id: int) -> None:
    """Delete a company that has neither reps nor customers left.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such company.
        OnSelf: it is the rep's own.
        HasChildren: it has reps or customers.
    """
    require_platform(rep)
    if company_id == rep.company_id:
        raise OnSelf("不允许删除自己的公司")
    async with atomic():
        if not await queries.lock(company_id):
            raise NotFound
        reps, customers = await queries.count_people(company_id)
        if reps or customers:
            raise HasChildren(f"该公司还有{reps}个用户和{customers}个客户,不能删除")
        await classes.delete_all(company_id)
        await queries.delete(company_id)


def _name_taken() -> Invalid:
    return Invalid("公司名已存在", {"name": "公司名已存在"})
