"""Queries of roles and of permissions, which are the entries of the back office's menu."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from models.base import from_ms
from models.database import fetch_all, for_update
from models.staff import Permission, Role

MOST_PERMISSIONS = 1000


class RoleRow(NamedTuple):
    """A role."""

    id: int
    name: str
    created_at: datetime


async def roles(limit: int, offset: int) -> tuple[list[RoleRow], int]:
    """Read a page of the roles, the oldest first, and count them all."""
    rows = await fetch_all(
        "SELECT id, name, created_at FROM role ORDER BY id LIMIT %s OFFSET %s", (limit, offset)
    )
    ((count,),) = await fetch_all("SELECT COUNT(*) FROM role")
    return [RoleRow(row[0], row[1], from_ms(row[2])) for row in rows], int(count)


async def add_role(name: str) -> int:
    """Write a role."""
    return int((await Role.aio_create(name=name)).id)


async def rename_role(role_id: int, name: str) -> None:
    """Give a role another name."""
    await Role.update(name=name).where(Role.id == role_id).aio_execute()


async def role_exists(role_id: int) -> bool:
    """Say whether there is such a role, and keep it until the transaction ends."""
    sql = f"SELECT id FROM role WHERE id = %s{for_update()}"
    return bool(await fetch_all(sql, (role_id,)))


async def delete_role(role_id: int) -> bool:
    """Delete a role that no rep has, and say whether there was one."""
    return bool(await Role.delete().where(Role.id == role_id).aio_execute())


class PermissionRow(NamedTuple):
    """An entry of the menu."""

    id: int
    path: str
    icon: str
    title: str
    parent_id: int | None
    order_number: int


class PermissionDraft(NamedTuple):
    """An entry of the menu as it is to be."""

    path: str
    icon: str
    title: str
    parent_id: int | None
    order_number: int


async def permissions(*, is_locked: bool = False) -> list[PermissionRow]:
    """Read all permissions in the order in which they are shown.

    Args:
        is_locked: keep them from changing until the transaction ends.
    """
    rows = await fetch_all(
        "SELECT id, path, icon, title, parent_id, order_number FROM permission"
        f" ORDER BY order_number, id LIMIT %s{for_update() if is_locked else ''}",
        (MOST_PERMISSIONS,),
    )
    return [PermissionRow(*row) for row in rows]


async def add_permission(draft: PermissionDraft, creator_id: int) -> int:
    """Write a permission."""
    return int((await Permission.aio_create(**_columns(draft), created_by=creator_id)).id)


async def change_permission(permission_id: int, draft: PermissionDraft) -> None:
    """Make a permission what the draft says."""
    query = Permission.update(**_columns(draft)).where(Permission.id == permission_id)
    await query.aio_execute()


async def delete_permission(permission_id: int) -> bool:
    """Delete a permission that has none below it, and say whether there was one."""
    query = Permission.delete().where(Permission.id == permission_id)
    return bool(await query.aio_execute())


def _columns(draft: PermissionDraft) -> dict[str, object]:
    values = draft._asdict()
    values["parent"] = values.pop("parent_id")
    return values
