"""What the calls of cases and diaries share: parameters, labels and shapes of rows."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Id, Int, Page, SearchText, WholePage, Wire, spaced, wire
from services.cases import CaseTagRow, DiaryRow, ShownCase
from services.diaries import ShownDiary, Wanted

STATUS_LABELS: Final = {1: "已发", 2: "未发", 3: "已删除"}
COVER_LABELS: Final = {1: "只展示图片", 2: "只展示视频"}
PRAISE_LABELS: Final = ("未点赞", "已点赞")


class LibraryParams(Wire):
    """Whose library it is; the caller's company's when it is not said (decisions S30)."""

    company_id: Id | None = wire("company_id", title="公司ID", default=None)


class ShortPage(Page):
    """A page of a list that has ten rows by default (semantics section 0)."""

    length: Int = wire("length", title="每页长度", default=10, ge=1)


class TagPartParams(WholePage):
    """Which tags: those whose name holds a text, or all."""

    part: SearchText = wire("name", title="标签", default="", max_length=60)


class DiaryListParams(Page, LibraryParams):
    """Which diaries: one, those of a case, or all."""

    diary_id: Id | None = wire("diary_id", title="日记ID", default=None)
    case_id: Id | None = wire("case_id", title="案例ID", default=None)

    @property
    def wanted(self) -> Wanted:
        """The same in the words of the business."""
        return Wanted(self.diary_id, self.case_id)


class TagItem(TypedDict):
    """A tag of cases."""

    id: int
    name: str


class DiaryFacts(TypedDict):
    """What a diary is shown with everywhere (004-xiaochengxu-v2.md:1666)."""

    diary_id: int
    case_id: int
    company_id: int
    title: str
    diary_date: str
    cover_picture: str
    content: str
    status: int
    status_text: str
    cover_show_type: int
    cover_show_type_text: str
    create_date: str


class NoDiary(TypedDict):
    """Nothing: no diary of the case is published."""


class CaseFacts(TypedDict):
    """What a case is shown with everywhere (004-xiaochengxu-v2.md:1655)."""

    case_id: int
    company_id: int
    customer_name: str
    headimgurl: str
    cover_picture: str
    status: int
    status_text: str
    tag_list: list[TagItem]
    last_diary_data: DiaryFacts | NoDiary
    create_date: str


class DiaryItem(DiaryFacts):
    """A diary in a list (004-xiaochengxu-v2.md:1859)."""

    interval_days: int
    read_count: int
    comment_count: int
    up_count: int
    is_praise_diary: int
    is_praise_diary_text: str


class DiariesAnswer(TypedDict):
    """A page of diaries, and how many there are."""

    ret_data: list[DiaryItem]
    data_count: int


def tag_item(tag: CaseTagRow) -> TagItem:
    """Write a tag."""
    return {"id": tag.id, "name": tag.name}


def case_facts(case: ShownCase, create_date: str) -> CaseFacts:
    """Write what a case is shown with everywhere.

    Args:
        create_date: when it was made, or when the caller has met it.
    """
    row = case.row
    return {
        "case_id": row.id,
        "company_id": row.company_id,
        "customer_name": row.customer_name,
        "headimgurl": row.customer_avatar or DEFAULT_CUSTOMER_AVATAR,
        "cover_picture": row.cover_picture,
        "status": row.status,
        "status_text": STATUS_LABELS[row.status],
        "tag_list": [tag_item(tag) for tag in case.tags],
        "last_diary_data": diary_facts(case.last_diary) if case.last_diary else NoDiary(),
        "create_date": create_date,
    }


def diary_facts(row: DiaryRow) -> DiaryFacts:
    """Write what a diary is shown with everywhere."""
    return {
        "diary_id": row.id,
        "case_id": row.case_id,
        "company_id": row.company_id,
        "title": row.title,
        "diary_date": spaced(row.dated_at),
        "cover_picture": row.cover_picture,
        "content": row.content,
        "status": row.status,
        "status_text": STATUS_LABELS[row.status],
        "cover_show_type": row.cover_kind,
        "cover_show_type_text": COVER_LABELS[row.cover_kind],
        "create_date": spaced(row.created_at),
    }


def diaries_answer(found: list[ShownDiary], total: int) -> DiariesAnswer:
    """Write a page of diaries."""
    rows: list[DiaryItem] = [
        {
            **diary_facts(diary.row),
            "interval_days": diary.days,
            "read_count": diary.row.read_count,
            "comment_count": diary.row.comment_count,
            "up_count": diary.row.praise_count,
            "is_praise_diary": int(diary.is_praised),
            "is_praise_diary_text": PRAISE_LABELS[diary.is_praised],
        }
        for diary in found
    ]
    return {"ret_data": rows, "data_count": total}
