"""Permissions (权限): the entries of the back office's menu."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Int, Name, Wire, wire
from services import roles
from services.principals import AdminRep, Rep
from services.roles import Entry, PermissionDraft


class PermissionRow(TypedDict):
    """A permission with those below it (decisions S18)."""

    id: int
    path: str
    icon: str
    title: str
    pid_id: int | None
    order_num: int
    children: list[PermissionRow]


class PermissionsAnswer(TypedDict):
    """The permissions that stand below none."""

    ret_data: list[PermissionRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/quanxian",
    caller=Rep,
    success="查询成功",
)
async def list_permissions(call: Call[Rep]) -> PermissionsAnswer:
    """List all permissions as a tree."""
    rows = [_row(entry) for entry in await roles.permission_tree()]
    return {"ret_data": rows, "data_count": sum(map(_count, rows))}


def _row(entry: Entry) -> PermissionRow:
    return {
        "id": entry.row.id,
        "path": entry.row.path,
        "icon": entry.row.icon,
        "title": entry.row.title,
        "pid_id": entry.row.parent_id,
        "order_num": entry.row.order_number,
        "children": [_row(child) for child in entry.children],
    }


def _count(row: PermissionRow) -> int:
    return 1 + sum(map(_count, row["children"]))


class PermissionParams(Wire):
    """What a permission is to be (000-qiyeweixin.md:516)."""

    path: Name = wire("path", title="访问路径", max_length=64)
    icon: str = wire("icon", title="图标", default="", max_length=64)
    title: Name = wire("title", title="功能名称", max_length=64)
    parent_id: Id | None = wire("pid_id", title="父级ID", default=None)
    order_number: Int = wire("order_num", "order", title="排序值", ge=0, le=32767)

    @property
    def draft(self) -> PermissionDraft:
        """The permission."""
        return PermissionDraft(self.path, self.icon, self.title, self.parent_id, self.order_number)


class AddedAnswer(TypedDict):
    """The new permission."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/quanxian/add/0",
    caller=AdminRep,
    params=PermissionParams,
    success="添加成功",
)
async def add_permission(call: Call[AdminRep], given: PermissionParams) -> AddedAnswer:
    """Make a permission."""
    return {"id": await roles.add_permission(call.caller, given.draft)}


class PermissionIdParams(Wire):
    """Which permission."""

    permission_id: Id = wire("quanxian_id", title="权限ID")


class ChangeParams(PermissionParams, PermissionIdParams):
    """Which permission, and what it is to be."""


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/quanxian/update/{quanxian_id}",
    caller=AdminRep,
    params=ChangeParams,
    success="修改成功",
)
async def change_permission(call: Call[AdminRep], given: ChangeParams) -> None:
    """Make a permission what is given."""
    await roles.change_permission(call.caller, given.permission_id, given.draft)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/quanxian/delete/{quanxian_id}",
    caller=AdminRep,
    params=PermissionIdParams,
    success="删除成功",
)
async def delete_permission(call: Call[AdminRep], given: PermissionIdParams) -> None:
    """Delete a permission that has none below it."""
    await roles.delete_permission(call.caller, given.permission_id)
