"""Two servers on one MariaDB and one Redis: the customer on the one, the rep on the other (S1)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from models.customer import names
from tests.services.chat.crowd import TOTAL, everybody_talks
from tests.services.chat.own_servers import OwnRedis
from tests.services.chat.server_processes import callers, production, several
from tests.services.chat.talk import Talk, make_talk
from tests.sockets import Frame, Socket, is_recall, is_receipt
from tests.storage import Storage

pytestmark = pytest.mark.mariadb

CARD = "/zhugeleida/xiaochengxu/mingpian"


@dataclass(frozen=True)
class Apart:
    """A pair whose sides use different servers."""

    customers: Talk
    reps: Talk


@contextlib.asynccontextmanager
async def apart(storage: Storage, data_dir: Path) -> AsyncIterator[Apart]:
    """Run two servers, and make a pair."""
    async with (
        several(production(storage, data_dir), 2) as processes,
        callers(processes) as (first, second),
    ):
        talk = await make_talk(first)
        yield Apart(talk, replace(talk, api=second))


@pytest_asyncio.fixture
async def pair(db: None, storage: Storage, tmp_path: Path) -> AsyncIterator[Apart]:
    """A pair on two servers."""
    async with apart(storage, tmp_path) as pair:
        yield pair


async def test_when_everybody_talks_on_two_servers_nothing_is_lost_doubled_or_out_of_order(
    pair: Apart,
) -> None:
    talk = pair.customers
    heard, places = await everybody_talks(talk, [talk.api, pair.reps.api])
    stored = await talk.stored()
    assert [row.seq for row in stored] == list(range(1, TOTAL + 1))
    for one in heard:
        assert [(row["id"], row["seq"]) for row in one.rows] == [(r.id, r.seq) for r in stored]
    told = {one["client_msg_id"]: (one["id"], one["seq"]) for one in places}
    assert told == {row.client_msg_id: (row.id, row.seq) for row in stored}


async def test_everything_that_one_side_does_is_seen_on_the_others_server(pair: Apart) -> None:
    customer = await pair.customers.open_customer()
    rep = await pair.reps.open_rep_for_all()
    for socket in (customer, rep):
        assert await socket.online() == {pair.customers.customer.id}
    await customer.send({"type": "typing"})
    assert (await rep.receive())["type"] == "typing"
    await customer.send(pair.customers.from_customer("在吗"))
    assert [row["msg"] for row in await rep.rows(1)] == ["在吗"]
    unread = await rep.until(lambda one: one.get("type") == "query_num")
    assert unread["data"] == {"unread_msg_num": 1}
    await rep.send({"type": "read", "seq": 1, "customer_id": pair.customers.customer.id})
    assert (await customer.until(is_receipt))["data"]["is_user_already_read"] == 1
    await see_the_fourth_view(pair.customers, [rep, await pair.reps.open_rep()])


async def see_the_fourth_view(talk: Talk, sockets: list[Socket]) -> None:
    """Have the customer view the card four times, and see that on sockets of the rep."""
    (name,) = (await names([talk.customer.id])).values()
    for _ in range(4):
        await talk.api.get(CARD, {"uid": talk.rep.id}, caller=talk.customer)
    for socket in sockets:
        views = [await socket.until(lambda one: one.get("type") == "radar") for _ in range(4)]
        assert views[3]["data"]["log"] == f"{name}查看您的名片第4次,成交在望"


async def test_a_recall_is_seen_on_the_other_server_and_is_one_for_both(pair: Apart) -> None:
    customer, rep = pair.customers, pair.reps
    page = await rep.open_rep_for_all()
    number = (await customer.post(customer.customer, "秘密")).data["id"]
    url, given = "/zhugeleida/xiaochengxu/chat/recall/0", {"id": number}
    answers = await asyncio.gather(
        *(one.api.post(url, given, caller=one.customer) for one in (customer, rep) * 5)
    )
    assert {answer["code"] for answer in answers} == {200}
    for one in (customer, rep):  # what a server tells comes in its order
        await one.post(one.customer, "新")
    frames: list[Frame] = []
    while str(frames).count("新") < 2:
        frames.append(await page.receive())
    assert [frame["id"] for frame in frames if is_recall(frame)] == [number]


async def test_a_message_sent_at_once_to_both_servers_under_one_name_is_one(pair: Apart) -> None:
    rep = await pair.reps.open_rep()
    sender, other = pair.customers, replace(pair.customers, api=pair.reps.api)
    answers = await asyncio.gather(
        *(one.post(one.customer, "一", client_msg_id="甲") for one in (sender, other) * 10)
    )
    await sender.post(sender.customer, "二")
    assert len({answer.data["id"] for answer in answers}) == 1
    assert [row["msg"] for row in await rep.rows(2)] == ["一", "二"]


async def test_logout_on_one_server_closes_the_sockets_on_the_other(pair: Apart) -> None:
    page = await replace(pair.customers, api=pair.reps.api).open_customer()
    radar = await pair.reps.open_rep_for_all()
    for family, caller in (
        ("xiaochengxu", pair.customers.customer),
        ("qiyeweixin", pair.customers.rep),
    ):
        await pair.customers.api.post(f"/zhugeleida/{family}/logout", caller=caller)
    assert [await socket.close_code() for socket in (page, radar)] == [1008, 1008]


async def test_clients_of_both_servers_catch_up_when_redis_has_come_back(
    db: None, storage: Storage, tmp_path: Path
) -> None:
    redis = OwnRedis(tmp_path / "redis")
    with contextlib.closing(contextlib.ExitStack()) as stack:
        redis.start()
        stack.callback(redis.stop)
        async with apart(replace(storage, redis_url=redis.url), tmp_path) as pair:
            customer, rep = await pair.customers.open_customer(), await pair.reps.open_rep()
            for _ in range(2):
                await pair.customers.post(pair.customers.customer, "有")
                redis.stop()
                for _ in range(3):
                    await pair.customers.post(pair.customers.customer, "无")
                    await pair.reps.post(pair.customers.rep, "无")
                redis.start()
            for socket in (customer, rep):
                assert [row["seq"] for row in await socket.rows(14)] == list(range(1, 15))
