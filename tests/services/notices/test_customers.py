"""Notices to customers about what a rep wrote while they were away."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from models import chat_positions
from models import customer as customers
from models.base import now
from models.chat import Sender
from models.company import MiniProgram
from models.customer import CustomerKind, Source
from models.database import atomic, fetch_all
from models.notice import Notice, due, unread_pairs
from services import customers as binding
from services.chat.bus import LocalBus
from services.chat.messages import Messages
from services.metrics import Metrics
from services.notices.customers import LOOK_BACK, Pace
from services.principals import MiniCustomer
from services.wechat.client import WeChatClient
from services.wechat.simulator import Fault, Faults
from tests.logs import Log
from tests.services.notices.away import (
    QUIET,
    SUBSCRIPTION,
    look,
    make_away,
    make_notices,
    make_shop,
    moment_of,
    told,
)
from tests.statements import counted
from tests.waiting import eventually

MINUTE = timedelta(minutes=1)


@pytest.mark.both
async def test_twenty_messages_to_somebody_who_is_away_make_one_notice(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    for number in range(20):
        await away.write(f"第{number}句")
        await look(notices)
    (call,) = faults.received(SUBSCRIPTION)
    body = json.loads(call.body)
    assert body["touser"] == away.customer.openid
    assert body["template_id"] == f"demo-template-{away.rep.company_id}"
    assert body["page"] == f"pages/mingpian/msg?source=template_msg&uid={away.rep.id}&pid="
    assert body["data"]["thing1"] == {"value": "许文清"}
    assert body["data"]["thing3"] == {"value": "您有未读消息,点击小程序查看哦"}
    assert abs(moment_of(body["data"]) - now()) < MINUTE


@pytest.mark.both
async def test_what_is_still_unread_after_the_quiet_period_is_told_once_more(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    await look(notices)
    await away.write("二")
    await look(notices)
    await away.age(QUIET - MINUTE)
    await look(notices)
    assert len(told(faults)) == 1
    await away.age(MINUTE)
    for _ in range(2):
        await look(notices)
        await away.age(2 * QUIET)
    assert len(told(faults)) == 2


async def test_a_message_that_was_told_is_not_told_again(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    await look(notices)
    await away.age(QUIET)
    await away.write("嗯", sender=Sender.CUSTOMER)
    await look(notices)
    assert len(told(faults)) == 1


async def test_who_has_read_is_told_nothing_nor_later(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    await look(notices)
    await away.write("二")
    await look(notices)
    async with atomic():
        await chat_positions.mark_read(Sender.CUSTOMER, {away.pair: 2})
    await away.age(2 * QUIET)
    await look(notices)
    assert len(told(faults)) == 1
    await away.write("三")
    await look(notices)
    assert len(told(faults)) == 2


async def test_nobody_is_told_before_there_was_time_to_read(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    await away.age(timedelta(seconds=-2))
    await look(notices)
    assert told(faults) == []
    await away.age(timedelta(seconds=2))
    await look(notices)
    assert len(told(faults)) == 1


async def test_what_was_written_long_before_the_start_is_left_alone(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await make_away()
    await away.write("一")
    await away.age(LOOK_BACK)
    await look(make_notices(client))
    assert told(faults) == []


async def test_a_delay_that_is_longer_than_the_quiet_period_only_delays(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    pace = Pace(delay=timedelta(hours=1), quiet=MINUTE)
    away, notices = await make_away(), make_notices(client, pace=pace)
    await away.write("一")
    await look(notices)
    assert told(faults) == []
    await away.age(pace.delay)
    await look(notices)
    assert len(told(faults)) == 1


@pytest.mark.parametrize(
    "values", [{"kind": CustomerKind.OFFICIAL_ACCOUNT}, {"openid": ""}], ids=["kind", "openid"]
)
async def test_who_cannot_be_reached_is_left_alone(
    db: None, client: WeChatClient, faults: Faults, values: dict[str, Any]
) -> None:
    away = await make_away(**values)
    await away.write("一")
    await look(make_notices(client))
    assert faults.received(SUBSCRIPTION) == []
    assert await Notice.select().aio_count() == 0


async def test_a_company_without_a_template_tells_nobody(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await make_away()
    await MiniProgram.update(template_id="").aio_execute()
    await away.write("一")
    await look(make_notices(client))
    assert faults.received(SUBSCRIPTION) == []


@pytest.mark.parametrize("is_due", [False, True])
async def test_a_bond_that_has_ended_is_told_of_no_more(
    db: None, client: WeChatClient, faults: Faults, is_due: bool
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    if is_due:
        await look(notices)
        await away.write("二")
        await look(notices)
    await customers.Bond.delete().aio_execute()
    await away.age(QUIET if is_due else timedelta())
    await look(notices)
    assert len(told(faults)) == is_due
    assert await Notice.select().where(Notice.due_at.is_null(False)).aio_count() == 0


async def test_the_welcome_of_a_new_customer_is_no_news_but_what_comes_after_it_is(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await make_away(), make_notices(client)
    await customers.Bond.delete().aio_execute()
    caller = MiniCustomer(away.customer.id, away.rep.company_id, 0)
    chats = Messages(LocalBus(), lanes=1)
    assert await binding.bind(caller, away.rep.id, Source.SCAN, None, chats)
    await away.age(timedelta(seconds=5))
    await look(notices)
    assert told(faults) == []
    await away.write("您好")
    await look(notices)
    assert len(told(faults)) == 1


async def test_a_mini_program_of_cases_leads_to_its_own_page(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await make_away()
    await MiniProgram.update(service_kind=2).aio_execute()
    await away.write("一")
    await look(make_notices(client))
    (call,) = faults.received(SUBSCRIPTION)
    assert json.loads(call.body)["page"] == (
        f"pages/chat/msg?uid={away.rep.id}&source=template_msg"
    )


@pytest.mark.both
async def test_of_several_processes_one_tells(db: None, connect: Any, faults: Faults) -> None:
    company = await make_shop()
    crowd = [await make_away(company) for _ in range(8)]
    processes = [make_notices(connect()) for _ in range(3)]
    for one in crowd:
        await one.write("一")
    for _ in range(3):
        await look(*processes)
    assert sorted(told(faults)) == sorted(one.customer.openid for one in crowd)


# When WeChat does not take it


@pytest.mark.parametrize("fault", [Fault(errcode=-1, times=1), Fault(status=502, times=1)])
async def test_what_wechat_did_not_take_is_tried_again_later(
    db: None, client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    away, notices = await make_away(), make_notices(client)
    await away.write("一")
    faults.set(SUBSCRIPTION, fault)
    for _ in range(2):
        await look(notices)
    assert len(told(faults)) == 1
    await away.age(timedelta(seconds=10))
    for _ in range(2):
        await look(make_notices(client))
    await away.age(MINUTE)
    await look(notices)
    assert len(told(faults)) == 2


async def test_the_pauses_between_tries_grow_and_come_to_an_end(
    db: None, client: WeChatClient, faults: Faults, log: Log
) -> None:
    away, metrics = await make_away(), Metrics()
    notices = make_notices(client, metrics)
    await away.write("一")
    faults.set(SUBSCRIPTION, Fault(status=500))
    await look(notices)
    for tries, pause in enumerate((timedelta(seconds=10), MINUTE, 5 * MINUTE), 2):
        await away.age(pause - timedelta(seconds=5))
        await look(notices)
        assert len(told(faults)) == tries - 1
        await away.age(timedelta(seconds=5))
        await look(notices)
        assert len(told(faults)) == tries
    assert len(log.named("notice failed")) == 1
    await away.age(QUIET)
    await look(notices)
    assert len(told(faults)) == 4
    assert b'zhuge_notices_total{outcome="failed",to="customer"} 1.0' in metrics.render()


@pytest.mark.parametrize("errcode", [43101, 40003, 40037, 47003])
async def test_what_wechat_refuses_is_not_tried_again(
    db: None, client: WeChatClient, faults: Faults, errcode: int
) -> None:
    away, notices = await make_away(), make_notices(client)
    faults.set(SUBSCRIPTION, Fault(errcode=errcode))
    await away.write("一")
    for _ in range(3):
        await look(notices)
        await away.age(5 * MINUTE)
    assert len(told(faults)) == 1


async def test_a_company_that_wechat_does_not_answer_holds_up_no_other(
    db: None, connect: Any, faults: Faults
) -> None:
    shops = [await make_shop(), await make_shop()]
    crowd = [await make_away(shop) for shop in (*shops, *shops)]
    shop_of = {one.customer.openid: one.rep.company_id for one in crowd}
    for one in crowd:
        await one.write("一")
    notices = make_notices(connect(timeout_seconds=1.0))
    faults.set(SUBSCRIPTION, Fault(delay_seconds=60, times=1))
    looking = asyncio.create_task(look(notices))
    assert await eventually(lambda: len(told(faults)) == 3)
    late = await make_away()
    await late.write("一")
    await look(notices)
    assert not looking.done()
    *early, last = told(faults)
    assert sorted(Counter(shop_of[openid] for openid in early).values()) == [1, 2]
    assert last == late.customer.openid
    await looking


async def test_a_server_that_stops_finishes_what_it_has_begun_and_begins_no_more(
    db: None, connect: Any, faults: Faults
) -> None:
    company = await make_shop()
    for one in [await make_away(company) for _ in range(3)]:
        await one.write("一")
    notices = make_notices(connect(timeout_seconds=1.0))
    faults.set(SUBSCRIPTION, Fault(delay_seconds=60, times=1))
    looking = asyncio.create_task(look(notices))
    assert await eventually(lambda: told(faults))
    await notices.finish()
    assert len(told(faults)) == 1
    await looking
    assert await Notice.select().where(Notice.due_at.is_null(False)).aio_count() == 2


async def test_a_secret_that_does_not_open_fails_its_notices_and_is_no_fault(
    db: None, client: WeChatClient, faults: Faults, log: Log
) -> None:
    company, metrics = await make_shop(), Metrics()
    crowd = [await make_away(company) for _ in range(3)]
    for one in crowd:
        await one.write("一")
    await MiniProgram.update(secret="not sealed").aio_execute()
    notices = make_notices(client, metrics)
    await look(notices)
    assert {event["company_id"] for event in log.named("notice failed")} == {company.id}
    assert (log.named("fault"), told(faults)) == ([], [])
    assert b'zhuge_notices_total{outcome="failed",to="customer"} 3.0' in metrics.render()


async def test_while_wechat_is_away_each_company_asks_it_once(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    company = await make_shop()
    crowd = [await make_away(company) for _ in range(4)]
    for one in crowd:
        await one.write("一")
    notices = make_notices(client)
    faults.set(SUBSCRIPTION, Fault(status=500, times=1))
    for _ in range(2):
        await look(notices)
    assert len(told(faults)) == 1
    for one in crowd:
        await one.age(timedelta(seconds=10))
    await look(notices)
    assert sorted(told(faults)[1:]) == sorted(one.customer.openid for one in crowd)


# How much it costs


async def test_looking_takes_the_same_statements_however_many_there_are(
    db: None, client: WeChatClient
) -> None:
    notices = make_notices(client)
    away = await make_away()
    await away.write("一")
    await look(notices)
    with counted() as statements:
        await look(notices)
    assert len(statements) == 2


async def test_what_is_unread_and_what_is_due_is_found_by_an_index(db: None) -> None:
    moment = now()
    with counted() as statements:
        await unread_pairs(moment - MINUTE, moment, 10)
        await due(moment, [1, 2], 10)
    for sql, index in zip(
        statements,
        ("conversation_last_message_at (last_message_at>?", "due_at (due_at<?"),
        strict=True,
    ):
        plan = await fetch_all(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))
        steps = [str(row[3]) for row in plan]
        assert any(index in step for step in steps), steps
        assert not any(step.startswith("SCAN") or "TEMP" in step for step in steps), steps
