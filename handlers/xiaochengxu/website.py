"""The website of a company as a customer sees it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from services import showcase
from services.principals import MiniCustomer
from services.website import SitePicture


class WebsiteParams(Wire):
    """Which rep has shown the website."""

    rep_id: Id = wire("uid", title="用户ID")


class PictureItem(TypedDict):
    """A picture of the website."""

    picture_url: str


class WebsiteRow(TypedDict):
    """The pictures of the cover, and those below it (002-xiaochengxu-v1.md:1406)."""

    cover_picture: list[PictureItem]
    content_picture: list[PictureItem]


class WebsiteAnswer(TypedDict):
    """The website, and how many pictures it has (decisions S28)."""

    ret_data: WebsiteRow
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/website",
    caller=MiniCustomer,
    params=WebsiteParams,
    success="",
)
async def show_website(call: Call[MiniCustomer], given: WebsiteParams) -> WebsiteAnswer:
    """Show the website of the caller's company, which logs the view for the rep."""
    site = await showcase.show_website(call.caller, given.rep_id, call.services.cards)
    row: WebsiteRow = {
        "cover_picture": _pictures(site.covers),
        "content_picture": _pictures(site.contents),
    }
    return {"ret_data": row, "data_count": len(site.covers) + len(site.contents)}


def _pictures(pictures: Sequence[SitePicture]) -> list[PictureItem]:
    return [{"picture_url": picture.url} for picture in pictures]
