"""What customers do with a card: calls, copies, forwards and praise (semantics 3.2)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.database import execute, fetch_all
from tests.api import Api, Caller
from tests.factories import bind, make_company, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import count, counters_of, logs_of

CARD = "/zhugeleida/xiaochengxu/mingpian"
DEEDS = [
    ("calling", 10, "拨打您的手机"),
    ("save_wechat", 5, "复制了您的微信,留意微信新朋友消息"),
    ("save_phone", 8, "保存了您的电话,可以考虑拜访"),
    ("forward", 6, "转发了你的名片,你的人脉圈正在裂变"),
]
PRAISE = (9, "觉得您非常靠谱")
NO_PRAISE = (9, "取消了给你的靠谱评价")
SIGN_PRAISE = (9, "赞了你的个性签名")
YESTERDAY = now() - timedelta(days=1)


async def do(api: Api, name: str, rep: Any, caller: Caller) -> Any:
    """Do something with a rep's card and give the answer's data."""
    answer = await api.get(f"{CARD}/{name}", {"uid": rep.id}, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "记录日志成功")
    return answer.data


async def an_expired_pair() -> tuple[Any, Any]:
    """A rep and its customer in a company whose time is over."""
    rep = await make_rep(await make_company(expires_at=YESTERDAY))
    customer = await make_customer(rep.company)
    await bind(rep, customer)
    return rep, customer


async def praise_in_the_database(rep: Any) -> tuple[int, int]:
    """How many praise a rep's card at present, and how many its own counter says."""
    ((rows,),) = await fetch_all(
        "SELECT COUNT(*) FROM card_praise WHERE rep_id = %s AND is_up = 1", (rep.id,)
    )
    return rows, (await counters_of(rep)).get("praise_count", 0)


@pytest.mark.both
@pytest.mark.parametrize(("name", "action", "remark"), DEEDS)
async def test_a_deed_is_logged_with_its_text(
    api: Api, name: str, action: int, remark: str
) -> None:
    rep, customer = await make_pair()
    data = await do(api, name, rep, await session_for(customer))
    assert (data, await logs_of(rep)) == ({}, [(action, remark)])


@pytest.mark.parametrize(("name", "action", "remark"), DEEDS)
async def test_a_deed_raises_its_daily_counter(
    api: Api, name: str, action: int, remark: str
) -> None:
    rep, customer = await make_pair()
    for _ in range(2):
        await do(api, name, rep, await session_for(customer))
    rows = await fetch_all(
        "SELECT company_id, rep_id, customer_id, action, count FROM action_counter"
    )
    assert rows == [(rep.company_id, rep.id, customer.id, action, 2)]


