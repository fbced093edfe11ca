"""A customer's orders (decisions section 5)."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Int, Page, Wire, iso, wire
from services import orders
from services.money import yuan
from services.orders import OrderRow
from services.principals import MiniCustomer

STATUS_LABELS: Final = {
    1: "待付款",
    2: "退款完成",
    3: "退款失败",
    4: "退款中",
    5: "拒绝退款",
    8: "交易成功",
    9: "交易失败",
    10: "取消订单",
}
"""What the states are called (semantics 1.4)."""


class OrdersParams(Page):
    """Which of the caller's orders; those of every state if none is named."""

    length: Int = wire("length", title="每页长度", default=10, ge=1)
    status: Int | None = wire("status", "theOrderStatus", title="订单状态", default=None)


class OrderParams(Wire):
    """Which order it is."""

    order_id: Id = wire("order_id", title="订单ID")


class OrderAnswer(TypedDict):
    """An order with what was ordered as it was then; prices are yuan."""

    id: int
    orderNumber: str
    goodsId: int | None
    goodsName: str
    detailePicture: str
    goodsPrice: str
    unitRiceNum: int
    youHui: str
    yingFuKuan: str
    phone: str
    theOrderStatus: int
    theOrderStatusName: str
    yewuUser_id: int | None
    yewuUser: str
    createDate: str | None
    stopDateTime: str | None


class OrdersAnswer(TypedDict):
    """A page of orders, the newest first."""

    ret_data: list[OrderAnswer]
    data_count: int


class OneOrderAnswer(TypedDict):
    """The order that was asked for."""

    ret_data: OrderAnswer


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/order/order_list",
    caller=MiniCustomer,
    params=OrdersParams,
    success="查询成功",
)
async def list_orders(call: Call[MiniCustomer], given: OrdersParams) -> OrdersAnswer:
    """List the caller's orders."""
    found, total = await orders.page(call.caller, given.status, given.limit, given.offset)
    return {"ret_data": [order_answer(row) for row in found], "data_count": total}


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/order/order_single",
    caller=MiniCustomer,
    params=OrderParams,
    success="查询成功",
)
async def show_order(call: Call[MiniCustomer], given: OrderParams) -> OneOrderAnswer:
    """Show one of the caller's orders."""
    return {"ret_data": order_answer(await orders.find(call.caller, given.order_id))}


def order_answer(row: OrderRow) -> OrderAnswer:
    """Write an order."""
    return {
        "id": row.id,
        "orderNumber": row.number,
        "goodsId": row.goods_id,
        "goodsName": row.goods_name,
        "detailePicture": row.picture,
        "goodsPrice": yuan(row.price_cents),
        "unitRiceNum": row.quantity,
        "youHui": yuan(row.discount_cents),
        "yingFuKuan": yuan(row.payable_cents),
        "phone": row.phone,
        "theOrderStatus": row.status,
        "theOrderStatusName": STATUS_LABELS[row.status],
        "yewuUser_id": row.rep_id,
        "yewuUser": row.rep_name,
        "createDate": iso(row.created_at),
        "stopDateTime": iso(row.ended_at),
    }
