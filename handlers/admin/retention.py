"""For how many days a company keeps what its customers have done and said."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Int, Wire, wire
from services import retention
from services.principals import AdminRep

DayCount = Annotated[Int, Field(ge=0, le=retention.MOST_DAYS)]


class RetentionAnswer(TypedDict):
    """In days; 0 is for ever."""

    log_days: int
    chat_days: int


@endpoint("GET", "/zhugeleida/admin/retention", caller=AdminRep, success="查询成功")
async def show_retention(call: Call[AdminRep]) -> RetentionAnswer:
    """Say for how many days the caller's company keeps its action log and its chat."""
    return _shown(await retention.days_of(call.caller))


class RetentionParams(Wire):
    """For how many days things are kept; what is left out stays."""

    log_days: DayCount | None = wire("log_days", title="访问日志保留天数", default=None)
    chat_days: DayCount | None = wire("chat_days", title="聊天记录保留天数", default=None)


@endpoint(
    "POST",
    "/zhugeleida/admin/retention/update/0",
    caller=AdminRep,
    params=RetentionParams,
    success="修改成功",
)
async def change_retention(call: Call[AdminRep], given: RetentionParams) -> RetentionAnswer:
    """Set it; what is older goes in the next night."""
    return _shown(await retention.change(call.caller, given.log_days, given.chat_days))


def _shown(days: retention.Days) -> RetentionAnswer:
    return {"log_days": days.log, "chat_days": days.chat}
