"""Notices of whole servers: after the commit, beside the requests, once for all processes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from models.company import MiniProgram, WecomApp
from models.database import execute
from services.wechat.crypto import SecretBox
from services.wechat.simulator import Fault, Faults, make_simulator, served
from services.wechat.simulator.credentials import session_key
from services.wechat.simulator.phones import encrypt, told
from tests.api import Api, Caller
from tests.app import App
from tests.factories import SECRET_KEY, bind, make_product, session_for
from tests.handlers.xiaochengxu.simulator import Simulator, simulator
from tests.processes import serving
from tests.services.chat.server_processes import callers, production, several
from tests.services.chat.talk import Talk
from tests.services.notices.away import (
    APP_MESSAGE,
    DELAY,
    SUBSCRIPTION,
    Away,
    look,
    make_away,
    make_shop,
)
from tests.storage import Storage
from tests.waiting import eventually

__all__ = ["simulator"]

ON = pytest.mark.settings(notices="on", rep_notice_window_seconds=0.05)
FOREVER = Fault(delay_seconds=60)
SECONDS = 15.0  # processes look every two


def told_customers(faults: Faults) -> Counter[str]:
    """How often whom a subscription message was sent to."""
    return Counter(json.loads(call.body)["touser"] for call in faults.received(SUBSCRIPTION))


def told_reps(faults: Faults) -> list[tuple[str, str]]:
    """Who was sent which app message, in order."""
    bodies = [json.loads(call.body) for call in faults.received(APP_MESSAGE)]
    return [(body["touser"], body["text"]["content"]) for body in bodies]


async def make_talk(api: Api, company: Any = None, rep: Any = None) -> tuple[Talk, Away]:
    """Make a pair whose sides are logged in, at a company that the simulator knows."""
    away = await make_away(company, rep)
    return Talk(api, await session_for(away.rep), await session_for(away.customer)), away


# One server


@ON
async def test_what_a_customer_does_and_writes_reaches_the_rep_in_wecom(
    api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    name = away.customer.name
    url = "/zhugeleida/xiaochengxu/mingpian"
    await api.get(f"{url}/calling", {"uid": away.rep.id}, caller=talk.customer)
    await api.get(f"{url}/praise", {"uid": away.rep.id}, caller=talk.customer)
    await talk.post(talk.customer, "在吗")
    await talk.post(talk.rep, "在的")
    lines = [
        f"{name}拨打您的手机",
        f"{name}觉得您非常靠谱",
        f"【{name}】:发送给您一条新消息，请点击查看!",
    ]
    said: list[str] = []

    def has_all() -> bool:
        said[:] = [line for _, text in told_reps(simulator.faults) for line in text.split("\n")]
        return len(said) == len(lines)

    assert await eventually(has_all)
    assert said == lines
    assert {userid for userid, _ in told_reps(simulator.faults)} == {away.rep.wecom_userid}


@ON
@pytest.mark.parametrize("said", [0, 3])
async def test_a_phone_number_reaches_the_rep_in_wecom_whether_the_chat_tells_it_or_not(
    api: Api, simulator: Simulator, said: int
) -> None:
    talk, away = await make_talk(api)
    for _ in range(said):
        await talk.post(talk.rep, "您好,请问能否告诉我您的手机号?")
    appid, openid = f"wx-demo-{away.rep.company_id}", away.customer.openid
    sealed = SecretBox(SECRET_KEY).seal(session_key(openid))
    await execute("UPDATE customer SET session_key = %s", (sealed,))
    given = encrypt(session_key(openid), told("13800000001", appid))
    url = "/zhugeleida/xiaochengxu/chat/encrypted_phone_number/0"
    form = {"u_id": away.rep.id, "encryptedData": given.data, "iv": given.iv}
    assert (await api.post(url, form, caller=talk.customer))["code"] == 200
    line = f"【{away.customer.name}】:发送给您一条新消息，请点击查看!"
    assert await eventually(lambda: told_reps(simulator.faults) == [(away.rep.wecom_userid, line)])


@ON
async def test_a_message_over_a_socket_reaches_the_rep_too_but_only_once(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    page = await talk.open_customer()
    for _ in range(2):
        await page.send(talk.from_customer("在吗", client_msg_id="甲"))
    await page.rows(1)
    await app.services.notices.drain()
    ((_, text),) = told_reps(simulator.faults)
    assert text == f"【{away.customer.name}】:发送给您一条新消息，请点击查看!"


@ON
async def test_a_question_about_a_product_is_one_line_for_the_rep(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    product = await make_product(away.rep, name="布艺沙发")
    given = {"uid": away.rep.id, "product_id": product.id}
    url = "/zhugeleida/xiaochengxu/product/consult_product"
    await api.get(url, given, caller=talk.customer)
    await app.services.notices.drain()
    ((_, text),) = told_reps(simulator.faults)
    assert text == f"{away.customer.name}向您咨询产品"


@ON
async def test_the_server_finds_by_itself_who_is_away(api: Api, simulator: Simulator) -> None:
    talk, away = await make_talk(api)
    await talk.post(talk.rep, "您好")
    await away.age(DELAY)
    openid = away.customer.openid
    assert await eventually(lambda: told_customers(simulator.faults)[openid] == 1, SECONDS)


@ON
async def test_who_has_the_page_open_is_told_nothing_until_it_is_closed(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    page = await talk.open_customer()
    for _ in range(3):
        await talk.post(talk.rep, "您好")
    await page.rows(3)
    await app.services.reading.flush()
    await away.age(DELAY)
    await look(app.services.notices.customers)
    assert told_customers(simulator.faults) == {}
    await page.close()
    await talk.post(talk.rep, "还在吗")
    await away.age(DELAY)
    await look(app.services.notices.customers)
    assert told_customers(simulator.faults) == {away.customer.openid: 1}


@ON
async def test_a_page_open_for_another_rep_is_none_for_this_one(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    other = await make_away(away.rep.company)
    await bind(other.rep, away.customer)
    await Talk(api, await session_for(other.rep), talk.customer).open_customer()
    await talk.post(talk.rep, "您好")
    await away.age(DELAY)
    await look(app.services.notices.customers)
    assert told_customers(simulator.faults) == {away.customer.openid: 1}


@ON
@pytest.mark.settings(upstream_timeout_seconds=1.0)
async def test_a_wechat_that_does_not_answer_holds_up_no_call(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, away = await make_talk(api)
    for path in (SUBSCRIPTION, APP_MESSAGE):
        simulator.faults.set(path, FOREVER)
    await talk.post(talk.rep, "您好")
    await talk.post(talk.customer, "您好")
    await away.age(DELAY)
    looking = asyncio.create_task(look(app.services.notices.customers))
    assert await eventually(lambda: told_customers(simulator.faults))
    assert await eventually(lambda: told_reps(simulator.faults))
    for _ in range(5):
        assert (await talk.post(talk.rep, "在吗"))["code"] == 200
        assert (await talk.post(talk.customer, "在的"))["code"] == 200
    assert not looking.done()
    simulator.faults.replace({})
    await looking


@ON
@pytest.mark.settings(rep_notice_window_seconds=60.0)
async def test_a_server_that_stops_tells_reps_first(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, _ = await make_talk(api)
    await talk.post(talk.customer, "在吗")
    assert told_reps(simulator.faults) == []
    await app.services.notices.drain()
    assert len(told_reps(simulator.faults)) == 1


@pytest.mark.settings(notices="off")
async def test_a_server_without_notices_sends_none(
    app: App, api: Api, simulator: Simulator
) -> None:
    talk, _ = await make_talk(api)
    await talk.post(talk.customer, "在吗")
    await app.services.notices.drain()
    assert app.services.notices.note is None
    assert not simulator.faults.calls


@ON
async def test_figures_count_notices(app: App, api: Api, simulator: Simulator) -> None:
    talk, away = await make_talk(api)
    simulator.faults.set(SUBSCRIPTION, Fault(errcode=43101))
    await talk.post(talk.customer, "在吗")
    await talk.post(talk.rep, "在的")
    await away.age(DELAY)
    await look(app.services.notices.customers)
    await app.services.notices.drain()
    figures = (await api.fetch("GET", "/metrics")).body
    assert b'zhuge_notices_total{outcome="refused",to="customer"} 1.0' in figures
    assert b'zhuge_notices_total{outcome="sent",to="rep"} 1.0' in figures


# Several servers


@dataclass(frozen=True)
class WeChat:
    """A simulator beside the servers, and a company whose secrets they can open."""

    url: str
    faults: Faults
    company: Any

    def environ(self, storage: Storage, data_dir: Path) -> dict[str, str]:
        """The settings of servers that talk to it, and soon."""
        urls = {"ZHUGE_WECHAT_API_URL": self.url, "ZHUGE_WECOM_API_URL": self.url}
        return production(storage, data_dir, ZHUGE_NOTICE_DELAY_SECONDS="3", **urls)


@pytest_asyncio.fixture
async def wechat(db: None) -> AsyncIterator[WeChat]:
    """A simulator, and a company that it knows."""
    faults, secret = Faults(), SecretBox("k" * 32).seal("secret")
    async with served(make_simulator(faults)) as url:
        company = await make_shop()
        await MiniProgram.update(secret=secret).aio_execute()
        await WecomApp.update(secret=secret).aio_execute()
        yield WeChat(url, faults, company)


@pytest.mark.mariadb
async def test_of_two_servers_one_tells_and_neither_tells_who_is_connected_to_the_other(
    wechat: WeChat, storage: Storage, tmp_path: Path
) -> None:
    async with (
        several(wechat.environ(storage, tmp_path), 2) as processes,
        callers(processes) as (first, second),
    ):
        talk, here = await make_talk(first, wechat.company)
        crowd = [await make_away(wechat.company, here.rep) for _ in range(8)]
        page = await talk.open_customer()
        for one in (here, *crowd):
            rep = Talk(second, talk.rep, await customer_of(one))
            await rep.post(talk.rep, "您好")
        assert len(await page.rows(1)) == 1
        expected = Counter(one.customer.openid for one in crowd)
        assert await eventually(lambda: told_customers(wechat.faults) >= expected, SECONDS)
        # Each has looked at all of these again before it finds one who is new.
        late = await make_away(wechat.company, here.rep)
        await Talk(first, talk.rep, await customer_of(late)).post(talk.rep, "您好")
        expected[late.customer.openid] = 1
        assert await eventually(lambda: told_customers(wechat.faults) >= expected, SECONDS)
        assert told_customers(wechat.faults) == expected


async def test_who_is_killed_while_telling_is_not_made_up_for(
    wechat: WeChat, storage: Storage, tmp_path: Path
) -> None:
    environ = wechat.environ(storage, tmp_path)
    wechat.faults.set(SUBSCRIPTION, FOREVER)
    async with serving(environ) as process, callers([process]) as (api,):
        talk, away = await make_talk(api, wechat.company)
        await talk.post(talk.rep, "您好")
        assert await eventually(lambda: told_customers(wechat.faults), SECONDS)
        await process.kill()
    wechat.faults.replace({})
    async with serving(environ) as process, callers([process]) as (api,):
        late = await make_away(wechat.company, away.rep)
        await Talk(api, talk.rep, await customer_of(late)).post(talk.rep, "您好")
        assert await eventually(lambda: len(told_customers(wechat.faults)) == 2, SECONDS)
    assert told_customers(wechat.faults) == {away.customer.openid: 1, late.customer.openid: 1}


async def customer_of(away: Away) -> Caller:
    """Log the customer of a pair in."""
    return await session_for(away.customer)
