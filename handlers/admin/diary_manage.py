"""Diaries in the back office."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.library import DiariesAnswer, DiaryListParams, diaries_answer
from services import diaries, library
from services.principals import Rep


@endpoint(
    "GET",
    "/zhugeleida/admin/diary_manage/diary_list",
    caller=Rep,
    params=DiaryListParams,
    success="查询成功",
    note={},
)
async def list_diaries(call: Call[Rep], given: DiaryListParams) -> DiariesAnswer:
    """List the diaries of the caller's company as its customers see them."""
    library.require_own(call.caller, given.company_id)
    return diaries_answer(
        *await diaries.look_through(call.caller, given.wanted, given.limit, given.offset)
    )
