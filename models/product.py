"""Products, of a company or of one rep, with their texts and pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

import peewee

from models.base import SET_NULL, MomentField, Table, from_ms, now, reference, to_ms
from models.company import Company
from models.database import execute, fetch_all, for_update, insert_many
from models.queries import marks
from models.staff import Rep


class ProductStatus(IntEnum):
    """Whether customers see a product."""

    PUBLISHED = 1
    SHELVED = 2
    RECOMMENDED = 3


class ArticleKind(IntEnum):
    """What a text of a product is."""

    TITLE = 1
    CONTENT = 2


class PictureKind(IntEnum):
    """Where a picture of a product stands."""

    COVER = 1
    INTRODUCTION = 2


class Product(Table):
    """A product; without a rep it is the company's. ``price`` is a text such as 50-1380元."""

    company = reference(Company, index=False)
    rep = reference(Rep, null=True)
    name = peewee.CharField(128)
    price = peewee.CharField(64, default="")
    reason = peewee.CharField(1024, default="")
    status = peewee.SmallIntegerField(default=ProductStatus.PUBLISHED)
    recommend_index = peewee.SmallIntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "name"), True),
            (("company", "rep", "status", "id"), False),
        )


class ProductArticle(Table):
    """A title or a paragraph of a product's introduction."""

    product = reference(Product, index=False)
    kind = peewee.SmallIntegerField()
    position = peewee.SmallIntegerField(default=0)
    text = peewee.TextField(default="")
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("product", "position"), False),)


class ProductPicture(Table):
    """A picture of a product; it exists before the product does, and is then the rep's alone."""

    company = reference(Company)
    rep = reference(Rep, on_delete=SET_NULL, null=True)
    product = reference(Product, null=True, index=False)
    kind = peewee.SmallIntegerField(default=PictureKind.COVER)
    position = peewee.SmallIntegerField(null=True)
    picture_url = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("product", "kind", "position"), False),)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with the rep whose it is; a company's own product has none."""

    id: int
    rep_id: int | None
    username: str
    avatar: str
    name: str
    price: str
    reason: str
    status: int
    created_at: datetime


_COLUMNS = "p.id, p.rep_id, r.username, r.avatar, p.name, p.price, p.reason, p.status, p.created_at"


def _product_row(row: tuple[Any, ...]) -> ProductRow:
    return ProductRow(*[*row[:2], row[2] or "", row[3] or "", *row[4:8], from_ms(row[8])])


async def find(product_id: int, company_id: int) -> ProductRow | None:
    """Read a product of a company."""
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM product p LEFT JOIN rep r ON r.id = p.rep_id"
        " WHERE p.id = %s AND p.company_id = %s",
        (product_id, company_id),
    )
    return _product_row(rows[0]) if rows else None


async def find_on_show(product_id: int, company_id: int, rep_id: int) -> ProductRow | None:
    """Read a product of a rep or of its company that customers may see."""
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM product p LEFT JOIN rep r ON r.id = p.rep_id"
        " WHERE p.id = %s AND p.company_id = %s AND (p.rep_id = %s OR p.rep_id IS NULL)"
        " AND p.status <> %s",
        (product_id, company_id, rep_id, int(ProductStatus.SHELVED)),
    )
    return _product_row(rows[0]) if rows else None


async def page(
    company_id: int, rep_id: int, statuses: Collection[int], limit: int, offset: int
) -> list[ProductRow]:
    """Read a page of a rep's products and its company's, the newest first.

    Each owner and status is read from the end of its part of the index, no further than the page.
    """
    parts, params = [], []
    for number, (owner, given) in enumerate(_owners(company_id, rep_id)):
        for status in statuses:
            parts.append(
                f"SELECT id FROM (SELECT id FROM product WHERE {owner} AND status = %s"
                f" ORDER BY id DESC LIMIT %s) part_{number}_{status}"
            )
            params += [*given, int(status), limit + offset]
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM ({' UNION ALL '.join(parts)} ORDER BY id DESC LIMIT %s OFFSET %s)"
        " chosen JOIN product p ON p.id = chosen.id LEFT JOIN rep r ON r.id = p.rep_id"
        " ORDER BY p.id DESC",
        (*params, limit, offset),
    )
    return [_product_row(row) for row in rows]


async def count(company_id: int, rep_id: int, statuses: Collection[int]) -> int:
    """Count a rep's products and its company's, from the index alone."""
    parts, params = [], []
    for owner, given in _owners(company_id, rep_id):
        parts.append(
            f"(SELECT COUNT(*) FROM product WHERE {owner} AND status IN ({marks(statuses)}))"
        )
        params += [*given, *map(int, statuses)]
    ((total,),) = await fetch_all(f"SELECT {' + '.join(parts)}", params)
    return int(total)


def _owners(company_id: int, rep_id: int) -> tuple[tuple[str, list[int]], tuple[str, list[int]]]:
    own = ("company_id = %s AND rep_id = %s", [company_id, rep_id])
    return own, ("company_id = %s AND rep_id IS NULL", [company_id])


async def add(
    company_id: int, rep_id: int | None, name: str, price: str, reason: str, moment: datetime
) -> int:
    """Write a new product, which is published, and return its id."""
    columns = ("company_id", "rep_id", "name", "price", "reason", "status", "recommend_index")
    values = (company_id, rep_id, name, price, reason, int(ProductStatus.PUBLISHED), 0)
    (product_id,) = await insert_many(
        "product", (*columns, "created_at"), [(*values, to_ms(moment))]
    )
    return product_id


async def change(product_id: int, name: str, price: str, reason: str) -> None:
    """Change the name, the price and the reason of a product."""
    await execute(
        "UPDATE product SET name = %s, price = %s, reason = %s WHERE id = %s",
        (name, price, reason, product_id),
    )


async def lock(product_id: int, company_id: int, rep_id: int) -> bool:
    """Lock a rep's own product until the transaction ends; whoever changes its parts holds it.

    Returns:
        whether there is one.
    """
    rows = await fetch_all(
        f"SELECT id FROM product WHERE id = %s AND company_id = %s AND rep_id = %s{for_update()}",
        (product_id, company_id, rep_id),
    )
    return bool(rows)


async def set_status(
    product_id: int, company_id: int, rep_id: int, status: int, *, also_company: bool
) -> bool:
    """Set the status of a rep's own product.

    Args:
        also_company: whether it may be the company's as well.

    Returns:
        whether there is one.
    """
    owner = "(rep_id = %s OR rep_id IS NULL)" if also_company else "rep_id = %s"
    where = f"WHERE id = %s AND company_id = %s AND {owner}"
    key = (product_id, company_id, rep_id)
    if await execute(f"UPDATE product SET status = %s {where}", (int(status), *key)):
        return True
    # MariaDB does not count a row that had the status already.
    return bool(await fetch_all(f"SELECT id FROM product {where}", key))


async def delete(product_id: int) -> None:
    """Delete a product, and its texts and pictures with it."""
    await execute("DELETE FROM product WHERE id = %s", (product_id,))
