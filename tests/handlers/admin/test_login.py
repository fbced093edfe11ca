"""Logging in to the back office (decisions P9, T15)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from handlers.codes import Code
from models.base import now
from models.database import execute
from models.staff import RepStatus
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_admin, make_company, make_rep, session_for

LOGIN = "/zhugeleida/admin/login"
CARDS = "/zhugeleida/qiyeweixin/contact"
PASSWORD = "晨光-2018"
WRONG = {"code": 401, "msg": "账号密码错误", "data": {}}
DISABLED = {"code": 306, "msg": "账户未启用", "data": {}}
PROXY = "127.0.0.1"


@lru_cache
def hashed() -> str:
    """The hash of the right password."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


@pytest_asyncio.fixture
async def rep(app: App) -> AsyncIterator[Any]:
    """Somebody who may log in."""
    yield await make_rep(username="zhouming", password_hash=hashed())


async def log_in(
    api: Api, password: str = PASSWORD, username: str = "zhouming", address: str | None = None
) -> Answer:
    """Try to log in, by the way of a proxy when an address is given."""
    headers = {"X-Forwarded-For": address} if address else {}
    form = {"username": username, "password": password}
    return await api.post(LOGIN, form, headers=headers)


@pytest.mark.both
async def test_the_right_password_gives_a_token_and_tells_who_one_is(api: Api) -> None:
    company = await make_company(name="晨光家居")
    rep = await make_admin(company, username="zhouming", password_hash=hashed(), avatar="a.jpg")
    answer = await log_in(api)
    token = answer.data["token"]
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert answer == {
        "code": 200,
        "msg": "返回成功",
        "data": {
            "token": token,
            "user_id": rep.id,
            "username": "zhouming",
            "company_id": company.id,
            "company_name": "晨光家居",
            "role_id": 1,
            "role_name": "管理员",
            "avatar": "a.jpg",
            "last_login_date": None,
        },
    }


async def test_without_a_picture_the_default_is_shown(api: Api, rep: Any) -> None:
    assert (await log_in(api)).data["avatar"] == "statics/imgs/setAvator.jpg"


async def test_the_token_signs_calls(api: Api, rep: Any) -> None:
    data = (await log_in(api)).data
    caller = Caller(data["user_id"], data["token"], "rep")
    assert (await api.get(CARDS, caller=caller))["code"] == Code.OK


async def test_the_login_before_is_told(api: Api, rep: Any) -> None:
    await execute("UPDATE rep SET last_login_at = 1528466603772")
    first, second = await log_in(api), await log_in(api)
    assert first.data["last_login_date"] == "2018-06-08T22:03:23"
    assert second.data["last_login_date"] > "2018-06-09"


async def test_json_logs_in_as_well_as_a_form(api: Api, rep: Any) -> None:
    answer = await api.post(LOGIN, as_json={"username": "zhouming", "password": PASSWORD})
    assert answer["code"] == Code.OK


async def test_a_second_device_does_not_log_out_the_first(api: Api, rep: Any) -> None:
    tokens = [(await log_in(api)).data["token"] for _ in range(2)]
    codes = [
        (await api.get(CARDS, caller=Caller(rep.id, token, "rep")))["code"] for token in tokens
    ]
    assert codes == [Code.OK, Code.OK]


@pytest.mark.both
async def test_many_logins_at_once_leave_five_sessions(api: Api, rep: Any) -> None:
    logins = await asyncio.gather(*(log_in(api) for _ in range(9)))
    callers = [Caller(rep.id, login.data["token"], "rep") for login in logins]
    codes = [(await api.get(CARDS, caller=caller))["code"] for caller in callers]
    assert codes.count(Code.OK) == 5


@pytest.mark.parametrize("password", ["晨光-2019", "晨光-2018 ", "x" * 64])
async def test_a_wrong_password_is_401(api: Api, rep: Any, password: str) -> None:
    assert await log_in(api, password) == WRONG


@pytest.mark.parametrize("username", ["nobody", "Zhouming", "zhouming ", "' OR 1=1 --", "%"])
@pytest.mark.both
async def test_a_name_that_nobody_has_is_401(api: Api, rep: Any, username: str) -> None:
    assert await log_in(api, username=username) == WRONG


async def test_who_has_no_password_cannot_log_in_with_any(api: Api) -> None:
    await make_rep(username="zhouming", password_hash="")
    assert await log_in(api) == WRONG


async def test_a_rep_who_is_switched_off_is_306(api: Api, rep: Any) -> None:
    await execute("UPDATE rep SET status = %s", (RepStatus.DISABLED,))
    assert await log_in(api) == DISABLED


async def test_a_rep_of_an_expired_company_is_306(api: Api) -> None:
    company = await make_company(expires_at=now() - timedelta(minutes=1))
    await make_rep(company, username="zhouming", password_hash=hashed())
    assert await log_in(api) == DISABLED


