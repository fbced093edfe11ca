"""What a customer may ask of a company about itself: all that is kept, or that it be erased."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

from handlers.call import Call, Streamed
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, iso_ms, to_json, wire
from services import customer_exports
from services.customer_exports import Row
from services.errors import Invalid
from services.principals import AdminRep


class CustomerIdParams(Wire):
    """Which customer."""

    customer_id: Id = wire("customer_id", title="客户ID")


@endpoint(
    "GET",
    "/zhugeleida/admin/customer/export_data/{customer_id}",
    caller=AdminRep,
    params=CustomerIdParams,
    success="",
    audited=True,
)
async def export_data(call: Call[AdminRep], given: CustomerIdParams) -> Streamed:
    """Give everything that is kept about a customer, as one JSON file."""
    profile = await customer_exports.profile(call.caller, given.customer_id)
    name = f"customer_{given.customer_id}.json"
    return Streamed(name, "application/json; charset=UTF-8", _document(profile, given.customer_id))


class EraseParams(CustomerIdParams):
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


async def _document(profile: Row, customer_id: int) -> AsyncGenerator[str]:
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
