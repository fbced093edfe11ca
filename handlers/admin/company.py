"""The settings of a company: its address, its account at the platform, its mall."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.people import UNLESS_EMPTY
from handlers.wire import Day, Id, Int, Wire, iso, wire
from services import company_settings
from services.company_settings import MOST_CARDS, MOST_MONTHS, SettingsDraft
from services.principals import AdminRep

FIRST_YEAR, LAST_YEAR = 2000, 2099


def _of_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"开始计费时间必须在{FIRST_YEAR}年到{LAST_YEAR}年之间")
    return day


class CompanyParams(Wire):
    """Which company; the caller's own unless the platform's administrator names another."""

    company_id: Annotated[Id | None, UNLESS_EMPTY] = wire(
        "company_id", title="公司ID", default=None
    )


class CompanyAnswer(TypedDict):
    """A company with its settings; the merchant key is never shown, only whether there is one."""

    company_id: int
    company_name: str
    area: str
    address: str
    mingpian_available_num: int
    mingpian_used_num: int
    charging_start_time: str | None
    open_length_time: int | None
    account_expired_time: str | None
    open_up_date: str | None
    is_customer_unique: bool
    shopping_type: int
    shangChengName: str
    shangHuHao: str
    has_shangHuMiYao: bool


class OneCompanyAnswer(TypedDict):
    """The company that was asked for."""

    ret_data: CompanyAnswer


@endpoint(
    "GET",
    "/zhugeleida/admin/company",
    caller=AdminRep,
    params=CompanyParams,
    success="查询成功",
)
async def show_company(call: Call[AdminRep], given: CompanyParams) -> OneCompanyAnswer:
    """Show the settings of the caller's company."""
    found = await company_settings.find(call.caller, given.company_id)
    return {
        "ret_data": {
            "company_id": found.id,
            "company_name": found.name,
            "area": found.area,
            "address": found.address,
            "mingpian_available_num": found.card_quota,
            "mingpian_used_num": found.enabled_reps,
            "charging_start_time": iso(found.charging_started_at),
            "open_length_time": found.open_months,
            "account_expired_time": iso(found.expires_at),
            "open_up_date": iso(found.created_at),
            "is_customer_unique": found.is_customer_unique,
            "shopping_type": found.shop_kind,
            "shangChengName": found.mall_name,
            "shangHuHao": found.merchant_number,
            "has_shangHuMiYao": found.has_merchant_key,
        }
    }


class SettingsForm(CompanyParams):
    """What is to be changed; what is not sent stays, an empty text takes one away.

    The last three are the platform's to change.
    """

    keeps_empty = True

    area: str | None = wire("area", title="地区", default=None, max_length=128)
    address: str | None = wire("address", title="详细地址", default=None, max_length=512)
    is_customer_unique: Annotated[bool | None, UNLESS_EMPTY] = wire(
        "is_customer_unique", title="客户唯一性", default=None
    )
    shop_kind: Annotated[Int | None, UNLESS_EMPTY] = wire(
        "shopping_type", title="商城类型", default=None, ge=1, le=2
    )
    charging_started_on: Annotated[
        Annotated[Day, AfterValidator(_of_our_time)] | None, UNLESS_EMPTY
    ] = wire("charging_start_time", title="开始计费时间", default=None)
    open_months: Annotated[Int | None, UNLESS_EMPTY] = wire(
        "open_length_time", title="开通时长", default=None, ge=1, le=MOST_MONTHS
    )
    card_quota: Annotated[Int | None, UNLESS_EMPTY] = wire(
        "mingpian_available_num", title="可开通名片数量", default=None, ge=0, le=MOST_CARDS
    )


@endpoint(
    "POST",
    "/zhugeleida/admin/company/update/0",
    caller=AdminRep,
    params=SettingsForm,
    success="修改成功",
)
async def change_company(call: Call[AdminRep], given: SettingsForm) -> None:
    """Change the settings of the caller's company; period and quota are the platform's."""
    draft = SettingsDraft(**given.model_dump(exclude={"company_id"}))
    await call.services.company_settings.change(call.caller, given.company_id, draft)
