"""The reps of a company: who lists them, and who adds, changes and deletes them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from models.database import execute, fetch_all
from models.staff import RepStatus, RoleId
from services.passwords import Passwords
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_admin,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    make_role,
    session_for,
)
from tests.handlers.qiyeweixin.staff import Office, make_office

USER = "/zhugeleida/qiyeweixin/user"
PASSWORD = "horse-staple-9"


async def names_of(office: Office, caller: Any, **search: object) -> list[str]:
    """The login names that a list shows."""
    answer = await office.get(USER, search, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    assert answer.data["data_count"] == len(answer.data["ret_data"])
    return [row["username"] for row in answer.data["ret_data"]]


def new_rep(company: Any, **changes: object) -> dict[str, object]:
    """What adds a rep."""
    return {
        "username": "xinren",
        "password": PASSWORD,
        "role_id": int(RoleId.STAFF),
        "company_id": company.id,
        **changes,
    }


async def update(office: Office, target: Any, **changes: object) -> Answer:
    """Change a rep; what is not said stays."""
    body = {"username": target.username, "role_id": target.role_id, **changes}
    return await office.post(f"{USER}/update/{target.id}", body)


async def column(name: str, rep: Any) -> Any:
    """One column of a rep as it is stored."""
    ((value,),) = await fetch_all(f"SELECT {name} FROM rep WHERE id = %s", (rep.id,))
    return value


@pytest.mark.both
async def test_a_rep_sees_its_company_newest_first(api: Api) -> None:
    office = await make_office(api)
    staff = [await make_rep(office.company) for _ in range(2)]
    await make_rep()
    found = await names_of(office, staff[0])
    assert found == [staff[1].username, staff[0].username, office.admin.username]


async def test_a_row_says_who_it_is_and_when_it_came(api: Api) -> None:
    office = await make_office(api)
    moment = datetime(2018, 5, 31, 0, 18, 42, tzinfo=UTC)
    rep = await make_rep(
        office.company, created_at=moment, last_login_at=moment, status=RepStatus.DISABLED
    )
    row = (await office.get(USER)).data["ret_data"][0]
    assert row == {
        "id": rep.id,
        "username": rep.username,
        "memo_name": "",
        "role_name": "普通用户",
        "role_id": 2,
        "company_id": office.company.id,
        "company_name": office.company.name,
        "create_date": "2018-05-31T08:18:42",
        "last_login_date": "2018-05-31T08:18:42",
        "status": "未启用",
    }


@pytest.mark.both
async def test_the_platforms_administrator_sees_all_companies(api: Api) -> None:
    platform = await make_office(api, platform=True)
    other = await make_rep()
    assert other.username in await names_of(platform, platform.admin)


async def test_a_rep_of_the_platform_sees_its_company_only(api: Api) -> None:
    platform = await make_office(api, platform=True)
    await make_rep()
    rep = await make_rep(platform.company)
    assert await names_of(platform, rep) == [rep.username, platform.admin.username]


@pytest.mark.both
@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("username", "an%", ["wang-an%g"]),
        ("username", "WANG", []),
        ("role__name", "管理", ["chef"]),
        ("company__name", "晨光", ["wang-an%g", "chef"]),
        ("company__name", "远山", []),
        ("create_date", "2018-06-1", ["wang-an%g"]),
        ("create_date", "2018-05-31", []),
        ("create_date", "9999-12-31", []),
    ],
)
async def test_each_search_finds_what_it_says(
    api: Api, name: str, value: str, found: list[str]
) -> None:
    office = await make_office(api, username="chef", name="晨光科技")
    midnight = datetime(2018, 5, 31, 16, tzinfo=UTC)
    await make_rep(office.company, username="wang-an%g", created_at=midnight)
    assert await names_of(office, office.admin, **{name: value}) == found


async def test_a_day_that_is_none_is_301(api: Api) -> None:
    office = await make_office(api)
    assert (await office.get(USER, {"create_date": "2018-13-40"}))["code"] == 301


async def test_pages_are_cut_and_counted(api: Api) -> None:
    office = await make_office(api)
    staff = [await make_rep(office.company) for _ in range(4)]
    answer = await office.get(USER, {"length": 2, "current_page": 2})
    rows = [row["id"] for row in answer.data["ret_data"]]
    assert (rows, answer.data["data_count"]) == ([staff[1].id, staff[0].id], 5)


@pytest.mark.both
async def test_a_new_rep_can_log_in(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", new_rep(office.company, userid="wecom-xinren"))
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    login = await api.post("/zhugeleida/admin/login", {"username": "xinren", "password": PASSWORD})
    assert (login["code"], login.data["user_id"]) == (200, answer.data["id"])
    rows = await fetch_all("SELECT wecom_userid FROM rep WHERE id = %s", (answer.data["id"],))
    assert rows == [("wecom-xinren",)]


@pytest.mark.both
async def test_more_reps_than_cards_are_made_disabled(api: Api) -> None:
    office = await make_office(api, card_quota=3)
    answers = await asyncio.gather(
        *(
            office.post(f"{USER}/add/0", new_rep(office.company, username=f"x{number}"))
            for number in range(6)
        )
    )
    assert [answer["code"] for answer in answers] == [200] * 6
    enabled = await fetch_all(
        "SELECT COUNT(*) FROM rep WHERE company_id = %s AND status = 1", (office.company.id,)
    )
    assert enabled == [(3,)]


@pytest.mark.parametrize("field", ["username", "password", "role_id", "company_id"])
async def test_what_a_new_rep_lacks_is_named(api: Api, field: str) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", new_rep(office.company, **{field: ""}))
    assert (answer["code"], list(answer.data["errors"])) == (303, [field])


@pytest.mark.parametrize("password", ["12345", "x" * 65])
async def test_a_password_of_a_wrong_length_is_refused(api: Api, password: str) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", new_rep(office.company, password=password))
    assert (answer["code"], list(answer.data["errors"])) == (303, ["password"])


@pytest.mark.both
@pytest.mark.parametrize(
    ("field", "changes", "msg"),
    [
        ("username", {"username": "da-wei"}, "用户名已存在"),
        ("userid", {"userid": "wecom-da-wei"}, "成员UserID已存在"),
    ],
)
async def test_a_name_that_is_taken_is_refused(
    api: Api, field: str, changes: dict[str, object], msg: str
) -> None:
    office = await make_office(api)
    await make_rep(office.company, username="da-wei", wecom_userid="wecom-da-wei")
    answer = await office.post(f"{USER}/add/0", new_rep(office.company, **changes))
    assert (answer["code"], answer["msg"], list(answer.data["errors"])) == (303, msg, [field])


@pytest.mark.both
async def test_of_several_with_one_name_one_is_made(api: Api) -> None:
    office = await make_office(api)
    answers = await asyncio.gather(
        *(office.post(f"{USER}/add/0", new_rep(office.company)) for _ in range(5))
    )
    assert sorted(answer["code"] for answer in answers) == [200] + [303] * 4


async def test_a_role_that_there_is_not_is_302(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", new_rep(office.company, role_id=999_999))
    assert answer["code"] == 302


async def test_another_company_is_302_but_for_the_platform(api: Api) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    body = new_rep(await make_company())
    answers = [await each.post(f"{USER}/add/0", body) for each in (office, platform)]
    assert [answer["code"] for answer in answers] == [302, 200]


@pytest.mark.parametrize("path", ["add/0", "update/1", "delete/1"])
async def test_staff_manage_nobody(api: Api, path: str) -> None:
    office = await make_office(api)
    rep = await session_for(await make_rep(office.company))
    answer = await api.post(f"{USER}/{path}", new_rep(office.company), caller=rep)
    assert answer["code"] == 404


@pytest.mark.both
async def test_a_rep_without_customers_is_deleted_with_its_sessions(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    caller = await session_for(rep)
    answer = await office.post(f"{USER}/delete/{rep.id}")
    assert (answer["code"], answer["msg"]) == (200, "删除成功")
    assert (await api.get(USER, caller=caller))["code"] == 404


@pytest.mark.both
async def test_a_rep_with_customers_is_kept_and_they_are_counted(api: Api) -> None:
    office = await make_office(api)
    rep, _ = await make_pair(office.company)
    await bind(rep, await make_customer(office.company))
    answer = await office.post(f"{USER}/delete/{rep.id}")
    assert (answer["code"], answer["msg"]) == (304, "该用户还有2个客户,请先转移客户后再删除")
    assert await column("username", rep) == rep.username


async def test_nobody_deletes_itself(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/delete/{office.admin.id}")
    assert (answer["code"], answer["msg"]) == (305, "不允许删除自己")


@pytest.mark.parametrize("operation", ["delete", "update"])
async def test_a_rep_of_another_company_is_not_found(api: Api, operation: str) -> None:
    office, stranger = await make_office(api), await make_rep()
    body = {"username": "neu", "role_id": "2"}
    answers = [
        await office.post(f"{USER}/{operation}/{rep_id}", body) for rep_id in (stranger.id, 999_999)
    ]
    assert answers[0] == answers[1]
    assert (answers[0]["code"], await column("username", stranger)) == (302, stranger.username)


@pytest.mark.both
async def test_a_change_is_stored(api: Api) -> None:
    office, role = await make_office(api), await make_role()
    rep = await make_rep(office.company)
    answer = await update(office, rep, username="xin-ming", role_id=role.id, userid="wecom-neu")
    assert (answer["code"], answer["msg"]) == (200, "修改成功")
    columns = "username, role_id, wecom_userid, company_id"
    rows = await fetch_all(f"SELECT {columns} FROM rep WHERE id = %s", (rep.id,))
    assert rows == [("xin-ming", role.id, "wecom-neu", office.company.id)]


async def test_without_a_password_the_old_one_and_the_sessions_stay(api: Api) -> None:
    office, rep = await make_office(api), None
    rep = await make_rep(office.company, password_hash="kept")
    caller = await session_for(rep)
    await update(office, rep, username="xin-ming")
    assert await column("password_hash", rep) == "kept"
    assert (await api.get(USER, caller=caller))["code"] == 200


@pytest.mark.both
async def test_a_new_password_ends_the_sessions(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    caller = await session_for(rep)
    await update(office, rep, password=PASSWORD)
    assert (await api.get(USER, caller=caller))["code"] == 404
    passwords = Passwords()
    try:
        assert await passwords.matches(PASSWORD, await column("password_hash", rep))
    finally:
        passwords.close()


@pytest.mark.both
async def test_a_role_that_is_taken_away_is_gone_at_once(api: Api) -> None:
    office = await make_office(api)
    second = await make_admin(office.company)
    caller = await session_for(second)
    body = {"username": second.username, "role_id": int(RoleId.STAFF)}
    assert (await api.post(f"{USER}/update/{second.id}", {}, caller=caller))["code"] == 303
    assert (await office.post(f"{USER}/update/{second.id}", body))["code"] == 200
    assert (await api.post(f"{USER}/update/{second.id}", {}, caller=caller))["code"] == 404


async def test_nobody_gives_up_its_own_role(api: Api) -> None:
    office = await make_office(api)
    answer = await update(office, office.admin, role_id=int(RoleId.STAFF))
    assert (answer["code"], answer["msg"]) == (305, "不允许修改自己的角色")


async def test_its_own_name_is_not_taken(api: Api) -> None:
    office = await make_office(api)
    assert (await update(office, office.admin))["code"] == 200


@pytest.mark.both
async def test_anothers_name_is(api: Api) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    answer = await update(office, rep, username=office.admin.username)
    assert (answer["code"], answer["msg"]) == (303, "用户名已存在")


@pytest.mark.both
async def test_only_the_platform_moves_a_rep_to_another_company(api: Api) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    rep, target = await make_rep(office.company), await make_company()
    refused = await update(office, rep, company_id=target.id)
    assert (refused["code"], await column("company_id", rep)) == (302, office.company.id)
    moved = await update(platform, rep, company_id=target.id)
    assert (moved["code"], await column("company_id", rep)) == (200, target.id)


@pytest.mark.both
async def test_a_rep_with_customers_stays_in_its_company(api: Api) -> None:
    platform = await make_office(api, platform=True)
    rep, _ = await make_pair()
    answer = await update(platform, rep, company_id=platform.company.id)
    assert (answer["code"], await column("company_id", rep)) == (304, rep.company_id)


@pytest.mark.both
async def test_a_rep_does_not_go_where_all_cards_are_taken(api: Api) -> None:
    platform = await make_office(api, platform=True)
    rep, target = await make_rep(), await make_company(card_quota=0)
    answer = await update(platform, rep, company_id=target.id)
    assert (answer["code"], list(answer.data["errors"])) == (303, ["company_id"])


@pytest.mark.both
async def test_customers_are_handed_over_with_a_change(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_pair(office.company)
    heir = await make_rep(office.company)
    answer = await update(office, rep, transfer_to=heir.id)
    assert answer["code"] == 200
    assert await fetch_all("SELECT rep_id, customer_id FROM bond") == [(heir.id, customer.id)]
    assert (await office.post(f"{USER}/delete/{rep.id}"))["code"] == 200


async def test_customers_go_to_colleagues_only(api: Api) -> None:
    platform = await make_office(api, platform=True)
    rep, _ = await make_pair()
    answer = await update(platform, rep, transfer_to=platform.admin.id)
    assert answer["code"] == 302
    assert await fetch_all("SELECT rep_id FROM bond") == [(rep.id,)]


async def test_nobody_hands_customers_over_to_itself(api: Api) -> None:
    office = await make_office(api)
    rep, _ = await make_pair(office.company)
    answer = await update(office, rep, transfer_to=rep.id)
    assert (answer["code"], list(answer.data["errors"])) == (303, ["transfer_to"])


async def test_a_call_that_is_refused_hands_nobody_over(api: Api) -> None:
    office = await make_office(api)
    rep, _ = await make_pair(office.company)
    heir = await make_rep(office.company)
    answer = await update(office, rep, transfer_to=heir.id, username=heir.username)
    assert answer["code"] == 303
    assert await fetch_all("SELECT rep_id FROM bond") == [(rep.id,)]


async def test_a_rep_of_the_platform_without_role_1_manages_nobody(api: Api) -> None:
    platform = await make_office(api, platform=True)
    await execute("UPDATE rep SET role_id = 2 WHERE id = %s", (platform.admin.id,))
    assert (await platform.post(f"{USER}/delete/{(await make_rep()).id}"))["code"] == 404
