"""Products: who sees them, who may change them, and what they are shown with (semantics 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from models import product as queries
from models import product_parts as parts
from models.base import now
from models.database import InUse, Taken, atomic, constrained, retry_on_deadlock
from models.product import ON_SHOW as ON_SHOW
from models.product import ArticleKind as ArticleKind
from models.product import Owners as Owners
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


class ProductKind(IntEnum):
    """Whether a product is the company's own or a rep's."""

    COMPANY = 1
    PERSONAL = 2


@dataclass(frozen=True, slots=True)
class Keeper:
    """A rep that writes products, and whose products it may write."""

    rep_id: int
    owners: Owners


def own(rep: Rep) -> Keeper:
    """The rep as the keeper of its own products."""
    return Keeper(rep.id, Owners(rep.company_id, rep_id=rep.id))


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
    owners = Owners(company_id, of_company=True, rep_id=rep_id)
    return await page_of(owners, statuses, limit, offset)


async def page_of(
    owners: Owners, statuses: Sequence[ProductStatus], limit: int, offset: int, name: str = ""
) -> tuple[list[Listed], int]:
    """List the products of these owners, the newest first.

    Args:
        name: contained in the products' own.

    Returns:
        the page, and how many there are.
    """
    rows = await queries.page(owners, statuses, limit, offset, name)
    total = await queries.count(owners, statuses, name)
    covers = await parts.covers([row.id for row in rows])
    return [Listed(row, covers[row.id]) for row in rows], total


async def find(company_id: int, product_id: int) -> Shown:
    """Show a product of a company; those of every rep can be read (decisions T12).

    Raises:
        NotFound: the company has no such product.
    """
    return await find_of(Owners(company_id, of_company=True, of_all_reps=True), product_id)


async def find_of(owners: Owners, product_id: int) -> Shown:
    """Show a product of these owners.

    Raises:
        NotFound: they have no such product.
    """
    return await _shown(await queries.find(product_id, owners))


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
async def add(keeper: Keeper, draft: Draft, kind: ProductKind = ProductKind.PERSONAL) -> int:
    """Add a product of the keeper's own or of its company, which is published at once.

    Returns:
        its id.

    Raises:
        Invalid: the company has a product of this name, or two items contradict each other.
        NotFound: a picture is not one that the keeper may use, or a text is replaced that is none
            of this product; nothing is added then.
    """
    _check(draft)
    moment = now()
    owner = keeper.rep_id if kind is ProductKind.PERSONAL else None
    async with _writing():
        product_id = await queries.add(
            keeper.owners.company_id, owner, draft.name, draft.price, draft.reason, moment
        )
        await _write_texts(product_id, draft.texts, moment)
        await _place_pictures(keeper, product_id, draft.places)
    return product_id


@retry_on_deadlock
async def update(
    keeper: Keeper, product_id: int, draft: Draft, kind: ProductKind | None = None
) -> None:
    """Replace one of the keeper's products by a draft (decisions S25).

    Texts that the draft leaves out are deleted. Pictures that it leaves out are taken off the
    product and can be used again. Of two updates at once the later one stands, whole.

    Args:
        kind: what it becomes; None leaves it whose it is. The company's own becomes the keeper's,
            and that of another rep stays that rep's.

    Raises:
        Invalid: another product of the company has this name, or two items contradict each other.
        NotFound: the product is not the keeper's, a picture is not one that it may use, or a text
            is none of the product; nothing is changed then.
    """
    _check(draft)
    moment = now()
    async with _writing():
        await _lock(keeper, product_id)
        await queries.change(product_id, draft.name, draft.price, draft.reason)
        if kind is ProductKind.COMPANY:
            await queries.give_to_company(product_id)
        elif kind is ProductKind.PERSONAL:
            await queries.give_to_rep(product_id, keeper.rep_id)
        await _write_texts(product_id, draft.texts, moment)
        await _place_pictures(keeper, product_id, draft.places)


@asynccontextmanager
async def _writing() -> AsyncIterator[None]:
    try:
        async with constrained():
            yield
    except Taken:
        raise Invalid("产品名称不能重复", {"name": "产品名称不能重复"}) from None
    except InUse:
        raise NotFound from None  # the rep was deleted in this very moment


@retry_on_deadlock
async def delete_text(keeper: Keeper, product_id: int, text_id: int) -> None:
    """Delete a title or a paragraph of one of the keeper's products.

    Raises:
        NotFound: the product is not the keeper's, or the text is none of it.
    """
    async with atomic():
        await _lock(keeper, product_id)
        if not await parts.delete_texts(product_id, [text_id]):
            raise NotFound


async def set_status(rep: Rep, product_id: int, status: ProductStatus) -> None:
    """Set the status of a product; any may follow any other (semantics 6.4).

    A rep sets that of its own products, and publishes or recommends the company's.

    Raises:
        NotFound: no such product, or the rep may not do that with it.
    """
    also_company = status is not ProductStatus.SHELVED
    owners = Owners(rep.company_id, of_company=also_company, rep_id=rep.id)
    await set_status_of(owners, product_id, status)


@retry_on_deadlock
async def set_status_of(owners: Owners, product_id: int, status: ProductStatus) -> None:
    """Set the status of a product of these owners.

    Raises:
        NotFound: they have no such product.
    """
    if not await queries.set_status(product_id, owners, status):
        raise NotFound


async def delete(keeper: Keeper, product_id: int, files: Files) -> None:
    """Delete one of the keeper's products, its texts, its pictures and their files.

    Raises:
        NotFound: the product is not the keeper's.
    """
    for url in await _delete(keeper, product_id):
        await files.remove_upload(url)


@retry_on_deadlock
async def _delete(keeper: Keeper, product_id: int) -> list[str]:
    async with atomic():
        await _lock(keeper, product_id)
        urls = await parts.picture_urls(product_id)
        await queries.delete(product_id)
    return urls


async def _lock(keeper: Keeper, product_id: int) -> None:
    if not await queries.lock(product_id, keeper.owners):
        raise NotFound


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


async def _place_pictures(keeper: Keeper, product_id: int, places: Sequence[Place]) -> None:
    """Make these the pictures of a product that is locked or new.

    A keeper may use pictures that are on products that it may write, and those on none that it has
    sent itself or that nobody there has.
    """
    if not places:
        await parts.release_pictures(product_id)
        return
    ids = {place.picture_id for place in places}
    found = await parts.lock_pictures(keeper.owners.company_id, ids)
    if ids - found.keys():
        raise NotFound
    for on_product, rep_id in found.values():
        if on_product is None:
            may_use = rep_id in (None, keeper.rep_id)
        else:
            may_use = keeper.owners.includes(rep_id)
        if not may_use:
            raise NotFound
    await parts.release_pictures(product_id)
    await parts.place_pictures(product_id, places)
