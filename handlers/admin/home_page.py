"""The home page of the back office: a company's licence, its figures, and their lines."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Day, Int, Wire, wire
from services import statistics
from services.principals import AdminRep, Rep
from services.radar import LABELS
from services.statistics import MOST_DAYS, Figure, Figures


class LicenceFacts(TypedDict):
    """A company's licence (001-admin.md:85)."""

    company_name: str
    username: str
    mingpian_num: int
    user_count: int
    expired_time: str | None
    open_up_date: str
    available_days: int | None
    used_days: int
    customer_num: int


class LicenceAnswer(TypedDict):
    """The licence."""

    ret_data: LicenceFacts


@endpoint(
    "GET",
    "/zhugeleida/admin/home_page",
    caller=Rep,
    success="查询成功",
)
async def show_licence(call: Call[Rep]) -> LicenceAnswer:
    """Show the licence of the caller's company; one that never expires has no date and no days."""
    found = await statistics.licence(call.caller)
    return {
        "ret_data": {
            "company_name": found.row.company_name,
            "username": found.row.username,
            "mingpian_num": found.row.card_quota,
            "user_count": found.row.rep_count,
            "expired_time": found.expires_on.isoformat() if found.expires_on else None,
            "open_up_date": found.opened_on.isoformat(),
            "available_days": found.available_days,
            "used_days": found.used_days,
            "customer_num": found.row.customer_count,
        }
    }


class FigureCounts(TypedDict):
    """How much there is of each figure (001-admin.md:134)."""

    customer_num: int
    follow_num: int
    browse_num: int
    forward_num: int
    saved_total_num: int
    praise_sum: int


class WindowCounts(TypedDict):
    """The figures of all time, and of the windows that end with yesterday."""

    count_data: FigureCounts
    yesterday_data: FigureCounts
    nearly_seven_days: FigureCounts
    nearly_thirty_days: FigureCounts


class OverviewAnswer(TypedDict):
    """The figures."""

    ret_data: WindowCounts


@endpoint(
    "GET",
    "/zhugeleida/admin/home_page/acount_data",
    caller=Rep,
    success="查询成功",
)
async def show_figures(call: Call[Rep]) -> OverviewAnswer:
    """Show the figures of the caller's company; all windows leave today out."""
    found = await statistics.overview(call.caller)
    return {
        "ret_data": {
            "count_data": _counts(found.ever),
            "yesterday_data": _counts(found.yesterday),
            "nearly_seven_days": _counts(found.week),
            "nearly_thirty_days": _counts(found.month),
        }
    }


def _counts(figures: Figures) -> FigureCounts:
    return {
        "customer_num": figures[Figure.CUSTOMERS],
        "follow_num": figures[Figure.FOLLOW_UPS],
        "browse_num": figures[Figure.VIEWS],
        "forward_num": figures[Figure.FORWARDS],
        "saved_total_num": figures[Figure.SAVES],
        "praise_sum": figures[Figure.PRAISES],
    }


class LineParams(Wire):
    """Which figure, and over how many days (001-admin.md:188)."""

    days: Int = wire("days", title="天数", ge=1, le=MOST_DAYS)
    figure: Int = wire("index_type", title="指标类型", ge=min(Figure), le=max(Figure))


class DayCount(TypedDict):
    """What a figure was on one day."""

    statics_date: str
    value: int


class LineAnswer(TypedDict):
    """The days, the earliest first; the last is yesterday."""

    ret_data: list[DayCount]


@endpoint(
    "POST",
    "/zhugeleida/admin/home_page/line_info",
    caller=Rep,
    params=LineParams,
    success="查询成功",
    audited=False,  # it only reads, though the document has it as a POST
)
async def show_line(call: Call[Rep], given: LineParams) -> LineAnswer:
    """Show one figure of the caller's company day by day."""
    found = await statistics.line(call.caller, Figure(given.figure), given.days)
    return {"ret_data": [{"statics_date": day.isoformat(), "value": count} for day, count in found]}


class DaysParams(Wire):
    """The days that are asked for, both included."""

    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)


class ActionCount(TypedDict):
    """How often a thing was done."""

    action: int
    name: str
    count: int


class ActionCountsAnswer(TypedDict):
    """What was done, by the action's number."""

    ret_data: list[ActionCount]


@endpoint(
    "GET",
    "/zhugeleida/admin/home_page/action_count",
    caller=AdminRep,
    params=DaysParams,
    success="查询成功",
)
async def count_actions(call: Call[AdminRep], given: DaysParams) -> ActionCountsAnswer:
    """Count what customers have done to the reps of the caller's company, today included."""
    found = await statistics.actions(call.caller, given.first_day, given.last_day)
    return {
        "ret_data": [
            {"action": action, "name": LABELS[action], "count": count}
            for action, count in found.items()
        ]
    }
