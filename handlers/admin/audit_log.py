"""The audit log as the back office reads it."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Day, Id, Int, Page, SearchText, from_json, iso_ms, wire
from services import audit
from services.audit import EntryRow, Search
from services.chat import recalls
from services.chat.content import Content
from services.chat.recalls import RecallRow
from services.principals import AdminRep


class AuditParams(Page):
    """Which entries are listed: all of the company's unless something is given."""

    company_id: Id | None = wire("company_id", title="公司ID", default=None)
    rep_id: Id | None = wire("target_user_id", title="用户ID", default=None)
    action: SearchText | None = wire("action", title="操作", default=None, max_length=64)
    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)
    address: SearchText | None = wire("address", title="IP地址", default=None, max_length=45)
    outcome: Int | None = wire("code", title="结果", default=None, ge=audit.OPEN, le=599)


class EntryAnswer(TypedDict):
    """An entry; ``code`` is null while the call runs, and for ever if the server died in it."""

    id: int
    user_id: int | None
    username: str
    action: str
    target_id: int | None
    fields: dict[str, Any]
    address: str
    request_id: str
    code: int | None
    create_date: str | None


class AuditAnswer(TypedDict):
    """A page of entries, and how many there are."""

    ret_data: list[EntryAnswer]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/audit_log/audit_list",
    caller=AdminRep,
    params=AuditParams,
    success="查询成功",
)
async def list_entries(call: Call[AdminRep], given: AuditParams) -> AuditAnswer:
    """List who changed what in the back office and who logged in, the newest first."""
    search = Search(
        *(given.rep_id, given.action, given.address),
        *(given.outcome, given.first_day, given.last_day),
    )
    rows, total = await audit.page(call.caller, given.company_id, search, given.limit, given.offset)
    return {"ret_data": [_shown(row) for row in rows], "data_count": total}


def _shown(row: EntryRow) -> EntryAnswer:
    return {
        "id": row.id,
        "user_id": row.rep_id,
        "username": row.actor,
        "action": row.action,
        "target_id": row.target_id,
        "fields": from_json(row.given, "内容"),
        "address": row.address,
        "request_id": row.request_id,
        "code": row.outcome,
        "create_date": iso_ms(row.created_at),
    }


class RecallParams(Page):
    """Which recalls are listed: all of the company's unless something is given."""

    company_id: Id | None = wire("company_id", title="公司ID", default=None)
    rep_id: Id | None = wire("uid", title="用户ID", default=None)
    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)
    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)


class RecallEntry(TypedDict):
    """A recalled message: ``dateTime`` is when it was sent, ``create_date`` when recalled."""

    id: int
    seq: int
    user_id: int
    username: str
    memo_name: str
    customer_id: int
    customer: str
    send_type: int
    content: Content
    dateTime: str | None
    create_date: str | None


class RecallsAnswer(TypedDict):
    """A page of recalls, and how many there are."""

    ret_data: list[RecallEntry]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/audit_log/recall_list",
    caller=AdminRep,
    params=RecallParams,
    success="查询成功",
)
async def list_recalls(call: Call[AdminRep], given: RecallParams) -> RecallsAnswer:
    """List which messages reps and customers have recalled, and what they said, newest first."""
    search = recalls.Search(given.rep_id, given.customer_id, given.first_day, given.last_day)
    rows, total = await recalls.page(
        call.caller, given.company_id, search, given.limit, given.offset
    )
    return {"ret_data": [_recall(row) for row in rows], "data_count": total}


def _recall(row: RecallRow) -> RecallEntry:
    return {
        "id": row.place.message_id,
        "seq": row.place.seq,
        "user_id": row.place.rep_id,
        "username": row.username,
        "memo_name": row.memo_name,
        "customer_id": row.place.customer_id,
        "customer": row.customer_name,
        "send_type": row.place.sender,
        "content": from_json(row.content, "消息"),
        "dateTime": iso_ms(row.sent_at),
        "create_date": iso_ms(row.recalled_at),
    }
