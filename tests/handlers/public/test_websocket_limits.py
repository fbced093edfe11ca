"""What a connection may take: time, frames, rates, places (decisions W7, T4, T7, T15)."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
import struct
import time

import pytest

from handlers.public.connection import Connection
from models.chat import Sender
from services.chat.messages import Draft
from tests.api import Api
from tests.app import App
from tests.factories import make_company, make_rep
from tests.services.chat.raw_socket import CLOSE, PING, PONG, TEXT, RawSocket, open_raw
from tests.services.chat.talk import (
    REP,
    Talk,
    connection_of,
    content,
    join_talk,
    make_talk,
    store,
)
from tests.sockets import is_push
from tests.waiting import eventually

REGISTER_SECONDS = 10
PING_SECONDS = 25
PONG_SECONDS = 20
MOST_QUEUED = 256
BURST = 5


class Clock:
    """The time as the server's side of a connection is told it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = time.monotonic()

    def go_on(self, seconds: float) -> None:
        """Let time pass for the connection."""
        self._now += seconds
        self._connection.tick(self._now)


def is_closing(connection: Connection) -> bool:
    """Whether the server has said goodbye."""
    return connection.ws_connection is None


async def test_a_connection_that_does_not_register_in_time_is_closed(app: App, api: Api) -> None:
    socket = await api.socket("xiaochengxu")
    Clock(await connection_of(app)).go_on(REGISTER_SECONDS + 0.1)
    assert await socket.close_code() == 1008


async def test_frames_do_not_save_a_connection_that_does_not_register(app: App, api: Api) -> None:
    socket = await api.socket("xiaochengxu")
    await socket.before_pong()
    Clock(await connection_of(app)).go_on(REGISTER_SECONDS + 0.1)
    assert await socket.close_code() == 1008


async def test_a_connection_has_all_its_time_to_register(app: App, api: Api) -> None:
    socket = await api.socket("xiaochengxu")
    Clock(await connection_of(app)).go_on(REGISTER_SECONDS - 0.5)
    assert await socket.before_pong() == []


