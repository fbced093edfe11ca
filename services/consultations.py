"""Asking a rep about a product or goods: a message and an entry of the log, both or neither."""

from __future__ import annotations

from models import goods as goods_queries
from models import product as product_queries
from models import product_parts as parts
from models.base import now
from models.chat import Pair, Sender
from models.database import atomic, retry_on_deadlock
from models.mall import GoodsStatus
from services import deeds, radar
from services.chat import pairs, speaking
from services.chat.content import Content, InfoType
from services.chat.messages import Messages, Sent
from services.deeds import Deed
from services.errors import NotFound
from services.media.files import Files
from services.money import yuan
from services.principals import MiniCustomer
from services.radar import Happening, LogEntry, Radar
from services.showcase import NO_GOODS


async def ask_about_product(
    customer: MiniCustomer,
    rep_id: int,
    product_id: int,
    files: Files,
    chats: Messages,
    events: Radar,
) -> None:
    """Ask a rep about one of its products or its company's (semantics 5.3).

    The message shows a copy of the cover, which stays when the product goes.

    Raises:
        NotFound: the customer is not the rep's, or the rep shows no such product.
    """
    found = await product_queries.find_on_show(product_id, customer.company_id, rep_id)
    if found is None:
        raise NotFound
    await pairs.require_bond(Pair(rep_id, customer.id))
    covers = (await parts.covers([product_id]))[product_id]
    cover_url = await files.keep_for_chat(covers[0].url) if covers else ""
    content = _content(cover_url, found.name, found.price)
    content["product_id"] = product_id
    await _ask(customer, rep_id, content, deeds.CONSULT_PRODUCT, chats, events)


async def ask_about_goods(
    customer: MiniCustomer, rep_id: int, goods_id: int, chats: Messages, events: Radar
) -> None:
    """Ask a rep about goods that its company has on sale.

    Raises:
        NotFound: the customer is not the rep's, or there are no such goods.
    """
    found = await goods_queries.find(customer.company_id, goods_id, [GoodsStatus.ON_SALE])
    if found is None:
        raise NotFound(NO_GOODS)
    content = _content(next(iter(found.banners), ""), found.name, yuan(found.price_cents))
    content["goods_id"] = goods_id
    await _ask(customer, rep_id, content, deeds.CONSULT_GOODS, chats, events)


def _content(cover_url: str, name: str, price: str) -> Content:
    return {
        "info_type": InfoType.PRODUCT.value,
        "product_cover_url": cover_url,
        "product_name": name,
        "product_price": price,
    }


async def _ask(
    customer: MiniCustomer,
    rep_id: int,
    content: Content,
    deed: Deed,
    chats: Messages,
    events: Radar,
) -> None:
    sent, entries = await _write(customer, rep_id, content, deed)
    await chats.publish([sent], is_noted=False)
    await events.publish(entries)


@retry_on_deadlock
async def _write(
    customer: MiniCustomer, rep_id: int, content: Content, deed: Deed
) -> tuple[Sent, list[LogEntry]]:
    moment = now()
    async with atomic():
        # The rep before the bond, as all do who write both: the log refers to the rep.
        facts = await radar.lock_pair(customer, rep_id)
        sent = await speaking.say(Pair(rep_id, customer.id), Sender.CUSTOMER, content)
        if not facts.is_logged(moment):
            return sent, []
        return sent, await radar.record([Happening.of(facts, deed.action, deed.remark)], moment)
