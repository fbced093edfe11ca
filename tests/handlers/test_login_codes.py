"""Wrong login codes of WeChat's are limited per address, as wrong passwords are (decisions T15)."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tornado.httpclient import HTTPResponse

from handlers.codes import Code
from services.wechat.simulator import Fault
from tests.api import Api
from tests.factories import (
    make_company,
    make_mini_program,
    make_official_account,
    make_rep,
    make_wecom_app,
)
from tests.handlers.xiaochengxu.simulator import Simulator, simulator

__all__ = ["simulator"]

PROXY: Final = "127.0.0.1"
ADDRESS, OTHER = "203.0.113.1", "203.0.113.2"
WAYS: Final[dict[str, tuple[str, str, str]]] = {
    "mini program": (
        "/zhugeleida/xiaochengxu/login",
        "demo-customer-7",
        "/sns/jscode2session",
    ),
    "official account": (
        "/zhugeleida/gongzhonghao/work_gongzhonghao_auth",
        "demo-customer-7",
        "/sns/oauth2/access_token",
    ),
    "WeCom": (
        "/zhugeleida/qiyeweixin/work_weixin_auth/1",
        "demo-rep-1",
        "/cgi-bin/user/getuserinfo",
    ),
}

pytestmark = [
    pytest.mark.parametrize("way", WAYS),
    pytest.mark.settings(login_tries_per_address=3, trusted_proxies=[PROXY]),
]


async def make_ways_in() -> Any:
    """Make a company with everything that a login needs, and its rep."""
    company = await make_company(id=1, corp_id="ww-demo-1")
    await make_mini_program(company)
    await make_official_account(company)
    await make_wecom_app(company)
    return await make_rep(company, wecom_userid="demo-rep-1")


async def log_in(api: Api, way: str, code: str = "", address: str = ADDRESS) -> HTTPResponse:
    """Log in from an address, by the way of a proxy; with the right code unless one is given."""
    path, right, _ = WAYS[way]
    form = {"code": code or right, "user_type": 2, "source": 1}
    return await api.fetch("GET", path, form, headers={"X-Forwarded-For": address})


def is_throttled(answer: HTTPResponse) -> bool:
    """Whether a login was refused for too many tries."""
    return answer.code == Code.THROTTLED


@pytest.mark.both
async def test_an_address_with_too_many_wrong_codes_is_429_with_the_right_one_too(
    api: Api, way: str
) -> None:
    await make_ways_in()
    tried = [is_throttled(await log_in(api, way, f"wrong-{number}")) for number in range(4)]
    assert tried == [False, False, False, True]
    assert is_throttled(await log_in(api, way))
    assert not is_throttled(await log_in(api, way, address=OTHER))


async def test_right_codes_and_those_that_nobody_could_look_at_do_not_count(
    api: Api, simulator: Simulator, way: str
) -> None:
    await make_ways_in()
    for number in range(3):
        simulator.faults.set(WAYS[way][2], Fault(errcode=-1))
        await log_in(api, way, f"away-{number}")
    simulator.faults.replace({})
    for _ in range(4):
        assert not is_throttled(await log_in(api, way))
    tried = [is_throttled(await log_in(api, way, f"wrong-{number}")) for number in range(4)]
    assert tried == [False, False, False, True]


@pytest.mark.settings(limits="off")
async def test_without_limits_any_number_of_wrong_codes_may_be_tried(api: Api, way: str) -> None:
    await make_ways_in()
    for number in range(6):
        assert not is_throttled(await log_in(api, way, f"wrong-{number}"))
