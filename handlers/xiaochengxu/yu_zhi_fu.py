"""Customers ordering goods and paying for them (002-xiaochengxu-v1.md:1552)."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.people import Phone
from handlers.wire import Id, Int, Wire, wire
from services.orders import Wish
from services.principals import MiniCustomer
from services.wechat.pay import SIGN_TYPE

MOST_PIECES = 99


class PurchaseParams(Wire):
    """What the caller buys; ``fukuan`` names an order of its own that it wants to pay now."""

    seller_id: Id = wire("u_id", title="用户ID")
    goods_id: Id = wire("goodsId", title="商品ID")
    mini_program_id: Id = wire("xiaochengxu_id", title="小程序ID")
    quantity: Int = wire("goodsNum", title="商品数量", default=1, ge=1, le=MOST_PIECES)
    phone: Phone = wire("phoneNumber", title="手机号", default="")
    order_id: Id | None = wire("fukuan", title="订单ID", default=None)


class PhoneAnswer(TypedDict):
    """What ``wx.requestPayment`` takes; beyond the document the order's id."""

    appId: str
    timeStamp: int
    nonceStr: str
    package: str
    signType: str
    paySign: str
    order_id: int


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/yuZhiFu",
    caller=MiniCustomer,
    params=PurchaseParams,
    success="预支付请求成功",
)
async def place_order(call: Call[MiniCustomer], given: PurchaseParams) -> PhoneAnswer:
    """Order goods, or pay an order that still waits, within ten minutes of its placing."""
    orders = call.services.orders
    wish = Wish(
        goods_id=given.goods_id,
        mini_program_id=given.mini_program_id,
        seller_id=given.seller_id,
        quantity=given.quantity,
        phone=given.phone,
    )
    if given.order_id is None:
        payable = await orders.place(call.caller, wish, call.address)
    else:
        payable = await orders.pay_again(call.caller, given.order_id, wish)
    request = payable.request
    return {
        "appId": request.appid,
        "timeStamp": request.made_at,
        "nonceStr": request.nonce,
        "package": request.package,
        "signType": SIGN_TYPE,
        "paySign": request.signature,
        "order_id": payable.order_id,
    }
