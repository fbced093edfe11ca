"""A company's settings in the back office."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.base import now
from models.database import fetch_all
from models.radar import ActionLog
from models.staff import RepStatus
from services.passwords import Passwords
from tests.api import Api
from tests.factories import (
    bind,
    make_admin,
    make_company,
    make_customer,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.orders import KEY, make_settings

COMPANY = "/zhugeleida/admin/company"
UPDATE = f"{COMPANY}/update/0"
CARD = "/zhugeleida/xiaochengxu/mingpian"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
AT = datetime(2026, 1, 30, 16, 0, tzinfo=UTC)


async def shown(office: Office, **query: object) -> dict[str, Any]:
    """The settings as the back office shows them."""
    answer = await office.get(COMPANY, query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    row: dict[str, Any] = answer.data["ret_data"]
    return row


async def companies() -> list[tuple[Any, ...]]:
    """All companies as they are stored."""
    return await fetch_all("SELECT * FROM company ORDER BY id")


@pytest.mark.both
async def test_a_company_is_shown_with_its_settings_but_without_its_key(api: Api) -> None:
    office = await make_office(
        api,
        name="云上家居",
        address="延安路1号",
        card_quota=5,
        charging_started_at=AT,
        open_months=12,
        expires_at=AT + timedelta(days=365),
        customer_unique=True,
        shop_kind=1,
        created_at=AT,
    )
    await make_rep(office.company, status=RepStatus.DISABLED)
    await make_settings(office.company, name="云上商城", merchant_number="1900000001")
    answer = await office.get(COMPANY)
    assert answer.data["ret_data"] == {
        "company_id": office.company.id,
        "company_name": "云上家居",
        "area": "上海",
        "address": "延安路1号",
        "mingpian_available_num": 5,
        "mingpian_used_num": 1,
        "charging_start_time": "2026-01-31T00:00:00",
        "open_length_time": 12,
        "account_expired_time": "2027-01-31T00:00:00",
        "open_up_date": "2026-01-31T00:00:00",
        "is_customer_unique": True,
        "shopping_type": 1,
        "shangChengName": "云上商城",
        "shangHuHao": "1900000001",
        "has_shangHuMiYao": True,
    }
    assert KEY not in str(answer)


async def test_a_company_that_has_set_nothing_says_so(api: Api) -> None:
    row = await shown(await make_office(api))
    names = ("charging_start_time", "open_length_time", "account_expired_time", "shangChengName")
    assert [row[name] for name in names] == [None, None, None, ""]
    assert row["has_shangHuMiYao"] is False


@pytest.mark.both
async def test_what_is_not_sent_stays_and_what_is_empty_is_taken_away(api: Api) -> None:
    office = await make_office(api, address="延安路1号")
    form = {"area": "", "is_customer_unique": "True", "shopping_type": 1, "company_id": ""}
    answer = await office.post(UPDATE, form)
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    row = await shown(office)
    assert (row["area"], row["address"]) == ("", "延安路1号")
    assert (row["is_customer_unique"], row["shopping_type"]) == (True, 1)
    assert (await office.post(UPDATE, {"address": "新址"}))["code"] == 200
    assert (await office.post(UPDATE, {}))["code"] == 200
    row = await shown(office)
    assert (row["address"], row["is_customer_unique"], row["shopping_type"]) == ("新址", True, 1)


@pytest.mark.both
async def test_the_platform_sets_period_and_quota_of_any_company(api: Api) -> None:
    platform = await make_office(api, platform=True)
    office = await make_office(api)
    form = {
        "company_id": office.company.id,
        "charging_start_time": "2026-01-31",
        "open_length_time": 1,
        "mingpian_available_num": 7,
    }
    assert (await platform.post(UPDATE, form))["code"] == 200
    row = await shown(platform, company_id=office.company.id)
    names = ("company_id", "charging_start_time", "account_expired_time", "mingpian_available_num")
    assert [row[name] for name in names] == [
        office.company.id,
        "2026-01-31T00:00:00",
        "2026-02-28T00:00:00",
        7,
    ]
    # Either half alone goes with the other that is there.
    for half, end in (
        ({"open_length_time": 13}, "2027-02-28T00:00:00"),
        ({"charging_start_time": "2026-3-31"}, "2027-04-30T00:00:00"),
    ):
        await platform.post(UPDATE, {"company_id": office.company.id, **half})
        assert (await shown(office))["account_expired_time"] == end
    assert (await shown(platform))["account_expired_time"] is None


async def test_half_a_period_is_none(api: Api) -> None:
    platform = await make_office(api, platform=True)
    for form, complaint in (
        ({"open_length_time": 1}, "开始计费时间不能为空"),
        ({"charging_start_time": "2026-01-31"}, "开通时长不能为空"),
    ):
        answer = await platform.post(UPDATE, form)
        assert (answer["code"], answer["msg"]) == (303, complaint)
        assert list(answer.data["errors"]) != list(form)


@pytest.mark.both
async def test_the_platform_does_not_lock_itself_out(api: Api) -> None:
    begun = now() - timedelta(days=40)
    ends = now() + timedelta(days=20)
    platform = await make_office(
        api, platform=True, charging_started_at=begun, open_months=2, expires_at=ends
    )
    office = await make_office(api)
    before = await companies()
    for form in (
        {"charging_start_time": "2019-02-28", "open_length_time": 1},
        {"charging_start_time": "2019-01-31"},
        {"open_length_time": 1},
    ):
        answer = await platform.post(UPDATE, {"area": "苏州", **form})
        complaint = "平台公司的有效期不能早于当前时间"
        assert (answer["code"], answer.data["errors"]) == (303, dict.fromkeys(form, complaint))
        assert await companies() == before
    assert (await platform.post(UPDATE, {"open_length_time": 3}))["code"] == 200
    over = {"charging_start_time": "2019-01-31", "open_length_time": 1}
    answer = await platform.post(UPDATE, {"company_id": office.company.id, **over})
    assert answer["code"] == 200


@pytest.mark.both
async def test_a_quota_below_the_enabled_reps_is_refused_and_changes_nothing(api: Api) -> None:
    platform = await make_office(api, platform=True)
    company = await make_company(card_quota=9)
    for status in (RepStatus.ENABLED, RepStatus.ENABLED, RepStatus.DISABLED):
        await make_rep(company, status=status)
    form = {"company_id": company.id, "area": "苏州"}
    before = await companies()
    answer = await platform.post(UPDATE, {**form, "mingpian_available_num": 1})
    assert (answer["code"], await companies()) == (303, before)
    assert list(answer.data["errors"]) == ["mingpian_available_num"]
    assert (await platform.post(UPDATE, {**form, "mingpian_available_num": 2}))["code"] == 200


@pytest.mark.mariadb
async def test_of_an_enabled_rep_and_a_smaller_quota_at_once_one_comes_too_late(api: Api) -> None:
    platform = await make_office(api, platform=True, card_quota=2)
    rep = {"username": "late-rep", "password": "123456", "role_id": 2, "company_id": 1}
    added, changed = await asyncio.gather(
        platform.post("/zhugeleida/qiyeweixin/user/add/0", rep),
        platform.post(UPDATE, {"mingpian_available_num": 1}),
    )
    assert added["code"] == 200
    ((quota, enabled),) = await fetch_all(
        "SELECT card_quota, (SELECT COUNT(*) FROM rep WHERE status = 1) FROM company"
    )
    assert (enabled <= quota, changed["code"]) == (True, 303 if enabled == 2 else 200)


@pytest.mark.parametrize(
    "form",
    [
        {"charging_start_time": "2026-01-01"},
        {"open_length_time": 12},
        {"mingpian_available_num": 500},
    ],
)
async def test_what_is_paid_for_only_the_platform_changes(
    api: Api, form: dict[str, object]
) -> None:
    office = await make_office(api)
    before = await companies()
    answer = await office.post(UPDATE, {"area": "苏州", **form})
    assert (answer["code"], answer["msg"], await companies()) == (404, "非法请求", before)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"area": "长" * 129}, 303),
        ({"address": "长" * 513}, 303),
        ({"is_customer_unique": "也许"}, 301),
        ({"shopping_type": 3}, 303),
        ({"shopping_type": "x"}, 301),
        ({"charging_start_time": "2026-02-30", "open_length_time": 1}, 301),
        ({"charging_start_time": "9999-12-31", "open_length_time": 1}, 303),
        ({"open_length_time": 0}, 303),
        ({"open_length_time": 601}, 303),
        ({"open_length_time": "半年"}, 301),
        ({"mingpian_available_num": -1}, 303),
        ({"mingpian_available_num": 100_001}, 303),
        ({"company_id": "x"}, 301),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, form: dict[str, object], code: int
) -> None:
    platform = await make_office(api, platform=True)
    before = await companies()
    answer = await platform.post(UPDATE, form)
    assert (answer["code"], await companies()) == (code, before)
    assert list(answer.data["errors"]) == [next(iter(form))]


@pytest.mark.both
async def test_another_company_is_not_found(api: Api) -> None:
    office, stranger = await make_office(api), await make_company()
    platform = await make_office(api, platform=True)
    before = await companies()
    for caller, number in ((office, stranger.id), (office, 10**6), (platform, 10**6), (office, 0)):
        assert await caller.get(COMPANY, {"company_id": number}) == NOT_FOUND
        assert await caller.post(UPDATE, {"company_id": number, "area": "苏州"}) == NOT_FOUND
    assert await companies() == before
    assert (await shown(office, company_id=office.company.id))["area"] == "上海"


@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_nobody_but_an_administrator_sees_or_changes_settings(api: Api, make: Any) -> None:
    company = await make_company()
    caller = await session_for(await make(company))
    found = [
        await api.get(COMPANY, caller=caller),
        await api.post(UPDATE, {"area": "苏州"}, caller=caller),
        await api.get(COMPANY),
    ]
    assert [answer["code"] for answer in found] == [404, 404, 404]


async def test_the_end_of_a_period_counts_at_once(api: Api) -> None:
    platform = await make_office(api, platform=True)
    company = await make_company(
        charging_started_at=now(), open_months=12, expires_at=now() + timedelta(days=9)
    )
    passwords = Passwords()
    rep = await make_admin(company, username="lin", password_hash=await passwords.hash("123456"))
    passwords.close()
    customer = await make_customer(company)
    await bind(rep, customer)
    caller = await session_for(customer)
    found = []
    for start in ("2020-01-01", f"{now():%Y-%m-%d}"):
        form = {"company_id": company.id, "charging_start_time": start, "open_length_time": 1}
        assert (await platform.post(UPDATE, form))["code"] == 200
        signed = {"username": "lin", "password": "123456"}
        login = await api.post("/zhugeleida/admin/login", signed)
        await api.get(CARD, {"uid": rep.id, "source": 1}, caller=caller)
        found.append((login["code"], await ActionLog.select().aio_count()))
    assert found == [(306, 0), (200, 1)]
