"""Files of the back office: what stands in them, who gets them, and when nobody does."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from tornado.simple_httpclient import HTTPStreamClosedError

from handlers import base
from models.customer import CustomerKind, Source
from models.database import execute
from tests.api import Api, checked
from tests.app import App
from tests.company import make_busy, make_customers, make_follow_up
from tests.factories import (
    bind,
    make_admin,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.admin.test_audit_log import entries
from tests.handlers.qiyeweixin.staff import make_office
from tests.logs import Log
from tests.orders import make_mall, make_order
from tests.sheets import export
from tests.waiting import eventually

CUSTOMERS = "/zhugeleida/admin/customer/export"
FOLLOW_UPS = "/zhugeleida/admin/follow_info/export"
BOTH = [CUSTOMERS, FOLLOW_UPS]
FORMATS = ["csv", "xlsx"]
AT = datetime(2026, 6, 24, 12, 49, 35, 123000, UTC)
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
COPY_CUSTOMERS = (
    "INSERT INTO customer (company_id, openid, kind, name, session_key, form_ids, avatar, phone,"
    " country, province, city, language, created_at) SELECT company_id, hex(randomblob(16)), kind,"
    " name, '', '', '', '', '', '', '', '', created_at FROM customer"
)
NAME = '=cmd|"a,b"!A1 🌷\n第二行'


@pytest.mark.both
@pytest.mark.parametrize("form", FORMATS)
async def test_customers_are_exported_as_they_are_listed(api: Api, form: str) -> None:
    mall = await make_mall()
    rep, company = mall.rep, mall.rep.company
    await execute("DELETE FROM customer")
    customer = await make_customer(company, name=NAME, phone="+86 13800000001", created_at=AT)
    await make_busy(rep, customer, messages=3, actions=2)
    await bind(await make_rep(company, memo_name="江心怡"), customer, source=Source.FORWARD)
    await execute("UPDATE bond SET last_activity_at = NULL, last_event_at = id")
    mall.customer.id = customer.id
    await make_order(mall)
    await make_customer(company, CustomerKind.OFFICIAL_ACCOUNT, name="", created_at=AT)
    await make_customers(await make_company(), 2)
    caller = await session_for(await make_admin(company))
    _, (head, *rows) = await export(api, CUSTOMERS, caller, format=form)
    assert head == [
        *("客户ID", "昵称", "手机号", "类型", "来源", "所属用户", "所属用户数"),
        *("聊天消息数", "动作数", "订单数", "最近活动时间", "创建时间"),
    ]
    text = "'{}" if form == "csv" else "{}"
    reps = await api_reps(api, caller, customer.id)
    wanted = [
        *(customer.id, text.format(NAME), text.format("+86 13800000001"), "微信小程序"),
        *("转发、扫码", "、".join(reps), 2, 3, 2, 1, "", "2026-06-24 20:49:35"),
    ]
    assert rows[1] == ([str(cell) for cell in wanted] if form == "csv" else wanted)
    assert [row[1] for row in rows] == [f"客户ID{rows[0][0]}", text.format(NAME)]


async def api_reps(api: Api, caller: Any, customer_id: int) -> list[str]:
    """The names of a customer's reps as customers see them, in the order of the list."""
    path = CUSTOMERS.replace("export", "customer_single")
    answer = await api.get(path, {"customer_id": customer_id}, caller=caller)
    return [one["memo_name"] or one["username"] for one in answer.data["ret_data"]["belong_user"]]


