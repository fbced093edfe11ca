"""The library on several processes at once, and what its lists cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models import cases as case_queries
from models import diaries as diary_queries
from models.base import now
from models.database import fetch_all
from models.library import CaseCollection, Footprint
from services import cases, diaries
from services.cases import Record
from services.chat.bus import LocalBus
from services.errors import NotFound
from services.principals import MiniCustomer
from services.radar import Radar
from tests.factories import make_customer, make_pair
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.library import counts_of, footprints_of, make_case, make_diary, make_tag
from tests.statements import counted


def principal(customer: Any) -> MiniCustomer:
    """A customer as it calls."""
    return MiniCustomer(customer.id, customer.company_id, 0)


def radar() -> Radar:
    """A radar that nobody looks at."""
    return Radar(LocalBus())


async def test_a_case_is_not_found_by_a_tag_that_it_has_not(db: None) -> None:
    customer, events = await make_customer(), radar()
    case, other = [await make_case(customer.company) for _ in range(2)]
    tag = await make_tag(customer.company, case)
    before = await everything()
    with pytest.raises(NotFound):
        await cases.page(principal(customer), cases.Wanted(other.id, tag.id), 20, 0, events)
    assert await everything() == before
    found = await cases.page(principal(customer), cases.Wanted(case.id, tag.id), 20, 0, events)
    assert ([one.row.id for one in found[0]], found[1]) == ([case.id], 1)


@pytest.mark.both
async def test_a_hundred_toggles_at_once_leave_the_count_in_step(db: None) -> None:
    first = await make_customer()
    callers = [principal(first)]
    callers += [principal(await make_customer(first.company)) for _ in range(4)]
    case = await make_case(first.company)
    mine, other = [await make_diary(case) for _ in range(2)]
    turns = [(caller, diary) for caller in callers for diary in (mine, other, mine)] * 7
    await asyncio.gather(
        *(diaries.toggle_praise(caller, diary.id) for caller, diary in turns[:100])
    )
    for diary in (mine, other):
        ((rows,),) = await fetch_all(
            "SELECT COUNT(*) FROM diary_praise WHERE diary_id = %s", (diary.id,)
        )
        assert (await counts_of(diary)).get("praise_count", 0) == rows
    assert (await counts_of(case)).get("praise_count", 0) == await count("diary_praise")


@pytest.mark.both
async def test_an_even_number_of_toggles_at_once_leaves_no_praise(db: None) -> None:
    customer = await make_customer()
    diary = await make_diary(await make_case(customer.company))
    states = await asyncio.gather(
        *(diaries.toggle_praise(principal(customer), diary.id) for _ in range(20))
    )
    assert sorted(states) == [(False, 0)] * 10 + [(True, 1)] * 10
    assert (await count("diary_praise"), await counts_of(diary)) == (0, {})


@pytest.mark.both
async def test_all_that_happens_to_one_case_at_once_is_counted(db: None) -> None:
    rep, customer = await make_pair()
    caller, events = principal(customer), radar()
    case = await make_case(rep.company)
    tag = await make_tag(rep.company, case)
    diary = await make_diary(case, title="量尺")
    deeds: list[Callable[[], Awaitable[Any]]] = [
        lambda: cases.page(caller, cases.Wanted(case_id=case.id), 20, 0, events),
        lambda: cases.page(caller, cases.Wanted(tag_id=tag.id), 20, 0, events),
        lambda: cases.collect(caller, case.id),
        lambda: diaries.comment(caller, diary.id, "好看"),
        lambda: diaries.read(caller, diaries.Wanted(diary.id, case.id, rep.id), 20, 0, events),
    ]
    await asyncio.gather(*(deed() for _ in range(6) for deed in deeds))
    assert await counts_of(case) == {"read_count": 6, "comment_count": 6}
    assert await counts_of(diary) == {"read_count": 6, "comment_count": 6}
    assert sorted(await footprints_of(customer), key=str) == sorted(
        [(case.id, None), (case.id, diary.id)] * 6, key=str
    )
    assert await fetch_all("SELECT search_count FROM case_tag") == [(6,)]
    assert (await count("tag_search"), await count("case_collection")) == (1, 1)
    numbers = {remark.split("次")[0] for _, remark in await logs_of(rep)}
    assert numbers == {"首", *(f"查看您的日记量尺/第{n}" for n in range(2, 7))}


@pytest.mark.both
async def test_visits_of_the_front_page_at_once_get_different_numbers(db: None) -> None:
    rep, customer = await make_pair()
    wanted, events = cases.Wanted(rep_id=rep.id), radar()
    await asyncio.gather(
        *(cases.page(principal(customer), wanted, 20, 0, events) for _ in range(8))
    )
    numbers = {remark.split("次")[0] for _, remark in await logs_of(rep)}
    assert numbers == {"首", *(f"查看您的日记首页/第{n}" for n in range(2, 9))}


async def test_what_a_page_costs_does_not_grow_with_it(db: None) -> None:
    customer = await make_customer()
    caller, events = principal(customer), radar()
    made = [await make_case(customer.company) for _ in range(12)]
    tag = await make_tag(customer.company, *made)
    for case in made:
        await make_diary(case)
        await Footprint.aio_create(customer=customer, case=case)
        await CaseCollection.aio_create(customer=customer, case=case)
    lists: list[tuple[Callable[[int], Awaitable[Any]], int]] = [
        (lambda length: cases.page(caller, cases.Wanted(), length, 0, events), 4),
        (lambda length: cases.page(caller, cases.Wanted(tag_id=tag.id), length, 12, events), 3),
        (lambda length: cases.met(caller, Record.BROWSED, length, 0), 4),
        (lambda length: cases.met(caller, Record.KEPT, length, 0), 4),
        (lambda length: diaries.read(caller, diaries.Wanted(), length, 0, events), 2),
    ]
    for ask, cost in lists:
        for length in (1, 12):
            with counted() as made_statements:
                await ask(length)
            selects = [one for one in made_statements if one.startswith("SELECT")]
            assert len(selects) == cost, selects


async def test_lists_walk_an_index_and_sort_nothing_but_the_page(db: None) -> None:
    customer = await make_customer()
    ids, moment = (customer.id, customer.company_id), now()
    lists: dict[str, Callable[[], Awaitable[Any]]] = {
        "case_company_id_status_updated_at": lambda: case_queries.page(ids[1], 20, 0),
        "footprint_customer_id_id": lambda: case_queries.met(Record.BROWSED, *ids, 20, 0),
        "footprint_customer_id_case_id": lambda: case_queries.count_met(Record.BROWSED, *ids),
        "casecollection_customer_id_created_at": lambda: case_queries.met(Record.KEPT, *ids, 20, 0),
        "diary_company_id_status_created_at": lambda: diary_queries.page(
            ids[1], ids[0], moment, 20, 0
        ),
        "diary_company_id_status_dated_at": lambda: diary_queries.count(ids[1], moment),
    }
    for index, ask in lists.items():
        with counted() as made:
            await ask()
        (sql,) = made
        steps = [
            row[3] for row in await fetch_all(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))
        ]
        assert any(index in step for step in steps), (index, steps)
        assert sum("TEMP B-TREE" in step for step in steps) <= 1, steps
