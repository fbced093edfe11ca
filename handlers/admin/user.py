"""The reps of a company in the back office: the list of them, and whether they may log in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.people import STATUS_LABELS
from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.wire import Id, Int, Page, SearchText, Wire, iso, wire
from services import staff
from services.principals import AdminRep, Rep
from services.staff import MemberRow, MemberSearch, RepStatus

Status = Annotated[Int, Field(ge=min(RepStatus), le=max(RepStatus))]


class StatusParams(Wire):
    """Which rep, and whether it may log in (001-admin.md:41)."""

    target_id: Id = wire("target_user_id", title="用户ID")
    status: Status = wire("status", title="状态")


@endpoint(
    "POST",
    "/zhugeleida/admin/user/update_status/{target_user_id}",
    caller=AdminRep,
    params=StatusParams,
    success="修改成功",
)
async def change_status(call: Call[AdminRep], given: StatusParams) -> None:
    """Enable or disable a rep; disabling ends its tokens and closes its sockets."""
    await call.services.staff.set_status(call.caller, given.target_id, RepStatus(given.status))


class StaffListParams(Page):
    """Which reps are listed: all that the caller may see unless something is given."""

    username: SearchText = wire("username", title="用户名", default="", max_length=64)
    role_id: Id | None = wire("role_id", title="角色", default=None)
    status: Status | None = wire("status", title="状态", default=None)
    company_id: Id | None = wire("company_id", title="公司", default=None)


class StaffRow(TypedDict):
    """A rep with what its card has come to."""

    id: int
    username: str
    memo_name: str
    avatar: str
    position: str
    mingpian_phone: str
    role_id: int
    role_name: str
    company_id: int
    company_name: str
    status: int
    status_text: str
    create_date: str | None
    last_login_date: str | None
    popularity_num: int
    praise_num: int
    forward_num: int
    customer_num: int


class StaffListAnswer(TypedDict):
    """A page of reps, and how many were found."""

    ret_data: list[StaffRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/user/user_list",
    caller=Rep,
    params=StaffListParams,
    success="查询成功",
)
async def list_staff(call: Call[Rep], given: StaffListParams) -> StaffListAnswer:
    """List the reps of the caller's company, the newest first; of the platform those of all."""
    search = MemberSearch(
        username=given.username,
        role_id=given.role_id,
        status=None if given.status is None else RepStatus(given.status),
        company_id=given.company_id,
    )
    found, total = await staff.page(call.caller, search, given.limit, given.offset)
    customers = await staff.customer_counts(found)
    rows = [_staff_row(one, customers.get(one.id, 0)) for one in found]
    return {"ret_data": rows, "data_count": total}


def _staff_row(row: MemberRow, customer_count: int) -> StaffRow:
    return {
        "id": row.id,
        "username": row.username,
        "memo_name": row.memo_name,
        "avatar": row.avatar or DEFAULT_REP_AVATAR,
        "position": row.position,
        "mingpian_phone": row.phone,
        "role_id": row.role_id,
        "role_name": row.role_name,
        "company_id": row.company_id,
        "company_name": row.company_name,
        "status": row.status,
        "status_text": STATUS_LABELS[RepStatus(row.status)],
        "create_date": iso(row.created_at),
        "last_login_date": iso(row.last_login_at),
        "popularity_num": row.popularity,
        "praise_num": row.praise_count,
        "forward_num": row.forward_count,
        "customer_num": customer_count,
    }
