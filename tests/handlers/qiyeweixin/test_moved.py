"""A rep that goes to another company: what it had stays behind, and is there when it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from models import retention
from models.base import now
from models.chat import Pair, Sender
from models.customer import CustomerNote
from models.database import execute, fetch_all
from models.radar import Action
from services.chat.messages import Draft, store
from services.chat.scheduled import MOST_WAITING, schedule
from tests.api import Api, Caller
from tests.company import make_follow_up
from tests.factories import bind, make_company, make_customer, make_rep, session_for
from tests.handlers.qiyeweixin.doings import days_ago, do
from tests.handlers.qiyeweixin.staff import make_office
from tests.handlers.qiyeweixin.test_user import update
from tests.services.chat.talk import REP
from tests.services.test_retention import job

FAMILY = "/zhugeleida/qiyeweixin"
SECRET = "前公司的"
ALL_TIME = {"create_date__gte": "2000-01-01"}
LISTS = [
    ("action/time", {}),
    ("action/time", {"action": int(Action.CALL), **ALL_TIME}),
    ("action/customer", ALL_TIME),
    ("action/count", ALL_TIME),
    ("action/get_new_log", {}),
    ("contact", {}),
    ("contact/query_num", {}),
    ("tag_customer", {}),
    ("chat/schedule_list", {}),
    ("tongxunlu", {}),
    ("user", {}),
]
"""Everything that a rep reads without naming a customer."""

OF_CUSTOMER = [
    "action/time",
    "chat",
    "chat/getmsg/0",
    "chat/query_num/0",
    "chat/schedule_list",
    "customer",
    "follow_info",
]
"""Everything that a rep reads of the customer whom it names."""


@dataclass
class Move:
    """A rep that has talked with a customer of its company, and the one who moves it."""

    api: Api
    office: Any
    rep: Any
    customer: Any

    async def to(self, company: Any) -> Caller:
        """Hand the customers over, move the rep, and log it in anew."""
        ((company_id,),) = await fetch_all(
            "SELECT company_id FROM rep WHERE id = %s", (self.rep.id,)
        )
        heir = await make_rep(company_id)
        answer = await update(self.office, self.rep, company_id=company.id, transfer_to=heir.id)
        assert answer["code"] == 200, answer
        self.rep.company = company
        return await session_for(self.rep)

    async def read(self, caller: Caller, path: str, query: Any) -> Any:
        """Read a list as the rep: what it is of, without the moment of the answer."""
        answer = await self.api.get(f"{FAMILY}/{path}", query, caller=caller)
        assert answer["code"] == 200, (path, answer)
        return answer.data

    async def work(self, customer: Any, word: str) -> None:
        """Let a customer of the rep's present company do and say things, and follow it up."""
        rep = self.rep
        await bind(rep, customer)
        await do(rep, customer, remark=f"{word}拨打")
        text = f'{{"info_type":1,"msg":"{word}留言"}}'
        await store([Draft(Pair(rep.id, customer.id), Sender.CUSTOMER, text)])
        await schedule(Pair(rep.id, customer.id), text, now() + timedelta(days=1))
        await make_follow_up(rep, customer, f"{word}跟进")
        await CustomerNote.aio_create(rep=rep, customer=customer, name=f"{word}备注")
        await execute(
            "INSERT INTO customer_tag (rep_id, customer_id, tag_id, created_at)"
            " SELECT %s, %s, MIN(id), 0 FROM tag",
            (rep.id, customer.id),
        )


async def make_move(api: Api) -> Move:
    """Make a rep with a customer whose every text holds ``SECRET``."""
    office = await make_office(api, platform=True)
    rep = await make_rep()
    customer = await make_customer(rep.company, name=f"{SECRET}客户")
    move = Move(api, office, rep, customer)
    await move.work(customer, SECRET)
    return move


@pytest.mark.both
async def test_a_rep_that_has_moved_reads_nothing_of_the_company_that_it_has_left(api: Api) -> None:
    move = await make_move(api)
    before = await session_for(move.rep)
    had = [str(await move.read(before, path, query)) for path, query in LISTS]
    assert sum(SECRET in text for text in had) >= 5
    await do(move.rep, move.customer, remark=f"{SECRET}还没看")
    caller = await move.to(await make_company())
    for path, query in LISTS:
        data = await move.read(caller, path, query)
        assert SECRET not in str(data), (path, data)
    for path in OF_CUSTOMER:
        answer = await api.get(f"{FAMILY}/{path}", {"customer_id": move.customer.id}, caller=caller)
        assert (answer["code"], answer.data) == (302, {}), path


