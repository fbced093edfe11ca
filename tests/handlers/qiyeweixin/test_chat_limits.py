"""Messages that come twice, and messages that come too fast (decisions T3, T4)."""

from __future__ import annotations

import asyncio

import pytest

from handlers.codes import Code
from models.database import fetch_all
from tests.api import Api
from tests.factories import bind, make_customer, make_pair, session_for
from tests.handlers.qiyeweixin.talkers import REP, SIDES, talkers, text, the_rep
from tests.handlers.xiaochengxu.rows import count

THROTTLED = "请求过于频繁,请稍后再试"


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_a_message_that_comes_again_is_the_first(api: Api, side: str) -> None:
    sender, reader = await talkers(api, *await make_pair(), side)
    first = await sender.send(msg="您好", client_msg_id="m-1")
    again = await sender.send(msg="您好", client_msg_id="m-1")
    assert first["data"] == again["data"]
    assert (first.data["seq"], first.data["client_msg_id"]) == (1, "m-1")
    assert await reader.texts() == ["您好"]


async def test_the_same_name_with_another_content_answers_the_first(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    first = await ours.send(msg="一", client_msg_id="m-1")
    other = await ours.send(msg="二", client_msg_id="m-1")
    assert (other.data["id"], await theirs.texts()) == (first.data["id"], ["一"])


@pytest.mark.both
async def test_a_message_that_comes_many_times_at_once_is_stored_once(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    answers = await asyncio.gather(*(ours.send(msg="您好", client_msg_id="m-1") for _ in range(10)))
    assert len({answer.data["id"] for answer in answers}) == 1
    assert await theirs.texts() == ["您好"]


async def test_a_repeated_message_is_unread_once(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    for _ in range(3):
        await ours.send(msg="您好", client_msg_id="m-1")
    assert await theirs.unread() == 1


async def test_both_sides_may_use_the_same_name(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    for talker in (ours, theirs):
        await talker.send(msg="您好", client_msg_id="m-1")
    assert len(await ours.texts()) == 2


async def test_a_name_is_one_of_its_pair_alone(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await bind(rep, other)
    for one in (customer, other):
        await (await the_rep(api, rep, one)).send(msg="您好", client_msg_id="m-1")
    assert await count("message") == 2


async def test_names_differ_in_case_and_blanks(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    for name in ("m", "M", "m "):
        await ours.send(msg=name, client_msg_id=name)
    assert len(await theirs.texts()) == 3


@pytest.mark.both
async def test_a_message_that_came_over_a_socket_is_the_same_over_rest(api: Api) -> None:
    rep, customer = await make_pair()
    ours, theirs = await talkers(api, rep, customer)
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=customer.id, caller=await session_for(rep))
    ids = {"user_id": rep.id, "customer_id": customer.id}
    await socket.send({**ids, "content": text("您好"), "client_msg_id": "m-1"})
    ack = await socket.until(lambda frame: "client_msg_id" in (frame.get("data") or {}))
    again = await ours.send(msg="您好", client_msg_id="m-1")
    assert (again.data, await theirs.texts()) == (ack["data"], ["您好"])


async def test_a_name_may_have_64_characters(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answers = [await ours.send(msg="您好", client_msg_id="名" * length) for length in (64, 65)]
    complaint = "消息标识长度不能超过64"
    assert answers[0].data["client_msg_id"] == "名" * 64
    assert answers[1] == {
        "code": 303,
        "msg": complaint,
        "data": {"errors": {"client_msg_id": complaint}},
    }


async def test_a_name_that_is_no_text_is_301(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    body = {**ours.pair, "msg": "您好", "client_msg_id": 5}
    answer = await api.post(f"{REP}/send_msg", as_json=body, caller=ours.caller)
    assert (answer["code"], answer.data["errors"].keys()) == (301, {"client_msg_id"})


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.settings(send_rate=1, send_burst=3)
async def test_one_message_too_many_is_429_and_is_not_stored(api: Api, side: str) -> None:
    sender, reader = await talkers(api, *await make_pair(), side)
    answers = [await sender.send(msg=msg) for msg in ("一", "二", "三", "四")]
    assert [answer["code"] for answer in answers] == [200, 200, 200, Code.THROTTLED]
    assert (answers[3].status, answers[3]["msg"]) == (429, THROTTLED)
    assert await reader.texts() == ["三", "二", "一"]


@pytest.mark.settings(send_rate=1, send_burst=3)
async def test_a_principal_has_one_rate_over_all_its_chats_and_devices(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await bind(rep, other)
    devices = [await the_rep(api, rep, one) for one in (customer, other, customer, other)]
    codes = [(await device.send(msg="您好"))["code"] for device in devices]
    assert codes == [200, 200, 200, 429]


@pytest.mark.settings(send_rate=1, send_burst=1)
async def test_principals_of_the_same_number_have_rates_of_their_own(api: Api) -> None:
    rep, customer = await make_pair()
    assert rep.id == customer.id
    codes = [(await each.send(msg="您好"))["code"] for each in await talkers(api, rep, customer)]
    assert codes == [200, 200]


@pytest.mark.settings(send_rate=1, send_burst=5)
async def test_messages_over_sockets_count_in_the_rate_of_rest(api: Api) -> None:
    rep, customer = await make_pair()
    ours, _ = await talkers(api, rep, customer)
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=customer.id, caller=await session_for(rep))
    ids = {"user_id": rep.id, "customer_id": customer.id}
    for _ in range(5):
        await socket.send({**ids, "content": text("您好")})
    await socket.rows(5)
    assert (await ours.send(msg="您好"))["code"] == Code.THROTTLED


@pytest.mark.settings(send_rate=1, send_burst=1, limits="off")
async def test_without_limits_nobody_is_held_up(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await ours.say("一", "二", "三")
    assert len(await theirs.texts()) == 3


@pytest.mark.settings(send_rate=1, send_burst=2)
async def test_reading_does_not_count_as_sending(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    for _ in range(4):
        await ours.history()
    await ours.say("一", "二")
    assert await fetch_all("SELECT last_seq FROM conversation") == [(2,)]
