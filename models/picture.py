"""Pictures of products, before and after they stand in one."""

from __future__ import annotations

from datetime import datetime

from models.base import to_ms
from models.database import execute, fetch_all, for_update, insert_many

COLUMNS = ("company_id", "rep_id", "product_id", "kind", "position", "picture_url", "created_at")


async def add(company_id: int, rep_id: int, kind: int, url: str, moment: datetime) -> int:
    """Write a picture that no product has yet, and return its id."""
    row = (company_id, rep_id, None, kind, None, url, to_ms(moment))
    (picture_id,) = await insert_many("product_picture", COLUMNS, [row])
    return picture_id


async def lock_own(picture_id: int, company_id: int, rep_id: int) -> tuple[str, int | None] | None:
    """Lock a picture of a rep's own product, or one that it has sent and no product has.

    Returns:
        the picture's address and product; None when there is none.
    """
    rows = await fetch_all(
        "SELECT i.picture_url, i.product_id FROM product_picture i"
        " LEFT JOIN product p ON p.id = i.product_id WHERE i.id = %s AND i.company_id = %s"
        f" AND CASE WHEN i.product_id IS NULL THEN i.rep_id ELSE p.rep_id END = %s{for_update()}",
        (picture_id, company_id, rep_id),
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def is_own_product(product_id: int, company_id: int, rep_id: int) -> bool:
    """Whether a product is a rep's own."""
    rows = await fetch_all(
        "SELECT id FROM product WHERE id = %s AND company_id = %s AND rep_id = %s",
        (product_id, company_id, rep_id),
    )
    return bool(rows)


async def delete(picture_id: int) -> None:
    """Delete a picture."""
    await execute("DELETE FROM product_picture WHERE id = %s", (picture_id,))


async def is_shown(company_id: int, url: str) -> bool:
    """Whether a company has a picture with this address."""
    rows = await fetch_all(
        "SELECT id FROM product_picture WHERE company_id = %s AND picture_url = %s LIMIT 1",
        (company_id, url),
    )
    return bool(rows)
