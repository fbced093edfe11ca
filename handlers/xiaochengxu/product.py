"""Products as a customer sees them, and what it does with them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.products import STATUS_LABELS
from handlers.wire import Id, Page, Wire, iso_ms, local, wire
from services import consultations, showcase
from services.principals import MiniCustomer
from services.products import ArticleKind, Listed, PictureRow, Shown, TextRow


class ProductParams(Wire):
    """Which product it is, and which rep shows it."""

    rep_id: Id = wire("uid", title="用户ID")
    product_id: Id = wire("product_id", title="产品ID")


class Part(TypedDict):
    """The pictures of the cover, or one item of the introduction (002-xiaochengxu-v1.md:899)."""

    type: Literal["picture_url", "title", "content"]
    data: list[str]


class Cover(TypedDict):
    """What a product in a list is shown with."""

    cover_data: list[Part]


class Contents(Cover):
    """What a single product is shown with."""

    article_data: list[Part]


class ProductFacts(TypedDict):
    """What a product is shown with everywhere, and the picture of the rep who shows it."""

    id: int
    name: str
    price: str
    user_avatar: str
    reason: str
    publisher_date: str | None
    create_date: str
    status: str
    status_code: int


class ShownProduct(ProductFacts):
    """A product with its introduction (002-xiaochengxu-v1.md:886)."""

    content: Contents


class ProductAnswer(TypedDict):
    """The one product that was asked for, in a list; how much of the rep's chat is unread."""

    ret_data: list[ShownProduct]
    chatinfo_count: int
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/product/product_single",
    caller=MiniCustomer,
    params=ProductParams,
    success="查询成功",
)
async def show_product(call: Call[MiniCustomer], given: ProductParams) -> ProductAnswer:
    """Show a product of a rep or of its company, which logs the view."""
    services = call.services
    found = await showcase.show_product(
        call.caller, given.rep_id, given.product_id, services.cards, services.reading
    )
    row: ShownProduct = {
        **_facts(found.product, found.card.shown_avatar),
        "content": {
            "cover_data": [_cover(found.product)],
            "article_data": [_item(one) for one in found.product.article],
        },
    }
    return {"ret_data": [row], "chatinfo_count": found.unread, "data_count": 1}


class ListParams(Page):
    """Whose products are listed, and which page of them."""

    rep_id: Id = wire("uid", title="用户ID")


class ListedProduct(ProductFacts):
    """A product in a list, and the rep who shows it (002-xiaochengxu-v1.md:1239)."""

    content: Cover
    username: str
    position: str


class ProductsAnswer(TypedDict):
    """A page of products."""

    ret_data: list[ListedProduct]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/product/product_list",
    caller=MiniCustomer,
    params=ListParams,
    success="查询成功",
)
async def list_products(call: Call[MiniCustomer], given: ListParams) -> ProductsAnswer:
    """List the products of a rep and of its company, the newest first, which logs the view."""
    shown = await showcase.show_products(
        call.caller, given.rep_id, given.limit, given.offset, call.services.cards
    )
    rows: list[ListedProduct] = [
        {
            **_facts(one, shown.card.shown_avatar),
            "content": {"cover_data": [_cover(one)]},
            "username": shown.card.shown_name,
            "position": shown.card.position,
        }
        for one in shown.products
    ]
    return {"ret_data": rows, "data_count": shown.total}


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/product/forward_product",
    caller=MiniCustomer,
    params=ProductParams,
    success="记录转发产品成功",
)
async def note_forward(call: Call[MiniCustomer], given: ProductParams) -> None:
    """Log that the caller hands a product on."""
    await showcase.forward_product(call.caller, given.rep_id, given.product_id, call.services.cards)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/product/consult_product",
    caller=MiniCustomer,
    params=ProductParams,
    success="咨询产品成功",
)
async def consult(call: Call[MiniCustomer], given: ProductParams) -> None:
    """Ask the rep about a product: a message in their chat, which is logged as well."""
    services = call.services
    services.send_limit.check(f"customer:{call.caller.id}")
    await consultations.ask_about_product(
        call.caller,
        given.rep_id,
        given.product_id,
        services.files,
        services.messages,
        services.radar,
    )


def _facts(product: Listed | Shown, avatar: str) -> ProductFacts:
    row = product.row
    return {
        "id": row.id,
        "name": row.name,
        "price": row.price,
        "user_avatar": avatar or DEFAULT_REP_AVATAR,
        "reason": row.reason,
        "publisher_date": iso_ms(row.created_at),
        "create_date": f"{local(row.created_at):%Y-%m-%d}",
        "status": STATUS_LABELS[row.status],
        "status_code": row.status,
    }


def _cover(product: Listed | Shown) -> Part:
    return {"type": "picture_url", "data": [one.url for one in product.covers]}


def _item(part: TextRow | PictureRow) -> Part:
    if isinstance(part, PictureRow):
        return {"type": "picture_url", "data": [part.url]}
    return {"type": "title" if part.kind == ArticleKind.TITLE else "content", "data": [part.text]}
