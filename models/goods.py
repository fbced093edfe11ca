"""Goods of the mall, and the pictures that were sent for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import ujson

from models.base import from_ms, to_ms
from models.database import execute, fetch_all, for_update, insert_many
from models.mall import GoodsStatus
from models.queries import all_of, marks

SHOWN = (GoodsStatus.ON_SALE, GoodsStatus.SOLD_OUT)
"""What customers see, in this order."""


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Goods as they are; money is in cents, pictures are addresses in their order."""

    id: int
    class_id: int | None
    class_name: str
    name: str
    price_cents: int
    commission_cents: int
    recommend_index: int
    status: int
    banners: list[str]
    details: list[str]
    content: str
    created_at: datetime


class GoodsDraft(NamedTuple):
    """Goods as they are to be.

    Args:
        status: None leaves it as it is; new goods are not on sale yet then.
    """

    class_id: int | None
    name: str
    price_cents: int
    commission_cents: int
    recommend_index: int
    status: int | None
    banners: Sequence[str]
    details: Sequence[str]
    content: str


class GoodsFilter(NamedTuple):
    """Which goods of a company are looked for; an empty text and a None stand for any.

    Args:
        name: contained in the goods' own.
        class_ids: of which classes.
    """

    name: str = ""
    class_ids: Collection[int] | None = None
    status: int | None = None


_ROW = (
    "SELECT g.id, g.goods_class_id, c.name, g.name, g.price_cents, g.commission_cents,"
    " g.recommend_index, g.status, g.banner_pictures, g.detail_pictures, g.content, g.created_at"
)
_WITH_CLASS = "LEFT JOIN goods_class c ON c.id = g.goods_class_id"


def _goods_row(row: tuple[Any, ...]) -> GoodsRow:
    banners, details = ujson.loads(row[8]), ujson.loads(row[9])
    return GoodsRow(
        *[*row[:2], row[2] or "", *row[3:8], banners, details, row[10], from_ms(row[11])]
    )


async def find(company_id: int, goods_id: int, statuses: Collection[int]) -> GoodsRow | None:
    """Read goods of a company that have one of these statuses."""
    rows = await fetch_all(
        f"{_ROW} FROM goods g {_WITH_CLASS}"
        f" WHERE g.id = %s AND g.company_id = %s AND g.status IN ({marks(statuses)})",
        (goods_id, company_id, *map(int, statuses)),
    )
    return _goods_row(rows[0]) if rows else None


