"""Diaries in the mini program: read, praised, commented on.

Document 004 prints the list under ``admin`` too; who has signed decides (decisions D15, P6).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from handlers.call import Call, Said
from handlers.endpoint import endpoint
from handlers.library import DiariesAnswer, DiaryListParams, LibraryParams, diaries_answer
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Id, Page, spaced, wire
from services import diaries, library
from services.principals import MiniCustomer
from services.radar import shown_name

MOST_COMMENT_LENGTH = 500

CommentText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(coerce_numbers_to_str=True),
]


class CustomerDiaryListParams(DiaryListParams):
    """Which diaries, and on which rep's page."""

    rep_id: Id | None = wire("u_id", title="用户ID", default=None)


@endpoint(
    "GET",
    "/zhugeleida/admin/diary_manage/diary_list",
    "/zhugeleida/xiaochengxu/diary_manage/diary_list",
    caller=MiniCustomer,
    params=CustomerDiaryListParams,
    success="查询成功",
    note={},
)
async def list_diaries(call: Call[MiniCustomer], given: CustomerDiaryListParams) -> DiariesAnswer:
    """List diaries, or show one, which counts the view."""
    library.require_own(call.caller, given.company_id)
    wanted = replace(given.wanted, rep_id=given.rep_id)
    return diaries_answer(
        *await diaries.read(call.caller, wanted, given.limit, given.offset, call.services.radar)
    )


class DiaryParams(LibraryParams):
    """Which diary it is."""

    diary_id: Id = wire("diary_id", title="日记ID")


class CommentParams(DiaryParams):
    """What is said of a diary."""

    text: CommentText = wire(
        "content", "comments", title="评论内容", max_length=MOST_COMMENT_LENGTH
    )


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/diary_manage/review_diary/{diary_id}",
    caller=MiniCustomer,
    params=CommentParams,
    success="成功",
)
async def comment(call: Call[MiniCustomer], given: CommentParams) -> None:
    """Comment on a diary; others see it once it is approved."""
    library.require_own(call.caller, given.company_id)
    await diaries.comment(call.caller, given.diary_id, given.text)


class CommentListParams(Page, DiaryParams):
    """Which page of which diary's comments."""


class CommentItem(TypedDict):
    """A comment (004-xiaochengxu-v2.md:1973); one that is not approved is the caller's own."""

    from_customer_id: int
    from_customer_name: str
    from_customer_headimgurl: str
    content: str
    is_audit_pass: int
    create_time: str


class CommentsAnswer(TypedDict):
    """A page of comments, and how many there are."""

    ret_data: list[CommentItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/diary_manage/diary_id_review_list/{diary_id}",
    caller=MiniCustomer,
    params=CommentListParams,
    success="查询成功",
    note={},
)
async def list_comments(call: Call[MiniCustomer], given: CommentListParams) -> CommentsAnswer:
    """List the comments on a diary that are approved or the caller's own, the newest first."""
    library.require_own(call.caller, given.company_id)
    found, total = await diaries.comments(call.caller, given.diary_id, given.limit, given.offset)
    rows: list[CommentItem] = [
        {
            "from_customer_id": row.customer_id,
            "from_customer_name": shown_name(row.customer_name, row.customer_id),
            "from_customer_headimgurl": row.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
            "content": row.content,
            "is_audit_pass": int(row.is_approved),
            "create_time": spaced(row.created_at),
        }
        for row in found
    ]
    return {"ret_data": rows, "data_count": total}


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/diary_manage/praise_diary/{diary_id}",
    caller=MiniCustomer,
    params=DiaryParams,
    success="点赞成功",
)
async def toggle_praise(call: Call[MiniCustomer], given: DiaryParams) -> Said:
    """Like a diary, or take that back."""
    library.require_own(call.caller, given.company_id)
    is_up, count = await diaries.toggle_praise(call.caller, given.diary_id)
    answer = {"is_praise_diary": int(is_up), "up_count": count}
    return Said("点赞成功" if is_up else "已取消点赞", answer)
