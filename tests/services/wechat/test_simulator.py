"""The simulator itself, asked as WeChat would be."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import logging.handlers
import queue
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image
from tornado.httpclient import HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from services.wechat.pay import Bill, Merchant, PayClient, PayRefused
from services.wechat.simulator import make_simulator, served
from services.wechat.simulator.control import make_peer
from services.wechat.simulator.credentials import issue_ticket, issue_token

pytestmark = pytest.mark.asyncio

DETAIL_PATH = "/cgi-bin/user/getuserdetail"


async def fetch(url: str, **options: Any) -> HTTPResponse:
    """Send a request."""
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        return await http.fetch(url, raise_error=False, **options)
    finally:
        http.close()


async def ask(url: str, body: object = None, **params: str) -> Any:
    """GET, or POST with a body, and read the JSON answer."""
    options = {"method": "POST", "body": json.dumps(body)} if body is not None else {}
    return json.loads((await fetch(f"{url}?{urlencode(params)}", **options)).body)


CODE = {
    "appid": "wx-demo-1",
    "secret": "s",
    "js_code": "demo-customer-1",
    "grant_type": "authorization_code",
}


async def test_a_code_may_be_used_for_ever(simulator: str) -> None:
    login = {"openid": "demo-customer-1", "session_key": "OH3JTIoZLeFws0FOP9tCZQ=="}
    for _ in range(2):
        assert await ask(f"{simulator}/sns/jscode2session", **CODE) == login


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": "wx-demo-0"}, 40013),
        ({"appid": "wx-other"}, 40013),
        ({"secret": ""}, 40125),
        ({"grant_type": "client_credential"}, 40002),
        ({"js_code": "demo-rep-1"}, 40029),
        ({"js_code": "demo-customer-1 "}, 40029),
        ({"js_code": "demo-customer-1x"}, 40029),
        ({"js_code": ""}, 41008),
    ],
)
async def test_wrong_parameters_of_a_login_have_their_errcode(
    simulator: str, changed: dict[str, str], errcode: int
) -> None:
    answer = await ask(f"{simulator}/sns/jscode2session", **(CODE | changed))
    assert answer["errcode"] == errcode
    assert answer["errmsg"]


async def test_a_mini_program_gets_an_access_token(simulator: str) -> None:
    answer = await ask(
        f"{simulator}/cgi-bin/token", grant_type="client_credential", appid="wx-demo-1", secret="s"
    )
    assert answer == {"access_token": answer["access_token"], "expires_in": 7200}


@pytest.mark.parametrize(
    ("params", "errcode"),
    [
        ({"grant_type": "authorization_code", "appid": "wx-demo-1", "secret": "s"}, 40002),
        ({"grant_type": "client_credential", "appid": "ww-demo-1", "secret": "s"}, 40013),
        ({"grant_type": "client_credential", "appid": "wx-demo-1"}, 40125),
    ],
)
async def test_wrong_keys_of_a_mini_program_have_their_errcode(
    simulator: str, params: dict[str, str], errcode: int
) -> None:
    assert (await ask(f"{simulator}/cgi-bin/token", **params))["errcode"] == errcode


@pytest.mark.parametrize(
    ("params", "errcode"),
    [({"corpid": "wx-demo-1", "corpsecret": "s"}, 40013), ({"corpid": "ww-demo-1"}, 40001)],
)
async def test_wrong_keys_of_a_corp_have_their_errcode(
    simulator: str, params: dict[str, str], errcode: int
) -> None:
    assert (await ask(f"{simulator}/cgi-bin/gettoken", **params))["errcode"] == errcode


async def test_one_simulators_token_and_ticket_are_good_at_another(simulator: str) -> None:
    async with served(make_simulator()) as other:
        issued = await ask(f"{simulator}/cgi-bin/gettoken", corpid="ww-demo-3", corpsecret="s")
        token = issued["access_token"]
        info = await ask(f"{other}/cgi-bin/user/getuserinfo", access_token=token, code="demo-rep-3")
        detail = await ask(
            simulator + DETAIL_PATH, {"user_ticket": info["user_ticket"]}, access_token=token
        )
    assert (info["UserId"], detail["userid"], detail["gender"]) == ("demo-rep-3", "demo-rep-3", "1")


@pytest.mark.parametrize(
    ("token", "errcode"),
    [
        ("", 40014),
        ("nonsense", 40014),
        (issue_token("ww-demo-1") + "0", 40014),
        (issue_token("wx-demo-1"), 40014),
        (issue_ticket("demo-rep-1"), 40014),
        (issue_token("ww-demo-1", expires_at=1), 42001),
    ],
)
async def test_a_bad_access_token_has_its_errcode(simulator: str, token: str, errcode: int) -> None:
    for path in ("/cgi-bin/user/getuserinfo", DETAIL_PATH):
        body: object = {} if path == DETAIL_PATH else None
        assert (await ask(simulator + path, body, access_token=token))["errcode"] == errcode


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({}, 47001),
        ([], 47001),
        ("x", 47001),
        ({"user_ticket": 7}, 47001),
        ({"user_ticket": "x"}, 40035),
        ({"user_ticket": issue_token("demo-rep-1")}, 40035),
    ],
)
async def test_a_bad_ticket_has_its_errcode(simulator: str, body: object, errcode: int) -> None:
    token = issue_token("ww-demo-1")
    assert (await ask(simulator + DETAIL_PATH, body, access_token=token))["errcode"] == errcode


async def test_avatars_differ_by_name_and_are_always_the_same(simulator: str) -> None:
    one, again, other = [
        (await fetch(f"{simulator}/avatars/demo-rep-{number}.png")).body for number in (1, 1, 2)
    ]
    assert one == again != other


@pytest.mark.parametrize("path", ["/faults", "/calls", "/avatars/..%2Fx.png"])
async def test_in_the_server_nothing_else_is_served(simulator: str, path: str) -> None:
    assert (await fetch(simulator + path)).code == 404


async def test_a_peer_misbehaves_as_ordered_and_shows_its_calls(tmp_path: Path) -> None:
    orders = {"/sns/jscode2session": {"errcode": 40163, "times": 1}}
    async with served(make_peer(tmp_path)) as url:
        ordered = await fetch(f"{url}/faults", method="POST", body=json.dumps(orders))
        refused = await ask(f"{url}/sns/jscode2session", **CODE)
        login = await ask(f"{url}/sns/jscode2session", **CODE)
        calls = await ask(f"{url}/calls")
    assert (ordered.code, refused["errcode"], login["openid"]) == (204, 40163, "demo-customer-1")
    call = {"method": "GET", "path": "/sns/jscode2session", "query": CODE, "body": ""}
    assert calls == {"calls": [call, call]}


async def test_a_peer_takes_the_payments_of_merchants_that_it_is_told_of(tmp_path: Path) -> None:
    merchant = Merchant("wx-demo-1", "1900000001", "k" * 32)
    soon = datetime.now(UTC) + timedelta(minutes=10)
    bill = Bill("201806242049350000000001", "demo-customer-1", "茶几", 100, "", soon)
    async with served(make_peer(tmp_path)) as url:
        client = PayClient(url, "http://127.0.0.1:1", 5.0)
        with pytest.raises(PayRefused):
            await client.open_order(merchant, bill)
        body = json.dumps({merchant.number: merchant.key})
        await fetch(f"{url}/merchants", method="POST", body=body)
        assert await client.open_order(merchant, bill)
        client.close()


@pytest.mark.parametrize("orders", ["", "[]", '{"/x": {"unknown": 1}}', '{"/x": 1}'])
async def test_orders_that_cannot_be_read_are_refused(tmp_path: Path, orders: str) -> None:
    async with served(make_peer(tmp_path)) as url:
        assert (await fetch(f"{url}/faults", method="POST", body=orders)).code == 400


async def test_as_a_process_it_says_where_it_listens_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.wechat.simulator", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        calls = await ask(line.removeprefix("simulator listening on ").strip() + "/calls")
    finally:
        process.terminate()
        exit_code = await process.wait()
    assert (calls, exit_code) == ({"calls": []}, 0)


@pytest.mark.parametrize(
    ("token", "body", "errcode"),
    [
        ("", {"path": "/a"}, 40001),
        ("old", {"path": "/a"}, 42001),
        ("wecom", {"path": "/a"}, 40001),
        ("good", {}, 47001),
        ("good", [], 47001),
        ("good", {"path": "/a", "width": "x"}, 47001),
        ("good", {"path": ""}, 40159),
        ("good", {"path": "/" * 1025}, 40159),
        ("good", {"path": "/a", "width": 279}, 40097),
        ("good", {"path": "/a", "width": 1281}, 40097),
    ],
)
async def test_a_code_is_refused_as_wechat_does(
    simulator: str, token: str, body: object, errcode: int
) -> None:
    tokens = {
        "good": issue_token("wx-demo-1"),
        "old": issue_token("wx-demo-1", expires_at=1),
        "wecom": issue_token("ww-demo-1"),
    }
    url = f"{simulator}/wxa/getwxacode"
    answer = await ask(url, body, access_token=tokens.get(token, token))
    assert answer["errcode"] == errcode


async def test_a_code_is_as_wide_as_was_asked(simulator: str) -> None:
    url = f"{simulator}/wxa/getwxacode?access_token={issue_token('wx-demo-1')}"
    body = json.dumps({"path": "/pages/index/index?uid=1", "width": 600})
    response = await fetch(url, method="POST", body=body)
    assert response.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(response.body)) as picture:
        assert picture.size == (600, 600)


async def test_what_it_cannot_read_brings_no_secret_into_the_log(simulator: str) -> None:
    heard: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(heard)
    logging.getLogger("tornado").addHandler(handler)
    try:
        answer = await fetch(f"{simulator}/sns/jscode2session?secret=top-secret&js_code=%ff")
    finally:
        logging.getLogger("tornado").removeHandler(handler)
    assert (answer.code, heard.empty()) == (400, True)
