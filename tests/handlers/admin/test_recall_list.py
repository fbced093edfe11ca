"""Recalls as the back office sees them: who took what back, and what it said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.base import now, to_ms
from models.customer import Customer
from models.database import execute, fetch_all
from models.staff import Rep
from services.clock import day_of
from tests.api import Api
from tests.factories import make_rep, session_for
from tests.handlers.admin.test_audit_log import entries
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.services.chat.locks import table_held
from tests.services.chat.talk import REP, Talk, content, join_talk
from tests.sockets import is_push
from tests.statements import counted
from tests.storage import Storage

LIST = "/zhugeleida/admin/audit_log/recall_list"
ACTION = "qiyeweixin.chat.recall_message"


async def listed(office: Office, **query: object) -> list[dict[str, Any]]:
    """List the office's recalls."""
    answer = await office.get(LIST, query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    assert answer.data["data_count"] >= len(answer.data["ret_data"])
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    return rows


async def ids(office: Office, **query: object) -> list[int]:
    """List the ids of the messages that were recalled."""
    return [row["id"] for row in await listed(office, **query)]


async def talk_in(office: Office) -> Talk:
    """Make a pair of the office's company."""
    return await join_talk(office.api, await make_rep(office.company), office.company)


async def taken_back(talk: Talk, side: str, text: str = "秘密") -> int:
    """Have one side say something and recall it, and give its id."""
    caller, family = (talk.rep, "qiyeweixin") if side == "rep" else (talk.customer, "xiaochengxu")
    number: int = (await talk.post(caller, text)).data["id"]
    url = f"/zhugeleida/{family}/chat/recall/0"
    assert (await talk.api.post(url, {"id": number}, caller=caller))["code"] == 200
    return number


@pytest.mark.both
async def test_it_tells_who_has_recalled_what_and_when(api: Api) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    await talk.post(talk.rep, "前")
    ours, theirs = await taken_back(talk, "rep", "价格错了"), await taken_back(talk, "customer")
    customer = await Customer.aio_get(Customer.id == talk.customer.id)
    newest, row = await listed(office)
    assert (newest["id"], newest["send_type"], newest["content"]["msg"]) == (theirs, 2, "秘密")
    assert row.pop("dateTime") <= row.pop("create_date")
    rep = await Rep.aio_get(Rep.id == talk.rep.id)
    assert row == {
        "id": ours,
        "seq": 2,
        "user_id": talk.rep.id,
        "username": rep.username,
        "memo_name": rep.memo_name,
        "customer_id": talk.customer.id,
        "customer": customer.name,
        "send_type": 1,
        "content": {"info_type": 1, "msg": "价格错了"},
    }


@pytest.mark.both
async def test_recalls_are_found_by_rep_customer_and_day(api: Api) -> None:
    office = await make_office(api)
    first, second = await talk_in(office), await talk_in(office)
    found = [await taken_back(one, "customer") for one in (first, second)]
    old = now() - timedelta(days=40)
    await execute(
        "UPDATE recall SET recalled_at = %s WHERE message_id = %s", (to_ms(old), found[0])
    )
    day = day_of(old)
    assert await ids(office) == [found[1], found[0]]
    assert await ids(office, uid=first.rep.id) == found[:1]
    assert await ids(office, customer_id=second.customer.id) == found[1:]
    assert await ids(office, uid=first.rep.id, customer_id=second.customer.id) == []
    assert await ids(office, create_date__gte=day, create_date__lt=day) == found[:1]
    assert await ids(office, create_date__gte=day + timedelta(days=1)) == found[1:]


async def test_recalls_come_in_pages_that_cost_the_same(api: Api) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    made = [await taken_back(talk, "rep") for _ in range(3)]
    counts = []
    for page, expected in ((1, made[:0:-1]), (2, made[:1])):
        with counted() as statements:
            assert await ids(office, current_page=page, length=2) == expected
        counts.append(len([one for one in statements if "recall" in one]))
    assert counts == [2, 2]
    assert (await office.get(LIST, {"length": 1})).data["data_count"] == 3


@pytest.mark.both
async def test_each_company_sees_its_own_and_the_platform_all(api: Api) -> None:
    platform, office = await make_office(api, platform=True), await make_office(api)
    other = await make_office(api)
    talk = await talk_in(office)
    number = await taken_back(talk, "rep")
    assert await ids(platform, company_id=office.company.id) == [number]
    assert await ids(platform) == await ids(other) == []
    foreign = {"uid": talk.rep.id, "customer_id": talk.customer.id, "company_id": office.company.id}
    for name, value in foreign.items():
        assert (await other.get(LIST, {name: value}))["code"] == 302
    assert (await office.get(LIST, {"uid": 999_999}))["code"] == 302
    assert (await office.get(LIST, {"customer_id": 999_999}))["code"] == 302


async def test_a_rep_that_has_moved_on_is_found_where_it_was(api: Api) -> None:
    office, other = await make_office(api), await make_office(api)
    talk = await talk_in(office)
    number = await taken_back(talk, "rep")
    await execute("UPDATE rep SET company_id = %s WHERE id = %s", (other.company.id, talk.rep.id))
    assert await ids(office, uid=talk.rep.id) == [number]
    assert await ids(other, uid=talk.rep.id) == []


async def test_only_who_manages_reads_what_was_recalled(api: Api) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    await taken_back(talk, "customer")
    for caller in (talk.rep, talk.customer, await session_for(await make_rep(office.company))):
        assert (await api.get(LIST, caller=caller))["code"] == 404


@pytest.mark.both
async def test_a_reps_recall_has_an_entry_over_rest_and_over_a_socket(api: Api) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    over_rest = await taken_back(talk, "rep")
    over_socket = (await talk.post(talk.rep, "秘密")).data["id"]
    socket = await talk.open_rep_for_all()
    for number in (over_socket, 999_999):
        await socket.send({"type": "recall", "id": number, "content": content("秘密")})
        await socket.until(lambda one: not is_push(one) and "id" not in one)
    found = await entries(office, action=ACTION)
    assert [(one["user_id"], one["code"], one["address"]) for one in found] == [
        (talk.rep.id, 302, "127.0.0.1"),
        (talk.rep.id, 200, "127.0.0.1"),
        (talk.rep.id, 200, "127.0.0.1"),
    ]
    fields = [{name: int(value) for name, value in one["fields"].items()} for one in found]
    assert fields == [{"id": 999_999}, {"id": over_socket}, {"id": over_rest}]
    assert "秘密" not in str(await fetch_all("SELECT * FROM audit_log"))


async def test_a_customers_recall_has_no_entry(api: Api) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    await taken_back(talk, "customer")
    number = (await talk.post(talk.customer, "秘密")).data["id"]
    socket = await talk.open_customer()
    await socket.send({"type": "recall", "id": number})
    await socket.until(lambda one: one.get("msg") == "撤回成功")
    assert await entries(office) == []


async def test_nothing_is_recalled_when_no_entry_can_be_written(api: Api, log: Any) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    number = (await talk.post(talk.rep, "秘密")).data["id"]
    socket = await talk.open(REP)
    await execute("ALTER TABLE audit_log RENAME TO audit_log_gone")
    await socket.send({"type": "recall", "id": number})
    assert (await socket.receive())["code"] == 503
    assert log.take("fault")
    assert await fetch_all("SELECT id FROM recall") == []


@pytest.mark.mariadb
async def test_a_recall_that_the_database_ends_changes_nothing(api: Api, storage: Storage) -> None:
    office = await make_office(api)
    talk = await talk_in(office)
    number = (await talk.post(talk.customer, "秘密")).data["id"]
    socket = await talk.open_customer()
    with table_held(storage, "recall") as lock:
        await socket.send({"type": "recall", "id": number})
        assert await lock.is_waited_for()
        lock.end_waiters()
        refused = await socket.receive()
    assert refused == {"code": 503, "msg": "暂时无法保存,请重试"}
    assert [row.content for row in await talk.stored()] == ['{"info_type":1,"msg":"秘密"}']
