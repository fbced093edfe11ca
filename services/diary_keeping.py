"""Diaries as the back office keeps them (decisions section 5).

A case counts the praise and the comments of its diaries that are not deleted, drafts among them.
"""

from __future__ import annotations

from collections.abc import Sequence

from models import case_keeping as cases
from models import diary_keeping as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.diary_keeping import DiaryDraft as DiaryDraft
from models.diary_keeping import DiaryFilter as DiaryFilter
from models.diary_keeping import KeptDiary as KeptDiary
from models.diary_keeping import LockedDiary
from services import company_pictures, library_pictures
from services.errors import NotFound
from services.library import Publication
from services.principals import AdminRep


async def page(
    rep: AdminRep, wanted: DiaryFilter, limit: int, offset: int
) -> tuple[Sequence[KeptDiary], int]:
    """List the diaries of a rep's company, drafts too, the newest first, and count them.

    Raises:
        NotFound: the company has no such case.
    """
    if wanted.case_id is not None and await cases.find(rep.company_id, wanted.case_id) is None:
        raise NotFound
    return await queries.page(rep.company_id, wanted, limit, offset)


async def find(rep: AdminRep, diary_id: int) -> KeptDiary:
    """Show a diary of a rep's company, a draft too.

    Raises:
        NotFound: the company has no such diary.
    """
    found = await queries.find(rep.company_id, diary_id)
    if found is None:
        raise NotFound
    return found


@retry_on_deadlock
async def add(rep: AdminRep, draft: DiaryDraft) -> int:
    """Write a diary of a case and return its id; the case moves to the front.

    Raises:
        NotFound: the company has no such case, or has not sent one of the pictures.
    """
    async with atomic():
        await _lock_case(rep, draft.case_id)
        await company_pictures.require(rep.company_id, _pictures(draft))
        return await queries.add(rep.company_id, draft, now())


@retry_on_deadlock
async def change(rep: AdminRep, diary_id: int, draft: DiaryDraft) -> None:
    """Make a diary what the draft says; its case, which may be another now, moves to the front.

    Raises:
        NotFound: the company has no such diary or case, or has not sent one of the pictures, unless
            the diary has that already.
    """
    async with atomic():
        held = await _lock(rep, diary_id)
        if draft.case_id != held.case_id:
            await _lock_case(rep, draft.case_id)
        kept = _shown(held.cover_picture, held.content)
        await company_pictures.require(rep.company_id, _pictures(draft), kept)
        await queries.change(held, draft, now())


@retry_on_deadlock
async def set_status(rep: AdminRep, diary_id: int, status: Publication) -> None:
    """Publish a diary, or make it a draft again; its case moves to the front.

    Raises:
        NotFound: the company has no such diary.
    """
    async with atomic():
        await queries.set_status(await _lock(rep, diary_id), status, now())


@retry_on_deadlock
async def delete(rep: AdminRep, diary_id: int) -> None:
    """Take a diary out of everybody's sight, with its praise and comments.

    Raises:
        NotFound: the company has no such diary.
    """
    async with atomic():
        await queries.delete(await _lock(rep, diary_id))


async def _lock(rep: AdminRep, diary_id: int) -> LockedDiary:
    held = await queries.lock(rep.company_id, diary_id)
    if held is None:
        raise NotFound
    return held


async def _lock_case(rep: AdminRep, case_id: int) -> None:
    if await cases.lock(rep.company_id, case_id) is None:
        raise NotFound


def _pictures(draft: DiaryDraft) -> set[str]:
    return _shown(draft.cover_picture, draft.content)


def _shown(cover: str, content: str) -> set[str]:
    return {*library_pictures.of_cover(cover), *library_pictures.of_content(content)}