@pytest.mark.both
@pytest.mark.parametrize("form", FORMATS)
async def test_follow_ups_are_exported_with_who_wrote_them(api: Api, form: str) -> None:
    rep, customer = await make_pair()
    rep.memo_name, customer.name = "江心怡", "@吴女士"
    await rep.aio_save()
    await customer.aio_save()
    await make_follow_up(rep, customer, "-约在周五, 带样品\n再报价", AT)
    await make_follow_up(*await make_pair(), "别家的")
    caller = await session_for(await make_admin(rep.company))
    _, (head, *rows) = await export(api, FOLLOW_UPS, caller, format=form)
    assert head == ["跟进时间", "用户ID", "用户", "客户ID", "客户昵称", "跟进内容"]
    text = "'{}" if form == "csv" else "{}"
    wanted = [
        *("2026-06-24 20:49:35", rep.id, "江心怡", customer.id),
        *(text.format("@吴女士"), text.format("-约在周五, 带样品\n再报价")),
    ]
    assert rows == [[str(cell) for cell in wanted] if form == "csv" else wanted]


@pytest.mark.both
async def test_what_the_list_is_filtered_by_filters_the_file(api: Api) -> None:
    rep, customer = await make_pair()
    other, idle = await make_rep(rep.company), await make_customer(rep.company, phone="139")
    await bind(other, customer)
    for who, text, at in ((rep, "一", AT), (other, "二", None)):
        await make_follow_up(who, customer, text, at)
    caller = await session_for(await make_admin(rep.company))
    for query, found in (
        ({"uid": rep.id}, [customer]),
        ({"phone": "39"}, [idle]),
        ({"is_belong": "0"}, [idle]),
        ({"has_order": "1"}, []),
        ({"create_date__lt": "2018-01-01"}, []),
    ):
        _, (_, *rows) = await export(api, CUSTOMERS, caller, **query)
        assert [row[0] for row in rows] == [str(one.id) for one in found], query
    for sifted, texts in (
        ({"uid": rep.id}, ["一"]),
        ({"uid": other.id, "create_date__lt": "2026-06-24"}, []),
        ({"customer_id": customer.id, "create_date__lt": "2026-06-24"}, ["一"]),
        ({"customer_id": idle.id}, []),
    ):
        _, (_, *rows) = await export(api, FOLLOW_UPS, caller, **sifted)
        assert [row[5] for row in rows] == texts, sifted


@pytest.mark.parametrize(("path", "title"), [(CUSTOMERS, "客户"), (FOLLOW_UPS, "跟进记录")])
async def test_a_file_has_a_chinese_name_and_is_kept_nowhere(
    api: Api, path: str, title: str, log: Log
) -> None:
    office = await make_office(api)
    for form in FORMATS:
        response, rows = await export(api, f"{path}/", office.caller, format=form)
        assert len(rows) == 1
        disposition = response.headers["Content-Disposition"]
        match = re.fullmatch(r"attachment; filename\*=UTF-8''([\w%.-]+)", disposition)
        assert match
        assert re.fullmatch(rf"{title}-\d{{8}}\.{form}", unquote(match[1]))
        assert response.headers["Cache-Control"] == "no-store"
        assert "Etag" not in response.headers
    lines = [line for line in log.named("request") if "export" in line["endpoint"]]
    caller = f"AdminRep:{office.admin.id}"
    assert [(line["code"], line["caller"]) for line in lines] == [(200, caller)] * 2
    assert {event["company_id"] for event in log.named("export")} == {office.company.id}


