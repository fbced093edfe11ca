"""All tags that a rep may put on its customers, by group."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.qiyeweixin.tag_customer import NewTag, TagName
from handlers.wire import Id, Ids, Wire, wire
from services import tags
from services.principals import Rep


class TagRow(TypedDict):
    """A tag."""

    id: int
    name: str


class GroupRow(TypedDict):
    """A group with the caller's own tags and the system's (000-qiyeweixin.md:967)."""

    tags: list[TagRow]
    name: str


class GroupsAnswer(TypedDict):
    """All groups, and how many there are."""

    ret_data: list[GroupRow]
    tag_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/tag_list",
    caller=Rep,
    success="请求成功",
)
async def list_groups(call: Call[Rep]) -> GroupsAnswer:
    """List all tags that the caller may use, by group."""
    rows: list[GroupRow] = [
        {"tags": [{"id": tag.id, "name": tag.name} for tag in group.tags], "name": group.name}
        for group in await tags.groups(call.caller)
    ]
    return {"ret_data": rows, "tag_count": len(rows)}


class NewTagParams(Wire):
    """A tag for one customer."""

    customer_id: Id = wire("customer_id", title="客户ID")
    name: TagName = wire("name", title="标签")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_list/add_tag/{customer_id}",
    caller=Rep,
    params=NewTagParams,
    success="添加成功",
)
async def add_tag(call: Call[Rep], given: NewTagParams) -> NewTag:
    """Make a tag of the caller's own and put it on one of its customers."""
    number = await tags.make(call.caller, given.name, [given.customer_id])
    return {"id": number, "name": given.name}


class CustomerTagsParams(Wire):
    """Which tags a customer is to have; without a list they stay as they are."""

    customer_id: Id = wire("customer_id", title="客户ID")
    tag_ids: Ids | None = wire("tag_list", title="标签", default=None)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_list/customer_tag/{customer_id}",
    caller=Rep,
    params=CustomerTagsParams,
    success="修改成功",
)
async def set_tags(call: Call[Rep], given: CustomerTagsParams) -> None:
    """Let one of the caller's customers have exactly these tags."""
    await tags.set_on(call.caller, given.customer_id, given.tag_ids)
