"""Classes of goods: who sees them, who changes them, and that there are two levels."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from models.goods_class import MOST_CLASSES
from models.mall import GoodsClass
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_goods, make_rep, session_for
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.mall import make_class

OPER = "/zhugeleida/xiaochengxu/goodsClassOper"
SHOW = "/zhugeleida/xiaochengxu/goodsClassShow"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def change(office: Office, made: Any, **form: object) -> Answer:
    """Change a class; say only what a test is about."""
    body = {"classificationName": "灯具", "goodsNum": 3, **form}
    return await office.post(f"{OPER}/update/{getattr(made, 'id', made)}", body)


async def add(office: Office, **form: object) -> Answer:
    """Add a class."""
    return await office.post(f"{OPER}/add/0", {"classificationName": "灯具", "goodsNum": 3, **form})


async def rows() -> list[tuple[Any, ...]]:
    """All classes of all companies."""
    return await fetch_all(
        "SELECT id, company_id, parent_id, level, name, goods_count FROM goods_class ORDER BY id"
    )


@pytest.mark.both
async def test_classes_are_added_on_two_levels(api: Api) -> None:
    office = await make_office(api)
    company = office.company.id
    first = await add(office)
    second = await add(office, classificationName="吊灯", parentClassification=first.data["id"])
    assert (first["code"], first["msg"], second["code"]) == (200, "添加成功", 200)
    assert await rows() == [
        (first.data["id"], company, None, 1, "灯具", 3),
        (second.data["id"], company, first.data["id"], 2, "吊灯", 3),
    ]


@pytest.mark.both
async def test_a_class_is_renamed_and_moved(api: Api) -> None:
    office = await make_office(api)
    company = office.company
    old, new = await make_class(company), await make_class(company)
    child = await make_class(company, old)
    answer = await change(office, child, parentClassification=new.id)
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    assert (await rows())[-1] == (child.id, company.id, new.id, 2, "灯具", 3)
    assert (await change(office, child, goodsNum=4))["code"] == 200
    assert (await rows())[-1] == (child.id, company.id, None, 1, "灯具", 4)


@pytest.mark.both
async def test_a_class_below_which_nothing_is_left_is_deleted(api: Api) -> None:
    office = await make_office(api)
    first = await make_class(office.company)
    second = await make_class(office.company, first)
    deleted = [await office.post(f"{OPER}/delete/{one.id}") for one in (second, first, first)]
    assert (deleted[0]["msg"], deleted[0].data) == ("删除成功", {})
    assert [answer["code"] for answer in deleted] == [200, 200, 302]
    assert await rows() == []


@pytest.mark.both
@pytest.mark.parametrize("has", ["goods", "child"])
async def test_a_class_with_goods_or_classes_stays(api: Api, has: str) -> None:
    office = await make_office(api)
    made = await make_class(office.company)
    if has == "goods":
        await make_goods(office.company, goods_class=made)
    else:
        await make_class(office.company, made)
    before = await rows()
    answer = await office.post(f"{OPER}/delete/{made.id}")
    assert (answer["code"], answer["msg"]) == (304, "含有子级分类或商品,请先删除或转移")
    assert await rows() == before


@pytest.mark.both
async def test_no_class_comes_to_stand_on_a_third_level(api: Api) -> None:
    office = await make_office(api)
    first, other = await make_class(office.company), await make_class(office.company)
    second = await make_class(office.company, first)
    before = await rows()
    answers = [
        await add(office, parentClassification=second.id),
        await change(office, other, parentClassification=second.id),
        await change(office, first, parentClassification=other.id),
    ]
    assert [(answer["code"], answer["msg"]) for answer in answers] == [
        (303, "商品分类最多两级"),
        (303, "商品分类最多两级"),
        (304, "含有子级数据,请先删除或转移子级数据"),
    ]
    assert list(answers[0].data["errors"]) == ["parentClassification"]
    assert await rows() == before


@pytest.mark.both
async def test_no_class_comes_to_stand_below_itself(api: Api) -> None:
    office = await make_office(api)
    first = await make_class(office.company)
    second = await make_class(office.company, first)
    before = await rows()
    for made, parent in ((first, first), (first, second), (second, second)):
        answer = await change(office, made, parentClassification=parent.id)
        assert (answer["code"], answer["msg"]) == (303, "不可关联自己或自己的下级")
    assert await rows() == before


@pytest.mark.both
async def test_what_is_another_companys_is_not_found(api: Api) -> None:
    office = await make_office(api)
    own, foreign = await make_class(office.company), await make_class(await make_company())
    before = await rows()
    for number in (foreign.id, foreign.id + 99, 0):
        assert await add(office, parentClassification=number) == NOT_FOUND
        assert await change(office, number) == NOT_FOUND
        assert await change(office, own, parentClassification=number) == NOT_FOUND
        assert await office.post(f"{OPER}/delete/{number or foreign.id}") == NOT_FOUND
        assert await office.get(SHOW, {"singleUser": number}) == NOT_FOUND
    assert await rows() == before


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ({"classificationName": ""}, 303, "分类名称不能为空"),
        ({"classificationName": "  "}, 303, "分类名称不能为空"),
        ({"classificationName": "长" * 129}, 303, "分类名称长度不能超过128"),
        ({"goodsNum": ""}, 303, "分类商品总数不能为空"),
        ({"goodsNum": "x"}, 301, "分类商品总数必须是整数"),
        ({"goodsNum": -1}, 303, "分类商品总数不能小于0"),
        ({"goodsNum": 2**31}, 303, "分类商品总数不能大于2147483647"),
        ({"parentClassification": "x"}, 301, "父级分类必须是整数"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, form: dict[str, object], code: int, complaint: str
) -> None:
    office = await make_office(api)
    made = await make_class(office.company)
    before = await rows()
    for answer in (await add(office, **form), await change(office, made, **form)):
        assert (answer["code"], answer["msg"]) == (code, complaint)
    assert await rows() == before


async def test_a_company_has_so_many_classes_and_no_more(api: Api) -> None:
    office = await make_office(api)
    made = [
        {"company": office.company.id, "name": f"分类{number}"} for number in range(MOST_CLASSES)
    ]
    await GoodsClass.insert_many(made).aio_execute()
    assert ((await add(office))["code"], len(await rows())) == (303, MOST_CLASSES)
    assert len((await office.get(SHOW)).data) == MOST_CLASSES


@pytest.mark.parametrize("path", ["add/0", "update/{id}", "delete/{id}"])
@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_nobody_but_an_administrator_changes_classes(api: Api, make: Any, path: str) -> None:
    company = await make_company()
    made = await make_class(company)
    before = await rows()
    caller = await session_for(await make(company))
    form = {"classificationName": "灯具", "goodsNum": 3}
    answer = await api.post(f"{OPER}/{path.format(id=made.id)}", form, caller=caller)
    assert (answer["code"], await rows()) == (404, before)


@pytest.mark.both
@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_both_sides_see_the_classes_of_their_company(api: Api, make: Any) -> None:
    company, other = await make_company(), await make_company()
    first = await make_class(company, name="客厅", goods_count=7)
    await make_class(other)
    bare = await make_class(company, name="卧室")
    below = [await make_class(company, first, name=name) for name in ("沙发", "灯具")]
    caller = await session_for(await make(company))
    children = [{"name": one.name, "id": one.id, "goodsNum": 0} for one in below]
    answer = await api.get(SHOW, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    assert answer.data == [
        {"name": "客厅", "id": first.id, "goodsNum": 7, "children": children},
        {"name": "卧室", "id": bare.id, "goodsNum": 0, "children": []},
    ]
    assert (await api.get(SHOW, {"singleUser": first.id}, caller=caller)).data == children
    assert (await api.get(SHOW, {"singleUser": below[0].id}, caller=caller)).data == []
    assert (await api.get(SHOW, {"singleUser": "x"}, caller=caller))["code"] == 301
