"""The orders of the company's mall in the back office (decisions section 5)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.goods import Commission
from handlers.orders import STATUS_LABELS, OrderAnswer, order_answer
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Day, Id, Int, Page, SearchText, Wire, wire
from services import orders
from services.clock import window
from services.money import yuan
from services.orders import OrderFilter, SoldRow
from services.principals import AdminRep


def _known(number: int) -> int:
    if number not in STATUS_LABELS:
        raise ValueError("订单状态不在允许的范围内")
    return number


class OrdersParams(Page):
    """Which of the company's orders: all of them unless something is given."""

    status: Annotated[Int, AfterValidator(_known)] | None = wire(
        "status", "theOrderStatus", title="订单状态", default=None
    )
    number: SearchText | None = wire("orderNumber", title="订单编号", default=None, max_length=32)
    goods_id: Id | None = wire("goodsId", title="商品ID", default=None)
    rep_id: Id | None = wire("uid", title="用户ID", default=None)
    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)
    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)

    @property
    def wanted(self) -> OrderFilter:
        """The same in the words of the business."""
        since, until = window(self.first_day, self.last_day)
        named = (self.status, self.number, self.goods_id, self.rep_id, self.customer_id)
        return OrderFilter(*named, since, until)


class SoldAnswer(OrderAnswer, Commission):
    """An order with who has placed it, and what the rep gets for it."""

    customer_id: int
    customer__username: str
    headimgurl: str


class OrdersAnswer(TypedDict):
    """A page of orders, the newest first."""

    ret_data: list[SoldAnswer]
    data_count: int


class OneOrderAnswer(TypedDict):
    """The order that was asked for."""

    ret_data: SoldAnswer


@endpoint(
    "GET",
    "/zhugeleida/admin/order/order_list",
    caller=AdminRep,
    params=OrdersParams,
    success="查询成功",
)
async def list_orders(call: Call[AdminRep], given: OrdersParams) -> OrdersAnswer:
    """List the orders of the caller's company."""
    found, total = await orders.page_of_company(
        call.caller, given.wanted, given.limit, given.offset
    )
    return {"ret_data": [_sold(row) for row in found], "data_count": total}


class OrderParams(Wire):
    """Which order it is."""

    order_id: Id = wire("order_id", title="订单ID")


@endpoint(
    "GET",
    "/zhugeleida/admin/order/order_single",
    caller=AdminRep,
    params=OrderParams,
    success="查询成功",
)
async def show_order(call: Call[AdminRep], given: OrderParams) -> OneOrderAnswer:
    """Show one of the orders of the caller's company."""
    return {"ret_data": _sold(await orders.find_of_company(call.caller, given.order_id))}


def _sold(row: SoldRow) -> SoldAnswer:
    return {
        **order_answer(row.order),
        "customer_id": row.customer_id,
        "customer__username": row.customer_name,
        "headimgurl": row.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
        "commissionFee": yuan(row.commission_cents),
    }