async def test_the_action_of_the_query_is_ignored(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await api.get(f"{CARD}/save_wechat", {"uid": rep.id, "action": 10}, caller=caller)
    assert [action for action, _ in await logs_of(rep)] == [5]


async def test_only_forwards_move_a_counter_of_the_card(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    for name, *_ in DEEDS:
        await do(api, name, rep, caller)
    assert await counters_of(rep) == {"forward_count": 1}


@pytest.mark.both
async def test_concurrent_forwards_are_all_counted_and_logged(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await asyncio.gather(*(do(api, "forward", rep, caller) for _ in range(10)))
    assert await counters_of(rep) == {"forward_count": 10}
    assert len(await logs_of(rep)) == 10


@pytest.mark.parametrize("name", [name for name, *_ in DEEDS] + ["praise", "up_sign"])
async def test_a_customer_without_a_name_is_logged_by_its_id(api: Api, name: str) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    await bind(rep, customer)
    await do(api, name, rep, await session_for(customer))
    answer = await api.get("/zhugeleida/qiyeweixin/contact", caller=await session_for(rep))
    assert answer.data["ret_data"][0]["msg"].startswith(f"客户ID{customer.id}")


@pytest.mark.parametrize("name", [name for name, *_ in DEEDS] + ["praise", "up_sign"])
async def test_an_expired_company_logs_nothing(api: Api, name: str) -> None:
    rep, customer = await an_expired_pair()
    await do(api, name, rep, await session_for(customer))
    assert (await logs_of(rep), await count("action_counter")) == ([], 0)


async def test_forwards_and_praise_are_counted_in_an_expired_company(api: Api) -> None:
    rep, customer = await an_expired_pair()
    for name in ("forward", "praise", "up_sign"):
        await do(api, name, rep, await session_for(customer))
    assert await counters_of(rep) == {
        "forward_count": 1,
        "praise_count": 1,
        "sign_praise_count": 1,
    }


@pytest.mark.parametrize("name", [name for name, *_ in DEEDS] + ["praise", "up_sign"])
async def test_a_deed_before_binding_is_logged_without_a_bond(api: Api, name: str) -> None:
    rep = await make_rep()
    await do(api, name, rep, await session_for(await make_customer(rep.company)))
    assert (len(await logs_of(rep)), await count("bond")) == (1, 0)


@pytest.mark.parametrize("name", [name for name, *_ in DEEDS] + ["praise", "up_sign"])
async def test_a_deed_is_an_activity_of_the_bond(api: Api, name: str) -> None:
    rep, customer = await make_pair()
    await execute("UPDATE bond SET last_activity_at = NULL, last_event_at = 0")
    await do(api, name, rep, await session_for(customer))
    assert await fetch_all("SELECT last_activity_at > 0, last_event_at > 0 FROM bond") == [(1, 1)]


@pytest.mark.both
async def test_praise_is_given_and_taken_back_with_the_count_in_step(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    states = [(await do(api, "praise", rep, caller))["ret_data"] for _ in range(3)]
    assert states == [
        {"is_praise": True, "praise_num": 1},
        {"is_praise": False, "praise_num": 0},
        {"is_praise": True, "praise_num": 1},
    ]
    assert await logs_of(rep) == [PRAISE, NO_PRAISE, PRAISE]


async def test_the_praise_of_each_customer_counts(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await do(api, "praise", rep, await session_for(customer))
    data = await do(api, "praise", rep, await session_for(other))
    assert data["ret_data"] == {"is_praise": True, "praise_num": 2}


@pytest.mark.both
async def test_concurrent_toggles_leave_the_count_in_step(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    callers = [await session_for(await make_customer(company)) for _ in range(3)]
    await asyncio.gather(*(do(api, "praise", rep, caller) for caller in callers for _ in range(5)))
    assert await praise_in_the_database(rep) == (3, 3)
    assert len(await logs_of(rep)) == 15


@pytest.mark.both
async def test_an_even_number_of_concurrent_toggles_leaves_no_praise(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await asyncio.gather(*(do(api, "praise", rep, caller) for _ in range(8)))
    assert await praise_in_the_database(rep) == (0, 0)
    assert sorted(await logs_of(rep)) == sorted([PRAISE, NO_PRAISE] * 4)


@pytest.mark.both
async def test_a_signature_is_liked_once_for_ever(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    states = [(await do(api, "up_sign", rep, caller))["ret_data"] for _ in range(3)]
    assert states == [{"sign_num": 1, "is_sign": True}] * 3
    assert (await logs_of(rep), await counters_of(rep)) == ([SIGN_PRAISE], {"sign_praise_count": 1})


@pytest.mark.both
async def test_concurrent_likes_of_a_signature_count_once_a_customer(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    callers = [await session_for(await make_customer(company)) for _ in range(3)]
    await asyncio.gather(*(do(api, "up_sign", rep, caller) for caller in callers for _ in range(4)))
    assert (await logs_of(rep), await counters_of(rep)) == (
        [SIGN_PRAISE] * 3,
        {"sign_praise_count": 3},
    )


@pytest.mark.both
async def test_a_deed_appears_at_once_in_the_reps_radar(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=None, caller=caller)
    await do(api, "calling", rep, await session_for(customer))
    frame = await socket.until(lambda frame: frame.get("type") == "radar")
    assert frame["data"]["log"] == f"{customer.name}拨打您的手机"
