"""The radar's lists with many readers at once, and far down a long log."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database import fetch_all
from models.radar import ALL, EVER, Action
from services import radar_lists
from services.principals import Rep
from services.radar import Happening, record
from services.radar_lists import MOST_PASSED_OVER, SeenAction, Wanted
from tests.factories import make_pair, make_rep
from tests.handlers.qiyeweixin.doings import days_ago, do, make_customers


def principal(rep: Any) -> Rep:
    """A rep as it calls."""
    return Rep(rep.id, rep.company_id, rep.role_id, 0)


@pytest.mark.both
async def test_what_is_new_goes_to_one_of_all_that_ask_at_once(db: None) -> None:
    rep, customer = await make_pair()
    for number in range(60):
        await do(rep, customer, remark=f"-{number}")
    taken = await asyncio.gather(
        *(radar_lists.take_new(principal(rep), None, 7) for _ in range(6)),
        *(radar_lists.take_new(principal(rep), Action.CALL, 7) for _ in range(6)),
    )
    texts = [one.text for each in taken for one in each]
    assert (len(texts), len(set(texts))) == (60, 60)


@pytest.mark.both
async def test_what_happens_while_others_fetch_is_fetched_once_too(db: None) -> None:
    rep, customer = await make_pair()
    taken: list[SeenAction] = []

    async def happen(number: int) -> None:
        for step in range(10):
            await do(rep, customer, remark=f"-{number}-{step}")

    async def fetch() -> None:
        for _ in range(10):
            taken.extend(await radar_lists.take_new(principal(rep), None, 5))

    await asyncio.gather(*(happen(number) for number in range(3)), *(fetch() for _ in range(3)))
    while rest := await radar_lists.take_new(principal(rep), None, 100):
        taken += rest
    assert (len(taken), len({one.text for one in taken})) == (30, 30)


@pytest.mark.both
@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(action=Action.CALL),
        Wanted(first_day=days_ago(9).date(), last_day=days_ago(2).date()),
    ],
)
async def test_far_down_the_list_goes_on_as_it_began(db: None, wanted: Wanted) -> None:
    rep = await make_rep()
    (customer,) = await make_customers(rep, 1)
    for age in (12, 9, 8, 4, 3, 2, 0):
        for action in (Action.CALL, Action.FORWARD_CARD):
            await do_many(rep, customer, action, age, 1500)
    whole, total = await radar_lists.by_time(principal(rep), wanted, 50_000, 0)
    offsets = (MOST_PASSED_OVER + 1, 6007, 7499, 7500, total - 1)
    found = [(await radar_lists.by_time(principal(rep), wanted, 5, at))[0] for at in offsets]
    assert len(whole) == total > 7500
    assert found == [whole[at : at + 5] for at in offsets]


async def do_many(rep: Any, customer: Any, action: Action, age: int, times: int) -> None:
    """Let a customer do a thing very often on one day."""
    ids = (rep.company_id, rep.id, customer.id)
    many = [Happening(*ids, customer.name, None, action, f"{age}-{one}") for one in range(times)]
    await record(many, days_ago(age))


@pytest.mark.both
async def test_totals_are_what_the_daily_counters_come_to(db: None) -> None:
    rep = await make_rep()
    customers = await make_customers(rep, 2)
    for customer in customers:
        await do(rep, customer, times=2)
        await do(rep, customer, at=days_ago(3))
        await do(rep, customer, Action.PRAISE)
    rows = await fetch_all("SELECT customer_id, day, action, count FROM action_total")
    days = {str(row[0]) for row in await fetch_all("SELECT DISTINCT day FROM action_counter")}
    totals = {(customer_id, str(day), action): count for customer_id, day, action, count in rows}
    ever = EVER.isoformat()
    old, new = sorted(days)
    assert totals == {
        (ALL, ever, Action.CALL): 6,
        (ALL, ever, Action.PRAISE): 2,
        (ALL, old, Action.CALL): 2,
        (ALL, new, Action.CALL): 4,
        (ALL, new, Action.PRAISE): 2,
        **{(one.id, ever, Action.CALL): 3 for one in customers},
        **{(one.id, ever, Action.PRAISE): 1 for one in customers},
    }
