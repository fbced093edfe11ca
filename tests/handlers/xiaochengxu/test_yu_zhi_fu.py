"""Ordering goods: what is written, what WeChat is asked, and what is refused (semantics 8.3)."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.database import execute
from models.mall import GoodsStatus
from models.staff import RoleId
from services.orders import MOST_UNPAID, Orders, Wish
from services.principals import MiniCustomer
from services.wechat.crypto import SecretBox
from services.wechat.pay import PayClient
from services.wechat.pay_xml import from_xml, sign
from services.wechat.simulator import Fault
from tests.api import Api
from tests.app import App
from tests.factories import (
    SECRET_KEY,
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.paying import (
    CANCELLED,
    FAILED,
    PAID,
    PREPAY,
    UNPAID,
    only_order,
    order,
    states,
)
from tests.handlers.xiaochengxu.rows import everything
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.orders import KEY, PICTURE, Mall, make_mall, make_order, make_settings, make_table

OPEN = "/pay/unifiedorder"
NO_ACCOUNT = "商城尚未设置商户号和商户密钥,暂时不能支付"


@pytest.mark.both
async def test_an_order_answers_what_a_phone_needs(api: Api) -> None:
    mall = await make_mall()
    answer = await order(api, mall)
    data = answer.data
    fields = {name: str(data[name]) for name in ("appId", "timeStamp", "nonceStr", "package")}
    assert (answer["code"], answer["msg"]) == (200, "预支付请求成功")
    assert data["appId"] == f"wx-demo-{mall.rep.company.id}"
    assert (type(data["timeStamp"]), data["signType"]) == (int, "MD5")
    assert re.fullmatch("prepay_id=wx[0-9a-f]{34}", data["package"])
    assert data["paySign"] == sign({**fields, "signType": "MD5"}, KEY)


@pytest.mark.both
async def test_an_order_keeps_what_was_ordered(api: Api) -> None:
    mall = await make_mall()
    answer = await order(api, mall, goodsNum=3, phoneNumber="13800000009")
    row = dict(await only_order())
    assert re.fullmatch(r"20\d{22}", row.pop("order_number"))
    assert row == {
        "id": answer.data["order_id"],
        "company_id": mall.rep.company.id,
        "goods_id": mall.goods.id,
        "rep_id": mall.rep.id,
        "customer_id": mall.customer.id,
        "prepay_id": answer.data["package"].removeprefix("prepay_id="),
        "goods_name": "实木茶几",
        "goods_picture": PICTURE,
        "price_cents": 12990,
        "quantity": 3,
        "discount_cents": 0,
        "payable_cents": 38970,
        "commission_cents": 1500,
        "phone": "13800000009",
        "status": UNPAID,
        "ended_at": None,
    }


async def test_wechat_is_told_what_is_to_be_paid(api: Api, app: App, simulator: Simulator) -> None:
    mall = await make_mall()
    await order(api, mall, goodsNum=2)
    (call,) = simulator.faults.received(OPEN)
    sent, row = from_xml(call.body.encode()), await only_order()
    told = ("total_fee", "out_trade_no", "openid", "notify_url", "spbill_create_ip", "body")
    assert [sent[name] for name in told] == [
        "25980",
        row["order_number"],
        mall.customer.openid,
        f"{app.url}/zhugeleida/xiaochengxu/payback",
        "127.0.0.1",
        "实木茶几",
    ]


async def test_goods_without_pictures_and_a_customer_without_a_phone_can_be_in_an_order(
    api: Api,
) -> None:
    mall = await make_mall(banner_pictures="[]")
    await order(api, mall)
    row = await only_order()
    assert (row["goods_picture"], row["phone"]) == ("", "")


async def test_the_customers_own_phone_stands_in_for_one_that_is_not_sent(api: Api) -> None:
    mall = await make_mall()
    await execute("UPDATE customer SET phone = '13800000007'")
    await order(api, mall)
    assert (await only_order())["phone"] == "13800000007"


async def test_a_customer_that_names_itself_buys_from_its_latest_rep(api: Api) -> None:
    mall = await make_mall()
    for _ in range(mall.customer.id):
        rep = await make_rep(mall.rep.company)
    await bind(rep, mall.customer)
    await execute("UPDATE bond SET last_event_at = last_event_at - 1 WHERE rep_id <> %s", (rep.id,))
    await execute("DELETE FROM bond WHERE rep_id = %s", (mall.customer.id,))
    await order(api, mall, u_id=mall.customer.id)
    assert (await only_order())["rep_id"] == rep.id


async def test_a_customer_without_a_rep_buys_from_nobody(api: Api) -> None:
    mall = await make_mall()
    await execute("DELETE FROM bond")
    await order(api, mall, u_id=mall.customer.id)
    assert (await only_order())["rep_id"] is None


async def test_a_changed_key_goes_on_working(api: Api) -> None:
    mall = await make_mall()
    sealed = SecretBox(SECRET_KEY).seal("f" * 32)
    await execute("UPDATE mall_settings SET merchant_key = %s", (sealed,))
    assert (await order(api, mall))["code"] == 200


async def foreign(mall: Mall, what: str) -> dict[str, object]:
    """A form that names something that is not the customer's to name."""
    other, _ = await make_pair()
    changes: dict[str, Any] = {
        "stranger": {"u_id": (await make_rep(mall.rep.company)).id + 50},
        "unbound rep": {"u_id": (await make_rep(mall.rep.company)).id},
        "foreign rep": {"u_id": other.id},
        "foreign goods": {"goodsId": (await make_table(other.company)).id},
        "no goods": {"goodsId": 10**6},
        "foreign program": {"xiaochengxu_id": (await make_mini_program(other.company)).id},
        "no program": {"xiaochengxu_id": 10**6},
    }
    return mall.wish(**changes[what])


