"""A company with customers for its back office."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from models import radar
from models.base import now
from models.chat import Conversation
from models.customer import FollowUp
from services.clock import day_of
from tests.factories import bind, make_customer

_numbers = itertools.count(1)


async def make_customers(company: Any, count: int, **values: Any) -> list[Any]:
    """Make customers, the last of whom is the newest."""
    return [await make_customer(company, **values) for _ in range(count)]


async def make_busy(rep: Any, customer: Any, *, messages: int = 0, actions: int = 0) -> None:
    """Bind a customer to a rep and have them had so much to do with each other."""
    await bind(rep, customer)
    pair = (Conversation.rep == rep.id) & (Conversation.customer == customer.id)
    await Conversation.update(customer_sent=messages).where(pair).aio_execute()
    if actions:
        counts = {(customer.company_id, rep.id, customer.id, 1): actions}
        await radar.add_totals(counts, day_of(now()))


async def make_follow_up(rep: Any, customer: Any, text: str, at: datetime | None = None) -> Any:
    """Make a follow-up."""
    return await FollowUp.aio_create(
        company=rep.company,
        rep=rep,
        customer=customer,
        text=text,
        **({"created_at": at} if at else {}),
    )
