"""Becoming a rep's customer (semantics 2.5, decisions S15)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.customer import Bond, CustomerKind
from models.database import execute, fetch_all
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.rows import count, everything

BINDING = "/zhugeleida/xiaochengxu/login/binding"
CHAT = "/zhugeleida/xiaochengxu/chat"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def strangers(**company: Any) -> tuple[Any, Any]:
    """A rep and a customer of one company that are not bound."""
    made = await make_company(**company)
    return await make_rep(made), await make_customer(made)


async def ask(api: Api, customer: Any, **query: object) -> Answer:
    """Ask to be bound."""
    return await api.get(BINDING, query, caller=await session_for(customer))


async def contents_of(api: Api, customer: Any, rep: Any) -> list[tuple[int, str]]:
    """The customer's chat: senders and texts."""
    answer = await api.get(CHAT, {"u_id": rep.id}, caller=await session_for(customer))
    return [(row["send_type"], row["msg"]) for row in answer.data]


@pytest.mark.both
async def test_a_new_pair_is_bound(api: Api) -> None:
    rep, customer = await strangers()
    answer = await ask(api, customer, uid=rep.id, source=2, user_type=2)
    assert answer == {"code": 200, "msg": "绑定关系成功", "data": {"is_new": True}}
    bond = await Bond.aio_get()
    assert (bond.rep_id, bond.customer_id, bond.source) == (rep.id, customer.id, 2)
    assert (bond.parent_customer_id, bond.close_odds) == (None, 0)


async def test_the_rep_welcomes_the_customer(api: Api) -> None:
    company = await make_company(name="晨光家居")
    rep, customer = await make_rep(company, memo_name="小周"), await make_customer(company)
    await ask(api, customer, uid=rep.id)
    text = (
        "您好,我是晨光家居的小周,欢迎进入我的名片,有什么可以帮到您的吗?您可以在这里和我及时沟通。"
    )
    assert await contents_of(api, customer, rep) == [(1, text)]


@pytest.mark.both
async def test_the_welcome_is_unread_for_the_customer_and_not_for_the_rep(api: Api) -> None:
    rep, customer = await strangers()
    await ask(api, customer, uid=rep.id)
    theirs = await api.get(
        f"{CHAT}/query_num/0", {"u_id": rep.id}, caller=await session_for(customer)
    )
    ours = await api.get("/zhugeleida/qiyeweixin/contact/query_num", caller=await session_for(rep))
    assert (theirs.data["chatinfo_count"], ours.data["unread_msg_num"]) == (1, 0)


async def test_the_welcome_arrives_at_the_reps_open_socket(api: Api) -> None:
    rep, customer = await strangers()
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=None, caller=await session_for(rep))
    await ask(api, customer, uid=rep.id)
    (row,) = await socket.rows(1)
    assert (row["customer_id"], row["send_type"], row["seq"]) == (customer.id, 1, 1)


@pytest.mark.both
async def test_binding_again_changes_nothing(api: Api) -> None:
    rep, customer = await strangers()
    parent = await make_customer(rep.company)
    await ask(api, customer, uid=rep.id, source=1)
    caller = await session_for(customer)
    before = await everything()
    again = await api.get(BINDING, {"uid": rep.id, "source": 2, "pid": parent.id}, caller=caller)
    assert again == {"code": 200, "msg": "绑定关系成功", "data": {"is_new": False}}
    assert await everything() == before


@pytest.mark.both
async def test_binding_many_times_at_once_binds_and_welcomes_once(api: Api) -> None:
    rep, customer = await strangers()
    caller = await session_for(customer)
    answers = await asyncio.gather(
        *(api.get(BINDING, {"uid": rep.id}, caller=caller) for _ in range(8))
    )
    assert sorted(answer.data["is_new"] for answer in answers) == [False] * 7 + [True]
    assert [await count(table) for table in ("bond", "conversation", "message")] == [1, 1, 1]


@pytest.mark.both
async def test_a_customer_may_bind_to_several_reps_at_once(api: Api) -> None:
    company = await make_company()
    reps = [await make_rep(company) for _ in range(5)]
    caller = await session_for(await make_customer(company))
    answers = await asyncio.gather(
        *(api.get(BINDING, {"uid": rep.id}, caller=caller) for rep in reps)
    )
    assert [answer.data["is_new"] for answer in answers] == [True] * 5
    assert [await count(table) for table in ("bond", "conversation", "message")] == [5, 5, 5]


