"""Staff in the back office: who is enabled and disabled, and the list with its figures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from models.database import execute, fetch_all
from models.staff import RepStatus
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    make_role,
    session_for,
)
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.handlers.xiaochengxu.rows import everything
from tests.statements import counted

USER = "/zhugeleida/admin/user"
ENABLED, DISABLED = (str(int(status)) for status in (RepStatus.ENABLED, RepStatus.DISABLED))


async def set_status(office: Office, target: Any, status: str) -> Answer:
    """Enable or disable a rep."""
    return await office.post(
        f"{USER}/update_status/{getattr(target, 'id', target)}", {"status": status}
    )


async def status_of(rep: Any) -> int:
    """Whether a rep is enabled."""
    ((status,),) = await fetch_all("SELECT status FROM rep WHERE id = %s", (rep.id,))
    return int(status)


async def names_of(office: Office, caller: Any, **search: object) -> list[str]:
    """The login names that a list shows."""
    answer = await office.get(f"{USER}/user_list", search, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    assert answer.data["data_count"] == len(answer.data["ret_data"])
    return [row["username"] for row in answer.data["ret_data"]]


@pytest.mark.both
async def test_disabling_ends_tokens_and_sockets(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_pair(office.company)
    caller = await session_for(rep)
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=customer.id, caller=caller)
    answer = await set_status(office, rep, DISABLED)
    assert answer == {"code": 200, "msg": "修改成功", "data": {}}
    assert await socket.close_code() == 1008
    assert (await api.get(f"{USER}/user_list", caller=caller))["code"] == 404
    assert await status_of(rep) == RepStatus.DISABLED


@pytest.mark.both
async def test_a_rep_that_is_enabled_again_has_to_log_in_again(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    await set_status(office, rep, DISABLED)
    left_behind = await session_for(rep)
    assert (await set_status(office, rep, ENABLED))["code"] == 200
    assert await status_of(rep) == RepStatus.ENABLED
    new = await session_for(rep)
    codes = [
        (await api.get(f"{USER}/user_list", caller=caller))["code"] for caller in (left_behind, new)
    ]
    assert codes == [404, 200]


async def test_enabling_who_is_enabled_ends_nothing(api: Api) -> None:
    office = await make_office(api, card_quota=1)
    rep = await make_rep(office.company)
    caller = await session_for(rep)
    before = await everything()
    assert (await set_status(office, rep, ENABLED))["code"] == 200
    assert await everything() == before
    assert (await api.get(f"{USER}/user_list", caller=caller))["code"] == 200


async def test_disabling_who_is_disabled_changes_nothing(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company, status=RepStatus.DISABLED)
    before = await everything()
    assert (await set_status(office, rep, DISABLED))["code"] == 200
    assert await everything() == before


async def test_nobody_disables_itself(api: Api) -> None:
    office = await make_office(api)
    answer = await set_status(office, office.admin, DISABLED)
    assert (answer["code"], answer["msg"]) == (305, "不能修改自己")
    assert await status_of(office.admin) == RepStatus.ENABLED


async def test_a_rep_of_another_company_is_not_found(api: Api) -> None:
    office, stranger = await make_office(api), await make_rep()
    answers = [await set_status(office, target, DISABLED) for target in (stranger, 999_999)]
    assert answers[0] == answers[1]
    assert (answers[0]["code"], await status_of(stranger)) == (302, RepStatus.ENABLED)


async def test_the_platform_disables_reps_of_all_companies(api: Api) -> None:
    platform, rep = await make_office(api, platform=True), await make_rep()
    assert (await set_status(platform, rep, DISABLED))["code"] == 200
    assert await status_of(rep) == RepStatus.DISABLED


async def test_a_rep_without_role_1_enables_nobody(api: Api) -> None:
    office = await make_office(api)
    rep, colleague = [await make_rep(office.company) for _ in range(2)]
    url = f"{USER}/update_status/{colleague.id}"
    answer = await api.post(url, {"status": DISABLED}, caller=await session_for(rep))
    assert (answer["code"], await status_of(colleague)) == (404, RepStatus.ENABLED)


@pytest.mark.parametrize(
    ("status", "code"), [("", 303), ("0", 303), ("3", 303), ("an", 301), ("1.0", 301)]
)
async def test_a_status_that_is_none_is_refused(api: Api, status: str, code: int) -> None:
    office = await make_office(api)
    answer = await set_status(office, await make_rep(office.company), status)
    assert (answer["code"], list(answer.data["errors"])) == (code, ["status"])


@pytest.mark.both
async def test_the_last_card_goes_to_one_of_all_that_are_enabled_at_once(api: Api) -> None:
    office = await make_office(api, card_quota=3)
    await make_rep(office.company)
    waiting = [await make_rep(office.company, status=RepStatus.DISABLED) for _ in range(4)]
    answers = await asyncio.gather(*(set_status(office, rep, ENABLED) for rep in waiting))
    assert sorted(answer["code"] for answer in answers) == [200, 303, 303, 303]
    refused = next(answer for answer in answers if answer["code"] == 303)
    assert list(refused.data["errors"]) == ["status"]
    statuses = [await status_of(rep) for rep in waiting]
    assert statuses.count(RepStatus.ENABLED) == 1


async def test_a_card_that_is_freed_can_be_given_to_another(api: Api) -> None:
    office = await make_office(api, card_quota=2)
    rep = await make_rep(office.company)
    other = await make_rep(office.company, status=RepStatus.DISABLED)
    steps = [(other, ENABLED), (rep, DISABLED), (other, ENABLED), (rep, ENABLED)]
    codes = [(await set_status(office, target, status))["code"] for target, status in steps]
    assert codes == [303, 200, 200, 303]


async def test_a_row_says_who_it_is_and_what_its_card_has_come_to(api: Api) -> None:
    office, moment = await make_office(api), datetime(2018, 5, 31, 0, 18, 42, tzinfo=UTC)
    rep = await make_rep(
        office.company,
        memo_name="小陈",
        position="家居顾问",
        bound_phone="13800000001",
        created_at=moment,
        status=RepStatus.DISABLED,
        popularity=12,
        praise_count=5,
        forward_count=3,
    )
    for _ in range(2):
        await bind(rep, await make_customer(office.company))
    row = (await office.get(f"{USER}/user_list")).data["ret_data"][0]
    assert row == {
        "id": rep.id,
        "username": rep.username,
        "memo_name": "小陈",
        "avatar": "statics/imgs/setAvator.jpg",
        "position": "家居顾问",
        "mingpian_phone": "13800000001",
        "role_id": 2,
        "role_name": "普通用户",
        "company_id": office.company.id,
        "company_name": office.company.name,
        "status": 2,
        "status_text": "未启用",
        "create_date": "2018-05-31T08:18:42",
        "last_login_date": None,
        "popularity_num": 12,
        "praise_num": 5,
        "forward_num": 3,
        "customer_num": 2,
    }


async def test_the_phone_of_the_card_comes_before_the_one_that_is_bound(api: Api) -> None:
    office = await make_office(api)
    await make_rep(office.company, bound_phone="13800000001", card_phone="13900000002")
    row = (await office.get(f"{USER}/user_list")).data["ret_data"][0]
    assert row["mingpian_phone"] == "13900000002"


@pytest.mark.both
async def test_each_filter_finds_what_it_says(api: Api) -> None:
    office, role = await make_office(api, username="chef"), await make_role()
    disabled = {"username": "wang", "memo_name": "王小姐", "status": RepStatus.DISABLED}
    rep = await make_rep(office.company, role.id, **disabled)
    await make_rep(memo_name="王先生")
    for search, found in (
        ({}, ["wang", "chef"]),
        ({"username": "an"}, ["wang"]),
        ({"username": "王"}, ["wang"]),
        ({"role_id": role.id}, ["wang"]),
        ({"status": DISABLED}, ["wang"]),
        ({"status": ENABLED}, ["chef"]),
        ({"company_id": office.company.id}, ["wang", "chef"]),
        ({"status": ENABLED, "role_id": role.id}, []),
    ):
        assert await names_of(office, office.admin, **search) == found
    await execute("UPDATE rep SET status = %s WHERE id = %s", (RepStatus.ENABLED, rep.id))
    assert await names_of(office, rep) == ["wang", "chef"]


async def test_only_the_platform_looks_into_other_companies(api: Api) -> None:
    platform, office = await make_office(api, platform=True), await make_office(api)
    theirs = {"company_id": office.company.id}
    assert await names_of(platform, platform.admin, **theirs) == [office.admin.username]
    assert await names_of(platform, platform.admin) == [
        office.admin.username,
        platform.admin.username,
    ]
    colleague = await make_rep(platform.company)
    refused = await office.get(f"{USER}/user_list", theirs, caller=colleague)
    assert refused["code"] == 302


@pytest.mark.parametrize("name", ["company_id", "role_id"])
async def test_what_does_not_exist_is_not_searched_for(api: Api, name: str) -> None:
    office = await make_office(api, platform=True)
    answer = await office.get(f"{USER}/user_list", {name: 999_999})
    assert (answer["code"], answer["msg"]) == (302, "对应ID不存在")


async def test_a_foreign_company_looks_like_none(api: Api) -> None:
    office, other = await make_office(api), await make_company()
    answers = [
        await office.get(f"{USER}/user_list", {"company_id": number})
        for number in (other.id, 999_999)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == 302


async def test_pages_are_cut_and_counted(api: Api) -> None:
    office = await make_office(api)
    reps = [await make_rep(office.company) for _ in range(4)]
    pages = [
        await office.get(f"{USER}/user_list", {"length": 2, "current_page": page})
        for page in (2, 9)
    ]
    rows = [[row["id"] for row in page.data["ret_data"]] for page in pages]
    assert rows == [[reps[1].id, reps[0].id], []]
    assert [page.data["data_count"] for page in pages] == [5, 5]


async def test_a_longer_page_asks_the_database_no_more(api: Api) -> None:
    office = await make_office(api)
    await office.get(f"{USER}/user_list")  # now the caller is known
    counts = []
    for _ in range(2):
        with counted() as statements:
            await office.get(f"{USER}/user_list")
        counts.append(len(statements))
        for _ in range(5):
            await bind(await make_rep(office.company), await make_customer(office.company))
    assert counts == [3, 3]


async def test_customers_see_no_staff(api: Api) -> None:
    caller = await session_for(await make_customer())
    assert (await api.get(f"{USER}/user_list", caller=caller))["code"] == 404
