"""What is no handshake on a socket's URL, and what is written of those that are (E1, E2, W1)."""

from __future__ import annotations

import json

import pytest
from tornado.httpclient import HTTPClientError, HTTPResponse

from tests.api import Api, checked
from tests.app import App
from tests.factories import make_rep, session_for
from tests.logs import Log
from tests.services.chat.talk import KINDS, make_talk

URL = "/zhugeleida/public/websocket/leida"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


async def refused(api: Api, url: str = URL, **headers: str) -> HTTPResponse:
    """Send a handshake that is refused."""
    try:
        await api.socket("leida", path=url, headers=headers)
    except HTTPClientError as error:
        assert error.response is not None
        return error.response
    raise AssertionError("the handshake went well")


def assert_of_the_house(response: HTTPResponse, status: int, code: int) -> None:
    """Check the status, the envelope and the headers of every answer."""
    body = json.loads(response.body)
    assert (response.code, body["code"], body.keys()) == (status, code, {"code", "msg", "data"})
    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in response.headers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
async def test_another_method_is_402(api: Api, kind: str, method: str) -> None:
    response = await api.fetch(method, f"/zhugeleida/public/websocket/{kind}", headers=HANDSHAKE)
    assert_of_the_house(response, 200, 402)
    assert checked(response)["msg"] == "请求方式异常"


async def test_head_opens_no_socket(app: App, api: Api, log: Log) -> None:
    response = await api.fetch("HEAD", URL, headers=HANDSHAKE)
    (line,) = log.named("request")
    assert (response.code, line["code"], app.services.delivery.connections) == (200, 402, set())


@pytest.mark.parametrize("missing", HANDSHAKE)
async def test_a_get_that_is_no_handshake_is_402_with_the_status_of_one_refused(
    api: Api, missing: str
) -> None:
    headers = {name: value for name, value in HANDSHAKE.items() if name != missing}
    response = await api.fetch("GET", URL, headers=headers)
    status = 426 if missing == "Sec-WebSocket-Version" else 400
    assert_of_the_house(response, status, 402)


async def test_another_version_is_told_which_one_is_spoken(api: Api) -> None:
    headers = {**HANDSHAKE, "Sec-WebSocket-Version": "8"}
    response = await api.fetch("GET", URL, headers=headers)
    assert_of_the_house(response, 426, 402)
    assert response.headers["Sec-WebSocket-Version"] == "13"


async def test_a_foreign_page_is_refused_in_the_envelope(api: Api) -> None:
    assert_of_the_house(await refused(api, Origin="https://evil.example"), 403, 404)


async def test_a_socket_writes_one_access_line(api: Api, log: Log) -> None:
    talk = await make_talk(api)
    log.events.clear()
    await talk.open_customer()
    (line,) = log.named("request")
    assert (
        line.items()
        >= {
            "method": "GET",
            "endpoint": "public.websocket",
            "caller": None,
            "status": 101,
            "code": None,
        }.items()
    )


async def test_a_refused_handshake_writes_one_access_line(api: Api, log: Log) -> None:
    await refused(api, Origin="https://evil.example")
    (line,) = log.named("request")
    assert (line["endpoint"], line["status"], line["code"]) == ("public.websocket", 403, 404)


async def test_a_fault_of_a_socket_is_logged_as_that_of_a_call_and_without_the_signature(
    app: App, api: Api, log: Log
) -> None:
    caller = await session_for(await make_rep())
    gate = app.services.gate
    kept = vars(gate).pop("_addresses")  # every new socket is to be counted there
    socket = await api.socket("leida", caller=caller)
    await socket.close_code()
    vars(gate)["_addresses"] = kept
    (fault,) = log.take("fault")
    (line,) = log.named("request")
    assert (fault["endpoint"], fault["request_id"]) == ("public.websocket", line["request_id"])
    shown = [*log.events, {**fault, "exc_info": repr(fault["exc_info"])}, *log.errors]
    assert not any("rand_str" in str(event) for event in shown)
