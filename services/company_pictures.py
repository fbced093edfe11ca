"""Pictures that a company's back office sends, for whatever of the company's shows them."""

from __future__ import annotations

from collections.abc import Collection

from models import company_picture as queries
from models.base import now
from services.errors import NotFound
from services.media.chunks import Task
from services.media.uploads import Uploads
from services.principals import AdminRep


async def add(rep: AdminRep, uploads: Uploads, task: Task, count: int) -> tuple[int, str]:
    """Make a picture of a complete upload, which anything of the company may show then.

    Args:
        count: how many chunks there are by what the client says.

    Returns:
        its id and its address.

    Raises:
        NoTask: the rep has no such upload.
        Invalid: a chunk is missing, or it is no picture.
    """
    async with uploads.picture(task, (count,)) as url:
        return await queries.add(rep.company_id, url, now()), url


async def require(company_id: int, urls: Collection[str], kept: Collection[str] = ()) -> None:
    """Refuse pictures that are not the company's.

    Args:
        kept: the addresses that stand already where these are to stand.

    Raises:
        NotFound: the company has not sent one of the pictures, and it does not stand there.
    """
    unknown = set(urls).difference(kept)
    if unknown and unknown != (await queries.ids_of(company_id, unknown)).keys():
        raise NotFound
