"""The reps of a company, and those who manage them."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.people import STATUS_LABELS
from handlers.wire import Day, Id, Name, SearchText, WholePage, Wire, iso, wire
from services import staff
from services.principals import AdminRep, Rep
from services.staff import MemberDraft, MemberSearch, RepStatus


class SearchParams(WholePage):
    """What the reps are searched by (000-qiyeweixin.md:49)."""

    username: SearchText = wire("username", title="用户名", default="", max_length=64)
    role_name: SearchText = wire("role__name", title="角色名", default="", max_length=64)
    company_name: SearchText = wire("company__name", title="公司名", default="", max_length=128)
    made_on: Day | None = wire("create_date", title="创建时间", default=None)


class UserRow(TypedDict):
    """A rep (000-qiyeweixin.md:67)."""

    id: int
    username: str
    memo_name: str
    role_name: str
    role_id: int
    company_id: int
    company_name: str
    create_date: str | None
    last_login_date: str | None
    status: str


class UsersAnswer(TypedDict):
    """A page of reps, and how many were found."""

    ret_data: list[UserRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/user",
    caller=Rep,
    params=SearchParams,
    success="查询成功",
)
async def list_users(call: Call[Rep], given: SearchParams) -> UsersAnswer:
    """List the reps of the caller's company; the platform's administrator sees all companies."""
    search = MemberSearch(given.username, given.role_name, given.company_name, given.made_on)
    found, total = await staff.page(call.caller, search, given.limit, given.offset)
    rows: list[UserRow] = [
        {
            "id": one.id,
            "username": one.username,
            "memo_name": one.memo_name,
            "role_name": one.role_name,
            "role_id": one.role_id,
            "company_id": one.company_id,
            "company_name": one.company_name,
            "create_date": iso(one.created_at),
            "last_login_date": iso(one.last_login_at),
            "status": STATUS_LABELS[RepStatus(one.status)],
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class AddParams(Wire):
    """A new rep (000-qiyeweixin.md:107)."""

    wecom_userid: str | None = wire("userid", title="成员UserID", default=None, max_length=64)
    username: Name = wire("username", title="用户名", max_length=64)
    password: str = wire("password", title="密码", is_secret=True)
    role_id: Id = wire("role_id", title="角色")
    company_id: Id = wire("company_id", title="公司")


class AddedAnswer(TypedDict):
    """The new rep."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/user/add/0",
    caller=AdminRep,
    params=AddParams,
    success="添加成功",
)
async def add_user(call: Call[AdminRep], given: AddParams) -> AddedAnswer:
    """Make a rep, enabled while the company's card quota allows it."""
    draft = MemberDraft(
        given.username, given.password, given.role_id, given.company_id, given.wecom_userid
    )
    return {"id": await call.services.staff.add(call.caller, draft)}


class TargetParams(Wire):
    """Which rep."""

    target_id: Id = wire("target_user_id", title="用户ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/user/delete/{target_user_id}",
    caller=AdminRep,
    params=TargetParams,
    success="删除成功",
)
async def delete_user(call: Call[AdminRep], given: TargetParams) -> None:
    """Delete a rep that has no customers left."""
    await call.services.staff.delete(call.caller, given.target_id)


class UpdateParams(TargetParams):
    """What a rep is to be (000-qiyeweixin.md:165), and who gets its customers."""

    wecom_userid: str | None = wire("userid", title="成员UserID", default=None, max_length=64)
    username: Name = wire("username", title="用户名", max_length=64)
    password: str | None = wire("password", title="密码", is_secret=True, default=None)
    role_id: Id = wire("role_id", title="角色")
    company_id: Id | None = wire("company_id", title="公司", default=None)
    heir_id: Id | None = wire("transfer_to", title="接收客户的用户ID", default=None)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/user/update/{target_user_id}",
    caller=AdminRep,
    params=UpdateParams,
    success="修改成功",
)
async def update_user(call: Call[AdminRep], given: UpdateParams) -> None:
    """Change a rep, and hand its customers over to another one if that is asked for."""
    draft = MemberDraft(
        given.username, given.password, given.role_id, given.company_id, given.wecom_userid
    )
    await call.services.staff.change(call.caller, given.target_id, draft, given.heir_id)
