"""A message that is sent again under the same name is the same message (decisions W3, T3)."""

from __future__ import annotations

import asyncio

import pytest

from models.chat import Sender
from services.chat.messages import Draft
from tests.api import Api
from tests.app import App
from tests.services.chat.talk import content, make_talk
from tests.sockets import Frame, Socket, is_push

MANY = 20


async def acknowledged(socket: Socket, frame: Frame) -> Frame:
    """Send a message and wait for its acknowledgement, passing over pushes."""
    await socket.send(frame)
    return await socket.until(lambda answer: not is_push(answer))


@pytest.mark.both
async def test_the_name_comes_back_with_the_acknowledgement(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await acknowledged(socket, talk.from_customer(client_msg_id="甲"))
    assert ack["data"]["client_msg_id"] == "甲"


@pytest.mark.both
async def test_a_repeat_is_answered_with_the_first_message(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    frame = talk.from_customer(client_msg_id="甲")
    first, second = await acknowledged(socket, frame), await acknowledged(socket, frame)
    assert (first, len(await talk.stored())) == (second, 1)


@pytest.mark.both
async def test_a_repeat_is_not_pushed(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_rep()
    await talk.post(talk.customer, "一", client_msg_id="甲")
    await talk.post(talk.customer, "一", client_msg_id="甲")
    await talk.post(talk.customer, "二")
    assert [row["msg"] for row in await socket.rows(2)] == ["一", "二"]


@pytest.mark.both
async def test_a_repeat_with_another_content_is_still_the_first_message(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await acknowledged(socket, talk.from_customer("一", client_msg_id="甲"))
    ack = await acknowledged(socket, talk.from_customer("二", client_msg_id="甲"))
    (stored,) = await talk.stored()
    assert (ack["data"]["id"], stored.content) == (stored.id, '{"info_type":1,"msg":"一"}')


@pytest.mark.both
async def test_both_sides_may_use_the_same_name(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep()
    acks = [
        await acknowledged(customer, talk.from_customer(client_msg_id="甲")),
        await acknowledged(rep, talk.from_rep(client_msg_id="甲")),
    ]
    assert [ack["data"]["seq"] for ack in acks] == [1, 2]


@pytest.mark.both
async def test_pairs_may_use_the_same_name(api: Api) -> None:
    first, second = await make_talk(api), await make_talk(api)
    answers = [await talk.post(talk.rep, "甲", client_msg_id="甲") for talk in (first, second)]
    assert answers[0].data["id"] != answers[1].data["id"]


@pytest.mark.both
@pytest.mark.parametrize(
    ("one", "other"), [("a", "A"), ("e", "é"), ("a", "a "), ("ß", "ss"), ("が", "か"), ("1", "１")]
)
async def test_names_that_look_alike_are_different_names(api: Api, one: str, other: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    acks = [
        await acknowledged(socket, talk.from_customer(client_msg_id=name)) for name in (one, other)
    ]
    assert [ack["data"].get("seq") for ack in acks] == [1, 2], acks


@pytest.mark.both
async def test_a_name_counts_over_rest_and_sockets_alike(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    answer = await talk.post(talk.customer, "一", client_msg_id="甲")
    ack = await acknowledged(socket, talk.from_customer(client_msg_id="甲"))
    assert answer.data == ack["data"]


@pytest.mark.both
async def test_repeats_in_one_batch_are_one_message(app: App, api: Api) -> None:
    talk = await make_talk(api)
    draft = Draft(talk.pair, Sender.CUSTOMER, content("一"), "甲")
    found = await asyncio.gather(*(app.services.messages.send(draft) for _ in range(MANY)))
    (stored,) = await talk.stored()
    assert {(one.id, one.seq) for one in found} == {(stored.id, 1)}


@pytest.mark.both
async def test_repeats_in_one_batch_leave_no_gap_behind_them(app: App, api: Api) -> None:
    talk = await make_talk(api)
    drafts = [
        Draft(talk.pair, Sender.CUSTOMER, content("一"), name)
        for name in ("甲", "甲", "乙", "甲", "乙", None, None)
    ]
    found = await asyncio.gather(*(app.services.messages.send(draft) for draft in drafts))
    assert [one.seq for one in found] == [1, 1, 2, 1, 2, 3, 4]


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_a_message_sent_at_once_over_two_sockets_and_rest_is_one(api: Api) -> None:
    talk = await make_talk(api)
    sockets = [await talk.open_customer() for _ in range(2)]
    watcher = await talk.open_rep()
    frame = talk.from_customer("一", client_msg_id="甲")
    acks = await asyncio.gather(
        *(acknowledged(socket, frame) for socket in sockets),
        *(talk.post(talk.customer, "一", client_msg_id="甲") for _ in range(MANY)),
    )
    await talk.post(talk.customer, "二")
    assert {ack["data"]["id"] for ack in acks} == {(await talk.stored())[0].id}
    assert [row["msg"] for row in await watcher.rows(2)] == ["一", "二"]


async def test_a_name_of_64_characters_is_taken(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await acknowledged(socket, talk.from_customer(client_msg_id="字" * 64))
    assert ack["data"]["client_msg_id"] == "字" * 64


async def test_a_name_of_65_characters_is_refused_and_comes_back(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await acknowledged(socket, talk.from_customer(client_msg_id="字" * 65))
    assert (ack["code"], ack.get("data")) == (303, {"client_msg_id": "字" * 65})


@pytest.mark.parametrize("name", [1, ["甲"], {"a": 1}, True])
async def test_a_name_that_is_no_text_is_refused(api: Api, name: object) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await acknowledged(socket, talk.from_customer(client_msg_id=name))
    assert (ack["code"], await talk.stored()) == (301, [])


async def test_an_empty_name_is_refused(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await acknowledged(socket, talk.from_customer(client_msg_id=""))
    assert (ack["code"], await talk.stored()) == (303, [])


@pytest.mark.both
@pytest.mark.parametrize("escaped", ["\\u0000", "\\ud800", "a\\udfff"])
async def test_a_name_with_characters_that_no_text_may_hold_is_refused(
    api: Api, escaped: str
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send_raw(
        f'{{"u_id":{talk.rep.id},"user_id":{talk.customer.id},"client_msg_id":"{escaped}",'
        f'"content":"{{\\"info_type\\":1,\\"msg\\":\\"x\\"}}"}}'
    )
    assert (await socket.receive())["code"] == 301
    assert await talk.stored() == []


@pytest.mark.parametrize("escaped", ["\\u0000", "\\ud800"])
async def test_a_refusal_of_a_frame_with_such_a_name_does_not_end_the_connection(
    api: Api, escaped: str
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send_raw(f'{{"client_msg_id":"{escaped}","content":"x"}}')
    assert (await socket.receive())["code"] in (301, 303)
    assert await socket.before_pong() == []
