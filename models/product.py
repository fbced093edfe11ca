"""Products, of a company or of one rep, with their texts and pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

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


ON_SHOW: Final = (ProductStatus.PUBLISHED, ProductStatus.RECOMMENDED)
"""What customers see."""


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
            (("company", "status", "id", "rep"), False),
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
class Owners:
    """Whose products are meant, in one company.

    Args:
        of_company: whether the company's own products are among them.
        rep_id: the rep whose products are; None for no single one.
        of_all_reps: whether those of every rep are.
    """

    company_id: int
    of_company: bool = False
    rep_id: int | None = None
    of_all_reps: bool = False

    def includes(self, rep_id: int | None) -> bool:
        """Whether a product of the company is meant that is a rep's, or with None its own."""
        return self.of_company if rep_id is None else self.of_all_reps or rep_id == self.rep_id

    @property
    def parts(self) -> list[tuple[str, list[int]]]:
        """Conditions with their parameters; a product fulfils one of them at the most."""
        if self.of_company and self.of_all_reps:
            return [("product.company_id = %s", [self.company_id])]
        found: list[tuple[str, list[int]]] = []
        if self.of_all_reps:
            found.append(("product.rep_id IS NOT NULL", []))
        elif self.rep_id is not None:
            found.append(("product.rep_id = %s", [self.rep_id]))
        if self.of_company:
            found.append(("product.rep_id IS NULL", []))
        return [
            (f"product.company_id = %s AND {condition}", [self.company_id, *params])
            for condition, params in found
        ]

    @property
    def condition(self) -> tuple[str, list[int]]:
        """All of it as one condition, for a product that is looked up by its id."""
        conditions, params = zip(*self.parts, strict=True)
        return f"({' OR '.join(conditions)})", [value for given in params for value in given]


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


_SELECT = (
    "SELECT product.id, product.rep_id, r.username, r.avatar, product.name, product.price,"
    " product.reason, product.status, product.created_at"
)
_WITH_REP = "LEFT JOIN rep r ON r.id = product.rep_id"


def _product_row(row: tuple[Any, ...]) -> ProductRow:
    return ProductRow(*[*row[:2], row[2] or "", row[3] or "", *row[4:8], from_ms(row[8])])


async def find(
    product_id: int, owners: Owners, statuses: Collection[int] = tuple(ProductStatus)
) -> ProductRow | None:
    """Read a product of one of these owners that has one of these statuses."""
    where, params = owners.condition
    rows = await fetch_all(
        f"{_SELECT} FROM product {_WITH_REP} WHERE product.id = %s AND {where}"
        f" AND product.status IN ({marks(statuses)})",
        (product_id, *params, *map(int, statuses)),
    )
    return _product_row(rows[0]) if rows else None


async def find_on_show(product_id: int, company_id: int, rep_id: int) -> ProductRow | None:
    """Read a product of a rep or of its company that customers may see."""
    return await find(product_id, Owners(company_id, of_company=True, rep_id=rep_id), ON_SHOW)


async def page(
    owners: Owners, statuses: Collection[int], limit: int, offset: int, name: str = ""
) -> list[ProductRow]:
    """Read a page of the products of these owners, the newest first.

    Each owner and status is read from the end of its part of an index, no further than the page.

    Args:
        name: contained in the products' own.
    """
    parts, params = [], []
    for number, (owner, given) in enumerate(_named(owners, name)):
        for status in statuses:
            parts.append(
                f"SELECT id FROM (SELECT id FROM product WHERE {owner} AND status = %s"
                f" ORDER BY id DESC LIMIT %s) part_{number}_{int(status)}"
            )
            params += [*given, int(status), limit + offset]
    rows = await fetch_all(
        f"{_SELECT} FROM ({' UNION ALL '.join(parts)} ORDER BY id DESC LIMIT %s OFFSET %s) chosen"
        f" JOIN product ON product.id = chosen.id {_WITH_REP} ORDER BY product.id DESC",
        (*params, limit, offset),
    )
    return [_product_row(row) for row in rows]


async def count(owners: Owners, statuses: Collection[int], name: str = "") -> int:
    """Count the products of these owners; without a name from the index alone."""
    parts, params = [], []
    for owner, given in _named(owners, name):
        parts.append(
            f"(SELECT COUNT(*) FROM product WHERE {owner} AND status IN ({marks(statuses)}))"
        )
        params += [*given, *map(int, statuses)]
    ((total,),) = await fetch_all(f"SELECT {' + '.join(parts)}", params)
    return int(total)


def _named(owners: Owners, name: str) -> list[tuple[str, list[int | str]]]:
    if not name:
        return [(owner, [*given]) for owner, given in owners.parts]
    return [(f"{owner} AND INSTR(name, %s) > 0", [*given, name]) for owner, given in owners.parts]


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


async def give_to_company(product_id: int) -> None:
    """Make a product the company's own."""
    await execute("UPDATE product SET rep_id = NULL WHERE id = %s", (product_id,))


async def give_to_rep(product_id: int, rep_id: int) -> None:
    """Make a product a rep's, unless it is one's already."""
    await execute(
        "UPDATE product SET rep_id = %s WHERE id = %s AND rep_id IS NULL", (rep_id, product_id)
    )


async def lock(product_id: int, owners: Owners) -> bool:
    """Lock a product of these owners until the transaction ends; who changes its parts holds it.

    Returns:
        whether there is one.
    """
    where, params = owners.condition
    rows = await fetch_all(
        f"SELECT id FROM product WHERE id = %s AND {where}{for_update()}", (product_id, *params)
    )
    return bool(rows)


async def set_status(product_id: int, owners: Owners, status: int) -> bool:
    """Set the status of a product of these owners.

    Returns:
        whether there is one.
    """
    condition, params = owners.condition
    where, key = f"WHERE id = %s AND {condition}", (product_id, *params)
    if await execute(f"UPDATE product SET status = %s {where}", (int(status), *key)):
        return True
    # MariaDB does not count a row that had the status already.
    return bool(await fetch_all(f"SELECT id FROM product {where}", key))


async def delete(product_id: int) -> None:
    """Delete a product, and its texts and pictures with it."""
    await execute("DELETE FROM product WHERE id = %s", (product_id,))
