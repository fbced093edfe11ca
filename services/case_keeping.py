"""Cases as the back office keeps them (decisions section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from models import case_keeping as queries
from models import case_tags as tags
from models import diary_keeping as diaries
from models.base import now
from models.case_keeping import CaseDraft as CaseDraft
from models.case_keeping import CaseFilter as CaseFilter
from models.case_keeping import HeldCase, KeptCase
from models.database import atomic, retry_on_deadlock
from services import cases, company_pictures, library_pictures
from services.cases import ShownCase
from services.errors import NotFound
from services.library import Publication
from services.principals import AdminRep


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case with what it is shown with."""

    kept: KeptCase
    shown: ShownCase


async def page(
    rep: AdminRep, wanted: CaseFilter, limit: int, offset: int
) -> tuple[list[CaseEntry], int]:
    """List the cases of a rep's company, drafts too, the newest first, and count them.

    Raises:
        NotFound: the company has no such tag.
    """
    if wanted.tag_id is not None and not await tags.is_of(wanted.tag_id, rep.company_id):
        raise NotFound
    rows, total = await queries.page(rep.company_id, wanted, limit, offset)
    shown = await cases.shown([row.row for row in rows])
    return [CaseEntry(*pair) for pair in zip(rows, shown, strict=True)], total


async def find(rep: AdminRep, case_id: int) -> CaseEntry:
    """Show a case of a rep's company, a draft too.

    Raises:
        NotFound: the company has no such case.
    """
    found = await queries.find(rep.company_id, case_id)
    if found is None:
        raise NotFound
    (shown,) = await cases.shown([found.row])
    return CaseEntry(found, shown)


@retry_on_deadlock
async def add(rep: AdminRep, draft: CaseDraft) -> int:
    """Make a case of a rep's company, which is its author, and return its id.

    Raises:
        NotFound: the company has no such tag, or has not sent one of the pictures.
    """
    async with atomic():
        await _lock_tags(rep, draft, ())
        await company_pictures.require(rep.company_id, _pictures(draft))
        case_id = await queries.add(rep.company_id, rep.id, draft, now())
        await tags.replace(case_id, (), draft.tag_ids)
    return case_id


@retry_on_deadlock
async def change(rep: AdminRep, case_id: int, draft: CaseDraft) -> None:
    """Make a case of a rep's company what the draft says; what it leaves out is taken off it.

    The case keeps its place among the others, which only its diaries move.

    Raises:
        NotFound: the company has no such case or no such tag, or has not sent one of the pictures,
            unless the case has that already.
    """
    async with atomic():
        held = await _lock(rep, case_id)
        before = await tags.ids_of(case_id)
        await _lock_tags(rep, draft, before)
        kept = {held.customer_avatar, *library_pictures.of_cover(held.cover_picture)}
        await company_pictures.require(rep.company_id, _pictures(draft), kept)
        await queries.change(held, draft)
        await tags.replace(case_id, before, draft.tag_ids)


@retry_on_deadlock
async def set_status(rep: AdminRep, case_id: int, status: Publication) -> None:
    """Publish a case, or make it a draft again.

    Raises:
        NotFound: the company has no such case.
    """
    async with atomic():
        await queries.set_status(await _lock(rep, case_id), status)


@retry_on_deadlock
async def delete(rep: AdminRep, case_id: int) -> None:
    """Take a case out of everybody's sight with its diaries, and its tags off it.

    Raises:
        NotFound: the company has no such case.
    """
    async with atomic():
        # Customers hold a diary before its case.
        await diaries.lock_of_case(rep.company_id, case_id)
        held = await _lock(rep, case_id)
        before = await tags.ids_of(case_id)
        await tags.lock(rep.company_id, before)
        await tags.replace(case_id, before, ())
        await diaries.delete_of_case(case_id)
        await queries.set_status(held, Publication.DELETED)


async def _lock(rep: AdminRep, case_id: int) -> HeldCase:
    held = await queries.lock(rep.company_id, case_id)
    if held is None:
        raise NotFound
    return held


async def _lock_tags(rep: AdminRep, draft: CaseDraft, before: list[int] | tuple[()]) -> None:
    """Lock the tags that a case has and gets, unless one that it gets is not the company's."""
    found = await tags.lock(rep.company_id, {*before, *draft.tag_ids})
    if not found.issuperset(draft.tag_ids):
        raise NotFound


def _pictures(draft: CaseDraft) -> set[str]:
    """The pictures that a case is to show; without one of its customer it has the default."""
    return {*library_pictures.of_cover(draft.cover_picture), draft.customer_avatar} - {""}
