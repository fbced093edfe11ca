"""The radar: what the caller's customers do, by time, by customer and by kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import MOST_PAGE_LENGTH, Day, Id, Int, Page, Wire, iso, iso_ms, wire
from services import radar_lists
from services.principals import Rep
from services.radar import LABELS
from services.radar_lists import Wanted

ALWAYS_LISTED = range(1, 13)


def _known(number: int) -> int:
    if number not in LABELS:
        raise ValueError("动作不在允许的范围内")
    return number


ActionNumber = Annotated[Int, AfterValidator(_known)]


class WindowParams(Wire):
    """The days that are asked for, both included (decisions S23)."""

    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)


class ActionPage(Page):
    """A page of the radar."""

    length: Int = wire("length", title="每页长度", default=10, ge=1)


class TimeParams(ActionPage, WindowParams):
    """Which part of the log is asked for."""

    action: ActionNumber | None = wire("action", title="动作", default=None)
    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)


class LogRow(TypedDict):
    """A row of the log (000-qiyeweixin.md:1509), with the number of its action."""

    user_id: int
    customer_id: int
    headimgurl: str
    action: int
    log: str
    create_date: str | None


class LogsAnswer(TypedDict):
    """A page of the log."""

    ret_data: list[LogRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/action/time",
    caller=Rep,
    params=TimeParams,
    success="查询日志记录成功",
)
async def list_by_time(call: Call[Rep], given: TimeParams) -> LogsAnswer:
    """List what customers have done to the caller, the newest first."""
    wanted = Wanted(given.customer_id, given.action, given.first_day, given.last_day)
    found, total = await radar_lists.by_time(call.caller, wanted, given.limit, given.offset)
    rows: list[LogRow] = [
        {
            "user_id": call.caller.id,
            "customer_id": one.customer_id,
            "headimgurl": one.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
            "action": one.action,
            "log": one.text,
            "create_date": iso(one.created_at),
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class CustomerParams(ActionPage, WindowParams):
    """Which days, and which page of the customers."""


class NamedCount(TypedDict):
    """How often something was done, and what it is called."""

    count: int
    name: str


class CustomerRow(TypedDict):
    """What a customer has done (000-qiyeweixin.md:1584); ``detail`` is by the action's number."""

    totalCount: int
    customer_id: int
    customer__username: str
    user_id: str
    headimgurl: str
    detail: dict[str, NamedCount]


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/action/customer",
    caller=Rep,
    params=CustomerParams,
    success="查询日志记录成功",
)
async def list_by_customer(call: Call[Rep], given: CustomerParams) -> list[CustomerRow]:
    """List who has done anything to the caller in a window, the busiest first."""
    found = await radar_lists.by_customer(
        call.caller, given.first_day, given.last_day, given.limit, given.offset
    )
    return [
        {
            "totalCount": one.total,
            "customer_id": one.customer_id,
            "customer__username": one.name,
            "user_id": str(call.caller.id),
            "headimgurl": one.avatar or DEFAULT_CUSTOMER_AVATAR,
            "detail": {
                str(action): {"count": count, "name": LABELS[action]}
                for action, count in one.by_action.items()
            },
        }
        for one in found
    ]


class CountRow(TypedDict):
    """What was done, by the action's number (000-qiyeweixin.md:1665)."""

    action: dict[str, str]
    detail: dict[str, int]
    user_id: str


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/action/count",
    caller=Rep,
    params=WindowParams,
    success="查询日志记录成功",
)
async def count_by_action(call: Call[Rep], given: WindowParams) -> list[CountRow]:
    """Count what has been done to the caller in a window; the one object is in a list."""
    counts = await radar_lists.by_action(call.caller, given.first_day, given.last_day)
    return [
        {
            "action": {
                str(action): label
                for action, label in LABELS.items()
                if action in ALWAYS_LISTED or action in counts
            },
            "detail": {str(action): count for action, count in counts.items()},
            "user_id": str(call.caller.id),
        }
    ]


class NewParams(Wire):
    """Which new rows are fetched, and how many at the most."""

    action: ActionNumber | None = wire("action", title="动作", default=None)
    length: Int = wire("length", title="每页长度", default=MOST_PAGE_LENGTH, ge=1)

    @property
    def limit(self) -> int:
        """How many rows are fetched at the most."""
        return min(self.length, MOST_PAGE_LENGTH)


class NewRow(TypedDict):
    """A row that had not been fetched before (000-qiyeweixin.md:1357)."""

    user_id: int
    customer_id: int
    action: str
    log: str
    create_date: str | None


class NewLogsAnswer(TypedDict):
    """What is new, and how many rows that are."""

    ret_data: list[NewRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/action/get_new_log",
    caller=Rep,
    params=NewParams,
    success="查询日志记录成功",
)
async def take_new(call: Call[Rep], given: NewParams) -> NewLogsAnswer:
    """Fetch what the caller has not fetched yet, the newest first; it is not new any more then."""
    found = await radar_lists.take_new(call.caller, given.action, given.limit)
    rows: list[NewRow] = [
        {
            "user_id": call.caller.id,
            "customer_id": one.customer_id,
            "action": LABELS[one.action],
            "log": one.text,
            "create_date": iso_ms(one.created_at),
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": len(rows)}
