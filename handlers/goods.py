"""What the calls of the back office and of customers share about goods: names, shapes of rows."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from handlers.wire import spaced
from services.goods import GoodsRow, GoodsStatus
from services.money import yuan

STATUS_LABELS: Final = {
    GoodsStatus.ON_SALE: "已上架",
    GoodsStatus.NOT_YET: "未上架",
    GoodsStatus.SOLD_OUT: "已售罄",
    GoodsStatus.TAKEN_OFF: "下架",
}


class GoodsFacts(TypedDict):
    """What goods are shown with everywhere; ``parentName`` is the id of their class."""

    id: int
    goodsName: str
    parentName: int | None
    classificationName: str
    goodsPrice: str
    recommend_index: int
    goodsStatus: int
    goodsStatus_text: str
    topLunBoTu: list[str]
    create_date: str


class ShownGoods(GoodsFacts):
    """Goods with all that customers see of them."""

    detailePicture: list[str]
    content: str


class Commission(TypedDict):
    """What the rep gets that sells goods, in yuan."""

    commissionFee: str


def facts(row: GoodsRow) -> GoodsFacts:
    """Write what goods are shown with everywhere."""
    return {
        "id": row.id,
        "goodsName": row.name,
        "parentName": row.class_id,
        "classificationName": row.class_name,
        "goodsPrice": yuan(row.price_cents),
        "recommend_index": row.recommend_index,
        "goodsStatus": row.status,
        "goodsStatus_text": STATUS_LABELS[GoodsStatus(row.status)],
        "topLunBoTu": row.banners,
        "create_date": spaced(row.created_at),
    }


def shown(row: GoodsRow) -> ShownGoods:
    """Write all that customers see of goods."""
    return {**facts(row), "detailePicture": row.details, "content": row.content}
