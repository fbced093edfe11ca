"""Tags of cases as the back office keeps them (decisions section 5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from models import case_tags as queries
from models.base import now
from models.case_tags import CountedTag as CountedTag
from models.database import Taken, atomic, constrained, retry_on_deadlock
from services.errors import HasChildren, Invalid, NotFound
from services.principals import AdminRep


async def page(
    rep: AdminRep, part: str, limit: int, offset: int
) -> tuple[Sequence[CountedTag], int]:
    """List the tags of a rep's company, the most searched first, and count them.

    Args:
        part: what the name has to hold; empty for all.
    """
    rows = await queries.page(rep.company_id, part, limit, offset)
    return rows, await queries.count(rep.company_id, part)


@retry_on_deadlock
async def add(rep: AdminRep, name: str) -> int:
    """Make a tag and return its id.

    Raises:
        Invalid: the company has a tag with this name.
    """
    async with _named():
        return await queries.add(rep.company_id, name, now())


@retry_on_deadlock
async def rename(rep: AdminRep, tag_id: int, name: str) -> None:
    """Give a tag another name; cases and searches show it at once.

    Raises:
        NotFound: the company has no such tag.
        Invalid: the company has another tag with this name.
    """
    async with _named():
        await _lock(rep, tag_id)
        await queries.rename(tag_id, name)


@retry_on_deadlock
async def delete(rep: AdminRep, tag_id: int) -> None:
    """Delete a tag that no case has.

    Raises:
        NotFound: the company has no such tag.
        HasChildren: a case has it.
    """
    async with atomic():
        await _lock(rep, tag_id)
        if await queries.is_used(tag_id):
            raise HasChildren("还有案例使用该标签,请先从案例中移除")
        await queries.delete(tag_id)


async def _lock(rep: AdminRep, tag_id: int) -> None:
    if not await queries.lock(rep.company_id, [tag_id]):
        raise NotFound


@asynccontextmanager
async def _named() -> AsyncIterator[None]:
    """Open a transaction that gives a tag its name."""
    try:
        async with constrained():
            yield
    except Taken:
        complaint = "标签名称已存在"
        raise Invalid(complaint, {"name": complaint}) from None
