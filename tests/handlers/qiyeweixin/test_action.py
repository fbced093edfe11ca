"""The radar: what customers do, by time, by customer and by kind (semantics 4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.database import execute, fetch_all
from models.radar import Action
from services.radar import LABELS
from tests.api import Answer, Api
from tests.factories import make_customer, make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.doings import day, days_ago, do, make_customers
from tests.statements import counted

ACTION = "/zhugeleida/qiyeweixin/action"
OPERATIONS = ["time", "customer", "count", "get_new_log"]
ALL_TIME = {"create_date__gte": "2000-01-01"}


async def ask(api: Api, rep: Any, operation: str, **query: object) -> Answer:
    """Ask for a list of a rep's radar."""
    return await api.get(f"{ACTION}/{operation}", query, caller=await session_for(rep))


async def logged(api: Api, rep: Any, **query: object) -> list[str]:
    """The texts of a page of the log."""
    answer = await ask(api, rep, "time", **query)
    assert answer["code"] == 200, answer
    return [row["log"] for row in answer.data["ret_data"]]


async def make_watched(count: int) -> tuple[Any, list[Any]]:
    """Make a rep with customers."""
    rep = await make_rep()
    return rep, await make_customers(rep, count)


@pytest.mark.both
async def test_the_log_has_the_newest_first(api: Api) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, at=datetime(2018, 6, 9, 6, 1, 34, 999000, tzinfo=UTC))
    later = datetime(2018, 6, 9, 16, 30, tzinfo=UTC)
    await do(rep, customer, Action.SAVE_PHONE, remark="保存了您的电话", at=later)
    answer = await ask(api, rep, "time")
    row = {
        "user_id": rep.id,
        "customer_id": customer.id,
        "headimgurl": "statics/imgs/Avator.jpg",
        "action": 10,
        "log": f"{customer.name}拨打您的手机",
        "create_date": "2018-06-09T14:01:34",
    }
    newer = {
        "action": 8,
        "log": f"{customer.name}保存了您的电话",
        "create_date": "2018-06-10T00:30:00",
    }
    assert answer == {
        "code": 200,
        "msg": "查询日志记录成功",
        "data": {"ret_data": [{**row, **newer}, row], "data_count": 2},
    }


async def test_a_customer_without_a_name_is_called_by_its_id(api: Api) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="", avatar="statics/lin.jpg")
    await do(rep, customer)
    (row,) = (await ask(api, rep, "time")).data["ret_data"]
    assert (row["log"], row["headimgurl"]) == (
        f"客户ID{customer.id}拨打您的手机",
        "statics/lin.jpg",
    )


@pytest.mark.both
async def test_rows_of_one_moment_have_the_newest_id_first(api: Api) -> None:
    rep, customer = await make_pair()
    moment = days_ago(1)
    for number in range(5):
        await do(rep, customer, at=moment, remark=str(number))
    expected = [f"{customer.name}{number}" for number in (4, 3, 2, 1, 0)]
    pages = [await logged(api, rep, current_page=page, length=2) for page in (1, 2, 3, 4)]
    assert pages == [expected[:2], expected[2:4], expected[4:], []]


async def test_a_page_has_ten_rows_unless_another_length_is_asked_for(api: Api) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, times=120)
    lengths = [len(await logged(api, rep, **query)) for query in ({}, {"length": 300})]
    assert lengths == [10, 100]


@pytest.mark.both
async def test_the_log_is_filtered_by_action_customer_and_days_together(api: Api) -> None:
    rep, (first, second) = await make_watched(2)
    for customer in (first, second):
        for action in (Action.CALL, Action.FORWARD_CARD):
            for age in (0, 3, 9):
                await do(rep, customer, action, at=days_ago(age))
    found = {}
    for filters in (
        {},
        {"action": 6},
        {"customer_id": first.id},
        {"create_date__gte": day(3)},
        {"create_date__lt": day(3)},
        {"create_date__gte": day(3), "create_date__lt": day(1)},
        {"action": 10, "create_date__gte": day(3)},
        {"customer_id": second.id, "create_date__lt": day(3)},
        {"customer_id": second.id, "action": 6},
        {"customer_id": second.id, "action": 6, "create_date__gte": day(3)},
        {"action": 5},
        {"action": "", "customer_id": "", "create_date__gte": ""},
    ):
        data = (await ask(api, rep, "time", length=100, **filters)).data
        assert len(data["ret_data"]) == data["data_count"], filters
        found[str(filters)] = data["data_count"]
    assert list(found.values()) == [12, 6, 6, 8, 8, 4, 4, 4, 3, 2, 0, 12]


