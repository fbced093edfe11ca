"""Registering a chat socket: for whom, signed how, and once more (decisions W1, W2, T1, T6)."""

from __future__ import annotations

from typing import Any

import pytest

from models.base import now
from models.chat import Sender
from models.customer import CustomerKind
from models.staff import RepStatus
from services.chat.feed import Sink
from tests.api import Api, Caller
from tests.app import App
from tests.factories import (
    bind,
    make_admin,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.services.chat.talk import KINDS, MINI_PROGRAM, REP, join_talk, make_talk
from tests.sockets import Frame, Socket

REGISTERED = {"code": 200, "msg": "注册成功", "data": {"seq": 0, "read": 0, "recovered": True}}
REFUSED = {"code": 404, "msg": "非法请求"}
PATHS = [
    "/zhugeleida/public/websocket/{kind}",
    "/public/websocket/{kind}",
    "/zhugeleida/public/websocket/{kind}/",
    "//zhugeleida/public/websocket/{kind}",
]
MINUTES_16 = 16 * 60 * 1000


async def registered(socket: Socket, frame: Frame) -> Frame:
    """Send a registration and wait for the answer."""
    await socket.send({"type": "register", **frame})
    return await socket.receive()


async def is_open(socket: Socket) -> bool:
    """Whether the server still answers on a socket."""
    return await socket.before_pong() == []


def ids(kind: str, rep_id: int, customer_id: int) -> dict[str, Any]:
    """Name a pair as a kind of client does."""
    if kind == REP:
        return {"user_id": rep_id, "customer_id": customer_id}
    return {"u_id": rep_id, "user_id": customer_id}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", PATHS)
async def test_each_kind_of_client_registers_under_each_form_of_its_url(
    api: Api, kind: str, path: str
) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await api.socket(kind, path=path)
    assert await talk.register(socket, kind) == REGISTERED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.settings(allow_unsigned_websocket=False)
async def test_the_signature_may_stand_in_the_urls_query(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await api.socket(kind, caller=talk.caller(kind))
    assert await registered(socket, ids(kind, talk.rep.id, talk.customer.id)) == REGISTERED


@pytest.mark.parametrize("kind", KINDS)
async def test_the_demo_takes_a_registration_without_a_signature(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await api.socket(kind)
    assert await registered(socket, ids(kind, talk.rep.id, talk.customer.id)) == REGISTERED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.settings(allow_unsigned_websocket=False)
async def test_elsewhere_a_registration_without_a_signature_ends_the_connection(
    api: Api, kind: str
) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await api.socket(kind)
    assert await registered(socket, ids(kind, talk.rep.id, talk.customer.id)) == REFUSED
    assert await socket.close_code() == 1008


@pytest.mark.parametrize(
    "wrong",
    [
        {"rand_str": "0" * 32},
        {"rand_str": ""},
        {"rand_str": None},
        {"timestamp": None},
        {"timestamp": "soon"},
        {"rand_str": ["0"]},
        {"rand_str": "错"},
    ],
)
async def test_a_wrong_signature_ends_the_connection_even_where_none_is_needed(
    api: Api, wrong: dict[str, Any]
) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM)
    assert await talk.register(socket, MINI_PROGRAM, **wrong) == REFUSED
    assert await socket.close_code() == 1008


async def test_a_stale_signature_ends_the_connection(api: Api) -> None:
    talk = await make_talk(api)
    stale = talk.customer.signature(timestamp=int(now().timestamp() * 1000) - MINUTES_16)
    socket = await api.socket(MINI_PROGRAM)
    assert await talk.register(socket, MINI_PROGRAM, **stale) == REFUSED


async def test_a_wrong_signature_in_the_url_ends_the_connection_at_registration(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM, caller=Caller(talk.customer.id, "0" * 32, "customer"))
    answer = await registered(socket, ids(MINI_PROGRAM, talk.rep.id, talk.customer.id))
    assert answer == REFUSED


async def test_a_signature_of_somebody_else_in_the_url_ends_the_connection(api: Api) -> None:
    talk = await make_talk(api)
    other = await session_for(await make_customer())
    socket = await api.socket(MINI_PROGRAM, caller=other)
    answer = await registered(socket, ids(MINI_PROGRAM, talk.rep.id, talk.customer.id))
    assert answer == REFUSED


@pytest.mark.parametrize("kind", ["gongzhonghao", "leida"])
async def test_a_signature_counts_only_for_its_own_kind_of_client(api: Api, kind: str) -> None:
    talk = await make_talk(api)
    signature = talk.customer.signature()
    socket = await api.socket(kind)
    frame = {**ids(kind, talk.rep.id, talk.customer.id), **signature}
    assert (await registered(socket, {**frame, "user_id": talk.customer.id}))["code"] == 404


async def test_an_unknown_rep_is_refused_and_the_connection_stays_open(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM)
    answer = await socket.register(rep=999_999, customer=talk.customer.id, caller=talk.customer)
    assert (answer["code"], await is_open(socket)) == (302, True)


async def test_a_rep_of_another_company_is_refused_like_one_that_does_not_exist(api: Api) -> None:
    talk = await make_talk(api)
    foreign = await make_rep()
    socket = await api.socket(MINI_PROGRAM)
    answers = [
        await socket.register(rep=rep_id, customer=talk.customer.id, caller=talk.customer)
        for rep_id in (foreign.id, 999_999)
    ]
    assert answers[0] == answers[1] == {"code": 302, "msg": "对应ID不存在"}


async def test_a_rep_of_the_company_without_the_relation_is_refused(api: Api) -> None:
    company = await make_company()
    rep, customer = await make_rep(company), await make_customer(company)
    caller = await session_for(customer)
    socket = await api.socket(MINI_PROGRAM)
    assert (await socket.register(rep=rep.id, customer=customer.id, caller=caller))["code"] == 302


async def test_a_rep_is_refused_a_customer_of_a_colleague(api: Api) -> None:
    company = await make_company()
    talk = await make_talk(api, company=company)
    colleague = await session_for(await make_rep(company))
    socket = await api.socket(REP)
    answer = await socket.register(rep=colleague.id, customer=talk.customer.id, caller=colleague)
    assert answer["code"] == 302


async def test_an_unsigned_registration_for_nobody_is_refused_and_stays_open(api: Api) -> None:
    socket = await api.socket(MINI_PROGRAM)
    answer = await registered(socket, {"u_id": 1, "user_id": 999_999})
    assert (answer["code"], await is_open(socket)) == (302, True)


async def test_an_unsigned_registration_as_another_kind_of_customer_is_refused(api: Api) -> None:
    company = await make_company()
    rep, customer = (
        await make_rep(company),
        await make_customer(company, CustomerKind.OFFICIAL_ACCOUNT),
    )
    await bind(rep, customer)
    socket = await api.socket(MINI_PROGRAM)
    assert (await registered(socket, {"u_id": rep.id, "user_id": customer.id}))["code"] == 302


@pytest.mark.parametrize(
    ("kind", "frame", "code"),
    [
        (MINI_PROGRAM, {"user_id": 1}, 303),
        (MINI_PROGRAM, {"u_id": 1}, 303),
        (MINI_PROGRAM, {"u_id": "", "user_id": 1}, 303),
        (MINI_PROGRAM, {"u_id": None, "user_id": 1}, 303),
        (MINI_PROGRAM, {"u_id": "甲", "user_id": 1}, 301),
        (MINI_PROGRAM, {"u_id": 1.5, "user_id": 1}, 301),
        (MINI_PROGRAM, {"u_id": True, "user_id": 1}, 301),
        (MINI_PROGRAM, {"u_id": [1], "user_id": 1}, 301),
        (MINI_PROGRAM, {"u_id": 1, "user_id": -1}, 302),
        (MINI_PROGRAM, {"u_id": 1, "user_id": 10**30}, 302),
        (REP, {"customer_id": 1}, 303),
        (REP, {"user_id": "1x", "customer_id": 1}, 301),
    ],
)
async def test_a_registration_without_proper_ids_is_refused_and_stays_open(
    api: Api, kind: str, frame: Frame, code: int
) -> None:
    socket = await api.socket(kind)
    assert (await registered(socket, frame))["code"] == code
    assert await is_open(socket)


async def test_ids_may_be_texts(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM)
    texts = {"u_id": str(talk.rep.id), "user_id": str(talk.customer.id)}
    assert await talk.register(socket, MINI_PROGRAM, **texts) == REGISTERED


async def test_a_rep_may_register_for_all_its_customers(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(REP)
    answer = await socket.register(rep=talk.rep.id, customer=None, caller=talk.rep)
    seqs = {str(talk.customer.id): 0}
    assert answer == {**REGISTERED, "data": {"seq": seqs, "read": seqs, "recovered": True}}


async def test_a_rep_that_is_an_administrator_registers_like_any_other(api: Api) -> None:
    company = await make_company()
    talk = await join_talk(api, await make_admin(company), company)
    socket = await api.socket(REP)
    assert await talk.register(socket, REP) == REGISTERED


@pytest.mark.parametrize("signed", [True, False])
async def test_a_rep_that_is_disabled_cannot_register(api: Api, signed: bool) -> None:
    company = await make_company()
    rep = await make_rep(company, status=RepStatus.DISABLED)
    talk = await join_talk(api, rep, company)
    socket = await api.socket(REP)
    frame = ids(REP, talk.rep.id, talk.customer.id)
    answer = await (talk.register(socket, REP) if signed else registered(socket, frame))
    assert answer["code"] == (404 if signed else 302)


async def test_a_rep_may_repeat_its_id_as_u_id(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(REP)
    assert await talk.register(socket, REP, u_id=talk.rep.id) == REGISTERED


async def test_a_u_id_of_a_rep_that_is_not_its_own_is_refused(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(REP)
    assert (await talk.register(socket, REP, u_id=talk.customer.id + 1))["code"] == 302


async def test_the_answer_tells_the_last_seq(api: Api) -> None:
    talk = await make_talk(api)
    await talk.post(talk.rep, "一")
    socket = await api.socket(MINI_PROGRAM)
    answer = await talk.register(socket, MINI_PROGRAM)
    assert answer["data"] == {"seq": 1, "read": 0, "recovered": True}


async def test_a_second_registration_moves_the_connection(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    first, second = await join_talk(api, rep, company), await join_talk(api, rep, company)
    socket = await first.open_rep()
    await second.register(socket, REP)
    await first.post(first.customer, "旧")
    await second.post(second.customer, "新")
    (row,) = await socket.rows(1)
    assert row["msg"] == "新"


async def test_a_moved_connection_sends_to_its_new_pair(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    first, second = await join_talk(api, rep, company), await join_talk(api, rep, company)
    socket = await first.open_rep()
    await second.register(socket, REP)
    await socket.send(second.from_rep("新"))
    await socket.rows(1)
    assert [len(await talk.stored()) for talk in (first, second)] == [0, 1]


async def test_a_move_that_is_refused_leaves_the_connection_where_it_was(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_rep()
    refused = await socket.register(rep=talk.rep.id, customer=999_999, caller=talk.rep)
    await talk.post(talk.customer, "一")
    assert (refused["code"], (await socket.rows(1))[0]["msg"]) == (302, "一")


async def test_a_frame_for_another_pair_is_refused_and_the_connection_stays_open(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send({**talk.from_customer(), "u_id": talk.rep.id + 1})
    assert (await socket.receive())["code"] == 302
    assert await is_open(socket)


async def test_a_rep_of_one_pair_is_refused_a_frame_for_another_of_its_customers(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    first, second = await join_talk(api, rep, company), await join_talk(api, rep, company)
    socket = await first.open_rep()
    await socket.send(second.from_rep())
    assert (await socket.receive())["code"] == 302


async def test_a_rep_for_all_is_refused_a_message_to_a_stranger(api: Api) -> None:
    talk = await make_talk(api)
    _, stranger = await make_pair()
    socket = await talk.open_rep_for_all()
    await socket.send({**talk.from_rep(), "customer_id": stranger.id, "client_msg_id": "m"})
    answer = await socket.receive()
    assert (answer["code"], answer["data"]) == (302, {"client_msg_id": "m"})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_frame_as_somebody_else_ends_the_connection(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await talk.open(kind)
    await socket.send({**talk.message(kind), "user_id": 999_999})
    assert await socket.receive() == REFUSED
    assert await socket.close_code() == 1008


async def test_a_message_before_registration_is_refused_by_name_and_not_stored(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM)
    await socket.send(talk.from_customer(client_msg_id="早"))
    refusal = {"code": 303, "msg": "请先注册", "data": {"client_msg_id": "早"}}
    assert (await socket.receive(), await talk.stored()) == (refusal, [])


@pytest.mark.parametrize("kind", ["read", "typing", "query_num"])
async def test_other_frames_before_registration_are_refused_too(api: Api, kind: str) -> None:
    socket = await api.socket(MINI_PROGRAM)
    await socket.send({"type": kind, "seq": 1})
    assert await socket.receive() == {"code": 303, "msg": "请先注册"}


async def test_a_closed_frame_ends_the_connection(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send({"type": "closed", **ids(MINI_PROGRAM, talk.rep.id, talk.customer.id)})
    assert await socket.close_code() == 1000


@pytest.mark.parametrize("kind", ["ping", "lived"])
async def test_a_sign_of_life_is_answered_before_and_after_registration(
    api: Api, kind: str
) -> None:
    talk = await make_talk(api)
    socket = await api.socket(MINI_PROGRAM)
    await socket.send({"type": kind})
    before = await socket.receive()
    await talk.register(socket, MINI_PROGRAM)
    await socket.send({"type": kind})
    assert [before, await socket.receive()] == [{"code": 270, "msg": "pong"}] * 2


class Told(Sink):
    """What reaches a connection beside messages."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def typing(self, rep_id: int, customer_id: int) -> None:
        self.frames.append("typing")


async def test_a_connection_hears_nothing_before_it_is_told_that_it_is_registered(
    app: App, api: Api
) -> None:
    talk, told = await make_talk(api), Told()
    delivery, pair = app.services.delivery, talk.pair
    page = await talk.open_rep()
    feed = delivery.feed(told, Sender.REP, pair.rep_id, pair.customer_id)
    await delivery.tell_typing(pair, Sender.CUSTOMER)
    assert (await page.receive())["type"] == "typing"
    feed.start({}, {})
    await delivery.tell_typing(pair, Sender.CUSTOMER)
    assert (await page.receive())["type"] == "typing"
    delivery.drop(feed)
    assert told.frames == ["typing"]
