"""Logins: what the calls over HTTP do not show (``handlers/*/test_login.py`` has the rest)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.base import now, to_ms
from models.database import execute, fetch_all
from services.errors import Disabled, Invalid, NotFound, UpstreamAway
from services.visits import Expired
from services.wechat.client import CodeRefused
from services.wechat.simulator import Fault
from tests.app import App
from tests.factories import (
    make_company,
    make_customer,
    make_mini_program,
    make_rep,
    make_wecom_app,
)
from tests.handlers.xiaochengxu.rows import count
from tests.handlers.xiaochengxu.simulator import Simulator, simulator

__all__ = ["simulator"]


CODE = "demo-customer-7"
ADDRESS = "203.0.113.7"
EXCHANGE = "/sns/jscode2session"


async def a_company() -> Any:
    """The first company, with a mini program and WeCom."""
    company = await make_company(id=1, corp_id="ww-demo-1")
    await make_mini_program(company)
    await make_wecom_app(company)
    return company


async def codes() -> list[tuple[Any, ...]]:
    """The login codes that are kept, with whose they are."""
    return await fetch_all("SELECT code, rep_id, customer_id FROM login_code")


async def test_a_code_is_kept_as_a_digest_with_its_owner(app: App) -> None:
    await a_company()
    login = await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)
    ((digest, rep_id, customer_id),) = await codes()
    assert (len(digest), rep_id, customer_id) == (64, None, login.customer_id)


async def test_a_code_that_was_refused_is_not_kept(app: App) -> None:
    await a_company()
    with pytest.raises(CodeRefused):
        await app.services.accounts.log_in_customer("no-such-code", ADDRESS, None, None)
    assert await codes() == []


@pytest.mark.both
@pytest.mark.settings(upstream_timeout_seconds=1.0)
async def test_who_waits_for_an_exchange_that_never_ends_is_told_to_try_again(app: App) -> None:
    await a_company()
    await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)
    await execute("UPDATE login_code SET customer_id = NULL")
    with pytest.raises(UpstreamAway):
        await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)


@pytest.mark.both
async def test_a_code_whose_exchange_died_is_exchanged_after_five_minutes(app: App) -> None:
    await a_company()
    first = await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)
    stamp = to_ms(now() - timedelta(minutes=5, seconds=1))
    await execute("UPDATE login_code SET customer_id = NULL, claimed_at = %s", (stamp,))
    again = await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)
    assert again.customer_id == first.customer_id


async def test_the_sweep_forgets_codes_after_a_day(app: App) -> None:
    await a_company()
    for number in (1, 2):
        await app.services.accounts.log_in_customer(f"demo-customer-{number}", ADDRESS, None, None)
    stamp = to_ms(now() - timedelta(days=1, minutes=1))
    await execute("UPDATE login_code SET claimed_at = %s WHERE customer_id = 1", (stamp,))
    await app.services.accounts.sweep()
    assert [customer_id for *_, customer_id in await codes()] == [2]


async def test_a_code_of_a_customer_is_none_of_a_rep(app: App) -> None:
    company = await a_company()
    await make_rep(company, wecom_userid="demo-rep-1")
    await app.services.accounts.log_in_customer(CODE, ADDRESS, None, None)
    with pytest.raises(CodeRefused):
        await app.services.accounts.log_in_member(company.id, CODE, ADDRESS)


async def test_a_company_without_a_mini_program_has_no_customers(app: App) -> None:
    company = await make_company()
    with pytest.raises(NotFound):
        await app.services.accounts.log_in_customer(CODE, ADDRESS, company.id, None)


async def test_a_wecom_app_that_has_lost_its_secret_lets_nobody_in(app: App) -> None:
    company = await make_company(corp_id="ww-demo-1")
    await make_wecom_app(company, secret="")
    await make_rep(company, wecom_userid="demo-rep-1")
    with pytest.raises(CodeRefused):
        await app.services.accounts.log_in_member(company.id, "demo-rep-1", ADDRESS)


@pytest.mark.both
async def test_a_session_is_not_opened_for_who_is_refused(app: App, simulator: Simulator) -> None:
    company = await a_company()
    rep = await make_rep(company)
    other = await make_company(id=2)
    await make_customer(other, openid=CODE)
    with pytest.raises(NotFound):
        await app.services.accounts.log_in_customer(CODE, ADDRESS, None, rep.id)
    simulator.faults.set(EXCHANGE, Fault(errcode=40029))
    with pytest.raises(CodeRefused):
        await app.services.accounts.log_in_customer("demo-customer-8", ADDRESS, None, None)
    assert await count("session") == 0


async def test_an_expired_company_is_a_kind_of_a_disabled_account(app: App) -> None:
    company = await a_company()
    await make_rep(company, wecom_userid="demo-rep-1")
    await execute("UPDATE company SET expires_at = 1")
    with pytest.raises(Expired) as caught:
        await app.services.accounts.log_in_member(company.id, "demo-rep-1", ADDRESS)
    assert isinstance(caught.value, Disabled)


async def test_a_rep_of_wecom_is_looked_for_in_its_own_company(app: App) -> None:
    company = await a_company()
    await make_rep(wecom_userid="demo-rep-1")
    with pytest.raises(CodeRefused):
        await app.services.accounts.log_in_member(company.id, "demo-rep-1", ADDRESS)


def test_a_refused_code_is_a_broken_rule() -> None:
    assert issubclass(CodeRefused, Invalid)
