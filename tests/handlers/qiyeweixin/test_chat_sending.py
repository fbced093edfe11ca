"""Sending messages over REST, of both sides (semantics 5.1, 5.2, decisions D10, T3, T4, T8)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.customer import Bond
from models.database import execute, fetch_all
from tests.api import Api
from tests.factories import bind, make_customer, make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import (
    CUSTOMER,
    REP,
    SIDES,
    talkers,
    text,
    the_customer,
    the_rep,
)
from tests.handlers.xiaochengxu.rows import count, everything

NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_a_message_arrives_on_the_other_side(api: Api, side: str) -> None:
    rep, customer = await make_pair()
    sender, reader = await talkers(api, rep, customer, side)
    answer = await sender.send(content=text("您好,在吗?"))
    (row,) = (await reader.history()).data
    assert answer == {
        "code": 200,
        "msg": "send msg successful",
        "data": {"id": row["id"], "seq": 1, "client_msg_id": None},
    }
    assert (row["msg"], row["info_type"], row["send_type"]) == ("您好,在吗?", 1, sender.number)


@pytest.mark.parametrize("side", SIDES)
async def test_msg_alone_is_a_text(api: Api, side: str) -> None:
    sender, reader = await talkers(api, *await make_pair(), side)
    await sender.send(msg="您好")
    (row,) = (await reader.history()).data
    assert (row["info_type"], row["msg"]) == (1, "您好")


@pytest.mark.parametrize("side", SIDES)
async def test_content_may_be_an_object_of_a_json_body(api: Api, side: str) -> None:
    sender, reader = await talkers(api, *await make_pair(), side)
    body = {**sender.pair, "content": {"info_type": 1, "msg": "您好"}}
    await api.post(f"{sender.url}/send_msg", as_json=body, caller=sender.caller)
    assert await reader.texts() == ["您好"]


@pytest.mark.both
@pytest.mark.parametrize("msg", ["😀👨‍👩‍👧 emoji", "'\"\\%s {} </script>", "两\n行\t字", " ", "0"])
async def test_a_text_arrives_as_it_was_sent(api: Api, msg: str) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await ours.say(msg)
    assert await theirs.texts() == [msg]


@pytest.mark.both
async def test_both_sides_count_up_one_seq_without_gaps(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    answers = await asyncio.gather(
        *(side.send(msg="在") for side in (ours, theirs) for _ in range(10))
    )
    assert sorted(answer.data["seq"] for answer in answers) == list(range(1, 21))


@pytest.mark.parametrize("side", SIDES)
async def test_the_send_type_is_the_senders_whatever_it_says(api: Api, side: str) -> None:
    sender, reader = await talkers(api, *await make_pair(), side)
    await sender.send(msg="您好", send_type=3 - sender.number)
    assert (await reader.history()).data[0]["send_type"] == sender.number


async def test_a_user_id_in_the_body_does_not_change_who_sends(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    await (await the_rep(api, rep, customer)).send(msg="您好", user_id=other.id)
    assert await fetch_all("SELECT rep_id FROM conversation WHERE last_seq > 0") == [(rep.id,)]


@pytest.mark.both
async def test_a_reps_message_is_a_follow_up_and_a_customers_an_activity(api: Api) -> None:
    rep, customer = await make_pair()
    other_rep, other = await make_pair(rep.company)
    await execute("UPDATE bond SET last_event_at = 0")
    await (await the_rep(api, rep, customer)).say("您好")
    await (await the_customer(api, other_rep, other)).say("您好")
    followed, active = await Bond.select().order_by(Bond.id).aio_execute()
    assert (followed.last_followed_at, followed.last_activity_at) == (followed.last_event_at, None)
    assert (active.last_followed_at, active.last_activity_at) == (None, active.last_event_at)


async def test_each_message_is_counted_once_for_its_sender(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await ours.say("一", "二")
    await theirs.say("三")
    assert await fetch_all("SELECT rep_sent, customer_sent FROM conversation") == [(2, 1)]


KINDS = [
    {"info_type": 1, "msg": "您好"},
    {"info_type": 2, "product_name": "橡木床", "product_price": "2999", "product_id": 7},
    {"info_type": 3, "msg": "您好,请问能否告诉我您的手机号?"},
    {"info_type": 4, "url": "statics/zhugeleida/imgs/chat/a.jpg"},
    {"info_type": 5, "url": "statics/zhugeleida/imgs/chat/a.mp4"},
    {"info_type": 1, "msg": "您好", "mine": {"a": [1, None, True, 0.5, "😀"]}},
]


@pytest.mark.parametrize("content", KINDS)
async def test_the_fields_of_a_content_lie_flat_in_the_row(
    api: Api, content: dict[str, Any]
) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    body = {**ours.pair, "content": content}
    await api.post(f"{REP}/send_msg", as_json=body, caller=ours.caller)
    (row,) = (await theirs.history()).data
    assert row.items() >= content.items()


async def test_an_info_type_may_be_text(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await ours.send(content='{"info_type": "1", "msg": "您好"}')
    assert (await theirs.history()).data[0]["info_type"] == 1


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"msg": "您好"}', "info_type"),
        ('{"info_type": 0, "msg": "您好"}', "info_type"),
        ('{"info_type": 6, "msg": "您好"}', "info_type"),
        ('{"info_type": -1, "msg": "您好"}', "info_type"),
        ('{"info_type": 1.5, "msg": "您好"}', "info_type"),
        ('{"info_type": true, "msg": "您好"}', "info_type"),
        ('{"info_type": null, "msg": "您好"}', "info_type"),
        ('{"info_type": "x", "msg": "您好"}', "info_type"),
        ('{"info_type": "²", "msg": "您好"}', "info_type"),
        ('{"info_type": [], "msg": "您好"}', "info_type"),
        ('{"info_type": 1}', "msg"),
        ('{"info_type": 1, "msg": ""}', "msg"),
        ('{"info_type": 1, "msg": 5}', "msg"),
        ('{"info_type": 1, "url": "a.jpg"}', "msg"),
        ('{"info_type": 2, "msg": "您好"}', "product_name"),
        ('{"info_type": 3}', "msg"),
        ('{"info_type": 4, "msg": "您好"}', "url"),
        ('{"info_type": 5, "url": null}', "url"),
    ],
)
async def test_a_content_against_the_rules_is_303_and_is_not_stored(
    api: Api, content: str, field: str
) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answer = await ours.send(content=content)
    assert (answer["code"], answer.data["errors"].keys()) == (303, {field})
    assert await count("message") == 0


@pytest.mark.parametrize("side", SIDES)
async def test_a_message_without_any_content_is_303(api: Api, side: str) -> None:
    sender, _ = await talkers(api, *await make_pair(), side)
    complaint = "消息不能为空"
    for fields in ({}, {"msg": ""}, {"content": ""}):
        answer = await sender.send(**fields)
        assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"content": complaint}}}


@pytest.mark.parametrize(
    "content",
    [
        "您好",
        "{",
        "[]",
        "5",
        '"您好"',
        "null",
        '{"info_type": 1, "msg": "a", "x": NaN}',
        '{"info_type": 1, "msg": "a", "x": 1e999}',
        '{"info_type": 1, "msg": "a", "x": -Infinity}',
        '{"info_type": 1, "msg": "a\\u0000"}',
        '{"info_type": 1, "msg": "\\ud83d"}',
        '{"info_type": 1, "msg": "a", "\\ud83d": 1}',
        '{"info_type": 1, "msg": "a", "x": DEEP}'.replace("DEEP", "[" * 700 + "]" * 700),
        '{"info_type": 1, "msg": "a", "x": DEEP}'.replace("DEEP", '{"x":' * 700 + "1" + "}" * 700),
    ],
)
async def test_a_content_that_is_no_object_of_json_is_301_and_is_not_stored(
    api: Api, content: str
) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answer = await ours.send(content=content)
    assert (answer.status, answer["code"], await count("message")) == (200, 301, 0)


async def test_the_complaint_about_a_content_that_is_no_json_names_it(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answers = [await ours.send(content=content) for content in ("{", "[]")]
    assert [answer.data["errors"].keys() for answer in answers] == [{"content"}] * 2


@pytest.mark.parametrize("letter", ["a", "é", "好", "😀"], ids=["1", "2", "3", "4"])
@pytest.mark.settings(max_message_bytes=400)
async def test_a_content_may_have_just_so_many_bytes(api: Api, letter: str) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    room = 400 - len(text(""))
    size = len(letter.encode())
    fits = letter * (room // size) + "a" * (room % size)
    answers = [await ours.send(content=text(msg)) for msg in (fits, f"{fits}a")]
    complaint = "消息长度不能超过400字节"
    assert [answer["code"] for answer in answers] == [200, 303]
    assert answers[1].data == {"errors": {"content": complaint}}
    assert await theirs.texts() == [fits]


@pytest.mark.settings(max_message_bytes=400)
async def test_msg_alone_may_have_as_many_bytes_as_a_content_of_it(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    fits = "a" * (400 - len('{"info_type":1,"msg":""}'))
    codes = [(await ours.send(msg=msg))["code"] for msg in (fits, f"{fits}a")]
    assert codes == [200, 303]


SERVERS = {
    **dict.fromkeys(("id", "seq", "customer_id", "user_id"), 0),
    **dict.fromkeys(("src", "name", "user_avatar", "user_avator", "customer_headimgurl"), "x"),
    **dict.fromkeys(("customer", "from_user_name", "dateTime", "is_first_info"), "x"),
    "send_type": 9,
}


async def test_a_content_cannot_say_what_the_server_says_of_a_message(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await theirs.send(content=text("您好", **SERVERS))
    for talker in (ours, theirs):
        (row,) = (await talker.history()).data
        assert [name for name, value in SERVERS.items() if row.get(name) == value] == []


async def test_a_content_cannot_say_it_in_a_frame_either(api: Api) -> None:
    rep, customer = await make_pair()
    _, theirs = await talkers(api, rep, customer)
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=customer.id, caller=await session_for(rep))
    await theirs.send(content=text("您好", **SERVERS))
    (row,) = await socket.rows(1)
    assert [name for name, value in SERVERS.items() if row.get(name) == value] == []


@pytest.mark.both
@pytest.mark.parametrize("kind", ["leida", "xiaochengxu"])
async def test_a_message_arrives_at_open_sockets_at_once(api: Api, kind: str) -> None:
    rep, customer = await make_pair()
    ours, theirs = await talkers(api, rep, customer)
    socket = await api.socket(kind)
    caller = await session_for(rep if kind == "leida" else customer)
    await socket.register(rep=rep.id, customer=customer.id, caller=caller)
    await ours.say("一")
    await theirs.say("二")
    assert [(row["seq"], row["msg"]) for row in await socket.rows(2)] == [(1, "一"), (2, "二")]


@pytest.mark.parametrize("side", SIDES)
async def test_who_has_no_bond_is_302_and_nothing_changes(api: Api, side: str) -> None:
    rep, customer = await make_pair()
    foreign_rep, foreign = await make_pair()
    colleague, stranger = await make_rep(rep.company), await make_customer(rep.company)
    sender, _ = await talkers(api, rep, customer, side)
    name = next(iter(sender.pair))
    others = (foreign, stranger) if side == "rep" else (foreign_rep, colleague)
    ids = [*(each.id for each in others), 999_999, 0, -1, 10**30]
    before = await everything()
    answers = [await sender.send(msg="您好", **{name: number}) for number in ids]
    assert answers == [NOT_FOUND] * len(ids)
    assert await everything() == before


@pytest.mark.parametrize("side", SIDES)
async def test_a_chat_whose_bond_has_ended_is_302(api: Api, side: str) -> None:
    sender, _ = await talkers(api, *await make_pair(), side)
    await sender.say("您好")
    await execute("DELETE FROM bond")
    assert await sender.send(msg="还在吗?") == NOT_FOUND


async def test_a_rep_has_to_say_whom_it_writes_to(api: Api) -> None:
    rep, _ = await make_pair()
    answer = await api.post(f"{REP}/send_msg", {"msg": "您好"}, caller=await session_for(rep))
    complaint = "客户ID不能为空"
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"customer_id": complaint}}}


@pytest.mark.parametrize(("side", "name"), [("rep", "customer_id"), ("customer", "u_id")])
async def test_an_id_that_is_no_number_is_301(api: Api, side: str, name: str) -> None:
    sender, _ = await talkers(api, *await make_pair(), side)
    answer = await sender.send(msg="您好", **{name: "x"})
    assert (answer["code"], answer.data["errors"].keys()) == (301, {name})


async def test_a_customer_that_names_nobody_writes_to_the_rep_of_its_newest_event(
    api: Api,
) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    await execute("UPDATE bond SET last_event_at = 0 WHERE rep_id = %s", (other.id,))
    caller = await session_for(customer)
    await api.post(f"{CUSTOMER}/send_msg", {"msg": "您好"}, caller=caller)
    assert await fetch_all("SELECT rep_id FROM conversation WHERE last_seq > 0") == [(rep.id,)]


async def test_a_customer_of_nobody_that_names_nobody_is_302(api: Api) -> None:
    caller = await session_for(await make_customer())
    assert await api.post(f"{CUSTOMER}/send_msg", {"msg": "您好"}, caller=caller) == NOT_FOUND
