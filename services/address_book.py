"""A rep's address book: its customers, the likeliest buyers or the most recent ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models import address_book as queries
from models.address_book import Order as Order
from models.address_book import Sought as Sought
from models.base import now as now
from services.principals import Rep
from services.radar import shown_name


@dataclass(frozen=True, slots=True)
class Entry:
    """A customer in the address book, with the article through which it came last, if any."""

    customer_id: int
    name: str
    avatar: str
    expected_on: date | None
    close_odds: int
    rep_name: str
    source: int
    last_followed_at: datetime | None
    last_activity_at: datetime | None
    article_id: int | None
    article_title: str


async def page(
    rep: Rep, sought: Sought, order: Order, limit: int, offset: int
) -> tuple[list[Entry], int]:
    """List a page of a rep's customers.

    Args:
        sought: how they came to the rep, and a part of their own or noted names.

    Returns:
        the page, and how many there are.
    """
    rows = await queries.entries(rep.id, sought, order, limit, offset)
    total = await queries.count_entries(rep.id, sought)
    if not rows:
        return [], total
    read = await queries.articles(rep.id, [row.customer_id for row in rows])
    found = []
    for row in rows:
        article_id, title = read.get(row.customer_id, (None, ""))
        name = shown_name(row.name, row.customer_id)
        values = {**row._asdict(), "name": name}
        found.append(Entry(**values, article_id=article_id, article_title=title))
    return found, total
