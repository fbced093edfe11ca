"""Goods of the mall as the back office keeps them (decisions section 5)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from handlers import company_pictures
from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.goods import STATUS_LABELS, Commission, ShownGoods, shown
from handlers.money import Cents
from handlers.uploads import (
    CountedFileParams,
    NamedChunkParams,
    PictureAnswer,
    TaskParams,
    UploadStatus,
)
from handlers.wire import FromForm, Id, Int, Name, Page, SearchText, Wire, wire
from services import goods
from services.goods import GoodsDraft, GoodsRow, GoodsStatus
from services.media.chunks import Purpose
from services.money import yuan
from services.principals import AdminRep

Status = Annotated[Int, Field(ge=min(GoodsStatus), le=max(GoodsStatus))]
Addresses = Annotated[
    list[Annotated[Name, StringConstraints(max_length=256)]],
    FromForm,
    Field(max_length=goods.MOST_PICTURES),
]


class GoodsListParams(Page):
    """Which goods are listed: all of them unless something is given."""

    name: SearchText = wire("goodsName", title="商品名称", default="")
    class_id: Id | None = wire("parentName", title="商品分类", default=None)
    status: Status | None = wire("goodsStatus", title="商品状态", default=None)


class KeptGoods(ShownGoods, Commission):
    """Goods with all that the back office keeps of them."""


class GoodsListAnswer(TypedDict):
    """A page of goods."""

    ret_data: list[KeptGoods]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/admin/goods/goods_list",
    caller=AdminRep,
    params=GoodsListParams,
    success="查询成功",
)
async def list_goods(call: Call[AdminRep], given: GoodsListParams) -> GoodsListAnswer:
    """List the goods of the caller's company, the newest first; a class counts with its own."""
    status = None if given.status is None else GoodsStatus(given.status)
    rows, total = await goods.page(
        call.caller, given.name, given.class_id, status, given.limit, given.offset
    )
    return {"ret_data": [_kept(row) for row in rows], "data_count": total}


def _kept(row: GoodsRow) -> KeptGoods:
    return {**shown(row), "commissionFee": yuan(row.commission_cents)}


class GoodsForm(Wire):
    """Goods as they are written: the whole of them, but the status may stay."""

    name: Name = wire("goodsName", title="商品名称", max_length=128)
    price: Cents = wire("goodsPrice", title="商品价格", gt=0)
    class_id: Id | None = wire("parentName", title="商品分类", default=None)
    commission: Cents = wire("commissionFee", title="佣金", default=0)
    recommend_index: Int = wire(
        "recommend_index", title="推荐指数", default=0, ge=0, le=goods.MOST_RECOMMENDED
    )
    status: Status | None = wire("goodsStatus", title="商品状态", default=None)
    banners: Addresses = wire("topLunBoTu", title="轮播图", default=())
    details: Addresses = wire("detailePicture", title="详情图", default=())
    content: str = wire("content", title="商品详情", default="", max_length=10_000)

    @property
    def draft(self) -> GoodsDraft:
        """The same in the words of the business; a picture stands once in each place."""
        return GoodsDraft(
            self.class_id,
            self.name,
            self.price,
            self.commission,
            self.recommend_index,
            self.status,
            list(dict.fromkeys(self.banners)),
            list(dict.fromkeys(self.details)),
            self.content,
        )


class GoodsIdParams(Wire):
    """Which goods."""

    goods_id: Id = wire("goods_id", title="商品ID")


class AddedAnswer(TypedDict):
    """Which goods they have become."""

    goods_id: int


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/add/0",
    caller=AdminRep,
    params=GoodsForm,
    success="添加成功",
)
async def add_goods(call: Call[AdminRep], given: GoodsForm) -> AddedAnswer:
    """Make goods, which are not on sale unless that is said."""
    return {"goods_id": await goods.add(call.caller, given.draft)}


class ChangeForm(GoodsForm, GoodsIdParams):
    """Which goods, and what they are to be; what is left out is taken off them."""


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/update/{goods_id}",
    caller=AdminRep,
    params=ChangeForm,
    success="修改成功",
)
async def change_goods(call: Call[AdminRep], given: ChangeForm) -> None:
    """Replace goods; orders keep what they were made with."""
    await goods.change(call.caller, given.goods_id, given.draft)


class StatusParams(GoodsIdParams):
    """Which status goods get."""

    status: Status = wire("goodsStatus", "status", title="商品状态")


class StatusAnswer(TypedDict):
    """The status that goods have now."""

    goods_id: int
    goodsStatus: int
    goodsStatus_text: str


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/change_status/{goods_id}",
    caller=AdminRep,
    params=StatusParams,
    success="修改成功",
)
async def change_status(call: Call[AdminRep], given: StatusParams) -> StatusAnswer:
    """Put goods on sale, take them off, or mark them as sold out."""
    status = GoodsStatus(given.status)
    await goods.set_status(call.caller, given.goods_id, status)
    return {
        "goods_id": given.goods_id,
        "goodsStatus": int(status),
        "goodsStatus_text": STATUS_LABELS[status],
    }


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/delete/{goods_id}",
    caller=AdminRep,
    params=GoodsIdParams,
    success="删除成功",
)
async def delete_goods(call: Call[AdminRep], given: GoodsIdParams) -> None:
    """Delete goods that nobody has ordered; others are taken off sale."""
    await goods.delete(call.caller, given.goods_id)


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/add_picture/0",
    caller=AdminRep,
    params=NamedChunkParams,
    success="上传成功",
    audited=False,  # a part changes nothing; what is made of all of them is in the log
)
async def add_picture_chunk(call: Call[AdminRep], given: NamedChunkParams) -> None:
    """Take a part of a picture, in any order; one that comes again takes the place of the first."""
    await company_pictures.add_chunk(call, given, Purpose.GOODS)


@endpoint(
    "GET",
    "/zhugeleida/admin/goods/upload_status",
    caller=AdminRep,
    params=TaskParams,
    success="查询成功",
)
async def show_picture_upload(call: Call[AdminRep], given: TaskParams) -> UploadStatus:
    """Say which parts of a picture have come; ``task_id`` is the upload's ``timestamp``."""
    return await company_pictures.show_upload(call, given, Purpose.GOODS)


@endpoint(
    "POST",
    "/zhugeleida/admin/goods/upload_complete/0",
    caller=AdminRep,
    params=CountedFileParams,
    success="添加图片成功",
)
async def add_picture(call: Call[AdminRep], given: CountedFileParams) -> PictureAnswer:
    """Make a picture of the parts that were sent, for any goods of the company."""
    return await company_pictures.complete(call, given, Purpose.GOODS)
