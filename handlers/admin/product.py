"""Products as the back office keeps them (001-admin.md:241); what a caller may, its role says."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field
from typing_extensions import TypedDict

from handlers.call import Call, Said
from handlers.endpoint import endpoint
from handlers.products import (
    STATUS_LABELS,
    STATUS_SET,
    AddedAnswer,
    ProductForm,
    ProductIdParams,
    ShownProduct,
    StatusParams,
    shown_product,
    status_answer,
)
from handlers.uploads import (
    CountedFileParams,
    NamedChunkParams,
    PictureAnswer,
    TaskParams,
    UploadStatus,
)
from handlers.uploads import upload_status as status_of
from handlers.wire import Id, Int, Page, SearchText, Wire, spaced, wire
from services import company_products, product_pictures
from services.company_products import ProductPage
from services.media.chunks import Purpose, Task
from services.principals import Rep
from services.products import ON_SHOW, ProductKind, ProductStatus

SOUGHT: Final = {None: ON_SHOW, 1: ON_SHOW, 2: (ProductStatus.SHELVED,)}
"""What a status that is asked for stands for (decisions S25)."""

Kind = Annotated[Int, Field(ge=min(ProductKind), le=max(ProductKind))]


class CompanyParams(Wire):
    """Of which company, which is the caller's own unless it manages the platform."""

    company_id: Id | None = wire("company_id", title="公司ID", default=None)


class ListParams(Page, CompanyParams):
    """Which products are listed: those that customers see unless a status is given."""

    kind: Kind = wire("product_type", title="产品类型")
    status: Int | None = wire("status", title="产品状态", default=None, ge=1, le=2)
    name: SearchText = wire("product_name", title="产品名称", default="")


class KeptProduct(TypedDict):
    """A product in the list of the back office (001-admin.md:283)."""

    product_id: int
    cover_picture: str
    name: str
    price: str
    publisher_date: str
    publisher: str
    status: str
    status_code: int


class ProductsAnswer(TypedDict):
    """A page of products."""

    ret_data: list[KeptProduct]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/product/product_list",
    caller=Rep,
    params=ListParams,
    success="查询成功",
)
async def list_products(call: Call[Rep], given: ListParams) -> ProductsAnswer:
    """List the company's products or those of its reps, the newest first.

    A rep without role 1 sees none of the company's own.
    """
    page = await company_products.page(
        call.caller,
        given.company_id,
        ProductKind(given.kind),
        SOUGHT[given.status],
        given.name,
        given.limit,
        given.offset,
    )
    return {"ret_data": _kept(page), "data_count": page.total}


def _kept(page: ProductPage) -> list[KeptProduct]:
    return [
        {
            "product_id": one.row.id,
            "cover_picture": one.covers[0].url if one.covers else "",
            "name": one.row.name,
            "price": one.row.price,
            "publisher_date": spaced(one.row.created_at),
            "publisher": page.company_name if one.row.rep_id is None else one.row.username,
            "status": STATUS_LABELS[one.row.status],
            "status_code": one.row.status,
        }
        for one in page.products
    ]


class ShowParams(ProductIdParams, CompanyParams):
    """Which product of which company."""


class EditedProduct(ShownProduct):
    """A product with all that its update takes."""

    product_type: int


class ProductAnswer(TypedDict):
    """The one product that was asked for, in a list."""

    ret_data: list[EditedProduct]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/product/product_single",
    caller=Rep,
    params=ShowParams,
    success="查询成功",
)
async def show_product(call: Call[Rep], given: ShowParams) -> ProductAnswer:
    """Show one of the products that the caller lists, as the radar shows it."""
    shown = await company_products.find(call.caller, given.company_id, given.product_id)
    kind = ProductKind.COMPANY if shown.row.rep_id is None else ProductKind.PERSONAL
    row: EditedProduct = {**shown_product(shown, call.caller), "product_type": int(kind)}
    return {"ret_data": [row], "data_count": 1}


class AddForm(ProductForm):
    """A product as it is written, and whether it is the company's or a rep's."""

    kind: Kind = wire("product_type", title="产品类型")


class UpdateForm(AddForm, ProductIdParams):
    """A product as it is written, and which one it replaces."""


@endpoint(
    "POST",
    "/zhugeleida/admin/product/add/0",
    caller=Rep,
    params=AddForm,
    success="添加成功",
)
async def add_product(call: Call[Rep], given: AddForm) -> AddedAnswer:
    """Add a product of the company, which needs role 1, or of the caller's own."""
    kind = ProductKind(given.kind)
    return {"product_id": await company_products.add(call.caller, given.draft, kind)}


@endpoint(
    "POST",
    "/zhugeleida/admin/product/update/{product_id}",
    caller=Rep,
    params=UpdateForm,
    success="添加成功",
)
async def update_product(call: Call[Rep], given: UpdateForm) -> None:
    """Replace a product; what is left out is taken off it (decisions S25).

    A rep's product stays that rep's; one of the company that becomes personal is the caller's.
    """
    kind = ProductKind(given.kind)
    await company_products.update(call.caller, given.product_id, given.draft, kind)


@endpoint(
    "POST",
    "/zhugeleida/admin/product/delete/{product_id}",
    caller=Rep,
    params=ProductIdParams,
    success="删除成功",
)
async def delete_product(call: Call[Rep], given: ProductIdParams) -> None:
    """Delete a product with its texts and pictures; one of the company needs role 1."""
    await company_products.delete(call.caller, given.product_id, call.services.files)


@endpoint(
    "POST",
    "/zhugeleida/admin/product/change_status/{product_id}",
    caller=Rep,
    params=StatusParams,
    success="修改下架状态成功",
)
async def change_status(call: Call[Rep], given: StatusParams) -> Said:
    """Shelve or publish a product; one of the company needs role 1 (decisions D14)."""
    status = ProductStatus(given.status)
    await company_products.set_status(call.caller, given.product_id, status)
    return Said(STATUS_SET[status], status_answer(given.product_id, status))


@endpoint(
    "POST",
    "/zhugeleida/admin/product/add_picture/0",
    caller=Rep,
    params=NamedChunkParams,
    success="上传成功",
    audited=False,  # a part changes nothing; what is made of all of them is in the log
)
async def add_picture_chunk(call: Call[Rep], given: NamedChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    await call.services.uploads.add_chunk(_task(call, given.task), given.number, given.data)


@endpoint(
    "GET",
    "/zhugeleida/admin/product/upload_status",
    caller=Rep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[Rep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come; ``task_id`` is the upload's ``timestamp``."""
    return status_of(given.task, await call.services.uploads.received(_task(call, given.task)))


class CompletedParams(CountedFileParams):
    """A file all of whose parts were sent, and what the picture is for."""

    kind: Int = wire("picture_type", title="图片类型", ge=1, le=2)


@endpoint(
    "POST",
    "/zhugeleida/admin/product/upload_complete/0",
    caller=Rep,
    params=CompletedParams,
    success="添加图片成功",
)
async def add_picture(call: Call[Rep], given: CompletedParams) -> PictureAnswer:
    """Make a picture of the parts that were sent; a product gets it when that is saved."""
    number, url = await product_pictures.add(
        call.caller, call.services.uploads, _task(call, given.task), [given.count], given.kind
    )
    return {"ret_data": {"picture_id": number, "picture_url": url}}


def _task(call: Call[Rep], name: str) -> Task:
    return Task(call.caller.id, Purpose.PRODUCT, name)
