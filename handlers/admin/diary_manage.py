"""Diaries and the comments on them in the back office (decisions section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.library import (
    STATUS_LABELS,
    DiariesAnswer,
    DiaryFacts,
    DiaryListParams,
    diaries_answer,
    diary_facts,
)
from handlers.library_forms import ContentText, CoverText, Moment, Shown
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Id, Int, Name, Page, SearchText, Wire, spaced, wire
from services import comment_keeping, diaries, diary_keeping, library
from services.comment_keeping import CommentFilter
from services.diary_keeping import DiaryDraft, DiaryFilter, KeptDiary
from services.library import Publication
from services.principals import AdminRep, Rep
from services.radar import shown_name

AUDIT_LABELS = ("未进行审核", "审核通过")

YesOrNo = Annotated[Int, Field(ge=0, le=1)]


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


class KeptDiaryListParams(Page):
    """Which diaries are listed: all of them unless something is given."""

    case_id: Id | None = wire("case_id", title="案例ID", default=None)
    status: Shown | None = wire("status", title="日记状态", default=None)
    title: SearchText = wire("title", title="日记标题", default="")


class KeptDiaryItem(DiaryFacts):
    """A diary with what customers see of it, and the rest."""

    summary: str
    case_name: str
    customer_name: str
    read_count: int
    comment_count: int
    up_count: int


class KeptDiariesAnswer(TypedDict):
    """A page of diaries, and how many there are."""

    ret_data: list[KeptDiaryItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/diary_manage/diary_all_list",
    caller=AdminRep,
    params=KeptDiaryListParams,
    success="查询成功",
)
async def list_all_diaries(call: Call[AdminRep], given: KeptDiaryListParams) -> KeptDiariesAnswer:
    """List the diaries of the caller's company, drafts too, the newest first."""
    wanted = DiaryFilter(given.case_id, given.status, given.title)
    return _answer(*await diary_keeping.page(call.caller, wanted, given.limit, given.offset))


class DiaryIdParams(Wire):
    """Which diary."""

    diary_id: Id = wire("diary_id", title="日记ID")


@endpoint(
    "GET",
    "/zhugeleida/admin/diary_manage/diary_single",
    caller=AdminRep,
    params=DiaryIdParams,
    success="查询成功",
)
async def show_diary(call: Call[AdminRep], given: DiaryIdParams) -> KeptDiariesAnswer:
    """Show a diary, as a list of one; nothing is counted."""
    return _answer([await diary_keeping.find(call.caller, given.diary_id)], 1)


def _answer(found: Sequence[KeptDiary], total: int) -> KeptDiariesAnswer:
    rows: list[KeptDiaryItem] = [
        {
            **diary_facts(kept.row),
            "summary": kept.summary,
            "case_name": kept.case_name,
            "customer_name": kept.customer_name,
            "read_count": kept.row.read_count,
            "comment_count": kept.row.comment_count,
            "up_count": kept.row.praise_count,
        }
        for kept in found
    ]
    return {"ret_data": rows, "data_count": total}


class DiaryForm(Wire):
    """A diary as it is written: the whole of it, but the status may stay."""

    case_id: Id = wire("case_id", title="案例ID")
    title: Name = wire("title", title="日记标题", max_length=128)
    summary: str = wire("summary", title="日记摘要", default="", max_length=255)
    dated_at: Moment = wire("diary_date", title="日记日期")
    cover: CoverText = wire("cover_picture", title="封面图片", default="[]")
    content: ContentText = wire("content", title="日记内容", default="[]")
    cover_kind: Int = wire("cover_show_type", title="封面展示类型", default=1, ge=1, le=2)
    status: Shown | None = wire("status", title="日记状态", default=None)

    @property
    def draft(self) -> DiaryDraft:
        """The same in the words of the business."""
        return DiaryDraft(
            self.case_id,
            self.title,
            self.summary,
            self.dated_at,
            self.cover,
            self.content,
            self.cover_kind,
            self.status,
        )


class DiaryIdAnswer(TypedDict):
    """Which diary it has become."""

    diary_id: int


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/add/0",
    caller=AdminRep,
    params=DiaryForm,
    success="添加成功",
)
async def add_diary(call: Call[AdminRep], given: DiaryForm) -> DiaryIdAnswer:
    """Write a diary of a case, which is a draft unless its status says otherwise."""
    return {"diary_id": await diary_keeping.add(call.caller, given.draft)}


