"""Cards on several processes at once, and what REST does not show of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from models.database import execute, fetch_all
from services import cards, deeds
from services.cards import Cards
from services.chat.bus import LocalBus
from services.clock import day_of
from services.deeds import Deed
from services.errors import NotFound
from services.principals import MiniCustomer
from services.radar import HAPPENED, Radar, from_event
from tests.factories import bind, make_company, make_customer, make_pair, make_rep
from tests.handlers.xiaochengxu.rows import counters_of, logs_of
from tests.services.chat.locks import row_held
from tests.storage import Storage


class Process:
    """One process's cards, and what it tells of them."""

    def __init__(self) -> None:
        bus = LocalBus()
        self.told: list[str] = []
        bus.listen(HAPPENED, lambda data: self.told.extend(one.text for one in from_event(data)))
        self.cards = Cards(Radar(bus))


@contextlib.asynccontextmanager
async def processes(count: int) -> AsyncIterator[list[Process]]:
    """Run the cards of so many processes on one database."""
    made = [Process() for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(process.cards.run()) for process in made]
        yield made
        for task in tasks:
            task.cancel()


def principal(customer: Any) -> MiniCustomer:
    """A customer as it calls."""
    return MiniCustomer(customer.id, customer.company_id, 0)


@pytest.mark.both
async def test_views_on_two_processes_get_different_numbers(db: None) -> None:
    rep, customer = await make_pair()
    async with processes(2) as both:
        await asyncio.gather(
            *(process.cards.view(principal(customer), rep.id) for _ in range(8) for process in both)
        )
    numbers = [remark.split("次")[0] for _, remark in await logs_of(rep)]
    assert sorted(numbers) == sorted(["首", *(f"查看您的名片第{n}" for n in range(2, 17))])
    assert await counters_of(rep) == {"popularity": 16}


@pytest.mark.both
async def test_deeds_of_two_processes_on_many_cards_are_all_counted(db: None) -> None:
    company = await make_company()
    reps = [await make_rep(company) for _ in range(4)]
    customers = [await make_customer(company) for _ in range(4)]
    async with processes(2) as both:
        await asyncio.gather(
            *(
                process.cards.note(principal(customer), rep.id, deeds.FORWARD)
                for process in both
                for customer in customers
                for rep in reps
            )
        )
    assert [await counters_of(rep) for rep in reps] == [{"forward_count": 8}] * 4


@pytest.mark.mariadb
@pytest.mark.parametrize("deed", [deeds.VIEW_WEBSITE, deeds.FORWARD, deeds.VIEW])
async def test_a_deed_takes_the_rep_before_the_bond(db: None, storage: Storage, deed: Deed) -> None:
    # The other way round it could wait for one who has the rep and wants the bond.
    rep, customer = await make_pair()
    ((bond_id,),) = await fetch_all("SELECT id FROM bond")
    async with processes(1) as (process,):
        await process.cards.note(principal(customer), rep.id, deed)  # now its counters are there
        with row_held(storage, "rep", rep.id) as lock:
            noting = asyncio.create_task(process.cards.note(principal(customer), rep.id, deed))
            assert await lock.is_waited_for()
            lock.take("bond", bond_id)
        await noting
    assert len(await logs_of(rep)) == 2


@pytest.mark.both
async def test_praise_on_two_processes_stays_in_step(db: None) -> None:
    rep, customer = await make_pair()
    async with processes(2) as both:
        await asyncio.gather(
            *(
                process.cards.toggle_praise(principal(customer), rep.id)
                for _ in range(5)
                for process in both
            )
        )
    ups = await fetch_all("SELECT is_up FROM card_praise")
    assert (ups, await counters_of(rep), len(await logs_of(rep))) == ([(0,)], {}, 10)


@pytest.mark.both
async def test_different_deeds_of_one_pair_at_once_are_all_done(db: None) -> None:
    rep, customer = await make_pair()
    caller = principal(customer)
    async with processes(2) as (one, other):
        await asyncio.gather(
            *(one.cards.view(caller, rep.id) for _ in range(4)),
            *(other.cards.toggle_praise(caller, rep.id) for _ in range(3)),
            *(one.cards.praise_sign(caller, rep.id) for _ in range(3)),
            *(other.cards.note(caller, rep.id, deeds.FORWARD) for _ in range(4)),
        )
    assert await counters_of(rep) == {
        "popularity": 4,
        "praise_count": 1,
        "sign_praise_count": 1,
        "forward_count": 4,
    }


async def test_one_who_may_not_does_not_hold_up_the_others(db: None) -> None:
    rep, customer = await make_pair()
    foreign = await make_rep()
    async with processes(1) as (process,):
        found = await asyncio.gather(
            process.cards.view(principal(customer), foreign.id),
            process.cards.view(principal(customer), rep.id),
            process.cards.view(principal(customer), 99999),
            return_exceptions=True,
        )
    assert [type(each).__name__ for each in found] == ["NotFound", "Card", "NotFound"]
    assert len(await logs_of(rep)) == 1


async def test_what_was_logged_is_told_with_the_name(db: None) -> None:
    rep, customer = await make_pair()
    async with processes(1) as (process,):
        await process.cards.note(principal(customer), rep.id, deeds.CALL)
        await asyncio.sleep(0)
    assert process.told == [f"{customer.name}拨打您的手机"]


async def test_what_was_not_logged_is_not_told(db: None) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    async with processes(1) as (process,):
        await process.cards.view(principal(customer), rep.id)
        with pytest.raises(NotFound):
            await process.cards.view(principal(customer), 99999)
        await asyncio.sleep(0)
    assert process.told == []


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2018, 12, 31, 15, 59, 59, tzinfo=UTC), "2018-12-31"),
        (datetime(2018, 12, 31, 16, 0, tzinfo=UTC), "2019-01-01"),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(moment: datetime, day: str) -> None:
    assert day_of(moment).isoformat() == day


@pytest.mark.both
async def test_each_day_has_a_counter_of_its_own(db: None) -> None:
    rep, customer = await make_pair()
    async with processes(1) as (process,):
        await process.cards.note(principal(customer), rep.id, deeds.CALL)
        await execute("UPDATE action_counter SET day = '2018-06-08'")
        for _ in range(2):
            await process.cards.note(principal(customer), rep.id, deeds.CALL)
    assert await fetch_all("SELECT count FROM action_counter ORDER BY day") == [(1,), (2,)]


async def test_bonds_of_one_moment_are_listed_newest_first(db: None) -> None:
    company = await make_company()
    customer = await make_customer(company)
    reps = [await make_rep(company) for _ in range(3)]
    for rep in reps:
        await bind(rep, customer)
    await execute("UPDATE bond SET created_at = 1")
    found = await cards.of_customer(principal(customer))
    assert [card.id for card, *_ in found] == [rep.id for rep in reversed(reps)]


async def test_a_saved_poster_counts_in_the_number_of_a_view_beside_it(db: None) -> None:
    rep, customer = await make_pair()
    async with processes(1) as (process,):
        await asyncio.gather(
            process.cards.note(principal(customer), rep.id, deeds.SAVE_POSTER),
            process.cards.view(principal(customer), rep.id),
        )
    assert [remark for _, remark in await logs_of(rep)] == [
        "保存了您的名片海报",
        "查看您的名片第2次,把握深度交流的机会",
    ]