@pytest.mark.parametrize(
    "what",
    [
        *("stranger", "unbound rep", "foreign rep", "foreign goods", "no goods"),
        *("foreign program", "no program"),
    ],
)
async def test_what_is_not_the_callers_to_name_is_not_found(
    api: Api, simulator: Simulator, what: str
) -> None:
    for _ in range(20):
        await make_customer(await make_company())
    mall = await make_mall()
    form, caller = await foreign(mall, what), await session_for(mall.customer)
    before = await everything()
    answer = await api.post(PREPAY, form, caller=caller)
    assert (answer["code"], answer["msg"]) == (302, "对应ID不存在")
    assert (await everything(), simulator.faults.received(OPEN)) == (before, [])


@pytest.mark.parametrize(
    "status", [GoodsStatus.NOT_YET, GoodsStatus.SOLD_OUT, GoodsStatus.TAKEN_OFF]
)
async def test_only_goods_on_sale_are_sold(api: Api, status: int) -> None:
    mall = await make_mall(status=status)
    assert ((await order(api, mall))["code"], await states()) == (302, [])


@pytest.mark.parametrize(
    ("changed", "code", "msg"),
    [
        ({"goodsNum": 0}, 303, "商品数量不能小于1"),
        ({"goodsNum": 100}, 303, "商品数量不能大于99"),
        ({"goodsNum": "x"}, 301, "商品数量必须是整数"),
        ({"goodsId": "x"}, 301, "商品ID必须是整数"),
        ({"goodsId": ""}, 303, "商品ID不能为空"),
        ({"u_id": ""}, 303, "用户ID不能为空"),
        ({"xiaochengxu_id": ""}, 303, "小程序ID不能为空"),
        ({"phoneNumber": "23800000009"}, 303, "手机号必须是1开头的11位数字"),
        ({"phoneNumber": "1380000000"}, 303, "手机号必须是1开头的11位数字"),
    ],
)
async def test_a_wrong_form_is_refused(
    api: Api, changed: dict[str, Any], code: int, msg: str
) -> None:
    answer = await order(api, await make_mall(), **changed)
    assert (answer["code"], answer["msg"], await states()) == (code, msg, [])


@pytest.mark.parametrize("missing", [{"merchant_number": ""}, {"merchant_key": ""}, None])
async def test_a_mall_without_a_merchant_account_takes_no_orders(
    api: Api, missing: dict[str, str] | None
) -> None:
    mall = await make_mall()
    await execute("DELETE FROM mall_settings")
    if missing:
        await make_settings(mall.rep.company, **missing)
    answer = await order(api, mall)
    assert (answer["code"], answer["msg"], await states()) == (303, NO_ACCOUNT, [])


@pytest.mark.parametrize(("price", "number"), [(0, 1), (2**31 - 1, 2)])
async def test_what_cannot_be_paid_is_not_ordered(api: Api, price: int, number: int) -> None:
    mall = await make_mall(price_cents=price)
    answer = await order(api, mall, goodsNum=number)
    assert (answer["code"], answer["msg"]) == (303, "该商品的金额不支持在线支付")
    assert await states() == []


