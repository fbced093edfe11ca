"""Orders of the mall: what is sold, who is paid, and where each order stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from models.base import from_ms, to_ms
from models.database import execute, fetch_all, for_update
from models.mall import GoodsStatus, Order, OrderStatus
from models.queries import marks


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Goods as they are sold; the pictures are a JSON list of addresses."""

    id: int
    name: str
    price_cents: int
    commission_cents: int
    banner_pictures: str


@dataclass(frozen=True, slots=True)
class TillRow:
    """Where a company's customers pay; what the company has not is empty.

    ``merchant_key`` is sealed.
    """

    mini_program_id: int
    appid: str
    merchant_number: str
    merchant_key: str


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """Who pays."""

    openid: str
    phone: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as its customer sees it; ``rep_name`` is empty without a rep."""

    id: int
    number: str
    goods_id: int | None
    goods_name: str
    picture: str
    price_cents: int
    quantity: int
    discount_cents: int
    payable_cents: int
    phone: str
    status: int
    rep_id: int | None
    rep_name: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueRow:
    """An order as it is paid or given up, with the till that the money goes to."""

    id: int
    number: str
    company_id: int
    rep_id: int | None
    customer_id: int
    goods_id: int | None
    goods_name: str
    payable_cents: int
    status: int
    prepay_id: str
    created_at: datetime
    till: TillRow


async def find_on_sale(company_id: int, goods_id: int) -> OfferRow | None:
    """Find goods that a company sells at present."""
    rows = await fetch_all(
        "SELECT id, name, price_cents, commission_cents, banner_pictures FROM goods"
        " WHERE id = %s AND company_id = %s AND status = %s",
        (goods_id, company_id, GoodsStatus.ON_SALE),
    )
    return OfferRow(*rows[0]) if rows else None


_TILL_COLUMNS = (
    "COALESCE(m.id, 0), COALESCE(m.appid, ''),"
    " COALESCE(s.merchant_number, ''), COALESCE(s.merchant_key, '')"
)


async def find_till(company_id: int) -> TillRow | None:
    """Find where a company's customers pay; None if it has no mini program."""
    rows = await fetch_all(
        f"SELECT {_TILL_COLUMNS} FROM mini_program m"
        " LEFT JOIN mall_settings s ON s.company_id = m.company_id WHERE m.company_id = %s",
        (company_id,),
    )
    return TillRow(*rows[0]) if rows else None


async def merchant_key(appid: str, merchant_number: str) -> str:
    """Find the sealed key that a mini program's company has for a merchant account."""
    rows = await fetch_all(
        "SELECT s.merchant_key FROM mini_program m"
        " JOIN mall_settings s ON s.company_id = m.company_id"
        " WHERE m.appid = %s AND s.merchant_number = %s",
        (appid, merchant_number),
    )
    return str(rows[0][0]) if rows else ""


async def lock_buyer(customer_id: int) -> BuyerRow:
    """Read who pays, and keep the customer from placing other orders until the transaction ends."""
    (row,) = await fetch_all(
        f"SELECT openid, phone FROM customer WHERE id = %s{for_update()}", (customer_id,)
    )
    return BuyerRow(*row)


async def count_unpaid(customer_id: int) -> int:
    """Count a customer's orders that wait to be paid."""
    ((count,),) = await fetch_all(
        "SELECT COUNT(*) FROM goods_order WHERE customer_id = %s AND status = %s",
        (customer_id, OrderStatus.UNPAID),
    )
    return int(count)


async def add(values: dict[str, object]) -> int:
    """Write an order, by the columns of its table, and return its id."""
    made = await Order.aio_create(**values)
    return int(made.id)


async def set_prepay_id(order_id: int, prepay_id: str) -> None:
    """Note what a phone pays an order by."""
    await execute("UPDATE goods_order SET prepay_id = %s WHERE id = %s", (prepay_id, order_id))


async def end(order_id: int, status: int, before: Collection[int], moment: datetime) -> bool:
    """Bring an order to an end, if it stands where it may.

    Args:
        before: from which states that is possible.

    Returns:
        whether this call has done it; of many at once exactly one has.
    """
    changed = await execute(
        "UPDATE goods_order SET status = %s, ended_at = %s"
        f" WHERE id = %s AND status IN ({marks(before)})",
        (status, to_ms(moment), order_id, *before),
    )
    return bool(changed)


_DUE_COLUMNS = (
    "o.id, o.order_number, o.company_id, o.rep_id, o.customer_id, o.goods_id, o.goods_name,"
    f" o.payable_cents, o.status, o.prepay_id, o.created_at, {_TILL_COLUMNS}"
)
_DUE_TABLES = (
    "goods_order o LEFT JOIN mini_program m ON m.company_id = o.company_id"
    " LEFT JOIN mall_settings s ON s.company_id = o.company_id"
)


async def find_by_number(number: str) -> DueRow | None:
    """Find an order by the number that WeChat knows it by."""
    return await _due("o.order_number = %s", (number,))


async def find_due(customer_id: int, order_id: int) -> DueRow | None:
    """Find a customer's order to be paid."""
    return await _due(
        "o.id = %s AND o.customer_id = %s AND o.is_deleted = 0", (order_id, customer_id)
    )


