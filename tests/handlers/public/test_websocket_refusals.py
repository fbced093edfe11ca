"""Every limit on sockets: refused and just not refused, counted, and logged once (T4, T7, T15)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from services.refusals import Reason
from tests.api import Api
from tests.app import App
from tests.figures import figure, figures_of
from tests.logs import Log
from tests.services.chat.raw_socket import PING, PONG, TEXT, open_raw
from tests.services.chat.talk import REP, connection_of, make_talk, store
from tests.sockets import Socket, is_push
from tests.waiting import eventually

BURST = 5
FRAME_BYTES = 64 * 1024
FEW_FRAMES = pytest.mark.settings(frame_rate=1, frame_burst=BURST, send_rate=1, send_burst=1)
FEW_BYTES = pytest.mark.settings(
    frame_bytes_per_second=FRAME_BYTES, send_rate=1, max_message_bytes=1000
)
THROTTLED = {"code": 429, "msg": "请求过于频繁,请稍后再试"}
PING_FRAME = {"type": "ping"}


async def refusals(api: Api) -> dict[str, int]:
    """Ask which refusals have been counted, and how often."""
    found = await figures_of(api)
    return {
        dict(labels)["reason"]: int(value)
        for (name, labels), value in found.items()
        if name == "zhuge_refused_total" and value
    }


def told(log: Log) -> list[tuple[Any, ...]]:
    """What the log says of refusals."""
    keys = ("reason", "kind", "address", "principal")
    return [tuple(line[key] for key in keys) for line in log.named("refused")]


async def answers_to(socket: Socket, count: int, frame: dict[str, Any] | None = None) -> list[int]:
    """Send a frame so often and give the codes of the answers."""
    for _ in range(count):
        await socket.send(frame or PING_FRAME)
    return [(await socket.receive())["code"] for _ in range(count)]


async def handshake_status(api: Api, kind: str = REP, **headers: str) -> int:
    """Try to open a socket and give the HTTP status."""
    try:
        await api.socket(kind, headers=headers)
    except HTTPClientError as error:
        return error.code
    return 101


@pytest.mark.settings(connections_per_process=1)
async def test_a_full_process_refuses_the_handshake_so_that_another_can_be_asked(
    app: App, api: Api, log: Log
) -> None:
    socket = await api.socket(REP)
    with pytest.raises(HTTPClientError) as refused:
        await api.socket(REP)
    assert refused.value.response is not None
    answer = json.loads(refused.value.response.body)
    assert (refused.value.code, answer) == (503, {"code": 503, "msg": "连接数过多", "data": {}})
    assert await refusals(api) == {Reason.TOO_MANY_OF_PROCESS: 1}
    assert told(log) == [(Reason.TOO_MANY_OF_PROCESS, REP, "127.0.0.1", None)]
    assert (await api.fetch("GET", "/readyz")).code == 200
    await socket.close()
    assert await eventually(lambda: not app.services.delivery.connections)
    assert await handshake_status(api) == 101


@pytest.mark.settings(connections_per_process=1, limits="off")
async def test_without_limits_a_process_is_never_full(api: Api) -> None:
    assert [await handshake_status(api) for _ in range(3)] == [101] * 3


@FEW_FRAMES
async def test_frames_of_every_kind_count_and_those_over_the_rate_are_not_served(
    api: Api, log: Log
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    assert await answers_to(socket, BURST - 1) == [270] * (BURST - 1)
    for frame in (PING_FRAME, {"type": "query_num"}, {"type": "typing"}):
        await socket.send(frame)
        assert await socket.receive() == THROTTLED
    assert await refusals(api) == {Reason.FRAME_RATE: 3}
    whose = f"{talk.kind}:{talk.customer.id}"
    assert told(log) == [(Reason.FRAME_RATE, talk.kind, "127.0.0.1", whose)]


@FEW_FRAMES
async def test_a_message_over_the_rate_of_frames_is_refused_by_name_and_not_stored(
    api: Api,
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await answers_to(socket, BURST - 1)
    await socket.send(talk.from_customer(client_msg_id="one"))
    assert await socket.receive() == {**THROTTLED, "data": {"client_msg_id": "one"}}
    await socket.send_raw("{")
    assert await socket.receive() == THROTTLED
    assert await talk.stored() == []


@FEW_FRAMES
async def test_who_goes_on_far_beyond_the_rate_is_closed(api: Api, log: Log) -> None:
    socket = await api.socket(REP)
    for _ in range(4 * BURST):
        await socket.send(PING_FRAME)
    assert await socket.close_code() == 1008
    counted = await refusals(api)
    assert counted.pop(Reason.FRAME_RATE) in (BURST + 1, BURST + 2)
    assert counted == {Reason.FLOOD: 1}
    assert [line[0] for line in told(log)] == [Reason.FRAME_RATE, Reason.FLOOD]


@FEW_FRAMES
async def test_refused_frames_up_to_the_burst_close_nothing(api: Api) -> None:
    socket = await api.socket(REP)
    assert await answers_to(socket, 2 * BURST) == [270] * BURST + [429] * BURST


@FEW_FRAMES
async def test_each_connection_has_a_rate_of_frames_of_its_own(api: Api) -> None:
    for _ in range(2):
        assert await answers_to(await api.socket(REP), BURST) == [270] * BURST


@pytest.mark.settings(frame_rate=1, frame_burst=1, send_rate=1, send_burst=1, limits="off")
async def test_without_limits_frames_are_not_counted(api: Api) -> None:
    assert await answers_to(await api.socket(REP), 30) == [270] * 30


@pytest.mark.settings(frame_rate=1, frame_burst=1, send_rate=1, send_burst=BURST)
async def test_what_may_be_sent_as_messages_is_no_frame_too_many(api: Api) -> None:
    assert await answers_to(await api.socket(REP), BURST) == [270] * BURST


@FEW_FRAMES
@pytest.mark.parametrize("opcode", [PING, PONG])
async def test_a_flood_of_control_frames_is_closed(app: App, api: Api, opcode: int) -> None:
    async with await open_raw(app.url) as raw:
        for _ in range(4 * BURST):
            await raw.send(opcode, b"x")
        _, code = await raw.until_close()
    assert (code, (await refusals(api))[Reason.FLOOD]) == (1008, 1)


@FEW_BYTES
async def test_bytes_over_the_rate_are_refused(api: Api, log: Log) -> None:
    socket = await api.socket(REP)
    big = {"type": "ping", "more": "x" * (FRAME_BYTES - 100)}
    assert await answers_to(socket, 3, big) == [270, 270, 429]
    assert await socket.before_pong() == []
    assert await refusals(api) == {Reason.BYTE_RATE: 1}
    assert told(log) == [(Reason.BYTE_RATE, REP, "127.0.0.1", None)]


@FEW_BYTES
async def test_bytes_are_counted_as_they_are_sent(api: Api) -> None:
    socket = await api.socket(REP)
    text = json.dumps({"type": "ping", "more": "字" * (FRAME_BYTES // 3 - 100)}, ensure_ascii=False)
    codes = []
    for _ in range(3):
        await socket.send_raw(text)
        codes.append((await socket.receive())["code"])
    assert codes == [270, 270, 429]


async def test_a_frame_that_is_too_large_is_counted(app: App, api: Api, log: Log) -> None:
    async with await open_raw(app.url) as raw:
        await raw.send(TEXT, b"x" * (FRAME_BYTES + 1))
        assert await raw.until_close() == ([], 1009)
    assert await refusals(api) == {Reason.TOO_LARGE: 1}
    assert told(log) == [(Reason.TOO_LARGE, "xiaochengxu", "127.0.0.1", None)]


@pytest.mark.settings(register_seconds=3)
async def test_the_time_to_register_is_a_setting(app: App, api: Api, log: Log) -> None:
    socket = await api.socket(REP)
    connection = await connection_of(app)
    began = connection._pinged_at
    connection.tick(began + 2.9)
    assert await socket.before_pong() == []
    connection.tick(began + 3.1)
    assert await socket.close_code() == 1008
    assert await refusals(api) == {Reason.NOT_REGISTERED: 1}
    assert [line[0] for line in told(log)] == [Reason.NOT_REGISTERED]


@pytest.mark.settings(unsent_bytes=FRAME_BYTES)
async def test_a_reader_that_has_too_many_bytes_waiting_is_closed(
    app: App, api: Api, log: Log
) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        connection = await connection_of(app, talk.customer)
        count = 0
        while connection.ws_connection is not None:
            count = (await store(app, talk.pair, ["x" * 15_000]))[-1]
            assert count < 1000
        frames, code = await raw.until_close()
    shown = [row["seq"] for one in frames if is_push(one) for row in one["data"]["ret_data"]]
    assert (code, shown, count < 256) == (1013, list(range(1, len(shown) + 1)), True)
    assert (await refusals(api))[Reason.TOO_SLOW] == 1
    assert [line[0] for line in told(log)] == [Reason.TOO_SLOW]


@pytest.mark.settings(connections_per_principal=1, connections_per_address=2)
async def test_connections_too_many_are_counted_by_whose_they_are(api: Api, log: Log) -> None:
    talk = await make_talk(api)
    await talk.open_customer()
    second = await api.socket(talk.kind)
    assert (await talk.register(second, talk.kind))["code"] == 429
    assert await (await api.socket(talk.kind)).close_code() == 1008
    assert await refusals(api) == {Reason.TOO_MANY_OF_PRINCIPAL: 1, Reason.TOO_MANY_OF_ADDRESS: 1}
    assert len(told(log)) == 2


@pytest.mark.settings(send_rate=1, send_burst=1)
async def test_messages_too_fast_are_counted_over_both_roads_and_logged_once(
    api: Api, log: Log
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    for _ in range(3):
        await socket.send(talk.from_customer())
    await socket.before_pong()
    assert (await talk.post(talk.customer, "一"))["code"] == 429
    assert await refusals(api) == {Reason.SEND_RATE: 3}
    assert [line[0] for line in told(log)] == [Reason.SEND_RATE]


async def test_what_else_ends_a_connection_is_counted_too(app: App, api: Api, log: Log) -> None:
    assert await handshake_status(api, Origin="https://evil.example") == 403
    bad = await api.socket(REP)
    for _ in range(20):
        await bad.send_raw("{")
    assert await bad.close_code() == 1008
    forged = await api.socket(REP)
    await forged.send({"type": "register", "user_id": 1, "timestamp": "1", "rand_str": "x"})
    assert await forged.close_code() == 1008
    talk = await make_talk(api)
    silent = await talk.open_customer()
    connection = await connection_of(app, talk.customer)
    for seconds in (26, 47):
        connection.tick(connection._pinged_at + seconds)
    assert await silent.close_code() == 1001
    over = await talk.open_rep()
    await api.post("/zhugeleida/qiyeweixin/logout", caller=talk.rep)
    assert await over.close_code() == 1008
    reasons = [
        *(Reason.FOREIGN_ORIGIN, Reason.BAD_FRAMES, Reason.BAD_SIGNATURE),
        *(Reason.NO_PONG, Reason.SESSION_ENDED),
    ]
    assert await refusals(api) == dict.fromkeys(reasons, 1)
    assert [line[0] for line in told(log)] == reasons


async def test_every_reason_has_its_figure_from_the_start_and_there_are_no_others(
    api: Api,
) -> None:
    socket = await api.socket(REP)
    await socket.send({"type": "reason=evil", "user_id": "evil"})
    await socket.receive()
    found = await figures_of(api)
    reasons = [dict(labels)["reason"] for name, labels in found if name == "zhuge_refused_total"]
    assert sorted(reasons) == sorted(Reason)
    assert await figure(api, "zhuge_frames_total", kind="other") == 1
