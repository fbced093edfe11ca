"""What the caller has written down about following a customer up."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR, DEFAULT_REP_AVATAR
from handlers.wire import Id, Page, Wire, iso_ms, wire
from services import follow_ups
from services.principals import Rep


class FollowUpsParams(Page):
    """Whose follow-ups, and which page of them."""

    customer_id: Id = wire("customer_id", title="客户ID")


class FollowUpRow(TypedDict):
    """A follow-up (000-qiyeweixin.md:1962)."""

    user_customer_flowup__customer__headimgurl: str
    user_customer_flowup__user__avatar: str
    user_customer_flowup__user__username: str
    user_customer_flowup__user_id: int
    user_customer_flowup__customer_id: int
    follow_info: str
    create_date: str | None


class FollowUpsAnswer(TypedDict):
    """A page of follow-ups."""

    ret_data: list[FollowUpRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/follow_info",
    caller=Rep,
    params=FollowUpsParams,
    success="",
)
async def list_follow_ups(call: Call[Rep], given: FollowUpsParams) -> FollowUpsAnswer:
    """List the caller's follow-ups of a customer, the newest first."""
    found, total = await follow_ups.page(call.caller, given.customer_id, given.limit, given.offset)
    rows: list[FollowUpRow] = [
        {
            "user_customer_flowup__customer__headimgurl": one.customer_avatar
            or DEFAULT_CUSTOMER_AVATAR,
            "user_customer_flowup__user__avatar": one.rep_avatar or DEFAULT_REP_AVATAR,
            "user_customer_flowup__user__username": one.rep_name,
            "user_customer_flowup__user_id": call.caller.id,
            "user_customer_flowup__customer_id": given.customer_id,
            "follow_info": one.text,
            "create_date": iso_ms(one.created_at),
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class FollowUpParams(Wire):
    """A follow-up."""

    customer_id: Id = wire("customer_id", title="客户ID")
    text: Annotated[str, StringConstraints(strip_whitespace=True)] = wire(
        "follow_info", title="跟进信息", min_length=1, max_length=256
    )


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/follow_info/add/{customer_id}",
    caller=Rep,
    params=FollowUpParams,
    success="添加成功",
)
async def record_follow_up(call: Call[Rep], given: FollowUpParams) -> None:
    """Write down how the caller has followed a customer up."""
    await follow_ups.record(call.caller, given.customer_id, given.text)
