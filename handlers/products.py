"""What the product calls of reps and of the back office share: forms, statuses, shapes of rows."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict

from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.wire import FromForm, Id, Ids, Int, Name, Wire, iso_ms, local, wire
from services import products
from services.principals import Rep
from services.products import (
    ArticleKind,
    Draft,
    Listed,
    Picture,
    PictureRow,
    ProductStatus,
    Shown,
    Text,
    TextRow,
)

STATUS_LABELS: Final = {1: "已发布", 2: "已下架", 3: "推荐"}
STATUS_SET: Final = {1: "修改发布状态成功", 2: "修改下架状态成功"}
MOST_ORDER: Final = 9999

Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(coerce_numbers_to_str=True),
]
Title = Annotated[str, StringConstraints(strip_whitespace=True)]


class ProductIdParams(Wire):
    """Which product it is."""

    product_id: Id = wire("product_id", title="产品ID")


class StatusParams(ProductIdParams):
    """Which status a product gets (001-admin.md:690)."""

    status: Int = wire("status", title="产品状态", ge=1, le=2)


class ArticleItem(Wire):
    """A title, a paragraph or a picture of the introduction; an empty one counts as not sent."""

    article_id: Id | None = wire("article_id", title="文章ID", default=None)
    title: Title | None = wire("title", title="文章标题", default=None, max_length=128)
    content: str | None = wire("content", title="文章内容", default=None, max_length=10_000)
    picture_id: Id | None = wire("picture_id", title="图片ID", default=None)
    order: Int | None = wire("order", title="文章序号", default=None, ge=0, le=MOST_ORDER)

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum((bool(self.title), bool(self.content), self.picture_id is not None)) != 1:
            raise ValueError("产品文章的每一项只能是标题、内容、图片之一")
        if self.picture_id is not None and self.article_id is not None:
            raise ValueError("产品文章的图片不能带有文章ID")
        return self

    def placed(self, position: int) -> Text | Picture:
        """The same in the words of the business."""
        if self.picture_id is not None:
            return Picture(self.picture_id, position)
        kind = ArticleKind.TITLE if self.title else ArticleKind.CONTENT
        return Text(kind, position, self.title or self.content or "", self.article_id)


class ProductForm(Wire):
    """A product as it is written (000-qiyeweixin.md:2918)."""

    name: Name = wire("name", title="产品名称", max_length=128)
    price: Name = wire("price", title="产品价格", max_length=64)
    reason: Paragraph = wire("reason", title="推荐理由", max_length=1024)
    cover_ids: Ids = wire("cover_picture_id", title="封面图片", max_length=products.MOST_COVERS)
    article: Annotated[list[ArticleItem], FromForm] = wire(
        "article_data", title="产品文章", default=(), max_length=products.MOST_ITEMS
    )

    @property
    def draft(self) -> Draft:
        """The same in the words of the business."""
        article, position = [], 0
        for item in self.article:  # one without an order stands behind the one before it
            position = position + 1 if item.order is None else item.order
            article.append(item.placed(position))
        return Draft(self.name, self.price, self.reason, self.cover_ids, article)


class PictureItem(TypedDict):
    """A picture of the cover."""

    id: int
    picture_url: str


class ArticleText(TypedDict):
    """A title or a paragraph; the one that it is not is empty."""

    id: int
    order: int
    title: str
    content: str


class ArticlePicture(TypedDict):
    """A picture of the introduction."""

    id: int
    order: int
    picture_url: str


class ProductFacts(TypedDict):
    """What a product is shown with everywhere (000-qiyeweixin.md:2849)."""

    id: int
    name: str
    publisher: str
    publisher_date: str | None
    price: str
    create_date: str
    status: str
    status_code: int


class ListedProduct(ProductFacts):
    """A product in a list, with the first picture of its cover."""

    cover_picture: str


class ShownProduct(ProductFacts):
    """A product with its introduction (000-qiyeweixin.md:2746)."""

    cover_picture: list[PictureItem]
    user_avatar: str
    reason: str
    article_data: list[ArticleText | ArticlePicture]


class AddedAnswer(TypedDict):
    """Beyond the documents: which product it has become."""

    product_id: int


class StatusAnswer(TypedDict):
    """The status that a product has now."""

    product_id: int
    status: str
    status_code: int


def status_answer(product_id: int, status: ProductStatus) -> StatusAnswer:
    """Write the status that a product has now."""
    return {
        "product_id": product_id,
        "status": STATUS_LABELS[status],
        "status_code": int(status),
    }


def shown_product(shown: Shown, caller: Rep) -> ShownProduct:
    """Write a product with its introduction."""
    return {
        **facts(shown, caller),
        "cover_picture": [{"id": one.id, "picture_url": one.url} for one in shown.covers],
        "user_avatar": shown.row.avatar or DEFAULT_REP_AVATAR,
        "reason": shown.row.reason,
        "article_data": [article_item(one) for one in shown.article],
    }


def facts(product: Listed | Shown, caller: Rep) -> ProductFacts:
    """Write what a product is shown with everywhere."""
    row = product.row
    return {
        "id": row.id,
        "name": row.name,
        "publisher": publisher(row.rep_id, row.username, caller),
        "publisher_date": iso_ms(row.created_at),
        "price": row.price,
        "create_date": f"{local(row.created_at):%Y-%m-%d}",
        "status": STATUS_LABELS[row.status],
        "status_code": row.status,
    }


def publisher(rep_id: int | None, username: str, caller: Rep) -> str:
    """Say who has published a product (semantics 6.3)."""
    if rep_id is None:
        return "企业发布"
    return "我添加的" if rep_id == caller.id else f"{username}添加的"


def article_item(part: TextRow | PictureRow) -> ArticleText | ArticlePicture:
    """Write a part of the introduction."""
    if isinstance(part, PictureRow):
        return {"id": part.id, "order": part.position, "picture_url": part.url}
    is_title = part.kind == ArticleKind.TITLE
    return {
        "id": part.id,
        "order": part.position,
        "title": part.text if is_title else "",
        "content": "" if is_title else part.text,
    }
