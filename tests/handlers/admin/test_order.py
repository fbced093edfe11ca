"""The orders of a company in its back office."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api import Api
from tests.factories import make_admin, make_customer, make_goods, make_rep, session_for
from tests.orders import PICTURE, Mall, make_mall, make_order
from tests.statements import counted

LIST = "/zhugeleida/admin/order/order_list"
SINGLE = "/zhugeleida/admin/order/order_single"
AT = datetime(2026, 6, 24, 12, 49, 35, 123000, UTC)
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def asked(api: Api, mall: Mall, path: str = LIST, **params: Any) -> Any:
    """Ask as an administrator of the mall's company."""
    admin = await make_admin(mall.rep.company)
    return await api.get(path, params, caller=await session_for(admin))


async def ids(api: Api, mall: Mall, **params: Any) -> list[int]:
    """The orders that are listed, in their order."""
    answer = await asked(api, mall, **params)
    assert answer["code"] == 200, answer
    return [row["id"] for row in answer.data["ret_data"]]


@pytest.mark.both
async def test_an_order_is_shown_with_who_has_placed_it(api: Api) -> None:
    mall = await make_mall()
    mall.customer.name, mall.customer.avatar = "吴女士", "statics/wu.jpg"
    await mall.customer.aio_save()
    made = await make_order(
        mall,
        goods_picture=PICTURE,
        quantity=2,
        payable_cents=25980,
        commission_cents=1005,
        phone="13800000001",
        status=8,
        created_at=AT,
        ended_at=AT,
    )
    single = await asked(api, mall, SINGLE, order_id=made.id)
    listed = await asked(api, mall)
    shown = {
        "id": made.id,
        "orderNumber": made.order_number,
        "goodsId": mall.goods.id,
        "goodsName": "实木茶几",
        "detailePicture": PICTURE,
        "goodsPrice": "129.90",
        "unitRiceNum": 2,
        "youHui": "0.00",
        "yingFuKuan": "259.80",
        "phone": "13800000001",
        "theOrderStatus": 8,
        "theOrderStatusName": "交易成功",
        "yewuUser_id": mall.rep.id,
        "yewuUser": mall.rep.username,
        **dict.fromkeys(("createDate", "stopDateTime"), "2026-06-24T20:49:35"),
        "customer_id": mall.customer.id,
        "customer__username": "吴女士",
        "headimgurl": "statics/wu.jpg",
        "commissionFee": "10.05",
    }
    assert (single["code"], single["msg"], single.data) == (200, "查询成功", {"ret_data": shown})
    assert (listed["msg"], listed.data) == ("查询成功", {"ret_data": [shown], "data_count": 1})


async def test_a_customer_without_a_name_is_called_by_its_id(api: Api) -> None:
    mall = await make_mall()
    mall.customer.name = ""
    await mall.customer.aio_save()
    made = await make_order(mall, rep=None, goods=None)
    row = (await asked(api, mall, SINGLE, order_id=made.id)).data["ret_data"]
    assert row["customer__username"] == f"客户ID{mall.customer.id}"
    assert (row["yewuUser_id"], row["goodsId"]) == (None, None)


@pytest.mark.both
async def test_orders_are_looked_for_by_all_that_they_have(api: Api) -> None:
    mall = await make_mall()
    rep, customer = await make_rep(mall.rep.company), await make_customer(mall.rep.company)
    goods = await make_goods(mall.rep.company)
    plain = await make_order(mall, created_at=AT)
    by_value = {
        "status": await make_order(mall, status=10, created_at=AT),
        "uid": await make_order(mall, rep=rep, created_at=AT),
        "customer_id": await make_order(mall, customer=customer, created_at=AT),
        "goodsId": await make_order(mall, goods=goods, created_at=AT),
    }
    values = {"status": 10, "uid": rep.id, "customer_id": customer.id, "goodsId": goods.id}
    for name, value in values.items():
        assert await ids(api, mall, **{name: value}) == [by_value[name].id], name
    assert await ids(api, mall, orderNumber=plain.order_number) == [plain.id]
    assert await ids(api, mall, uid=rep.id, status=10) == []
    assert await ids(api, mall) == sorted([plain.id, *(o.id for o in by_value.values())])[::-1]


@pytest.mark.both
async def test_the_days_of_a_window_are_both_included(api: Api) -> None:
    mall = await make_mall()
    # 16:00 UTC is midnight in Shanghai.
    made = [
        (await make_order(mall, created_at=datetime(2026, 6, day, hour, 0, 0, 0, UTC))).id
        for day, hour in ((22, 15), (22, 16), (24, 15), (24, 16))
    ]
    span = {"create_date__gte": "2026-06-23", "create_date__lt": "2026-06-24"}
    assert await ids(api, mall, **span) == [made[2], made[1]]
    assert await ids(api, mall, create_date__gte="2026-06-25", create_date__lt="9999-12-31") == [
        made[3]
    ]
    assert await ids(api, mall, create_date__gte="0001-01-01", create_date__lt="2026-06-22") == [
        made[0]
    ]


@pytest.mark.both
async def test_orders_come_in_pages_by_as_many_statements_as_one(api: Api) -> None:
    mall = await make_mall()
    admin = await session_for(await make_admin(mall.rep.company))
    made, lengths = [(await make_order(mall)).id], []
    for _ in range(2):
        with counted() as statements:
            answer = await api.get(LIST, {"length": 5}, caller=admin)
        lengths.append(len(statements))
        made += [(await make_order(mall)).id for _ in range(6)]
    # The first call also reads the caller's session.
    assert lengths[1] <= lengths[0]
    answer = await api.get(LIST, {"length": 5, "current_page": 3}, caller=admin)
    assert [row["id"] for row in answer.data["ret_data"]] == [made[2], made[1], made[0]]
    assert answer.data["data_count"] == 13


@pytest.mark.both
async def test_nobody_sees_orders_of_another_company(api: Api) -> None:
    mall, other = await make_mall(), await make_mall()
    foreign: list[Any] = [await make_order(other), await make_order(mall, is_deleted=True)]
    for order_id in [*(one.id for one in foreign), 10**6, 0]:
        assert await asked(api, mall, SINGLE, order_id=order_id) == NOT_FOUND
    assert await ids(api, mall) == []
    for name, one in (
        ("uid", other.rep),
        ("customer_id", other.customer),
        ("goodsId", other.goods),
    ):
        for number in (one.id, 10**6):
            query: dict[str, Any] = {name: number}
            assert await asked(api, mall, **query) == NOT_FOUND


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        (LIST, {"status": "x"}, 301),
        (LIST, {"status": 7}, 303),
        (LIST, {"create_date__gte": "2026-02-30"}, 301),
        (LIST, {"orderNumber": "1" * 33}, 303),
        (LIST, {"goodsId": "x"}, 301),
        (SINGLE, {}, 303),
        (SINGLE, {"order_id": "x"}, 301),
    ],
)
async def test_a_wrong_question_is_refused(
    api: Api, path: str, params: dict[str, object], code: int
) -> None:
    assert (await asked(api, await make_mall(), path, **params))["code"] == code


@pytest.mark.parametrize("path", [LIST, SINGLE])
async def test_nobody_but_an_administrator_sees_orders(api: Api, path: str) -> None:
    mall = await make_mall()
    made = await make_order(mall)
    for principal in (mall.rep, mall.customer):
        caller = await session_for(principal)
        assert (await api.get(path, {"order_id": made.id}, caller=caller))["code"] == 404