class ChangeForm(DiaryForm, DiaryIdParams):
    """Which diary, and what it is to be; what is left out is taken off it."""


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/update/{diary_id}",
    caller=AdminRep,
    params=ChangeForm,
    success="修改成功",
)
async def change_diary(call: Call[AdminRep], given: ChangeForm) -> None:
    """Replace a diary, which may move to another case; praise and comments go with it."""
    await diary_keeping.change(call.caller, given.diary_id, given.draft)


class StatusParams(DiaryIdParams):
    """Which status a diary gets."""

    status: Shown = wire("status", title="日记状态")


class StatusAnswer(DiaryIdAnswer):
    """The status that a diary has now."""

    status: int
    status_text: str


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/change_status/{diary_id}",
    caller=AdminRep,
    params=StatusParams,
    success="修改成功",
)
async def change_status(call: Call[AdminRep], given: StatusParams) -> StatusAnswer:
    """Publish a diary, or make it a draft again."""
    await diary_keeping.set_status(call.caller, given.diary_id, Publication(given.status))
    return {
        "diary_id": given.diary_id,
        "status": given.status,
        "status_text": STATUS_LABELS[given.status],
    }


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/delete/{diary_id}",
    caller=AdminRep,
    params=DiaryIdParams,
    success="删除成功",
)
async def delete_diary(call: Call[AdminRep], given: DiaryIdParams) -> None:
    """Take a diary with its praise and comments out of everybody's sight."""
    await diary_keeping.delete(call.caller, given.diary_id)


class ReviewListParams(Page):
    """Which comments are listed: all of them unless something is given."""

    diary_id: Id | None = wire("diary_id", title="日记ID", default=None)
    approved: YesOrNo | None = wire("is_audit_pass", title="审核状态", default=None)


class ReviewItem(TypedDict):
    """A comment with its writer and with what it is about."""

    review_id: int
    diary_id: int
    title: str
    case_id: int
    from_customer_id: int
    from_customer_name: str
    from_customer_headimgurl: str
    content: str
    is_audit_pass: int
    is_audit_pass_text: str
    create_time: str


class ReviewsAnswer(TypedDict):
    """A page of comments, and how many there are."""

    ret_data: list[ReviewItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/diary_manage/review_list",
    caller=AdminRep,
    params=ReviewListParams,
    success="查询成功",
)
async def list_comments(call: Call[AdminRep], given: ReviewListParams) -> ReviewsAnswer:
    """List the comments on the diaries of the caller's company, the newest first."""
    approved = None if given.approved is None else bool(given.approved)
    wanted = CommentFilter(given.diary_id, approved)
    found, total = await comment_keeping.page(call.caller, wanted, given.limit, given.offset)
    rows: list[ReviewItem] = [
        {
            "review_id": row.id,
            "diary_id": row.diary_id,
            "title": row.diary_title,
            "case_id": row.case_id,
            "from_customer_id": row.customer_id,
            "from_customer_name": shown_name(row.customer_name, row.customer_id),
            "from_customer_headimgurl": row.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
            "content": row.content,
            "is_audit_pass": int(row.is_approved),
            "is_audit_pass_text": AUDIT_LABELS[row.is_approved],
            "create_time": spaced(row.created_at),
        }
        for row in found
    ]
    return {"ret_data": rows, "data_count": total}


class ReviewIdParams(Wire):
    """Which comment."""

    comment_id: Id = wire("review_id", title="评论ID")


class AuditParams(ReviewIdParams):
    """Whether others than its writer see a comment."""

    approved: YesOrNo = wire("is_audit_pass", title="审核状态")


class AuditAnswer(TypedDict):
    """The state that a comment has now."""

    review_id: int
    is_audit_pass: int
    is_audit_pass_text: str


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/audit_review/{review_id}",
    caller=AdminRep,
    params=AuditParams,
    success="修改成功",
)
async def audit_comment(call: Call[AdminRep], given: AuditParams) -> AuditAnswer:
    """Show a comment to everybody, or to its writer alone."""
    is_approved = bool(given.approved)
    await comment_keeping.audit(call.caller, given.comment_id, is_approved=is_approved)
    return {
        "review_id": given.comment_id,
        "is_audit_pass": given.approved,
        "is_audit_pass_text": AUDIT_LABELS[given.approved],
    }


@endpoint(
    "POST",
    "/zhugeleida/admin/diary_manage/delete_review/{review_id}",
    caller=AdminRep,
    params=ReviewIdParams,
    success="删除成功",
)
async def delete_comment(call: Call[AdminRep], given: ReviewIdParams) -> None:
    """Delete a comment, which counts no more then."""
    await comment_keeping.delete(call.caller, given.comment_id)
