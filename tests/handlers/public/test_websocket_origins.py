"""Which pages may open a chat socket, and what else the handshake refuses (decisions T19)."""

from __future__ import annotations

import pytest
from tornado.httpclient import HTTPClientError

from tests.api import Api
from tests.services.chat.talk import KINDS

PUBLIC_URL = "https://card.example"
FOREIGN = [
    "null",
    "",
    "https://evil.example",
    "http://servicewechat.com",
    "https://servicewechat.com.evil.example",
    "https://evil-servicewechat.com",
    "https://servicewechat.com@evil.example",
    "https://sub.servicewechat.com",
    "https://servicewechat.com:8443",
    "http://card.example",
    "https://card.example:444",
    "https://card.example:port",
    "//card.example",
    "card.example",
    "file://",
    "https://[",
    "https://[::1",
    "https://",
]


async def handshake(api: Api, kind: str, **headers: str) -> int:
    """Open a socket and give the HTTP status of the answer."""
    try:
        await api.socket(kind, headers=headers)
    except HTTPClientError as error:
        return error.code
    return 101


@pytest.mark.parametrize("kind", KINDS)
async def test_no_origin_is_fine(api: Api, kind: str) -> None:
    assert await handshake(api, kind) == 101


@pytest.mark.settings(public_url=PUBLIC_URL)
@pytest.mark.parametrize(
    "origin",
    [
        PUBLIC_URL,
        "https://card.example:443",
        "HTTPS://CARD.EXAMPLE",
        "https://servicewechat.com",
    ],
)
async def test_pages_of_ours_and_of_wechats_are_let_in(api: Api, origin: str) -> None:
    assert await handshake(api, "xiaochengxu", Origin=origin) == 101


@pytest.mark.settings(public_url=PUBLIC_URL)
@pytest.mark.parametrize("origin", FOREIGN)
async def test_other_pages_are_refused_at_the_handshake(api: Api, origin: str) -> None:
    assert await handshake(api, "xiaochengxu", Origin=origin) == 403


@pytest.mark.settings(public_url=PUBLIC_URL)
async def test_a_name_that_somebody_else_points_at_us_is_no_page_of_ours(api: Api) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert await handshake(api, "xiaochengxu", **headers) == 403


@pytest.mark.settings(public_url=PUBLIC_URL)
async def test_a_browsers_word_for_it_does_not_make_a_page_ours(api: Api) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}
    assert await handshake(api, "xiaochengxu", **headers) == 403


@pytest.mark.settings(allowed_origins=["https://other.example"], public_url=PUBLIC_URL)
async def test_the_setting_replaces_wechats_origin_but_not_our_own(api: Api) -> None:
    origins = ["https://other.example", PUBLIC_URL, "https://servicewechat.com"]
    found = [await handshake(api, "leida", Origin=origin) for origin in origins]
    assert found == [101, 101, 403]


async def test_the_server_says_nothing_of_a_session_at_the_handshake(api: Api) -> None:
    answer = await api.fetch("GET", "/zhugeleida/public/websocket/leida")
    assert answer.code == 400


@pytest.mark.parametrize("kind", ["admin", "Leida", "leida2", ""])
async def test_there_are_no_other_kinds_of_socket(api: Api, kind: str) -> None:
    assert await handshake(api, kind) == 404
