"""Goods as customers see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.mall import GoodsStatus
from tests.api import Api, Caller
from tests.factories import make_admin, make_company, make_customer, make_goods, session_for
from tests.mall import as_json, make_class
from tests.statements import counted

LIST = "/zhugeleida/xiaochengxu/mallManage/goods_list"
SINGLE = "/zhugeleida/xiaochengxu/mallManage/goods_single"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def listed(api: Api, caller: Caller, **query: object) -> tuple[list[int], int]:
    """List goods and give their ids, and how many there are."""
    answer = await api.get(LIST, query, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    return [row["id"] for row in answer.data["ret_data"]], answer.data["data_count"]


@pytest.mark.both
async def test_goods_on_sale_stand_first_then_the_recommended_then_the_newest(api: Api) -> None:
    company = await make_company()
    sold_out = await make_goods(company, status=GoodsStatus.SOLD_OUT, recommend_index=9)
    older, newer = await make_goods(company), await make_goods(company)
    best = await make_goods(company, recommend_index=5)
    gone = await make_goods(company, status=GoodsStatus.SOLD_OUT)
    for status in (GoodsStatus.NOT_YET, GoodsStatus.TAKEN_OFF):
        await make_goods(company, status=status, recommend_index=9)
    await make_goods(await make_company())
    caller = await session_for(await make_customer(company))
    order = [one.id for one in (best, newer, older, sold_out, gone)]
    assert await listed(api, caller) == (order, 5)
    pages = [await listed(api, caller, length=2, current_page=page) for page in (1, 2, 3, 4)]
    assert pages == [(order[:2], 5), (order[2:4], 5), (order[4:], 5), ([], 5)]


@pytest.mark.both
async def test_a_class_is_listed_with_those_below_it(api: Api) -> None:
    company = await make_company()
    first, other = await make_class(company), await make_class(company)
    second = await make_class(company, first)
    above, below = (
        await make_goods(company, goods_class=first),
        await make_goods(company, goods_class=second, status=GoodsStatus.SOLD_OUT),
    )
    await make_goods(company, goods_class=other)
    await make_goods(company)
    caller = await session_for(await make_customer(company))
    assert await listed(api, caller, parentName=first.id) == ([above.id, below.id], 2)
    assert await listed(api, caller, parentName=second.id) == ([below.id], 1)
    assert (await listed(api, caller))[1] == 4
    foreign = await make_class(await make_company())
    for number in (foreign.id, foreign.id + 99, 0):
        assert await api.get(LIST, {"parentName": number}, caller=caller) == NOT_FOUND
    assert (await api.get(LIST, {"parentName": "x"}, caller=caller))["code"] == 301


@pytest.mark.both
async def test_goods_are_shown_without_what_the_rep_gets(api: Api) -> None:
    company = await make_company()
    of_class = await make_class(company, name="灯具")
    goods = await make_goods(
        company,
        name="月白落地灯",
        goods_class=of_class,
        price_cents=45_905,
        commission_cents=2_000,
        recommend_index=8,
        banner_pictures=as_json("statics/a.jpg", "statics/b.jpg"),
        detail_pictures=as_json("statics/c.jpg"),
        content="亚麻灯罩,三档调光。",
        created_at=datetime(2018, 6, 30, 18, 30, tzinfo=UTC),
    )
    caller = await session_for(await make_customer(company))
    in_list = {
        "id": goods.id,
        "goodsName": "月白落地灯",
        "parentName": of_class.id,
        "classificationName": "灯具",
        "goodsPrice": "459.05",
        "recommend_index": 8,
        "goodsStatus": 1,
        "goodsStatus_text": "已上架",
        "topLunBoTu": ["statics/a.jpg", "statics/b.jpg"],
        "create_date": "2018-07-01 02:30:00",
    }
    assert (await api.get(LIST, caller=caller)).data["ret_data"] == [in_list]
    answer = await api.get(SINGLE, {"product_id": goods.id}, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    alone = {**in_list, "detailePicture": ["statics/c.jpg"], "content": "亚麻灯罩,三档调光。"}
    assert answer.data == {"ret_data": [alone], "data_count": 1}


@pytest.mark.parametrize(
    ("status", "label"), [(GoodsStatus.ON_SALE, "已上架"), (GoodsStatus.SOLD_OUT, "已售罄")]
)
async def test_a_customer_is_told_whether_goods_are_sold_out(
    api: Api, status: int, label: str
) -> None:
    company = await make_company()
    goods = await make_goods(company, status=status)
    caller = await session_for(await make_customer(company))
    (row,) = (await api.get(SINGLE, {"product_id": goods.id}, caller=caller)).data["ret_data"]
    assert (row["goodsStatus"], row["goodsStatus_text"]) == (status, label)
    assert (row["parentName"], row["classificationName"]) == (None, "")


@pytest.mark.both
async def test_goods_that_are_not_shown_are_not_found(api: Api) -> None:
    company = await make_company()
    hidden: list[Any] = [
        await make_goods(company, status=GoodsStatus.NOT_YET),
        await make_goods(company, status=GoodsStatus.TAKEN_OFF),
        await make_goods(await make_company()),
    ]
    caller = await session_for(await make_customer(company))
    for number in (*(one.id for one in hidden), hidden[-1].id + 99, 0, 2**63):
        assert await api.get(SINGLE, {"product_id": number}, caller=caller) == NOT_FOUND
    assert (await api.get(SINGLE, {"product_id": "x"}, caller=caller))["code"] == 301
    assert (await api.get(SINGLE, caller=caller))["code"] == 303


@pytest.mark.parametrize("url", [LIST, SINGLE])
async def test_a_rep_is_no_customer(api: Api, url: str) -> None:
    company = await make_company()
    goods = await make_goods(company)
    caller = await session_for(await make_admin(company))
    assert (await api.get(url, {"product_id": goods.id}, caller=caller))["code"] == 404


async def test_a_longer_list_costs_no_more_statements(api: Api) -> None:
    company = await make_company()
    of_class = await make_class(company)
    caller = await session_for(await make_customer(company))
    costs = []
    for count in (1, 8):
        for _ in range(count):
            await make_goods(company, goods_class=of_class)
        with counted() as statements:
            await listed(api, caller, parentName=of_class.id)
        costs.append([one for one in statements if "goods" in one])
    assert costs[0] == costs[1]
    assert len(costs[0]) == 3