@pytest.mark.both
async def test_ids_of_another_company_are_not_found(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_pair()
    for path, name, number in (
        (CUSTOMERS, "uid", rep.id),
        (FOLLOW_UPS, "uid", rep.id),
        (FOLLOW_UPS, "customer_id", customer.id),
        (FOLLOW_UPS, "customer_id", 10**6),
    ):
        assert await office.get(path, {name: number}) == NOT_FOUND


@pytest.mark.parametrize("path", BOTH)
async def test_nobody_but_an_administrator_gets_a_file(api: Api, path: str) -> None:
    company = await make_company()
    for principal in (await make_rep(company), await make_customer(company)):
        answer = await api.get(path, caller=await session_for(principal))
        assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert (await api.get(path))["code"] == 404


@pytest.mark.parametrize("path", BOTH)
async def test_a_wrong_question_is_refused(api: Api, path: str) -> None:
    office = await make_office(api)
    for query, code in (({"format": "pdf"}, 303), ({"uid": "x"}, 301)):
        assert (await office.get(path, query))["code"] == code
    assert (await office.post(path))["code"] == 402
    response = await api.fetch("HEAD", path, caller=office.caller)
    assert response.headers["Content-Type"].startswith("application/json")


async def test_a_list_that_is_too_long_is_told_before_anything_is_sent(api: Api, app: App) -> None:
    office = await make_office(api)
    await make_customers(office.company, 2)
    app.services.exports.most_rows = 1
    for form in FORMATS:
        answer = await office.get(CUSTOMERS, {"format": form})
        assert (answer["code"], answer["msg"]) == (303, "超过1条记录,请缩小筛选范围后再导出")
        assert "Content-Disposition" not in answer.headers
    assert [entry["code"] for entry in await entries(office)] == [303, 303]


async def test_who_comes_while_two_files_are_written_is_asked_to_wait(api: Api, app: App) -> None:
    office = await make_office(api)
    await make_customers(office.company, 300)
    app.services.exports.page_rows = 1
    responses = await asyncio.gather(
        *(api.fetch("GET", CUSTOMERS, caller=office.caller) for _ in range(3))
    )
    assert sorted(response.code for response in responses) == [200, 200, 429]
    refused = checked(next(response for response in responses if response.code == 429))
    assert refused["msg"] == "正在导出的文件过多,请稍后再试"
    assert (await api.fetch("GET", CUSTOMERS, caller=office.caller)).code == 200


@pytest.mark.both
@pytest.mark.parametrize("form", FORMATS)
async def test_a_client_that_goes_away_ends_the_work(
    api: Api, app: App, log: Log, form: str
) -> None:
    office = await make_office(api)
    await make_customers(office.company, 400)
    app.services.exports.page_rows = 1
    address = urlsplit(api.url)
    query = urlencode({"format": form, **office.caller.signature()})
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET {CUSTOMERS}?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert await eventually(lambda: app.services.exports.count == 1)
    if form == "csv":
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.transport.abort()
    assert await eventually(lambda: bool(log.named("export")))
    (event,) = log.named("export")
    assert not event["is_whole"]
    assert event["rows"] < 400
    assert await eventually(lambda: app.services.exports.count == 0)
    assert len(await office.get(CUSTOMERS.replace("export", "customer_list"))) == 3


async def test_a_file_that_cannot_be_read_to_its_end_is_not_taken_for_whole(
    api: Api, app: App, log: Log
) -> None:
    office = await make_office(api)
    made = await make_customers(office.company, 3)
    app.services.exports.page_rows = 1
    # A kind that no customer has breaks the last page.
    await execute("UPDATE customer SET kind = 9 WHERE id = %s", (made[0].id,))
    with pytest.raises(HTTPStreamClosedError):
        await api.fetch("GET", CUSTOMERS, caller=office.caller)
    whole = await office.get(CUSTOMERS, {"format": "xlsx"})
    assert (whole["code"], whole.status) == (500, 500)
    assert len(log.take("fault")) == 2
    assert [event["is_whole"] for event in log.named("export")] == [False, False]
    assert log.errors == []


async def test_a_client_that_takes_nothing_is_cut_off(
    api: Api, app: App, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "STALL_SECONDS", 0.2)
    office = await make_office(api)
    await make_customers(office.company, 100, name="🌷" * 128)
    for _ in range(7):  # more than the sockets hold
        await execute(COPY_CUSTOMERS)
    app.services.exports.page_rows = 5000
    address = urlsplit(api.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
    query = urlencode(office.caller.signature())
    writer.write(f"GET {CUSTOMERS}?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert await eventually(lambda: bool(log.named("file cut off")))
    assert await eventually(lambda: app.services.exports.count == 0)
    assert [event["is_whole"] for event in log.named("export")] == [False]
    writer.transport.abort()
