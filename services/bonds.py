"""Bonds as a rep handles them: held while something about them is written, and ended."""

from __future__ import annotations

from collections.abc import Collection

from models import customer_file as queries
from models.database import atomic, retry_on_deadlock
from services.errors import NotFound
from services.principals import Rep


async def hold(rep: Rep, customer_ids: Collection[int]) -> None:
    """Keep a rep's bonds with these customers from ending until the transaction does.

    Raises:
        NotFound: one of them is not the rep's customer.
    """
    if await queries.lock_bonds(rep.id, customer_ids) != set(customer_ids):
        raise NotFound


@retry_on_deadlock
async def end(rep: Rep, customer_id: int) -> None:
    """End the bond of a rep and a customer, and nothing else (decisions D5).

    Conversation, notes, tags and follow-ups stay, and are there again when the customer comes back.
    Until then neither can write to the other or be told anything of the pair.

    Raises:
        NotFound: the customer is not the rep's.
    """
    async with atomic():
        if not await queries.end_bond(rep.id, customer_id):
            raise NotFound
