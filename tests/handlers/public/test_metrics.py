"""Who may see the figures (decisions T14)."""

from __future__ import annotations

import json

import pytest

from tests.api import Api

BEHIND_NGINX = pytest.mark.settings(
    trusted_proxies=["127.0.0.1"], metrics_allow=["10.0.0.0/8", "2001:db8::/32"]
)


async def test_loopback_sees_the_figures(api: Api) -> None:
    assert (await api.fetch("GET", "/metrics")).code == 200


@BEHIND_NGINX
@pytest.mark.parametrize("address", ["10.1.2.3", "2001:db8::1"])
async def test_an_allowed_network_sees_the_figures(api: Api, address: str) -> None:
    response = await api.fetch("GET", "/metrics", headers={"X-Forwarded-For": address})
    assert response.code == 200


@BEHIND_NGINX
@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db9::1", "10.1.2.3, 203.0.113.9"])
async def test_for_everybody_else_there_is_no_such_page(api: Api, address: str) -> None:
    response = await api.fetch("GET", "/metrics", headers={"X-Forwarded-For": address})
    assert (response.code, json.loads(response.body)["code"]) == (404, 404)


@pytest.mark.settings(metrics_allow=[])
async def test_nobody_is_somewhere_else_by_saying_so(api: Api) -> None:
    response = await api.fetch("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.code == 200


async def test_figures_do_not_tell_who_called(api: Api) -> None:
    await api.get("/zhugeleida/xiaochengxu/mingpian", {"user_id": "424242", "uid": 1})
    assert b"424242" not in (await api.fetch("GET", "/metrics")).body
