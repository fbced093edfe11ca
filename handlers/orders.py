"""What the calls of customers and of the back office share about orders: names, shapes of rows."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from handlers.wire import iso
from services.money import yuan
from services.orders import OrderRow

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
