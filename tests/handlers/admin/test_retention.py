"""For how many days a company keeps its log and its chat."""

from __future__ import annotations

import pytest

from models import retention as queries
from models.chat import Sender
from models.database import fetch_all
from services.retention import Retention
from tests.api import Api
from tests.factories import make_rep, session_for
from tests.handlers.qiyeweixin.staff import make_office
from tests.services.chat.talk import REP, make_talk
from tests.services.test_retention import KEPT_DAYS, OLD, say

RETENTION = "/zhugeleida/admin/retention"
UPDATE = f"{RETENTION}/update/0"
HISTORY = "/zhugeleida/xiaochengxu/chat"


@pytest.mark.both
async def test_a_company_keeps_everything_until_it_says_otherwise(api: Api) -> None:
    office, other = await make_office(api), await make_office(api)
    answer = await office.get(RETENTION)
    assert (answer["msg"], answer.data) == ("查询成功", {"log_days": 0, "chat_days": 0})
    changed = await office.post(UPDATE, {"log_days": 180, "chat_days": 365})
    assert (changed["msg"], changed.data) == ("修改成功", {"log_days": 180, "chat_days": 365})
    await office.post(UPDATE, {"chat_days": 0})
    assert (await office.get(RETENTION)).data == {"log_days": 180, "chat_days": 0}
    assert (await office.post(UPDATE)).data == {"log_days": 180, "chat_days": 0}
    assert (await other.get(RETENTION)).data == {"log_days": 0, "chat_days": 0}


@pytest.mark.parametrize(("days", "code"), [("-1", 303), ("3651", 303), ("x", 301)])
async def test_days_that_are_none_are_refused(api: Api, days: str, code: int) -> None:
    office = await make_office(api)
    assert (await office.post(UPDATE, {"log_days": days}))["code"] == code
    assert (await office.get(RETENTION)).data["log_days"] == 0


async def test_only_who_manages_may_see_or_change_it(api: Api) -> None:
    office = await make_office(api)
    staff = await session_for(await make_rep(office.company))
    assert (await api.get(RETENTION, caller=staff))["code"] == 404
    assert (await api.post(UPDATE, {"log_days": 1}, caller=staff))["code"] == 404


@pytest.mark.both
@pytest.mark.parametrize(
    ("since", "recovered"), [(0, False), (1, False), (3, True), (4, True), (None, True)]
)
async def test_who_wants_to_go_on_behind_what_is_gone_reads_the_history(
    api: Api, since: int | None, recovered: bool
) -> None:
    talk = await make_talk(api)
    for _ in range(3):
        await say(talk.rep, talk.customer, Sender.REP, "旧", days=OLD)
    await say(talk.rep, talk.customer, Sender.REP, "新")
    ((company_id,),) = await fetch_all("SELECT company_id FROM rep")
    await queries.change(company_id, None, KEPT_DAYS)
    await Retention(hour=0, pause_seconds=0.0).run_due()
    socket = await api.socket(talk.kind)
    answer = await talk.register(socket, talk.kind, since=since)
    assert answer["data"] == {"seq": 4, "read": 3, "recovered": recovered}
    await talk.post(talk.rep, "更新")
    rows = await socket.rows(2 if since == 3 else 1)
    assert [row["seq"] for row in rows] == ([4, 5] if since == 3 else [5])
    history = await api.get(HISTORY, {"u_id": talk.rep.id}, caller=talk.customer)
    assert [row["seq"] for row in history.data] == [5, 4]


@pytest.mark.both
async def test_a_rep_that_catches_up_with_all_its_customers_is_told_likewise(api: Api) -> None:
    talk = await make_talk(api)
    for _ in range(3):
        await say(talk.rep, talk.customer, Sender.CUSTOMER, "旧", days=OLD)
    ((company_id,),) = await fetch_all("SELECT company_id FROM rep")
    await queries.change(company_id, None, KEPT_DAYS)
    await Retention(hour=0, pause_seconds=0.0).run_due()
    for since, recovered in (({str(talk.customer.id): 1}, False), ({}, True)):
        socket = await api.socket(REP)
        answer = await socket.register(rep=talk.rep.id, customer=None, caller=talk.rep, since=since)
        assert answer["data"]["recovered"] is recovered
