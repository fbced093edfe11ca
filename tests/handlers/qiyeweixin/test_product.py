"""What reps are shown of products (semantics 6.1, 6.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.product import ArticleKind, PictureKind, ProductStatus
from tests.api import Api
from tests.factories import (
    make_admin,
    make_company,
    make_picture,
    make_product,
    make_rep,
    make_text,
)
from tests.handlers.qiyeweixin.shop import Shop

MOMENT = datetime(2018, 6, 26, 20, 8, 44, 480_000, UTC)


@pytest.mark.both
async def test_a_product_is_shown_with_its_parts_in_their_order(api: Api) -> None:
    rep = await make_rep(avatar="statics/zhou.jpg")
    product = await make_product(rep, name="衣帽间", price="50-1380元", created_at=MOMENT)
    content = await make_text(product, 4, "先数衣服,再画柜子。")
    title = await make_text(product, 1, "怎么量", kind=ArticleKind.TITLE)
    picture = await make_picture(rep.company, product, 2, kind=PictureKind.INTRODUCTION)
    second = await make_picture(rep.company, product, 2)
    first = await make_picture(rep.company, product, 1)
    shop = await Shop.of(api, rep)
    assert await shop.get("product_single", product_id=product.id) == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": [
                {
                    "id": product.id,
                    "name": "衣帽间",
                    "publisher": "我添加的",
                    "publisher_date": "2018-06-27T04:08:44.480",
                    "create_date": "2018-06-27",
                    "price": "50-1380元",
                    "reason": "一次量尺,十年无忧。",
                    "status": "已发布",
                    "status_code": 1,
                    "user_avatar": "statics/zhou.jpg",
                    "cover_picture": [
                        {"id": first.id, "picture_url": first.picture_url},
                        {"id": second.id, "picture_url": second.picture_url},
                    ],
                    "article_data": [
                        {"id": title.id, "order": 1, "title": "怎么量", "content": ""},
                        {"id": picture.id, "order": 2, "picture_url": picture.picture_url},
                        {"id": content.id, "order": 4, "title": "", "content": content.text},
                    ],
                }
            ],
            "data_count": 1,
        },
    }


async def test_a_bare_product_is_shown_with_the_usual_picture(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(company=rep.company)
    row = await (await Shop.of(api, rep)).shown(product.id)
    assert (row["cover_picture"], row["article_data"], row["user_avatar"]) == (
        [],
        [],
        "statics/imgs/setAvator.jpg",
    )


@pytest.mark.parametrize("call", ["product_single", "product_list"])
async def test_who_published_a_product_is_said(api: Api, call: str) -> None:
    company = await make_company()
    rep, colleague = await make_rep(company), await make_rep(company, username="zhouming")
    owners = {"我添加的": rep, "企业发布": None, "zhouming添加的": colleague}
    products = {text: await make_product(owner, company) for text, owner in owners.items()}
    shop = await Shop.of(api, rep)
    if call == "product_list":
        del products["zhouming添加的"]  # a rep's list has its own and the company's
    found = {}
    for text, product in products.items():
        rows = (await shop.get(call, product_id=product.id)).data["ret_data"]
        found[text] = next(row["publisher"] for row in rows if row["id"] == product.id)
    assert found == {text: text for text in products}


@pytest.mark.parametrize("status", [1, 2, 3])
async def test_a_colleagues_product_can_be_read_whatever_its_status(api: Api, status: int) -> None:
    company = await make_company()
    product = await make_product(await make_rep(company), status=status)
    row = await (await Shop.of(api, await make_rep(company))).shown(product.id)
    assert row["status_code"] == status


async def test_a_product_of_another_company_is_not_found(api: Api) -> None:
    product = await make_product(await make_rep())
    shop = await Shop.of(api, await make_admin())
    answer = await shop.get("product_single", product_id=product.id)
    assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}


@pytest.mark.parametrize(
    ("product_id", "code"),
    [(999_999, 302), (0, 302), (-1, 302), (2**70, 302), ("x", 301), ("", 303)],
)
async def test_a_product_that_is_not_there_is_not_found(
    api: Api, product_id: object, code: int
) -> None:
    shop = await Shop.of(api, await make_rep())
    assert (await shop.get("product_single", product_id=product_id))["code"] == code


@pytest.mark.both
async def test_a_list_shows_each_product_with_its_first_cover(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep, name="衣帽间", created_at=MOMENT)
    await make_picture(rep.company, product, 2)
    cover = await make_picture(rep.company, product, 1)
    await make_picture(rep.company, product, 0, kind=PictureKind.INTRODUCTION)
    bare = await make_product(company=rep.company, status=ProductStatus.RECOMMENDED)
    answer = await (await Shop.of(api, rep)).get("product_list")
    newer, older = answer.data["ret_data"]
    assert (newer["id"], newer["cover_picture"], newer["status"]) == (bare.id, "", "推荐")
    assert older == {
        "id": product.id,
        "name": "衣帽间",
        "publisher": "我添加的",
        "publisher_date": "2018-06-27T04:08:44.480",
        "create_date": "2018-06-27",
        "price": "129",
        "cover_picture": cover.picture_url,
        "status": "已发布",
        "status_code": 1,
    }


async def everyones_products(rep: Any) -> dict[str, Any]:
    """Products of a rep, its company, a colleague and another company, oldest first."""
    return {
        "own": await make_product(rep),
        "shelved": await make_product(rep, status=ProductStatus.SHELVED),
        "company": await make_product(company=rep.company),
        "colleague": await make_product(await make_rep(rep.company)),
        "recommended": await make_product(company=rep.company, status=ProductStatus.RECOMMENDED),
        "stranger": await make_product(await make_rep()),
        "elsewhere": await make_product(company=await make_company()),
    }


@pytest.mark.both
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["recommended", "company", "shelved", "own"]),
        ({"status": ""}, ["recommended", "company", "shelved", "own"]),
        ({"status": "1"}, ["company", "own"]),
        ({"status": "2"}, ["shelved"]),
        ({"status": "3"}, ["recommended"]),
        ({"length": "3"}, ["recommended", "company", "shelved"]),
        ({"length": "3", "current_page": "2"}, ["own"]),
        ({"length": "1", "current_page": "2", "status": "1"}, ["own"]),
        ({"current_page": "9"}, []),
    ],
)
async def test_a_list_has_own_and_company_products_newest_first(
    api: Api, query: dict[str, object], names: list[str]
) -> None:
    rep = await make_rep()
    products = await everyones_products(rep)
    listed = await (await Shop.of(api, rep)).listed(**query)
    assert listed == [products[name].id for name in names]


@pytest.mark.parametrize(("status", "total"), [("", 4), ("1", 2), ("2", 1)])
async def test_a_list_says_how_many_there_are_in_all(api: Api, status: str, total: int) -> None:
    rep = await make_rep()
    await everyones_products(rep)
    answer = await (await Shop.of(api, rep)).get("product_list", length=1, status=status)
    assert (answer.data["data_count"], len(answer.data["ret_data"])) == (total, 1)


async def test_all_products_are_listed_unless_a_length_is_asked_for(api: Api) -> None:
    rep = await make_rep()
    for _ in range(25):
        await make_product(rep)
    shop = await Shop.of(api, rep)
    assert [len(await shop.listed()), len(await shop.listed(length=10))] == [25, 10]


async def test_a_rep_without_products_gets_an_empty_list(api: Api) -> None:
    answer = await (await Shop.of(api, await make_rep())).get("product_list")
    assert answer == {"code": 200, "msg": "查询成功", "data": {"ret_data": [], "data_count": 0}}


@pytest.mark.parametrize(
    ("query", "code"),
    [({"status": "4"}, 303), ({"status": "0"}, 303), ({"status": "x"}, 301), ({"length": 0}, 303)],
)
async def test_a_list_is_refused_for_a_filter_that_means_nothing(
    api: Api, query: dict[str, object], code: int
) -> None:
    answer = await (await Shop.of(api, await make_rep())).get("product_list", **query)
    assert (answer["code"], set(answer.data["errors"])) == (code, set(query))
