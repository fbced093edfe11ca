"""Tags that the mini program finds cases by."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.library import LibraryParams, TagItem, TagPartParams, tag_item
from services import cases, library
from services.cases import CaseTagRow
from services.principals import MiniCustomer


class TagListParams(TagPartParams, LibraryParams):
    """Which tags, and whose."""


class TagsAnswer(TypedDict):
    """Tags, and how many there are."""

    ret_data: list[TagItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_tag/case_list",
    caller=MiniCustomer,
    params=TagListParams,
    success="",
)
async def list_tags(call: Call[MiniCustomer], given: TagListParams) -> TagsAnswer:
    """List the tags of the caller's company, the most searched first."""
    library.require_own(call.caller, given.company_id)
    return _answer(*await cases.tags(call.caller, given.part, given.limit, given.offset))


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_tag/history_case_list",
    caller=MiniCustomer,
    params=LibraryParams,
    success="",
    note={},
)
async def list_searched_tags(call: Call[MiniCustomer], given: LibraryParams) -> TagsAnswer:
    """List by which tags the caller has searched last, the newest first."""
    library.require_own(call.caller, given.company_id)
    found = await cases.searched_tags(call.caller)
    return _answer(found, len(found))


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/case_tag/top_search_tag_list",
    caller=MiniCustomer,
    params=LibraryParams,
    success="",
    note={},
)
async def list_favourite_tags(call: Call[MiniCustomer], given: LibraryParams) -> TagsAnswer:
    """List the most searched tags; the count is that of all tags of the company."""
    library.require_own(call.caller, given.company_id)
    return _answer(*await cases.favourite_tags(call.caller))


def _answer(found: Sequence[CaseTagRow], total: int) -> TagsAnswer:
    return {"ret_data": [tag_item(tag) for tag in found], "data_count": total}
