"""Goods of the mall as customers see them, and what customers do with them."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.goods import GoodsFacts, ShownGoods, facts, shown
from handlers.wire import Id, Page, Wire, wire
from services import consultations, goods, showcase
from services.principals import MiniCustomer


class GoodsListParams(Page):
    """Which goods are listed: all of them, or those of a class and of the ones below it."""

    class_id: Id | None = wire("parentName", title="商品分类", default=None)


class GoodsListAnswer(TypedDict):
    """A page of goods."""

    ret_data: list[GoodsFacts]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/goods_list",
    caller=MiniCustomer,
    params=GoodsListParams,
    success="查询成功",
)
async def list_goods(call: Call[MiniCustomer], given: GoodsListParams) -> GoodsListAnswer:
    """List the goods of the caller's company: on sale first, then what is sold out."""
    rows, total = await goods.page_for_customer(
        call.caller, given.class_id, given.limit, given.offset
    )
    return {"ret_data": [facts(row) for row in rows], "data_count": total}


class GoodsParams(Wire):
    """Which goods."""

    goods_id: Id = wire("product_id", title="商品ID")


class GoodsAnswer(TypedDict):
    """The goods that were asked for, in a list."""

    ret_data: list[ShownGoods]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/goods_single",
    caller=MiniCustomer,
    params=GoodsParams,
    success="查询成功",
)
async def show_goods(call: Call[MiniCustomer], given: GoodsParams) -> GoodsAnswer:
    """Show goods of the caller's company, also those that are sold out."""
    row = await goods.find_for_customer(call.caller, given.goods_id)
    return {"ret_data": [shown(row)], "data_count": 1}


class ShownParams(GoodsParams):
    """Which goods they are, and which rep has shown them."""

    rep_id: Id = wire("uid", title="用户ID")


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/forward_product",
    caller=MiniCustomer,
    params=ShownParams,
    success="记录转发产品成功",
)
async def note_forward(call: Call[MiniCustomer], given: ShownParams) -> None:
    """Log that the caller hands goods on."""
    await showcase.forward_goods(call.caller, given.rep_id, given.goods_id, call.services.cards)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/consult_product",
    caller=MiniCustomer,
    params=ShownParams,
    success="咨询产品成功",
)
async def consult(call: Call[MiniCustomer], given: ShownParams) -> None:
    """Ask the rep about goods: a message in their chat, which is logged as well."""
    services = call.services
    services.send_limit.check(f"customer:{call.caller.id}")
    await consultations.ask_about_goods(
        call.caller, given.rep_id, given.goods_id, services.messages, services.radar
    )