async def test_an_order_that_wechat_refuses_has_failed(api: Api) -> None:
    mall = await make_mall()
    await execute("UPDATE customer SET openid = ''")
    answer = await order(api, mall)
    row = await only_order()
    assert (answer["code"], answer["msg"]) == (303, "预支付失败, 原因:缺少参数openid")
    assert (row["status"], row["prepay_id"], row["ended_at"] is None) == (FAILED, "", False)


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(status=502), Fault(body="<xml/>")])
async def test_an_order_that_wechat_does_not_answer_has_failed(
    api: Api, simulator: Simulator, fault: Fault
) -> None:
    mall = await make_mall()
    simulator.faults.set(OPEN, fault)
    answer = await order(api, mall)
    assert (answer["code"], await states()) == (503, [FAILED])


@pytest.mark.both
async def test_only_so_many_orders_may_wait_even_when_they_come_at_once(api: Api) -> None:
    mall = await make_mall()
    for _ in range(MOST_UNPAID - 2):
        await make_order(mall)
    await make_order(mall, status=CANCELLED)
    await execute("DELETE FROM bond")  # whose lock would keep them apart already
    answers = await asyncio.gather(*(order(api, mall, u_id=mall.customer.id) for _ in range(6)))
    assert sorted(answer["code"] for answer in answers) == [200, 200, 303, 303, 303, 303]
    assert (await states()).count(UNPAID) == MOST_UNPAID


@pytest.mark.both
async def test_a_number_that_is_taken_is_made_again(app: App, simulator: Simulator) -> None:
    mall = await make_mall()
    taken = (await make_order(mall)).order_number
    numbers = iter([taken, taken, "201806242049359999999999"])
    client = PayClient(simulator.url, app.url, 5.0)
    orders = Orders(client, SecretBox(SECRET_KEY), lambda _: next(numbers))
    wish = Wish(mall.goods.id, mall.program.id, mall.rep.id)
    caller = MiniCustomer(mall.customer.id, mall.rep.company.id, 1)
    payable = await orders.place(caller, wish, "")
    client.close()
    assert payable.order_id > 1
    assert await states() == [UNPAID, UNPAID]


@pytest.mark.both
async def test_an_order_that_waits_can_be_paid_again(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    first = await order(api, mall)
    again = await order(api, mall, fukuan=first.data["order_id"])
    same = ("package", "order_id", "appId")
    assert [again.data[name] for name in same] == [first.data[name] for name in same]
    assert again.data["nonceStr"] != first.data["nonceStr"]
    assert (await states(), len(simulator.faults.received(OPEN))) == ([UNPAID], 1)


async def test_goods_that_are_no_longer_on_sale_can_still_be_paid(api: Api) -> None:
    mall = await make_mall()
    first = await order(api, mall)
    await execute("UPDATE goods SET status = %s", (GoodsStatus.TAKEN_OFF,))
    assert (await order(api, mall, fukuan=first.data["order_id"]))["code"] == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"status": PAID},
        {"status": CANCELLED},
        {"status": FAILED},
        {"prepay_id": ""},
        {"created_at": now() - timedelta(minutes=10)},
    ],
)
async def test_an_order_that_waits_no_more_cannot_be_paid_again(
    api: Api, changed: dict[str, object]
) -> None:
    mall = await make_mall()
    made = await make_order(mall, **{"prepay_id": "wx1", **changed})
    answer = await order(api, mall, fukuan=made.id)
    assert (answer["code"], answer["msg"]) == (303, "订单已结束或已超时,请重新下单")


async def test_only_an_own_order_for_the_same_goods_can_be_paid_again(api: Api) -> None:
    mall, other = await make_mall(), await make_mall()
    foreign = await make_order(other, prepay_id="wx1")
    own = await make_order(mall, prepay_id="wx1")
    sibling = await make_table(mall.rep.company)
    neighbour = await make_customer(mall.rep.company)
    theirs = await make_order(mall, prepay_id="wx1", customer=neighbour)
    wishes: list[dict[str, object]] = [
        {"fukuan": foreign.id},
        {"fukuan": theirs.id},
        {"fukuan": 10**6},
        {"fukuan": own.id, "goodsId": sibling.id},
        {"fukuan": own.id, "xiaochengxu_id": other.program.id},
        {"fukuan": own.id, "u_id": (await make_rep(mall.rep.company)).id + 50},
    ]
    assert [(await order(api, mall, **wish))["code"] for wish in wishes] == [302] * len(wishes)


@pytest.mark.both
async def test_goods_are_either_ordered_or_deleted(api: Api) -> None:
    mall = await make_mall()
    admin = await session_for(await make_rep(mall.rep.company, role_id=RoleId.ADMIN))
    url = f"/zhugeleida/admin/goods/delete/{mall.goods.id}"
    ordered, deleted = await asyncio.gather(order(api, mall), api.post(url, caller=admin))
    assert (ordered["code"], deleted["code"]) in {(200, 304), (302, 200)}
