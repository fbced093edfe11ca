"""The parameters and answers that all uploads in chunks share (semantics 6.5)."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from handlers.wire import FilePart, Int, Wire, wire
from services.media.chunks import MOST_CHUNKS

LONGEST_NAME: Final = 255
PICTURES: Final = frozenset({"", ".jpg", ".jpeg", ".png", ".webp", ".gif"})
_TASK = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_DATA_URL = re.compile(r"data:[\w/.+-]*;base64,")


def _task(value: str) -> str:
    if not _TASK.fullmatch(value) or not value.strip("."):
        raise ValueError("文件标识不合法")
    return value


def _picture_name(value: str) -> str:
    if len(value) > LONGEST_NAME or re.search(r"[/\\]", value) or not value.strip("."):
        raise ValueError("文件名不合法")
    if PurePosixPath(value).suffix.lower() not in PICTURES:
        raise ValueError("只能上传JPG、PNG、WebP、GIF图片")
    return value


TaskName = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_task)]
"""What a client calls an upload; it never becomes the name of a file."""

PictureName = Annotated[str, AfterValidator(_picture_name)]
"""What a client calls its file; it is checked and then forgotten."""


class ChunkParams(Wire):
    """One part of a file."""

    file: FilePart = wire("file", title="文件")
    task: TaskName = wire("task_id", title="文件标识")
    number: Int = wire("chunk", title="当前是第几份文件", ge=0)


class TaskParams(Wire):
    """Which upload it is about."""

    task: TaskName = wire("task_id", title="文件标识")


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    start = _DATA_URL.match(value)
    # A plus that a client has not escaped comes as a blank; some wrap lines.
    text = (value[start.end() :] if start else value).replace(" ", "+").replace("\n", "")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("base64_invalid", "no base64") from None


class NamedFileParams(Wire):
    """A file as the back office tells it from others (001-admin.md:591).

    Its ``timestamp`` stands in the body; the one in the query is the signature's.
    """

    name: PictureName = wire("img_name", title="文件名")
    task: TaskName = wire("timestamp", title="文件标识")


class NamedChunkParams(NamedFileParams):
    """One part of such a file, in base64 or as a file (decisions S24)."""

    number: Int = wire("chunk", title="当前是第几份文件", ge=0)
    data: Annotated[FilePart, BeforeValidator(_decoded)] = wire("img_data", title="图片内容")


class CountedFileParams(NamedFileParams):
    """Such a file all of whose parts were sent."""

    count: Int = wire("chunk_num", title="总份数", ge=1, le=MOST_CHUNKS)


class PictureRow(TypedDict):
    """A new picture (000-qiyeweixin.md:3166)."""

    picture_id: int
    picture_url: str


class PictureAnswer(TypedDict):
    """The picture that was made."""

    ret_data: PictureRow


class UploadStatus(TypedDict):
    """Beyond the documents: what has come of an upload, so that it can go on after a break."""

    task_id: str
    chunks: list[int]
    bytes: int


def upload_status(task: str, received: dict[int, int]) -> UploadStatus:
    """Write which chunks have come, and how many bytes they have together."""
    return {"task_id": task, "chunks": list(received), "bytes": sum(received.values())}
