"""Pictures that reps send for their products (semantics 6.5)."""

from __future__ import annotations

from collections.abc import Collection

from models import picture as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from services.errors import NotFound
from services.media.chunks import Task
from services.media.files import Files
from services.media.uploads import Uploads
from services.principals import Rep


async def add(
    rep: Rep, uploads: Uploads, task: Task, counts: Collection[int], kind: int
) -> tuple[int, str]:
    """Make a picture of a complete upload, which no product has yet.

    Args:
        counts: how many chunks there may be by what the client says.
        kind: 1 for a cover, 2 for the introduction.

    Returns:
        its id and its address.

    Raises:
        NoTask: the rep has no such upload.
        Invalid: a chunk is missing, or it is no picture.
    """
    async with uploads.picture(task, counts) as url:
        return await queries.add(rep.company_id, rep.id, kind, url, now()), url


async def delete(rep: Rep, files: Files, picture_id: int, product_id: int) -> None:
    """Delete a picture of the rep's own product, or one of its own that no product has yet.

    Args:
        product_id: the product that the picture is on or was sent for; 0 while there is none.

    Raises:
        NotFound: there is no such picture on it, or one of the two is not the rep's.
    """
    url = await _delete(rep, picture_id, product_id)
    if url is not None:
        await files.remove_upload(url)


@retry_on_deadlock
async def _delete(rep: Rep, picture_id: int, product_id: int) -> str | None:
    """Delete the row, and give the address if nothing shows it any more."""
    async with atomic():
        owner = (rep.company_id, rep.id)
        found = await queries.lock_own(picture_id, *owner)
        if found is None or found[1] not in (product_id, None):
            raise NotFound
        if product_id and not await queries.is_own_product(product_id, *owner):
            raise NotFound
        await queries.delete(picture_id)
        return None if await queries.is_shown(rep.company_id, found[0]) else found[0]
