"""What a customer does with the goods of the mall."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from services import consultations, showcase
from services.principals import MiniCustomer


class GoodsParams(Wire):
    """Which goods they are, and which rep has shown them."""

    rep_id: Id = wire("uid", title="用户ID")
    goods_id: Id = wire("product_id", title="商品ID")


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/forward_product",
    caller=MiniCustomer,
    params=GoodsParams,
    success="记录转发产品成功",
)
async def note_forward(call: Call[MiniCustomer], given: GoodsParams) -> None:
    """Log that the caller hands goods on."""
    await showcase.forward_goods(call.caller, given.rep_id, given.goods_id, call.services.cards)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mallManage/consult_product",
    caller=MiniCustomer,
    params=GoodsParams,
    success="咨询产品成功",
)
async def consult(call: Call[MiniCustomer], given: GoodsParams) -> None:
    """Ask the rep about goods: a message in their chat, which is logged as well."""
    services = call.services
    services.send_limit.check(f"customer:{call.caller.id}")
    await consultations.ask_about_goods(
        call.caller, given.rep_id, given.goods_id, services.messages, services.radar
    )
