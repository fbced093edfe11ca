"""What the back office is shown of products (001-admin.md:241, decisions S25)."""

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
from tests.handlers.admin.keeping import COMPANY, NOT_FOUND, PERSONAL, Keeping, product_of
from tests.handlers.qiyeweixin.staff import make_office
from tests.statements import counted

MOMENT = datetime(2018, 6, 26, 20, 8, 44, 480_000, UTC)


@pytest.mark.both
async def test_a_list_shows_a_company_product_with_its_first_cover(api: Api) -> None:
    admin = await make_admin(await make_company(name="月白家居"))
    product = await make_product(None, admin.company, name="衣帽间", created_at=MOMENT)
    await make_picture(admin.company, product, 2)
    cover = await make_picture(admin.company, product, 1)
    await make_picture(admin.company, product, 0, kind=PictureKind.INTRODUCTION)
    assert await (await Keeping.of(api, admin)).get("product_list", product_type=COMPANY) == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": [
                {
                    "product_id": product.id,
                    "cover_picture": cover.picture_url,
                    "name": "衣帽间",
                    "price": "129",
                    "publisher_date": "2018-06-27 04:08:44",
                    "publisher": "月白家居",
                    "status": "已发布",
                    "status_code": 1,
                }
            ],
            "data_count": 1,
        },
    }


@pytest.mark.parametrize("make", [make_admin, make_rep])
async def test_a_list_says_which_rep_has_published_a_product(api: Api, make: Any) -> None:
    rep = await make()
    colleague = await make_rep(rep.company, username="zhouming")
    await make_product(colleague, status=ProductStatus.RECOMMENDED)
    answer = await (await Keeping.of(api, rep)).get("product_list", product_type=PERSONAL)
    (row,) = answer.data["ret_data"]
    assert (row["publisher"], row["cover_picture"], row["status"], row["status_code"]) == (
        *("zhouming", ""),
        *("推荐", 3),
    )


async def everyones_products(rep: Any) -> dict[str, Any]:
    """Products of a rep, its company, a colleague and another company, oldest first."""
    company, recommended, shelved = rep.company, ProductStatus.RECOMMENDED, ProductStatus.SHELVED
    colleague = await make_rep(company)
    return {
        "own": await make_product(rep, name="松木长桌"),
        "company": await make_product(None, company, name="松木书柜"),
        "colleague": await make_product(colleague, status=recommended, name="Oak 50%_桌"),
        "shelved": await make_product(colleague, status=shelved, name="松木圆桌"),
        "company recommended": await make_product(None, company, status=recommended),
        "company shelved": await make_product(None, company, status=shelved),
        "own new": await make_product(rep, name="榆木长桌"),
        "stranger": await make_product(await make_rep()),
        "elsewhere": await make_product(company=await make_company()),
    }


PERSONAL_ON_SHOW = ["own new", "colleague", "own"]


@pytest.mark.both
@pytest.mark.parametrize("make", [make_admin, make_rep])
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, PERSONAL_ON_SHOW),
        ({"status": "", "product_name": "", "company_id": ""}, PERSONAL_ON_SHOW),
        ({"status": "1"}, PERSONAL_ON_SHOW),
        ({"status": "2"}, ["shelved"]),
        ({"product_name": "长桌"}, ["own new", "own"]),
        ({"product_name": "松木", "status": "2"}, ["shelved"]),
        ({"product_name": "%_"}, ["colleague"]),
        ({"product_name": "床"}, []),
        ({"length": "2", "current_page": "2"}, ["own"]),
    ],
)
async def test_personal_products_of_all_reps_are_listed_newest_first(
    api: Api, make: Any, query: dict[str, str], names: list[str]
) -> None:
    rep = await make()
    products = await everyones_products(rep)
    answer = await (await Keeping.of(api, rep)).get("product_list", product_type=2, **query)
    rows = [row["product_id"] for row in answer.data["ret_data"]]
    assert rows == [products[name].id for name in names]
    assert answer.data["data_count"] == (3 if "length" in query else len(names))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["company recommended", "company"]),
        ({"status": "1"}, ["company recommended", "company"]),
        ({"status": "2"}, ["company shelved"]),
        ({"product_name": "书柜"}, ["company"]),
    ],
)
async def test_company_products_are_listed_for_an_admin(
    api: Api, query: dict[str, str], names: list[str]
) -> None:
    admin = await make_admin()
    products = await everyones_products(admin)
    listed = await (await Keeping.of(api, admin)).listed(product_type=1, **query)
    assert listed == [products[name].id for name in names]


async def test_company_products_are_never_listed_for_others(api: Api) -> None:
    rep = await make_rep()
    await everyones_products(rep)
    answer = await (await Keeping.of(api, rep)).get("product_list", product_type=COMPANY)
    assert answer == {"code": 200, "msg": "查询成功", "data": {"ret_data": [], "data_count": 0}}


async def test_a_page_has_twenty_products_unless_a_length_is_asked_for(api: Api) -> None:
    rep = await make_rep()
    for _ in range(22):
        await make_product(rep)
    shop = await Keeping.of(api, rep)
    lengths = [len(await shop.listed(product_type=2, **query)) for query in ({}, {"length": 30})]
    assert lengths == [20, 22]


@pytest.mark.parametrize("kind", [COMPANY, PERSONAL])
async def test_the_platform_lists_the_products_of_any_company(api: Api, kind: int) -> None:
    platform, elsewhere = await make_office(api, platform=True), await make_company()
    product = await make_product(None if kind == COMPANY else await make_rep(elsewhere), elsewhere)
    await make_product(None if kind == COMPANY else platform.admin, platform.company)
    shop = await Keeping.of(api, platform.admin)
    assert await shop.listed(product_type=kind, company_id=elsewhere.id) == [product.id]


