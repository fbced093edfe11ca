"""The follow-ups of the caller's company, as a file."""

from __future__ import annotations

from typing import Final

from handlers.call import Call, Streamed
from handlers.endpoint import endpoint
from handlers.exports import FileParams, table
from handlers.wire import Day, Id, spaced, wire
from services import follow_ups
from services.clock import window
from services.exports import Export
from services.follow_ups import FollowUpFilter, WrittenFollowUp
from services.principals import AdminRep
from services.sheets import Cell

HEAD: Final = ("跟进时间", "用户ID", "用户", "客户ID", "客户昵称", "跟进内容")


class ExportParams(FileParams):
    """Which follow-ups, and as what kind of file."""

    rep_id: Id | None = wire("uid", title="用户ID", default=None)
    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)
    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)


@endpoint(
    "GET",
    "/zhugeleida/admin/follow_info/export",
    caller=AdminRep,
    params=ExportParams,
    success="",
    audited=True,
)
async def export_follow_ups(call: Call[AdminRep], given: ExportParams) -> Streamed:
    """Write the follow-ups of the caller's company into a file."""
    since, until = window(given.first_day, given.last_day)
    wanted = FollowUpFilter(given.rep_id, given.customer_id, since, until)
    listing = await follow_ups.listing(call.caller, wanted)
    return table(call, Export("跟进记录", given.kind_of_file, HEAD, listing, _cells))


def _cells(row: WrittenFollowUp) -> list[Cell]:
    who = (row.rep_id, row.rep_name, row.customer_id, row.customer_name)
    return [spaced(row.created_at), *who, row.text]