async def test_who_comes_back_after_its_bond_has_ended_finds_the_history(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await api.post(f"{CHAT}/send_msg/0", {"u_id": rep.id, "msg": "在吗?"}, caller=caller)
    await execute("DELETE FROM bond")
    await ask(api, customer, uid=rep.id)
    assert [text for _, text in await contents_of(api, customer, rep)][1:] == ["在吗?"]


async def test_the_parent_is_kept(api: Api) -> None:
    rep, customer = await strangers()
    parent = await make_customer(rep.company)
    await ask(api, customer, uid=rep.id, pid=parent.id)
    assert (await Bond.aio_get()).parent_customer_id == parent.id


@pytest.mark.parametrize("pid", ["", "undefined", "null"])
async def test_a_missing_parent_is_none_however_it_is_written(api: Api, pid: str) -> None:
    rep, customer = await strangers()
    await ask(api, customer, uid=rep.id, pid=pid)
    assert (await Bond.aio_get()).parent_customer_id is None


@pytest.mark.parametrize("source", ["", "undefined", "null", "1"])
async def test_a_missing_source_is_a_scan_however_it_is_written(api: Api, source: str) -> None:
    rep, customer = await strangers()
    await ask(api, customer, uid=rep.id, source=source)
    assert (await Bond.aio_get()).source == 1


async def test_a_rep_of_another_company_is_302_and_nothing_changes(api: Api) -> None:
    foreign = await make_rep()
    caller = await session_for(await make_customer())
    before = await everything()
    answers = [
        await api.get(BINDING, {"uid": uid}, caller=caller) for uid in (foreign.id, 999_999, 0, -1)
    ]
    assert answers == [NOT_FOUND] * 4
    assert await everything() == before


async def test_a_parent_that_is_no_customer_of_the_company_is_302_and_nothing_changes(
    api: Api,
) -> None:
    rep, customer = await strangers()
    foreign = await make_customer()
    caller = await session_for(customer)
    before = await everything()
    answers = [
        await api.get(BINDING, {"uid": rep.id, "pid": pid}, caller=caller)
        for pid in (foreign.id, 999_999, 0, customer.id)
    ]
    assert answers == [NOT_FOUND] * 4
    assert await everything() == before


@pytest.mark.both
async def test_where_customers_have_one_rep_a_second_is_303_and_nothing_changes(api: Api) -> None:
    rep, customer = await strangers(customer_unique=True)
    second = await make_rep(rep.company)
    await ask(api, customer, uid=rep.id)
    caller = await session_for(customer)
    before = await everything()
    answer = await api.get(BINDING, {"uid": second.id}, caller=caller)
    complaint = "该客户已属于其他用户"
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"uid": complaint}}}
    assert await everything() == before


async def test_where_customers_have_one_rep_the_same_may_be_bound_again(api: Api) -> None:
    rep, customer = await strangers(customer_unique=True)
    await ask(api, customer, uid=rep.id)
    assert (await ask(api, customer, uid=rep.id)).data == {"is_new": False}


async def test_bonds_from_before_customers_had_one_rep_go_on(api: Api) -> None:
    rep, customer = await make_pair()
    await bind(await make_rep(rep.company), customer)
    await execute("UPDATE company SET customer_unique = 1")
    assert (await ask(api, customer, uid=rep.id)).data == {"is_new": False}


@pytest.mark.both
async def test_where_customers_have_one_rep_of_many_at_once_one_gets_it(api: Api) -> None:
    company = await make_company(customer_unique=True)
    reps = [await make_rep(company) for _ in range(5)]
    caller = await session_for(await make_customer(company))
    answers = await asyncio.gather(
        *(api.get(BINDING, {"uid": rep.id}, caller=caller) for rep in reps)
    )
    assert sorted(answer["code"] for answer in answers) == [200, 303, 303, 303, 303]
    assert await count("bond") == 1


@pytest.mark.parametrize(
    ("given", "code", "errors"),
    [
        ({}, 303, {"uid": "用户ID不能为空"}),
        ({"uid": "undefined"}, 301, {"uid": "用户ID必须是整数"}),
        ({"uid": "x"}, 301, {"uid": "用户ID必须是整数"}),
        ({"uid": 1, "pid": "x"}, 301, {"pid": "父级客户ID必须是整数"}),
        ({"uid": 1, "source": 5}, 303, {"source": "客户来源不能大于4"}),
        ({"uid": 1, "source": 0}, 303, {"source": "客户来源不能小于1"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, given: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    answer = await ask(api, await make_customer(), **given)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


async def test_a_follower_of_the_official_account_is_not_bound_here(api: Api) -> None:
    rep = await make_rep()
    follower = await make_customer(rep.company, CustomerKind.OFFICIAL_ACCOUNT)
    assert (await ask(api, follower, uid=rep.id))["code"] == 404
    assert await fetch_all("SELECT id FROM bond") == []
