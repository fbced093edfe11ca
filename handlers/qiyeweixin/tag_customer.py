"""The tags that a rep's customers have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Ids, Name, WholePage, Wire, wire
from services import tags
from services.principals import Rep
from services.radar import shown_name

TagName = Annotated[Name, Field(max_length=64)]


class TaggedRow(TypedDict):
    """A customer that has the tag."""

    id: int
    headimgurl: str
    name: str


class UsedTagRow(TypedDict):
    """A tag with its customers (000-qiyeweixin.md:733)."""

    id: int
    name: str
    tag_id: int
    customer_num: int
    customer_list: list[TaggedRow]


class UsedTagsAnswer(TypedDict):
    """A page of tags, and how many the caller may use in all (decisions D12)."""

    ret_data: list[UsedTagRow]
    ret_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/tag_customer",
    caller=Rep,
    params=WholePage,
    success="",
)
async def list_used_tags(call: Call[Rep], given: WholePage) -> UsedTagsAnswer:
    """List the tags that the caller's customers have, with up to a hundred customers of each."""
    found, total = await tags.in_use(call.caller, given.limit, given.offset)
    rows: list[UsedTagRow] = [
        {
            "id": use.tag.id,
            "name": use.tag.name,
            "tag_id": use.tag.id,
            "customer_num": use.tag.customer_count,
            "customer_list": [
                {
                    "id": one.customer_id,
                    "headimgurl": one.avatar or DEFAULT_CUSTOMER_AVATAR,
                    "name": shown_name(one.name, one.customer_id),
                }
                for one in use.customers
            ],
        }
        for use in found
    ]
    return {"ret_data": rows, "ret_count": total}


class NewTagParams(Wire):
    """A tag for several customers."""

    name: TagName = wire("name", title="标签")
    customer_ids: Annotated[Ids, Field(min_length=1)] = wire("customer_list", title="标签关联客户")


class NewTag(TypedDict):
    """The tag that was made."""

    id: int
    name: str


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/tag_customer/add/0",
    caller=Rep,
    params=NewTagParams,
    success="添加成功",
)
async def add_tag(call: Call[Rep], given: NewTagParams) -> NewTag:
    """Make a tag of the caller's own and put it on some of its customers."""
    number = await tags.make(call.caller, given.name, given.customer_ids)
    return {"id": number, "name": given.name}
