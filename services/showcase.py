"""What customers see of a rep's company: its products and its website (semantics 6.1, 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models import customer as customers
from models import goods as goods_queries
from models import product as product_queries
from models import website
from models.mall import GoodsStatus
from models.staff import CardRow
from models.website import Website
from services import cards, deeds, products
from services.cards import Cards
from services.chat.pairs import Pair, Sender
from services.chat.reading import Reading
from services.errors import NotFound
from services.principals import MiniCustomer
from services.products import ON_SHOW, Listed, Shown

NO_GOODS: Final = "商品不存在"


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product with the rep who shows it, and how much of the rep's chat is unread."""

    card: CardRow
    product: Shown
    unread: int


@dataclass(frozen=True, slots=True)
class ShownProducts:
    """A page of the products that a rep shows, and how many there are in all."""

    card: CardRow
    products: Sequence[Listed]
    total: int


async def show_product(
    customer: MiniCustomer, rep_id: int, product_id: int, log: Cards, reading: Reading
) -> ShownProduct:
    """Show a product of a rep or of its company, and log the view.

    Raises:
        NotFound: no such rep in the customer's company, or it shows no such product.
    """
    card = await cards.of_colleague(customer, rep_id)
    shown = await products.find_on_show(customer.company_id, rep_id, product_id)
    pair = Pair(rep_id, customer.id)
    # What was unread when the bond ended counts no more.
    is_bound = await customers.is_bound(*pair)
    unread = await reading.count(Sender.CUSTOMER, pair) if is_bound else 0
    await log.note(customer, rep_id, deeds.view_product(shown.row.name))
    return ShownProduct(card, shown, unread)


async def show_products(
    customer: MiniCustomer, rep_id: int, limit: int, offset: int, log: Cards
) -> ShownProducts:
    """List the products of a rep and of its company, the newest first, and log the view.

    Raises:
        NotFound: no such rep in the customer's company.
    """
    card = await cards.of_colleague(customer, rep_id)
    found, total = await products.page(customer.company_id, rep_id, ON_SHOW, limit, offset)
    if found:
        await log.note(customer, rep_id, deeds.VIEW_PRODUCTS)
    return ShownProducts(card, found, total)


async def show_website(customer: MiniCustomer, rep_id: int, log: Cards) -> Website:
    """Show the website of the customer's company, and log the view for a rep.

    Raises:
        NotFound: no such rep in the customer's company.
    """
    await log.note(customer, rep_id, deeds.VIEW_WEBSITE)
    return await website.read(customer.company_id)


async def forward_product(customer: MiniCustomer, rep_id: int, product_id: int, log: Cards) -> None:
    """Log that a customer hands a product on.

    Raises:
        NotFound: no such rep in the customer's company, or it shows no such product.
    """
    found = await product_queries.find_on_show(product_id, customer.company_id, rep_id)
    if found is None:
        raise NotFound
    await log.note(customer, rep_id, deeds.forward_product(found.name))


async def forward_goods(customer: MiniCustomer, rep_id: int, goods_id: int, log: Cards) -> None:
    """Log that a customer hands goods of the mall on.

    Raises:
        NotFound: no such rep in the customer's company, or it has no such goods on sale.
    """
    found = await goods_queries.find(customer.company_id, goods_id, [GoodsStatus.ON_SALE])
    if found is None:
        raise NotFound(NO_GOODS)
    await log.note(customer, rep_id, deeds.forward_goods(found.name))
