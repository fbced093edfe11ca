"""Roles, and permissions, which are the menu of the back office; all companies share them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import roles as queries
from models.database import InUse, Taken, constrained, retry_on_deadlock
from models.roles import PermissionDraft as PermissionDraft
from models.roles import PermissionRow, RoleRow
from models.staff import RoleId
from services.companies import require_platform
from services.errors import AlreadyTaken, HasChildren, Invalid, NotFound
from services.names import check_name
from services.principals import AdminRep


@dataclass(frozen=True, slots=True)
class Entry:
    """A permission with those below it."""

    row: PermissionRow
    children: list[Entry]


async def page(limit: int, offset: int) -> tuple[Sequence[RoleRow], int]:
    """List the roles, and count them."""
    return await queries.roles(limit, offset)


async def add(rep: AdminRep, name: str) -> int:
    """Make a role and return its id.

    Raises:
        BadSignature: the rep does not manage the platform (decisions T10).
        AlreadyTaken: another role has the name.
    """
    require_platform(rep)
    check_name("name", "角色名", name)
    try:
        async with constrained():
            return await queries.add_role(name)
    except Taken:
        raise _role_taken() from None


async def rename(rep: AdminRep, role_id: int, name: str) -> None:
    """Give a role another name.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such role.
        AlreadyTaken: another role has the name.
    """
    require_platform(rep)
    check_name("name", "角色名", name)
    try:
        async with constrained():
            if not await queries.role_exists(role_id):
                raise NotFound
            await queries.rename_role(role_id, name)
    except Taken:
        raise _role_taken() from None


async def delete(rep: AdminRep, role_id: int) -> None:
    """Delete a role that nobody has.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such role.
        HasChildren: some rep has it.
        Invalid: it is one of the two whose ids carry a meaning.
    """
    require_platform(rep)
    if role_id in tuple(RoleId):
        raise Invalid("系统角色不能删除")
    try:
        async with constrained():
            if not await queries.delete_role(role_id):
                raise NotFound
    except InUse:
        raise HasChildren("该角色下存在用户,请转移用户后再试") from None


async def permission_tree() -> list[Entry]:
    """List all permissions, each with those below it, in the order in which they are shown."""
    below: dict[int | None, list[PermissionRow]] = defaultdict(list)
    for row in await queries.permissions():
        below[row.parent_id].append(row)
    return _entries(below, None)


def _entries(
    below: Mapping[int | None, Sequence[PermissionRow]], parent_id: int | None
) -> list[Entry]:
    return [Entry(row, _entries(below, row.id)) for row in below.get(parent_id, ())]


@retry_on_deadlock
async def add_permission(rep: AdminRep, draft: PermissionDraft) -> int:
    """Make a permission and return its id.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such parent.
        Invalid: another permission has the path or the title, or there are too many.
    """
    require_platform(rep)
    try:
        async with constrained():
            rows = await queries.permissions(is_locked=True)
            if len(rows) >= queries.MOST_PERMISSIONS:
                raise Invalid("权限数量已达上限")
            if draft.parent_id not in (None, *(row.id for row in rows)):
                raise NotFound
            return await queries.add_permission(draft, rep.id)
    except Taken as taken:
        raise _permission_taken(taken) from None


@retry_on_deadlock
async def change_permission(rep: AdminRep, permission_id: int, draft: PermissionDraft) -> None:
    """Make a permission what the draft says.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such permission, or no such parent.
        Invalid: another one has the path or the title, or it would stand below itself.
    """
    require_platform(rep)
    try:
        async with constrained():
            parents = {row.id: row.parent_id for row in await queries.permissions(is_locked=True)}
            if permission_id not in parents or draft.parent_id not in (None, *parents):
                raise NotFound
            above = draft.parent_id
            while above is not None:
                if above == permission_id:
                    complaint = "不能选择自己或下级作为父级"
                    raise Invalid(complaint, {"pid_id": complaint})
                above = parents[above]
            await queries.change_permission(permission_id, draft)
    except Taken as taken:
        raise _permission_taken(taken) from None


async def delete_permission(rep: AdminRep, permission_id: int) -> None:
    """Delete a permission that has none below it.

    Raises:
        BadSignature: the rep does not manage the platform.
        NotFound: there is no such permission.
        HasChildren: others stand below it.
    """
    require_platform(rep)
    try:
        async with constrained():
            if not await queries.delete_permission(permission_id):
                raise NotFound
    except InUse:
        raise HasChildren from None


def _role_taken() -> AlreadyTaken:
    return AlreadyTaken(errors={"name": "角色名已存在"})


def _permission_taken(taken: Taken) -> Invalid:
    field, complaint = (
        ("path", "路径已存在") if taken.is_of("path") else ("title", "功能名称已存在")
    )
    return Invalid(complaint, {field: complaint})