@pytest.mark.both
async def test_days_are_those_of_shanghai_and_both_ends_belong_to_them(api: Api) -> None:
    rep, customer = await make_pair()
    midnight = datetime(2024, 2, 28, 16, 0, tzinfo=UTC)
    for name, moment in (
        ("before", midnight - timedelta(milliseconds=1)),
        ("first", midnight),
        ("last", midnight + timedelta(days=1, milliseconds=-1)),
        ("behind", midnight + timedelta(days=1)),
    ):
        await do(rep, customer, at=moment, remark=name)
    window = {"create_date__gte": "2024-02-29", "create_date__lt": "2024-02-29"}
    answer = await ask(api, rep, "time", **window)
    texts = [row["log"].removeprefix(customer.name) for row in answer.data["ret_data"]]
    (count,) = (await ask(api, rep, "count", **window)).data
    (row,) = (await ask(api, rep, "customer", **window)).data
    assert (texts, answer.data["data_count"], count["detail"], row["totalCount"]) == (
        ["last", "first"],
        2,
        {"10": 2},
        2,
    )


@pytest.mark.parametrize(
    "window",
    [
        {"create_date__gte": "0001-01-01", "create_date__lt": "9999-12-31"},
        {"create_date__gte": "0001-01-01"},
        {"create_date__gte": "1900-01-01", "create_date__lt": "2100-01-01"},
    ],
)
async def test_a_window_may_be_as_wide_as_a_calendar(api: Api, window: dict[str, str]) -> None:
    rep, customer = await make_pair()
    await do(rep, customer)
    (row,) = (await ask(api, rep, "customer", **window)).data
    (counts,) = (await ask(api, rep, "count", **window)).data
    total = (await ask(api, rep, "time", **window)).data["data_count"]
    assert (row["totalCount"], counts["detail"], total) == (1, {"10": 1}, 1)


@pytest.mark.parametrize("operation", ["time", "customer"])
@pytest.mark.parametrize(
    "window",
    [
        {"create_date__lt": "0001-01-01"},
        {"create_date__gte": "9999-12-31"},
        {"create_date__gte": "2030-01-02", "create_date__lt": "2030-01-01"},
    ],
)
async def test_a_window_without_anything_in_it_is_empty(
    api: Api, operation: str, window: dict[str, str]
) -> None:
    rep, customer = await make_pair()
    await do(rep, customer)
    data = (await ask(api, rep, operation, **window)).data
    assert data in ([], {"ret_data": [], "data_count": 0})


@pytest.mark.both
async def test_customers_come_by_how_much_they_have_done(api: Api) -> None:
    rep, (busy, quiet, tied, _) = await make_watched(4)
    await do(rep, busy, times=2)
    await do(rep, busy, Action.VIEW_CARD, at=days_ago(7), times=2)
    await do(rep, busy, at=days_ago(8), times=50)
    await do(rep, quiet)
    await do(rep, tied)
    answer = await ask(api, rep, "customer")
    assert (answer["code"], answer["msg"]) == (200, "查询日志记录成功")
    assert [row["customer_id"] for row in answer.data] == [busy.id, tied.id, quiet.id]
    assert answer.data[0] == {
        "totalCount": 4,
        "customer_id": busy.id,
        "customer__username": busy.name,
        "user_id": str(rep.id),
        "headimgurl": "statics/imgs/Avator.jpg",
        "detail": {
            "1": {"count": 2, "name": "查看名片"},
            "10": {"count": 2, "name": "拨打电话"},
        },
    }


@pytest.mark.both
async def test_customers_come_in_pages(api: Api) -> None:
    rep, customers = await make_watched(5)
    for number, customer in enumerate(customers, 1):
        await do(rep, customer, times=number)
    pages = [
        [row["customer_id"] for row in (await ask(api, rep, "customer", **query)).data]
        for query in ({"length": 2}, {"length": 2, "current_page": 3}, {"current_page": 2})
    ]
    assert pages == [[customers[4].id, customers[3].id], [customers[0].id], []]


@pytest.mark.both
async def test_the_first_twelve_actions_are_always_named_others_when_they_occur(api: Api) -> None:
    rep, (first, second) = await make_watched(2)
    await do(rep, first, times=2)
    await do(rep, second)
    await do(rep, second, Action.VIEW_DIARY)
    await do(rep, second, Action.PLACE_ORDER, at=days_ago(8))
    answer = await ask(api, rep, "count")
    always = {str(number): LABELS[number] for number in range(1, 13)}
    assert answer == {
        "code": 200,
        "msg": "查询日志记录成功",
        "data": [
            {
                "action": {**always, "22": "查看日记详情"},
                "detail": {"10": 3, "22": 1},
                "user_id": str(rep.id),
            }
        ],
    }


async def test_a_window_without_a_beginning_begins_a_week_before_its_end(api: Api) -> None:
    rep, customer = await make_pair()
    for age in (2, 9, 10):
        await do(rep, customer, at=days_ago(age))
    (counts,) = (await ask(api, rep, "count", create_date__lt=day(2))).data
    assert counts["detail"] == {"10": 2}


