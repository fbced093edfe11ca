"""Logging in to the mini program (semantics 2.4, decisions S14, T20)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from handlers.codes import Code
from models.customer import Bond, Customer, CustomerKind
from models.database import execute, fetch_all
from models.staff import RepStatus
from services.wechat.crypto import SecretBox
from services.wechat.simulator import Fault
from services.wechat.simulator.credentials import session_key
from tests.api import Answer, Api, Caller
from tests.factories import (
    SECRET_KEY,
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.rows import count, everything
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.logs import Log

LOGIN = "/zhugeleida/xiaochengxu/login"
EXCHANGE = "/sns/jscode2session"
CODE = "demo-customer-7"
REFUSED = "登录凭证无效或已过期"
AWAY = "微信服务暂时不可用,请稍后再试"


async def a_company(number: int = 1, **values: Any) -> Any:
    """A company with a mini program."""
    company = await make_company(id=number, **values)
    await make_mini_program(company)
    return company


async def a_customer(company: Any, code: str = CODE, **values: Any) -> Any:
    """The customer whom a code belongs to."""
    return await make_customer(company, openid=code, **values)


async def log_in(api: Api, code: object = CODE, **more: object) -> Answer:
    """Log in."""
    return await api.get(LOGIN, {"code": code, "user_type": 2, "source": 1, **more})


async def works(api: Api, data: Any) -> bool:
    """Whether the token of a login signs calls."""
    caller = Caller(data["cid"], data["token"], "customer")
    answer = await api.get("/zhugeleida/xiaochengxu/mingpian/all", caller=caller)
    return bool(answer["code"] == Code.OK)


def exchanges(simulator: Simulator) -> int:
    """How many codes the server has exchanged."""
    return len(simulator.faults.received(EXCHANGE))


@pytest.mark.both
async def test_somebody_new_becomes_a_customer_without_a_name(api: Api) -> None:
    company = await a_company()
    data = (await log_in(api)).data
    customer = await Customer.aio_get()
    assert (data["cid"], data["user_id"], data["company_id"]) == (customer.id, customer.id, 1)
    assert (customer.openid, customer.kind, customer.company_id, customer.name) == (
        *(CODE, CustomerKind.MINI_PROGRAM),
        *(company.id, ""),
    )


async def test_a_new_customers_token_signs_calls(api: Api) -> None:
    await a_company()
    data = (await log_in(api)).data
    assert re.fullmatch("[0-9a-f]{32}", data["token"])
    assert data["username"] == ""
    assert await works(api, data)


async def test_a_login_does_not_tell_what_wechat_keeps_secret(api: Api) -> None:
    await a_company()
    data = (await log_in(api)).data
    assert data.keys() == {"cid", "user_id", "token", "uid", "company_id", "username"}


async def test_the_session_key_is_kept_sealed(api: Api) -> None:
    await a_company()
    await log_in(api)
    ((sealed,),) = await fetch_all("SELECT session_key FROM customer")
    assert SecretBox(SECRET_KEY).open(sealed) == session_key(CODE)


@pytest.mark.both
async def test_somebody_known_stays_who_it_is(api: Api) -> None:
    customer = await a_customer(await a_company(), name="林小雨", avatar="a.jpg")
    data = (await log_in(api)).data
    (row,) = await fetch_all("SELECT id, name, avatar FROM customer")
    assert (data["cid"], row) == (customer.id, (customer.id, "林小雨", "a.jpg"))
    assert data["username"] == "林小雨"


async def test_a_follower_of_the_official_account_is_somebody_else(api: Api) -> None:
    follower = await a_customer(await a_company(), kind=CustomerKind.OFFICIAL_ACCOUNT)
    assert (await log_in(api)).data["cid"] != follower.id


@pytest.mark.both
async def test_a_code_that_comes_again_within_five_minutes_is_exchanged_once(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    first, second = (await log_in(api)).data, (await log_in(api)).data
    assert (first["cid"], exchanges(simulator)) == (second["cid"], 1)
    assert first["token"] != second["token"]
    assert [await works(api, data) for data in (first, second)] == [True, True]


async def test_a_code_that_comes_again_after_five_minutes_is_exchanged_again(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    await log_in(api)
    await execute("UPDATE login_code SET claimed_at = claimed_at - 301000")
    await log_in(api)
    assert exchanges(simulator) == 2


@pytest.mark.both
async def test_a_code_that_comes_many_times_at_once_is_exchanged_once(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    simulator.faults.set(EXCHANGE, Fault(delay_seconds=0.2))
    logins = await asyncio.gather(*(log_in(api) for _ in range(5)))
    assert {login.data["cid"] for login in logins} == {(await Customer.aio_get()).id}
    assert (exchanges(simulator), await count("customer")) == (1, 1)


@pytest.mark.both
async def test_many_new_customers_at_once_are_all_let_in(api: Api) -> None:
    await a_company()
    logins = await asyncio.gather(*(log_in(api, f"demo-customer-{n}") for n in range(1, 13)))
    assert len({login.data["cid"] for login in logins}) == 12


async def test_the_same_code_in_another_mini_program_is_another_code(
    api: Api, simulator: Simulator
) -> None:
    await a_company(1)
    await a_company(2)
    await log_in(api, company_id=1)
    await log_in(api, company_id=2)
    assert exchanges(simulator) == 2


async def test_a_code_that_wechat_does_not_know_is_303_and_leaves_nothing(api: Api) -> None:
    await a_company()
    before = await everything()
    answer = await log_in(api, "no-such-code")
    assert (answer["code"], answer["msg"]) == (Code.INVALID, REFUSED)
    assert await everything() == before


@pytest.mark.both
@pytest.mark.settings(upstream_timeout_seconds=0.3)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(delay_seconds=30),
        Fault(drop=True),
        Fault(status=502),
        Fault(body="<html>"),
        Fault(body="{}"),
        Fault(errcode=-1),
    ],
    ids=["slow", "dropped", "502", "no json", "half empty", "busy"],
)
async def test_without_wechat_a_login_is_503_and_leaves_nothing(
    api: Api, simulator: Simulator, fault: Fault
) -> None:
    await a_company()
    simulator.faults.set(EXCHANGE, fault)
    before = await everything()
    answer = await log_in(api)
    assert (answer.status, answer["code"], answer["msg"]) == (503, Code.AWAY, AWAY)
    assert await everything() == before


@pytest.mark.both
async def test_a_code_can_be_tried_again_when_wechat_is_back(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    simulator.faults.set(EXCHANGE, Fault(status=502, times=1))
    await log_in(api)
    assert (await log_in(api))["code"] == Code.OK


@pytest.mark.both
async def test_a_code_that_comes_twice_while_wechat_is_away_is_never_called_invalid(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    simulator.faults.set(EXCHANGE, Fault(delay_seconds=0.2, status=502))
    logins = await asyncio.gather(*(log_in(api) for _ in range(3)))
    assert [login["code"] for login in logins] == [Code.AWAY] * 3


async def test_a_wrong_secret_of_the_mini_program_is_503_and_noted_for_the_operators(
    api: Api, log: Log
) -> None:
    await make_mini_program(await make_company(id=1), secret="")
    answer = await log_in(api)
    assert (answer.status, answer["msg"]) == (503, AWAY)
    assert [event["errcode"] for event in log.named("wechat_refused")] == [40125]


@pytest.mark.both
async def test_a_second_device_does_not_log_out_the_first(api: Api) -> None:
    await a_company()
    logins = [(await log_in(api)).data for _ in range(5)]
    assert [await works(api, data) for data in logins] == [True] * 5


@pytest.mark.both
async def test_only_the_newest_five_sessions_live(api: Api) -> None:
    await a_company()
    logins = [(await log_in(api)).data for _ in range(7)]
    assert [await works(api, data) for data in logins] == [False] * 2 + [True] * 5


@pytest.mark.both
async def test_many_logins_at_once_leave_five_sessions(api: Api) -> None:
    await a_customer(await a_company())
    logins = [login.data for login in await asyncio.gather(*(log_in(api) for _ in range(12)))]
    assert [await works(api, data) for data in logins].count(True) == 5


async def test_without_a_rep_the_card_is_that_of_the_newest_event(api: Api) -> None:
    company = await a_company()
    customer = await a_customer(company)
    reps = [await make_rep(company) for _ in range(3)]
    for rep in reps:
        await bind(rep, customer)
    await Bond.update(last_event_at=0).aio_execute()
    await Bond.update(last_event_at=1).where(Bond.rep == reps[1].id).aio_execute()
    assert (await log_in(api)).data["uid"] == reps[1].id


async def test_a_customer_without_a_bond_is_always_shown_the_same_card(api: Api) -> None:
    company = await a_company()
    reps = [await make_rep(company) for _ in range(3)]
    shown = {(await log_in(api)).data["uid"] for _ in range(4)}
    assert len(shown) == 1
    assert shown < {rep.id for rep in reps}


async def test_a_rep_who_may_not_log_in_is_nobodys_default_card(api: Api) -> None:
    company = await a_company()
    await make_rep(company, status=RepStatus.DISABLED)
    assert (await log_in(api)).data["uid"] is None


async def test_the_rep_of_the_card_is_answered_as_uid(api: Api) -> None:
    company = await a_company()
    await make_rep(company)
    wanted = await make_rep(company)
    assert (await log_in(api, uid=wanted.id)).data["uid"] == wanted.id


async def test_a_login_for_a_rep_is_one_to_the_reps_company(api: Api) -> None:
    await a_company(1)
    rep = await make_rep(await a_company(2))
    assert (await log_in(api, uid=rep.id)).data["company_id"] == 2


@pytest.mark.parametrize("more", [{}, {"company_id": "undefined", "uid": "undefined"}])
async def test_a_login_for_nobody_is_one_to_the_first_company(
    api: Api, more: dict[str, str]
) -> None:
    await a_company(1)
    await a_company(2)
    assert (await log_in(api, **more)).data["company_id"] == 1


async def test_a_customer_of_another_company_comes_in_to_its_own(api: Api) -> None:
    await a_company(1)
    other = await a_company(2)
    rep, customer = await make_rep(other), await a_customer(other)
    data = (await log_in(api)).data
    assert (data["cid"], data["company_id"], data["uid"]) == (customer.id, 2, rep.id)


@pytest.mark.both
@pytest.mark.parametrize("name", ["uid", "company_id"])
async def test_a_customer_of_another_company_cannot_come_for_a_rep_here(
    api: Api, name: str
) -> None:
    company = await a_company(1)
    rep = await make_rep(company)
    await a_customer(await a_company(2))
    before = await everything()
    answer = await log_in(api, **{name: rep.id if name == "uid" else company.id})
    assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert await everything() == before


async def test_a_company_or_rep_that_does_not_exist_is_302(api: Api) -> None:
    rep = await make_rep(await a_company(1))
    bare = await make_company(id=2)
    wanted: list[dict[str, object]] = [
        {"company_id": 999_999},
        {"company_id": 0},
        {"company_id": bare.id},
        {"uid": 999_999},
        {"uid": -1},
        {"uid": rep.id, "company_id": bare.id},
    ]
    codes = [(await log_in(api, **more))["code"] for more in wanted]
    assert codes == [Code.NOT_FOUND] * len(wanted)


@pytest.mark.parametrize(
    ("given", "code", "errors"),
    [
        ({"code": ""}, 303, {"code": "登录凭证不能为空"}),
        ({"code": "x" * 257}, 303, {"code": "登录凭证长度不能超过256"}),
        ({"user_type": ""}, 303, {"user_type": "客户访问类型不能为空"}),
        ({"user_type": 3}, 303, {"user_type": "客户访问类型不能大于2"}),
        ({"user_type": "x"}, 301, {"user_type": "客户访问类型必须是整数"}),
        ({"source": ""}, 303, {"source": "客户来源不能为空"}),
        ({"source": 9}, 303, {"source": "客户来源不能大于4"}),
        ({"source": "x"}, 301, {"source": "客户来源必须是整数"}),
        ({"uid": "x"}, 301, {"uid": "用户ID必须是整数"}),
        ({"company_id": "x"}, 301, {"company_id": "公司ID必须是整数"}),
        (
            {"code": "", "user_type": ""},
            303,
            {"code": "登录凭证不能为空", "user_type": "客户访问类型不能为空"},
        ),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, given: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    await a_company()
    answer = await api.get(LOGIN, {"code": CODE, "user_type": 2, "source": 1, **given})
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


@pytest.mark.both
async def test_logging_out_ends_the_token_at_once(api: Api) -> None:
    await a_company()
    first, second = (await log_in(api)).data, (await log_in(api)).data
    caller = Caller(first["cid"], first["token"], "customer")
    answer = await api.post("/zhugeleida/xiaochengxu/logout", caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "退出成功")
    assert [await works(api, data) for data in (first, second)] == [False, True]


async def test_logging_out_twice_is_404_the_second_time(api: Api) -> None:
    caller = await session_for(await make_customer())
    codes = [
        (await api.post("/zhugeleida/xiaochengxu/logout", caller=caller))["code"] for _ in range(2)
    ]
    assert codes == [200, 404]
