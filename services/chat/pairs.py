"""Which pair a principal means, and whether it may chat there (decisions T11)."""

from __future__ import annotations

from models import customer as customers
from models.chat import Pair as Pair
from models.chat import Sender as Sender
from services.errors import NotFound
from services.principals import Customer, Rep


async def of_rep(rep: Rep, customer_id: int) -> Pair:
    """Find the pair of a rep and one of its customers.

    Raises:
        NotFound: the customer is not the rep's.
    """
    pair = Pair(rep.id, customer_id)
    await require_bond(pair)
    return pair


async def of_customer(customer: Customer, rep_id: int | None) -> Pair:
    """Find the pair of a customer and one of its reps.

    Args:
        rep_id: None for the rep of the customer's latest conversation (decisions S27).

    Raises:
        NotFound: the customer does not belong to the rep, or to none at all.
    """
    if rep_id is None:
        rep_id = await customers.latest_bond(customer.id)
        if rep_id is None:
            raise NotFound
        return Pair(rep_id, customer.id)
    pair = Pair(rep_id, customer.id)
    await require_bond(pair)
    return pair


async def require_bond(pair: Pair) -> None:
    """Refuse a pair without a bond.

    Raises:
        NotFound: it has none.
    """
    if not await customers.is_bound(*pair):
        raise NotFound