@pytest.mark.both
async def test_what_is_new_is_fetched_once(api: Api) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, at=datetime(2018, 6, 21, 1, 24, 59, 613000, tzinfo=UTC))
    first, second = [await ask(api, rep, "get_new_log") for _ in range(2)]
    assert first == {
        "code": 200,
        "msg": "查询日志记录成功",
        "data": {
            "ret_data": [
                {
                    "user_id": rep.id,
                    "customer_id": customer.id,
                    "action": "拨打电话",
                    "log": f"{customer.name}拨打您的手机",
                    "create_date": "2018-06-21T09:24:59.613",
                }
            ],
            "data_count": 1,
        },
    }
    assert second.data == {"ret_data": [], "data_count": 0}


@pytest.mark.both
async def test_only_what_was_returned_is_not_new_any_more(api: Api) -> None:
    rep, customer = await make_pair()
    for number in range(4):
        await do(rep, customer, remark=str(number))
    await do(rep, customer, Action.FORWARD_CARD, remark="转发")
    found = []
    for query in ({"action": 6}, {"length": 3}, {}, {}):
        rows = (await ask(api, rep, "get_new_log", **query)).data["ret_data"]
        found.append([row["log"].removeprefix(customer.name) for row in rows])
    assert found == [["转发"], ["3", "2", "1"], ["0"], []]


async def test_at_most_a_hundred_are_fetched_at_once(api: Api) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, times=130)
    counts = [(await ask(api, rep, "get_new_log", length=500)).data["data_count"] for _ in range(3)]
    assert counts == [100, 30, 0]


async def test_looking_at_the_log_fetches_nothing(api: Api) -> None:
    rep, customer = await make_pair()
    await do(rep, customer)
    for operation in ("time", "customer", "count"):
        await ask(api, rep, operation)
    assert await fetch_all("SELECT is_new FROM action_log") == [(1,)]


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_rep_sees_nothing_of_what_was_done_to_others(api: Api, operation: str) -> None:
    rep, customer = await make_pair()
    await do(rep, customer)
    for other in (await make_rep(rep.company), await make_rep()):
        data = (await ask(api, other, operation)).data
        if operation == "count":
            assert data[0]["detail"] == {}
        else:
            assert data in ([], {"ret_data": [], "data_count": 0})
    assert await fetch_all("SELECT is_new FROM action_log") == [(1,)]


@pytest.mark.both
async def test_a_customer_with_which_the_rep_has_nothing_to_do_is_not_found(api: Api) -> None:
    rep = await make_rep()
    colleague, theirs = await make_pair(rep.company)
    await do(colleague, theirs)
    _, foreign = await make_pair()
    codes = {
        (await ask(api, rep, "time", customer_id=number))["code"]
        for number in (theirs.id, foreign.id, 999_999, 0, 2**70)
    }
    assert codes == {302}


@pytest.mark.both
async def test_the_history_of_a_customer_that_is_not_the_reps_any_more_stays(api: Api) -> None:
    rep, customer = await make_pair()
    empty = await logged(api, rep, customer_id=customer.id)
    await do(rep, customer)
    await execute("DELETE FROM bond")
    assert (empty, len(await logged(api, rep, customer_id=customer.id))) == ([], 1)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_an_id_in_the_query_is_ignored(api: Api, operation: str) -> None:
    assert (await ask(api, await make_rep(), operation, id="abc"))["code"] == 200


@pytest.mark.parametrize(
    ("operation", "query", "code", "complaint"),
    [
        ("time", {"action": "x"}, 301, "动作必须是整数"),
        ("time", {"action": 99}, 303, "动作不在允许的范围内"),
        ("time", {"customer_id": "x"}, 301, "客户ID必须是整数"),
        ("time", {"create_date__gte": "2018-13-40"}, 301, "开始时间不是正确的日期"),
        ("customer", {"create_date__lt": "gestern"}, 301, "结束时间不是正确的日期"),
        ("customer", {"current_page": 0}, 303, "页码不能小于1"),
        ("count", {"create_date__gte": "2018-02-30"}, 301, "开始时间不是正确的日期"),
        ("get_new_log", {"action": 0}, 303, "动作不在允许的范围内"),
        ("get_new_log", {"length": 0}, 303, "每页长度不能小于1"),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, operation: str, query: dict[str, object], code: int, complaint: str
) -> None:
    answer = await ask(api, await make_rep(), operation, **query)
    assert answer == {
        "code": code,
        "msg": complaint,
        "data": {"errors": {next(iter(query)): complaint}},
    }


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_customers_have_no_radar(api: Api, operation: str) -> None:
    _, customer = await make_pair()
    assert (await ask(api, customer, operation))["code"] == 404


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_list_takes_as_many_statements_however_long_it_is(api: Api, operation: str) -> None:
    rep, customers = await make_watched(12)
    caller = await session_for(rep)
    sent = []
    for wanted in (customers[:1], customers):
        for customer in wanted:
            await do(rep, customer)
        await api.get(f"{ACTION}/count", caller=caller)
        with counted() as statements:
            await api.get(f"{ACTION}/{operation}", {"length": 100}, caller=caller)
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 7
