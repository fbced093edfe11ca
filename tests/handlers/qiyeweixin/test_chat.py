"""Reading chats over REST, of both sides (semantics 5.4, decisions D9, D22, S27, S33)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.database import execute
from tests.api import Api
from tests.factories import bind, make_customer, make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import (
    CUSTOMER,
    REP,
    SIDES,
    Talker,
    talkers,
    text,
    the_customer,
    the_rep,
)
from tests.handlers.xiaochengxu.rows import everything

NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
PUBLIC = "https://crm.example.com"
MOMENT_MS = 1528861797007


async def a_pair(**customer: Any) -> tuple[Any, Any]:
    """A rep with a picture and a customer with values of its own."""
    rep = await make_rep(avatar="statics/rep.jpg")
    bound = await make_customer(rep.company, **customer)
    await bind(rep, bound)
    return rep, bound


async def first_row(reader: Talker) -> Any:
    """The newest message of the history."""
    return (await reader.history()).data[0]


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.settings(public_url=PUBLIC)
async def test_the_history_shows_each_message_with_both_sides(api: Api, side: str) -> None:
    rep, customer = await a_pair(name="林小雨", avatar="statics/lin.jpg")
    reader, other = await talkers(api, rep, customer, side)
    sent = await other.send(content=text("您好", mine=1))
    await execute("UPDATE message SET created_at = %s", (MOMENT_MS,))
    assert await reader.history() == {
        "code": 200,
        "msg": "分页获取聊天消息成功",
        "data": [
            {
                "id": sent.data["id"],
                "seq": 1,
                "customer_id": customer.id,
                "user_id": rep.id,
                "src": f"{PUBLIC}/statics/lin.jpg",
                "name": "林小雨",
                "user_avatar": "statics/rep.jpg",
                "customer_headimgurl": "statics/lin.jpg",
                "customer": "林小雨",
                "dateTime": "2018-06-13T11:49:57.007",
                "send_type": other.number,
                "is_first_info": True,
                "info_type": 1,
                "msg": "您好",
                "mine": 1,
            }
        ],
    }


async def test_who_has_no_name_and_no_picture_has_defaults(api: Api) -> None:
    rep, customer = await make_pair()
    await execute("UPDATE customer SET name = ''")
    ours, _ = await talkers(api, rep, customer)
    await ours.say("您好")
    row = await first_row(ours)
    assert (row["name"], row["customer"]) == (f"客户ID{customer.id}",) * 2
    assert row["src"].endswith("/statics/imgs/Avator.jpg")
    assert (row["customer_headimgurl"], row["user_avatar"]) == (
        "statics/imgs/Avator.jpg",
        "statics/imgs/setAvator.jpg",
    )


async def test_the_picture_of_the_card_stands_for_the_rep(api: Api) -> None:
    rep, customer = await make_pair()
    await execute("UPDATE rep SET avatar = 'a.jpg', card_avatar = 'c.jpg'")
    ours, _ = await talkers(api, rep, customer)
    await ours.say("您好")
    assert (await first_row(ours))["user_avatar"] == "c.jpg"


async def test_an_address_that_is_absolute_already_stays(api: Api) -> None:
    url = "https://wx.qlogo.cn/mmopen/a/132"
    ours, _ = await talkers(api, *await a_pair(avatar=url))
    await ours.say("您好")
    assert (await first_row(ours))["src"] == url


async def test_only_the_oldest_message_of_a_pair_is_the_first(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say("一", "二", "三")
    rows = (await ours.history(length=2)).data + (await ours.history(length=2, current_page=2)).data
    assert [row["is_first_info"] for row in rows] == [False, False, True]


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_the_history_is_newest_first_with_both_sides(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await other.say("一")
    await reader.say("二")
    await other.say("三")
    assert await reader.texts() == ["三", "二", "一"]


@pytest.mark.both
async def test_the_history_comes_in_pages(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say("一", "二", "三", "四", "五")
    pages = [await ours.texts(current_page=page, length=2) for page in (1, 2, 3, 4)]
    assert pages == [["五", "四"], ["三", "二"], ["一"], []]


async def test_a_page_has_twenty_messages_unless_it_is_said(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say(*(f"{number}" for number in range(21)))
    assert len(await ours.texts()) == 20


@pytest.mark.settings(limits="off")
async def test_a_page_has_a_hundred_messages_at_the_most(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say(*(f"{number}" for number in range(101)))
    assert len(await ours.texts(length=500)) == 100


async def test_the_history_of_a_pair_that_has_not_talked_is_an_empty_list(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    assert (await ours.history())["data"] == []


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_any_page_of_the_history_marks_all_as_read(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await other.say("一", "二", "三")
    before = await reader.unread()
    await reader.history(length=1, current_page=3)
    assert (before, await reader.unread()) == (3, 0)


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_one_side_does_not_read_for_the_other(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await other.say("一")
    await reader.say("二")
    await reader.history()
    assert (await reader.unread(), await other.unread()) == (0, 1)


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_reading_is_told_to_the_other_side(api: Api, side: str) -> None:
    rep, customer = await make_pair()
    reader, other = await talkers(api, rep, customer, side)
    is_rep = other.caller.side == "rep"
    socket = await api.socket("leida" if is_rep else "xiaochengxu")
    await socket.register(rep=rep.id, customer=customer.id, caller=other.caller)
    await other.say("一", "二")
    await reader.history()
    receipt = await socket.until(lambda frame: frame.get("type") == "read")
    flag = "is_customer_already_read" if is_rep else "is_user_already_read"
    assert (receipt["code"], receipt["data"]) == (
        202,
        {"user_id": rep.id, "customer_id": customer.id, "seq": 2, flag: 1},
    )


@pytest.mark.parametrize("side", SIDES)
async def test_only_what_the_other_side_sent_is_unread(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await reader.say("一")
    await other.say("二", "三")
    await reader.say("四")
    assert (await reader.unread(), await other.unread()) == (2, 2)


async def test_what_is_unread_is_counted_by_pair(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await bind(rep, other)
    await (await the_customer(api, rep, customer)).say("一")
    assert await (await the_rep(api, rep, other)).unread() == 0


async def test_the_count_of_unread_messages_says_so(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answer = await api.get(f"{REP}/query_num", ours.pair, caller=ours.caller)
    assert answer == {"code": 200, "msg": "查询成功", "data": {"chatinfo_count": 0}}


@pytest.mark.parametrize("operation", ["", "/getmsg", "/query_num"])
@pytest.mark.parametrize("side", SIDES)
async def test_who_has_no_bond_is_302_and_nothing_changes(
    api: Api, side: str, operation: str
) -> None:
    rep, customer = await make_pair()
    foreign_rep, foreign = await make_pair()
    for each in await talkers(api, foreign_rep, foreign):
        await each.say("秘密")
    colleague, stranger = await make_rep(rep.company), await make_customer(rep.company)
    reader, _ = await talkers(api, rep, customer, side)
    name = next(iter(reader.pair))
    others = (foreign, stranger) if side == "rep" else (foreign_rep, colleague)
    ids = [*(each.id for each in others), 999_999, 0, -1, 10**30]
    before = await everything()
    answers = [
        await api.get(reader.url + operation, {name: number}, caller=reader.caller)
        for number in ids
    ]
    assert answers == [NOT_FOUND] * len(ids)
    assert await everything() == before


@pytest.mark.parametrize("operation", ["", "/getmsg", "/query_num"])
async def test_a_rep_has_to_name_the_customer(api: Api, operation: str) -> None:
    caller = await session_for(await make_rep())
    answer = await api.get(REP + operation, caller=caller)
    complaint = "客户ID不能为空"
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"customer_id": complaint}}}


@pytest.mark.parametrize("operation", ["", "/getmsg", "/query_num"])
async def test_a_customer_that_names_nobody_means_the_rep_of_its_newest_event(
    api: Api, operation: str
) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    for each in (rep, other):
        await (await the_rep(api, each, customer)).say(f"{each.id}")
    await execute("UPDATE bond SET last_event_at = 0 WHERE rep_id = %s", (other.id,))
    answer = await api.get(CUSTOMER + operation, caller=await session_for(customer))
    found = answer.data["chatinfo_count"] if operation == "/query_num" else answer.data[0]["msg"]
    assert found == (1 if operation == "/query_num" else f"{rep.id}")


@pytest.mark.parametrize(
    ("query", "code", "errors"),
    [
        ({"customer_id": "x"}, 301, {"customer_id": "客户ID必须是整数"}),
        ({"current_page": "x"}, 301, {"current_page": "页码必须是整数"}),
        ({"current_page": 0}, 303, {"current_page": "页码不能小于1"}),
        ({"current_page": 1_000_001}, 303, {"current_page": "页码不能大于1000000"}),
        ({"length": "x"}, 301, {"length": "每页长度必须是整数"}),
        ({"length": 0}, 303, {"length": "每页长度不能小于1"}),
        ({"length": -1}, 303, {"length": "每页长度不能小于1"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, query: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answer = await ours.history(**query)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


async def test_an_empty_page_number_is_the_first_page(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say("一")
    assert await ours.texts(current_page="", length="") == ["一"]


async def test_times_are_those_of_shanghai(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    await ours.say("一")
    stamp = int(datetime(2018, 12, 31, 16, 0, 0, tzinfo=UTC).timestamp() * 1000)
    await execute("UPDATE message SET created_at = %s", (stamp,))
    assert (await first_row(ours))["dateTime"] == "2019-01-01T00:00:00.000"
