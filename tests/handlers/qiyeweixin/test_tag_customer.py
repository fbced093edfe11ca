"""Tags on customers (000-qiyeweixin.md:710, 906, 940, 1030, 1070; 003-gongzhonghao.md:603)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.customer import Bond
from models.tag import CustomerTag, Tag
from tests.api import Answer, Api
from tests.factories import bind, make_company, make_customer, make_pair, make_rep, session_for
from tests.statements import counted

USED = "/zhugeleida/qiyeweixin/tag_customer"
ALL = "/zhugeleida/qiyeweixin/tag_list"
UPDATE = "/zhugeleida/qiyeweixin/customer/update_tag"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
SYSTEM_TAGS = 12
SETTERS = [f"{ALL}/customer_tag", UPDATE]


async def used(api: Api, rep: Any, **query: object) -> Any:
    """The tags that customers of a rep have."""
    return (await api.get(USED, query, caller=await session_for(rep))).data


async def names_used(api: Api, rep: Any) -> list[tuple[str, int]]:
    """The names of those tags, and how many customers have them."""
    return [(row["name"], row["customer_num"]) for row in (await used(api, rep))["ret_data"]]


async def groups(api: Api, rep: Any) -> dict[str, list[str]]:
    """The names of all tags, by group."""
    answer = await api.get(ALL, caller=await session_for(rep))
    return {row["name"]: [tag["name"] for tag in row["tags"]] for row in answer.data["ret_data"]}


async def make(api: Api, rep: Any, name: str, *customers: Any) -> Answer:
    """Make a tag for customers."""
    form = {"name": name, "customer_list": str([one.id for one in customers])}
    return await api.post(f"{USED}/add/0", form, caller=await session_for(rep))


async def put(api: Api, rep: Any, customer: Any, tags: object, url: str = UPDATE) -> Answer:
    """Set the tags of a customer."""
    path = f"{url}/{customer.id}"
    return await api.post(path, {"tag_list": str(tags)}, caller=await session_for(rep))


async def tags_on(customer: Any, rep: Any) -> list[int]:
    """The ids of the tags that a rep has put on a customer."""
    rows = CustomerTag.select().where(CustomerTag.customer == customer, CustomerTag.rep == rep)
    return sorted(row.tag_id for row in await rows.aio_execute())


async def system_tag(name: str) -> int:
    """The id of a tag of the system."""
    number: int = (await Tag.aio_get(Tag.name == name, Tag.rep.is_null())).id
    return number


@pytest.mark.both
async def test_a_new_rep_finds_the_systems_tags_in_four_groups(api: Api) -> None:
    answer = await api.get(ALL, caller=await session_for(await make_rep()))
    assert (answer["code"], answer["msg"], answer.data["tag_count"]) == (200, "请求成功", 4)
    assert [(row["name"], len(row["tags"])) for row in answer.data["ret_data"]] == [
        ("基本功能", 5),
        ("关注点", 4),
        ("级别", 3),
        ("自定义", 0),
    ]


@pytest.mark.both
async def test_a_tag_is_made_for_several_customers(api: Api) -> None:
    rep, first = await make_pair()
    second = await make_customer(rep.company, name="", avatar="statics/a.jpg")
    await bind(rep, second)
    answer = await make(api, rep, " 喜欢木色 ", second, first, first)
    tag = answer.data["id"]
    assert answer == {"code": 200, "msg": "添加成功", "data": {"id": tag, "name": "喜欢木色"}}
    assert await used(api, rep) == {
        "ret_data": [
            {
                "id": tag,
                "name": "喜欢木色",
                "tag_id": tag,
                "customer_num": 2,
                "customer_list": [
                    {
                        "id": second.id,
                        "headimgurl": "statics/a.jpg",
                        "name": f"客户ID{second.id}",
                    },
                    {"id": first.id, "headimgurl": "statics/imgs/Avator.jpg", "name": first.name},
                ],
            }
        ],
        "ret_count": SYSTEM_TAGS + 1,
    }
    assert (await groups(api, rep))["自定义"] == ["喜欢木色"]


@pytest.mark.both
async def test_a_tag_is_made_for_one_customer(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    path = f"{ALL}/add_tag/{customer.id}"
    answer = await api.post(path, {"name": "喜欢木色"}, caller=caller)
    assert (answer["code"], answer["msg"], answer.data["name"]) == (200, "添加成功", "喜欢木色")
    assert await tags_on(customer, rep) == [answer.data["id"]]


@pytest.mark.both
async def test_a_name_is_there_once_for_each_rep(api: Api) -> None:
    rep, customer = await make_pair()
    other, another = await make_pair(rep.company)
    assert (await make(api, rep, "喜欢木色", customer))["code"] == 200
    assert (await make(api, other, "喜欢木色", another))["code"] == 200
    for name in ("喜欢木色", "已婚", "自定义"):
        answer = await make(api, rep, name, customer)
        complaint = "标签名已存在"
        assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"name": complaint}}}
    assert await groups(api, rep) == await groups(api, other)


@pytest.mark.both
async def test_of_tags_of_one_name_made_at_once_one_is_made(api: Api) -> None:
    rep, customer = await make_pair()
    answers = await asyncio.gather(*(make(api, rep, "喜欢木色", customer) for _ in range(8)))
    assert sorted(answer["code"] for answer in answers) == [200] + [303] * 7
    assert await names_used(api, rep) == [("喜欢木色", 1)]


@pytest.mark.parametrize(
    ("form", "code", "field", "complaint"),
    [
        ({"customer_list": "[1]"}, 303, "name", "标签不能为空"),
        ({"name": " ", "customer_list": "[1]"}, 303, "name", "标签不能为空"),
        ({"name": "长" * 65, "customer_list": "[1]"}, 303, "name", "标签长度不能超过64"),
        ({"name": "一"}, 303, "customer_list", "标签关联客户不能为空"),
        ({"name": "一", "customer_list": "[]"}, 303, "customer_list", "标签关联客户不能为空"),
        ({"name": "一", "customer_list": "[x"}, 301, "customer_list", "标签关联客户不是正确的JSON"),
    ],
)
async def test_a_tag_that_is_wrong_is_complained_of(
    api: Api, form: dict[str, str], code: int, field: str, complaint: str
) -> None:
    answer = await api.post(f"{USED}/add/0", form, caller=await session_for(await make_rep()))
    assert (answer["code"], answer.data) == (code, {"errors": {field: complaint}})


@pytest.mark.both
async def test_a_tag_is_made_for_own_customers_only(api: Api) -> None:
    rep, customer = await make_pair()
    _, colleagues = await make_pair(rep.company)
    _, strangers = await make_pair()
    for foreign in (colleagues, strangers):
        assert await make(api, rep, "喜欢木色", customer, foreign) == NOT_FOUND
        path = f"{ALL}/add_tag/{foreign.id}"
        assert await api.post(path, {"name": "一"}, caller=await session_for(rep)) == NOT_FOUND
    assert await names_used(api, rep) == []
    assert (await groups(api, rep))["自定义"] == []


@pytest.mark.both
@pytest.mark.parametrize("url", SETTERS)
async def test_the_tags_of_a_customer_are_replaced(api: Api, url: str) -> None:
    rep, customer = await make_pair()
    married, important = await system_tag("已婚"), await system_tag("重要客户")
    own = (await make(api, rep, "喜欢木色", customer)).data["id"]
    msg = "添加成功" if url == UPDATE else "修改成功"
    expected: dict[str, object] = {"code": 200, "msg": msg, "data": {}}
    assert await put(api, rep, customer, [married, important, married], url) == expected
    assert await tags_on(customer, rep) == sorted([married, important])
    assert await put(api, rep, customer, f"{important},{own}", url) == expected
    assert await tags_on(customer, rep) == sorted([important, own])
    assert await put(api, rep, customer, [], url) == expected
    assert await tags_on(customer, rep) == []


async def test_without_a_list_the_tags_stay_or_are_asked_for(api: Api) -> None:
    rep, customer = await make_pair()
    caller, married = await session_for(rep), await system_tag("已婚")
    await put(api, rep, customer, [married])
    assert (await api.post(f"{ALL}/customer_tag/{customer.id}", caller=caller))["code"] == 200
    answer = await api.post(f"{UPDATE}/{customer.id}", caller=caller)
    assert (answer["code"], answer["msg"]) == (303, "标签不能为空")
    assert await tags_on(customer, rep) == [married]


@pytest.mark.both
@pytest.mark.parametrize("url", SETTERS)
async def test_no_rep_touches_the_tags_of_another(api: Api, url: str) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    married, important = await system_tag("已婚"), await system_tag("重要客户")
    await put(api, other, customer, [married, important], url)
    await put(api, rep, customer, [married], url)
    await put(api, rep, customer, [], url)
    assert await tags_on(customer, other) == sorted([married, important])
    assert (await names_used(api, rep), len(await names_used(api, other))) == ([], 2)


@pytest.mark.both
@pytest.mark.parametrize("url", SETTERS)
@pytest.mark.parametrize("what", ["group", "other reps", "unknown", "out of range"])
async def test_a_tag_that_is_not_the_callers_to_use_changes_nothing(
    api: Api, url: str, what: str
) -> None:
    rep, customer = await make_pair()
    other, another = await make_pair(rep.company)
    married = await system_tag("已婚")
    await put(api, rep, customer, [married], url)
    foreign = {
        "group": (await Tag.aio_get(Tag.name == "级别")).id,
        "other reps": (await make(api, other, "喜欢木色", another)).data["id"],
        "unknown": 10**6,
        "out of range": -1,
    }[what]
    tags = [await system_tag("重要客户"), foreign]
    assert await put(api, rep, customer, tags, url) == NOT_FOUND
    assert await tags_on(customer, rep) == [married]


@pytest.mark.parametrize("url", SETTERS)
async def test_the_customer_has_to_be_the_callers(api: Api, url: str) -> None:
    rep, customer = await make_pair()
    for other in (await make_rep(rep.company), await make_rep()):
        assert await put(api, other, customer, [await system_tag("已婚")], url) == NOT_FOUND
    assert await CustomerTag.select().aio_count() == 0


@pytest.mark.both
async def test_replacements_at_once_leave_one_of_the_lists(api: Api) -> None:
    rep, customer = await make_pair()
    lists = [[await system_tag(name)] for name in ("已婚", "未婚", "90后")]
    answers = await asyncio.gather(
        *(put(api, rep, customer, lists[number % 3]) for number in range(12))
    )
    assert {answer["code"] for answer in answers} == {200}
    assert await tags_on(customer, rep) in lists


@pytest.mark.both
async def test_the_most_used_tags_come_first_and_then_the_newest(api: Api) -> None:
    rep, first = await make_pair()
    second = await make_customer(rep.company)
    await bind(rep, second)
    for name, customers in (("甲", [first]), ("乙", [first]), ("丙", [first, second])):
        await make(api, rep, name, *customers)
    assert await names_used(api, rep) == [("丙", 2), ("乙", 1), ("甲", 1)]
    page = await used(api, rep, current_page=2, length=1)
    assert ([row["name"] for row in page["ret_data"]], page["ret_count"]) == (["乙"], 15)


@pytest.mark.both
async def test_customers_that_left_do_not_count(api: Api) -> None:
    rep, first = await make_pair()
    second = await make_customer(rep.company)
    await bind(rep, second)
    await make(api, rep, "甲", first, second)
    await make(api, rep, "乙", first)
    await Bond.delete().where(Bond.customer == first).aio_execute()
    found = await used(api, rep)
    assert [(row["name"], row["customer_num"]) for row in found["ret_data"]] == [("甲", 1)]
    assert [one["id"] for one in found["ret_data"][0]["customer_list"]] == [second.id]
    assert found["ret_count"] == SYSTEM_TAGS + 2


@pytest.mark.both
async def test_a_tag_of_very_many_customers_lists_a_hundred(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    customers = [await make_customer(company) for _ in range(102)]
    for customer in customers:
        await bind(rep, customer)
    await make(api, rep, "甲", *customers)
    (row,) = (await used(api, rep))["ret_data"]
    assert (row["customer_num"], len(row["customer_list"])) == (102, 100)


async def test_tags_are_listed_by_three_statements_however_many_there_are(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    await make(api, rep, "甲", customer)
    await api.get(USED, caller=caller)
    with counted() as few:
        await api.get(USED, caller=caller)
    for number in range(20):
        await make(api, rep, f"标签{number}", customer)
    with counted() as many:
        await api.get(USED, caller=caller)
    assert len(few) == len(many) == 3
    with counted() as grouped:
        await api.get(ALL, caller=caller)
    assert len(grouped) == 1


async def test_nobody_makes_tags_without_end(api: Api) -> None:
    rep, customer = await make_pair()
    group = await Tag.aio_get(Tag.name == "自定义")
    rows = [{"rep": rep, "name": f"标签{number}", "parent": group} for number in range(500)]
    await Tag.insert_many(rows).aio_execute()
    answer = await make(api, rep, "一", customer)
    assert (answer["code"], answer["msg"]) == (303, "标签不能超过500个")
