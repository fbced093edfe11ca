"""How tests of paying order, pay and read what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tornado.httpclient import HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from models.database import fetch_all
from models.mall import OrderStatus
from services.wechat.pay_xml import from_xml
from tests.api import Answer, Api
from tests.factories import session_for
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.orders import Mall

PREPAY = "/zhugeleida/xiaochengxu/yuZhiFu"
PAYBACK = "/zhugeleida/xiaochengxu/payback"
UNPAID, PAID, FAILED = OrderStatus.UNPAID, OrderStatus.PAID, OrderStatus.FAILED
CANCELLED = OrderStatus.CANCELLED
TAKEN = (
    "<xml><return_code><![CDATA[SUCCESS]]></return_code>"
    "<return_msg><![CDATA[OK]]></return_msg></xml>"
)


async def order(api: Api, mall: Mall, **changed: object) -> Answer:
    """Have a mall's customer order its goods."""
    return await api.post(PREPAY, mall.wish(**changed), caller=await session_for(mall.customer))


async def prepay_id(api: Api, mall: Mall, **changed: object) -> str:
    """Order, and give what the phone pays by."""
    answer = await order(api, mall, **changed)
    assert answer["code"] == 200, answer
    return str(answer.data["package"]).removeprefix("prepay_id=")


async def pay(simulator: Simulator, prepay: str, **how: object) -> list[str]:
    """Have a phone pay, and give what the server has said to each notice."""
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        response = await http.fetch(
            f"{simulator.url}/pay/simulate",
            method="POST",
            body=json.dumps({"prepay_id": prepay, **how}),
        )
    finally:
        http.close()
    answers: list[str] = json.loads(response.body)["answers"]
    return answers


async def notify(api: Api, body: bytes | str, **options: Any) -> HTTPResponse:
    """Send something to where notices go."""
    headers = {"Content-Type": "text/xml"}
    return await api.fetch("POST", PAYBACK, body=body, headers=headers, **options)


def said(answer: str | bytes) -> tuple[str, str]:
    """What the server has said to a notice."""
    fields = from_xml(answer if isinstance(answer, bytes) else answer.encode())
    return fields["return_code"], fields["return_msg"]


async def states() -> list[int]:
    """Where all orders stand, in the order of their placing."""
    return [status for (status,) in await fetch_all("SELECT status FROM goods_order ORDER BY id")]


async def only_order() -> Mapping[str, Any]:
    """The one order that there is."""
    names = (
        "id, company_id, goods_id, rep_id, customer_id, order_number, prepay_id, goods_name,"
        " goods_picture, price_cents, quantity, discount_cents, payable_cents, commission_cents,"
        " phone, status, ended_at"
    )
    (row,) = await fetch_all(f"SELECT {names} FROM goods_order")
    return dict(zip(names.split(", "), row, strict=True))
