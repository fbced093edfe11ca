"""The calls to WeChat, over real sockets, against the simulator."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs
from tornado.netutil import Resolver

from services.errors import Invalid, UpstreamAway
from services.wechat.client import (
    CodeRefused,
    Member,
    MiniLogin,
    MiniProgramKeys,
    UpstreamRefused,
    WeChatClient,
    WecomKeys,
)
from services.wechat.simulator import Fault, Faults

from .conftest import Connect

pytestmark = pytest.mark.asyncio

KEYS = MiniProgramKeys("wx-demo-1", "geheim-mini")
WECOM = WecomKeys("ww-demo-1", "geheim-wecom")
CODE_PATH = "/sns/jscode2session"
TOKEN_PATH = "/cgi-bin/gettoken"
INFO_PATH = "/cgi-bin/user/getuserinfo"
DETAIL_PATH = "/cgi-bin/user/getuserdetail"


class Ports(Resolver):
    """Sends each connection to the next of these ports here, and to the last from then on."""

    lookups: int
    ports: list[int]

    def initialize(self, ports: list[int]) -> None:
        self.lookups = 0
        self.ports = ports

    async def resolve(self, host: str, port: int, family: int = 0) -> list[tuple[int, Any]]:
        port = self.ports[min(self.lookups, len(self.ports) - 1)]
        self.lookups += 1
        return [(socket.AF_INET, ("127.0.0.1", port))]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def answer(faults: Faults, path: str, fields: object) -> None:
    """Have the simulator answer this JSON."""
    faults.set(path, Fault(body=json.dumps(fields)))


# Mini-program logins


async def test_a_code_is_exchanged_for_openid_and_session_key(client: WeChatClient) -> None:
    login = await client.exchange_code(KEYS, "demo-customer-7")
    assert login == MiniLogin("demo-customer-7", "SqiymZwAapZ3Sh8n4M9CRA==", None)


async def test_the_code_is_sent_once_with_what_wechat_asks_for(
    client: WeChatClient, faults: Faults
) -> None:
    await client.exchange_code(KEYS, "demo-customer-7")
    (call,) = faults.calls
    assert (call.method, call.path) == ("GET", CODE_PATH)
    assert call.query == {
        "appid": "wx-demo-1",
        "secret": "geheim-mini",
        "js_code": "demo-customer-7",
        "grant_type": "authorization_code",
    }


async def test_a_unionid_is_passed_on(client: WeChatClient, faults: Faults) -> None:
    answer(faults, CODE_PATH, {"openid": "o", "session_key": "s", "unionid": "u"})
    assert await client.exchange_code(KEYS, "code") == MiniLogin("o", "s", "u")


@pytest.mark.parametrize("code", ["", "demo-customer-", "demo-customer-0", "demo-rep-1", "a&b=c"])
async def test_an_unknown_code_is_refused(client: WeChatClient, code: str) -> None:
    with pytest.raises(CodeRefused) as refusal:
        await client.exchange_code(KEYS, code)
    assert isinstance(refusal.value, Invalid)
    assert refusal.value.message == "登录凭证无效或已过期"


@pytest.mark.parametrize("errcode", [40029, 40163, 40226, 41008, 42003])
async def test_every_refusal_of_a_code_is_one(
    client: WeChatClient, faults: Faults, errcode: int
) -> None:
    faults.set(CODE_PATH, Fault(errcode=errcode))
    with pytest.raises(CodeRefused):
        await client.exchange_code(KEYS, "demo-customer-7")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"session_key": "s"},
        {"openid": None, "session_key": "s"},
        {"openid": "", "session_key": "s"},
        {"openid": 7, "session_key": "s"},
        {"openid": "o"},
        {"openid": "o", "session_key": None},
    ],
)
async def test_a_half_empty_login_is_no_login(
    client: WeChatClient, faults: Faults, fields: dict[str, object]
) -> None:
    answer(faults, CODE_PATH, fields)
    with pytest.raises(UpstreamAway):
        await client.exchange_code(KEYS, "demo-customer-7")


# What can go wrong between us and WeChat


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=404),
        Fault(status=302),
        Fault(status=204),
        Fault(errcode=-1),
        Fault(drop=True),
        Fault(body=""),
        Fault(body="<html>"),
        Fault(body="[1]"),
        Fault(body="7"),
        Fault(body='{"errcode": "0"}'),
        Fault(body='{"errcode": null}'),
        Fault(body="[" * 100_000),
        Fault(body="x" * 5_000_000),
    ],
    ids=lambda fault: repr(fault)[:60],
)
async def test_an_answer_that_is_none_is_upstream_away_and_not_asked_for_again(
    client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    faults.set(CODE_PATH, fault)
    with pytest.raises(UpstreamAway) as error:
        await client.exchange_code(KEYS, "demo-customer-7")
    assert not isinstance(error.value, UpstreamRefused)
    assert len(faults.calls) == 1


async def test_an_answer_that_comes_too_late_is_not_asked_for_again(
    connect: Connect, faults: Faults
) -> None:
    faults.set(CODE_PATH, Fault(delay_seconds=60))
    client = connect(timeout_seconds=1.0)
    with pytest.raises(UpstreamAway):
        await asyncio.wait_for(client.exchange_code(KEYS, "demo-customer-7"), timeout=5)
    assert len(faults.calls) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",
    ],
    ids=lambda raw: repr(raw[:60]),
)
async def test_broken_http_is_upstream_away(connect: Connect, raw: bytes) -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = connect(api_url=f"http://127.0.0.1:{port}")
        with pytest.raises(UpstreamAway):
            await client.exchange_code(KEYS, "demo-customer-7")


async def test_a_refused_connection_is_tried_again(
    connect: Connect, simulator: str, closed_port: int
) -> None:
    ports = Ports(ports=[closed_port, closed_port, urlsplit(simulator).port])
    login = await connect(resolver=ports).exchange_code(KEYS, "demo-customer-7")
    assert (login.openid, ports.lookups) == ("demo-customer-7", 3)


async def test_a_connection_refused_three_times_is_upstream_away(
    connect: Connect, closed_port: int
) -> None:
    ports = Ports(ports=[closed_port])
    with pytest.raises(UpstreamAway):
        await connect(resolver=ports).exchange_code(KEYS, "demo-customer-7")
    assert ports.lookups == 3


async def test_a_hundred_calls_run_at_once(connect: Connect, faults: Faults) -> None:
    client = connect(timeout_seconds=25)
    faults.set(CODE_PATH, Fault(delay_seconds=0.3))
    logins = await asyncio.wait_for(
        asyncio.gather(*(client.exchange_code(KEYS, f"demo-customer-{n}") for n in range(1, 101))),
        timeout=25,  # one behind the other they would take thirty
    )
    assert [login.openid for login in logins] == [f"demo-customer-{n}" for n in range(1, 101)]


# What the operators learn


async def test_another_refusal_is_logged_once_and_tells_no_secret(
    client: WeChatClient, faults: Faults
) -> None:
    answer(
        faults,
        CODE_PATH,
        {"errcode": 45011, "errmsg": "rate limit: demo-customer-7 geheim-mini of wx-demo-1"},
    )
    with capture_logs() as logs, pytest.raises(UpstreamRefused) as refusal:
        await client.exchange_code(KEYS, "demo-customer-7")
    assert refusal.value.errcode == 45011
    assert logs == [
        {
            "event": "wechat_refused",
            "log_level": "error",
            "path": CODE_PATH,
            "errcode": 45011,
            "errmsg": "rate limit: *** *** of wx-demo-1",
        }
    ]


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(drop=True), Fault(body="geheim-mini"), Fault(errcode=-1)]
)
async def test_a_failure_is_logged_once_without_the_query(
    client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    faults.set(CODE_PATH, fault)
    with capture_logs() as logs, pytest.raises(UpstreamAway):
        await client.exchange_code(KEYS, "demo-customer-7")
    (line,) = logs
    assert (line["event"], line["path"]) == ("wechat_away", CODE_PATH)
    assert "geheim" not in str(line)
    assert "demo-customer-7" not in str(line)


async def test_keys_and_logins_do_not_show_their_secrets() -> None:
    shown = repr([KEYS, WECOM, MiniLogin("o", "geheim-session", None)])
    assert "geheim" not in shown


# WeChat Work logins


async def test_a_code_names_the_member(client: WeChatClient, simulator: str) -> None:
    assert await client.member(WECOM, "demo-rep-2") == Member(
        userid="demo-rep-2",
        name="演示销售2",
        avatar=f"{simulator}/avatars/demo-rep-2.png",
        gender=2,
    )


async def test_an_unknown_member_code_is_refused(client: WeChatClient) -> None:
    with pytest.raises(CodeRefused):
        await client.member(WECOM, "demo-customer-1")


async def test_a_visitor_who_is_no_member_is_refused(client: WeChatClient, faults: Faults) -> None:
    answer(faults, INFO_PATH, {"errcode": 0, "errmsg": "ok", "OpenId": "visitor"})
    with pytest.raises(CodeRefused):
        await client.member(WECOM, "demo-rep-1")


async def test_what_a_member_keeps_to_itself_is_empty(client: WeChatClient, faults: Faults) -> None:
    answer(faults, DETAIL_PATH, {"errcode": 0, "userid": "u", "gender": "0"})
    assert await client.member(WECOM, "demo-rep-1") == Member("u", "", "", None)


async def test_a_member_without_userid_is_none(client: WeChatClient, faults: Faults) -> None:
    answer(faults, DETAIL_PATH, {"errcode": 0, "userid": None, "name": "n"})
    with pytest.raises(UpstreamAway):
        await client.member(WECOM, "demo-rep-1")


async def test_many_logins_share_one_access_token(client: WeChatClient, faults: Faults) -> None:
    await asyncio.gather(*(client.member(WECOM, f"demo-rep-{n}") for n in range(1, 21)))
    assert len(faults.received(TOKEN_PATH)) == 1


async def test_a_changed_secret_gets_a_token_of_its_own(
    client: WeChatClient, faults: Faults
) -> None:
    await client.member(WECOM, "demo-rep-1")
    await client.member(WecomKeys("ww-demo-1", "another"), "demo-rep-1")
    secrets = [call.query["corpsecret"] for call in faults.received(TOKEN_PATH)]
    assert secrets == ["geheim-wecom", "another"]


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
@pytest.mark.parametrize("path", [INFO_PATH, DETAIL_PATH])
async def test_a_refused_token_is_replaced_and_the_call_made_again(
    client: WeChatClient, faults: Faults, path: str, errcode: int
) -> None:
    faults.set(path, Fault(errcode=errcode, times=1))
    with capture_logs() as logs:
        assert (await client.member(WECOM, "demo-rep-1")).userid == "demo-rep-1"
    assert (len(faults.received(TOKEN_PATH)), len(faults.received(path))) == (2, 2)
    assert logs == []


async def test_a_token_that_is_refused_again_is_not_replaced_again(
    client: WeChatClient, faults: Faults
) -> None:
    faults.set(INFO_PATH, Fault(errcode=42001))
    with capture_logs() as logs, pytest.raises(UpstreamRefused):
        await client.member(WECOM, "demo-rep-1")
    assert (len(faults.received(TOKEN_PATH)), len(faults.received(INFO_PATH))) == (2, 2)
    assert [line["errcode"] for line in logs] == [42001]


async def test_a_wrong_secret_is_refused_and_not_tried_again(
    client: WeChatClient, faults: Faults
) -> None:
    with pytest.raises(UpstreamRefused) as refusal:
        await client.member(WecomKeys("ww-demo-1", ""), "demo-rep-1")
    assert (refusal.value.errcode, len(faults.calls)) == (40001, 1)


@pytest.mark.parametrize(
    "fields", [{"access_token": "t"}, {"expires_in": 7200}, {"access_token": "", "expires_in": 1}]
)
async def test_a_token_answer_without_token_or_lifetime_is_upstream_away(
    client: WeChatClient, faults: Faults, fields: dict[str, object]
) -> None:
    answer(faults, TOKEN_PATH, fields)
    with pytest.raises(UpstreamAway):
        await client.member(WECOM, "demo-rep-1")


DRAW_PATH = "/wxa/getwxacode"
MINI_TOKEN_PATH = "/cgi-bin/token"
PAGE = "/pages/mingpian/index?uid=7&source=1"


async def test_a_code_is_drawn(client: WeChatClient) -> None:
    assert (await client.draw_code(KEYS, PAGE)).startswith(b"\xff\xd8")


async def test_drawings_share_an_access_token(client: WeChatClient, faults: Faults) -> None:
    for _ in range(3):
        await client.draw_code(KEYS, PAGE)
    assert len(faults.received(MINI_TOKEN_PATH)) == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_drawing_with_a_stale_token_is_made_again(
    client: WeChatClient, faults: Faults, errcode: int
) -> None:
    faults.set(DRAW_PATH, Fault(errcode=errcode, times=1))
    assert (await client.draw_code(KEYS, PAGE)).startswith(b"\xff\xd8")
    assert len(faults.received(MINI_TOKEN_PATH)) == 2


async def test_a_drawing_that_is_refused_says_why(client: WeChatClient, faults: Faults) -> None:
    faults.set(DRAW_PATH, Fault(errcode=45029))
    with capture_logs() as logs, pytest.raises(UpstreamRefused) as caught:
        await client.draw_code(KEYS, PAGE)
    assert caught.value.errcode == 45029
    assert [entry["event"] for entry in logs] == ["wechat_refused"]
    assert KEYS.secret not in str(logs)


async def test_json_without_an_errcode_is_no_code(client: WeChatClient, faults: Faults) -> None:
    faults.set(DRAW_PATH, Fault(body='{"buffer": ""}'))
    with pytest.raises(UpstreamAway):
        await client.draw_code(KEYS, PAGE)
