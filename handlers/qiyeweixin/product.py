"""Products as reps see and change them."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call, Said
from handlers.endpoint import endpoint
from handlers.products import (
    STATUS_SET,
    AddedAnswer,
    ListedProduct,
    ProductForm,
    ProductIdParams,
    ShownProduct,
    StatusAnswer,
    StatusParams,
    facts,
    shown_product,
    status_answer,
)
from handlers.uploads import (
    ChunkParams,
    PictureAnswer,
    PictureName,
    TaskName,
    TaskParams,
    UploadStatus,
    upload_status,
)
from handlers.wire import LARGEST_ID, Id, Int, WholePage, Wire, wire
from services import company_products, product_pictures, products
from services.media.chunks import Purpose, Task
from services.principals import Rep
from services.products import ProductStatus


class ProductAnswer(TypedDict):
    """The one product that was asked for, in a list."""

    ret_data: list[ShownProduct]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/product/product_single",
    caller=Rep,
    params=ProductIdParams,
    success="查询成功",
)
async def show_product(call: Call[Rep], given: ProductIdParams) -> ProductAnswer:
    """Show a product of the caller's company, whose ever it is (decisions T12)."""
    shown = await products.find(call.caller.company_id, given.product_id)
    return {"ret_data": [shown_product(shown, call.caller)], "data_count": 1}


class ListParams(WholePage):
    """Which products are listed: all of them unless a status is given."""

    status: Int | None = wire("status", title="产品状态", default=None, ge=1, le=3)


class ProductsAnswer(TypedDict):
    """A page of products."""

    ret_data: list[ListedProduct]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/product/product_list",
    caller=Rep,
    params=ListParams,
    success="查询成功",
)
async def list_products(call: Call[Rep], given: ListParams) -> ProductsAnswer:
    """List the caller's own products and its company's, the newest first."""
    statuses = [ProductStatus(given.status)] if given.status else list(ProductStatus)
    found, total = await products.page(
        call.caller.company_id, call.caller.id, statuses, given.limit, given.offset
    )
    rows: list[ListedProduct] = [
        {
            **facts(one, call.caller),
            "cover_picture": one.covers[0].url if one.covers else "",
        }
        for one in found
    ]
    return {"ret_data": rows, "data_count": total}


class UpdateForm(ProductForm):
    """A product as it is written, and which one it replaces."""

    product_id: Id = wire("product_id", title="产品ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/add/0",
    caller=Rep,
    params=ProductForm,
    success="添加成功",
)
async def add_product(call: Call[Rep], given: ProductForm) -> AddedAnswer:
    """Add a product of the caller's own."""
    return {"product_id": await products.add(products.own(call.caller), given.draft)}


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/update/{product_id}",
    caller=Rep,
    params=UpdateForm,
    success="添加成功",
)
async def update_product(call: Call[Rep], given: UpdateForm) -> None:
    """Replace one of the caller's own products; what is left out is taken off it."""
    await products.update(products.own(call.caller), given.product_id, given.draft)


