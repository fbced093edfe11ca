"""One customer as its rep knows it, and what the rep notes (000-qiyeweixin.md:192, 260)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.base import now
from models.customer import Bond, CustomerNote, Source
from models.radar import Action, count_actions
from models.tag import CustomerTag, Tag
from services.clock import day_of
from tests.api import Answer, Api
from tests.factories import bind, make_company, make_customer, make_pair, make_rep, session_for
from tests.statements import counted

CUSTOMER = "/zhugeleida/qiyeweixin/customer"
SINCE = datetime(2018, 6, 1, 16, 30, tzinfo=UTC)
SHOWN_SINCE = "2018-06-02T00:30:00"


async def show(api: Api, rep: Any, customer_id: object) -> Answer:
    """Ask for a customer."""
    return await api.get(CUSTOMER, {"customer_id": customer_id}, caller=await session_for(rep))


async def the_row(api: Api, rep: Any, customer: Any) -> Any:
    """A customer as it is shown."""
    (row,) = (await show(api, rep, customer.id)).data["ret_data"]
    return row


async def tell(api: Api, rep: Any, customer_id: object, **fields: object) -> Answer:
    """Note something about a customer."""
    path = f"{CUSTOMER}/update_information/{customer_id}"
    return await api.post(path, {"sex": 1, **fields}, caller=await session_for(rep))


@pytest.mark.both
async def test_a_customer_of_whom_nothing_is_known_is_shown(api: Api) -> None:
    rep, customer = await make_pair()
    await Bond.update(created_at=SINCE).aio_execute()
    assert await show(api, rep, customer.id) == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": [
                {
                    "id": customer.id,
                    "username": customer.name,
                    "headimgurl": "statics/imgs/Avator.jpg",
                    "expected_time": None,
                    "expedted_pr": "0",
                    "ai_pr": "0",
                    "ai_reasons": [],
                    "superior": "",
                    "source": "扫码",
                    "memo_name": "",
                    "sex": None,
                    "phone": "",
                    "memo_phone": "",
                    "email": "",
                    "company": "",
                    "position": "",
                    "address": "",
                    "birthday": "",
                    "mem": "",
                    "tag": [],
                    "create_date": SHOWN_SINCE,
                }
            ],
            "data_count": 1,
        },
    }


@pytest.mark.both
async def test_a_customer_of_whom_much_is_known_is_shown(api: Api) -> None:
    company = await make_company()
    rep, parent = await make_rep(company), await make_customer(company, name="秦朗")
    customer = await make_customer(company, name="林小雨", avatar="statics/lin.jpg", gender=2)
    await bind(rep, customer, source=Source.FORWARD)
    outlook = {"close_odds": 80, "expected_on": date(2018, 6, 14)}
    await Bond.update(parent_customer=parent, created_at=SINCE, **outlook).aio_execute()
    note = {"name": "林女士", "phone": "13900000012", "email": "lin@example.com", "note": "周末"}
    words = {"company_name": "青禾书店", "position": "店长", "address": "杭州"}
    birthday = date(1991, 5, 21)
    await CustomerNote.aio_create(rep=rep, customer=customer, birthday=birthday, **note, **words)
    for name in ("重要客户", "已婚"):
        tag = await Tag.aio_get(Tag.name == name)
        await CustomerTag.aio_create(rep=rep, customer=customer, tag=tag)
    counts = {(company.id, rep.id, customer.id, int(Action.VIEW_PRODUCT)): 5}
    await count_actions(counts, day_of(now()))
    assert await the_row(api, rep, customer) == {
        "id": customer.id,
        "username": "林小雨",
        "headimgurl": "statics/lin.jpg",
        "expected_time": "2018-06-14",
        "expedted_pr": "80",
        "ai_pr": "29",
        "ai_reasons": ["近3天查看产品5次"],
        "superior": "秦朗",
        "source": "转发",
        "memo_name": "林女士",
        "sex": 2,
        "phone": "13900000012",
        "memo_phone": "13900000012",
        "email": "lin@example.com",
        "company": "青禾书店",
        "position": "店长",
        "address": "杭州",
        "birthday": "1991-05-21",
        "mem": "周末",
        "tag": ["重要客户", "已婚"],
        "create_date": SHOWN_SINCE,
    }


@pytest.mark.settings(close_score_weights=["2=40"])
async def test_the_weights_of_the_score_are_settings(api: Api) -> None:
    rep, customer = await make_pair()
    pair = (rep.company.id, rep.id, customer.id)
    counts = {(*pair, int(Action.VIEW_PRODUCT)): 1, (*pair, int(Action.CALL)): 9}
    await count_actions(counts, day_of(now()))
    row = await the_row(api, rep, customer)
    assert (row["ai_pr"], row["ai_reasons"]) == ("50", ["近3天查看产品1次"])


async def test_the_phone_that_wechat_knows_goes_before_the_noted_one(api: Api) -> None:
    company = await make_company()
    rep, customer = await make_rep(company), await make_customer(company, phone="13900000001")
    await bind(rep, customer)
    await tell(api, rep, customer.id, phone="13900000002")
    row = await the_row(api, rep, customer)
    assert (row["phone"], row["memo_phone"]) == ("13900000001", "13900000002")


async def test_customers_without_a_name_are_shown_by_their_id(api: Api) -> None:
    company = await make_company()
    rep, parent = await make_rep(company), await make_customer(company, name="")
    customer = await make_customer(company, name="")
    await bind(rep, customer)
    await Bond.update(parent_customer=parent).aio_execute()
    row = await the_row(api, rep, customer)
    assert (row["username"], row["superior"]) == (f"客户ID{customer.id}", f"客户ID{parent.id}")


async def test_what_another_rep_knows_is_not_shown(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    await tell(api, other, customer.id, memo_name="别人的备注")
    tag = await Tag.aio_get(Tag.name == "重要客户")
    await CustomerTag.aio_create(rep=other, customer=customer, tag=tag)
    row = await the_row(api, rep, customer)
    assert (row["memo_name"], row["sex"], row["tag"]) == ("", None, [])


async def test_a_customer_is_shown_by_three_statements_whatever_is_known(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    await api.get(CUSTOMER, {"customer_id": customer.id}, caller=caller)
    with counted() as little:
        await api.get(CUSTOMER, {"customer_id": customer.id}, caller=caller)
    for tag in await Tag.select().where(Tag.parent.is_null(False)).aio_execute():
        await CustomerTag.aio_create(rep=rep, customer=customer, tag=tag)
    with counted() as much:
        await api.get(CUSTOMER, {"customer_id": customer.id}, caller=caller)
    assert len(little) == len(much) == 3


@pytest.mark.parametrize("whose", ["colleague", "stranger", "nobody"])
async def test_a_customer_that_is_not_the_callers_is_not_found(api: Api, whose: str) -> None:
    rep, _ = await make_pair()
    customer_id = await foreign_customer(rep, whose)
    shown, told = await show(api, rep, customer_id), await tell(api, rep, customer_id)
    assert shown == told == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert await CustomerNote.select().aio_count() == 0


async def foreign_customer(rep: Any, whose: str) -> int:
    """The id of a customer that is not the rep's."""
    if whose == "nobody":
        return 10**9
    company = rep.company if whose == "colleague" else None
    _, customer = await make_pair(company)
    number: int = customer.id
    return number


