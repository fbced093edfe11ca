"""Malls for tests: what a company needs to sell, and the orders of its customers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from models.mall import MallSettings, Order
from services.wechat.crypto import SecretBox
from tests.factories import SECRET_KEY, make_goods, make_mini_program, make_pair

KEY = "0123456789abcdef0123456789abcdef"
PICTURE = "statics/zhugeleida/imgs/admin/goods/sofa.jpg"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Mall:
    """A company that sells, a rep, and a customer of the rep's."""

    rep: Any
    customer: Any
    program: Any
    goods: Any

    def wish(self, **changed: object) -> dict[str, object]:
        """The form of a customer that wants the goods from the rep."""
        form = {"u_id": self.rep.id, "goodsId": self.goods.id, "xiaochengxu_id": self.program.id}
        return {**form, **changed}


async def make_mall(company: Any = None, **goods: Any) -> Mall:
    """Make a mall with goods for 129.90 yuan and a customer that has a rep."""
    rep, customer = await make_pair(company)
    program = await make_mini_program(rep.company)
    await make_settings(rep.company)
    return Mall(rep, customer, program, await make_table(rep.company, **goods))


async def make_settings(company: Any, **values: Any) -> Any:
    """Give a company a mall with a merchant account."""
    return await MallSettings.aio_create(
        **{
            "company": company,
            "merchant_number": f"190000000{company.id}",
            "merchant_key": SecretBox(SECRET_KEY).seal(KEY),
            **values,
        }
    )


async def make_table(company: Any, **values: Any) -> Any:
    """Make a table that is on sale, for 129.90 yuan, of which 5 are the rep's."""
    facts = {"name": "实木茶几", "price_cents": 12990, "commission_cents": 500, **values}
    return await make_goods(company, pictures=[PICTURE, "statics/second.jpg"], **facts)


async def make_order(mall: Mall, **values: Any) -> Any:
    """Make an order of a mall's customer, which WeChat has never heard of."""
    return await Order.aio_create(
        **{
            "company": mall.rep.company,
            "goods": mall.goods,
            "rep": mall.rep,
            "customer": mall.customer,
            "order_number": f"20180624204935{next(_numbers):010}",
            "goods_name": mall.goods.name,
            "price_cents": mall.goods.price_cents,
            "payable_cents": mall.goods.price_cents,
            **values,
        }
    )