async def test_a_registered_connection_is_not_closed_for_keeping_still(app: App, api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    Clock(await connection_of(app)).go_on(REGISTER_SECONDS + 1)
    assert await socket.before_pong() == []


async def test_a_silent_connection_is_pinged_and_stays_when_it_answers(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        clock = Clock(await connection_of(app))
        for _ in range(3):
            clock.go_on(PING_SECONDS + 0.1)
            opcode, payload = await raw.frame()
            await raw.send(PONG, payload)
            await raw.send_json({"type": "ping"})
            assert (opcode, (await raw.receive())["code"]) == (PING, 270)


async def test_a_connection_is_not_pinged_before_its_time(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        Clock(await connection_of(app)).go_on(PING_SECONDS - 1)
        await raw.send_json({"type": "ping"})
        assert (await raw.receive())["code"] == 270


async def test_a_connection_that_does_not_answer_a_ping_is_closed(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        connection = await connection_of(app)
        clock = Clock(connection)
        clock.go_on(PING_SECONDS + 0.1)
        clock.go_on(PONG_SECONDS - 0.1)
        assert not is_closing(connection)
        clock.go_on(0.2)
        assert (await raw.until_close())[0] == []


async def test_other_frames_are_no_pong(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        connection = await connection_of(app)
        clock = Clock(connection)
        clock.go_on(PING_SECONDS + 0.1)
        await raw.send_json({"type": "ping"})
        await raw.frame()
        await raw.receive()
        clock.go_on(PONG_SECONDS + 0.1)
        assert is_closing(connection)


async def make_slow(app: App, talk: Talk, raw: RawSocket) -> Connection:
    """Register a client whose net takes very little at a time."""
    await raw.register(talk.rep.id, talk.customer)
    connection = await connection_of(app, talk.customer)
    assert connection.ws_connection is not None and connection.ws_connection.stream is not None
    connection.ws_connection.stream.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)
    return connection


async def test_a_reader_that_is_too_slow_is_closed_and_recovers_everything(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        connection = await make_slow(app, talk, raw)
        count = 0
        while not is_closing(connection):
            count = (await store(app, talk.pair, ["x" * 1000]))[-1]
        frames, code = await raw.until_close()
    seqs = [row["seq"] for frame in frames if is_push(frame) for row in frame["data"]["ret_data"]]
    assert (code, seqs, count > MOST_QUEUED) == (1013, list(range(1, len(seqs) + 1)), True)
    socket = await talk.open_customer(since=len(seqs))
    rest = await socket.rows(count - len(seqs))
    assert seqs + [row["seq"] for row in rest] == list(range(1, count + 1))


async def test_a_slow_reader_within_the_bound_gets_everything(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        connection = await make_slow(app, talk, raw)
        await store(app, talk.pair, ["x" * 9000] * 100)
        assert not is_closing(connection)
        seqs: list[int] = []
        while len(seqs) < 100:
            frame = await raw.receive()
            if is_push(frame):
                seqs += [row["seq"] for row in frame["data"]["ret_data"]]
    assert seqs == list(range(1, 101))


async def test_one_slow_reader_holds_up_nobody_else(app: App, api: Api) -> None:
    talk = await make_talk(api)
    quick = await talk.open_rep()
    async with await open_raw(app.url) as raw:
        await make_slow(app, talk, raw)
        await store(app, talk.pair, ["x" * 9000] * 50)
        assert len(await quick.rows(50)) == 50


@pytest.mark.both
async def test_a_quick_reader_may_get_more_than_that_many_at_once(app: App, api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talks = [await join_talk(api, rep, company) for _ in range(3)]
    socket = await talks[0].open_rep_for_all()
    drafts = [
        Draft(talks[number % 3].pair, Sender.CUSTOMER, content(str(number)))
        for number in range(3 * MOST_QUEUED)
    ]
    await asyncio.gather(*(app.services.messages.send(draft) for draft in drafts))
    rows = await socket.rows(len(drafts))
    assert sorted(int(row["msg"]) for row in rows) == list(range(len(drafts)))


@pytest.mark.settings(send_rate=1, send_burst=BURST)
async def test_a_connection_that_sends_too_fast_is_refused_by_name_and_not_stored(
    api: Api,
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for number in range(BURST + 2):
        await socket.send(talk.from_customer(client_msg_id=str(number)))
    answers = [await socket.until(lambda one: not is_push(one)) for _ in range(BURST + 2)]
    refused = {"code": 429, "msg": "请求过于频繁,请稍后再试"}
    assert sorted(one["code"] for one in answers) == [200] * BURST + [429, 429]
    assert {**refused, "data": {"client_msg_id": str(BURST)}} in answers
    assert len(await talk.stored()) == BURST


@pytest.mark.settings(send_rate=1, send_burst=BURST)
async def test_a_principal_that_sends_too_fast_is_refused_over_all_its_connections(
    api: Api,
) -> None:
    talk = await make_talk(api)
    sockets_of_one = [await talk.open_customer() for _ in range(BURST + 1)]
    codes = []
    for socket in sockets_of_one:
        await socket.send(talk.from_customer())
        codes.append((await socket.until(lambda one: not is_push(one)))["code"])
    assert codes == [200] * BURST + [429]


@pytest.mark.settings(send_rate=1, send_burst=BURST)
async def test_a_connection_keeps_its_rate_whomever_it_registers_for(api: Api) -> None:
    first, second = await make_talk(api), await make_talk(api)
    socket = await first.open_customer()
    for _ in range(BURST):
        await socket.send(first.from_customer())
    await socket.rows(BURST)
    await second.register(socket, second.kind)
    await socket.send(second.from_customer())
    assert (await socket.until(lambda one: not is_push(one)))["code"] == 429


@pytest.mark.settings(send_rate=1, send_burst=BURST)
async def test_sockets_and_rest_share_the_rate(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(BURST):
        await socket.send(talk.from_customer())
    await socket.rows(BURST)
    assert (await talk.post(talk.customer, "一"))["code"] == 429


@pytest.mark.settings(send_rate=1, send_burst=BURST)
async def test_the_other_side_has_a_rate_of_its_own(api: Api) -> None:
    talk = await make_talk(api)
    for _ in range(BURST + 1):
        await talk.post(talk.customer, "一")
    assert (await talk.post(talk.rep, "一"))["code"] == 200


@pytest.mark.settings(send_rate=1, send_burst=1)
async def test_a_throttled_frame_is_no_bad_frame(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(30):
        await socket.send(talk.from_customer())
    assert {frame["code"] for frame in await socket.before_pong()} == {200, 429}


@pytest.mark.settings(send_rate=1, send_burst=1)
async def test_only_messages_are_throttled(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(10):
        await socket.send({"type": "ping"})
    assert [(await socket.receive())["code"] for _ in range(10)] == [270] * 10


@pytest.mark.settings(send_rate=1, send_burst=1, limits="off")
async def test_without_limits_nobody_is_throttled(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(10):
        await socket.send(talk.from_customer())
    assert len(await socket.rows(10)) == 10


@pytest.mark.settings(send_rate=1)
async def test_forty_messages_at_once_are_taken_and_one_more_is_not(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(41):
        await socket.send(talk.from_customer())
    answers = [await socket.until(lambda one: not is_push(one)) for _ in range(41)]
    assert sorted(one["code"] for one in answers) == [200] * 40 + [429]


@pytest.mark.settings(connections_per_principal=2)
async def test_a_principal_has_so_many_connections_and_no_more(api: Api) -> None:
    talk = await make_talk(api)
    for _ in range(2):
        await talk.open_customer()
    socket = await api.socket(talk.kind)
    assert (await talk.register(socket, talk.kind))["code"] == 429


@pytest.mark.settings(connections_per_principal=1)
async def test_a_connection_that_closes_makes_room_for_another(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await (await talk.open_customer()).close()
    assert await eventually(lambda: not app.services.delivery.connections)
    assert await talk.open_customer()


@pytest.mark.settings(connections_per_principal=1)
async def test_a_second_registration_takes_no_second_place(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    assert (await talk.register(socket, talk.kind))["code"] == 200


@pytest.mark.settings(connections_per_principal=1)
async def test_both_sides_have_places_of_their_own(api: Api) -> None:
    talk = await make_talk(api)
    await talk.open_customer()
    assert await talk.open_rep()


@pytest.mark.settings(connections_per_address=2)
async def test_an_address_has_so_many_connections_and_no_more(api: Api) -> None:
    for _ in range(2):
        await api.socket("xiaochengxu")
    socket = await api.socket("xiaochengxu")
    assert (await socket.receive())["code"] == 429
    assert await socket.close_code() == 1008


@pytest.mark.settings(connections_per_address=1)
async def test_an_address_gets_a_place_back(app: App, api: Api) -> None:
    await (await api.socket("xiaochengxu")).close()
    assert await eventually(lambda: not app.services.delivery.connections)
    assert await (await api.socket("xiaochengxu")).before_pong() == []


@pytest.mark.settings(connections_per_address=1, connections_per_principal=1)
async def test_a_connection_too_many_is_served_nothing(app: App, api: Api) -> None:
    talk = await make_talk(api)
    first = await api.socket(talk.kind)
    async with await open_raw(app.url) as raw:
        frame = {"type": "register", "u_id": talk.rep.id, **talk.customer.signature()}
        await raw.send(TEXT, json.dumps(frame).encode())
        await raw.send(TEXT, json.dumps(talk.from_customer()).encode())
        frames, code = await raw.until_close()
        await raw.send(CLOSE, struct.pack("!H", 1000))
        assert ([one["code"] for one in frames], code) == ([429], 1008)
    assert (await talk.register(first, talk.kind))["code"] == 200
    assert await talk.stored() == []


async def test_a_rep_has_twenty_connections(api: Api) -> None:
    talk = await make_talk(api)
    opened = [await talk.open_rep() for _ in range(20)]
    socket = await api.socket(REP)
    assert ((await talk.register(socket, REP))["code"], len(opened)) == (429, 20)


@pytest.mark.settings(connections_per_address=1)
async def test_the_figures_count_open_sockets_and_no_refused_ones(app: App, api: Api) -> None:
    socket = await api.socket(REP)
    await (await api.socket(REP)).close_code()
    figures = [app.services.metrics.render().decode()]
    await socket.close()
    assert await eventually(lambda: not app.services.delivery.connections)
    figures.append(app.services.metrics.render().decode())
    counts = [text.partition('zhuge_connections{kind="leida"} ')[2][:3] for text in figures]
    assert counts == ["1.0", "0.0"]
