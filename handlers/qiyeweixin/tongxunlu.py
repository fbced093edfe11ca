"""The address book: the caller's customers, in one of three orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Int, Page, SearchText, local, wire
from services import address_book
from services.address_book import Order, Sought
from services.principals import Rep

ORDERS: Final = {
    "expedted_pr": Order.CLOSE_ODDS,
    "last_follow_time": Order.FOLLOWED,
    "last_activity_time": Order.ACTIVE,
}
LONGEST_AGO: Final = 30


def _order(text: str) -> str:
    """Read an order: with or without ``-`` and ``customer__``, it falls (decisions D19)."""
    name = text.strip().removeprefix("-").removeprefix("customer__")
    if name not in ORDERS:
        raise ValueError("排序方式不在允许的范围内")
    return name


class AddressBookParams(Page):
    """Which customers, in which order."""

    length: Int = wire("length", title="每页长度", default=10, ge=1)
    source: Int | None = wire("customer__source", title="客户来源", default=None, ge=1, le=4)
    name: SearchText = wire("username", title="客户名", default="", max_length=64)
    order: Annotated[str, AfterValidator(_order)] = wire(
        "order", title="排序方式", default="expedted_pr"
    )


class EntryRow(TypedDict):
    """A customer (000-qiyeweixin.md:1735, 003-gongzhonghao.md:261)."""

    customer_id: int
    customer_username: str
    headimgurl: str
    expected_time: str | None
    expedted_pr: int
    belonger: str
    source: int
    last_follow_time: str
    last_activity_time: str
    follow_status: str
    article_id: int | None
    title: str


class AddressBookAnswer(TypedDict):
    """A page of the address book."""

    ret_data: list[EntryRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/tongxunlu",
    caller=Rep,
    params=AddressBookParams,
    success="查询成功",
)
async def list_entries(call: Call[Rep], given: AddressBookParams) -> AddressBookAnswer:
    """List the caller's customers with what is known of when and how they buy."""
    found, total = await address_book.page(
        call.caller,
        Sought(given.source, given.name),
        ORDERS[given.order],
        given.limit,
        given.offset,
    )
    today = local(address_book.now()).date()
    rows: list[EntryRow] = [
        {
            "customer_id": one.customer_id,
            "customer_username": one.name,
            "headimgurl": one.avatar or DEFAULT_CUSTOMER_AVATAR,
            "expected_time": one.expected_on.isoformat() if one.expected_on else None,
            "expedted_pr": one.close_odds,
            "belonger": one.rep_name,
            "source": one.source,
            "last_follow_time": ago(one.last_followed_at, today),
            "last_activity_time": last_active(one.last_activity_at, today),
            "follow_status": follow_status(one.last_followed_at, today),
            "article_id": one.article_id,
            "title": one.article_title,
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


def ago(moment: datetime | None, today: date) -> str:
    """Say how long ago a day is: 今天, 昨天, 3天前, or the date (decisions D20)."""
    if moment is None:
        return ""
    days = _days_since(moment, today)
    return f"{days}天前" if 2 <= days <= LONGEST_AGO else _NEAR.get(days) or _date(moment)


def last_active(moment: datetime | None, today: date) -> str:
    """Say when a customer was active: 今天, 昨天 or the date (semantics 4.1)."""
    if moment is None:
        return ""
    return _NEAR.get(_days_since(moment, today)) or _date(moment)


def follow_status(moment: datetime | None, today: date) -> str:
    """Say whether a customer is followed up: 今天跟进, 昨天已跟进, the date, 未跟进过."""
    if moment is None:
        return "未跟进过"
    return _FOLLOWED.get(_days_since(moment, today)) or _date(moment)


def _days_since(moment: datetime, today: date) -> int:
    """Count the calendar days since a moment; one that another clock has put ahead is today."""
    return max(0, (today - local(moment).date()).days)


def _date(moment: datetime) -> str:
    return local(moment).date().isoformat()


_NEAR: Final = {0: "今天", 1: "昨天"}
_FOLLOWED: Final = {0: "今天跟进", 1: "昨天已跟进"}
