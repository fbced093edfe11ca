"""The home page of the back office: who reads it, in which shape, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.customer import record_follow_up
from models.radar import Action
from tests.api import Api
from tests.factories import (
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.doings import day, days_ago, do
from tests.handlers.qiyeweixin.staff import make_office

HOME = "/zhugeleida/admin/home_page"
FIGURES = f"{HOME}/acount_data"
LINE = f"{HOME}/line_info"
ACTIONS = f"{HOME}/action_count"


async def test_the_licence_says_what_the_company_has_paid_for(api: Api) -> None:
    moment = datetime(2018, 6, 19, 16, tzinfo=UTC)
    office = await make_office(
        api,
        name="晨光科技",
        card_quota=5,
        created_at=moment,
        charging_started_at=moment,
        expires_at=datetime(2019, 6, 19, 16, tzinfo=UTC),
    )
    rep = await make_rep(office.company)
    await make_customer(office.company)
    await make_pair()
    answer = await office.get(HOME, caller=rep)
    assert answer == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": {
                "company_name": "晨光科技",
                "username": rep.username,
                "mingpian_num": 5,
                "user_count": 2,
                "expired_time": "2019-06-20",
                "open_up_date": "2018-06-20",
                "available_days": 0,
                "used_days": 365,
                "customer_num": 1,
            }
        },
    }


async def test_a_company_that_never_expires_has_neither_date_nor_days(api: Api) -> None:
    company = await make_company(created_at=days_ago(3))
    caller = await session_for(await make_rep(company))
    found = (await api.get(HOME, caller=caller)).data["ret_data"]
    assert (found["expired_time"], found["available_days"], found["used_days"]) == (None, None, 3)


async def make_figures(rep: Any, customer: Any, at: datetime) -> None:
    """Let everything that is counted happen, in different numbers."""
    for number, action in enumerate((Action.VIEW_CARD, Action.FORWARD_CARD), 3):
        await do(rep, customer, action, at=at, times=number)
    for number, action in enumerate((Action.SAVE_PHONE, Action.PRAISE), 5):
        await do(rep, customer, action, at=at, times=number)
    for _ in range(2):
        await record_follow_up(rep.id, customer.id, "已电话回访", at)


@pytest.mark.both
async def test_figures_are_shown_to_every_rep_of_the_company_alone(api: Api) -> None:
    office = await make_office(api)
    colleague = await make_rep(office.company)
    customer = await make_customer(office.company, created_at=days_ago(2))
    await make_figures(await make_rep(office.company), customer, days_ago(2))
    stranger, theirs = await make_pair()
    await make_figures(stranger, theirs, days_ago(2))
    counts = {
        "customer_num": 1,
        "follow_num": 2,
        "browse_num": 3,
        "forward_num": 4,
        "saved_total_num": 5,
        "praise_sum": 6,
    }
    for caller in (office.admin, colleague):
        answer = await office.get(FIGURES, caller=caller)
        assert (answer["code"], answer["msg"]) == (200, "查询成功")
        assert answer.data["ret_data"] == {
            "count_data": counts,
            "yesterday_data": dict.fromkeys(counts, 0),
            "nearly_seven_days": counts,
            "nearly_thirty_days": counts,
        }


@pytest.mark.both
async def test_each_line_shows_its_own_figure(api: Api) -> None:
    office = await make_office(api)
    customer = await make_customer(office.company, created_at=days_ago(2))
    await make_figures(office.admin, customer, days_ago(2))
    for figure in range(1, 7):
        answer = await office.post(LINE, {"days": "3", "index_type": str(figure)})
        assert answer.data["ret_data"] == [
            {"statics_date": day(3), "value": 0},
            {"statics_date": day(2), "value": figure},
            {"statics_date": day(1), "value": 0},
        ]


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({}, 303, ["days", "index_type"]),
        ({"days": "7"}, 303, ["index_type"]),
        ({"days": "sieben", "index_type": "1"}, 301, ["days"]),
        ({"days": "7", "index_type": "1.0"}, 301, ["index_type"]),
        ({"days": "0", "index_type": "1"}, 303, ["days"]),
        ({"days": "91", "index_type": "1"}, 303, ["days"]),
        ({"days": "7", "index_type": "0"}, 303, ["index_type"]),
        ({"days": "7", "index_type": "7"}, 303, ["index_type"]),
    ],
)
async def test_a_line_that_cannot_be_drawn_is_refused(
    api: Api, body: dict[str, str], code: int, fields: list[str]
) -> None:
    answer = await (await make_office(api)).post(LINE, body)
    assert (answer["code"], sorted(answer.data["errors"])) == (code, fields)


async def test_a_line_is_ninety_days_long_at_most(api: Api) -> None:
    answer = await (await make_office(api)).post(LINE, {"days": "90", "index_type": "6"})
    days = [row["statics_date"] for row in answer.data["ret_data"]]
    assert (len(days), days[0], days[-1]) == (90, day(90), day(1))


@pytest.mark.both
async def test_actions_of_the_whole_company_are_counted_on_days_that_are_both_included(
    api: Api,
) -> None:
    office = await make_office(api)
    customer = await make_customer(office.company)
    for rep in (office.admin, await make_rep(office.company)):
        for age in (0, 3, 4, 8):
            await do(rep, customer, Action.VIEW_CARD, at=days_ago(age), times=age + 1)
        await do(rep, customer, Action.PLACE_ORDER, at=days_ago(3))
    stranger, theirs = await make_pair()
    await do(stranger, theirs, Action.VIEW_CARD)
    expected = {
        (): {"查看名片": 20, "下单成功": 2},
        (("create_date__gte", day(8)),): {"查看名片": 38, "下单成功": 2},
        (("create_date__lt", day(4)),): {"查看名片": 28},
        (("create_date__gte", day(4)), ("create_date__lt", day(3))): {
            "查看名片": 18,
            "下单成功": 2,
        },
        (("create_date__gte", day(2)), ("create_date__lt", day(1))): {},
    }
    for window, counts in expected.items():
        answer = await office.get(ACTIONS, dict(window))
        assert (answer["code"], answer["msg"]) == (200, "查询成功")
        assert {row["name"]: row["count"] for row in answer.data["ret_data"]} == counts
    assert [row["action"] for row in (await office.get(ACTIONS)).data["ret_data"]] == [1, 18]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(day(89), day(), 200), (day(90), day(), 303), ("1900-01-01", None, 303), (None, "x", 301)],
)
async def test_actions_are_counted_on_ninety_days_at_most(
    api: Api, first: str | None, last: str | None, code: int
) -> None:
    given = {"create_date__gte": first or "", "create_date__lt": last or ""}
    answer = await (await make_office(api)).get(ACTIONS, given)
    assert answer["code"] == code


async def test_the_company_s_actions_are_counted_for_its_managers_alone(api: Api) -> None:
    caller = await session_for(await make_rep(await make_company()))
    assert (await api.get(ACTIONS, caller=caller))["code"] == 404


async def test_customers_see_no_figures(api: Api) -> None:
    caller = await session_for(await make_customer())
    answers = [await api.get(url, caller=caller) for url in (HOME, FIGURES)]
    answers.append(await api.post(LINE, {"days": "7", "index_type": "1"}, caller=caller))
    assert [answer["code"] for answer in answers] == [404, 404, 404]
