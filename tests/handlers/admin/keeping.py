"""A rep that keeps its company's products, over the calls of the back office."""

from __future__ import annotations

from typing import Any

from tests.api import Answer
from tests.factories import make_company, make_product, make_rep
from tests.handlers.qiyeweixin.shop import Shop, written

OFFICE = "/zhugeleida/admin/product"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
FORBIDDEN = {"code": 404, "msg": "非法请求", "data": {}}
COMPANY, PERSONAL = 1, 2


class Keeping(Shop):
    """The calls of one rep in the back office; what is written is personal unless said."""

    base = OFFICE

    async def add(self, *article: object, **form: object) -> Answer:
        """Add a product; say only what a test is about."""
        return await super().add(*article, **{"product_type": PERSONAL, **form})

    async def update(self, product: Any, *article: object, **form: object) -> Answer:
        """Replace a product."""
        return await super().update(product, *article, **{"product_type": PERSONAL, **form})

    async def listed(self, **query: object) -> list[int]:
        """List products and give their ids."""
        answer = await self.get("product_list", **query)
        return [row["product_id"] for row in answer.data["ret_data"]]


async def product_of(owner: str, rep: Any) -> Any:
    """A product by whose it is, seen from a rep."""
    match owner:
        case "own":
            return await make_product(rep)
        case "colleague":
            return await make_product(await make_rep(rep.company))
        case "company":
            return await make_product(company=rep.company)
        case "stranger":
            return await make_product(await make_rep())
        case "another company":
            return await make_product(company=await make_company())
    product = await make_product(rep)
    await product.aio_delete_instance()
    return product


def every_change(product: Any) -> dict[str, dict[str, object]]:
    """Every call that changes a product, with its form."""
    return {
        f"update/{product.id}": {**written(), "product_type": PERSONAL},
        f"change_status/{product.id}": {"status": 2},
        f"delete/{product.id}": {},
    }
