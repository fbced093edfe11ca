"""The export of everything that is kept about a customer."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from tornado.simple_httpclient import HTTPStreamClosedError

from handlers import base
from models.chat import Pair, Sender
from models.customer import FollowUp
from models.database import execute
from services import customer_exports
from services.chat.messages import Draft, store
from tests.api import Api, checked
from tests.factories import make_customer, make_pair, make_rep, session_for
from tests.handlers.admin.test_audit_log import entries
from tests.handlers.admin.test_customer_erasure import NAME, NICK, OPENID, PHONE, WORDS, make_known
from tests.handlers.qiyeweixin.doings import do
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.logs import Log
from tests.statements import counted
from tests.waiting import eventually

EXPORT = "/zhugeleida/admin/customer/export_data"
SIZES = {
    "bonds": 1,
    "notes": 1,
    "tags": 1,
    "follow_ups": 3,
    "orders": 1,
    "articles": 1,
    "comments": 1,
    "praised_diaries": 0,
    "praised_cards": 1,
    "praised_signatures": 0,
    "kept_cases": 1,
    "footprints": 5,
    "searches": 1,
    "scheduled_messages": 1,
    "notices": 1,
    "sessions": 0,
    "daily_counters": 1,
    "messages": 7,
    "actions": 3,
}
"""How many rows ``make_known`` makes, by the name of their part."""


async def exported(office: Office, customer: Any) -> dict[str, Any]:
    """Export a customer."""
    response = await office.api.fetch("GET", f"{EXPORT}/{customer.id}", caller=office.caller)
    assert response.code == 200
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="customer_{customer.id}.json"'
    )
    document: dict[str, Any] = json.loads(response.body)
    return document


@pytest.mark.both
async def test_everything_that_is_kept_is_in_the_file(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    _, other = await make_pair(office.company)
    await FollowUp.aio_create(company=rep.company_id, rep=rep, customer=other, text="别人的")
    found = await exported(office, customer)
    assert (found["profile"]["name"], found["profile"]["openid"]) == (NAME, OPENID)
    assert found["profile"]["avatar"] == customer.avatar
    assert "session_key" not in found["profile"]
    sizes = {name: len(rows) for name, rows in found.items() if name != "profile"}
    assert sizes == SIZES
    assert (found["notes"][0]["name"], found["orders"][0]["phone"]) == (NICK, PHONE)
    assert found["messages"][0] == {
        "rep_id": rep.id,
        "seq": 1,
        "sender": 2,
        "content": json.dumps(
            {"info_type": 1, "msg": WORDS[0]}, ensure_ascii=False, separators=(",", ":")
        ),
        "created_at": found["messages"][0]["created_at"],
        "recalled_at": None,
        "recalled_content": None,
    }
    assert found["actions"][0]["remark"] == "拨打您的手机"


@pytest.mark.both
async def test_what_the_customer_has_recalled_is_its_own_and_what_the_rep_has_is_not(
    api: Api,
) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    theirs, ours = (await exported(office, customer))["messages"][-2:]
    assert "is_recalled" in theirs["content"] and "is_recalled" in ours["content"]
    assert None not in (theirs["recalled_at"], ours["recalled_at"])
    assert (json.loads(theirs["recalled_content"])["msg"], ours["recalled_content"]) == (
        WORDS[1],
        None,
    )


@pytest.mark.both
async def test_pages_put_behind_one_another_are_the_whole(db: None) -> None:
    rep, customer = await make_pair()
    pair = Pair(rep.id, customer.id)
    texts = [f'{{"info_type":1,"msg":"{number}"}}' for number in range(7)]
    await store([Draft(pair, Sender.CUSTOMER, text) for text in texts])
    await do(rep, customer, times=7)
    for number in range(7):
        await FollowUp.aio_create(
            company=rep.company_id, rep=rep, customer=customer, text=str(number)
        )
    found: dict[str, list[Any]] = defaultdict(list)
    async for name, page in customer_exports.parts(customer.id, length=3):
        found[name] += page
    assert [row["seq"] for row in found["messages"]] == list(range(1, 8))
    assert [row["text"] for row in found["follow_ups"]] == list("0123456")
    assert len({row["id"] for row in found["actions"]}) == 7


async def test_an_export_has_an_entry_in_the_audit_log(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    await exported(office, customer)
    (entry,) = await entries(office)
    assert (entry["action"], entry["target_id"], entry["code"]) == (
        "admin.customer.export_data",
        customer.id,
        200,
    )


async def test_the_cost_does_not_grow_with_the_rows(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    await exported(office, customer)
    counts = []
    for _ in range(2):
        with counted() as statements:
            await exported(office, customer)
        counts.append(len(statements))
        pair = Pair(rep.id, customer.id)
        await store([Draft(pair, Sender.REP, '{"info_type":1,"msg":"x"}') for _ in range(20)])
    assert counts[0] == counts[1]


async def test_a_fault_on_the_way_cuts_the_file_instead_of_ending_it(api: Api, log: Log) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    await execute("ALTER TABLE footprint RENAME TO footprint_gone")
    with pytest.raises(HTTPStreamClosedError):
        await office.api.fetch("GET", f"{EXPORT}/{customer.id}", caller=office.caller)
    assert log.take("fault")


async def test_a_client_that_takes_nothing_is_cut_off(
    api: Api, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "STALL_SECONDS", 0.2)
    office = await make_office(api)
    _, customer = await make_known(office)
    # More than the sockets hold.
    await execute("UPDATE message SET content = hex(zeroblob(1500000))")
    address = urlsplit(api.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
    query = urlencode(office.caller.signature())
    writer.write(f"GET {EXPORT}/{customer.id}?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert await eventually(lambda: bool(log.named("file cut off")))
    writer.transport.abort()


async def test_who_is_not_the_companys_to_see_is_not_found(api: Api) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    stranger = await make_customer()
    for number in (stranger.id, 999_999):
        response = await api.fetch("GET", f"{EXPORT}/{number}", caller=office.caller)
        assert checked(response)["code"] == 302
    assert (await exported(platform, stranger))["profile"]["id"] == stranger.id
    staff = await session_for(await make_rep(office.company))
    response = await api.fetch("GET", f"{EXPORT}/{stranger.id}", caller=staff)
    assert checked(response)["code"] == 404
