"""The customers of a company in its back office."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.customer import Bond, CustomerKind, Source
from tests.api import Api
from tests.company import make_busy, make_customers
from tests.factories import bind, make_company, make_customer, make_rep, session_for
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.orders import make_mall, make_order
from tests.statements import counted

LIST = "/zhugeleida/admin/customer/customer_list"
SINGLE = "/zhugeleida/admin/customer/customer_single"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
AT = datetime(2026, 6, 24, 12, 49, 35, 123000, UTC)


async def ids(office: Office, **query: object) -> list[int]:
    """List customers and give their ids."""
    answer = await office.get(LIST, query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    found = [row["id"] for row in answer.data["ret_data"]]
    assert answer.data["data_count"] == len(found)
    return found


async def make_known(office: Office) -> tuple[Any, list[Any]]:
    """Make a customer of two reps, with the second of whom it had to do last."""
    customer = await make_customer(
        office.company, name="吴女士🌷", phone="13800000001", city="苏州", gender=2, created_at=AT
    )
    reps = [await make_rep(office.company, memo_name=name) for name in ("江心怡", "")]
    for rep, messages, actions in zip(reps, (2, 3), (5, 0), strict=True):
        await make_busy(rep, customer, messages=messages, actions=actions)
    await Bond.update(last_event_at=AT, created_at=AT).aio_execute()
    changes = {"source": Source.FORWARD, "last_activity_at": AT, "close_odds": 40}
    await Bond.update(**changes).where(Bond.rep == reps[0].id).aio_execute()
    return customer, reps


@pytest.mark.both
async def test_a_customer_is_shown_with_its_reps_and_what_it_has_done(api: Api) -> None:
    office = await make_office(api)
    customer, reps = await make_known(office)
    facts = {
        "id": customer.id,
        "username": "吴女士🌷",
        "headimgurl": "statics/imgs/Avator.jpg",
        "phone": "13800000001",
        "user_type": 2,
        "user_type_text": "微信小程序",
        "source": ["扫码", "转发"],
        "belong_num": 2,
        "chatinfo_count": 5,
        "action_count": 5,
        "order_count": 0,
        "last_activity_time": "2026-06-24T20:49:35",
        "create_date": "2026-06-24T20:49:35",
    }
    names = [
        {"user_id": rep.id, "username": rep.username, "memo_name": rep.memo_name}
        for rep in reversed(reps)
    ]
    listed = await office.get(LIST)
    assert listed.data == {"ret_data": [{**facts, "belong_user": names}], "data_count": 1}
    single = await office.get(SINGLE, {"customer_id": customer.id})
    bonds = [
        {"source": "扫码", "expedted_pr": 0, "last_activity_time": None},
        {"source": "转发", "expedted_pr": 40, "last_activity_time": "2026-06-24T20:49:35"},
    ]
    times = {"last_follow_time": None, "create_date": "2026-06-24T20:49:35"}
    assert (single["code"], single["msg"]) == (200, "查询成功")
    assert single.data["ret_data"] == {
        **facts,
        "sex": 2,
        "country": "",
        "province": "",
        "city": "苏州",
        "belong_user": [{**name, **bond, **times} for name, bond in zip(names, bonds, strict=True)],
    }


async def test_a_customer_of_nobody_and_without_a_name_is_shown_too(api: Api) -> None:
    office = await make_office(api)
    customer = await make_customer(office.company, CustomerKind.OFFICIAL_ACCOUNT, name="")
    (row,) = (await office.get(LIST)).data["ret_data"]
    names = ("username", "user_type_text", "source", "belong_num", "belong_user")
    assert [row[name] for name in names] == [f"客户ID{customer.id}", "微信公众号", [], 0, []]
    assert row["last_activity_time"] is None


@pytest.mark.both
async def test_customers_are_looked_for_by_all_that_they_have(api: Api) -> None:
    office = await make_office(api)
    mall = await make_mall(office.company)
    named = await make_customer(office.company, name="100%_吴", phone="13911112222")
    follower = await make_customer(office.company, CustomerKind.OFFICIAL_ACCOUNT)
    await make_order(mall)
    await make_order(mall, customer=named, is_deleted=True)
    for query, found in (
        ({"customer__username": "%_"}, [named]),
        ({"phone": "1111"}, [named]),
        ({"user_type": 1}, [follower]),
        ({"uid": mall.rep.id}, [mall.customer]),
        ({"has_order": "True"}, [mall.customer]),
        ({"has_order": "0"}, [follower, named]),
        ({"is_belong": "false"}, [follower, named]),
        ({"is_belong": "1", "user_type": 1}, []),
        ({}, [follower, named, mall.customer]),
    ):
        assert await ids(office, **query) == [one.id for one in found], query


@pytest.mark.both
async def test_the_newest_come_first_and_the_days_of_a_window_are_included(api: Api) -> None:
    office = await make_office(api)
    # 16:00 UTC is midnight in Shanghai.
    made = [
        (
            await make_customer(office.company, created_at=datetime(2026, 6, day, hour, tzinfo=UTC))
        ).id
        for day, hour in ((24, 16), (24, 15), (22, 16), (22, 16), (22, 15))
    ]
    newest_first = [made[0], made[1], made[3], made[2], made[4]]
    assert await ids(office) == newest_first
    span = {"create_date__gte": "2026-06-23", "create_date__lt": "2026-06-24"}
    assert await ids(office, **span) == newest_first[1:4]
    answer = await office.get(LIST, {"length": 2, "current_page": 2})
    assert [row["id"] for row in answer.data["ret_data"]] == newest_first[2:4]
    assert answer.data["data_count"] == 5


async def test_of_very_many_reps_the_latest_are_named(api: Api) -> None:
    office = await make_office(api)
    customer = await make_customer(office.company)
    reps = [await make_rep(office.company) for _ in range(12)]
    for rep in reps:
        await bind(rep, customer)
    (row,) = (await office.get(LIST)).data["ret_data"]
    assert row["belong_num"] == 12
    assert len(row["belong_user"]) == 10
    single = (await office.get(SINGLE, {"customer_id": customer.id})).data["ret_data"]
    assert len(single["belong_user"]) == 12


@pytest.mark.both
async def test_a_list_takes_as_many_statements_for_many_customers_as_for_one(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    lengths = []
    for count in (1, 8):
        for customer in await make_customers(office.company, count):
            await make_busy(rep, customer, messages=1, actions=1)
        await ids(office)
        with counted() as statements:
            await ids(office)
        lengths.append(len(statements))
    assert lengths[0] == lengths[1]


@pytest.mark.both
async def test_what_is_another_companys_is_not_found(api: Api) -> None:
    office, stranger = await make_office(api), await make_company()
    rep, customer = await make_rep(stranger), await make_customer(stranger)
    await make_busy(rep, customer, messages=1, actions=1)
    for number in (customer.id, 10**6, 0):
        assert await office.get(SINGLE, {"customer_id": number}) == NOT_FOUND
    for number in (rep.id, 10**6):
        assert await office.get(LIST, {"uid": number}) == NOT_FOUND
    assert await ids(office) == []


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        (LIST, {"user_type": 3}, 303),
        (LIST, {"uid": "x"}, 301),
        (LIST, {"has_order": "也许"}, 301),
        (LIST, {"create_date__lt": "2026-13-01"}, 301),
        (LIST, {"customer__username": "长" * 129}, 303),
        (SINGLE, {}, 303),
        (SINGLE, {"customer_id": "x"}, 301),
    ],
)
async def test_a_wrong_question_is_refused(
    api: Api, path: str, params: dict[str, object], code: int
) -> None:
    assert (await (await make_office(api)).get(path, params))["code"] == code


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize("path", [LIST, SINGLE])
async def test_nobody_but_an_administrator_sees_customers(api: Api, make: Any, path: str) -> None:
    company = await make_company()
    customer = await make_customer(company)
    caller = await session_for(await make(company))
    answer = await api.get(path, {"customer_id": customer.id}, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
