"""The customers of the caller's company: listed, shown, written into files, erased."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Final

from typing_extensions import TypedDict

from handlers.base import JSON_TYPE
from handlers.call import Call, Streamed
from handlers.endpoint import endpoint
from handlers.exports import FileParams, table
from handlers.people import SOURCE_LABELS
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Day, Id, Int, Page, SearchText, Wire, iso, iso_ms, spaced, to_json, wire
from services import company_customers, customer_exports
from services.clock import window
from services.company_customers import BelongingRow, CompanyCustomer, CustomerFilter, CustomerKind
from services.customer_exports import Row
from services.errors import Invalid
from services.exports import Export
from services.principals import AdminRep
from services.sheets import Cell

KIND_LABELS: Final = {
    CustomerKind.OFFICIAL_ACCOUNT: "微信公众号",
    CustomerKind.MINI_PROGRAM: "微信小程序",
}


class SearchParams(Wire):
    """Which customers are looked for: all of them unless something is given.

    Names and phone numbers are kept out of the audit log, where no erasure would reach them.
    """

    name: SearchText = wire(
        "customer__username", title="客户昵称", is_secret=True, default="", max_length=128
    )
    phone: SearchText = wire("phone", title="手机号", is_secret=True, default="", max_length=20)
    kind: Int | None = wire("user_type", title="客户类型", default=None, ge=1, le=2)
    rep_id: Id | None = wire("uid", title="用户ID", default=None)
    first_day: Day | None = wire("create_date__gte", title="开始时间", default=None)
    last_day: Day | None = wire("create_date__lt", title="结束时间", default=None)
    has_order: bool | None = wire("has_order", title="是否有订单", default=None)
    is_bound: bool | None = wire("is_belong", title="是否有所属用户", default=None)

    @property
    def wanted(self) -> CustomerFilter:
        """The same in the words of the business."""
        since, until = window(self.first_day, self.last_day)
        return CustomerFilter(
            self.name,
            self.phone,
            self.kind,
            self.rep_id,
            since,
            until,
            self.has_order,
            self.is_bound,
        )


class ListParams(Page, SearchParams):
    """Which customers, and which page of them."""


class RepName(TypedDict):
    """A rep that a customer belongs to: ``memo_name`` is what customers see, if it has one."""

    user_id: int
    username: str
    memo_name: str


class CustomerFacts(TypedDict):
    """A customer, with how much it has had to do with the company."""

    id: int
    username: str
    headimgurl: str
    phone: str
    user_type: int
    user_type_text: str
    source: list[str]
    belong_num: int
    chatinfo_count: int
    action_count: int
    order_count: int
    last_activity_time: str | None
    create_date: str | None


class CustomerAnswer(CustomerFacts):
    """A row of the list; of very many reps the latest are named."""

    belong_user: list[RepName]


class CustomersAnswer(TypedDict):
    """A page of customers, and how many were found."""

    ret_data: list[CustomerAnswer]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/customer/customer_list",
    caller=AdminRep,
    params=ListParams,
    success="查询成功",
)
async def list_customers(call: Call[AdminRep], given: ListParams) -> CustomersAnswer:
    """List the customers of the caller's company, the newest first."""
    found, total = await company_customers.page(
        call.caller, given.wanted, given.limit, given.offset
    )
    rows: list[CustomerAnswer] = [
        {
            **_facts(one),
            "belong_user": [_rep(bond) for bond in one.bonds],
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


def _facts(one: CompanyCustomer) -> CustomerFacts:
    row = one.facts
    return {
        "id": row.id,
        "username": row.name,
        "headimgurl": row.avatar or DEFAULT_CUSTOMER_AVATAR,
        "phone": row.phone,
        "user_type": row.kind,
        "user_type_text": KIND_LABELS[CustomerKind(row.kind)],
        "source": _sources(one),
        "belong_num": one.bond_count,
        "chatinfo_count": one.messages,
        "action_count": one.actions,
        "order_count": one.orders,
        "last_activity_time": iso(one.last_activity_at),
        "create_date": iso(row.created_at),
    }


def _sources(one: CompanyCustomer) -> list[str]:
    return [*dict.fromkeys(SOURCE_LABELS[bond.source] for bond in one.bonds)]


class CustomerParams(Wire):
    """Which customer."""

    customer_id: Id = wire("customer_id", title="客户ID")


class BondAnswer(RepName):
    """What a customer and a rep have to do with each other."""

    source: str
    expedted_pr: int
    last_follow_time: str | None
    last_activity_time: str | None
    create_date: str | None


class SingleCustomerAnswer(CustomerFacts):
    """A customer with all that it has told of itself, and each of its reps."""

    sex: int | None
    country: str
    province: str
    city: str
    belong_user: list[BondAnswer]


class OneCustomerAnswer(TypedDict):
    """The customer that was asked for."""

    ret_data: SingleCustomerAnswer


@endpoint(
    "GET",
    "/zhugeleida/admin/customer/customer_single",
    caller=AdminRep,
    params=CustomerParams,
    success="查询成功",
)
async def show_customer(call: Call[AdminRep], given: CustomerParams) -> OneCustomerAnswer:
    """Show a customer of the caller's company."""
    one = await company_customers.find(call.caller, given.customer_id)
    return {
        "ret_data": {
            **_facts(one),
            "sex": one.facts.gender,
            "country": one.facts.country,
            "province": one.facts.province,
            "city": one.facts.city,
            "belong_user": [_bond(bond) for bond in one.bonds],
        }
    }


def _rep(bond: BelongingRow) -> RepName:
    return {"user_id": bond.rep_id, "username": bond.username, "memo_name": bond.memo_name}


def _bond(bond: BelongingRow) -> BondAnswer:
    return {
        **_rep(bond),
        "source": SOURCE_LABELS[bond.source],
        "expedted_pr": bond.close_odds,
        "last_follow_time": iso(bond.last_followed_at),
        "last_activity_time": iso(bond.last_activity_at),
        "create_date": iso(bond.created_at),
    }


class ExportParams(FileParams, SearchParams):
    """Which customers, and as what kind of file."""


HEAD: Final = (
    *("客户ID", "昵称", "手机号", "类型", "来源", "所属用户", "所属用户数"),
    *("聊天消息数", "动作数", "订单数", "最近活动时间", "创建时间"),
)


@endpoint(
    "GET",
    "/zhugeleida/admin/customer/export",
    caller=AdminRep,
    params=ExportParams,
    success="",
    audited=True,
)
async def export_customers(call: Call[AdminRep], given: ExportParams) -> Streamed:
    """Write the customers of the list into a file."""
    listing = await company_customers.listing(call.caller, given.wanted)
    return table(call, Export("客户", given.kind_of_file, HEAD, listing, _cells))


def _cells(one: CompanyCustomer) -> list[Cell]:
    row, active = one.facts, one.last_activity_at
    return [
        *(row.id, row.name, row.phone, KIND_LABELS[CustomerKind(row.kind)]),
        *("、".join(_sources(one)), "、".join(bond.rep_name for bond in one.bonds)),
        *(one.bond_count, one.messages, one.actions, one.orders),
        *(spaced(active) if active else "", spaced(row.created_at)),
    ]


@endpoint(
    "GET",
    "/zhugeleida/admin/customer/export_data/{customer_id}",
    caller=AdminRep,
    params=CustomerParams,
    success="",
    audited=True,
)
async def export_data(call: Call[AdminRep], given: CustomerParams) -> Streamed:
    """Give everything that is kept about a customer, as one JSON file."""
    profile = await customer_exports.profile(call.caller, given.customer_id)
    name = f"customer_{given.customer_id}.json"
    return Streamed(name, JSON_TYPE, _document(profile, given.customer_id))


class EraseParams(CustomerParams):
    """Which customer, said twice: nothing brings it back."""

    confirmed_id: Id = wire("confirm", title="确认的客户ID")


@endpoint(
    "POST",
    "/zhugeleida/admin/customer/erase/{customer_id}",
    caller=AdminRep,
    params=EraseParams,
    success="删除成功",
)
async def erase(call: Call[AdminRep], given: EraseParams) -> None:
    """Erase what is known of a customer for ever; ``confirm`` repeats its id."""
    if given.confirmed_id != given.customer_id:
        complaint = "确认的客户ID不一致"
        raise Invalid(complaint, {"confirm": complaint})
    await call.services.erasures.erase(call.caller, given.customer_id)


async def _document(profile: Row, customer_id: int) -> AsyncGenerator[str | bytes]:
    """Write the file part by part; the rows of one name stand in one list."""
    yield f'{{"profile": {_text(profile)}'
    current, is_first = "", True
    async for name, rows in customer_exports.parts(customer_id):
        if name != current:
            yield f'{"]" if current else ""},\n"{name}": ['
            current, is_first = name, True
        if rows:
            yield f"{'' if is_first else ','}\n" + ",\n".join(map(_text, rows))
            is_first = False
    yield "]}\n"


def _text(row: Row) -> str:
    return to_json({name: _value(value) for name, value in row.items()})


def _value(value: Any) -> Any:
    return iso_ms(value) if isinstance(value, datetime) else value
