"""Products, of a company or of one rep, with their texts and pictures."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.base import SET_NULL, MomentField, Table, now, reference
from models.company import Company
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
            (("company", "rep", "id"), False),
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
