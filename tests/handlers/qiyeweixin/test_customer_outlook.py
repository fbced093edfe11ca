"""What a rep expects of a customer: odds, day and tags (000-qiyeweixin.md:319, 2054, 2085)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from models.customer import Bond, FollowUp
from models.tag import CustomerTag, Tag
from tests.api import Answer, Api
from tests.factories import make_pair, make_rep, session_for

CUSTOMER = "/zhugeleida/qiyeweixin/customer"
DONE = {"code": 200, "msg": "添加成功", "data": {}}


async def post(api: Api, rep: Any, operation: str, customer_id: int, **form: object) -> Answer:
    """Call an operation on a customer."""
    path = f"{CUSTOMER}/{operation}/{customer_id}"
    return await api.post(path, form, caller=await session_for(rep))


async def steps_of(customer: Any) -> list[str]:
    """The follow-ups of a customer, the oldest first."""
    steps = FollowUp.select().where(FollowUp.customer == customer).order_by(FollowUp.id)
    return [row.text for row in await steps.aio_execute()]


async def the_bond(customer: Any) -> Any:
    """The bond of a customer."""
    return await Bond.aio_get(Bond.customer == customer)


async def tag_id(name: str) -> int:
    """The id of a system tag."""
    found: int = (await Tag.aio_get(Tag.name == name)).id
    return found


@pytest.mark.both
@pytest.mark.parametrize("name", ["expedted_pr", "update_expected_pr"])
@pytest.mark.parametrize("form", ["80", "80%", "80％"])
async def test_close_odds_are_set_with_a_follow_up(api: Api, name: str, form: str) -> None:
    rep, customer = await make_pair()
    assert await post(api, rep, "update_expected_pr", customer.id, **{name: form}) == DONE
    bond = await the_bond(customer)
    assert (bond.close_odds, bond.last_followed_at is None) == (80, False)
    assert await steps_of(customer) == ["更新预计成交率为: 80"]


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ("", 303, "预计成交率不能为空"),
        ("101", 303, "预计成交率不能大于100"),
        ("-1%", 303, "预计成交率不能小于0"),
        ("many", 301, "预计成交率必须是整数"),
        ("80.5%", 301, "预计成交率必须是整数"),
    ],
)
async def test_close_odds_that_are_wrong_are_complained_of(
    api: Api, form: str, code: int, complaint: str
) -> None:
    rep, customer = await make_pair()
    answer = await post(api, rep, "update_expected_pr", customer.id, expedted_pr=form)
    assert (answer["code"], answer.data) == (code, {"errors": {"expedted_pr": complaint}})
    assert await steps_of(customer) == []


@pytest.mark.both
async def test_the_expected_day_is_set_with_a_follow_up(api: Api) -> None:
    rep, customer = await make_pair()
    form = {"expected_time": "2018-06-1"}
    assert await post(api, rep, "update_expected_time", customer.id, **form) == DONE
    bond = await the_bond(customer)
    assert (bond.expected_on, bond.last_followed_at is None) == (date(2018, 6, 1), False)
    assert await steps_of(customer) == ["更新预计成交日期: 2018-06-01"]


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [("", 303, "预计成交日期不能为空"), ("2018-13-40", 301, "预计成交日期不是正确的日期")],
)
async def test_an_expected_day_that_is_wrong_is_complained_of(
    api: Api, form: str, code: int, complaint: str
) -> None:
    rep, customer = await make_pair()
    answer = await post(api, rep, "update_expected_time", customer.id, expected_time=form)
    assert (answer["code"], answer.data) == (code, {"errors": {"expected_time": complaint}})


@pytest.mark.both
async def test_everything_is_set_at_once(api: Api) -> None:
    rep, customer = await make_pair()
    tags = [await tag_id("已婚"), await tag_id("重要客户")]
    form = {"tag_list": str(tags), "expedted_pr": "80%", "expected_time": "2018-06-06"}
    assert await post(api, rep, "update_customer", customer.id, **form) == DONE
    bond = await the_bond(customer)
    assert (bond.close_odds, bond.expected_on) == (80, date(2018, 6, 6))
    assert await steps_of(customer) == ["更新预计成交率为: 80", "更新预计成交日期: 2018-06-06"]
    assert sorted(row.tag_id for row in await CustomerTag.select().aio_execute()) == sorted(tags)


async def test_what_is_not_sent_stays(api: Api) -> None:
    rep, customer = await make_pair()
    form = {"tag_list": str([await tag_id("已婚")]), "expedted_pr": "80"}
    await post(api, rep, "update_customer", customer.id, **form)
    assert await post(api, rep, "update_customer", customer.id) == DONE
    assert await post(api, rep, "update_customer", customer.id, expected_time="2018-06-06") == DONE
    bond = await the_bond(customer)
    assert (bond.close_odds, await CustomerTag.select().aio_count()) == (80, 1)


async def test_a_day_that_is_wrong_leaves_everything_as_it_is(api: Api) -> None:
    rep, customer = await make_pair()
    form = {"expedted_pr": "80%", "expected_time": "2018-06-66"}
    assert (await post(api, rep, "update_customer", customer.id, **form))["code"] == 301
    assert ((await the_bond(customer)).close_odds, await steps_of(customer)) == (0, [])


@pytest.mark.both
async def test_an_unknown_tag_leaves_everything_as_it_is(api: Api) -> None:
    rep, customer = await make_pair()
    form = {"tag_list": f"[{await tag_id('已婚')},999999]", "expedted_pr": "80%"}
    assert (await post(api, rep, "update_customer", customer.id, **form))["code"] == 302
    assert ((await the_bond(customer)).close_odds, await steps_of(customer)) == (0, [])
    assert await CustomerTag.select().aio_count() == 0


FORMS: dict[str, dict[str, object]] = {
    "update_customer": {"expedted_pr": "80%"},
    "update_expected_time": {"expected_time": "2018-06-06"},
    "update_expected_pr": {"expedted_pr": "80"},
    "update_tag": {"tag_list": "[]"},
}


@pytest.mark.parametrize("operation", FORMS)
async def test_a_customer_that_is_not_the_callers_is_not_found(api: Api, operation: str) -> None:
    rep, customer = await make_pair()
    for other in (await make_rep(rep.company), await make_rep()):
        answer = await post(api, other, operation, customer.id, **FORMS[operation])
        assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert (await post(api, rep, operation, 10**9, **FORMS[operation]))["code"] == 302
    assert ((await the_bond(customer)).close_odds, await steps_of(customer)) == (0, [])


@pytest.mark.both
async def test_every_one_of_many_changes_at_once_has_its_follow_up(api: Api) -> None:
    rep, customer = await make_pair()
    answers = await asyncio.gather(
        *(
            post(api, rep, "update_expected_pr", customer.id, expedted_pr=number)
            for number in range(10)
        )
    )
    assert [answer["code"] for answer in answers] == [200] * 10
    texts = await steps_of(customer)
    assert sorted(texts) == [f"更新预计成交率为: {number}" for number in range(10)]
    assert texts[-1] == f"更新预计成交率为: {(await the_bond(customer)).close_odds}"