@pytest.mark.both
async def test_a_rep_that_has_moved_counts_what_happens_where_it_is_now(api: Api) -> None:
    move = await make_move(api)
    await do(move.rep, move.customer, Action.CALL, times=6)
    company = await make_company()
    caller = await move.to(company)
    customer = await make_customer(company, name="新客户")
    await move.work(customer, "新的")
    await do(move.rep, customer, Action.CALL, times=2, at=days_ago(1))
    log = await move.read(caller, "action/time", {})
    by_customer = await move.read(caller, "action/customer", ALL_TIME)
    counts = await move.read(caller, "action/count", ALL_TIME)
    assert (len(log["ret_data"]), log["data_count"]) == (3, 3)
    assert sum(row["totalCount"] for row in by_customer) == 3
    assert SECRET not in f"{log}{by_customer}{counts}"
    assert len((await move.read(caller, "action/get_new_log", {}))["ret_data"]) == 3


@pytest.mark.both
async def test_a_rep_that_comes_back_finds_what_it_had(api: Api) -> None:
    move = await make_move(api)
    first = move.rep.company
    asked = [("action/time", {}), ("action/customer", ALL_TIME), ("action/count", ALL_TIME)]
    before = [await move.read(await session_for(move.rep), *one) for one in asked]
    company = await make_company()
    await move.to(company)
    customer = await make_customer(company, name="新客户")
    await move.work(customer, "新的")
    caller = await move.to(first)
    assert [await move.read(caller, *one) for one in asked] == before
    (row,) = (await move.read(caller, "action/get_new_log", {}))["ret_data"]
    assert SECRET in row["log"]


async def test_what_waited_in_another_company_takes_no_place_of_a_rep_that_has_moved(
    api: Api,
) -> None:
    move = await make_move(api)
    pair, text = Pair(move.rep.id, move.customer.id), '{"info_type":1,"msg":"早"}'
    for _ in range(MOST_WAITING - 1):
        await schedule(pair, text, now() + timedelta(days=1))
    company = await make_company()
    await move.to(company)
    customer = await make_customer(company)
    await bind(move.rep, customer)
    assert await schedule(Pair(move.rep.id, customer.id), text, now() + timedelta(days=1))


@pytest.mark.both
async def test_a_socket_of_a_rep_that_has_moved_hears_nothing_old(api: Api) -> None:
    move = await make_move(api)
    caller = await move.to(await make_company())
    since = {str(move.customer.id): 0}
    socket = await api.socket(REP)
    answer = await socket.register(rep=move.rep.id, customer=None, caller=caller, since=since)
    assert (answer["code"], answer["data"]) == (200, {"seq": {}, "read": {}, "recovered": True})
    company = move.rep.company
    customer = await make_customer(company, name="新客户")
    await move.work(customer, "新的")
    sent = await api.post(
        f"{FAMILY}/chat/send_msg/0",
        {"customer_id": customer.id, "content": '{"info_type":1,"msg":"你好"}'},
        caller=caller,
    )
    assert sent["code"] == 200
    rows = await socket.rows(2)
    assert {row["customer_id"] for row in rows} == {customer.id}


@pytest.mark.both
async def test_the_old_companys_retention_goes_on_for_a_rep_that_has_moved(api: Api) -> None:
    move = await make_move(api)
    first, company = move.rep.company, await make_company()
    pair = Pair(move.rep.id, move.customer.id)
    await do(move.rep, move.customer, at=days_ago(40), times=3)
    await move.to(company)
    customer = await make_customer(company)
    await do(move.rep, customer, at=days_ago(40), times=4)
    await execute("UPDATE message SET created_at = 0")
    await retention.change(company.id, 0, 0)
    await retention.change(first.id, 30, 30)
    await job().run_due()
    found = "SELECT company_id, COUNT(*) FROM action_log GROUP BY company_id ORDER BY company_id"
    assert await fetch_all(found) == sorted([(first.id, 1), (company.id, 4)])
    gone = "SELECT gone_seq FROM conversation WHERE rep_id = %s AND customer_id = %s"
    assert await fetch_all(gone, pair) == [(1,)]
    caller = await session_for(move.rep)
    assert (await move.read(caller, "action/time", {}))["data_count"] == 4
