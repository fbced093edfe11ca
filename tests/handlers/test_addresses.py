"""Whose word is taken for the address that a request comes from (decisions T4, T14, T15)."""

from __future__ import annotations

import pytest

from tests.api import Api
from tests.test_deployment import NGINX

LOGIN = "/zhugeleida/admin/login"
METRICS = "/metrics"
CLIENT = "203.0.113.9"

BEHIND_NGINX = pytest.mark.settings(trusted_proxies=["127.0.0.1", "::1"])


async def metrics_status(api: Api, **headers: str) -> int:
    """Ask for the figures, which only loopback sees here."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await api.fetch("GET", METRICS, headers=named)).code


async def wrong_logins(api: Api, name: str, first: str = CLIENT) -> list[int]:
    """Try six accounts, with another address in a header each time."""
    codes = []
    for number in range(6):
        headers = {"X-Forwarded-For": first, name: f"198.51.100.{number}"}
        form = {"username": f"name-{number}", "password": "wrong"}
        codes.append((await api.post(LOGIN, form, headers=headers))["code"])
    return codes


@BEHIND_NGINX
@pytest.mark.parametrize("name", ["X_Real_Ip", "X_Client_Ip", "Forwarded", "X_Scheme"])
async def test_no_other_header_makes_a_client_local(api: Api, name: str) -> None:
    headers = {"X_Forwarded_For": CLIENT, name: "127.0.0.1"}
    assert await metrics_status(api, **headers) == 404


@BEHIND_NGINX
@pytest.mark.parametrize(
    "told",
    [
        CLIENT,
        f"127.0.0.1, {CLIENT}",
        f"::1,{CLIENT}",
        f"{CLIENT}, 127.0.0.1",
        f"127.0.0.1, {CLIENT}, 127.0.0.1, ::1",
        f"{CLIENT}, 0:0:0:0:0:0:0:1",
    ],
)
async def test_the_rightmost_address_that_is_no_proxys_is_the_clients(api: Api, told: str) -> None:
    assert await metrics_status(api, X_Forwarded_For=told) == 404


@BEHIND_NGINX
@pytest.mark.parametrize("told", ["", "unknown", "127.0.0.1,", f"{CLIENT}, 127.0.0.1:80", "127.1"])
async def test_a_proxy_that_does_not_tell_makes_nobody_local(api: Api, told: str) -> None:
    assert await metrics_status(api, X_Forwarded_For=told) == 404


@BEHIND_NGINX
async def test_who_asks_the_process_itself_is_where_it_is(api: Api) -> None:
    assert await metrics_status(api) == 200


@pytest.mark.settings(trusted_proxies=["192.0.2.1"])
@pytest.mark.parametrize("name", ["X_Forwarded_For", "X_Real_Ip"])
async def test_who_is_no_trusted_proxy_is_not_believed(api: Api, name: str) -> None:
    assert await metrics_status(api, **{name: CLIENT}) == 200


@pytest.mark.settings(login_tries_per_address=5, trusted_proxies=["127.0.0.1"])
async def test_tries_to_log_in_count_for_the_address_that_the_proxy_tells(api: Api) -> None:
    assert await wrong_logins(api, "X-Real-Ip") == [401] * 5 + [429]


@pytest.mark.settings(login_tries_per_address=5, trusted_proxies=["192.0.2.1"])
async def test_tries_to_log_in_count_for_who_is_no_proxy_itself(api: Api) -> None:
    assert await wrong_logins(api, "X-Forwarded-For") == [401] * 5 + [429]


@pytest.mark.settings(connections_per_address=1, trusted_proxies=["127.0.0.1"])
async def test_sockets_count_for_the_address_that_the_proxy_tells(api: Api) -> None:
    first, second, third = [
        await api.socket("leida", headers={"X-Forwarded-For": client, "X-Real-Ip": claimed})
        for client, claimed in ((CLIENT, "192.0.2.1"), (CLIENT, "192.0.2.2"), ("192.0.2.3", CLIENT))
    ]
    assert (await second.receive())["code"] == 429
    assert await first.before_pong() == await third.before_pong() == []


@BEHIND_NGINX
async def test_a_connection_that_is_kept_serves_each_client_by_its_own_address(api: Api) -> None:
    told = [CLIENT, "127.0.0.1", CLIENT]
    assert [await metrics_status(api, X_Forwarded_For=one) for one in told] == [404, 200, 404]


def test_nginx_tells_the_address_and_passes_on_none_that_a_client_claims() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert 'proxy_set_header X-Real-Ip "";' in NGINX