class ArticleParams(Wire):
    """Which text of which product it is."""

    article_id: Id = wire("article_id", title="文章ID")
    product_id: Id = wire("product_id", title="产品ID")


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/product/delete_article/{article_id}",
    caller=Rep,
    params=ArticleParams,
    success="删除文章字段成功",
)
async def delete_article(call: Call[Rep], given: ArticleParams) -> None:
    """Delete a title or a paragraph of one of the caller's own products."""
    await products.delete_text(products.own(call.caller), given.product_id, given.article_id)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/delete_article/{article_id}",
    caller=Rep,
    params=ArticleParams,
    success="删除文章字段成功",
)
async def delete_article_by_post(call: Call[Rep], given: ArticleParams) -> None:
    """Delete a text as by GET, which is what the documents print (decisions D5)."""
    await products.delete_text(products.own(call.caller), given.product_id, given.article_id)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/shelves/{product_id}",
    caller=Rep,
    params=ProductIdParams,
    success="修改下架状态成功",
)
async def shelve_product(call: Call[Rep], given: ProductIdParams) -> StatusAnswer:
    """Hide one of the caller's own products from customers."""
    return await _set_status(call, given.product_id, ProductStatus.SHELVED)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/publish/{product_id}",
    caller=Rep,
    params=ProductIdParams,
    success="修改发布状态成功",
)
async def publish_product(call: Call[Rep], given: ProductIdParams) -> StatusAnswer:
    """Show a product of the caller's own, or of its company, to customers."""
    return await _set_status(call, given.product_id, ProductStatus.PUBLISHED)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/recommend/{product_id}",
    caller=Rep,
    params=ProductIdParams,
    success="修改推荐状态成功",
)
async def recommend_product(call: Call[Rep], given: ProductIdParams) -> StatusAnswer:
    """Recommend a product of the caller's own, or of its company, to customers."""
    return await _set_status(call, given.product_id, ProductStatus.RECOMMENDED)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/change_status/{product_id}",
    caller=Rep,
    params=StatusParams,
    success="修改下架状态成功",
)
async def change_status(call: Call[Rep], given: StatusParams) -> Said:
    """Shelve or publish a product; for a rep with role 1 as in the back office (decisions D14)."""
    status = ProductStatus(given.status)
    await company_products.set_status_on_radar(call.caller, given.product_id, status)
    return Said(STATUS_SET[status], status_answer(given.product_id, status))


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/delete/{product_id}",
    caller=Rep,
    params=ProductIdParams,
    success="删除成功",
)
async def delete_product(call: Call[Rep], given: ProductIdParams) -> None:
    """Delete one of the caller's own products with its texts and pictures."""
    await products.delete(products.own(call.caller), given.product_id, call.services.files)


async def _set_status(call: Call[Rep], product_id: int, status: ProductStatus) -> StatusAnswer:
    await products.set_status(call.caller, product_id, status)
    return status_answer(product_id, status)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/add_picture/0",
    caller=Rep,
    params=ChunkParams,
    success="上传成功",
)
async def add_picture_chunk(call: Call[Rep], given: ChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    await call.services.uploads.add_chunk(task, given.number, given.file)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/product/upload_status",
    caller=Rep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[Rep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    return upload_status(given.task, await call.services.uploads.received(task))


class CompletedParams(Wire):
    """A file all of whose parts were sent, and what the picture is for."""

    name: PictureName = wire("filename", title="文件名")
    task: TaskName = wire("task_id", title="文件标识")
    chunk: Int = wire("chunk", title="当前是第几份文件", ge=0)
    kind: Int = wire("picture_type", title="图片类型", ge=1, le=2)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/upload_complete/0",
    caller=Rep,
    params=CompletedParams,
    success="添加图片成功",
)
async def add_picture(call: Call[Rep], given: CompletedParams) -> PictureAnswer:
    """Make a picture of the parts that were sent; a product gets it when that is saved."""
    task = Task(call.caller.id, Purpose.PRODUCT, given.task)
    # Clients say the number of the last part or how many there are (decisions S24).
    counts = (given.chunk, given.chunk + 1)
    number, url = await product_pictures.add(
        call.caller, call.services.uploads, task, counts, given.kind
    )
    return {"ret_data": {"picture_id": number, "picture_url": url}}


class PictureParams(Wire):
    """Which picture it is, and of which product; 0 while it is of none."""

    picture_id: Id = wire("picture_id", title="图片ID")
    product_id: Int = wire("product_id", title="产品ID", ge=0, le=LARGEST_ID)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/product/delete_picture/{picture_id}",
    caller=Rep,
    params=PictureParams,
    success="删除成功",
)
async def delete_picture(call: Call[Rep], given: PictureParams) -> None:
    """Delete a picture of the caller's own product, with its file."""
    await product_pictures.delete(
        call.caller, call.services.files, given.picture_id, given.product_id
    )
