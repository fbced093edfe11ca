"""Notices to reps about what their customers do."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.company import WecomApp
from models.staff import RepStatus
from services.metrics import Metrics
from services.notices.reps import TRIES, RepNotices
from services.wechat.client import WeChatClient
from services.wechat.crypto import SecretBox
from services.wechat.simulator import Fault, Faults
from tests.factories import SECRET_KEY, make_rep
from tests.logs import Log
from tests.services.notices.away import APP_MESSAGE, agent_id, make_away, make_shop
from tests.statements import counted
from tests.waiting import LEAVE_SECONDS, eventually

NEVER = 60.0


@contextlib.asynccontextmanager
async def running(
    client: WeChatClient, *, window_seconds: float = 0.05, **options: Any
) -> AsyncIterator[RepNotices]:
    """Run notices to reps until everything has been told."""
    notices = RepNotices(
        *(client, SecretBox(SECRET_KEY), options.pop("metrics", Metrics())),
        window_seconds=window_seconds,
        retry_seconds=0.01,
        **options,
    )
    task = asyncio.create_task(notices.run())
    try:
        yield notices
        async with asyncio.timeout(LEAVE_SECONDS):
            await notices.drain()
    finally:
        task.cancel()
        await asyncio.wait([task])


def told(faults: Faults) -> list[tuple[str, str]]:
    """Who was sent which text, in order."""
    bodies = [json.loads(call.body) for call in faults.received(APP_MESSAGE)]
    return [(body["touser"], body["text"]["content"]) for body in bodies]


@pytest.mark.both
async def test_what_happens_within_a_short_while_is_one_message(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    first, second = await make_away(), await make_away()
    async with running(client, window_seconds=NEVER) as notices:
        notices.note(first.rep.id, "周女士拨打您的手机")
        notices.note(second.rep.id, "吴先生查看您的名片第2次")
        notices.note(first.rep.id, "周女士转发了你的名片")
    assert sorted(told(faults)) == sorted(
        [
            (first.rep.wecom_userid, "周女士拨打您的手机\n周女士转发了你的名片"),
            (second.rep.wecom_userid, "吴先生查看您的名片第2次"),
        ]
    )
    agents = {json.loads(call.body)["agentid"] for call in faults.received(APP_MESSAGE)}
    assert agents == {agent_id(one.rep.company_id) for one in (first, second)}


async def test_it_is_told_when_the_while_is_over(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await make_away()
    async with running(client) as notices:
        for text in ("一", "二"):
            notices.note(away.rep.id, text)
            assert await eventually(lambda: not notices._news and not notices._lanes)
    assert told(faults) == [(away.rep.wecom_userid, "一"), (away.rep.wecom_userid, "二")]


async def test_of_very_much_the_newest_is_told_and_how_much_there_was(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await make_away()
    async with running(client, window_seconds=NEVER) as notices:
        for number in range(25):
            notices.note(away.rep.id, f"第{number}件")
    ((_, text),) = told(faults)
    assert text.split("\n") == [*[f"第{number}件" for number in range(15, 25)], "等 25 条"]


@pytest.mark.parametrize(
    "values", [{"wecom_userid": None}, {"wecom_userid": ""}, {"status": RepStatus.DISABLED}]
)
async def test_a_rep_who_is_not_in_wecom_or_not_enabled_is_told_nothing(
    db: None, client: WeChatClient, faults: Faults, values: dict[str, Any]
) -> None:
    rep = await make_rep(await make_shop(), **{"wecom_userid": "demo-rep-1", **values})
    async with running(client) as notices:
        notices.note(rep.id, "一")
    assert not faults.calls


@pytest.mark.parametrize("values", [None, {"agent_id": ""}, {"agent_id": "agent"}, {"secret": ""}])
async def test_a_company_without_a_usable_app_tells_nobody(
    db: None, client: WeChatClient, faults: Faults, values: dict[str, str] | None
) -> None:
    away = await make_away()
    if values is None:
        await WecomApp.delete().aio_execute()
    else:
        await WecomApp.update(**values).aio_execute()
    async with running(client) as notices:
        notices.note(away.rep.id, "一")
    assert not faults.calls


async def test_a_company_that_has_expired_tells_nobody(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    over = await make_away(await make_shop(expires_at=now() - timedelta(seconds=1)))
    paid = await make_away(await make_shop(expires_at=now() + timedelta(days=1)))
    async with running(client) as notices:
        notices.note(over.rep.id, "一")
        notices.note(paid.rep.id, "一")
    assert told(faults) == [(paid.rep.wecom_userid, "一")]


async def test_who_gets_nothing_costs_one_statement_and_then_none(
    db: None, client: WeChatClient
) -> None:
    rep = await make_rep(await make_shop(), wecom_userid=None)
    async with running(client, window_seconds=0.001) as notices:
        with counted() as statements:
            for _ in range(3):
                for _ in range(100):
                    notices.note(rep.id, "一")
                assert await eventually(lambda: not notices._news)
    assert len(statements) == 1


async def test_addresses_are_read_together(db: None, client: WeChatClient, faults: Faults) -> None:
    company = await make_shop()
    crowd = [await make_away(company) for _ in range(10)]
    with counted() as statements:
        async with running(client, window_seconds=NEVER) as notices:
            for one in crowd:
                notices.note(one.rep.id, "一")
    assert (len(statements), len(told(faults))) == (1, 10)


# When WeChat Work does not take it


@pytest.mark.parametrize("fault", [Fault(errcode=-1, times=2), Fault(status=500, times=2)])
async def test_what_wecom_did_not_take_is_tried_again(
    db: None, client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    away, metrics = await make_away(), Metrics()
    faults.set(APP_MESSAGE, fault)
    async with running(client, metrics=metrics) as notices:
        notices.note(away.rep.id, "一")
    assert told(faults) == [(away.rep.wecom_userid, "一")] * 3
    assert b'zhuge_notices_total{outcome="sent",to="rep"} 1.0' in metrics.render()


@pytest.mark.parametrize("fault", [Fault(drop=True, times=1), Fault(delay_seconds=60, times=1)])
async def test_what_wecom_may_have_taken_is_not_sent_again(
    db: None, connect: Any, faults: Faults, fault: Fault
) -> None:
    away = await make_away()
    faults.set(APP_MESSAGE, fault)
    async with running(connect(timeout_seconds=1.0)) as notices:
        notices.note(away.rep.id, "一")
    assert told(faults) == [(away.rep.wecom_userid, "一")]


async def test_it_is_not_tried_for_ever_nor_is_the_company_asked_for_a_while(
    db: None, client: WeChatClient, faults: Faults, log: Log
) -> None:
    away, metrics = await make_away(), Metrics()
    faults.set(APP_MESSAGE, Fault(status=500))
    async with running(client, metrics=metrics) as notices:
        notices.note(away.rep.id, "一")
        assert await eventually(lambda: log.named("notice failed"))
        notices.note(away.rep.id, "二")
    assert len(told(faults)) == TRIES
    assert len(log.named("notice failed")) == 1
    assert b'zhuge_notices_total{outcome="failed",to="rep"} 2.0' in metrics.render()


@pytest.mark.parametrize("errcode", [60111, 81013, 40056])
async def test_what_wecom_refuses_is_not_tried_again(
    db: None, client: WeChatClient, faults: Faults, errcode: int
) -> None:
    away = await make_away()
    faults.set(APP_MESSAGE, Fault(errcode=errcode))
    async with running(client, window_seconds=0.001) as notices:
        notices.note(away.rep.id, "一")
        assert await eventually(lambda: not notices._news and not notices._lanes)
        notices.note(away.rep.id, "二")
    assert len(told(faults)) == 1


@pytest.mark.parametrize("secret", ["", "not sealed"])
async def test_a_company_whose_secret_is_wrong_holds_up_no_other(
    db: None, client: WeChatClient, faults: Faults, log: Log, secret: str
) -> None:
    bad = await make_shop()
    await WecomApp.update(secret=secret).aio_execute()
    crowd = [await make_away(bad) for _ in range(20)]
    good = await make_away()
    async with running(client, window_seconds=NEVER) as notices:
        for one in (*crowd, good):
            notices.note(one.rep.id, "一")
    assert told(faults) == [(good.rep.wecom_userid, "一")]
    assert len(log.named("notice failed")) <= 4


async def test_a_company_that_wecom_does_not_answer_holds_up_no_other(
    db: None, connect: Any, faults: Faults
) -> None:
    shops = [await make_shop(), await make_shop()]
    crowd = [await make_away(shop) for shop in shops * 10]
    shop_of = {one.rep.wecom_userid: one.rep.company_id for one in crowd}
    faults.set(APP_MESSAGE, Fault(delay_seconds=60, times=1))
    async with running(connect(timeout_seconds=1.0)) as notices:
        for one in crowd:
            notices.note(one.rep.id, "一")
        assert await eventually(lambda: len(told(faults)) == 20)
    counts = Counter(shop_of[userid] for userid, _ in told(faults))
    assert sorted(counts.values()) == [10, 10]


async def test_too_much_drops_the_oldest_and_says_so_once(
    db: None, client: WeChatClient, faults: Faults, log: Log
) -> None:
    company, metrics = await make_shop(), Metrics()
    crowd = [await make_away(company) for _ in range(5)]
    async with running(client, window_seconds=NEVER, most_waiting=2, metrics=metrics) as notices:
        for one in crowd:
            notices.note(one.rep.id, "一")
    assert sorted(told(faults)) == sorted((one.rep.wecom_userid, "一") for one in crowd[-2:])
    assert len(log.named("notices dropped")) == 1
    assert b'zhuge_notices_total{outcome="dropped",to="rep"} 3.0' in metrics.render()


async def test_news_of_a_rep_who_waits_for_its_turn_go_with_the_rest(
    db: None, connect: Any, faults: Faults
) -> None:
    company = await make_shop()
    crowd = [await make_away(company) for _ in range(5)]
    faults.set(APP_MESSAGE, Fault(delay_seconds=60, times=4))
    async with running(connect(timeout_seconds=1.0)) as notices:
        for one in crowd:
            notices.note(one.rep.id, "一")
        assert await eventually(lambda: len(told(faults)) == 4)
        notices.note(crowd[-1].rep.id, "二")
    last = crowd[-1].rep.wecom_userid
    assert [text for userid, text in told(faults) if userid == last] == ["一\n二"]


async def test_where_a_company_is_told_is_asked_anew_once_it_has_changed(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, stranger = await make_away(), await make_away()
    await WecomApp.update(agent_id="").aio_execute()
    async with running(client) as notices:
        for text, changed in (("一", 0), ("二", stranger.rep.company_id), ("三", 0)):
            if changed:
                for one in (away, stranger):
                    app = WecomApp.update(agent_id=f"{agent_id(one.rep.company_id)}")
                    await app.where(WecomApp.company == one.rep.company_id).aio_execute()
                notices.forget_company(changed)
                # Of the other company, too, nobody knew where it is told.
                notices.note(away.rep.id, text)
            notices.note(stranger.rep.id, text)
            assert await eventually(lambda: not notices._news and not notices._lanes)
        await WecomApp.update(agent_id="").aio_execute()
        notices.forget_company(away.rep.company_id)
        for one in (away, stranger):
            notices.note(one.rep.id, "四")
    names = {away.rep.wecom_userid: "away", stranger.rep.wecom_userid: "stranger"}
    found = sorted((names[userid], text) for userid, text in told(faults))
    assert found == [("away", "二"), ("stranger", "三"), ("stranger", "二"), ("stranger", "四")]
