"""What customers have done, at any time: log rows with their counters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models.base import now
from models.radar import Action
from services import radar
from services.clock import SHANGHAI
from services.radar import Happening
from tests.factories import bind, make_customer


async def do(
    rep: Any,
    customer: Any,
    action: Action = Action.CALL,
    *,
    at: datetime | None = None,
    remark: str = "拨打您的手机",
    times: int = 1,
) -> None:
    """Let a customer do something to a rep."""
    name = radar.shown_name(customer.name, customer.id)
    one = Happening(rep.company_id, rep.id, customer.id, name, None, action, remark)
    await radar.record([one] * times, at or now())


def days_ago(days: int) -> datetime:
    """Give this time of day, days before today."""
    return now() - timedelta(days=days)


def day(days_ago: int = 0) -> str:
    """Write a day in Shanghai as parameters have it."""
    return (now() - timedelta(days=days_ago)).astimezone(SHANGHAI).date().isoformat()


async def make_customers(rep: Any, count: int) -> list[Any]:
    """Make customers that belong to a rep."""
    customers = [await make_customer(rep.company) for _ in range(count)]
    for customer in customers:
        await bind(rep, customer)
    return customers
