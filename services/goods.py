"""Goods of the mall: what the back office keeps, and what customers see of it.

Goods that have been ordered are not deleted, since orders refer to them; they are taken off sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models import goods as queries
from models import goods_class as classes
from models.base import now
from models.database import InUse, atomic, constrained, retry_on_deadlock
from models.goods import GoodsDraft as GoodsDraft
from models.goods import GoodsFilter
from models.goods import GoodsRow as GoodsRow
from models.mall import GoodsStatus as GoodsStatus
from services import company_pictures, mall
from services.errors import HasChildren, Invalid, NotFound
from services.principals import AdminRep, MiniCustomer

MOST_PICTURES: Final = 20
MOST_RECOMMENDED: Final = 100


async def page(
    rep: AdminRep,
    name: str,
    class_id: int | None,
    status: GoodsStatus | None,
    limit: int,
    offset: int,
) -> tuple[Sequence[GoodsRow], int]:
    """List the goods of a rep's company, the newest first, and count them.

    Args:
        name: contained in the goods' own.
        class_id: of this class or of one below it.

    Raises:
        NotFound: the company has no such class.
    """
    class_ids = None if class_id is None else await mall.with_subclasses(rep, class_id)
    wanted = GoodsFilter(name, class_ids, status)
    return await queries.page(rep.company_id, wanted, limit, offset)


async def page_for_customer(
    customer: MiniCustomer, class_id: int | None, limit: int, offset: int
) -> tuple[Sequence[GoodsRow], int]:
    """List the goods that a customer sees, those on sale first, and count them.

    Args:
        class_id: of this class or of one below it.

    Raises:
        NotFound: the company has no such class.
    """
    class_ids = None if class_id is None else await mall.with_subclasses(customer, class_id)
    return await queries.page_for_customers(customer.company_id, class_ids, limit, offset)


async def find_for_customer(customer: MiniCustomer, goods_id: int) -> GoodsRow:
    """Show goods to a customer of the company.

    Raises:
        NotFound: the company has no such goods, or does not show them.
    """
    found = await queries.find(customer.company_id, goods_id, queries.SHOWN)
    if found is None:
        raise NotFound
    return found


@retry_on_deadlock
async def add(rep: AdminRep, draft: GoodsDraft) -> int:
    """Make goods of a rep's company and return their id.

    Raises:
        Invalid: the commission is more than the price.
        NotFound: the company has no such class, or has not sent one of the pictures.
    """
    _check(draft)
    try:
        async with constrained():
            await _check_class(rep, draft)
            await company_pictures.require(rep.company_id, _pictures(draft))
            return await queries.add(rep.company_id, draft, now())
    except InUse:
        raise NotFound from None  # the class was deleted in this very moment


@retry_on_deadlock
async def change(rep: AdminRep, goods_id: int, draft: GoodsDraft) -> None:
    """Make goods of a rep's company what the draft says; what it leaves out is taken off them.

    Orders keep what they were made with.

    Raises:
        Invalid: the commission is more than the price.
        NotFound: the company has no such goods or no such class, or has not sent one of the
            pictures, unless the goods have that already.
    """
    _check(draft)
    try:
        async with constrained():
            kept = await queries.lock_pictures(rep.company_id, goods_id)
            if kept is None:
                raise NotFound
            await _check_class(rep, draft)
            await company_pictures.require(rep.company_id, _pictures(draft), kept)
            await queries.change(goods_id, draft)
    except InUse:
        raise NotFound from None


@retry_on_deadlock
async def set_status(rep: AdminRep, goods_id: int, status: GoodsStatus) -> None:
    """Set the status of goods; any may follow any other.

    Raises:
        NotFound: the company has no such goods.
    """
    if not await queries.set_status(rep.company_id, goods_id, status):
        raise NotFound


@retry_on_deadlock
async def delete(rep: AdminRep, goods_id: int) -> None:
    """Delete goods that nobody has ordered; their pictures stay the company's.

    Raises:
        NotFound: the company has no such goods.
        HasChildren: there is an order of them.
    """
    async with atomic():
        if not await queries.lock(rep.company_id, goods_id):
            raise NotFound
        if await queries.is_ordered(goods_id):
            raise HasChildren("该商品已有订单,不能删除,请改为下架")
        await queries.delete(goods_id)


def _check(draft: GoodsDraft) -> None:
    if draft.commission_cents > draft.price_cents:
        complaint = "佣金不能超过商品价格"
        raise Invalid(complaint, {"commissionFee": complaint})


async def _check_class(rep: AdminRep, draft: GoodsDraft) -> None:
    if draft.class_id is not None and not await classes.exists(rep.company_id, draft.class_id):
        raise NotFound


def _pictures(draft: GoodsDraft) -> set[str]:
    return {*draft.banners, *draft.details}
