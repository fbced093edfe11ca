"""Cases in the mini program: found, looked at, kept."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call, Said
from handlers.endpoint import endpoint
from handlers.library import CaseFacts, LibraryParams, ShortPage, case_facts
from handlers.wire import Id, Int, Page, spaced, wire
from services import cases, library
from services.cases import Record, Wanted
from services.principals import MiniCustomer


class CaseListParams(Page, LibraryParams):
    """Which cases: one, those with a tag, or all; and on which rep's page."""

    case_id: Id | None = wire("case_id", title="案例ID", default=None)
    tag_id: Id | None = wire("search_tag_id", title="标签ID", default=None)
    rep_id: Id | None = wire("u_id", title="用户ID", default=None)


class CaseItem(CaseFacts):
    """A case in the list of all."""

    update_date: str


class CasesAnswer(TypedDict):
    """A page of cases, and how many there are."""

    ret_data: list[CaseItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_manage/case_list",
    caller=MiniCustomer,
    params=CaseListParams,
    success="查询成功",
    note={},
)
async def list_cases(call: Call[MiniCustomer], given: CaseListParams) -> CasesAnswer:
    """List cases, show one, or search them by a tag."""
    library.require_own(call.caller, given.company_id)
    wanted = Wanted(given.case_id, given.tag_id, given.rep_id)
    found, total = await cases.page(
        call.caller, wanted, given.limit, given.offset, call.services.radar
    )
    rows: list[CaseItem] = [
        {
            **case_facts(case, spaced(case.row.created_at)),
            "update_date": spaced(case.row.updated_at),
        }
        for case in found
    ]
    return {"ret_data": rows, "data_count": total}


class CollectionParams(LibraryParams):
    """Which case the caller keeps from now on, or no longer."""

    case_id: Id = wire("case_id", title="案例ID")
    status: Int = wire("status", title="收藏状态", ge=0, le=1)


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/case_manage/collection_case",
    caller=MiniCustomer,
    params=CollectionParams,
    success="收藏成功",
)
async def keep_case(call: Call[MiniCustomer], given: CollectionParams) -> Said:
    """Keep a case among the caller's own, or no longer."""
    library.require_own(call.caller, given.company_id)
    if given.status:
        await cases.collect(call.caller, given.case_id)
        return Said("收藏成功", {})
    await cases.discard(call.caller, given.case_id)
    return Said("已取消收藏", {})


class RecordParams(ShortPage, LibraryParams):
    """Which page of the caller's records."""


class RecordsAnswer(TypedDict):
    """A page of cases with the times at which the caller has met them, and how many there are."""

    ret_data: list[CaseFacts]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_manage/browse_case_list_record",
    caller=MiniCustomer,
    params=RecordParams,
    success="查询成功",
    note={},
)
async def list_browsed(call: Call[MiniCustomer], given: RecordParams) -> RecordsAnswer:
    """List what the caller has looked at, the newest first, a case as often as it has."""
    return await _records(call, given, Record.BROWSED)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_manage/collection_case_list_record",
    caller=MiniCustomer,
    params=RecordParams,
    success="查询成功",
    note={},
)
async def list_kept(call: Call[MiniCustomer], given: RecordParams) -> RecordsAnswer:
    """List the cases that the caller keeps, what it has kept last first."""
    return await _records(call, given, Record.KEPT)


async def _records(call: Call[MiniCustomer], given: RecordParams, record: Record) -> RecordsAnswer:
    library.require_own(call.caller, given.company_id)
    found, total = await cases.met(call.caller, record, given.limit, given.offset)
    rows = [case_facts(one.case, spaced(one.at)) for one in found]
    return {"ret_data": rows, "data_count": total}
