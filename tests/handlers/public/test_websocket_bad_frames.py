"""Frames that are no use are answered, and too many of them end the connection (W7, T7, T16)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api import Api
from tests.app import App
from tests.services.chat.raw_socket import BINARY, CONTINUATION, TEXT, open_raw
from tests.services.chat.talk import Talk, make_talk
from tests.sockets import Frame, Socket
from tests.waiting import eventually

MOST_BAD_FRAMES = 20
MOST_MESSAGE_BYTES = 1000
AROUND_TEXT = len('{"info_type":1,"msg":""}')
FRAME_BYTES = 64 * 1024

BROKEN = [
    "",
    " ",
    "{",
    "}",
    "甲",
    '{"type":"ping"',
    '{"type":"ping"}}',
    "{'type':'ping'}",
    '{"type":}',
    "[" * 50_000,
    '{"a":' * 10_000,
    "\ufeff{}",
]
NO_OBJECTS = ["[]", '["ping"]', '"ping"', "1", "null", "true", "NaN"]
UNKNOWN_TYPES = ["", "Ping", "pong", "radar", 1, True, ["ping"], {"ping": 1}, "\ud800"]


async def answer_to(socket: Socket, message: str | bytes) -> Frame:
    """Send anything and give the answer."""
    await socket.send_raw(message)
    return await socket.receive()


def written(talk: Talk, content: str, *more: str) -> str:
    """Write a frame of a customer's message by hand, content and more fields as they stand."""
    ids = f'"u_id":{talk.rep.id},"user_id":{talk.customer.id}'
    return "{" + ",".join([ids, f'"content":{content}', *more]) + "}"


@pytest.mark.parametrize("message", BROKEN + NO_OBJECTS, ids=lambda message: message[:12])
async def test_what_is_no_json_object_is_refused_and_the_connection_stays_open(
    api: Api, message: str
) -> None:
    socket = await api.socket("xiaochengxu")
    assert (await answer_to(socket, message))["code"] == 301
    assert await socket.before_pong() == []


@pytest.mark.parametrize("kind", UNKNOWN_TYPES, ids=ascii)
async def test_a_frame_of_an_unknown_type_is_refused_and_the_connection_stays_open(
    api: Api, kind: object
) -> None:
    socket = await api.socket("xiaochengxu")
    assert (await answer_to(socket, json.dumps({"type": kind})))["code"] == 303
    assert await socket.before_pong() == []


@pytest.mark.parametrize("payload", [b"", b"\xff\x00", b'{"type":"ping"}'])
async def test_a_binary_frame_is_a_bad_frame(api: Api, payload: bytes) -> None:
    socket = await api.socket("xiaochengxu")
    assert (await answer_to(socket, payload))["code"] == 301


async def test_text_that_is_not_utf8_ends_the_connection(app: App) -> None:
    async with await open_raw(app.url) as raw:
        await raw.send(TEXT, b'{"type":"\xff"}')
        with pytest.raises(ConnectionError):
            await raw.frame()


