"""Reading, receipts, typing, unread counts and the radar (decisions W6, T9, S32)."""

from __future__ import annotations

import pytest

from models.chat import Sender
from models.chat_positions import Position, positions
from tests.api import Api
from tests.app import App
from tests.factories import make_company, make_rep
from tests.services.chat.talk import (
    MINI_PROGRAM,
    OFFICIAL_ACCOUNT,
    REP,
    Talk,
    join_talk,
    make_talk,
    store,
)
from tests.sockets import Frame, is_count, is_push, is_receipt

CARD = "/zhugeleida/xiaochengxu/mingpian"


async def position(talk: Talk) -> Position:
    """How far the pair has come and been read."""
    (found,) = await positions([talk.pair])
    return found


async def tick(app: App) -> None:
    """Have the server do now what it does every second."""
    await app.services.reading.flush()


def is_typing(frame: Frame) -> bool:
    """Whether a frame says that the other side is typing."""
    return frame.get("type") == "typing"


def receipt(talk: Talk, seq: int, flag: str) -> Frame:
    """The receipt that one side gets."""
    data = {"user_id": talk.rep.id, "customer_id": talk.customer.id, "seq": seq, flag: 1}
    return {"code": 202, "type": "read", "msg": "实时通知-已读通知", "data": data}


