"""How reps write products (semantics 6.2, decisions S25)."""

from __future__ import annotations

from typing import Any

import pytest

from models.product import ArticleKind, PictureKind
from tests.api import Api
from tests.factories import (
    make_company,
    make_picture,
    make_product,
    make_rep,
    make_text,
    session_for,
)
from tests.handlers.qiyeweixin.shop import FORM, PRODUCT, Shop, ids, is_free, parts_of
from tests.handlers.xiaochengxu.rows import everything

TITLE = {"title": "怎么量", "order": 1}
CONTENT = {"content": "先数衣服,再画柜子。", "order": 3}


def without_ids(row: Any) -> list[dict[str, object]]:
    """The introduction of a product, without the ids that it got."""
    return [
        {name: value for name, value in item.items() if name != "id"}
        for item in row["article_data"]
    ]


@pytest.mark.both
async def test_a_product_is_added_with_covers_and_introduction(api: Api) -> None:
    rep = await make_rep()
    first, second, picture = [await make_picture(rep.company) for _ in range(3)]
    shop = await Shop.of(api, rep)
    answer = await shop.add(
        *(CONTENT, TITLE, {"picture_id": picture.id, "order": 2}),
        cover_picture_id=ids(second, first),
        price="228",
    )
    row = await shop.shown(answer.data["product_id"])
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    assert [row[name] for name in ("name", "price", "reason", "publisher", "status_code")] == [
        *(FORM["name"], "228", FORM["reason"], "我添加的", 1)
    ]
    assert [one["id"] for one in row["cover_picture"]] == [second.id, first.id]
    assert without_ids(row) == [
        {"order": 1, "title": "怎么量", "content": ""},
        {"order": 2, "picture_url": picture.picture_url},
        {"order": 3, "title": "", "content": "先数衣服,再画柜子。"},
    ]


async def test_a_product_needs_no_introduction(api: Api) -> None:
    row = await (await Shop.of(api, await make_rep())).added()
    assert row["article_data"] == []


async def test_items_without_an_order_keep_the_order_of_the_list(api: Api) -> None:
    items = [{"title": "一"}, {"content": "二"}, {"title": "三"}]
    row = await (await Shop.of(api, await make_rep())).added(*items)
    assert [(one["order"], one["title"] or one["content"]) for one in row["article_data"]] == [
        *((1, "一"), (2, "二"), (3, "三"))
    ]


async def test_an_item_without_an_order_stands_behind_the_one_before_it(api: Api) -> None:
    items = [{"title": "一", "order": 2}, {"content": "二"}, {"title": "三", "order": 7}]
    row = await (await Shop.of(api, await make_rep())).added(*items)
    assert [one["order"] for one in row["article_data"]] == [2, 3, 7]


async def test_a_product_can_be_sent_as_json_with_a_number_as_price(api: Api) -> None:
    rep = await make_rep()
    cover = await make_picture(rep.company)
    body = {**FORM, "price": 228, "cover_picture_id": [cover.id], "article_data": [TITLE]}
    answer = await api.post(f"{PRODUCT}/add/0", as_json=body, caller=await session_for(rep))
    row = await (await Shop.of(api, rep)).shown(answer.data["product_id"])
    assert (row["price"], len(row["cover_picture"]), len(row["article_data"])) == ("228", 1, 1)


