"""The tags that a rep shows on its own card."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.qiyeweixin.tag_customer import TagName
from handlers.wire import Id, Ids, Wire, wire
from services import tags
from services.principals import Rep


class TagRow(TypedDict):
    """A tag."""

    id: int
    name: str


class TagsAnswer(TypedDict):
    """The caller's tags (000-qiyeweixin.md:2151); its id is a text there (decisions E6)."""

    user_id: str
    ret_data: list[TagRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/tag_user",
    caller=Rep,
    success="",
)
async def list_tags(call: Call[Rep]) -> TagsAnswer:
    """List the tags on the caller's card."""
    found = await tags.on_card(call.caller)
    rows: list[TagRow] = [{"id": number, "name": name} for number, name in found]
    return {"user_id": str(call.caller.id), "ret_data": rows, "data_count": len(rows)}


class NewTagParams(Wire):
    """A tag for the card."""

    name: TagName = wire("name", title="标签")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_user/add",
    caller=Rep,
    params=NewTagParams,
    success="添加成功",
)
async def add_tag(call: Call[Rep], given: NewTagParams) -> list[TagRow]:
    """Put a tag on the caller's card; it comes back in a list, as printed."""
    return [{"id": await tags.add_to_card(call.caller, given.name), "name": given.name}]


class KeptTagsParams(Wire):
    """Which tags the card is to keep."""

    tag_ids: Ids = wire("tag_list", title="标签")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_user/save",
    caller=Rep,
    params=KeptTagsParams,
    success="添加成功",
)
async def keep_tags(call: Call[Rep], given: KeptTagsParams) -> list[TagRow]:
    """Keep exactly these tags on the caller's card; the answer is an empty list, as printed."""
    await tags.keep_on_card(call.caller, given.tag_ids)
    return []


class TagParams(Wire):
    """Which tag it is."""

    tag_id: Id = wire("id", title="标签ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_user/delete",
    caller=Rep,
    params=TagParams,
    success="删除成功",
)
async def delete_tag(call: Call[Rep], given: TagParams) -> None:
    """Delete a tag of the caller's card."""
    await tags.delete_from_card(call.caller, given.tag_id)
