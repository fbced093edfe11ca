"""A customer's orders: the list, and one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api import Api
from tests.factories import make_customer, session_for
from tests.orders import PICTURE, Mall, make_mall, make_order
from tests.statements import counted

LIST = "/zhugeleida/xiaochengxu/order/order_list"
SINGLE = "/zhugeleida/xiaochengxu/order/order_single"
AT = datetime(2018, 6, 24, 12, 49, 35, 123000, UTC)


async def ids(api: Api, mall: Mall, **params: object) -> list[int]:
    """The orders that a mall's customer is shown, in their order."""
    answer = await api.get(LIST, params, caller=await session_for(mall.customer))
    return [row["id"] for row in answer.data["ret_data"]]


@pytest.mark.both
async def test_an_order_is_shown_as_it_was_placed(api: Api) -> None:
    mall = await make_mall()
    mall.rep.memo_name = "小周"
    await mall.rep.aio_save()
    made = await make_order(
        mall,
        goods_picture=PICTURE,
        quantity=2,
        discount_cents=5,
        payable_cents=25975,
        phone="13800000001",
        status=8,
        created_at=AT,
        ended_at=AT,
    )
    caller = await session_for(mall.customer)
    single = await api.get(SINGLE, {"order_id": made.id}, caller=caller)
    listed = await api.get(LIST, caller=caller)
    shown = {
        "id": made.id,
        "orderNumber": made.order_number,
        "goodsId": mall.goods.id,
        "goodsName": "实木茶几",
        "detailePicture": PICTURE,
        "goodsPrice": "129.90",
        "unitRiceNum": 2,
        "youHui": "0.05",
        "yingFuKuan": "259.75",
        "phone": "13800000001",
        "theOrderStatus": 8,
        "theOrderStatusName": "交易成功",
        "yewuUser_id": mall.rep.id,
        "yewuUser": "小周",
        "createDate": "2018-06-24T20:49:35",
        "stopDateTime": "2018-06-24T20:49:35",
    }
    assert (single["code"], single["msg"], single.data) == (200, "查询成功", {"ret_data": shown})
    assert (listed["msg"], listed.data) == ("查询成功", {"ret_data": [shown], "data_count": 1})


async def test_an_order_without_rep_goods_and_end_says_so(api: Api) -> None:
    mall = await make_mall()
    made = await make_order(mall, rep=None, goods=None)
    answer = await api.get(SINGLE, {"order_id": made.id}, caller=await session_for(mall.customer))
    row = answer.data["ret_data"]
    names = ("yewuUser_id", "yewuUser", "goodsId", "stopDateTime", "theOrderStatusName")
    assert [row[name] for name in names] == [None, "", None, None, "待付款"]


async def test_a_rep_without_a_name_for_customers_is_shown_by_its_login_name(api: Api) -> None:
    mall = await make_mall()
    made = await make_order(mall)
    answer = await api.get(SINGLE, {"order_id": made.id}, caller=await session_for(mall.customer))
    assert answer.data["ret_data"]["yewuUser"] == mall.rep.username


@pytest.mark.both
async def test_orders_come_in_pages_the_newest_first(api: Api) -> None:
    mall = await make_mall()
    made = [(await make_order(mall, created_at=AT)).id for _ in range(12)]
    assert await ids(api, mall) == made[:1:-1]
    assert await ids(api, mall, current_page=2) == [made[1], made[0]]
    assert await ids(api, mall, current_page=3, length=5) == [made[1], made[0]]


async def test_orders_can_be_asked_for_by_their_state(api: Api) -> None:
    mall = await make_mall()
    made = {status: (await make_order(mall, status=status)).id for status in (1, 8, 10)}
    for status, order_id in made.items():
        assert await ids(api, mall, status=status) == [order_id]
    assert await ids(api, mall, status=3) == []


async def test_a_list_takes_as_many_statements_for_many_orders_as_for_one(api: Api) -> None:
    mall = await make_mall()
    await make_order(mall)
    await ids(api, mall)
    with counted() as for_one:
        await ids(api, mall)
    for _ in range(8):
        await make_order(mall)
    with counted() as for_many:
        await ids(api, mall)
    assert len(for_one) == len(for_many)


async def test_nobody_sees_what_is_not_its_own(api: Api) -> None:
    mall, other = await make_mall(), await make_mall()
    neighbour = await make_customer(mall.rep.company)
    foreign: list[Any] = [
        await make_order(other),
        await make_order(mall, customer=neighbour),
        await make_order(mall, is_deleted=True),
    ]
    caller = await session_for(mall.customer)
    for order_id in [*(one.id for one in foreign), 10**6, 0]:
        answer = await api.get(SINGLE, {"order_id": order_id}, caller=caller)
        assert (answer["code"], answer["msg"], answer.data) == (302, "对应ID不存在", {})
    assert await ids(api, mall) == []


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        (LIST, {"status": "x"}, 301),
        (LIST, {"current_page": 0}, 303),
        (SINGLE, {}, 303),
        (SINGLE, {"order_id": "x"}, 301),
    ],
)
async def test_a_wrong_question_is_refused(
    api: Api, path: str, params: dict[str, object], code: int
) -> None:
    mall = await make_mall()
    answer = await api.get(path, params, caller=await session_for(mall.customer))
    assert answer["code"] == code


@pytest.mark.parametrize("path", [LIST, SINGLE])
async def test_orders_are_shown_to_customers_only(api: Api, path: str) -> None:
    mall = await make_mall()
    made = await make_order(mall)
    rep = await session_for(mall.rep)
    for caller in (rep, None):
        answer = await api.get(path, {"order_id": made.id}, caller=caller)
        assert answer["code"] == 404
