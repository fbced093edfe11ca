"""The customers of a company as its back office sees them: all reps' together."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from models import company_customers as queries
from models.company_customers import BelongingRow as BelongingRow
from models.company_customers import Belongings
from models.company_customers import CustomerFilter as CustomerFilter
from models.company_customers import CustomerRow as CustomerRow
from models.customer import CustomerKind as CustomerKind
from services import belongings
from services.errors import NotFound
from services.exports import Listing
from services.principals import AdminRep
from services.radar import shown_name

MOST_BONDS_LISTED: Final = 10
MOST_BONDS_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class CompanyCustomer:
    """A customer with its bonds and how much it has had to do with the company.

    Args:
        bonds: the latest of them, of ``bond_count``.
    """

    facts: CustomerRow
    bonds: Sequence[BelongingRow]
    bond_count: int
    last_activity_at: datetime | None
    messages: int
    actions: int
    orders: int


async def page(
    rep: AdminRep, wanted: CustomerFilter, limit: int, offset: int
) -> tuple[list[CompanyCustomer], int]:
    """List the customers of a rep's company, the newest first, and count them.

    Raises:
        NotFound: the rep that they are to belong to is not of the company.
    """
    await belongings.require(rep, rep_id=wanted.rep_id)
    rows, total = await queries.page(rep.company_id, wanted, limit, offset)
    return await _completed(rows, MOST_BONDS_LISTED), total


async def find(rep: AdminRep, customer_id: int) -> CompanyCustomer:
    """Show a customer of a rep's company.

    Raises:
        NotFound: it has no such customer.
    """
    row = await queries.find(rep.company_id, customer_id)
    if row is None:
        raise NotFound
    (found,) = await _completed([row], MOST_BONDS_SHOWN)
    return found


async def listing(rep: AdminRep, wanted: CustomerFilter) -> Listing[CompanyCustomer]:
    """Give the same customers as ``page``, all of them, for an export.

    Raises:
        NotFound: the rep that they are to belong to is not of the company.
    """
    await belongings.require(rep, rep_id=wanted.rep_id)
    return Listing(
        partial(queries.count, rep.company_id, wanted), partial(_pages, rep.company_id, wanted)
    )


async def _pages(
    company_id: int, wanted: CustomerFilter, length: int
) -> AsyncGenerator[list[CompanyCustomer], None]:
    last: CustomerRow | None = None
    while rows := await queries.behind(company_id, wanted, last, length):
        yield await _completed(rows, MOST_BONDS_LISTED)
        last = rows[-1]
        if len(rows) < length:
            break


async def _completed(rows: Sequence[CustomerRow], most: int) -> list[CompanyCustomer]:
    """Add what other tables know of customers, by one statement for each table."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    bonds = await queries.belongings(ids, most)
    messages = await queries.count_messages(ids)
    actions = await queries.count_actions(ids)
    orders = await queries.count_orders(ids)
    nobody = Belongings([], 0, None)
    return [
        CompanyCustomer(
            replace(row, name=shown_name(row.name, row.id)),
            *bonds.get(row.id, nobody),
            messages.get(row.id, 0),
            actions.get(row.id, 0),
            orders.get(row.id, 0),
        )
        for row in rows
    ]
