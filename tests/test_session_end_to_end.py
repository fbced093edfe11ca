"""The session that the documents describe, with the demo data and servers as an operator runs them.

A customer opens a card and asks; the rep sees it at once and answers; each sees what the other has
read; history and contacts show it afterwards.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from tests.api import Api, Caller
from tests.services.chat.server_processes import callers, several
from tests.services.chat.talk import Talk
from tests.sockets import Frame, Socket, is_receipt
from tests.storage import Storage

REP_ID = 1
XIAOCHENGXU = "/zhugeleida/xiaochengxu"
QIYEWEIXIN = "/zhugeleida/qiyeweixin"
ASKED = [
    {"info_type": 1, "msg": "你好,想问问衣柜 🙂"},
    {"info_type": 2, "product_name": "衣柜", "product_price": "9800", "product_cover_url": "a.jpg"},
    {"info_type": 4, "url": "statics/zhugeleida/imgs/chat/a.jpg"},
    {"info_type": 5, "url": "statics/zhugeleida/imgs/chat/a.mp4"},
]
ANSWERED = [
    {"info_type": 1, "msg": "您好,有的"},
    {"info_type": 3, "msg": "您好,请问能否告诉我您的手机号?"},
]


@dataclass
class Session:
    """The customer's server and the rep's, which may be the same."""

    customers: Api
    reps: Api


@pytest_asyncio.fixture
async def session(storage: Storage, tmp_path: Path) -> AsyncIterator[Session]:
    """Demo servers: one on SQLite, two on MariaDB and Redis."""
    environ = {
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_REDIS_URL": storage.redis_url,
        "ZHUGE_DATA_DIR": str(tmp_path),
    }
    count = 2 if storage.redis_url else 1
    async with several(environ, count) as processes, callers(processes) as apis:
        yield Session(apis[0], apis[-1])


async def log_in_rep(api: Api) -> Caller:
    """Come in through WeCom, as the redirect to the front end says."""
    answer = await api.fetch("GET", f"{QIYEWEIXIN}/work_weixin_auth/1", {"code": "demo-rep-1"})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return Caller(int(query["user_id"][0]), query["token"][0], "rep")


async def log_in_customer(api: Api) -> Caller:
    """Come in through the mini program from the rep's card, for the first time."""
    query = {"code": "demo-customer-77", "user_type": 2, "source": 1, "uid": REP_ID}
    answer = await api.get(f"{XIAOCHENGXU}/login", query)
    assert (answer["msg"], answer.data["uid"]) == ("返回成功", REP_ID)
    return Caller(answer.data["user_id"], answer.data["token"], "customer")


async def say(socket: Socket, ids: Frame, contents: list[Frame]) -> list[Frame]:
    """Send messages one after another, and give the rows that come back to the sender."""
    rows: list[Frame] = []
    for content in contents:
        await socket.send({**ids, "content": json.dumps(content, ensure_ascii=False)})
        ack = await socket.until(lambda one: str(one["msg"]).endswith("消息-发送成功"))
        rows += await socket.rows(1)
        assert (ack["data"]["id"], ack["data"]["seq"]) == (rows[-1]["id"], rows[-1]["seq"])
    return rows


async def meet(session: Session) -> tuple[Talk, Socket]:
    """Let both log in, and the customer belong to the rep, who watches from the start."""
    rep = await log_in_rep(session.reps)
    radar = await session.reps.socket("leida")
    assert (await radar.register(rep=rep.id, customer=None, caller=rep))["msg"] == "注册成功"
    customer = await log_in_customer(session.customers)
    bound = await session.customers.get(
        f"{XIAOCHENGXU}/login/binding", {"uid": REP_ID, "source": 1}, caller=customer
    )
    assert bound.data == {"is_new": True}
    (welcome,) = await radar.rows(1)
    assert (welcome["customer_id"], welcome["send_type"], welcome["seq"]) == (customer.id, 1, 1)
    return Talk(session.customers, rep, customer), radar


async def open_card(talk: Talk, radar: Socket) -> None:
    """Open the card and praise it; the rep sees the praise."""
    card = await talk.api.get(f"{XIAOCHENGXU}/mingpian", {"uid": REP_ID}, caller=talk.customer)
    assert [row["id"] for row in card.data["ret_data"]] == [REP_ID]
    await talk.api.get(f"{XIAOCHENGXU}/mingpian/praise", {"uid": REP_ID}, caller=talk.customer)
    seen = await radar.until(lambda one: one.get("type") == "radar")
    assert (seen["data"]["customer_id"], seen["data"]["action"]) == (talk.customer.id, "觉得靠谱")


async def ask(talk: Talk, page: Socket, radar: Socket) -> None:
    """Send every kind of message of a customer; the rep sees each as it was sent."""
    ids = {"u_id": talk.rep.id, "user_id": talk.customer.id}
    own = await say(page, ids, ASKED)
    rows = await radar.rows(len(ASKED))
    assert rows == own
    for row, content in zip(rows, ASKED, strict=True):
        assert content.items() <= row.items()
    unread = await radar.until(
        lambda one: one.get("type") == "query_num" and one["data"]["unread_msg_num"] >= len(ASKED)
    )
    assert unread["code"] == 200


async def answer(talk: Talk, page: Socket, radar: Socket) -> None:
    """Read and answer; the customer sees both, and the rep that the customer has seen it."""
    ids = {"user_id": talk.rep.id, "customer_id": talk.customer.id}
    await radar.send({"type": "read", "seq": 5, "customer_id": talk.customer.id})
    receipt = await page.until(is_receipt)
    assert (receipt["code"], receipt["data"]["is_user_already_read"]) == (202, 1)
    await say(radar, ids, ANSWERED)
    rows = await page.rows(len(ANSWERED))
    assert [row["msg"] for row in rows] == [content["msg"] for content in ANSWERED]
    seen = await radar.until(lambda one: is_receipt(one) and one["data"]["seq"] == 7)
    assert seen["data"]["is_customer_already_read"] == 1


async def look_back(session: Session, talk: Talk) -> None:
    """Read the history on both sides and the rep's contacts; nothing is unread any more."""
    spoken = [*ASKED, *ANSWERED]
    for api, family, who, caller in (
        (session.customers, XIAOCHENGXU, {"u_id": talk.rep.id}, talk.customer),
        (session.reps, QIYEWEIXIN, {"customer_id": talk.customer.id}, talk.rep),
    ):
        history = (await api.get(f"{family}/chat", who, caller=caller)).data
        assert [row["seq"] for row in history] == [7, 6, 5, 4, 3, 2, 1]
        for row, content in zip(reversed(history[:-1]), spoken, strict=True):
            assert content.items() <= row.items()
        unread = await api.get(f"{family}/chat/query_num/0", who, caller=caller)
        assert unread.data == {"chatinfo_count": 0}
    contacts = (await session.reps.get(f"{QIYEWEIXIN}/contact", caller=talk.rep)).data
    first = contacts["ret_data"][0]
    assert (first["customer_id"], first["msg"], first["count"]) == (
        talk.customer.id,
        ANSWERED[-1]["msg"],
        0,
    )


@pytest.mark.both
async def test_the_documented_session_plays_from_the_login_to_the_contacts(
    session: Session,
) -> None:
    talk, radar = await meet(session)
    await open_card(talk, radar)
    page = await talk.open_customer(since=1)
    await ask(talk, page, radar)
    await answer(talk, page, radar)
    await look_back(session, talk)
    await page.send({"type": "closed", "u_id": talk.rep.id, "user_id": talk.customer.id})
    assert await page.close_code() == 1000
