"""What the figures show, and that they move with what they are about (decisions T14)."""

from __future__ import annotations

import asyncio

import pytest

from models.chat import Sender
from tests.api import Api
from tests.app import App
from tests.figures import figure, figures_of
from tests.services.chat.talk import make_talk, store
from tests.waiting import eventually

SHOWN = {
    *("zhuge_bus_lag_seconds_count", "zhuge_bus_silent_seconds", "zhuge_bus_whole"),
    *("zhuge_catch_up_messages_count", "zhuge_commit_items_count", "zhuge_connections_most"),
    *("zhuge_database_borrowed_total", "zhuge_database_connections", "zhuge_database_waiting"),
    *("zhuge_database_wait_seconds_total", "zhuge_delivery_seconds_count", "zhuge_feeds"),
    *("zhuge_presence_known", "zhuge_presence_processes", "zhuge_queue_length"),
    *("zhuge_recalls_total", "zhuge_refused_total", "zhuge_scheduled_sent_total"),
    "zhuge_waiting_calls",
}
QUEUES = {"messages", "views", "bus", "catch_up", "notices"}


@pytest.mark.both
async def test_every_figure_is_there_from_the_start(api: Api) -> None:
    found = await figures_of(api)
    assert {name for name, _ in found} >= SHOWN
    queues = {dict(labels)["queue"] for name, labels in found if name == "zhuge_queue_length"}
    states = {dict(labels)["state"] for name, labels in found if name.endswith("e_connections")}
    assert (queues, states) == (QUEUES, {"most", "open", "in_use"})
    async with asyncio.timeout(10):
        while not await figure(api, "zhuge_bus_whole"):
            pass


@pytest.mark.both
async def test_a_message_moves_the_figures_of_commits_and_delivery(app: App, api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_rep()
    await store(app, talk.pair, ["一", "二", "三"])
    await socket.rows(3)
    found = await figures_of(api)
    assert found["zhuge_commit_items_sum", (("what", "messages"),)] == 3
    commits = found["zhuge_commit_items_count", (("what", "messages"),)]
    assert found["zhuge_delivery_seconds_count", ()] == commits
    assert 0 < found["zhuge_delivery_seconds_sum", ()] < 5
    assert (found["zhuge_feeds", ()], found["zhuge_database_borrowed_total", ()] > 0) == (1, True)


async def test_what_nobody_here_is_shown_is_not_timed(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"])
    assert await figure(api, "zhuge_delivery_seconds_count") == 0


async def test_a_view_of_a_card_moves_the_figure_of_its_commits(api: Api) -> None:
    talk = await make_talk(api)
    path = "/zhugeleida/xiaochengxu/mingpian"
    await api.get(path, {"uid": talk.rep.id, "action": 1}, caller=talk.customer)
    assert await figure(api, "zhuge_commit_items_count", what="views") == 1


async def test_who_is_caught_up_is_counted_with_what_it_lacked(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    socket = await talk.open_customer(since=1)
    await socket.rows(2)
    found = await figures_of(api)
    figures = [found[f"zhuge_catch_up_messages_{name}", ()] for name in ("count", "sum")]
    assert figures == [1, 2]


async def test_a_recall_is_counted_once(api: Api) -> None:
    talk = await make_talk(api)
    sent = await talk.post(talk.rep, "一")
    for _ in range(2):
        path = "/zhugeleida/qiyeweixin/chat/recall/0"
        await api.post(path, {"id": sent.data["id"]}, caller=talk.rep)
    assert await figure(api, "zhuge_recalls_total") == 1


async def test_who_is_online_is_counted(api: Api) -> None:
    talk = await make_talk(api)
    rep = await talk.open_rep()
    await talk.open_customer()
    await rep.presence(1)
    assert await figure(api, "zhuge_presence_known") == 2
    assert await figure(api, "zhuge_presence_processes") == 1


@pytest.mark.settings(waits_per_principal=1)
async def test_a_second_long_poll_is_answered_at_once_and_counted(app: App, api: Api) -> None:
    talk = await make_talk(api)
    path = "/zhugeleida/qiyeweixin/chat/getmsg/0"
    asked = {"customer_id": talk.customer.id, "wait": 25}
    first = asyncio.create_task(api.get(path, asked, caller=talk.rep))
    assert await eventually(lambda: app.services.gate.waiting == 1)
    assert await figure(api, "zhuge_waiting_calls") == 1
    assert (await api.get(path, asked, caller=talk.rep)).data == []
    assert await figure(api, "zhuge_refused_total", reason="too_many_waits") == 1
    assert not first.done()
    await store(app, talk.pair, ["一"], sender=Sender.CUSTOMER)
    assert len((await first).data) == 1
    assert await figure(api, "zhuge_waiting_calls") == 0
