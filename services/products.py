"""Products: who sees them, who may change them, and what they are shown with (semantics 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import product as queries
from models import product_parts as parts
from models.base import now
from models.database import Taken, atomic, constrained, retry_on_deadlock
from models.product import ArticleKind as ArticleKind
from models.product import PictureKind, ProductRow
from models.product import ProductStatus as ProductStatus
from models.product_parts import PictureRow as PictureRow
from models.product_parts import Place
from models.product_parts import TextRow as TextRow
from services.errors import Invalid, NotFound
from services.media.files import Files
from services.principals import Rep

MOST_COVERS: Final = 20
MOST_ITEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Text:
    """A title or a paragraph as it is written.

    Args:
        text_id: the text of the product that it replaces; None for a new one.
    """

    kind: ArticleKind
    position: int
    text: str
    text_id: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the introduction as it is placed."""

    picture_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A product as it is written: the whole of it.

    Args:
        cover_ids: the pictures of the cover, in their order.
        article: the introduction; every item has a position of its own.
    """

    name: str
    price: str
    reason: str
    cover_ids: Sequence[int]
    article: Sequence[Text | Picture]

    @property
    def texts(self) -> list[Text]:
        """The titles and paragraphs of the introduction."""
        return [one for one in self.article if isinstance(one, Text)]

    @property
    def places(self) -> list[Place]:
        """Where each picture goes; the cover counts from 1, as the demo data does."""
        covers = [
            Place(picture_id, int(PictureKind.COVER), position)
            for position, picture_id in enumerate(self.cover_ids, 1)
        ]
        return covers + [
            Place(one.picture_id, int(PictureKind.INTRODUCTION), one.position)
            for one in self.article
            if isinstance(one, Picture)
        ]


@dataclass(frozen=True, slots=True)
class Listed:
    """A product as lists have it."""

    row: ProductRow
    covers: list[PictureRow]


@dataclass(frozen=True, slots=True)
class Shown:
    """A product with all that it is shown with, in its order."""

    row: ProductRow
    covers: list[PictureRow]
    article: list[TextRow | PictureRow]


async def page(
    company_id: int, rep_id: int, statuses: Sequence[ProductStatus], limit: int, offset: int
) -> tuple[list[Listed], int]:
    """List a rep's own products and its company's, the newest first (semantics 6.3).

    Returns:
        the page, and how many there are.
    """
    rows = await queries.page(company_id, rep_id, statuses, limit, offset)
    total = await queries.count(company_id, rep_id, statuses)
    covers = await parts.covers([row.id for row in rows])
    return [Listed(row, covers[row.id]) for row in rows], total


async def find(company_id: int, product_id: int) -> Shown:
    """Show a product of a company; those of every rep can be read (decisions T12).

    Raises:
        NotFound: the company has no such product.
    """
    return await _shown(await queries.find(product_id, company_id))


async def find_on_show(company_id: int, rep_id: int, product_id: int) -> Shown:
    """Show a product to a customer: one of the rep or of its company that is not shelved.

    Raises:
        NotFound: there is no such product.
    """
    return await _shown(await queries.find_on_show(product_id, company_id, rep_id))


async def _shown(row: ProductRow | None) -> Shown:
    if row is None:
        raise NotFound
    contents = await parts.contents(row.id)
    covers = [one for one in contents if _is_cover(one)]
    return Shown(
        row,
        [one for one in covers if isinstance(one, PictureRow)],
        [one for one in contents if not _is_cover(one)],
    )


def _is_cover(part: TextRow | PictureRow) -> bool:
    return isinstance(part, PictureRow) and part.kind == PictureKind.COVER


@retry_on_deadlock
async def add(rep: Rep, draft: Draft) -> int:
    """Add a product of the rep's own, which is published at once.

    Returns:
        its id.

    Raises:
        Invalid: the company has a product of this name, or two items contradict each other.
        NotFound: a picture is not one that the rep may use, or a text is replaced that is none of
            this product; nothing is added then.
    """
    _check(draft)
    moment = now()
    try:
        async with constrained():
            product_id = await queries.add(
                rep.company_id, rep.id, draft.name, draft.price, draft.reason, moment
            )
            await _write_texts(product_id, draft.texts, moment)
            await _place_pictures(rep, product_id, draft.places)
    except Taken:
        raise _name_taken() from None
    return product_id


@retry_on_deadlock
async def update(rep: Rep, product_id: int, draft: Draft) -> None:
    """Replace one of the rep's own products by a draft (decisions S25).

    Texts that the draft leaves out are deleted. Pictures that it leaves out are taken off the
    product and can be used again. Of two updates at once the later one stands, whole.

    Raises:
        Invalid: another product of the company has this name, or two items contradict each other.
        NotFound: the product is not the rep's, a picture is not one that it may use, or a text is
            none of the product; nothing is changed then.
    """
    _check(draft)
    moment = now()
    try:
        async with constrained():
            await _lock_own(rep, product_id)
            await queries.change(product_id, draft.name, draft.price, draft.reason)
            await _write_texts(product_id, draft.texts, moment)
            await _place_pictures(rep, product_id, draft.places)
    except Taken:
        raise _name_taken() from None


@retry_on_deadlock
async def delete_text(rep: Rep, product_id: int, text_id: int) -> None:
    """Delete a title or a paragraph of one of the rep's own products.

    Raises:
        NotFound: the product is not the rep's, or the text is none of it.
    """
    async with atomic():
        await _lock_own(rep, product_id)
        if not await parts.delete_texts(product_id, [text_id]):
            raise NotFound


@retry_on_deadlock
async def set_status(rep: Rep, product_id: int, status: ProductStatus) -> None:
    """Set the status of a product; any may follow any other (semantics 6.4).

    A rep sets that of its own products, and publishes or recommends the company's.

    Raises:
        NotFound: no such product, or the rep may not do that with it.
    """
    also_company = status is not ProductStatus.SHELVED
    if not await queries.set_status(
        product_id, rep.company_id, rep.id, status, also_company=also_company
    ):
        raise NotFound


async def delete(rep: Rep, product_id: int, files: Files) -> None:
    """Delete one of the rep's own products, its texts, its pictures and their files.

    Raises:
        NotFound: the product is not the rep's.
    """
    for url in await _delete(rep, product_id):
        await files.remove_upload(url)


@retry_on_deadlock
async def _delete(rep: Rep, product_id: int) -> list[str]:
    async with atomic():
        await _lock_own(rep, product_id)
        urls = await parts.picture_urls(product_id)
        await queries.delete(product_id)
    return urls


async def _lock_own(rep: Rep, product_id: int) -> None:
    if not await queries.lock(product_id, rep.company_id, rep.id):
        raise NotFound


def _name_taken() -> Invalid:
    return Invalid("产品名称不能重复", {"name": "产品名称不能重复"})


def _check(draft: Draft) -> None:
    for complaint, values in (
        ("产品文章的序号不能重复", [one.position for one in draft.article]),
        ("产品文章的ID不能重复", [one.text_id for one in draft.texts if one.text_id is not None]),
        ("同一张图片不能使用两次", [place.picture_id for place in draft.places]),
    ):
        if _has_repeats(values):
            raise Invalid(complaint, {"article_data": complaint})


def _has_repeats(values: Iterable[int]) -> bool:
    listed = list(values)
    return len(set(listed)) < len(listed)


async def _write_texts(product_id: int, texts: Sequence[Text], moment: datetime) -> None:
    """Make these the texts of a product that is locked or new."""
    before = await parts.text_ids(product_id)
    kept = [TextRow(one.text_id, *_said(one)) for one in texts if one.text_id is not None]
    kept_ids = {one.id for one in kept}
    if kept_ids - before:
        raise NotFound
    if before - kept_ids:
        await parts.delete_texts(product_id, before - kept_ids)
    if kept:
        await parts.change_texts(product_id, kept, moment)
    added = [_said(one) for one in texts if one.text_id is None]
    if added:
        await parts.add_texts(product_id, added, moment)


def _said(text: Text) -> tuple[int, int, str]:
    return int(text.kind), text.position, text.text


async def _place_pictures(rep: Rep, product_id: int, places: Sequence[Place]) -> None:
    """Make these the pictures of a product that is locked or new.

    A rep may use pictures that are on products of its own, or on none and not another rep's.
    """
    if not places:
        await parts.release_pictures(product_id)
        return
    ids = {place.picture_id for place in places}
    found = await parts.lock_pictures(rep.company_id, ids)
    if ids - found.keys():
        raise NotFound
    for owner in found.values():
        if owner != (None, None) and owner[1] != rep.id:
            raise NotFound
    await parts.release_pictures(product_id)
    await parts.place_pictures(product_id, places)
