"""Customers on several processes at once, and what REST does not show of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from models import members
from models.customer import Bond, Customer, Source
from models.database import atomic, execute, fetch_all
from services import customers
from services.chat.bus import LocalBus
from services.chat.messages import SENT, Messages
from services.errors import Invalid, NotFound
from services.principals import MiniCustomer
from tests.factories import bind, make_company, make_customer, make_rep
from tests.handlers.xiaochengxu.rows import count
from tests.statements import counted
from tests.waiting import eventually


class Process:
    """One process's messages, and what it tells of them."""

    def __init__(self) -> None:
        bus = LocalBus()
        self.told: list[int] = []
        bus.listen(SENT, lambda rows: self.told.extend(row[3] for row in rows))
        self.messages = Messages(bus, lanes=1)

    async def bind(self, customer: Any, rep: Any, parent: Any = None) -> bool:
        """Bind a customer to a rep."""
        return await customers.bind(
            MiniCustomer(customer.id, customer.company_id, 0),
            rep.id,
            Source.SCAN,
            parent.id if parent is not None else None,
            self.messages,
        )


async def form_ids() -> list[str]:
    """The form ids of the one customer there is."""
    kept: list[str] = json.loads((await Customer.aio_get()).form_ids)
    return kept


@pytest.mark.mariadb
async def test_a_rep_that_just_moves_gets_no_customer_of_the_company_that_it_leaves(
    db: None,
) -> None:
    company, another = await make_company(), await make_company()
    rep, customer = await make_rep(company), await make_customer(company)
    is_moving = asyncio.Event()

    async def bind_meanwhile() -> bool:
        await is_moving.wait()
        return await Process().bind(customer, rep)

    binding = asyncio.create_task(bind_meanwhile())
    with counted() as made:
        async with atomic():
            await members.lock(rep.id)
            await members.change(rep.id, {"company": another.id})
            is_moving.set()
            waited = ("LOCK IN SHARE MODE", "INSERT INTO bond")
            assert await eventually(lambda: any(one in sql for sql in made for one in waited))
        with pytest.raises(NotFound):
            await binding
    assert await count("bond") == 0


@pytest.mark.both
async def test_a_pair_is_bound_once_by_two_processes(db: None) -> None:
    company = await make_company()
    rep, customer = await make_rep(company), await make_customer(company)
    both = [Process(), Process()]
    made = await asyncio.gather(
        *(process.bind(customer, rep) for _ in range(4) for process in both)
    )
    await asyncio.sleep(0)
    assert made.count(True) == 1
    assert [await count(table) for table in ("bond", "conversation", "message")] == [1, 1, 1]
    assert sorted(process.told for process in both) == [[], [1]]


@pytest.mark.both
async def test_many_customers_are_bound_to_many_reps_at_once(db: None) -> None:
    company = await make_company()
    reps = [await make_rep(company) for _ in range(3)]
    bound = [await make_customer(company) for _ in range(3)]
    process = Process()
    made = await asyncio.gather(
        *(process.bind(customer, rep) for customer in bound for rep in reps)
    )
    assert made == [True] * 9
    assert [await count(table) for table in ("bond", "message")] == [9, 9]


@pytest.mark.both
async def test_where_customers_have_one_rep_two_processes_give_it_one(db: None) -> None:
    company = await make_company(customer_unique=True)
    reps = [await make_rep(company) for _ in range(4)]
    customer = await make_customer(company)
    made = await asyncio.gather(
        *(Process().bind(customer, rep) for rep in reps), return_exceptions=True
    )
    refused = [each for each in made if isinstance(each, Invalid)]
    assert (made.count(True), len(refused), await count("bond")) == (1, 3, 1)


async def test_a_refused_bond_leaves_no_conversation(db: None) -> None:
    company = await make_company(customer_unique=True)
    first, second = await make_rep(company), await make_rep(company)
    customer = await make_customer(company)
    await bind(first, customer)
    with pytest.raises(Invalid):
        await Process().bind(customer, second)
    assert await fetch_all("SELECT rep_id FROM conversation") == [(first.id,)]


async def test_a_parent_that_is_deleted_leaves_the_bond(db: None) -> None:
    company = await make_company()
    rep, customer = await make_rep(company), await make_customer(company)
    parent = await make_customer(company)
    await Process().bind(customer, rep, parent)
    await execute("DELETE FROM customer WHERE id = %s", (parent.id,))
    assert (await Bond.aio_get()).parent_customer_id is None


async def test_the_newest_hundred_form_ids_are_kept(db: None) -> None:
    customer = await make_customer()
    sent = [f"{number}" for number in range(103)]
    for form_id in sent:
        await customers.keep_form_id(customer.id, form_id)
    assert await form_ids() == sent[3:]


async def test_a_form_id_that_comes_again_is_the_newest(db: None) -> None:
    customer = await make_customer()
    for form_id in ("甲", "乙", "甲"):
        await customers.keep_form_id(customer.id, form_id)
    assert await form_ids() == ["乙", "甲"]


@pytest.mark.parametrize("number", [0, -1, 999_999])
async def test_a_customer_that_nobody_is_is_refused(db: None, number: int) -> None:
    await make_customer()
    with pytest.raises(NotFound):
        await customers.require(number)


async def test_a_customer_that_is_there_is_not_refused(db: None) -> None:
    await customers.require((await make_customer()).id)
