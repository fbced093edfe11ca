"""Comments on diaries as the back office reads, approves and deletes them (decisions section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from models import comment_keeping as queries
from models.comment_keeping import CommentFilter as CommentFilter
from models.comment_keeping import HeldComment
from models.comment_keeping import KeptComment as KeptComment
from models.database import atomic, retry_on_deadlock
from services import diary_keeping
from services.errors import NotFound
from services.principals import AdminRep


async def page(
    rep: AdminRep, wanted: CommentFilter, limit: int, offset: int
) -> tuple[Sequence[KeptComment], int]:
    """List the comments on the diaries of a rep's company, the newest first, and count them.

    Raises:
        NotFound: the company has no such diary.
    """
    if wanted.diary_id is not None:
        await diary_keeping.find(rep, wanted.diary_id)
    rows = await queries.page(rep.company_id, wanted, limit, offset)
    return rows, await queries.count(rep.company_id, wanted)


@retry_on_deadlock
async def audit(rep: AdminRep, comment_id: int, *, is_approved: bool) -> None:
    """Show a comment to everybody at once, or to its writer alone; it counts in either case.

    Raises:
        NotFound: there is no such comment on a diary of the company.
    """
    async with atomic():
        await queries.audit(await _lock(rep, comment_id), is_approved=is_approved)


@retry_on_deadlock
async def delete(rep: AdminRep, comment_id: int) -> None:
    """Delete a comment, and take it out of the counts of its diary and its case.

    Raises:
        NotFound: there is no such comment on a diary of the company.
    """
    async with atomic():
        await queries.delete(await _lock(rep, comment_id))


async def _lock(rep: AdminRep, comment_id: int) -> HeldComment:
    held = await queries.lock(rep.company_id, comment_id)
    if held is None:
        raise NotFound
    return held