async def test_what_is_shown_of_a_text_can_be_sent_back(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    text = await make_text(product, 1, "怎么量", kind=ArticleKind.TITLE)
    item = {"article_id": text.id, "order": 1, "title": "怎么装", "content": ""}
    row = await (await Shop.of(api, rep)).updated(product, item)
    assert row["article_data"] == [
        {"id": text.id, "order": 1, "title": "怎么装", "content": ""},
    ]


@pytest.mark.both
async def test_an_update_replaces_the_whole_product(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    kept, _ = await make_text(product, 1, "一"), await make_text(product, 2, "二")
    old_cover = await make_picture(rep.company, product, 1)
    old_picture = await make_picture(rep.company, product, 3, kind=PictureKind.INTRODUCTION)
    new = await make_picture(rep.company)
    shop = await Shop.of(api, rep)
    answer = await shop.update(
        product,
        *({"article_id": kept.id, "title": "改", "order": 5}, {"content": "新", "order": 4}),
        name="换了名字",
        cover_picture_id=ids(new),
    )
    row = await shop.shown(product.id)
    assert answer == {"code": 200, "msg": "添加成功", "data": {}}
    assert (row["name"], [one["id"] for one in row["cover_picture"]]) == ("换了名字", [new.id])
    assert without_ids(row) == [
        {"order": 4, "title": "", "content": "新"},
        {"order": 5, "title": "改", "content": ""},
    ]
    assert row["article_data"][1]["id"] == kept.id
    assert [await is_free(old_cover), await is_free(old_picture)] == [True, True]


async def test_an_update_without_introduction_takes_it_off(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    await make_text(product, 1, "一")
    row = await (await Shop.of(api, rep)).updated(product)
    assert row["article_data"] == []


async def test_an_update_keeps_name_status_and_age(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep, status=3)
    shop = await Shop.of(api, rep)
    before = await shop.shown(product.id)
    after = await shop.updated(product, name=product.name)
    same = ("id", "name", "status_code", "publisher_date", "publisher")
    assert [before[name] for name in same] == [after[name] for name in same]


@pytest.mark.both
async def test_a_picture_that_was_taken_off_can_be_used_again(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    picture = await make_picture(rep.company, product, 1)
    shop = await Shop.of(api, rep)
    await shop.update(product, name=product.name)
    row = await shop.added({"picture_id": picture.id, "order": 7})
    assert row["article_data"] == [
        {"id": picture.id, "order": 7, "picture_url": picture.picture_url}
    ]


async def test_a_cover_can_become_a_picture_of_the_introduction(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    picture = await make_picture(rep.company, product, 1)
    row = await (await Shop.of(api, rep)).updated(product, {"picture_id": picture.id})
    assert ([one["id"] for one in row["article_data"]], row["cover_picture"]) == ([picture.id], [])


async def test_a_picture_of_another_own_product_moves(api: Api) -> None:
    rep = await make_rep()
    here, there = await make_product(rep), await make_product(rep)
    picture = await make_picture(rep.company, there, 1)
    shop = await Shop.of(api, rep)
    row = await shop.updated(here, cover_picture_id=ids(picture))
    assert ([one["id"] for one in row["cover_picture"]], await parts_of(there.id)) == (
        [picture.id],
        [],
    )


async def the_picture(where: str, rep: Any) -> Any:
    """A picture that a rep may not use."""
    company = rep.company
    match where:
        case "a colleague's product":
            return await make_picture(company, await make_product(await make_rep(company)), 1)
        case "a company product":
            return await make_picture(company, await make_product(company=company), 1)
        case "another company":
            return await make_picture(await make_company())
    picture = await make_picture(company)
    await picture.aio_delete_instance()
    return picture


@pytest.mark.both
@pytest.mark.parametrize("call", ["add", "update"])
@pytest.mark.parametrize("use", ["cover", "introduction"])
@pytest.mark.parametrize(
    "where", ["a colleague's product", "a company product", "another company", "nowhere"]
)
async def test_a_picture_of_somebody_else_is_not_found_and_nothing_changes(
    api: Api, call: str, use: str, where: str
) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    await make_text(product, 1, "一")
    own, picture = await make_picture(rep.company, product, 1), await the_picture(where, rep)
    shop = await Shop.of(api, rep)
    before = await everything()
    covers = ids(own, picture) if use == "cover" else ids(own)
    items = [TITLE, {"picture_id": picture.id, "order": 2}][: 1 if use == "cover" else 2]
    if call == "add":
        answer = await shop.add(*items, cover_picture_id=covers)
    else:
        answer = await shop.update(product, *items, cover_picture_id=covers)
    assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert await everything() == before


@pytest.mark.both
@pytest.mark.parametrize("call", ["add", "update"])
async def test_a_text_of_another_product_is_not_found_and_nothing_changes(
    api: Api, call: str
) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    await make_text(product, 1, "一")
    text = await make_text(await make_product(rep), 1, "二")
    shop = await Shop.of(api, rep)
    before = await everything()
    item = {"article_id": text.id, "title": "抢", "order": 1}
    answer = await (shop.add(item) if call == "add" else shop.update(product, item))
    assert (answer["code"], await everything()) == (302, before)


@pytest.mark.parametrize("article_id", [0, -3, 999_999, 2**70])
async def test_a_text_that_is_not_there_is_not_found(api: Api, article_id: int) -> None:
    rep = await make_rep()
    item = {"article_id": article_id, "title": "一", "order": 1}
    answer = await (await Shop.of(api, rep)).update(await make_product(rep), item)
    assert answer["code"] == 302


@pytest.mark.both
async def test_a_name_is_used_once_in_a_company(api: Api) -> None:
    company = await make_company()
    await make_product(await make_rep(company), name=FORM["name"])
    rep = await make_rep(company)
    product = await make_product(rep)
    shop = await Shop.of(api, rep)
    before = await everything()
    for answer in (await shop.add(TITLE), await shop.update(product, TITLE)):
        assert answer == {
            "code": 303,
            "msg": "产品名称不能重复",
            "data": {"errors": {"name": "产品名称不能重复"}},
        }
    assert await everything() == before


async def test_another_company_may_use_the_same_name(api: Api) -> None:
    await make_product(await make_rep(), name=FORM["name"])
    assert (await (await Shop.of(api, await make_rep())).add())["code"] == 200


@pytest.mark.parametrize("name", ["name", "price", "reason", "cover_picture_id"])
@pytest.mark.parametrize("call", ["add", "update"])
async def test_what_is_required_has_to_be_sent(api: Api, call: str, name: str) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    shop = await Shop.of(api, rep)
    form = {name: ""}
    answer = await (shop.add(**form) if call == "add" else shop.update(product, **form))
    assert (answer["code"], set(answer.data["errors"])) == (303, {name})


@pytest.mark.parametrize(
    "form",
    [
        {"name": " "},
        {"name": "名" * 129},
        {"price": "9" * 65},
        {"reason": "好" * 1025},
        {"cover_picture_id": str(list(range(1, 22)))},
        {"article_data": str([1, 2]).replace("1, 2", '{"title": "a"},' * 100 + '{"title": "a"}')},
        {"article_data": '[{"order": 1}]'},
        {"article_data": '[{"title": "", "order": 1}]'},
        {"article_data": '[{"title": "  ", "order": 1}]'},
        {"article_data": '[{"title": "a", "content": "b"}]'},
        {"article_data": '[{"title": "a", "picture_id": 1}]'},
        {"article_data": '[{"article_id": 1, "picture_id": 1}]'},
        {"article_data": '[{"title": "a", "order": 2}, {"content": "b", "order": 2}]'},
        {"article_data": '[{"title": "a", "article_id": 1}, {"title": "b", "article_id": 1}]'},
        {"article_data": '[{"picture_id": 1}, {"picture_id": 1}]'},
        {"article_data": '[{"title": "a", "order": -1}]'},
        {"article_data": '[{"title": "a", "order": 10000}]'},
        {"article_data": f'[{{"title": "{"a" * 129}"}}]'},
        {"article_data": f'[{{"content": "{"a" * 10001}"}}]'},
    ],
)
async def test_what_breaks_a_rule_is_refused(api: Api, form: dict[str, str]) -> None:
    shop = await Shop.of(api, await make_rep())
    before = await everything()
    answer = await shop.add(**form)
    assert (answer["code"], set(answer.data["errors"])) == (303, set(form))
    assert await everything() == before


async def test_a_picture_is_cover_or_introduction_and_not_both(api: Api) -> None:
    rep = await make_rep()
    picture = await make_picture(rep.company)
    answer = await (await Shop.of(api, rep)).add(
        {"picture_id": picture.id}, cover_picture_id=ids(picture)
    )
    assert (answer["code"], answer["msg"]) == (303, "同一张图片不能使用两次")


@pytest.mark.parametrize(
    "form",
    [
        {"cover_picture_id": "[8,"},
        {"cover_picture_id": "八"},
        {"article_data": "[{"},
        {"article_data": "标题"},
        {"article_data": "[1]"},
        {"article_data": '{"title": "a"}'},
        {"article_data": '[{"title": 7}]'},
        {"article_data": '[{"title": "a", "order": "x"}]'},
        {"article_data": '[{"picture_id": "x"}]'},
        {"article_data": r'[{"title": "a\u0000"}]'},
        {"article_data": r'[{"title": "\ud800"}]'},
    ],
)
async def test_what_cannot_be_read_is_301(api: Api, form: dict[str, str]) -> None:
    assert (await (await Shop.of(api, await make_rep())).add(**form))["code"] == 301


async def test_control_characters_in_an_introduction_are_dropped(api: Api) -> None:
    row = await (await Shop.of(api, await make_rep())).added({"content": "一\x07\n二"})
    assert row["article_data"][0]["content"] == "一\n二"
