"""The audit log: who changed what in the back office, and who logged in."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.audit import AuditEntry
from models.base import now
from models.database import execute, fetch_all
from models.mall import Goods
from models.staff import Rep, RepStatus
from services.passwords import Passwords
from tests.api import Answer, Api, Caller
from tests.factories import make_admin, make_company, make_rep, make_wecom_app, session_for
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.logs import Log
from tests.processes import serving
from tests.services.chat.locks import table_held
from tests.services.chat.server_processes import callers, production
from tests.statements import counted
from tests.storage import Storage

LIST = "/zhugeleida/admin/audit_log/audit_list"
GOODS = "/zhugeleida/admin/goods"
LOGIN = "/zhugeleida/admin/login"
AUTH = "/zhugeleida/qiyeweixin/work_weixin_auth"
FORM = {"goodsName": "月白落地灯", "goodsPrice": "459"}
PASSWORD = "晨光-2018-很长"


async def entries(office: Office, **query: object) -> list[dict[str, Any]]:
    """List the office's entries."""
    answer = await office.get(LIST, query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    return rows


async def codes(office: Office, **query: object) -> list[int | None]:
    """List the outcomes of the office's entries."""
    return [row["code"] for row in await entries(office, **query)]


async def log_in(api: Api, username: str, password: str = PASSWORD) -> Answer:
    """Try to log in."""
    return await api.post(LOGIN, {"username": username, "password": password})


async def with_password(rep: Any) -> Any:
    """Give a rep its password."""
    passwords = Passwords()
    try:
        hashed = await passwords.hash(PASSWORD)
    finally:
        passwords.close()
    await Rep.update(password_hash=hashed).where(Rep.id == rep.id).aio_execute()
    return rep


async def make_entry(company: Any, **values: Any) -> Any:
    """Write an entry."""
    number = await AuditEntry.select().aio_count()
    return await AuditEntry.aio_create(
        **{
            "company_id": company.id,
            "actor": "zhouming",
            "action": "admin.goods.add_goods",
            "given": "{}",
            "address": "203.0.113.7",
            "request_id": f"{number:016x}",
            "outcome": 200,
            **values,
        }
    )


@pytest.mark.both
async def test_a_change_leaves_an_entry_of_who_what_when_and_from_where(api: Api) -> None:
    office = await make_office(api)
    begun = now()
    made = await office.post(f"{GOODS}/add/0", FORM)
    await office.post(f"{GOODS}/change_status/{made.data['goods_id']}", {"goodsStatus": 1})
    change, addition = await entries(office)
    assert len(addition.pop("request_id")) == 16
    assert addition.pop("create_date") >= begun.strftime("%Y-%m-%d")
    assert addition.pop("id") < change["id"]
    assert addition == {
        "user_id": office.admin.id,
        "username": office.admin.username,
        "action": "admin.goods.add_goods",
        "target_id": None,
        "fields": FORM,
        "address": "127.0.0.1",
        "code": 200,
    }
    number = made.data["goods_id"]
    assert (change["target_id"], change["action"]) == (number, "admin.goods.change_status")
    assert change["fields"] == {"goodsStatus": "1", "goods_id": str(number)}


async def test_what_a_manager_changes_under_another_family_has_an_entry_too(api: Api) -> None:
    office = await make_office(api)
    await office.post("/zhugeleida/xiaochengxu/goodsClassOper/delete/5")
    (entry,) = await entries(office)
    assert (entry["action"], entry["target_id"], entry["code"]) == (
        "xiaochengxu.goods_class_oper.delete_class",
        5,
        302,
    )


async def test_a_call_that_is_refused_by_a_rule_has_its_code(api: Api) -> None:
    office = await make_office(api)
    await office.post(f"{GOODS}/update/999999", FORM)
    await office.post(f"{GOODS}/add/0", {"goodsName": "灯"})
    await office.post(f"{GOODS}/add/0", {**FORM, "recommend_index": "x"})
    await office.post("/zhugeleida/qiyeweixin/company/add/0", {"name": "别家"})
    assert await codes(office) == [404, 301, 303, 302]


async def test_a_call_without_a_good_signature_has_no_entry(api: Api) -> None:
    office = await make_office(api)
    await api.post(f"{GOODS}/add/0", FORM)
    await api.post(f"{GOODS}/add/0", FORM, caller=Caller(office.admin.id, "0" * 32, "rep"))
    staff = await session_for(await make_rep(office.company))
    await api.post(f"{GOODS}/add/0", FORM, caller=staff)
    assert await entries(office) == []


async def test_reading_and_what_reps_and_customers_do_costs_no_entry(api: Api) -> None:
    office = await make_office(api)
    staff = await session_for(await make_rep(office.company))
    await office.get(f"{GOODS}/goods_list")
    with counted() as statements:
        await api.post(
            "/zhugeleida/qiyeweixin/follow_language/add/0", {"custom_language": "x"}, caller=staff
        )
    assert not [one for one in statements if "audit_log" in one]
    assert await entries(office) == []


async def test_an_entry_costs_two_statements(api: Api) -> None:
    office = await make_office(api)
    with counted() as statements:
        await office.post(f"{GOODS}/add/0", FORM)
    assert [one.split()[0] for one in statements if "audit_log" in one] == ["INSERT", "UPDATE"]


@pytest.mark.both
async def test_no_secret_stands_in_the_log(api: Api) -> None:
    office = await make_office(api, platform=True)
    await office.post(
        "/zhugeleida/qiyeweixin/user/add/0",
        {"username": "lin", "password": PASSWORD, "role_id": 2, "company_id": office.company.id},
    )
    await office.post(
        "/zhugeleida/xiaochengxu/jiChuSheZhiOper/addOrUpdate",
        {"shangChengName": "晨光", "shangHuHao": "1900000001", "shangHuMiYao": "k" * 32},
    )
    await log_in(api, "lin")
    await log_in(api, "lin", "错误的密码")
    await api.fetch("GET", f"{AUTH}/{office.company.id}", {"code": "one-time-code"})
    rows = await fetch_all("SELECT * FROM audit_log")
    assert len(rows) == 5
    for secret in (PASSWORD, "k" * 32, "错误的密码", "one-time-code"):
        assert secret not in str(rows) and json.dumps(secret) not in str(rows)
    assert '"password":"***"' in str(rows)


async def test_what_is_long_is_cut_and_a_file_is_its_length(api: Api) -> None:
    office = await make_office(api)
    form = {**FORM, "content": "灯" * 9000, "topLunBoTu": json.dumps(["a" * 200] * 9), "else": "x"}
    await office.post(f"{GOODS}/add/0", form)
    (entry,) = await entries(office)
    fields = entry["fields"]
    assert fields["content"] == "灯" * 200 + "…(9000)"
    assert (len(fields["topLunBoTu"]), fields.keys()) == (207, {*FORM, "content", "topLunBoTu"})


async def test_a_part_of_a_picture_has_no_entry_but_the_picture_has(api: Api) -> None:
    office = await make_office(api)
    task = {"timestamp": "t1", "img_name": "a.jpg", "filename": "a.jpg"}
    await office.post(f"{GOODS}/add_picture/0", task)
    await office.post(f"{GOODS}/upload_complete/0", {**task, "chunk_num": 1})
    assert [row["action"] for row in await entries(office)] == ["admin.goods.add_picture"]


@pytest.mark.mariadb
async def test_a_server_that_is_killed_in_a_change_leaves_an_entry_without_an_outcome(
    db: None, storage: Storage, tmp_path: Path
) -> None:
    environ = production(storage, tmp_path)
    async with serving(environ) as process, callers([process]) as (api,):
        office = await make_office(api)
        with table_held(storage, "goods") as lock:
            call = asyncio.create_task(
                api.fetch("POST", f"{GOODS}/add/0", FORM, caller=office.caller, body=b"")
            )
            assert await lock.is_waited_for()
            await process.kill()
            await asyncio.gather(call, return_exceptions=True)
    rows = await fetch_all("SELECT action, rep_id, outcome FROM audit_log")
    assert rows == [("admin.goods.add_goods", office.admin.id, None)]
    assert await Goods.select().aio_count() == 0


async def test_a_fault_of_ours_is_an_outcome_too(api: Api, log: Log) -> None:
    office = await make_office(api)
    await execute("ALTER TABLE goods RENAME TO goods_gone")
    assert (await office.post(f"{GOODS}/add/0", FORM))["code"] == 500
    assert log.take("fault")
    assert await codes(office) == [500]


async def test_nothing_is_changed_when_no_entry_can_be_written(api: Api, log: Log) -> None:
    office = await make_office(api)
    await execute("ALTER TABLE audit_log RENAME TO audit_log_gone")
    assert (await office.post(f"{GOODS}/add/0", FORM))["code"] == 503
    assert (await api.post("/zhugeleida/admin/logout", caller=office.caller))["code"] == 503
    assert len(log.take("fault")) == 2
    assert await Goods.select().aio_count() == 0
    await execute("ALTER TABLE audit_log_gone RENAME TO audit_log")
    assert await entries(office) == []


@pytest.mark.both
async def test_logins_stand_there_with_the_name_that_was_tried(api: Api) -> None:
    office = await make_office(api, platform=True)
    await with_password(office.admin)
    await log_in(api, office.admin.username)
    await log_in(api, office.admin.username, "wrong")
    await log_in(api, "nobody")
    await execute("UPDATE rep SET status = %s", (RepStatus.DISABLED,))
    await log_in(api, office.admin.username)
    await execute("UPDATE rep SET status = %s", (RepStatus.ENABLED,))
    name, rep_id = office.admin.username, office.admin.id
    found = [(row["username"], row["user_id"], row["code"]) for row in await entries(office)]
    assert found == [
        (name, rep_id, 306),
        ("nobody", None, 401),
        (name, rep_id, 401),
        (name, rep_id, 200),
    ]


async def test_tries_that_are_throttled_do_not_fill_the_log(api: Api) -> None:
    office = await make_office(api, platform=True)
    answers = [(await log_in(api, "nobody"))["code"] for _ in range(13)]
    assert (answers.count(401), answers.count(429)) == (10, 3)
    assert await codes(office) == [401] * 10


async def test_logins_through_wecom_stand_there_whether_they_succeed_or_not(api: Api) -> None:
    office = await make_office(api, corp_id="ww-demo-1")
    await make_wecom_app(office.company)
    rep = await make_rep(office.company, wecom_userid="demo-rep-1")
    for code in ("demo-rep-1", "demo-rep-77", "no-such-code"):
        await api.fetch("GET", f"{AUTH}/{office.company.id}", {"code": code})
    await execute("UPDATE company SET expires_at = 1 WHERE id = %s", (office.company.id,))
    await api.fetch("GET", f"{AUTH}/{office.company.id}", {"code": "demo-rep-1"})
    found = [(row["username"], row["user_id"], row["code"]) for row in await entries(office)]
    assert found == [
        (rep.username, rep.id, 306),
        ("", None, 303),
        ("", None, 303),
        (rep.username, rep.id, 200),
    ]


async def test_logging_out_stands_there(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    await api.post("/zhugeleida/qiyeweixin/logout", caller=await session_for(rep))
    await api.post("/zhugeleida/admin/logout", caller=await session_for(rep))
    assert [(row["action"], row["user_id"]) for row in await entries(office)] == [
        ("admin.logout.log_out", rep.id),
        ("qiyeweixin.logout.log_out", rep.id),
    ]


@pytest.mark.both
async def test_entries_are_found_by_rep_action_day_address_and_outcome(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    old = now() - timedelta(days=400)
    by_rep = await make_entry(office.company, rep_id=rep.id)
    by_action = await make_entry(office.company, action="admin.login.log_in")
    by_day = await make_entry(office.company, created_at=old)
    by_address = await make_entry(office.company, address="198.51.100.9")
    by_outcome = await make_entry(office.company, outcome=302)
    is_open = await make_entry(office.company, outcome=None)
    day = (old + timedelta(hours=8)).strftime("%Y-%m-%d")

    async def ids(**query: object) -> list[int]:
        return [row["id"] for row in await entries(office, **query)]

    assert await ids(target_user_id=rep.id) == [by_rep.id]
    assert await ids(action="admin.login.log_in") == [by_action.id]
    assert await ids(create_date__gte=day, create_date__lt=day) == [by_day.id]
    assert await ids(create_date__lt="1999-01-01") == []
    assert await ids(address="198.51.100.9") == [by_address.id]
    assert await ids(code=302) == [by_outcome.id]
    assert await ids(code=0) == [is_open.id]
    assert (await ids())[-1] == by_day.id


async def test_entries_come_in_pages_the_newest_first(api: Api) -> None:
    office = await make_office(api)
    made = [(await make_entry(office.company)).id for _ in range(5)]
    answer = await office.get(LIST, {"current_page": 2, "length": 2})
    assert [row["id"] for row in answer.data["ret_data"]] == [made[2], made[1]]
    assert answer.data["data_count"] == 5


async def test_a_page_costs_the_same_however_long_it_is(api: Api) -> None:
    office = await make_office(api)
    counts = []
    for _ in range(2):
        await make_entry(office.company)
        with counted() as statements:
            await entries(office)
        counts.append(len([one for one in statements if "audit_log" in one]))
    assert counts == [2, 2]


async def test_the_platform_sees_all_companies_and_the_others_their_own(api: Api) -> None:
    platform, office = await make_office(api, platform=True), await make_office(api)
    entry = await make_entry(office.company)
    assert [one["id"] for one in await entries(platform, company_id=office.company.id)] == [
        entry.id
    ]
    assert await entries(platform) == []
    assert (await office.get(LIST, {"company_id": platform.company.id}))["code"] == 302
    assert (await platform.get(LIST, {"company_id": 999_999}))["code"] == 302
    assert (await platform.get(LIST, {"company_id": 0}))["code"] == 302


async def test_a_rep_of_another_company_is_not_found_but_one_who_has_left_is(api: Api) -> None:
    office = await make_office(api)
    stranger, leaver = await make_admin(await make_company()), await make_rep(office.company)
    entry = await make_entry(office.company, rep_id=leaver.id)
    await Rep.delete().where(Rep.id == leaver.id).aio_execute()
    assert (await office.get(LIST, {"target_user_id": stranger.id}))["code"] == 302
    assert [one["id"] for one in await entries(office, target_user_id=leaver.id)] == [entry.id]


async def test_only_who_manages_reads_the_log(api: Api) -> None:
    office = await make_office(api)
    staff = await session_for(await make_rep(office.company))
    assert (await api.get(LIST, caller=staff))["code"] == 404