@pytest.mark.parametrize(
    ("customer_id", "code", "complaint"),
    [("", 303, "客户ID不能为空"), ("abc", 301, "客户ID必须是整数")],
)
async def test_the_customer_has_to_be_named(
    api: Api, customer_id: str, code: int, complaint: str
) -> None:
    answer = await show(api, await make_rep(), customer_id)
    assert (answer["code"], answer.data) == (code, {"errors": {"customer_id": complaint}})


@pytest.mark.both
async def test_everything_that_is_noted_is_kept(api: Api) -> None:
    rep, customer = await make_pair()
    parent = await make_customer(rep.company)
    words = {"company": "青禾书店", "position": "店长", "address": "杭州", "mem": "周末"}
    reach = {"phone": "13900000012", "email": "lin@example.com"}
    names = {"username": "林女士", "memo_name": "林小雨", "birthday": "2018-06-1", "sex": 2}
    relation = {"source": 3, "superior": parent.id, "belonger": 10**6, "password": "secret"}
    answer = await tell(api, rep, customer.id, **{**words, **reach, **names, **relation})
    assert answer == {"code": 200, "msg": "添加成功", "data": {}}
    row = await the_row(api, rep, customer)
    shown = {
        **words,
        **reach,
        "sex": 2,
        "memo_name": "林小雨",
        "username": customer.name,
        "birthday": "2018-06-01",
        "source": "搜索",
        "superior": parent.name,
    }
    assert {name: row[name] for name in shown} == shown


