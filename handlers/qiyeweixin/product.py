"""Products of the rep and its company."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.uploads import (
    ChunkParams,
    PictureName,
    TaskName,
    TaskParams,
    UploadStatus,
    upload_status,
)
from handlers.wire import LARGEST_ID, Id, Wire, wire
from services import product_pictures
from services.media.chunks import Purpose, Task
from services.principals import Rep


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/add_picture/0",
    caller=Rep,
    params=ChunkParams,
    success="上传成功",
)
async def add_picture_chunk(call: Call[Rep], given: ChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    await call.services.uploads.add_chunk(task, given.number, given.file)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/product/upload_status",
    caller=Rep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[Rep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    return upload_status(given.task, await call.services.uploads.received(task))


class CompletedParams(Wire):
    """A file all of whose parts were sent, and what the picture is for."""

    name: PictureName = wire("filename", title="文件名")
    task: TaskName = wire("task_id", title="文件标识")
    chunk: int = wire("chunk", title="当前是第几份文件", ge=0)
    kind: int = wire("picture_type", title="图片类型", ge=1, le=2)


class PictureRow(TypedDict):
    """A new picture (000-qiyeweixin.md:3166)."""

    picture_id: int
    picture_url: str


class PictureAnswer(TypedDict):
    """The picture that was made."""

    ret_data: PictureRow


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/upload_complete/0",
    caller=Rep,
    params=CompletedParams,
    success="添加图片成功",
)
async def add_picture(call: Call[Rep], given: CompletedParams) -> PictureAnswer:
    """Make a picture of the parts that were sent; a product gets it when that is saved."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    # Clients say the number of the last part or how many there are (decisions S24).
    counts = (given.chunk, given.chunk + 1)
    number, url = await product_pictures.add(
        call.caller, call.services.uploads, task, counts, given.kind
    )
    return {"ret_data": {"picture_id": number, "picture_url": url}}


class PictureParams(Wire):
    """Which picture it is, and of which product; 0 while it is of none."""

    picture_id: Id = wire("picture_id", title="图片ID")
    product_id: int = wire("product_id", title="产品ID", ge=0, le=LARGEST_ID)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/delete_picture/{picture_id}",
    caller=Rep,
    params=PictureParams,
    success="删除成功",
)
async def delete_picture(call: Call[Rep], given: PictureParams) -> None:
    """Delete a picture of the caller's own product, with its file."""
    await product_pictures.delete(
        call.caller, call.services.files, given.picture_id, given.product_id
    )
