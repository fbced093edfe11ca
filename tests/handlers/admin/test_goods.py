"""Goods as the back office keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from models.mall import Goods, GoodsStatus, Order
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_goods, make_rep, session_for
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.mall import as_json, make_class, make_company_picture

GOODS = "/zhugeleida/admin/goods"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
FORM = {"goodsName": "月白落地灯", "goodsPrice": "459"}
STATUSES = {1: "已上架", 2: "未上架", 3: "已售罄", 4: "下架"}


async def add(office: Office, **form: object) -> Answer:
    """Add goods; say only what a test is about."""
    return await office.post(f"{GOODS}/add/0", {**FORM, **form})


async def change(office: Office, goods: Any, **form: object) -> Answer:
    """Change goods."""
    return await office.post(f"{GOODS}/update/{getattr(goods, 'id', goods)}", {**FORM, **form})


async def kept(office: Office, **query: object) -> list[dict[str, Any]]:
    """List goods."""
    answer = await office.get(f"{GOODS}/goods_list", query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    assert answer.data["data_count"] == len(answer.data["ret_data"])
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    return rows


async def ids(office: Office, **query: object) -> list[int]:
    """List goods and give their ids."""
    return [row["id"] for row in await kept(office, **query)]


async def rows() -> list[tuple[Any, ...]]:
    """All goods of all companies."""
    return await fetch_all("SELECT * FROM goods ORDER BY id")


async def make_order_of(goods: Any) -> Any:
    """Let a customer order goods."""
    return await Order.aio_create(
        company=goods.company,
        goods=goods,
        customer=await make_customer(goods.company),
        order_number="20180701",
        goods_name=goods.name,
        price_cents=goods.price_cents,
        payable_cents=goods.price_cents,
    )


@pytest.mark.both
async def test_goods_are_added_with_all_that_is_said_of_them(api: Api) -> None:
    office = await make_office(api)
    of_class = await make_class(office.company, name="灯具")
    urls = [await make_company_picture(office.company) for _ in range(3)]
    answer = await add(
        office,
        goodsPrice="459.5",
        commissionFee="20.05",
        parentName=of_class.id,
        recommend_index=8,
        goodsStatus=1,
        topLunBoTu=as_json(urls[1], urls[0], urls[1]),
        detailePicture=as_json(urls[2]),
        content="亚麻灯罩,\n三档调光。",
    )
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    (row,) = await kept(office)
    assert row.pop("create_date")
    assert row == {
        "id": answer.data["goods_id"],
        "goodsName": "月白落地灯",
        "parentName": of_class.id,
        "classificationName": "灯具",
        "goodsPrice": "459.50",
        "commissionFee": "20.05",
        "recommend_index": 8,
        "goodsStatus": 1,
        "goodsStatus_text": "已上架",
        "topLunBoTu": [urls[1], urls[0]],
        "detailePicture": [urls[2]],
        "content": "亚麻灯罩,\n三档调光。",
    }
    ((price, commission),) = await fetch_all("SELECT price_cents, commission_cents FROM goods")
    assert (price, commission) == (45_950, 2_005)


async def test_new_goods_are_not_on_sale_unless_that_is_said(api: Api) -> None:
    office = await make_office(api)
    await add(office)
    (row,) = await kept(office)
    assert (row["goodsStatus"], row["goodsStatus_text"], row["parentName"]) == (2, "未上架", None)
    assert (row["commissionFee"], row["topLunBoTu"], row["content"]) == ("0.00", [], "")


@pytest.mark.both
async def test_an_update_takes_off_what_it_leaves_out_but_not_the_status(api: Api) -> None:
    office = await make_office(api)
    goods = await make_goods(
        office.company,
        goods_class=await make_class(office.company),
        commission_cents=5,
        recommend_index=3,
        banner_pictures=as_json("statics/a.jpg"),
        content="旧款",
    )
    answer = await change(office, goods)
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    (row,) = await kept(office)
    assert row.pop("create_date")
    assert row == {
        "id": goods.id,
        "goodsName": "月白落地灯",
        "parentName": None,
        "classificationName": "",
        "goodsPrice": "459.00",
        "commissionFee": "0.00",
        "recommend_index": 0,
        "goodsStatus": 1,
        "goodsStatus_text": "已上架",
        "topLunBoTu": [],
        "detailePicture": [],
        "content": "",
    }
    await change(office, goods, goodsStatus=3)
    assert [row["goodsStatus"] for row in await kept(office)] == [3]


@pytest.mark.both
async def test_an_order_keeps_what_it_was_made_with(api: Api) -> None:
    office = await make_office(api)
    goods = await make_goods(office.company)
    order = await make_order_of(goods)
    await change(office, goods, goodsPrice="1", goodsStatus=4)
    ((name, price),) = await fetch_all(
        "SELECT goods_name, payable_cents FROM goods_order WHERE id = %s", (order.id,)
    )
    assert (name, price) == (goods.name, goods.price_cents)


@pytest.mark.both
@pytest.mark.parametrize("status", STATUSES)
async def test_goods_get_any_status(api: Api, status: int) -> None:
    office = await make_office(api)
    for before in GoodsStatus:
        goods = await make_goods(office.company, status=before)
        answer = await office.post(f"{GOODS}/change_status/{goods.id}", {"goodsStatus": status})
        assert answer == {
            "code": 200,
            "msg": "修改成功",
            "data": {
                "goods_id": goods.id,
                "goodsStatus": status,
                "goodsStatus_text": STATUSES[status],
            },
        }
    assert len(await ids(office, goodsStatus=status)) == 4


@pytest.mark.both
async def test_goods_are_found_by_name_class_and_status(api: Api) -> None:
    office = await make_office(api)
    company = office.company
    first = await make_class(company)
    second = await make_class(company, first)
    lamp = await make_goods(company, name="月白落地灯_100%", goods_class=first)
    light = await make_goods(company, name="黄铜吊灯", goods_class=second, status=4)
    chair = await make_goods(company, name="单椅", status=3)
    await make_goods(await make_company(), name="台灯")
    assert await ids(office) == [chair.id, light.id, lamp.id]
    assert await ids(office, goodsName="灯") == [light.id, lamp.id]
    assert await ids(office, goodsName="%") == [lamp.id]
    assert await ids(office, parentName=first.id) == [light.id, lamp.id]
    assert await ids(office, parentName=second.id) == [light.id]
    assert await ids(office, goodsStatus=3) == [chair.id]
    assert await ids(office, goodsName="灯", parentName=first.id, goodsStatus=1) == [lamp.id]
    assert await ids(office, goodsName="灯", goodsStatus=2) == []
    answer = await office.get(f"{GOODS}/goods_list", {"length": 1, "current_page": 2})
    assert [row["id"] for row in answer.data["ret_data"]] == [light.id]
    assert answer.data["data_count"] == 3


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ({"goodsName": ""}, 303, "商品名称不能为空"),
        ({"goodsName": "长" * 129}, 303, "商品名称长度不能超过128"),
        ({"goodsPrice": ""}, 303, "商品价格不能为空"),
        ({"goodsPrice": "0"}, 303, "商品价格必须大于0"),
        ({"goodsPrice": "-1"}, 301, "商品价格格式不正确"),
        ({"goodsPrice": "1元"}, 301, "商品价格格式不正确"),
        ({"goodsPrice": "1.234"}, 303, "金额最多保留两位小数"),
        ({"goodsPrice": "10000000.01"}, 303, "金额不能超过10000000元"),
        ({"commissionFee": "459.01"}, 303, "佣金不能超过商品价格"),
        ({"commissionFee": "x"}, 301, "佣金格式不正确"),
        ({"recommend_index": "x"}, 301, "推荐指数必须是整数"),
        ({"recommend_index": 101}, 303, "推荐指数不能大于100"),
        ({"goodsStatus": 5}, 303, "商品状态不能大于4"),
        ({"goodsStatus": 0}, 303, "商品状态不能小于1"),
        ({"parentName": "x"}, 301, "商品分类必须是整数"),
        ({"topLunBoTu": "["}, 301, "轮播图不是正确的JSON"),
        ({"topLunBoTu": as_json(*["a"] * 21)}, 303, "轮播图不能超过20项"),
        ({"content": "长" * 10_001}, 303, "商品详情长度不能超过10000"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, form: dict[str, object], code: int, complaint: str
) -> None:
    office = await make_office(api)
    goods = await make_goods(office.company)
    before = await rows()
    for answer in (await add(office, **form), await change(office, goods, **form)):
        assert (answer["code"], answer["msg"]) == (code, complaint)
        assert list(answer.data["errors"]) == list(form)
    assert await rows() == before


@pytest.mark.parametrize(
    ("status", "code"), [("", 303), ("x", 301), (0, 303), (5, 303), ("1.0", 301)]
)
async def test_a_status_that_is_none_is_refused(api: Api, status: object, code: int) -> None:
    office = await make_office(api)
    goods = await make_goods(office.company)
    answer = await office.post(f"{GOODS}/change_status/{goods.id}", {"goodsStatus": status})
    assert (answer["code"], await ids(office, goodsStatus=1)) == (code, [goods.id])


@pytest.mark.both
async def test_what_is_another_companys_is_not_found(api: Api) -> None:
    office = await make_office(api)
    stranger = await make_company()
    own, foreign = await make_goods(office.company), await make_goods(stranger)
    of_class, picture = await make_class(stranger), await make_company_picture(stranger)
    before = await rows()
    for number in (foreign.id, foreign.id + 99, 0, 2**63):
        assert await change(office, number) == NOT_FOUND
        status = {"goodsStatus": 4}
        assert await office.post(f"{GOODS}/change_status/{number or 999_999}", status) == NOT_FOUND
        assert await office.post(f"{GOODS}/delete/{number}") == NOT_FOUND
    for form in (
        {"parentName": of_class.id},
        {"parentName": of_class.id + 99},
        {"topLunBoTu": as_json(picture)},
        {"detailePicture": as_json(picture)},
        {"topLunBoTu": as_json("https://example.com/a.jpg")},
    ):
        assert await add(office, **form) == NOT_FOUND
        assert await change(office, own, **form) == NOT_FOUND
    answer = await office.get(f"{GOODS}/goods_list", {"parentName": of_class.id})
    assert (answer, await rows()) == (NOT_FOUND, before)


@pytest.mark.both
async def test_goods_that_nobody_has_ordered_are_deleted(api: Api) -> None:
    office = await make_office(api)
    goods, other = await make_goods(office.company), await make_goods(office.company)
    answer = await office.post(f"{GOODS}/delete/{goods.id}")
    assert answer == {"code": 200, "msg": "删除成功", "data": {}}
    assert await ids(office) == [other.id]
    assert await office.post(f"{GOODS}/delete/{goods.id}") == NOT_FOUND


@pytest.mark.both
async def test_goods_that_have_been_ordered_are_not_deleted(api: Api) -> None:
    office = await make_office(api)
    goods = await make_goods(office.company)
    await make_order_of(goods)
    answer = await office.post(f"{GOODS}/delete/{goods.id}")
    assert (answer["code"], answer["msg"]) == (304, "该商品已有订单,不能删除,请改为下架")
    assert await ids(office) == [goods.id]


@pytest.mark.both
async def test_goods_keep_pictures_that_were_never_sent(api: Api) -> None:
    office = await make_office(api)
    urls = [
        "statics/zhugeleida/imgs/admin/goods/demo-1.jpg",
        await make_company_picture(office.company),
    ]
    goods = await make_goods(office.company, banner_pictures=as_json(urls[0]))
    other = await make_goods(office.company)
    form = {"detailePicture": as_json(*urls)}
    assert (await change(office, goods, **form))["code"] == 200
    assert (await change(office, other, **form))["code"] == 302
    assert [row["detailePicture"] for row in await kept(office)] == [[], urls]


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "goods_list"),
        ("POST", "add/0"),
        ("POST", "update/{id}"),
        ("POST", "change_status/{id}"),
        ("POST", "delete/{id}"),
        ("POST", "add_picture/0"),
        ("GET", "upload_status"),
        ("POST", "upload_complete/0"),
    ],
)
async def test_nobody_but_an_administrator_keeps_goods(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    goods = await make_goods(company)
    caller = await session_for(await make(company))
    url = f"{GOODS}/{path.format(id=goods.id)}"
    form = {**FORM, "goodsStatus": 4}
    answer = await (
        api.get(url, caller=caller) if method == "GET" else api.post(url, form, caller=caller)
    )
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await Goods.select().where(Goods.status == 1).aio_count() == 1