async def test_who_does_not_know_the_password_does_not_learn_who_is_switched_off(
    api: Api, rep: Any
) -> None:
    await execute("UPDATE rep SET status = %s", (RepStatus.DISABLED,))
    assert await log_in(api, "wrong") == WRONG


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"password": "x"}, {"username": "用户名不能为空"}),
        ({"username": "x"}, {"password": "密码不能为空"}),
        ({"username": "x" * 65, "password": "x"}, {"username": "用户名长度不能超过64"}),
        ({"username": "x", "password": "x" * 65}, {"password": "密码长度不能超过64"}),
        ({}, {"username": "用户名不能为空", "password": "密码不能为空"}),
    ],
)
async def test_a_field_that_is_wrong_is_complained_of(
    api: Api, form: dict[str, str], errors: dict[str, str]
) -> None:
    answer = await api.post(LOGIN, form)
    assert answer == {"code": 303, "msg": next(iter(errors.values())), "data": {"errors": errors}}


async def test_a_password_that_is_no_text_is_301(api: Api) -> None:
    answer = await api.post(LOGIN, as_json={"username": "zhouming", "password": 5})
    assert (answer["code"], answer.data["errors"].keys()) == (301, {"password"})


@pytest.mark.both
async def test_after_ten_wrong_tries_the_right_password_is_429_too(api: Api, rep: Any) -> None:
    codes = [(await log_in(api, "wrong"))["code"] for _ in range(10)]
    answer = await log_in(api)
    assert codes == [401] * 10
    assert (answer.status, answer["code"], answer["msg"]) == (
        429,
        Code.THROTTLED,
        "请求过于频繁,请稍后再试",
    )


async def test_many_wrong_tries_at_once_are_no_way_round(api: Api, rep: Any) -> None:
    answers = await asyncio.gather(*(log_in(api, "wrong") for _ in range(20)))
    assert [answer["code"] for answer in answers].count(401) == 10


@pytest.mark.both
@pytest.mark.settings(login_tries_per_account=2)
async def test_many_right_passwords_at_once_lock_nobody_out(api: Api, rep: Any) -> None:
    codes = {answer["code"] for answer in await asyncio.gather(*(log_in(api) for _ in range(9)))}
    assert codes <= {Code.OK, Code.THROTTLED}
    assert (await log_in(api))["code"] == Code.OK


async def test_an_account_that_is_tried_too_often_leaves_others_alone(api: Api, rep: Any) -> None:
    await make_rep(username="lin", password_hash=hashed())
    for _ in range(11):
        await log_in(api, "wrong")
    assert (await log_in(api, username="lin"))["code"] == Code.OK


async def test_names_that_nobody_has_are_limited_alike(api: Api) -> None:
    codes = [(await log_in(api, username="nobody"))["code"] for _ in range(11)]
    assert codes == [401] * 10 + [429]


async def test_the_right_password_forgets_the_wrong_ones(api: Api, rep: Any) -> None:
    for _ in range(3):
        for _ in range(9):
            await log_in(api, "wrong")
        assert (await log_in(api))["code"] == Code.OK


@pytest.mark.both
@pytest.mark.settings(login_tries_per_address=5, trusted_proxies=[PROXY])
async def test_an_address_that_tries_too_many_accounts_is_429(api: Api, rep: Any) -> None:
    codes = [
        (await log_in(api, username=f"name-{number}", address="203.0.113.7"))["code"]
        for number in range(6)
    ]
    right = await log_in(api, address="203.0.113.7")
    assert (codes, right["code"]) == ([401] * 5 + [429], 429)


@pytest.mark.settings(login_tries_per_address=5, trusted_proxies=[PROXY])
async def test_another_address_is_not_held_up(api: Api, rep: Any) -> None:
    for number in range(7):
        await log_in(api, username=f"name-{number}", address="203.0.113.7")
    assert (await log_in(api, address="203.0.113.8"))["code"] == Code.OK


@pytest.mark.settings(login_tries_per_address=5)
async def test_nobody_gets_another_address_by_saying_so(api: Api, rep: Any) -> None:
    codes = [
        (await log_in(api, username=f"name-{number}", address=f"203.0.113.{number}"))["code"]
        for number in range(6)
    ]
    assert codes == [401] * 5 + [429]


@pytest.mark.settings(login_tries_per_address=5)
async def test_right_passwords_do_not_use_up_an_address(api: Api, rep: Any) -> None:
    codes = [(await log_in(api))["code"] for _ in range(7)]
    assert codes == [Code.OK] * 7


@pytest.mark.settings(limits="off", login_tries_per_account=1)
async def test_without_limits_nobody_is_held_up(api: Api, rep: Any) -> None:
    codes = [(await log_in(api, "wrong"))["code"] for _ in range(3)]
    assert codes == [401] * 3


@pytest.mark.both
async def test_logging_out_ends_the_token_at_once(api: Api, rep: Any) -> None:
    first, second = await session_for(rep), await session_for(rep)
    answer = await api.post("/zhugeleida/admin/logout", caller=first)
    assert (answer["code"], answer["msg"]) == (200, "退出成功")
    codes = [(await api.get(CARDS, caller=caller))["code"] for caller in (first, second)]
    assert codes == [404, 200]


async def test_a_rep_who_is_switched_off_signs_nothing(api: Api, rep: Any) -> None:
    caller = await session_for(rep)
    await execute("UPDATE rep SET status = %s", (RepStatus.DISABLED,))
    assert (await api.get(CARDS, caller=caller))["code"] == 404