@pytest.mark.parametrize("call", ["product_list", "product_single"])
@pytest.mark.parametrize("who", ["admin", "rep", "rep of the platform"])
async def test_another_company_is_not_found(api: Api, call: str, who: str) -> None:
    platform = await make_office(api, platform=True)
    rep = await (make_admin() if who == "admin" else make_rep())
    if who == "rep of the platform":
        rep = await make_rep(platform.company)
    elsewhere = await make_rep()
    product = await make_product(elsewhere)
    query = {"product_type": 2, "product_id": product.id, "company_id": elsewhere.company_id}
    assert await (await Keeping.of(api, rep)).get(call, **query) == NOT_FOUND


@pytest.mark.parametrize("call", ["product_list", "product_single"])
@pytest.mark.parametrize("company_id", [0, 999_999, 2**70])
async def test_an_unknown_company_is_not_found(api: Api, call: str, company_id: int) -> None:
    platform = await make_office(api, platform=True)
    product = await make_product(platform.admin)
    shop = await Keeping.of(api, platform.admin)
    query = {"product_type": 2, "product_id": product.id, "company_id": company_id}
    assert await shop.get(call, **query) == NOT_FOUND


async def test_the_own_company_can_be_named(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    shop = await Keeping.of(api, rep)
    assert await shop.listed(product_type=2, company_id=rep.company_id) == [product.id]


@pytest.mark.parametrize(
    ("query", "code", "complaint"),
    [
        ({"product_type": ""}, 303, "产品类型不能为空"),
        ({"product_type": "0"}, 303, "产品类型不能小于1"),
        ({"product_type": "3"}, 303, "产品类型不能大于2"),
        ({"product_type": "x"}, 301, "产品类型必须是整数"),
        ({"status": "3"}, 303, "产品状态不能大于2"),
        ({"status": "x"}, 301, "产品状态必须是整数"),
        ({"company_id": "x"}, 301, "公司ID必须是整数"),
        ({"length": "0"}, 303, "每页长度不能小于1"),
    ],
)
async def test_a_list_is_refused_for_a_filter_that_means_nothing(
    api: Api, query: dict[str, str], code: int, complaint: str
) -> None:
    shop = await Keeping.of(api, await make_admin())
    answer = await shop.get("product_list", **{"product_type": "1", **query})
    assert (answer["code"], answer["msg"], set(answer.data["errors"])) == (
        *(code, complaint),
        set(query),
    )


@pytest.mark.both
@pytest.mark.parametrize("make", [make_admin, make_rep])
async def test_a_product_is_shown_as_the_radar_shows_it_with_its_kind(api: Api, make: Any) -> None:
    rep = await make(avatar="statics/zhou.jpg")
    product = await make_product(rep, name="衣帽间", created_at=MOMENT)
    title = await make_text(product, 1, "怎么量", kind=ArticleKind.TITLE)
    picture = await make_picture(rep.company, product, 2, kind=PictureKind.INTRODUCTION)
    cover = await make_picture(rep.company, product, 1)
    row = await (await Keeping.of(api, rep)).shown(product.id)
    assert row == {
        "id": product.id,
        "product_type": PERSONAL,
        "name": "衣帽间",
        "publisher": "我添加的",
        "publisher_date": "2018-06-27T04:08:44.480",
        "create_date": "2018-06-27",
        "price": "129",
        "reason": "一次量尺,十年无忧。",
        "status": "已发布",
        "status_code": 1,
        "user_avatar": "statics/zhou.jpg",
        "cover_picture": [{"id": cover.id, "picture_url": cover.picture_url}],
        "article_data": [
            {"id": title.id, "order": 1, "title": "怎么量", "content": ""},
            {"id": picture.id, "order": 2, "picture_url": picture.picture_url},
        ],
    }


@pytest.mark.parametrize(
    ("make", "owner", "kind"),
    [
        (make_admin, "company", COMPANY),
        (make_admin, "colleague", PERSONAL),
        (make_rep, "colleague", PERSONAL),
    ],
)
async def test_who_lists_a_product_can_open_it(api: Api, make: Any, owner: str, kind: int) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    assert (await (await Keeping.of(api, rep)).shown(product.id))["product_type"] == kind


@pytest.mark.parametrize(
    ("make", "owner"),
    [
        (make_rep, "company"),
        *(
            (make, owner)
            for make in (make_admin, make_rep)
            for owner in ("stranger", "another company", "nobody")
        ),
    ],
)
async def test_a_product_that_is_not_the_callers_to_see_is_not_found(
    api: Api, make: Any, owner: str
) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    answer = await (await Keeping.of(api, rep)).get("product_single", product_id=product.id)
    assert answer == NOT_FOUND


async def test_the_platform_opens_a_product_of_the_company_that_it_names(api: Api) -> None:
    platform, elsewhere = await make_office(api, platform=True), await make_company()
    product = await make_product(company=elsewhere)
    shop = await Keeping.of(api, platform.admin)
    query: list[dict[str, Any]] = [{}, {"company_id": elsewhere.id}]
    codes = [(await shop.get("product_single", product_id=product.id, **q))["code"] for q in query]
    assert codes == [302, 200]


async def test_a_list_makes_the_same_statements_whatever_its_length(api: Api) -> None:
    admin = await make_admin()
    for _ in range(30):
        await make_picture(admin.company, await make_product(admin), 1)
    shop, made = await Keeping.of(api, admin), []
    await shop.listed(product_type=2)  # the session is known from here on
    for length in (1, 30):
        with counted() as statements:
            assert len(await shop.listed(product_type=2, length=length)) == length
        made.append([sql for sql in statements if "product" in sql])
    assert [len(statements) for statements in made] == [3, 3]
