"""Roles, and the permissions that the documents print under the same URLs (decisions D1, D2)."""

from __future__ import annotations

import asyncio

import pytest

from models.database import fetch_all
from tests.api import Api
from tests.factories import make_permission, make_rep, make_role, session_for
from tests.handlers.qiyeweixin.staff import make_office

ROLE = "/zhugeleida/qiyeweixin/role"
PERMISSION = {"path": "/admin/kehu/", "title": "客户管理", "order_num": 2}


@pytest.mark.both
async def test_every_rep_reads_the_roles(api: Api) -> None:
    office, role = await make_office(api), await make_role(name="运营")
    answer = await office.get(ROLE, caller=await make_rep(office.company))
    names = [(row["id"], row["role_id"], row["name"]) for row in answer.data["ret_data"]]
    assert names == [(1, 1, "管理员"), (2, 2, "普通用户"), (role.id, role.id, "运营")]
    assert (answer["msg"], answer.data["data_count"]) == ("", 3)


@pytest.mark.both
@pytest.mark.parametrize("path", [ROLE, f"{ROLE}/add/0"])
async def test_the_platforms_administrator_adds_a_role(api: Api, path: str) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(path, {"name": "运营"})
    rows = await fetch_all("SELECT name FROM role WHERE id = %s", (answer.data["id"],))
    assert (answer["code"], answer["msg"], rows) == (200, "添加成功", [("运营",)])


@pytest.mark.parametrize("path", ["add/0", "update/2", "delete/2"])
async def test_another_administrator_changes_no_roles(api: Api, path: str) -> None:
    office = await make_office(api)
    for body in ({"name": "运营"}, PERMISSION):
        answer = await office.post(f"{ROLE}/{path}", body)
        assert answer["code"] == 404
    assert await fetch_all("SELECT COUNT(*) FROM role") == [(2,)]


@pytest.mark.parametrize("path", ["add/0", "update/2", "delete/2"])
async def test_a_rep_of_the_platform_changes_no_roles(api: Api, path: str) -> None:
    platform = await make_office(api, platform=True)
    caller = await session_for(await make_rep(platform.company))
    assert (await api.post(f"{ROLE}/{path}", {"name": "运营"}, caller=caller))["code"] == 404


async def test_a_role_needs_a_name(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{ROLE}/add/0")
    assert (answer["code"], answer["msg"]) == (303, "角色名不能为空")


@pytest.mark.parametrize("path", ["add/0", "update/{id}"])
@pytest.mark.parametrize("name", ["  ", "\u200b管理员", "甲\n乙"])
async def test_a_name_that_could_be_taken_for_another_is_refused(
    api: Api, path: str, name: str
) -> None:
    platform, role = await make_office(api, platform=True), await make_role()
    answer = await platform.post(f"{ROLE}/{path.format(id=role.id)}", {"name": name})
    assert (answer["code"], list(answer.data["errors"])) == (303, ["name"])


async def test_blanks_around_a_name_are_not_part_of_it(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{ROLE}/add/0", {"name": " 管理员 "})
    assert (answer["code"], answer["msg"]) == (300, "角色名已存在")


@pytest.mark.both
async def test_of_several_roles_with_one_name_one_is_made(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answers = await asyncio.gather(
        *(platform.post(f"{ROLE}/add/0", {"name": "运营"}) for _ in range(4))
    )
    assert sorted(answer["code"] for answer in answers) == [200, 300, 300, 300]
    assert {answer["msg"] for answer in answers} == {"添加成功", "角色名已存在"}


@pytest.mark.both
async def test_a_role_gets_another_name(api: Api) -> None:
    platform, role = await make_office(api, platform=True), await make_role()
    answer = await platform.post(f"{ROLE}/update/{role.id}", {"name": "运营"})
    rows = await fetch_all("SELECT name FROM role WHERE id = %s", (role.id,))
    assert (answer["code"], answer["msg"], rows) == (200, "修改成功", [("运营",)])


@pytest.mark.both
async def test_a_name_that_another_role_has_is_300(api: Api) -> None:
    platform, role = await make_office(api, platform=True), await make_role()
    answer = await platform.post(f"{ROLE}/update/{role.id}", {"name": "管理员"})
    assert (answer["code"], answer["msg"]) == (300, "角色名已存在")


@pytest.mark.parametrize("operation", ["update", "delete"])
async def test_a_role_that_there_is_not_is_302(api: Api, operation: str) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{ROLE}/{operation}/999", {"name": "运营"})
    assert answer["code"] == 302


@pytest.mark.both
async def test_a_role_that_nobody_has_is_deleted(api: Api) -> None:
    platform, role = await make_office(api, platform=True), await make_role()
    answer = await platform.post(f"{ROLE}/delete/{role.id}")
    assert (answer["code"], answer["msg"]) == (200, "删除成功")
    assert await fetch_all("SELECT COUNT(*) FROM role") == [(2,)]


@pytest.mark.both
async def test_a_role_that_somebody_has_is_304(api: Api) -> None:
    platform, role = await make_office(api, platform=True), await make_role()
    await make_rep(role_id=role.id)
    answer = await platform.post(f"{ROLE}/delete/{role.id}")
    assert (answer["code"], answer["msg"]) == (304, "该角色下存在用户,请转移用户后再试")


@pytest.mark.parametrize("role_id", [1, 2])
async def test_the_two_roles_that_mean_something_stay(api: Api, role_id: int) -> None:
    platform = await make_office(api, platform=True)
    assert (await platform.post(f"{ROLE}/delete/{role_id}"))["code"] == 303


@pytest.mark.both
@pytest.mark.parametrize("path", [ROLE, f"{ROLE}/add/0"])
async def test_a_body_with_a_path_adds_a_permission(api: Api, path: str) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(path, PERMISSION)
    rows = await fetch_all("SELECT id, path, title, order_number FROM permission")
    assert rows == [(answer.data["id"], "/admin/kehu/", "客户管理", 2)]
    assert await fetch_all("SELECT COUNT(*) FROM role") == [(2,)]


@pytest.mark.both
async def test_a_body_with_a_path_changes_a_permission(api: Api) -> None:
    platform, permission = await make_office(api, platform=True), await make_permission()
    answer = await platform.post(f"{ROLE}/update/{permission.id}", PERMISSION)
    assert (answer["code"], answer["msg"]) == (200, "修改成功")
    assert await fetch_all("SELECT path FROM permission") == [("/admin/kehu/",)]


async def test_a_permission_behind_the_roles_lacks_what_it_lacks_elsewhere(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{ROLE}/add/0", {"path": "/admin/kehu/"})
    assert (answer["code"], set(answer.data["errors"])) == (303, {"title", "order_num"})
