"""Cases as the back office keeps them (decisions section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from handlers import company_pictures
from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.library import STATUS_LABELS, CaseFacts, case_facts
from handlers.library_forms import Avatar, CoverText, Shown
from handlers.uploads import (
    CountedFileParams,
    NamedChunkParams,
    PictureAnswer,
    TaskParams,
    UploadStatus,
)
from handlers.wire import Id, Ids, Name, Page, SearchText, Wire, spaced, wire
from services import case_keeping
from services.case_keeping import CaseDraft, CaseEntry, CaseFilter
from services.library import Publication
from services.media.chunks import Purpose
from services.principals import AdminRep

MOST_TAGS = 20


class CaseListParams(Page):
    """Which cases are listed: all of them unless something is given."""

    name: SearchText = wire("case_name", title="案例名称", default="")
    customer_name: SearchText = wire("customer_name", title="客户名称", default="")
    status: Shown | None = wire("status", title="案例状态", default=None)
    tag_id: Id | None = wire("search_tag_id", "tag_id", title="标签ID", default=None)


class KeptCaseItem(CaseFacts):
    """A case with what customers see of it, and the rest."""

    case_name: str
    author_id: int | None
    author_name: str
    read_count: int
    comment_count: int
    up_count: int
    update_date: str


class KeptCasesAnswer(TypedDict):
    """A page of cases, and how many there are."""

    ret_data: list[KeptCaseItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/case_manage/case_list",
    caller=AdminRep,
    params=CaseListParams,
    success="查询成功",
)
async def list_cases(call: Call[AdminRep], given: CaseListParams) -> KeptCasesAnswer:
    """List the cases of the caller's company, drafts too, the newest first."""
    wanted = CaseFilter(given.name, given.customer_name, given.status, given.tag_id)
    return _answer(*await case_keeping.page(call.caller, wanted, given.limit, given.offset))


class CaseIdParams(Wire):
    """Which case."""

    case_id: Id = wire("case_id", title="案例ID")


@endpoint(
    "GET",
    "/zhugeleida/admin/case_manage/case_single",
    caller=AdminRep,
    params=CaseIdParams,
    success="查询成功",
)
async def show_case(call: Call[AdminRep], given: CaseIdParams) -> KeptCasesAnswer:
    """Show a case, as a list of one."""
    return _answer([await case_keeping.find(call.caller, given.case_id)], 1)


def _answer(found: Sequence[CaseEntry], total: int) -> KeptCasesAnswer:
    return {"ret_data": [_item(entry) for entry in found], "data_count": total}


def _item(entry: CaseEntry) -> KeptCaseItem:
    kept = entry.kept
    return {
        **case_facts(entry.shown, spaced(kept.row.created_at)),
        "case_name": kept.name,
        "author_id": kept.author_id,
        "author_name": kept.author_name,
        "read_count": kept.read_count,
        "comment_count": kept.comment_count,
        "up_count": kept.praise_count,
        "update_date": spaced(kept.row.updated_at),
    }


class CaseForm(Wire):
    """A case as it is written: the whole of it, but the status may stay."""

    name: Name = wire("case_name", title="案例名称", default="", max_length=128)
    customer_name: Name = wire("customer_name", title="客户名称", max_length=64)
    avatar: Avatar = wire("headimgurl", title="客户头像", default="")
    cover: CoverText = wire("cover_picture", title="封面图片", default="[]")
    tag_ids: Ids = wire("tag_list", title="标签", default=(), max_length=MOST_TAGS)
    status: Shown | None = wire("status", title="案例状态", default=None)

    @property
    def draft(self) -> CaseDraft:
        """The same in the words of the business."""
        return CaseDraft(
            self.name,
            self.customer_name,
            self.avatar,
            self.cover,
            self.status,
            self.tag_ids,
        )


class CaseIdAnswer(TypedDict):
    """Which case it has become."""

    case_id: int


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/add/0",
    caller=AdminRep,
    params=CaseForm,
    success="添加成功",
)
async def add_case(call: Call[AdminRep], given: CaseForm) -> CaseIdAnswer:
    """Make a case, which is a draft unless its status says otherwise."""
    return {"case_id": await case_keeping.add(call.caller, given.draft)}


class ChangeForm(CaseForm, CaseIdParams):
    """Which case, and what it is to be; what is left out is taken off it."""


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/update/{case_id}",
    caller=AdminRep,
    params=ChangeForm,
    success="修改成功",
)
async def change_case(call: Call[AdminRep], given: ChangeForm) -> None:
    """Replace a case; its diaries stay."""
    await case_keeping.change(call.caller, given.case_id, given.draft)


class StatusParams(CaseIdParams):
    """Which status a case gets."""

    status: Shown = wire("status", title="案例状态")


class StatusAnswer(CaseIdAnswer):
    """The status that a case has now."""

    status: int
    status_text: str


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/change_status/{case_id}",
    caller=AdminRep,
    params=StatusParams,
    success="修改成功",
)
async def change_status(call: Call[AdminRep], given: StatusParams) -> StatusAnswer:
    """Publish a case, or make it a draft again."""
    await case_keeping.set_status(call.caller, given.case_id, Publication(given.status))
    return {
        "case_id": given.case_id,
        "status": given.status,
        "status_text": STATUS_LABELS[given.status],
    }


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/delete/{case_id}",
    caller=AdminRep,
    params=CaseIdParams,
    success="删除成功",
)
async def delete_case(call: Call[AdminRep], given: CaseIdParams) -> None:
    """Take a case with its diaries out of everybody's sight."""
    await case_keeping.delete(call.caller, given.case_id)


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/add_picture/0",
    caller=AdminRep,
    params=NamedChunkParams,
    success="上传成功",
    audited=False,  # a part changes nothing; what is made of all of them is in the log
)
async def add_picture_chunk(call: Call[AdminRep], given: NamedChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    await company_pictures.add_chunk(call, given, Purpose.CASE)


@endpoint(
    "GET",
    "/zhugeleida/admin/case_manage/upload_status",
    caller=AdminRep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[AdminRep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come; ``task_id`` is the upload's ``timestamp``."""
    return await company_pictures.show_upload(call, given, Purpose.CASE)


@endpoint(
    "POST",
    "/zhugeleida/admin/case_manage/upload_complete/0",
    caller=AdminRep,
    params=CountedFileParams,
    success="添加图片成功",
)
async def add_picture(call: Call[AdminRep], given: CountedFileParams) -> PictureAnswer:
    """Make a picture of the parts that were sent, for any case or diary of the company."""
    return await company_pictures.complete(call, given, Purpose.CASE)