@pytest.mark.both
async def test_a_customers_read_frame_moves_its_position_and_tells_the_rep(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    rep, customer = await talk.open_rep_for_all(), await talk.open_customer()
    await customer.send({"type": "read", "seq": 2})
    assert await rep.receive() == receipt(talk, 2, "is_customer_already_read")
    found = await position(talk)
    assert (found.customer_read_seq, found.customer_unread) == (2, 1)


@pytest.mark.both
async def test_a_reps_read_frame_moves_its_position_and_tells_the_customer(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"], Sender.CUSTOMER)
    customer, rep = await talk.open_customer(), await talk.open_rep_for_all()
    await rep.send({"type": "read", "seq": 3, "customer_id": talk.customer.id})
    assert await customer.receive() == receipt(talk, 3, "is_user_already_read")
    found = await position(talk)
    assert (found.rep_read_seq, found.rep_unread) == (3, 0)


async def test_who_reads_gets_no_receipt_of_its_own(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"])
    customer = await talk.open_customer()
    await customer.send({"type": "read", "seq": 1})
    assert await customer.before_pong() == []


async def test_reading_moves_forward_only(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    rep, customer = await talk.open_rep(), await talk.open_customer()
    for seq in (3, 1, 3):
        await customer.send({"type": "read", "seq": seq})
    await customer.before_pong()
    assert [frame["data"]["seq"] for frame in await rep.before_pong()] == [3]
    assert (await position(talk)).customer_read_seq == 3


@pytest.mark.parametrize("seq", [99, 2**40, 10**30])
async def test_nobody_reads_beyond_the_last_message(app: App, api: Api, seq: int) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"])
    customer = await talk.open_customer()
    await customer.send({"type": "read", "seq": seq})
    await customer.before_pong()
    assert (await position(talk)).customer_read_seq == 1


async def test_ones_own_messages_are_not_unread(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二"], Sender.CUSTOMER)
    await store(app, talk.pair, ["三"], Sender.REP)
    found = await position(talk)
    assert (found.customer_unread, found.rep_unread) == (1, 2)


@pytest.mark.parametrize("seq", [None, "1", 1.0, True, [1], -1])
async def test_a_read_frame_without_a_proper_seq_is_refused(api: Api, seq: object) -> None:
    talk = await make_talk(api)
    customer = await talk.open_customer()
    await customer.send({"type": "read", "seq": seq})
    assert (await customer.receive())["code"] in (301, 303)


async def test_a_rep_for_all_has_to_name_whom_it_reads(api: Api) -> None:
    talk = await make_talk(api)
    rep = await talk.open_rep_for_all()
    await rep.send({"type": "read", "seq": 1})
    assert (await rep.receive())["code"] == 303


@pytest.mark.parametrize("kind", ["read", "typing"])
async def test_a_rep_of_one_pair_is_refused_to_name_another_customer(api: Api, kind: str) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    socket = await talk.open_rep()
    await socket.send({"type": kind, "seq": 1, "customer_id": other.customer.id})
    assert (await socket.receive())["code"] == 302


@pytest.mark.parametrize("kind", ["read", "typing"])
async def test_a_rep_for_all_is_refused_to_name_a_stranger(api: Api, kind: str) -> None:
    talk, other = await make_talk(api), await make_talk(api)
    socket = await talk.open_rep_for_all()
    await socket.send({"type": kind, "seq": 1, "customer_id": other.customer.id})
    assert (await socket.receive())["code"] == 302


@pytest.mark.both
async def test_what_a_customers_open_page_is_pushed_is_read(app: App, api: Api) -> None:
    talk = await make_talk(api)
    rep, page = await talk.open_rep_for_all(), await talk.open_customer()
    await talk.post(talk.rep, "一")
    await page.rows(1)
    await tick(app)
    assert await rep.until(is_receipt) == receipt(talk, 1, "is_customer_already_read")


@pytest.mark.both
async def test_what_a_reps_open_page_is_pushed_is_read(app: App, api: Api) -> None:
    talk = await make_talk(api)
    customer, page = await talk.open_customer(), await talk.open_rep()
    await talk.post(talk.customer, "一")
    await page.rows(1)
    await tick(app)
    assert await customer.until(is_receipt) == receipt(talk, 1, "is_user_already_read")


@pytest.mark.both
async def test_what_an_open_chat_page_catches_up_with_is_read(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"] * 60)
    await (await talk.open_customer(since=0)).rows(60)
    await tick(app)
    found = await position(talk)
    assert (found.customer_read_seq, found.customer_unread) == (60, 0)


async def test_an_open_chat_page_reads_its_own_side_only(app: App, api: Api) -> None:
    talk = await make_talk(api)
    customer = await talk.open_customer()
    await talk.post(talk.rep, "一")
    await talk.post(talk.customer, "二")
    await customer.rows(2)
    await tick(app)
    found = await position(talk)
    assert (found.customer_read_seq, found.rep_read_seq) == (1, 0)


async def test_what_an_open_page_has_shown_is_read_within_a_second(api: Api) -> None:
    talk = await make_talk(api)
    rep, customer = await talk.open_rep(), await talk.open_customer()
    await talk.post(talk.rep, "一")
    await customer.rows(1)
    assert (await rep.until(is_receipt))["data"]["seq"] == 1


async def test_what_a_page_has_shown_is_read_though_it_has_closed(app: App, api: Api) -> None:
    talk = await make_talk(api)
    customer = await talk.open_customer()
    await talk.post(talk.rep, "一")
    await customer.rows(1)
    await customer.close()
    await tick(app)
    assert (await position(talk)).customer_read_seq == 1


@pytest.mark.both
async def test_a_rep_for_all_reads_nothing_by_being_pushed(app: App, api: Api) -> None:
    talk = await make_talk(api)
    rep = await talk.open_rep_for_all()
    await talk.post(talk.customer, "一")
    await rep.rows(1)
    await tick(app)
    found = await position(talk)
    assert (found.rep_read_seq, found.rep_unread) == (0, 1)


@pytest.mark.both
async def test_the_history_reads_everything_and_tells_the_other_side(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二"])
    rep = await talk.open_rep_for_all()
    await api.get("/zhugeleida/xiaochengxu/chat", {"u_id": talk.rep.id}, caller=talk.customer)
    assert await rep.receive() == receipt(talk, 2, "is_customer_already_read")


@pytest.mark.both
@pytest.mark.parametrize("kind", [MINI_PROGRAM, OFFICIAL_ACCOUNT])
async def test_typing_is_told_to_the_other_side_alone(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind)
    typist, second = await talk.open_customer(), await talk.open_customer()
    watchers = [await talk.open_rep(), await talk.open_rep_for_all()]
    await typist.send({"type": "typing"})
    data = {"user_id": talk.rep.id, "customer_id": talk.customer.id}
    for watcher in watchers:
        frame = await watcher.until(is_typing)
        assert (frame["code"], frame["data"]) == (200, data)
    await talk.post(talk.rep, "一")
    assert [is_push(await socket.receive()) for socket in (typist, second)] == [True, True]


async def test_a_rep_for_all_types_to_the_customer_that_it_names(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep_for_all()
    await rep.send({"type": "typing", "customer_id": talk.customer.id})
    assert is_typing(await customer.receive())


async def test_typing_is_not_stored(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep()
    await customer.send({"type": "typing"})
    await rep.until(is_typing)
    assert await talk.stored() == []


@pytest.mark.both
async def test_a_customer_asks_how_much_is_unread(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二"])
    await store(app, talk.pair, ["三"], Sender.CUSTOMER)
    customer = await talk.open_customer()
    await customer.send({"type": "query_num"})
    assert await customer.receive() == {
        "code": 200,
        "type": "query_num",
        "msg": "查询成功-获取聊天数量",
        "data": {"unread_msg_num": 2},
    }


async def test_a_rep_of_one_pair_asks_how_much_is_unread_there(app: App, api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    for each in (talk, other):
        await store(app, each.pair, ["一", "二"], Sender.CUSTOMER)
    socket = await talk.open_rep()
    await socket.send({"type": "query_num"})
    assert (await socket.receive())["data"] == {
        "unread_msg_num": 2,
        "customer_id": talk.customer.id,
    }


async def test_a_rep_for_all_asks_how_much_is_unread_of_everybody(app: App, api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    for each in (talk, other):
        await store(app, each.pair, ["一", "二"], Sender.CUSTOMER)
    socket = await talk.open_rep_for_all()
    await socket.send({"type": "query_num"})
    assert (await socket.receive())["data"] == {"unread_msg_num": 4}


@pytest.mark.both
async def test_a_rep_is_told_what_is_unread_when_a_message_comes(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    sockets = [await talk.open_rep_for_all(), await talk.open_rep()]
    await other.post(other.customer, "一")
    found = [await socket.until(is_count) for socket in sockets]
    assert [frame["data"]["unread_msg_num"] for frame in found] == [1, 1]


@pytest.mark.both
async def test_a_rep_is_told_what_is_unread_when_it_has_read(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二"], Sender.CUSTOMER)
    rep = await talk.open_rep_for_all()
    await rep.send({"type": "read", "seq": 1, "customer_id": talk.customer.id})
    frame = await rep.until(lambda one: is_count(one) and one["data"]["unread_msg_num"] == 1)
    assert frame["code"] == 200


@pytest.mark.both
async def test_a_rep_sees_at_once_what_a_customer_does(api: Api) -> None:
    talk = await make_talk(api)
    rep = await talk.open_rep_for_all()
    await api.get(CARD, {"uid": talk.rep.id}, caller=talk.customer)
    frame = await rep.until(lambda one: one.get("type") == "radar")
    data = frame["data"]
    assert (frame["code"], data["user_id"], data["customer_id"], data["action"]) == (
        200,
        talk.rep.id,
        talk.customer.id,
        "查看名片",
    )


async def test_a_rep_with_a_customers_page_sees_only_what_that_customer_does(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    page, radar = await talk.open_rep(), await talk.open_rep_for_all()
    for each in (other, talk):
        await api.get(CARD, {"uid": talk.rep.id}, caller=each.customer)
        await radar.until(lambda one: one.get("type") == "radar")
    frame = await page.until(lambda one: one.get("type") == "radar")
    assert frame["data"]["customer_id"] == talk.customer.id


async def test_a_customer_sees_nothing_of_the_radar(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep_for_all()
    await api.get(CARD, {"uid": talk.rep.id}, caller=talk.customer)
    await rep.until(lambda one: one.get("type") == "radar")
    assert await customer.before_pong() == []


@pytest.mark.both
async def test_who_registers_is_told_how_far_the_other_side_has_read(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    reading = app.services.reading
    await reading.read(Sender.CUSTOMER, talk.pair, 2)
    await reading.read(Sender.REP, talk.pair, 3)
    told = await talk.register(await api.socket(MINI_PROGRAM), MINI_PROGRAM)
    assert told["data"]["read"] == 3
    told = await talk.register(await api.socket(REP), REP)
    assert told["data"]["read"] == 2
    socket = await api.socket(REP)
    told = await socket.register(rep=talk.rep.id, customer=None, caller=talk.rep)
    assert told["data"]["read"] == {str(talk.customer.id): 2}