@pytest.mark.both
async def test_what_is_not_sent_stays_and_what_is_empty_goes(api: Api) -> None:
    rep, customer = await make_pair()
    await tell(api, rep, customer.id, memo_name="林", mem="周末", birthday="1991-05-21", source=2)
    await tell(api, rep, customer.id, sex=2, mem="", birthday="", source="", superior="")
    row = await the_row(api, rep, customer)
    shown = {name: row[name] for name in ("memo_name", "mem", "birthday", "sex", "source")}
    assert shown == {"memo_name": "林", "mem": "", "birthday": "", "sex": 2, "source": "转发"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"username": "甲"}, "甲"),
        ({"username": "甲", "memo_name": "乙"}, "乙"),
        ({"username": "甲", "memo_name": ""}, "甲"),
        ({"memo_name": ""}, ""),
        ({}, "旧"),
    ],
)
async def test_the_memo_name_wins_over_the_username(
    api: Api, sent: dict[str, str], kept: str
) -> None:
    rep, customer = await make_pair()
    await tell(api, rep, customer.id, memo_name="旧")
    await tell(api, rep, customer.id, **sent)
    assert (await the_row(api, rep, customer))["memo_name"] == kept


@pytest.mark.parametrize("whose", ["stranger", "nobody", "itself"])
async def test_a_parent_is_another_customer_of_the_company(api: Api, whose: str) -> None:
    rep, customer = await make_pair()
    parent = customer.id if whose == "itself" else await foreign_customer(rep, whose)
    answer = await tell(api, rep, customer.id, superior=parent, memo_name="林", source=2)
    assert answer["code"] == 302
    row = await the_row(api, rep, customer)
    assert (row["memo_name"], row["source"], row["superior"]) == ("", "扫码", "")


@pytest.mark.parametrize(
    ("field", "value", "code", "complaint"),
    [
        ("sex", "", 303, "性别不能为空"),
        ("sex", 3, 303, "性别不能大于2"),
        ("sex", "x", 301, "性别必须是整数"),
        ("source", 5, 303, "客户来源不能大于4"),
        ("superior", "x", 301, "上级人必须是整数"),
        ("phone", "110", 303, "手机号必须是1开头的11位数字"),
        ("email", "a@b", 303, "邮箱格式不正确"),
        ("birthday", "2018-13-40", 301, "生日不是正确的日期"),
        ("memo_name", "长" * 129, 303, "备注名长度不能超过128"),
        ("mem", "长" * 2001, 303, "备注长度不能超过2000"),
    ],
)
async def test_a_note_that_is_wrong_is_complained_of(
    api: Api, field: str, value: object, code: int, complaint: str
) -> None:
    rep, customer = await make_pair()
    answer = await tell(api, rep, customer.id, **{field: value})
    assert answer == {"code": code, "msg": complaint, "data": {"errors": {field: complaint}}}
