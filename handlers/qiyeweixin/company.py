"""The companies on the platform."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Name, WholePage, Wire, iso_ms, wire
from services import companies
from services.principals import AdminRep, Rep


class CompanyRow(TypedDict):
    """A company (000-qiyeweixin.md:603)."""

    id: int
    name: str
    company_id: int
    create_date: str | None


class CompaniesAnswer(TypedDict):
    """A page of companies, and how many there are."""

    ret_data: list[CompanyRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/company",
    caller=Rep,
    params=WholePage,
    success="",
)
async def list_companies(call: Call[Rep], given: WholePage) -> CompaniesAnswer:
    """List the caller's company; the platform's administrator sees all."""
    found, total = await companies.page(call.caller, given.limit, given.offset)
    rows: list[CompanyRow] = [
        {
            "id": one.id,
            "name": one.name,
            "company_id": one.id,
            "create_date": iso_ms(one.created_at),
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class NameParams(Wire):
    """A company's name."""

    name: Name = wire("name", title="公司名", max_length=128)


class AddedAnswer(TypedDict):
    """The new company."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/company/add/0",
    caller=AdminRep,
    params=NameParams,
    success="添加成功",
)
async def add_company(call: Call[AdminRep], given: NameParams) -> AddedAnswer:
    """Make a company with fifty cards that has paid for a year."""
    return {"id": await companies.add(call.caller, given.name)}


class CompanyParams(Wire):
    """Which company."""

    company_id: Id = wire("company_id", title="公司ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/company/delete/{company_id}",
    caller=AdminRep,
    params=CompanyParams,
    success="删除成功",
)
async def delete_company(call: Call[AdminRep], given: CompanyParams) -> None:
    """Delete a company that has neither reps nor customers left."""
    await companies.delete(call.caller, given.company_id)


class RenameParams(CompanyParams, NameParams):
    """Which company, and what it is to be called."""


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/company/update/{company_id}",
    caller=AdminRep,
    params=RenameParams,
    success="修改成功",
)
async def rename_company(call: Call[AdminRep], given: RenameParams) -> None:
    """Give a company another name."""
    await companies.rename(call.caller, given.company_id, given.name)