async def test_a_message_in_fragments_is_put_together(app: App) -> None:
    async with await open_raw(app.url) as raw:
        await raw.send(TEXT, b'{"type":', is_final=False)
        await raw.send(CONTINUATION, b'"ping"}')
        assert await raw.receive() == {"code": 270, "msg": "pong"}


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "[" * 900 + "]" * 900,
        "[" * 1023 + "]" * 1023,
        '{"a":' * 1000 + "1" + "}" * 1000,
        "9" * 5000,
    ],
    ids=lambda value: value[:9],
)
@pytest.mark.parametrize("is_text", [True, False], ids=["as text", "as object"])
async def test_a_content_that_is_no_proper_json_is_refused(
    api: Api, value: str, is_text: bool
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    content = f'{{"info_type":1,"msg":"甲","x":{value}}}'
    if is_text:
        content = json.dumps(content)
    assert (await answer_to(socket, written(talk, content)))["code"] in (301, 303)
    assert await talk.stored() == []


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "1.5e300", "-0", "0.1"])
async def test_a_large_number_arrives_as_it_was_sent(api: Api, number: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await socket.send_raw(written(talk, json.dumps(f'{{"info_type":1,"msg":"甲","x":{number}}}')))
    assert (await socket.rows(1))[0]["x"] == json.loads(number)


@pytest.mark.parametrize("escaped", [r"\u0000", r"\ud800", r"\udc00甲"])
@pytest.mark.parametrize("place", ['"msg":"{}"', '"msg":"a","x":["{}"]', '"msg":"a","{}":1'])
async def test_a_content_with_characters_that_no_text_may_hold_is_refused(
    api: Api, escaped: str, place: str
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    content = '{"info_type":1,' + place.replace("{}", escaped) + "}"
    answer = await answer_to(socket, written(talk, json.dumps(content), '"client_msg_id":"a"'))
    assert (answer["code"], answer["data"]) == (301, {"client_msg_id": "a"})


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MOST_MESSAGE_BYTES - AROUND_TEXT),
        "字" * ((MOST_MESSAGE_BYTES - AROUND_TEXT) // 3),
        "😀" * ((MOST_MESSAGE_BYTES - AROUND_TEXT) // 4),
    ],
    ids=["ascii", "chinese", "emoji"],
)
@pytest.mark.settings(max_message_bytes=MOST_MESSAGE_BYTES)
async def test_a_content_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    api: Api, text: str
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    content = '{"info_type":1,"msg":"' + text + '"}'
    content += " " * (MOST_MESSAGE_BYTES - len(content.encode()))
    codes = [
        (await answer_to(socket, written(talk, json.dumps(each))))["code"]
        for each in (content + " ", content)
    ]
    assert codes == [303, 200]


@pytest.mark.settings(max_message_bytes=MOST_MESSAGE_BYTES)
async def test_a_content_of_emoji_is_measured_in_bytes(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    answer = await answer_to(socket, json.dumps(talk.from_customer("😀" * 300)))
    assert (answer["code"], await talk.stored()) == (303, [])


@pytest.mark.settings(max_message_bytes=MOST_MESSAGE_BYTES)
async def test_a_refusal_of_a_long_message_carries_its_name(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    frame = talk.from_customer("x" * 999, client_msg_id="长")
    assert (await answer_to(socket, json.dumps(frame)))["data"] == {"client_msg_id": "长"}


async def test_a_frame_of_64_kb_is_read(api: Api) -> None:
    socket = await api.socket("xiaochengxu")
    assert (await answer_to(socket, "x" * FRAME_BYTES))["code"] == 301
    assert await socket.before_pong() == []


@pytest.mark.parametrize("size", [FRAME_BYTES + 1, 1 << 20])
async def test_a_frame_over_64_kb_ends_the_connection(app: App, size: int) -> None:
    async with await open_raw(app.url) as raw:
        await raw.send(TEXT, b"x" * size)
        assert await raw.until_close() == ([], 1009)


async def test_fragments_over_64_kb_end_the_connection(app: App) -> None:
    async with await open_raw(app.url) as raw:
        await raw.send(BINARY, b"x" * FRAME_BYTES, is_final=False)
        await raw.send(CONTINUATION, b"x")
        assert await raw.until_close() == ([], 1009)


async def test_the_twentieth_bad_frame_in_a_row_ends_the_connection(api: Api) -> None:
    socket = await api.socket("xiaochengxu")
    answers = [(await answer_to(socket, "{"))["code"] for _ in range(MOST_BAD_FRAMES)]
    assert (answers, await socket.close_code()) == ([301] * MOST_BAD_FRAMES, 1008)


@pytest.mark.parametrize("good", ["ping", "message"])
async def test_a_good_frame_starts_the_count_anew(api: Api, good: str) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    frame = {"type": "ping"} if good == "ping" else talk.from_customer()
    for _ in range(2):
        for _ in range(MOST_BAD_FRAMES - 1):
            await answer_to(socket, "{")
        await socket.send(frame)
        await socket.until(lambda answer: answer["code"] != 301)
    assert (await answer_to(socket, "{"))["code"] in (200, 301)


@pytest.mark.parametrize("good", ["ping", "message"])
async def test_frames_sent_without_waiting_count_in_the_order_in_which_they_were_sent(
    app: App, api: Api, good: str
) -> None:
    talk = await make_talk(api)
    bad = [{"type": "nonsense"}] * (MOST_BAD_FRAMES - 1)
    frame = {"type": "ping"} if good == "ping" else talk.from_customer()
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        await raw.send_json(*bad, frame, *bad, {"type": "ping"})
        pongs = 1 if good == "message" else 2
        while pongs:
            pongs -= (await raw.receive())["code"] == 270


async def test_bad_frames_of_different_kinds_count_together(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket("xiaochengxu")
    kinds: list[dict[str, Any]] = [
        {"type": "nonsense"},
        {"type": "register"},
        {"type": "register", "u_id": 999_999, "user_id": talk.customer.id},
        {**talk.from_customer(), "content": "{"},
        {"type": "read"},
    ]
    for frame in kinds * 3:
        await socket.send(frame)
    for payload in (b"binary", "{", "[]", b"", "x"):
        await socket.send_raw(payload)
    assert await socket.close_code() == 1008


async def test_messages_to_strangers_are_bad_frames_though_only_the_database_knows(
    api: Api,
) -> None:
    talk, stranger = await make_talk(api), await make_talk(api)
    socket = await talk.open_rep_for_all()
    frame = {**talk.from_rep(), "customer_id": stranger.customer.id}
    answers = [(await answer_to(socket, json.dumps(frame)))["code"] for _ in range(MOST_BAD_FRAMES)]
    assert (answers, await socket.close_code()) == ([302] * MOST_BAD_FRAMES, 1008)


async def test_frames_sent_behind_the_last_bad_one_are_not_served(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        for _ in range(MOST_BAD_FRAMES):
            await raw.send(TEXT, b"{")
        await raw.send_json(talk.from_customer())
        assert (await raw.until_close())[1] == 1008
        await raw.send_json(talk.from_customer())
    assert await eventually(lambda: not app.services.delivery.connections)
    await app.services.messages.drain()
    assert await talk.stored() == []
