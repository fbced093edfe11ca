"""A customer's orders (decisions section 5)."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.orders import OrderAnswer, order_answer
from handlers.wire import Id, Int, Page, Wire, wire
from services import orders
from services.principals import MiniCustomer


class OrdersParams(Page):
    """Which of the caller's orders; those of every state if none is named."""

    length: Int = wire("length", title="每页长度", default=10, ge=1)
    status: Int | None = wire("status", "theOrderStatus", title="订单状态", default=None)


class OrderParams(Wire):
    """Which order it is."""

    order_id: Id = wire("order_id", title="订单ID")


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
