"""The website of the caller's company as the back office keeps it (decisions section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from handlers import company_pictures
from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.uploads import (
    CountedFileParams,
    NamedChunkParams,
    PictureAnswer,
    PictureRow,
    TaskParams,
    UploadStatus,
)
from handlers.wire import FromForm, Id, Name, Wire, wire
from services import website
from services.media.chunks import Purpose
from services.principals import AdminRep
from services.website import MOST_WEBSITE_PICTURES, SitePicture

Picture = Annotated[
    Id | Annotated[Name, StringConstraints(max_length=256)],
    Field(union_mode="left_to_right"),
]
Pictures = Annotated[
    list[Picture],
    FromForm,
    Field(max_length=MOST_WEBSITE_PICTURES),
]
"""Pictures of the company in their order, each by its id or by its address."""


class WebsiteRow(TypedDict):
    """The pictures of the cover, and those below it."""

    cover_picture: list[PictureRow]
    content_picture: list[PictureRow]


class WebsiteAnswer(TypedDict):
    """The website, and how many pictures it has."""

    ret_data: WebsiteRow
    data_count: int


@endpoint("GET", "/zhugeleida/admin/website", caller=AdminRep, success="查询成功")
async def show_website(call: Call[AdminRep]) -> WebsiteAnswer:
    """Show the website of the caller's company, in its order."""
    site = await website.read(call.caller)
    row: WebsiteRow = {
        "cover_picture": _rows(site.covers),
        "content_picture": _rows(site.contents),
    }
    return {"ret_data": row, "data_count": len(site.covers) + len(site.contents)}


def _rows(pictures: Sequence[SitePicture]) -> list[PictureRow]:
    return [{"picture_id": one.id, "picture_url": one.url} for one in pictures]


class WebsiteForm(Wire):
    """The whole website; a part that is left out is empty then."""

    covers: Pictures = wire("cover_picture", title="封面图片", default=())
    contents: Pictures = wire("content_picture", title="内容图片", default=())


@endpoint(
    "POST",
    "/zhugeleida/admin/website/update/0",
    caller=AdminRep,
    params=WebsiteForm,
    success="修改成功",
)
async def replace_website(call: Call[AdminRep], given: WebsiteForm) -> None:
    """Replace the website by these pictures in this order."""
    await website.replace(call.caller, given.covers, given.contents)


@endpoint(
    "POST",
    "/zhugeleida/admin/website/add_picture/0",
    caller=AdminRep,
    params=NamedChunkParams,
    success="上传成功",
    audited=False,  # a part changes nothing; what is made of all of them is in the log
)
async def add_picture_chunk(call: Call[AdminRep], given: NamedChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    await company_pictures.add_chunk(call, given, Purpose.WEBSITE)


@endpoint(
    "GET",
    "/zhugeleida/admin/website/upload_status",
    caller=AdminRep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[AdminRep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come; ``task_id`` is the upload's ``timestamp``."""
    return await company_pictures.show_upload(call, given, Purpose.WEBSITE)


@endpoint(
    "POST",
    "/zhugeleida/admin/website/upload_complete/0",
    caller=AdminRep,
    params=CountedFileParams,
    success="添加图片成功",
)
async def add_picture(call: Call[AdminRep], given: CountedFileParams) -> PictureAnswer:
    """Make a picture of the parts that were sent; it is on the website with the next update."""
    return await company_pictures.complete(call, given, Purpose.WEBSITE)