async def is_prepaid_by(customer_id: int, prepay_id: str) -> bool:
    """Say whether a customer has an order that is paid by a ``prepay_id``."""
    rows = await fetch_all(
        "SELECT 1 FROM goods_order WHERE customer_id = %s AND status = %s AND prepay_id = %s",
        (customer_id, OrderStatus.UNPAID, prepay_id),
    )
    return bool(rows)


async def overdue(before: datetime, limit: int) -> list[DueRow]:
    """List the oldest orders that were placed before a moment and are not paid."""
    rows = await fetch_all(
        f"SELECT {_DUE_COLUMNS} FROM {_DUE_TABLES}"
        " WHERE o.status = %s AND o.created_at < %s ORDER BY o.created_at, o.id LIMIT %s",
        (OrderStatus.UNPAID, to_ms(before), limit),
    )
    return [_due_row(row) for row in rows]


async def _due(where: str, params: tuple[object, ...]) -> DueRow | None:
    rows = await fetch_all(f"SELECT {_DUE_COLUMNS} FROM {_DUE_TABLES} WHERE {where}", params)
    return _due_row(rows[0]) if rows else None


def _due_row(row: tuple[Any, ...]) -> DueRow:
    return DueRow(*[*row[:10], from_ms(row[10]), TillRow(*row[11:])])


_COLUMNS = (
    "o.id, o.order_number, o.goods_id, o.goods_name, o.goods_picture, o.price_cents, o.quantity,"
    " o.discount_cents, o.payable_cents, o.phone, o.status, o.rep_id,"
    " COALESCE(NULLIF(r.memo_name, ''), r.username, ''), o.created_at, o.ended_at"
)
_TABLES = "goods_order o LEFT JOIN rep r ON r.id = o.rep_id"


async def page(
    customer_id: int, status: int | None, limit: int, offset: int
) -> tuple[list[OrderRow], int]:
    """Read a page of a customer's orders, the newest first, and count them."""
    where, params = "o.customer_id = %s AND o.is_deleted = 0", [customer_id]
    if status is not None:
        where += " AND o.status = %s"
        params.append(status)
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {where} ORDER BY o.id DESC LIMIT %s OFFSET %s",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM goods_order o WHERE {where}", params)
    return [_order_row(row) for row in rows], int(count)


async def find(customer_id: int, order_id: int) -> OrderRow | None:
    """Find one of a customer's orders."""
    rows = await fetch_all(
        f"SELECT {_COLUMNS} FROM {_TABLES}"
        " WHERE o.id = %s AND o.customer_id = %s AND o.is_deleted = 0",
        (order_id, customer_id),
    )
    return _order_row(rows[0]) if rows else None


def _order_row(row: tuple[Any, ...]) -> OrderRow:
    *facts, created_at, ended_at = row
    ended = from_ms(ended_at) if ended_at is not None else None
    return OrderRow(*[*facts, from_ms(created_at), ended])


@dataclass(frozen=True, slots=True)
class SoldRow:
    """An order as its company sees it; ``commission_cents`` is what the rep gets for it."""

    order: OrderRow
    customer_id: int
    customer_name: str
    customer_avatar: str
    commission_cents: int


class OrderFilter(NamedTuple):
    """Which orders of a company are looked for; a None stands for any.

    Args:
        since: the earliest moment at which it was placed.
        until: the first moment that is too late.
    """

    status: int | None = None
    number: str | None = None
    goods_id: int | None = None
    rep_id: int | None = None
    customer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


_SOLD_COLUMNS = f"{_COLUMNS}, c.id, c.name, c.avatar, o.commission_cents"
_SOLD_JOINS = "JOIN customer c ON c.id = o.customer_id LEFT JOIN rep r ON r.id = o.rep_id"


async def page_of_company(
    company_id: int, wanted: OrderFilter, limit: int, offset: int
) -> tuple[list[SoldRow], int]:
    """Read a page of a company's orders, the newest first, and count those looked for."""
    conditions = {
        "o.company_id = %s AND o.is_deleted = 0": company_id,
        "o.status = %s": wanted.status,
        "o.order_number = %s": wanted.number,
        "o.goods_id = %s": wanted.goods_id,
        "o.rep_id = %s": wanted.rep_id,
        "o.customer_id = %s": wanted.customer_id,
        "o.created_at >= %s": to_ms(wanted.since) if wanted.since else None,
        "o.created_at < %s": to_ms(wanted.until) if wanted.until else None,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    where, params = " AND ".join(given), [*given.values()]
    rows = await fetch_all(
        f"SELECT {_SOLD_COLUMNS} FROM (SELECT o.id FROM goods_order o WHERE {where}"
        " ORDER BY o.id DESC LIMIT %s OFFSET %s) chosen JOIN goods_order o ON o.id = chosen.id"
        f" {_SOLD_JOINS} ORDER BY o.id DESC",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM goods_order o WHERE {where}", params)
    return [_sold_row(row) for row in rows], int(count)


async def find_of_company(company_id: int, order_id: int) -> SoldRow | None:
    """Find one of a company's orders."""
    rows = await fetch_all(
        f"SELECT {_SOLD_COLUMNS} FROM goods_order o {_SOLD_JOINS}"
        " WHERE o.id = %s AND o.company_id = %s AND o.is_deleted = 0",
        (order_id, company_id),
    )
    return _sold_row(rows[0]) if rows else None


def _sold_row(row: tuple[Any, ...]) -> SoldRow:
    return SoldRow(*[_order_row(row[:15]), *row[15:]])
