"""Roles (角色); the documents print the calls for permissions under the same URLs."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.qiyeweixin.quanxian import PermissionParams
from handlers.wire import Id, Name, WholePage, Wire, iso_ms, read, wire
from services import roles
from services.errors import Invalid
from services.principals import AdminRep, Rep


class RoleRow(TypedDict):
    """A role (000-qiyeweixin.md:405)."""

    id: int
    name: str
    role_id: int
    create_date: str | None


class RolesAnswer(TypedDict):
    """A page of roles, and how many there are."""

    ret_data: list[RoleRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/role",
    caller=Rep,
    params=WholePage,
    success="",
)
async def list_roles(call: Call[Rep], given: WholePage) -> RolesAnswer:
    """List the roles."""
    found, total = await roles.page(given.limit, given.offset)
    rows: list[RoleRow] = [
        {
            "id": one.id,
            "name": one.name,
            "role_id": one.id,
            "create_date": iso_ms(one.created_at),
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class RoleParams(Wire):
    """A role's name, or a ``path`` and whatever else makes a permission (decisions D2)."""

    model_config = ConfigDict(extra="allow")

    name: Name | None = wire("name", title="角色名", default=None, max_length=32)
    path: Name | None = wire("path", title="访问路径", default=None)

    @property
    def permission(self) -> PermissionParams | None:
        """The permission, if it is one."""
        if self.path is None:
            return None
        given: dict[str, Any] = {**(self.model_extra or {}), "path": self.path}
        permission = read(PermissionParams, given)
        assert isinstance(permission, PermissionParams)
        return permission

    @property
    def role_name(self) -> str:
        """The name, which a role has to have."""
        if self.name is None:
            raise Invalid("角色名不能为空", {"name": "角色名不能为空"})
        return self.name


class AddedAnswer(TypedDict):
    """The new role, or permission."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/role",
    "/zhugeleida/qiyeweixin/role/add/0",
    caller=AdminRep,
    params=RoleParams,
    success="添加成功",
)
async def add_role(call: Call[AdminRep], given: RoleParams) -> AddedAnswer:
    """Make a role; a body with a ``path`` makes a permission."""
    permission = given.permission
    if permission is not None:
        return {"id": await roles.add_permission(call.caller, permission.draft)}
    return {"id": await roles.add(call.caller, given.role_name)}


class RoleIdParams(Wire):
    """Which role."""

    role_id: Id = wire("role_id", title="角色ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/role/delete/{role_id}",
    caller=AdminRep,
    params=RoleIdParams,
    success="删除成功",
)
async def delete_role(call: Call[AdminRep], given: RoleIdParams) -> None:
    """Delete a role that nobody has."""
    await roles.delete(call.caller, given.role_id)


class RenameParams(RoleIdParams, RoleParams):
    """Which role or permission, and what it is to be."""


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/role/update/{role_id}",
    caller=AdminRep,
    params=RenameParams,
    success="修改成功",
)
async def rename_role(call: Call[AdminRep], given: RenameParams) -> None:
    """Give a role another name; a body with a ``path`` changes the permission with the id."""
    permission = given.permission
    if permission is not None:
        await roles.change_permission(call.caller, given.role_id, permission.draft)
    else:
        await roles.rename(call.caller, given.role_id, given.role_name)
