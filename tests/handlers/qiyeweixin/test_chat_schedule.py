"""Messages that a rep has written for later, over REST and a socket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from handlers.wire import spaced
from models.base import now
from models.database import execute
from services import customer_exports
from services.chat import scheduled
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import REP, text, the_customer
from tests.sockets import is_push

NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
WAITING, SENT, CANCELLED, FAILED = 1, 2, 3, 4


def later(**delta: float) -> str:
    """A time from now as a client writes it."""
    return spaced(now() + timedelta(**(delta or {"hours": 1})))


async def schedule(api: Api, caller: Caller, customer: Any, **fields: object) -> Answer:
    """Write a message for later."""
    form: Mapping[str, object] = {
        "customer_id": customer.id,
        "msg": "您好",
        "send_at": later(),
        **fields,
    }
    return await api.post(f"{REP}/schedule/0", form, caller=caller)


async def listed(api: Api, caller: Caller, **query: object) -> list[dict[str, Any]]:
    """List what is scheduled."""
    answer = await api.get(f"{REP}/schedule_list", query, caller=caller)
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    assert answer.data["data_count"] == len(rows)
    return rows


async def fall_due() -> None:
    """Let the time of everything that waits come."""
    await execute("UPDATE scheduled_message SET send_at = send_at - %s", (7_200_000,))


@pytest.mark.both
async def test_what_is_scheduled_is_listed_as_it_was_written(api: Api) -> None:
    rep, customer = await make_pair()
    caller, send_at = await session_for(rep), later()
    answer = await schedule(api, caller, customer, content=text("早", mine=1), send_at=send_at)
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    (row,) = await listed(api, caller)
    assert row.pop("create_date")
    assert row == {
        "id": answer.data["id"],
        "customer_id": customer.id,
        "customer": customer.name,
        "content": {"info_type": 1, "msg": "早", "mine": 1},
        "send_at": send_at,
        "status": WAITING,
        "msg_id": None,
    }


@pytest.mark.both
async def test_at_its_time_a_message_reaches_both_sides_like_any_other(app: App, api: Api) -> None:
    rep, customer = await make_pair()
    caller, theirs = await session_for(rep), await session_for(customer)
    await schedule(api, caller, customer)
    socket = await api.socket("xiaochengxu")
    await socket.register(rep=rep.id, customer=customer.id, caller=theirs)
    await fall_due()
    await scheduled.send_due(app.services.messages)
    pushed = await socket.until(is_push)
    (message,) = pushed["data"]["ret_data"]
    assert (message["seq"], message["send_type"], message["msg"]) == (1, 1, "您好")
    (row,) = await listed(api, caller)
    assert (row["status"], row["msg_id"]) == (SENT, message["id"])


async def test_before_its_time_nothing_is_sent(app: App, api: Api) -> None:
    rep, customer = await make_pair()
    await schedule(api, await session_for(rep), customer)
    await scheduled.send_due(app.services.messages)
    assert await (await the_customer(api, rep, customer)).texts() == []


async def test_the_server_sends_what_is_due_by_itself(api: Api) -> None:
    rep, customer = await make_pair()
    theirs = await the_customer(api, rep, customer)
    await schedule(api, await session_for(rep), customer)
    await fall_due()
    assert await theirs.fresh(wait=10) == ["您好"]


@pytest.mark.both
async def test_a_cancelled_message_is_not_sent(app: App, api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    number = (await schedule(api, caller, customer)).data["id"]
    url = f"{REP}/cancel_schedule/{number}"
    first = await api.post(url, {}, caller=caller)
    assert first == {"code": 200, "msg": "取消成功", "data": {}}
    assert await api.post(url, {}, caller=caller) == first
    await fall_due()
    await scheduled.send_due(app.services.messages)
    assert await (await the_customer(api, rep, customer)).texts() == []
    assert [row["status"] for row in await listed(api, caller)] == [CANCELLED]


async def test_what_was_sent_cannot_be_cancelled(app: App, api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    number = (await schedule(api, caller, customer)).data["id"]
    await fall_due()
    await scheduled.send_due(app.services.messages)
    answer = await api.post(f"{REP}/cancel_schedule/{number}", {}, caller=caller)
    assert (answer["code"], answer["msg"]) == (303, "消息已发送")


async def test_another_reps_message_is_not_there(api: Api) -> None:
    rep, customer = await make_pair()
    number = (await schedule(api, await session_for(rep), customer)).data["id"]
    other = await session_for(await make_rep(rep.company))
    assert await api.post(f"{REP}/cancel_schedule/{number}", {}, caller=other) == NOT_FOUND
    assert await listed(api, other) == []
    assert [row["status"] for row in await listed(api, await session_for(rep))] == [WAITING]


@pytest.mark.both
async def test_a_scheduled_message_that_was_recalled_is_shown_as_recalled(
    app: App, api: Api
) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    for words in ("秘密", "公开"):
        await schedule(api, caller, customer, msg=words)
    await fall_due()
    await scheduled.send_due(app.services.messages)
    kept, secret = await listed(api, caller)
    answer = await api.post(f"{REP}/recall/0", {"id": secret["msg_id"]}, caller=caller)
    assert answer["code"] == 200
    assert await listed(api, caller) == [
        kept,
        {**secret, "content": {"info_type": 1, "msg": "[消息已撤回]", "is_recalled": True}},
    ]
    exported = [
        row async for _, page in customer_exports.parts(customer.id, length=100) for row in page
    ]
    assert "公开" in str(exported)
    assert "秘密" not in str(exported)


async def test_a_message_to_another_reps_customer_is_refused(api: Api) -> None:
    _, strange = await make_pair()
    rep, _ = await make_pair()
    caller = await session_for(rep)
    assert await schedule(api, caller, strange) == NOT_FOUND
    assert await listed(api, caller) == []


@pytest.mark.parametrize("seconds", [-2, 366 * 86_400], ids=["over", "far"])
async def test_a_time_that_is_over_or_too_far_away_is_refused(api: Api, seconds: int) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    answer = await schedule(api, caller, customer, send_at=later(seconds=seconds))
    assert (answer["code"], list(answer.data["errors"])) == (303, ["send_at"])
    assert await listed(api, caller) == []


@pytest.mark.parametrize(
    ("send_at", "code"),
    [("2026-02-30 10:00", 301), ("2030-01-01", 301), ("soon", 301), ("", 303)],
)
async def test_what_is_no_time_is_refused(api: Api, send_at: str, code: int) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    answer = await schedule(api, caller, customer, send_at=send_at)
    assert (answer["code"], list(answer.data["errors"])) == (code, ["send_at"])
    assert await listed(api, caller) == []


async def test_a_time_may_name_its_zone(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    send_at = now() + timedelta(hours=3)
    await schedule(api, caller, customer, send_at=send_at.isoformat())
    assert [row["send_at"] for row in await listed(api, caller)] == [spaced(send_at)]


async def test_a_content_is_checked_when_it_is_written(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    answer = await schedule(api, caller, customer, content='{"info_type":9}')
    assert answer["code"] == 303
    assert await listed(api, caller) == []


@pytest.mark.both
async def test_the_same_name_again_is_the_same_message(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    first = await schedule(api, caller, customer, client_msg_id="m1")
    again = await schedule(api, caller, customer, client_msg_id="m1", msg="另一条")
    assert again == first
    assert [row["content"]["msg"] for row in await listed(api, caller)] == ["您好"]


@pytest.mark.both
async def test_the_same_name_again_is_the_same_message_after_its_time_too(
    app: App, api: Api
) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    first = await schedule(api, caller, customer, client_msg_id="m1")
    await fall_due()
    await scheduled.send_due(app.services.messages)
    over = later(hours=-1)
    assert await schedule(api, caller, customer, client_msg_id="m1", send_at=over) == first
    assert (await schedule(api, caller, customer, client_msg_id="m2", send_at=over))["code"] == 303
    assert [row["status"] for row in await listed(api, caller)] == [SENT]


async def test_a_rep_has_a_hundred_messages_waiting_at_the_most(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    number = (await schedule(api, caller, customer)).data["id"]
    columns = "rep_id, customer_id, content, send_at, state, created_at"
    for _ in range(scheduled.MOST_WAITING - 1):
        await execute(
            f"INSERT INTO scheduled_message ({columns})"
            f" SELECT {columns} FROM scheduled_message WHERE id = %s",
            (number,),
        )
    answer = await schedule(api, caller, customer)
    assert (answer["code"], answer["msg"]) == (303, "最多可以有100条待发送的消息")
    await api.post(f"{REP}/cancel_schedule/{number}", {}, caller=caller)
    assert (await schedule(api, caller, customer))["code"] == 200


async def test_the_list_can_be_narrowed_to_a_customer_and_a_state(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    numbers = [(await schedule(api, caller, customer)).data["id"] for _ in range(2)]
    await api.post(f"{REP}/cancel_schedule/{numbers[0]}", {}, caller=caller)
    assert [row["id"] for row in await listed(api, caller, status=WAITING)] == [numbers[1]]
    assert len(await listed(api, caller, customer_id=customer.id)) == 2
    _, other = await make_pair()
    for unknown in (other.id, 10**6):
        query = {"customer_id": unknown}
        assert await api.get(f"{REP}/schedule_list", query, caller=caller) == NOT_FOUND
    await execute("DELETE FROM bond WHERE rep_id = %s", (rep.id,))
    assert len(await listed(api, caller, customer_id=customer.id)) == 2


async def test_the_list_of_a_customer_who_gets_nothing_is_empty(api: Api) -> None:
    rep, customer = await make_pair()
    assert await listed(api, await session_for(rep), customer_id=customer.id) == []


async def test_the_list_begins_with_what_is_sent_last(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    for hours in (2, 3, 1):
        await schedule(api, caller, customer, msg=str(hours), send_at=later(hours=hours))
    assert [row["content"]["msg"] for row in await listed(api, caller)] == ["3", "2", "1"]
