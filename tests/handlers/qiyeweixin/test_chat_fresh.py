"""getmsg: what is new, once, and waiting for it (semantics 5.4, decisions D22)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from handlers.chatting import WaitParams
from services.chat.feed import Waiting
from tests.api import Api
from tests.app import App
from tests.factories import bind, make_customer, make_pair
from tests.handlers.qiyeweixin.talkers import REP, SIDES, talkers, the_customer, the_rep
from tests.waiting import eventually

LONG = 20


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_what_is_new_comes_newest_first_and_once(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await other.say("一", "二", "三")
    assert [await reader.fresh(), await reader.fresh()] == [["三", "二", "一"], []]
    assert await reader.unread() == 0


@pytest.mark.parametrize("side", SIDES)
async def test_ones_own_messages_are_no_news(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await reader.say("一")
    await other.say("二")
    await reader.say("三")
    assert await reader.fresh() == ["二"]


async def test_nothing_new_is_an_empty_list(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    answer = await api.get(f"{REP}/getmsg/0", ours.pair, caller=ours.caller)
    assert answer == {"code": 200, "msg": "实时获取-最新聊天记录成功", "data": []}


async def test_what_the_history_has_shown_is_not_new(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await theirs.say("一")
    await ours.history()
    await theirs.say("二")
    assert await ours.fresh() == ["二"]


async def test_news_of_other_pairs_stay_new(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await bind(rep, other)
    for each in (customer, other):
        await (await the_customer(api, rep, each)).say(f"{each.id}")
    assert await (await the_rep(api, rep, customer)).fresh() == [f"{customer.id}"]
    assert await (await the_rep(api, rep, other)).unread() == 1


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_what_does_not_fit_into_one_answer_stays_unread(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    texts = [f"{number}" for number in range(103)]
    await theirs.say(*texts)
    first = await ours.fresh()
    left = await ours.unread()
    second = await ours.fresh()
    assert (first[::-1], left, second[::-1]) == (texts[:100], 3, texts[100:])


@pytest.mark.both
async def test_each_message_is_new_to_one_of_many_readers(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    await theirs.say("一", "二", "三")
    found = await asyncio.gather(*(ours.fresh() for _ in range(6)))
    assert sorted(found) == [[]] * 5 + [["三", "二", "一"]]


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_nothing_is_lost_or_doubled_while_messages_keep_coming(api: Api) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    texts = [f"{number}" for number in range(30)]
    found: list[str] = []

    async def read() -> None:
        while len(found) < len(texts):
            found.extend(reversed(await ours.fresh(wait=1)))

    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        for words in texts:
            group.create_task(theirs.say(words))
    assert sorted(found) == sorted(texts)


@pytest.mark.parametrize("side", SIDES)
async def test_what_is_new_already_is_not_waited_for(api: Api, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    await other.say("一")
    async with asyncio.timeout(LONG / 2):
        assert await reader.fresh(wait=LONG) == ["一"]


@pytest.mark.both
@pytest.mark.parametrize("side", SIDES)
async def test_who_waits_gets_a_message_as_soon_as_it_comes(api: Api, app: App, side: str) -> None:
    reader, other = await talkers(api, *await make_pair(), side)
    async with asyncio.timeout(LONG / 2), asyncio.TaskGroup() as group:
        news = group.create_task(reader.fresh(wait=LONG))
        assert await eventually(lambda: len(app.services.delivery.registry))
        await other.say("一")
    assert (news.result(), await reader.unread()) == (["一"], 0)


@pytest.mark.both
async def test_both_sides_may_wait_at_once(api: Api, app: App) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    async with asyncio.timeout(LONG / 2), asyncio.TaskGroup() as group:
        for_us = group.create_task(ours.fresh(wait=LONG))
        for_them = group.create_task(theirs.fresh(wait=LONG))
        assert await eventually(lambda: len(app.services.delivery.registry) == 2)
        await ours.say("一")
        await theirs.say("二")
    assert (for_us.result(), for_them.result()) == (["二"], ["一"])


async def test_of_two_that_wait_one_gets_the_message(api: Api, app: App) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    async with asyncio.TaskGroup() as group:
        news = [group.create_task(ours.fresh(wait=1)) for _ in range(2)]
        assert await eventually(lambda: len(app.services.delivery.registry) == 2)
        await theirs.say("一")
    assert sorted(task.result() for task in news) == [[], ["一"]]


async def test_who_waits_in_vain_gets_an_empty_list(api: Api) -> None:
    ours, _ = await talkers(api, *await make_pair())
    assert await ours.fresh(wait=0.05) == []


async def test_ones_own_message_does_not_end_the_wait(api: Api, app: App) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    async with asyncio.timeout(LONG / 2), asyncio.TaskGroup() as group:
        news = group.create_task(ours.fresh(wait=LONG))
        assert await eventually(lambda: len(app.services.delivery.registry))
        await ours.say("一")
        await theirs.say("二")
    assert news.result() == ["二"]


async def test_a_message_for_a_client_that_has_gone_stays_unread(api: Api, app: App) -> None:
    ours, theirs = await talkers(api, *await make_pair())
    registry = app.services.delivery.registry
    query = urlencode({**ours.pair, **ours.caller.signature(), "wait": LONG})
    host, _, port = app.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {REP}/getmsg?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert await eventually(lambda: any(isinstance(feed, Waiting) for feed in registry))
    writer.transport.abort()
    assert await eventually(lambda: not len(registry)), "the server waits for nobody"
    await theirs.say("一")
    assert await ours.unread() == 1


@pytest.mark.parametrize(("wait", "seconds"), [("0", 0), ("7.5", 7.5), ("25", 25), ("9999", 25)])
def test_nobody_waits_longer_than_25_seconds(wait: str, seconds: float) -> None:
    assert WaitParams.model_validate({"wait": wait}).seconds == seconds


@pytest.mark.parametrize(
    ("wait", "code", "complaint"),
    [
        ("-1", 303, "等待秒数不能小于0"),
        ("nan", 303, "等待秒数不能小于0"),
        ("x", 301, "等待秒数格式不正确"),
    ],
)
async def test_a_wait_that_is_none_is_complained_of(
    api: Api, wait: str, code: int, complaint: str
) -> None:
    ours, _ = await talkers(api, *await make_pair())
    query = {**ours.pair, "wait": wait}
    answer = await api.get(f"{REP}/getmsg", query, caller=ours.caller)
    assert answer == {"code": code, "msg": complaint, "data": {"errors": {"wait": complaint}}}


async def test_who_comes_to_wait_while_the_server_is_stopping_is_answered_at_once(
    app: App, api: Api
) -> None:
    ours, _ = await talkers(api, *await make_pair())
    app.services.delivery.release_waiting()
    async with asyncio.timeout(LONG / 2):
        answer = await api.get(f"{REP}/getmsg/0", {**ours.pair, "wait": LONG}, caller=ours.caller)
    assert answer.data == []
