"""How the back office sends pictures for goods, cases and the website: in chunks, by name."""

from __future__ import annotations

from handlers.call import Call
from handlers.uploads import (
    CountedFileParams,
    NamedChunkParams,
    PictureAnswer,
    TaskParams,
    UploadStatus,
    upload_status,
)
from services import company_pictures
from services.media.chunks import Purpose, Task
from services.principals import AdminRep


async def add_chunk(call: Call[AdminRep], given: NamedChunkParams, purpose: Purpose) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    task = Task(call.caller.id, purpose, given.task)
    await call.services.uploads.add_chunk(task, given.number, given.data)


async def show_upload(call: Call[AdminRep], given: TaskParams, purpose: Purpose) -> UploadStatus:
    """Say which parts of a picture have come."""
    task = Task(call.caller.id, purpose, given.task)
    return upload_status(given.task, await call.services.uploads.received(task))


async def complete(
    call: Call[AdminRep], given: CountedFileParams, purpose: Purpose
) -> PictureAnswer:
    """Make a picture of the parts that were sent, for anything of the company."""
    task = Task(call.caller.id, purpose, given.task)
    number, url = await company_pictures.add(call.caller, call.services.uploads, task, given.count)
    return {"ret_data": {"picture_id": number, "picture_url": url}}
