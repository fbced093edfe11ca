"""What a product is shown with: its texts and pictures, in one order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.base import to_ms
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.product import PictureKind
from models.queries import marks


@dataclass(frozen=True, slots=True)
class TextRow:
    """A title or a paragraph of a product."""

    id: int
    kind: int
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture of a product, in its cover or in its introduction."""

    id: int
    kind: int
    position: int
    url: str


class Place(NamedTuple):
    """Where a picture is put."""

    picture_id: int
    kind: int
    position: int


async def covers(product_ids: Collection[int]) -> dict[int, list[PictureRow]]:
    """Read the covers of products in their order, by product."""
    found: dict[int, list[PictureRow]] = {product_id: [] for product_id in product_ids}
    if product_ids:
        rows = await fetch_all(
            "SELECT product_id, id, kind, position, picture_url FROM product_picture"
            f" WHERE product_id IN ({marks(product_ids)}) AND kind = %s"
            " ORDER BY product_id, position, id",
            (*product_ids, int(PictureKind.COVER)),
        )
        for row in rows:
            found[row[0]].append(PictureRow(*row[1:]))
    return found


async def contents(product_id: int) -> list[TextRow | PictureRow]:
    """Read the texts and pictures of a product in their order.

    One statement, so that nobody sees half of an update.
    """
    rows = await fetch_all(
        "SELECT 1 AS is_text, id, kind, position, text FROM product_article WHERE product_id = %s"
        " UNION ALL SELECT 0, id, kind, position, picture_url FROM product_picture"
        " WHERE product_id = %s ORDER BY position, is_text DESC, id",
        (product_id, product_id),
    )
    return [TextRow(*row[1:]) if row[0] else PictureRow(*row[1:]) for row in rows]


async def text_ids(product_id: int) -> set[int]:
    """Read which texts a product has."""
    rows = await fetch_all("SELECT id FROM product_article WHERE product_id = %s", (product_id,))
    return {row[0] for row in rows}


async def delete_texts(product_id: int, text_ids: Collection[int]) -> int:
    """Delete texts of a product, and say how many there were."""
    return await execute(
        f"DELETE FROM product_article WHERE product_id = %s AND id IN ({marks(text_ids)})",
        (product_id, *text_ids),
    )


async def change_texts(product_id: int, texts: Sequence[TextRow], moment: datetime) -> None:
    """Change texts that a product has."""
    await upsert(
        "product_article",
        ("id", "product_id", "kind", "position", "text", "created_at"),
        [(one.id, product_id, one.kind, one.position, one.text, to_ms(moment)) for one in texts],
        unique=("id",),
        update={"kind": "{new}", "position": "{new}", "text": "{new}"},
    )


async def add_texts(
    product_id: int, texts: Sequence[tuple[int, int, str]], moment: datetime
) -> None:
    """Write new texts of a product.

    Args:
        texts: of each its kind, its position and what it says.
    """
    await insert_many(
        "product_article",
        ("product_id", "kind", "position", "text", "created_at"),
        [(product_id, *text, to_ms(moment)) for text in texts],
    )


async def lock_pictures(
    company_id: int, picture_ids: Collection[int]
) -> dict[int, tuple[int | None, int | None]]:
    """Lock pictures of a company until the transaction ends.

    Returns:
        by picture, its product and whose it is: the product's rep, or while it is on none the one
        that has sent it; None for nobody.
    """
    rows = await fetch_all(
        "SELECT i.id, i.product_id, CASE WHEN i.product_id IS NULL THEN i.rep_id ELSE p.rep_id END"
        " FROM product_picture i"
        f" LEFT JOIN product p ON p.id = i.product_id WHERE i.id IN ({marks(picture_ids)})"
        f" AND i.company_id = %s ORDER BY i.id{for_update()}",
        (*picture_ids, company_id),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def release_pictures(product_id: int) -> None:
    """Take all pictures off a product; their rows can be used again."""
    await execute(
        "UPDATE product_picture SET product_id = NULL, position = NULL WHERE product_id = %s",
        (product_id,),
    )


async def place_pictures(product_id: int, places: Sequence[Place]) -> None:
    """Put pictures on a product, by one statement."""
    ids = [place.picture_id for place in places]
    case = f"CASE id {' '.join(['WHEN %s THEN %s'] * len(places))} END"
    await execute(
        f"UPDATE product_picture SET product_id = %s, kind = {case}, position = {case}"
        f" WHERE id IN ({marks(ids)})",
        (
            product_id,
            *[number for place in places for number in (place.picture_id, place.kind)],
            *[number for place in places for number in (place.picture_id, place.position)],
            *ids,
        ),
    )


async def picture_urls(product_id: int) -> list[str]:
    """Read the addresses of all pictures of a product."""
    rows = await fetch_all(
        "SELECT picture_url FROM product_picture WHERE product_id = %s", (product_id,)
    )
    return [row[0] for row in rows]
