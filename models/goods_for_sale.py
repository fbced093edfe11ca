"""Goods as a customer asks about them or hands them on: only those that are on sale."""

from __future__ import annotations

from typing import NamedTuple

import ujson

from models.database import fetch_all
from models.mall import GoodsStatus


class GoodsForSale(NamedTuple):
    """Goods as a chat shows them; ``cover_url`` is empty when they have no picture."""

    id: int
    name: str
    price_cents: int
    cover_url: str


async def find(goods_id: int, company_id: int) -> GoodsForSale | None:
    """Read goods that a company has on sale."""
    rows = await fetch_all(
        "SELECT id, name, price_cents, banner_pictures FROM goods"
        " WHERE id = %s AND company_id = %s AND status = %s",
        (goods_id, company_id, int(GoodsStatus.ON_SALE)),
    )
    if not rows:
        return None
    ((number, name, price_cents, banners),) = rows
    return GoodsForSale(number, name, price_cents, next(iter(ujson.loads(banners)), ""))
