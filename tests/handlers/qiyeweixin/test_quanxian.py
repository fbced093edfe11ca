"""Permissions: the tree of the back office's menu (decisions D2, S18)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database import fetch_all
from tests.api import Api
from tests.factories import make_permission, make_rep, session_for
from tests.handlers.qiyeweixin.staff import Office, make_office

QUANXIAN = "/zhugeleida/qiyeweixin/quanxian"


def draft(**changes: object) -> dict[str, object]:
    """What adds a permission."""
    return {"path": "/admin/kehu/", "title": "客户管理", "order_num": 2, **changes}


async def tree(office: Office) -> list[Any]:
    """The permissions as titles, each with those below it."""
    answer = await office.get(QUANXIAN)
    return [shape(row) for row in answer.data["ret_data"]]


def shape(row: dict[str, Any]) -> Any:
    """A permission's title, and what stands below it."""
    return [row["title"], *map(shape, row["children"])] if row["children"] else row["title"]


@pytest.mark.both
async def test_the_tree_shows_each_below_its_parent_in_its_order(api: Api) -> None:
    office = await make_office(api)
    root = await make_permission(title="客户", order_number=2)
    await make_permission(title="商城", order_number=1)
    below = await make_permission(title="标签", parent=root, order_number=9)
    await make_permission(title="名单", parent=root, order_number=3)
    await make_permission(title="系统标签", parent=below)
    assert await tree(office) == ["商城", ["客户", "名单", ["标签", "系统标签"]]]


async def test_a_row_says_everything_of_a_permission(api: Api) -> None:
    office = await make_office(api)
    root = await make_permission()
    child = await make_permission(parent=root, icon="users", order_number=4)
    answer = await office.get(QUANXIAN, caller=await make_rep(office.company))
    assert answer.data["data_count"] == 2
    assert answer.data["ret_data"][0]["children"] == [
        {
            "id": child.id,
            "path": child.path,
            "icon": "users",
            "title": child.title,
            "pid_id": root.id,
            "order_num": 4,
            "children": [],
        }
    ]


@pytest.mark.both
@pytest.mark.parametrize("order", ["order_num", "order"])
async def test_a_permission_is_added_below_another(api: Api, order: str) -> None:
    platform, root = await make_office(api, platform=True), await make_permission()
    body = {"path": "/admin/kehu/", "title": "客户管理", "pid_id": root.id, order: 5}
    answer = await platform.post(f"{QUANXIAN}/add/0", body)
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    rows = await fetch_all(
        "SELECT parent_id, order_number, created_by_id FROM permission WHERE id = %s",
        (answer.data["id"],),
    )
    assert rows == [(root.id, 5, platform.admin.id)]


@pytest.mark.parametrize("path", ["add/0", "update/1", "delete/1"])
async def test_only_the_platforms_administrator_changes_permissions(api: Api, path: str) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    callers = [office.caller, await session_for(await make_rep(platform.company))]
    for caller in callers:
        assert (await api.post(f"{QUANXIAN}/{path}", draft(), caller=caller))["code"] == 404


@pytest.mark.parametrize("field", ["path", "title", "order_num"])
async def test_what_a_permission_lacks_is_named(api: Api, field: str) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{QUANXIAN}/add/0", draft(**{field: ""}))
    assert (answer["code"], list(answer.data["errors"])) == (303, [field])


@pytest.mark.both
@pytest.mark.parametrize(("field", "msg"), [("path", "路径已存在"), ("title", "功能名称已存在")])
async def test_a_path_and_a_title_are_one_permissions_own(api: Api, field: str, msg: str) -> None:
    platform, other = await make_office(api, platform=True), await make_permission()
    mine = await make_permission()
    taken = draft(**{field: getattr(other, field)})
    answers = [
        await platform.post(f"{QUANXIAN}/{path}", taken) for path in ("add/0", f"update/{mine.id}")
    ]
    assert [(one["code"], one["msg"], list(one.data["errors"])) for one in answers] == [
        (303, msg, [field])
    ] * 2


@pytest.mark.both
async def test_of_several_with_one_path_one_is_made(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answers = await asyncio.gather(
        *(platform.post(f"{QUANXIAN}/add/0", draft(title=f"功能{n}")) for n in range(4))
    )
    assert sorted(answer["code"] for answer in answers) == [200, 303, 303, 303]


@pytest.mark.parametrize("path", ["add/0", "update/{id}"])
async def test_a_parent_that_there_is_not_is_302(api: Api, path: str) -> None:
    platform, permission = await make_office(api, platform=True), await make_permission()
    answer = await platform.post(
        f"{QUANXIAN}/{path.format(id=permission.id)}", draft(pid_id=999_999)
    )
    assert answer["code"] == 302


@pytest.mark.both
async def test_a_change_is_stored(api: Api) -> None:
    platform, permission = await make_office(api, platform=True), await make_permission()
    answer = await platform.post(f"{QUANXIAN}/update/{permission.id}", draft(icon="users"))
    rows = await fetch_all("SELECT path, title, icon, parent_id, order_number FROM permission")
    assert (answer["code"], answer["msg"]) == (200, "修改成功")
    assert rows == [("/admin/kehu/", "客户管理", "users", None, 2)]


@pytest.mark.both
async def test_a_permission_does_not_stand_below_itself(api: Api) -> None:
    platform = await make_office(api, platform=True)
    root = await make_permission()
    child = await make_permission(parent=root)
    grandchild = await make_permission(parent=child)
    for parent in (root, child, grandchild):
        answer = await platform.post(f"{QUANXIAN}/update/{root.id}", draft(pid_id=parent.id))
        assert (answer["code"], answer["msg"]) == (303, "不能选择自己或下级作为父级")


@pytest.mark.both
async def test_two_that_go_below_each_other_at_once_make_no_circle(api: Api) -> None:
    platform = await make_office(api, platform=True)
    one, two = await make_permission(), await make_permission()
    answers = await asyncio.gather(
        *(
            platform.post(
                f"{QUANXIAN}/update/{mine.id}",
                {"path": mine.path, "title": mine.title, "order_num": 1, "pid_id": parent.id},
            )
            for mine, parent in ((one, two), (two, one))
        )
    )
    assert sorted(answer["code"] for answer in answers) == [200, 303]


@pytest.mark.parametrize("operation", ["update", "delete"])
async def test_a_permission_that_there_is_not_is_302(api: Api, operation: str) -> None:
    platform = await make_office(api, platform=True)
    assert (await platform.post(f"{QUANXIAN}/{operation}/999", draft()))["code"] == 302


@pytest.mark.both
async def test_only_what_has_nothing_below_it_is_deleted(api: Api) -> None:
    platform = await make_office(api, platform=True)
    root = await make_permission()
    child = await make_permission(parent=root)
    codes = [
        (await platform.post(f"{QUANXIAN}/delete/{one.id}"))["code"] for one in (root, child, root)
    ]
    assert codes == [304, 200, 200]
    assert await fetch_all("SELECT id FROM permission") == []
