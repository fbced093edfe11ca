"""A rep that keeps products, over the calls of its radar."""

from __future__ import annotations

import json
from typing import Any, Self

from models.database import fetch_all
from tests.api import Answer, Api, Caller
from tests.factories import session_for

PRODUCT = "/zhugeleida/qiyeweixin/product"

FORM = {
    "name": "玄关柜定制",
    "price": "399元/套起",
    "reason": "一次量尺,十年无忧。",
    "cover_picture_id": "[]",
}


class Shop:
    """The calls of one rep."""

    base = PRODUCT

    def __init__(self, api: Api, caller: Caller) -> None:
        self._api = api
        self._caller = caller

    @classmethod
    async def of(cls, api: Api, rep: Any) -> Self:
        """Log a rep in."""
        return cls(api, await session_for(rep))

    async def get(self, operation: str, **query: object) -> Answer:
        """Make a call by GET."""
        return await self._api.get(f"{self.base}/{operation}", query, caller=self._caller)

    async def post(self, operation: str, **form: object) -> Answer:
        """Make a call by POST."""
        return await self._api.post(f"{self.base}/{operation}", form, caller=self._caller)

    async def add(self, *article: object, **form: object) -> Answer:
        """Add a product; say only what a test is about."""
        return await self.post("add/0", **written(*article, **form))

    async def update(self, product: Any, *article: object, **form: object) -> Answer:
        """Replace a product."""
        return await self.post(f"update/{product.id}", **written(*article, **form))

    async def added(self, *article: object, **form: object) -> Any:
        """Add a product and show it."""
        answer = await self.add(*article, **form)
        assert answer["code"] == 200, answer
        return await self.shown(answer.data["product_id"])

    async def updated(self, product: Any, *article: object, **form: object) -> Any:
        """Replace a product and show it."""
        answer = await self.update(product, *article, **form)
        assert answer["code"] == 200, answer
        return await self.shown(product.id)

    async def shown(self, product_id: int) -> Any:
        """Show a product."""
        (row,) = (await self.get("product_single", product_id=product_id)).data["ret_data"]
        return row

    async def listed(self, **query: object) -> list[int]:
        """List products and give their ids."""
        answer = await self.get("product_list", **query)
        return [row["id"] for row in answer.data["ret_data"]]


def written(*article: object, **form: object) -> dict[str, object]:
    """Write a form."""
    items = {"article_data": json.dumps(article, ensure_ascii=False)} if article else {}
    return {**FORM, **items, **form}


def ids(*rows: Any) -> str:
    """Write the ids of rows as forms have them."""
    return json.dumps([row.id for row in rows])


async def parts_of(product_id: int) -> list[tuple[Any, ...]]:
    """What a product is shown with, as it is stored: where, id, and text or address."""
    return await fetch_all(
        "SELECT position, id, text FROM product_article WHERE product_id = %s"
        " UNION ALL SELECT position, id, picture_url FROM product_picture WHERE product_id = %s"
        " ORDER BY position, id",
        (product_id, product_id),
    )


async def is_free(picture: Any) -> bool:
    """Whether a picture is there, and on no product."""
    rows = await fetch_all("SELECT product_id FROM product_picture WHERE id = %s", (picture.id,))
    return rows == [(None,)]