async def page(
    company_id: int, wanted: GoodsFilter, limit: int, offset: int
) -> tuple[list[GoodsRow], int]:
    """Read a page of a company's goods, the newest first, and count all that were looked for."""
    where, params = all_of(
        ("company_id = %s", company_id),
        ("status = %s", wanted.status),
        ("INSTR(name, %s) > 0", wanted.name),
    )
    if wanted.class_ids is not None:
        where += _in_classes(wanted.class_ids)
        params += wanted.class_ids
    rows = await fetch_all(
        f"{_ROW} FROM (SELECT id FROM goods WHERE {where} ORDER BY id DESC LIMIT %s OFFSET %s)"
        f" chosen JOIN goods g ON g.id = chosen.id {_WITH_CLASS} ORDER BY g.id DESC",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM goods WHERE {where}", params)
    return [_goods_row(row) for row in rows], int(count)


async def page_for_customers(
    company_id: int, class_ids: Collection[int] | None, limit: int, offset: int
) -> tuple[list[GoodsRow], int]:
    """Read a page of the goods that customers see, and count these.

    Those on sale stand first, then by how much they are recommended, then the newest. Each status
    is read from the end of its part of the index, no further than the page.
    """
    where = "company_id = %s AND status = %s"
    given: list[int] = []
    if class_ids is not None:
        where += _in_classes(class_ids)
        given = [*class_ids]
    parts, params = [], []
    for status in SHOWN:
        parts.append(
            "SELECT id, status, recommend_index FROM (SELECT id, status, recommend_index"
            f" FROM goods WHERE {where} ORDER BY recommend_index DESC, id DESC LIMIT %s)"
            f" part_{int(status)}"
        )
        params += [company_id, int(status), *given, limit + offset]
    order = "{0}status, {0}recommend_index DESC, {0}id DESC"
    rows = await fetch_all(
        f"{_ROW} FROM ({' UNION ALL '.join(parts)} ORDER BY {order.format('')}"
        f" LIMIT %s OFFSET %s) chosen JOIN goods g ON g.id = chosen.id {_WITH_CLASS}"
        f" ORDER BY {order.format('g.')}",
        (*params, limit, offset),
    )
    counts = " + ".join([f"(SELECT COUNT(*) FROM goods WHERE {where})"] * len(SHOWN))
    keys = [value for status in SHOWN for value in (company_id, int(status), *given)]
    ((count,),) = await fetch_all(f"SELECT {counts}", keys)
    return [_goods_row(row) for row in rows], int(count)


def _in_classes(class_ids: Collection[int]) -> str:
    return f" AND goods_class_id IN ({marks(class_ids)})"


async def add(company_id: int, draft: GoodsDraft, moment: datetime) -> int:
    """Write new goods and return their id."""
    status = GoodsStatus.NOT_YET if draft.status is None else draft.status
    columns = {**_columns(draft), "status": int(status)}
    (goods_id,) = await insert_many(
        "goods",
        ("company_id", *columns, "created_at"),
        [(company_id, *columns.values(), to_ms(moment))],
    )
    return goods_id


async def lock_pictures(company_id: int, goods_id: int) -> set[str] | None:
    """Lock goods of a company until the transaction ends.

    Returns:
        the addresses of their pictures; None when there are no such goods.
    """
    rows = await fetch_all(
        "SELECT banner_pictures, detail_pictures FROM goods WHERE id = %s AND company_id = %s"
        f"{for_update()}",
        (goods_id, company_id),
    )
    return {url for text in rows[0] for url in ujson.loads(text)} if rows else None


async def change(goods_id: int, draft: GoodsDraft) -> None:
    """Make goods what the draft says."""
    columns = _columns(draft)
    if draft.status is not None:
        columns["status"] = int(draft.status)
    changes = ", ".join(f"{name} = %s" for name in columns)
    await execute(f"UPDATE goods SET {changes} WHERE id = %s", (*columns.values(), goods_id))


async def set_status(company_id: int, goods_id: int, status: int) -> bool:
    """Set the status of goods of a company, and say whether there are such goods."""
    where, key = "WHERE id = %s AND company_id = %s", (goods_id, company_id)
    if await execute(f"UPDATE goods SET status = %s {where}", (int(status), *key)):
        return True
    # MariaDB does not count a row that had the status already.
    return bool(await fetch_all(f"SELECT id FROM goods {where}", key))


async def lock(company_id: int, goods_id: int) -> bool:
    """Lock goods of a company until the transaction ends, and say whether there are such goods."""
    return await lock_pictures(company_id, goods_id) is not None


async def is_ordered(goods_id: int) -> bool:
    """Say whether an order is of these goods."""
    return bool(
        await fetch_all("SELECT 1 FROM goods_order WHERE goods_id = %s LIMIT 1", [goods_id])
    )


async def delete(goods_id: int) -> None:
    """Delete goods."""
    await execute("DELETE FROM goods WHERE id = %s", (goods_id,))


def _columns(draft: GoodsDraft) -> dict[str, object]:
    return {
        "goods_class_id": draft.class_id,
        "name": draft.name,
        "price_cents": draft.price_cents,
        "commission_cents": draft.commission_cents,
        "recommend_index": draft.recommend_index,
        "banner_pictures": _as_json(draft.banners),
        "detail_pictures": _as_json(draft.details),
        "content": draft.content,
    }


def _as_json(urls: Sequence[str]) -> str:
    text: str = ujson.dumps(list(urls), ensure_ascii=False, escape_forward_slashes=False)
    return text
