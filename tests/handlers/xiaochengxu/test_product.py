"""Products as customers see them and hand them on (semantics 6.1, 6.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from models.base import now
from models.database import execute
from models.product import ArticleKind, PictureKind, ProductStatus
from services.clock import SHANGHAI
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_pair,
    make_picture,
    make_product,
    make_rep,
    make_text,
    session_for,
)
from tests.handlers.qiyeweixin.talkers import the_rep
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.statements import counted

PRODUCT = "/zhugeleida/xiaochengxu/product"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
OF_ONE = ["product_single", "forward_product", "consult_product"]
VIEWS = ["product_single", "product_list"]


async def ask(api: Api, name: str, customer: Any, rep: Any, **query: object) -> Answer:
    """Make a call as a customer."""
    caller = await session_for(customer)
    return await api.get(f"{PRODUCT}/{name}", {"uid": rep.id, **query}, caller=caller)


async def listed(api: Api, customer: Any, rep: Any, **query: object) -> list[int]:
    """List products and give their ids."""
    answer = await ask(api, "product_list", customer, rep, **query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    return [row["id"] for row in answer.data["ret_data"]]


async def a_company() -> tuple[Any, Any, dict[str, Any]]:
    """A rep with its customer, and products of all kinds by what they are."""
    rep, customer = await make_pair()
    colleague = await make_rep(rep.company)
    products = {
        "own": await make_product(rep),
        "shelved": await make_product(rep, status=ProductStatus.SHELVED),
        "company": await make_product(company=rep.company, status=ProductStatus.RECOMMENDED),
        "company's shelved": await make_product(company=rep.company, status=ProductStatus.SHELVED),
        "colleague's": await make_product(colleague),
        "elsewhere": await make_product(company=await make_company()),
    }
    return rep, customer, products


HIDDEN = ["shelved", "company's shelved", "colleague's", "elsewhere"]


async def test_a_product_is_shown_with_its_facts(api: Api) -> None:
    rep, customer = await make_pair()
    moment = datetime(2018, 7, 21, 11, 24, 3, 761000, SHANGHAI)
    product = await make_product(rep, name="门票", price="50-128元", created_at=moment)
    answer = await ask(api, "product_single", customer, rep, product_id=product.id)
    (row,) = answer.data.pop("ret_data")
    assert row.pop("content")
    assert row == {
        "id": product.id,
        "name": "门票",
        "price": "50-128元",
        "user_avatar": "statics/imgs/setAvator.jpg",
        "reason": product.reason,
        "publisher_date": "2018-07-21T11:24:03.761",
        "create_date": "2018-07-21",
        "status": "已发布",
        "status_code": 1,
    }
    data = {"chatinfo_count": 0, "data_count": 1}
    assert answer == {"code": 200, "msg": "查询成功", "data": data}


async def test_a_product_is_shown_with_its_cover_and_its_introduction_in_order(api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep)
    covers = [await make_picture(rep.company, product, place) for place in (2, 1)]
    await make_text(product, 3, "十五天出图。")
    await make_text(product, 1, "选材", kind=ArticleKind.TITLE)
    picture = await make_picture(rep.company, product, 2, kind=PictureKind.INTRODUCTION)
    answer = await ask(api, "product_single", customer, rep, product_id=product.id)
    urls = [one.picture_url for one in reversed(covers)]
    assert answer.data["ret_data"][0]["content"] == {
        "cover_data": [{"type": "picture_url", "data": urls}],
        "article_data": [
            {"type": "title", "data": ["选材"]},
            {"type": "picture_url", "data": [picture.picture_url]},
            {"type": "content", "data": ["十五天出图。"]},
        ],
    }


async def test_a_bare_product_has_a_cover_without_pictures(api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep)
    answer = await ask(api, "product_single", customer, rep, product_id=product.id)
    (row,) = answer.data["ret_data"]
    assert row["content"] == {
        "cover_data": [{"type": "picture_url", "data": []}],
        "article_data": [],
    }


async def test_the_reps_unread_messages_are_counted_beside_a_product(api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep)
    await (await the_rep(api, rep, customer)).say("您好", "在吗?")
    counts = []
    for _ in range(2):
        answer = await ask(api, "product_single", customer, rep, product_id=product.id)
        counts.append(answer.data["chatinfo_count"])
        await execute("DELETE FROM bond")
    assert counts == [2, 0]


async def test_a_list_shows_covers_and_who_shows_the_products(api: Api) -> None:
    rep = await make_rep(memo_name="小周", position="销售经理", card_avatar="statics/imgs/z.jpg")
    customer = await make_customer(rep.company)
    product = await make_product(company=rep.company, name="玄关柜", status=3)
    await make_text(product, 1, "选材")
    cover = await make_picture(rep.company, product, 1)
    answer = await ask(api, "product_list", customer, rep)
    (row,) = answer.data["ret_data"]
    assert row.pop("publisher_date")[:10] == row.pop("create_date")
    assert (row, answer.data["data_count"]) == (
        {
            "id": product.id,
            "name": "玄关柜",
            "price": "129",
            "user_avatar": "statics/imgs/z.jpg",
            "username": "小周",
            "position": "销售经理",
            "reason": product.reason,
            "status": "推荐",
            "status_code": 3,
            "content": {"cover_data": [{"type": "picture_url", "data": [cover.picture_url]}]},
        },
        1,
    )


@pytest.mark.both
async def test_a_list_has_what_the_rep_and_its_company_show_newest_first(api: Api) -> None:
    rep, customer, products = await a_company()
    assert await listed(api, customer, rep) == [products["company"].id, products["own"].id]


async def test_a_list_has_pages_of_twenty(api: Api) -> None:
    rep, customer = await make_pair()
    ids = [(await make_product(rep)).id for _ in range(23)][::-1]
    pages = [await listed(api, customer, rep, current_page=page) for page in (1, 2, 3)]
    assert pages == [ids[:20], ids[20:], []]
    answer = await ask(api, "product_list", customer, rep, length=2)
    assert (len(answer.data["ret_data"]), answer.data["data_count"]) == (2, 23)


async def test_a_list_takes_as_many_statements_however_long_it_is(api: Api) -> None:
    rep, customer = await make_pair()
    caller, sent = await session_for(customer), []
    for _ in range(2):
        for _ in range(5):
            product = await make_product(rep)
            await make_picture(rep.company, product, 1)
        await api.get(f"{PRODUCT}/product_list", {"uid": rep.id}, caller=caller)
        with counted() as statements:
            await api.get(f"{PRODUCT}/product_list", {"uid": rep.id}, caller=caller)
        sent.append(len(statements))
    assert sent[0] == sent[1]


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("which", HIDDEN)
async def test_a_product_that_the_rep_does_not_show_is_302(api: Api, name: str, which: str) -> None:
    rep, customer, products = await a_company()
    caller = await session_for(customer)
    before = await everything()
    query = {"uid": rep.id, "product_id": products[which].id}
    assert await api.get(f"{PRODUCT}/{name}", query, caller=caller) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("name", [*OF_ONE, "product_list"])
@pytest.mark.parametrize("is_there", [True, False])
async def test_a_rep_of_another_company_is_302(api: Api, name: str, is_there: bool) -> None:
    rep, customer = await make_pair()
    product = await make_product(company=rep.company)
    stranger = (await make_rep()).id if is_there else 999_999
    caller = await session_for(customer)
    before = await everything()
    query = {"uid": stranger, "product_id": product.id}
    assert await api.get(f"{PRODUCT}/{name}", query, caller=caller) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("name", [*VIEWS, "forward_product"])
async def test_products_are_seen_and_handed_on_before_binding(api: Api, name: str) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company)
    product = await make_product(rep)
    answer = await ask(api, name, customer, rep, product_id=product.id)
    assert (answer["code"], len(await logs_of(rep)), await count("bond")) == (200, 1, 0)


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("product_single", "正在查看玄关柜,尽快把握商机"),
        ("product_list", "正在查看您发布的产品,尽快把握商机"),
        ("forward_product", "转发了玄关柜"),
    ],
)
async def test_views_and_forwards_are_logged_as_views_of_a_product(
    api: Api, name: str, remark: str
) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep, name="玄关柜")
    await ask(api, name, customer, rep, product_id=product.id)
    assert await logs_of(rep) == [(2, remark)]


async def test_a_forward_says_so(api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep)
    answer = await ask(api, "forward_product", customer, rep, product_id=product.id)
    assert answer == {"code": 200, "msg": "记录转发产品成功", "data": {}}


async def test_views_of_a_customer_without_a_name_are_not_logged_but_forwards_are(
    api: Api,
) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    await bind(rep, customer)
    product = await make_product(rep, name="玄关柜")
    for name in (*VIEWS, "forward_product"):
        answer = await ask(api, name, customer, rep, product_id=product.id)
        assert answer["code"] == 200
    assert await logs_of(rep) == [(2, "转发了玄关柜")]


async def test_an_empty_list_is_not_logged(api: Api) -> None:
    rep, customer = await make_pair()
    answer = await ask(api, "product_list", customer, rep)
    assert answer == {"code": 200, "msg": "查询成功", "data": {"ret_data": [], "data_count": 0}}
    assert await logs_of(rep) == []


async def test_an_expired_company_shows_its_products_and_logs_nothing(api: Api) -> None:
    rep = await make_rep(await make_company(expires_at=now().replace(year=2018)))
    customer = await make_customer(rep.company)
    product = await make_product(rep)
    answers = [
        await ask(api, name, customer, rep, product_id=product.id)
        for name in (*VIEWS, "forward_product")
    ]
    assert ([answer["code"] for answer in answers], await logs_of(rep)) == ([200] * 3, [])


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({}, 303, "product_id"),
        ({"product_id": "x"}, 301, "product_id"),
        ({"product_id": 1, "uid": ""}, 303, "uid"),
        ({"product_id": 1, "uid": "1.5"}, 301, "uid"),
    ],
)
async def test_a_call_without_proper_ids_is_refused(
    api: Api, name: str, query: dict[str, object], code: int, field: str
) -> None:
    rep, customer = await make_pair()
    answer = await ask(api, name, customer, rep, **query)
    assert (answer["code"], list(answer.data["errors"])) == (code, [field])
