"""Sending: stored, acknowledged, pushed to everybody who watches (decisions W3, W4, T8, S33)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from models.chat import Sender
from models.customer import Bond
from tests.api import Api
from tests.app import App
from tests.services.chat.raw_socket import open_raw
from tests.services.chat.talk import MINI_PROGRAM, OFFICIAL_ACCOUNT, REP, TITLES, make_talk
from tests.sockets import Frame, Socket, is_push

CONTENTS = [
    {"info_type": 1, "msg": "你好 👋"},
    {"info_type": 2, "product_name": "沙发", "product_price": "1", "product_cover_url": "a/b.jpg"},
    {"info_type": 3, "msg": "您好,请问能否告诉我您的手机号?"},
    {"info_type": 4, "url": "statics/a.jpg"},
    {"info_type": 5, "url": "statics/a.mp4"},
]
PAIR_KINDS = [
    (MINI_PROGRAM, MINI_PROGRAM),
    (OFFICIAL_ACCOUNT, OFFICIAL_ACCOUNT),
    (REP, MINI_PROGRAM),
]


async def sent(socket: Socket, frame: Frame) -> Frame:
    """Send a frame and give the answer, which comes before any push."""
    await socket.send(frame)
    return await socket.receive()


@pytest.mark.both
@pytest.mark.parametrize(("kind", "customers_kind"), PAIR_KINDS)
async def test_a_message_is_acknowledged_in_the_words_of_its_kind(
    api: Api, kind: str, customers_kind: str
) -> None:
    talk = await make_talk(api, customers_kind)
    socket = await talk.open(kind)
    ack = await sent(socket, talk.message(kind))
    (stored,) = await talk.stored()
    assert ack == {
        "code": 200,
        "msg": f"{TITLES[kind]}消息-发送成功",
        "data": {"id": stored.id, "seq": 1},
    }


@pytest.mark.both
@pytest.mark.parametrize(("kind", "customers_kind"), PAIR_KINDS)
async def test_a_message_is_pushed_in_the_words_of_the_kind_that_gets_it(
    api: Api, kind: str, customers_kind: str
) -> None:
    talk = await make_talk(api, customers_kind)
    socket = await talk.open(kind)
    await talk.post(talk.rep, "在吗")
    push = await socket.receive()
    assert (push["code"], push["msg"]) == (200, f"实时推送{TITLES[kind]}-最新聊天信息成功")


@pytest.mark.both
async def test_a_pushed_row_has_every_documented_key(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await talk.post(talk.rep, "在吗")
    push = await socket.receive()
    (stored,) = await talk.stored()
    ((row,), moment) = push["data"]["ret_data"], push["data"]["ret_data"][0].pop("dateTime")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", moment)
    assert push["data"]["data_count"] == 1
    assert row == {
        "id": stored.id,
        "seq": 1,
        "customer_id": talk.customer.id,
        "user_id": talk.rep.id,
        "user_avatar": "statics/imgs/setAvator.jpg",
        "customer_headimgurl": "statics/imgs/Avator.jpg",
        "customer": row["customer"],
        "send_type": 1,
        "is_first_info": False,
        "info_type": 1,
        "msg": "在吗",
    }


async def test_ids_seqs_and_counts_are_integers(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    ack = await sent(socket, talk.from_customer())
    push = (await socket.until(is_push))["data"]
    (row,) = push["ret_data"]
    values = [ack["data"]["id"], ack["data"]["seq"], row["id"], row["seq"], push["data_count"]]
    assert [type(value) for value in values] == [int] * 5


@pytest.mark.both
async def test_the_acknowledgement_comes_before_the_push(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(5):
        await socket.send(talk.from_customer())
        assert [is_push(await socket.receive()) for _ in range(2)] == [False, True]


@pytest.mark.both
async def test_a_message_reaches_every_connection_of_the_pair_once(api: Api) -> None:
    talk = await make_talk(api)
    sender = await talk.open_customer()
    watchers = [
        sender,
        await talk.open_customer(),
        await talk.open_rep(),
        await talk.open_rep(),
        await talk.open_rep_for_all(),
    ]
    await sender.send(talk.from_customer("一"))
    await sender.until(is_push)
    await sender.send(talk.from_customer("二"))
    for watcher in watchers[1:]:
        assert [row["msg"] for row in await watcher.rows(2)] == ["一", "二"]
    assert [row["msg"] for row in await sender.rows(1)] == ["二"]


@pytest.mark.both
async def test_a_message_reaches_nobody_else(api: Api) -> None:
    talk, other = await make_talk(api), await make_talk(api)
    watcher = await other.open_rep_for_all()
    await talk.post(talk.customer, "秘密")
    await other.post(other.customer, "公开")
    assert [row["msg"] for row in await watcher.rows(1)] == ["公开"]


@pytest.mark.parametrize("kind", [MINI_PROGRAM, REP])
@pytest.mark.parametrize("content", CONTENTS)
async def test_every_kind_of_message_is_taken(api: Api, kind: str, content: dict[str, Any]) -> None:
    talk = await make_talk(api)
    socket = await talk.open(kind)
    await socket.send({**talk.message(kind), "content": json.dumps(content)})
    (row,) = await socket.rows(1)
    assert content.items() <= row.items()


@pytest.mark.parametrize(
    "content",
    [
        {"info_type": 6, "msg": "商城"},
        {"info_type": 0, "msg": "甲"},
        {"info_type": -1, "msg": "甲"},
        {"info_type": 10, "msg": "甲"},
        {"info_type": "0010", "msg": "甲"},
        {"info_type": 1.0, "msg": "甲"},
        {"info_type": True, "msg": "甲"},
        {"info_type": None, "msg": "甲"},
        {"info_type": [1], "msg": "甲"},
        {"msg": "甲"},
        {},
        {"info_type": 1},
        {"info_type": 1, "msg": ""},
        {"info_type": 1, "msg": None},
        {"info_type": 1, "msg": 1},
        {"info_type": 1, "url": "a.jpg"},
        {"info_type": 2, "msg": "沙发"},
        {"info_type": 3, "url": "a.jpg"},
        {"info_type": 4, "msg": "a.jpg"},
        {"info_type": 5, "msg": "a.mp4"},
    ],
)
async def test_a_content_of_an_unknown_kind_or_without_its_key_is_refused(
    api: Api, content: dict[str, Any]
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    answer = await sent(socket, {**talk.from_customer(), "content": json.dumps(content)})
    assert (answer["code"], await talk.stored()) == (303, [])


async def test_keys_that_no_kind_knows_are_kept(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    extra = {"width": 3, "tags": ["甲", {"深": None}], "ok": True, "rate": 0.5}
    content = json.dumps({"info_type": 4, "url": "a.jpg", **extra})
    await socket.send({**talk.from_customer(), "content": content})
    (row,) = await socket.rows(1)
    assert extra.items() <= row.items()


@pytest.mark.parametrize(
    "key",
    ["id", "seq", "send_type", "user_id", "customer_id", "is_first_info", "customer", "dateTime"],
)
async def test_a_content_cannot_forge_a_key_of_the_servers(app: App, api: Api, key: str) -> None:
    talk = await make_talk(api)
    content = json.dumps({"info_type": 1, "msg": "甲", key: "forged"})
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        await raw.send_json({**talk.from_customer(), "content": content})
        await raw.receive()
        _, payload = await raw.frame()
    assert (payload.count(f'"{key}":'.encode()), b"forged" in payload) == (1, False)


@pytest.mark.parametrize("wrong", ["[1]", '"甲"', "1", "null", "甲", "{", ""])
async def test_a_content_that_is_no_json_object_is_refused(api: Api, wrong: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    answer = await sent(socket, {**talk.from_customer(), "content": wrong, "client_msg_id": "a"})
    assert (answer["code"], answer["data"]) == (301, {"client_msg_id": "a"})


@pytest.mark.parametrize("kind", [MINI_PROGRAM, REP])
async def test_a_message_without_content_is_refused(api: Api, kind: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open(kind)
    frame = talk.message(kind, client_msg_id="a")
    del frame["content"]
    answer = await sent(socket, frame)
    assert (answer["code"], answer["data"]) == (303, {"client_msg_id": "a"})


@pytest.mark.parametrize("missing", ["u_id", "user_id"])
async def test_a_message_that_does_not_name_its_pair_is_refused(api: Api, missing: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    frame = talk.from_customer()
    del frame[missing]
    assert (await sent(socket, frame))["code"] == 303


async def test_a_rep_for_all_has_to_name_the_customer(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_rep_for_all()
    frame = talk.from_rep()
    del frame["customer_id"]
    assert (await sent(socket, frame))["code"] == 303


async def test_no_pushed_message_is_called_the_first(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await talk.post(talk.rep, "一")
    live = await socket.rows(1)
    caught_up = await (await talk.open_customer(since=0)).rows(1)
    assert [row["is_first_info"] for row in live + caught_up] == [False, False]


async def test_only_the_oldest_message_of_a_history_is_called_the_first(api: Api) -> None:
    talk = await make_talk(api)
    for text in ("一", "二", "三"):
        await talk.post(talk.rep, text)
    answer = await api.get(
        "/zhugeleida/xiaochengxu/chat", {"u_id": talk.rep.id}, caller=talk.customer
    )
    assert [row["is_first_info"] for row in answer.data] == [False, False, True]


@pytest.mark.both
async def test_seqs_of_both_sides_count_up_by_one(api: Api) -> None:
    talk = await make_talk(api)
    customer, rep = await talk.open_customer(), await talk.open_rep()
    seqs = []
    for _ in range(3):
        seqs.append((await sent(customer, talk.from_customer()))["data"]["seq"])
        seqs.append((await talk.post(talk.rep, "甲")).data["seq"])
        await customer.rows(2)
    assert seqs == [row["seq"] for row in await rep.rows(6)] == [1, 2, 3, 4, 5, 6]


async def test_pairs_count_apart(api: Api) -> None:
    first, second = await make_talk(api), await make_talk(api)
    answers = [await talk.post(talk.rep, "甲") for talk in (first, first, second)]
    assert [answer.data["seq"] for answer in answers] == [1, 2, 1]


async def test_the_sender_is_who_registered_whatever_the_frame_says(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send({**talk.from_customer(), "send_type": 1, "sender": 1})
    await socket.rows(1)
    assert [row.sender for row in await talk.stored()] == [Sender.CUSTOMER]


async def test_a_customer_whose_relation_has_ended_can_send_no_more(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await Bond.delete().aio_execute()
    assert (await sent(socket, talk.from_customer()))["code"] == 302


async def test_control_characters_are_dropped_but_not_line_breaks(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send(talk.from_customer("一\u0007二\n\t三"))
    assert (await socket.rows(1))[0]["msg"] == "一二\n\t三"


async def test_what_looks_like_markup_or_escapes_arrives_as_it_was_sent(api: Api) -> None:
    text = "</script>\"'\\ \u2028 %s {0} 'OR 1=1-- 👩‍👩‍👧 \U0010ffff"
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send(talk.from_customer(text))
    assert (await socket.rows(1))[0]["msg"] == text
