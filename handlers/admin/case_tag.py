"""Tags of cases as the back office keeps them (decisions section 5)."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.library import TagItem, TagPartParams, tag_item
from handlers.wire import Id, Name, Wire, wire
from services import case_tags
from services.principals import AdminRep


class CountedTagItem(TagItem):
    """A tag with how often it was searched for, and how many cases have it."""

    search_count: int
    use_count: int


class CountedTagsAnswer(TypedDict):
    """A page of tags, and how many there are."""

    ret_data: list[CountedTagItem]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/case_tag/tag_list",
    caller=AdminRep,
    params=TagPartParams,
    success="查询成功",
)
async def list_tags(call: Call[AdminRep], given: TagPartParams) -> CountedTagsAnswer:
    """List the tags of the caller's company, the most searched first."""
    rows, total = await case_tags.page(call.caller, given.part, given.limit, given.offset)
    tags: list[CountedTagItem] = [
        {**tag_item(row), "search_count": row.search_count, "use_count": row.use_count}
        for row in rows
    ]
    return {"ret_data": tags, "data_count": total}


class TagForm(Wire):
    """A tag as it is to be."""

    name: Name = wire("name", title="标签名称", max_length=32)


class TagIdParams(Wire):
    """Which tag."""

    tag_id: Id = wire("tag_id", title="标签ID")


class TagIdAnswer(TypedDict):
    """Which tag it has become."""

    tag_id: int


@endpoint(
    "POST",
    "/zhugeleida/admin/case_tag/add/0",
    caller=AdminRep,
    params=TagForm,
    success="添加成功",
)
async def add_tag(call: Call[AdminRep], given: TagForm) -> TagIdAnswer:
    """Make a tag, which no case has yet."""
    return {"tag_id": await case_tags.add(call.caller, given.name)}


class ChangeForm(TagForm, TagIdParams):
    """Which tag, and what it is to be called."""


@endpoint(
    "POST",
    "/zhugeleida/admin/case_tag/update/{tag_id}",
    caller=AdminRep,
    params=ChangeForm,
    success="修改成功",
)
async def rename_tag(call: Call[AdminRep], given: ChangeForm) -> None:
    """Give a tag another name."""
    await case_tags.rename(call.caller, given.tag_id, given.name)


@endpoint(
    "POST",
    "/zhugeleida/admin/case_tag/delete/{tag_id}",
    caller=AdminRep,
    params=TagIdParams,
    success="删除成功",
)
async def delete_tag(call: Call[AdminRep], given: TagIdParams) -> None:
    """Delete a tag that no case has."""
    await case_tags.delete(call.caller, given.tag_id)
