"""Follow-ups of a customer: listed newest first, each noted in the bond (semantics 3.4, S22)."""

from __future__ import annotations

from typing import Any

import pytest

from models.base import now
from models.customer import FollowUp, record_follow_up
from models.database import atomic, execute, fetch_all
from tests.api import Answer, Api
from tests.factories import bind, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import everything
from tests.statements import counted

FOLLOW = "/zhugeleida/qiyeweixin/follow_info"


async def follow_ups(api: Api, rep: Any, customer: Any, **query: object) -> Answer:
    """List a rep's follow-ups of a customer."""
    query = {"customer_id": getattr(customer, "id", customer), **query}
    return await api.get(FOLLOW, query, caller=await session_for(rep))


async def follow_up(api: Api, rep: Any, customer: Any, text: str) -> Answer:
    """Write a follow-up down."""
    number = getattr(customer, "id", customer)
    form = {"follow_info": text}
    return await api.post(f"{FOLLOW}/add/{number}", form, caller=await session_for(rep))


@pytest.mark.both
async def test_a_follow_up_is_written_down_and_noted_in_the_bond(api: Api) -> None:
    rep, customer = await make_pair()
    before = now()
    answer = await follow_up(api, rep, customer, "已电话回访 📞")
    assert answer == {"code": 200, "msg": "添加成功", "data": {}}
    (row,) = await FollowUp.select().aio_execute()
    ((noted,),) = await fetch_all("SELECT last_followed_at FROM bond")
    assert (row.rep_id, row.customer_id, row.text) == (rep.id, customer.id, "已电话回访 📞")
    assert before <= row.created_at <= now()
    assert FollowUp.created_at.db_value(row.created_at) == noted


@pytest.mark.both
async def test_follow_ups_are_listed_newest_first(api: Api) -> None:
    rep, customer = await make_pair()
    for number in range(3):
        await follow_up(api, rep, customer, f"第{number}次")
    await execute("UPDATE follow_up SET created_at = 1528811551456")
    answer = await follow_ups(api, rep, customer, length=2)
    row = {
        "user_customer_flowup__customer__headimgurl": "statics/imgs/Avator.jpg",
        "user_customer_flowup__user__avatar": "statics/imgs/setAvator.jpg",
        "user_customer_flowup__user__username": rep.username,
        "user_customer_flowup__user_id": rep.id,
        "user_customer_flowup__customer_id": customer.id,
        "follow_info": "第2次",
        "create_date": "2018-06-12T21:52:31.456",
    }
    assert answer == {
        "code": 200,
        "msg": "",
        "data": {"ret_data": [row, {**row, "follow_info": "第1次"}], "data_count": 3},
    }


async def test_the_pictures_of_both_sides_are_shown(api: Api) -> None:
    rep = await make_rep(avatar="statics/rep.jpg")
    customer = await make_customer(rep.company, avatar="statics/lin.jpg")
    await bind(rep, customer)
    await follow_up(api, rep, customer, "回访")
    (row,) = (await follow_ups(api, rep, customer)).data["ret_data"]
    assert row["user_customer_flowup__user__avatar"] == "statics/rep.jpg"
    assert row["user_customer_flowup__customer__headimgurl"] == "statics/lin.jpg"


async def test_follow_ups_come_in_pages_of_twenty(api: Api) -> None:
    rep, customer = await make_pair()
    for number in range(21):
        await record_follow_up(rep.id, customer.id, f"第{number}次", now())
    pages = [(await follow_ups(api, rep, customer, current_page=page)).data for page in (1, 2, 3)]
    assert [len(page["ret_data"]) for page in pages] == [20, 1, 0]
    assert {page["data_count"] for page in pages} == {21}


async def test_each_rep_sees_its_own_follow_ups_of_a_customer(api: Api) -> None:
    rep, customer = await make_pair()
    colleague = await make_rep(rep.company)
    await bind(colleague, customer)
    await follow_up(api, colleague, customer, "同事的回访")
    assert (await follow_ups(api, rep, customer)).data == {"ret_data": [], "data_count": 0}


@pytest.mark.both
async def test_a_customer_that_is_not_the_callers_is_not_found(api: Api) -> None:
    rep = await make_rep()
    _, of_colleague = await make_pair(rep.company)
    _, foreign = await make_pair()
    answers = []
    for customer in (of_colleague, foreign, 999_999, 0):
        before = await everything()
        caller = await session_for(rep)
        form = {"follow_info": "回访"}
        path = f"{FOLLOW}/add/{getattr(customer, 'id', customer)}"
        answers.append(await api.post(path, form, caller=caller))
        after = await everything()
        assert {**before, "session": 0} == {**after, "session": 0}
        answers.append(await follow_ups(api, rep, customer))
    assert {(answer["code"], answer["msg"]) for answer in answers} == {(302, "对应ID不存在")}


async def test_a_customer_whose_bond_has_ended_is_not_followed_up_any_more(api: Api) -> None:
    rep, customer = await make_pair()
    await follow_up(api, rep, customer, "回访")
    await execute("DELETE FROM bond")
    assert (await follow_ups(api, rep, customer))["code"] == 302


@pytest.mark.both
async def test_a_follow_up_and_its_note_in_the_bond_are_kept_both_or_neither(api: Api) -> None:
    rep, customer = await make_pair()
    with pytest.raises(RuntimeError):
        async with atomic():
            await record_follow_up(rep.id, customer.id, "回访", now())
            raise RuntimeError
    assert await fetch_all("SELECT id FROM follow_up") == []
    assert await fetch_all("SELECT last_followed_at FROM bond") == [(None,)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "跟进信息不能为空"),
        ("   ", "跟进信息长度不能小于1"),
        ("长" * 257, "跟进信息长度不能超过256"),
    ],
)
async def test_a_text_that_is_missing_or_too_long_is_complained_of(
    api: Api, text: str, complaint: str
) -> None:
    rep, customer = await make_pair()
    answer = await follow_up(api, rep, customer, text)
    errors = {"follow_info": complaint}
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": errors}}
    assert await fetch_all("SELECT id FROM follow_up") == []


@pytest.mark.both
async def test_a_text_of_256_characters_is_kept_whole(api: Api) -> None:
    rep, customer = await make_pair()
    await follow_up(api, rep, customer, "📞" * 256)
    (row,) = (await follow_ups(api, rep, customer)).data["ret_data"]
    assert row["follow_info"] == "📞" * 256


async def test_a_customer_has_to_be_named(api: Api) -> None:
    rep = await make_rep()
    answers = [await follow_ups(api, rep, number) for number in ("", "x")]
    assert [answer["code"] for answer in answers] == [303, 301]
    assert (await follow_up(api, rep, "x", "回访"))["code"] == 301


async def test_customers_follow_nobody_up(api: Api) -> None:
    _, customer = await make_pair()
    answers = [
        await follow_ups(api, customer, customer),
        await follow_up(api, customer, customer, "回访"),
    ]
    assert [answer["code"] for answer in answers] == [404, 404]


async def test_a_page_takes_as_many_statements_however_long_it_is(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    sent = []
    for count in (1, 30):
        for _ in range(count):
            await record_follow_up(rep.id, customer.id, "回访", now())
        await api.get(FOLLOW, {"customer_id": customer.id}, caller=caller)
        with counted() as statements:
            await api.get(FOLLOW, {"customer_id": customer.id, "length": 100}, caller=caller)
        sent.append(len(statements))
    assert sent == [3, 3]
