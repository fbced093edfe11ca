"""The rep's own card: what it says, its photos and its poster."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.cards import CardRow, Photo, card_row
from handlers.endpoint import endpoint
from handlers.people import SAID, UNLESS_EMPTY, Email, Phone
from handlers.uploads import (
    ChunkParams,
    PictureName,
    TaskName,
    TaskParams,
    UploadStatus,
    upload_status,
)
from handlers.wire import Id, Int, Wire, wire
from services import own_card
from services.media.chunks import Purpose, Task
from services.principals import Rep


class OwnCardRow(CardRow):
    """A card as customers see it, and beyond that what only the rep needs to change it."""

    telephone: str
    country: int | None
    is_show_phone: bool
    own_phone: str
    qr_code: str
    role_id: int


class OwnCardAnswer(TypedDict):
    """The caller's card, in a list as customers get it."""

    ret_data: list[OwnCardRow]
    data_count: int


@endpoint("GET", "/zhugeleida/qiyeweixin/mingpian", caller=Rep, success="查询成功")
async def read_card(call: Call[Rep]) -> OwnCardAnswer:
    """Show the caller its own card, which counts as no view."""
    card = await own_card.read(call.caller)
    row: OwnCardRow = {
        **card_row(card.shown),
        "telephone": card.facts.telephone,
        "country": card.facts.country,
        "is_show_phone": card.shown.row.shows_phone,
        "own_phone": card.phone,
        "qr_code": card.facts.qr_code,
        "role_id": call.caller.role_id,
    }
    return {"ret_data": [row], "data_count": 1}


class CardParams(Wire):
    """What is to stand on the card; what is not sent stays, an empty text takes one away."""

    keeps_empty = True

    card_phone: Annotated[Phone, SAID] = wire("mingpian_phone", title="手机号")
    shows_phone: Annotated[bool | None, UNLESS_EMPTY] = wire(
        "is_show_phone", title="是否显示手机号", default=None
    )
    wechat: str | None = wire("wechat", title="微信号", default=None, max_length=64)
    telephone: str | None = wire("telephone", title="座机号", default=None, max_length=20)
    email: Email | None = wire("email", title="邮箱", default=None)
    country: Annotated[Int | None, UNLESS_EMPTY] = wire(
        "country", title="国家", default=None, ge=1, le=2
    )
    area: str | None = wire("area", title="地区", default=None, max_length=128)
    address: str | None = wire("address", title="详细地址", default=None, max_length=512)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/mingpian/save_phone",
    "/zhugeleida/qiyeweixin/mingpian/save_info",
    caller=Rep,
    params=CardParams,
    success="保存成功",
)
async def write_card(call: Call[Rep], given: CardParams) -> None:
    """Change what the caller's card says, by either of its two documented calls (decisions D4)."""
    await own_card.write(call.caller, given.model_dump(exclude_none=True))


class SignParams(Wire):
    """What a rep writes under its name."""

    keeps_empty = True

    sign: str = wire("sign", title="个性签名", default="", max_length=500)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/mingpian/save_sign",
    caller=Rep,
    params=SignParams,
    success="保存成功",
)
async def write_sign(call: Call[Rep], given: SignParams) -> None:
    """Change the signature on the caller's card; without one there is none."""
    await own_card.write(call.caller, {"sign": given.sign})


class PhotosAnswer(TypedDict):
    """The photos of the caller's card (000-qiyeweixin.md:2556)."""

    ret_data: list[Photo]
    user_id: str


@endpoint("GET", "/zhugeleida/qiyeweixin/mingpian/show_photo", caller=Rep, success="获取成功")
async def list_photos(call: Call[Rep]) -> PhotosAnswer:
    """List the photos of the caller's card."""
    photos = await own_card.photos(call.caller)
    return {
        "ret_data": [{"id": number, "photo_url": url} for number, url in photos],
        "user_id": str(call.caller.id),
    }


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/mingpian/upload_photo/0",
    caller=Rep,
    params=ChunkParams,
    success="上传成功",
)
async def add_photo_chunk(call: Call[Rep], given: ChunkParams) -> None:
    """Take a part of a photo, in any order; one that comes again takes the place of the first."""
    task = Task(call.caller.id, Purpose.PHOTO, given.task)
    await call.services.uploads.add_chunk(task, given.number, given.file)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/mingpian/upload_status",
    caller=Rep,
    params=TaskParams,
    success="查询成功",
)
async def show_photo_upload(call: Call[Rep], given: TaskParams) -> UploadStatus:
    """Say which parts of a photo have come."""
    task = Task(call.caller.id, Purpose.PHOTO, given.task)
    return upload_status(given.task, await call.services.uploads.received(task))


class CompletedParams(Wire):
    """A file all of whose parts were sent."""

    name: PictureName = wire("filename", title="文件名")
    task: TaskName = wire("task_id", title="文件标识")


class PhotoAnswer(TypedDict):
    """The new photo (000-qiyeweixin.md:2644)."""

    photo_id: int
    photo_url: str


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/mingpian/upload_complete/0",
    caller=Rep,
    params=CompletedParams,
    success="上传成功",
)
async def add_photo(call: Call[Rep], given: CompletedParams) -> PhotoAnswer:
    """Make a photo of the parts that were sent, and put it on the caller's card."""
    return await _add_photo(call, given)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/mingpian/upload_complete/0",
    caller=Rep,
    params=CompletedParams,
    success="上传成功",
)
async def post_photo(call: Call[Rep], given: CompletedParams) -> PhotoAnswer:
    """Make a photo of the parts that were sent, by the method that fits better than the printed."""
    return await _add_photo(call, given)


async def _add_photo(call: Call[Rep], given: CompletedParams) -> PhotoAnswer:
    task = Task(call.caller.id, Purpose.PHOTO, given.task)
    number, url = await own_card.add_photo(call.caller, call.services.uploads, task)
    return {"photo_id": number, "photo_url": url}


class PhotoParams(Wire):
    """Which photo it is."""

    photo_id: Id = wire("photo_id", title="照片ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/mingpian/delete_photo",
    caller=Rep,
    params=PhotoParams,
    success="删除成功",
)
async def delete_photo(call: Call[Rep], given: PhotoParams) -> None:
    """Delete a photo of the caller's card, with its file."""
    await own_card.delete_photo(call.caller, call.services.files, given.photo_id)


class PosterAnswer(TypedDict):
    """Beyond the documents: where the poster is."""

    poster_url: str


@endpoint("GET", "/zhugeleida/qiyeweixin/mingpian/save_poster", caller=Rep, success="请求成功")
async def save_poster(call: Call[Rep]) -> PosterAnswer:
    """Draw the poster of the caller's card, with the caller's own code; it is no view."""
    return {"poster_url": await call.services.posters.own(call.caller)}
