"""What ``models.database`` does on both engines alike."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.base import now
from models.company import Company
from models.database import (
    atomic,
    execute,
    fetch_all,
    for_update,
    insert_many,
    retry_on_deadlock,
    upsert,
)
from tests.factories import make_company

COUNTS = ("name", "card_quota", "created_at", *("area", "address", "corp_id", "contacts_secret"))
DEFAULTS = ("customer_unique", "shop_kind")


async def put(rows: list[tuple[str, int]], update: dict[str, str]) -> int:
    """Upsert companies by their names, with a quota each."""
    return await upsert(
        "company",
        (*COUNTS, *DEFAULTS),
        [(name, quota, 0, "", "", "", "", False, 2) for name, quota in rows],
        unique=["name"],
        update=update,
    )


async def quotas() -> dict[str, int]:
    """The quota of every company, by its name."""
    return dict(await fetch_all("SELECT name, card_quota FROM company"))


@pytest.mark.both
@pytest.mark.parametrize("text", ["😀", "👨‍👩‍👧", "𠮷野家", "a\tb\nc", "'\"\\%s?"])
async def test_text_comes_back_as_it_was_written(db: None, text: str) -> None:
    company = await make_company(name=text)
    assert await fetch_all("SELECT name FROM company WHERE id = %s", (company.id,)) == [(text,)]


@pytest.mark.both
async def test_a_moment_comes_back_to_the_millisecond(db: None) -> None:
    moment = now()
    company = await make_company(created_at=moment)
    assert (await Company.aio_get(Company.id == company.id)).created_at == moment


@pytest.mark.both
async def test_names_that_differ_in_case_are_two_names(db: None) -> None:
    await make_company(name="Abc")
    await make_company(name="abc")
    assert await fetch_all("SELECT name FROM company WHERE name = 'abc'") == [("abc",)]


@pytest.mark.both
async def test_an_upsert_inserts_what_is_new(db: None) -> None:
    await put([("一", 1), ("二", 2)], {"card_quota": "{new}"})
    assert await quotas() == {"一": 1, "二": 2}


@pytest.mark.both
async def test_an_upsert_updates_what_is_there(db: None) -> None:
    await put([("一", 1)], {})
    await put([("一", 5), ("二", 2)], {"card_quota": "company.card_quota + {new}"})
    assert await quotas() == {"一": 6, "二": 2}


@pytest.mark.both
async def test_an_upsert_without_changes_leaves_what_is_there(db: None) -> None:
    await put([("一", 1)], {})
    await put([("一", 5)], {})
    assert await quotas() == {"一": 1}


@pytest.mark.both
async def test_an_upsert_tells_whether_it_changed_anything(db: None) -> None:
    inserted = await put([("一", 1)], {})
    again = await put([("一", 1)], {})
    updated = await put([("一", 2)], {"card_quota": "{new}"})
    assert (bool(inserted), bool(again), bool(updated)) == (True, False, True)


@pytest.mark.both
async def test_rows_of_one_insert_get_their_ids_in_order(db: None) -> None:
    names = [f"公司{number}" for number in range(50)]
    ids = await insert_companies(names)
    assert await fetch_all("SELECT id, name FROM company ORDER BY id") == list(
        zip(ids, names, strict=True)
    )


@pytest.mark.both
async def test_concurrent_inserts_each_get_the_ids_of_their_own_rows(db: None) -> None:
    batches = [[f"{batch}-{number}" for number in range(30)] for batch in range(10)]
    given = await asyncio.gather(*map(insert_companies, batches))
    expected = {
        number: name
        for ids, names in zip(given, batches, strict=True)
        for number, name in zip(ids, names, strict=True)
    }
    assert dict(await fetch_all("SELECT id, name FROM company")) == expected


@pytest.mark.both
async def test_a_statement_tells_how_many_rows_it_changed(db: None) -> None:
    await insert_companies(["一", "二", "三"])
    changed = await execute("UPDATE company SET card_quota = 7 WHERE name <> %s", ("一",))
    assert changed == 2


async def insert_companies(names: list[str]) -> list[int]:
    """Insert companies by one statement and give their ids."""
    rows: list[tuple[Any, ...]] = [(name, 0, 0, "", "", "", "", False, 2) for name in names]
    return await insert_many("company", (*COUNTS, *DEFAULTS), rows)


@pytest.mark.mariadb
async def test_the_victim_of_a_deadlock_in_an_inner_transaction_loses_nothing(db: None) -> None:
    first, second = await make_company(card_quota=0), await make_company(card_quota=0)
    both_hold_one, tries = asyncio.Barrier(2), 0

    @retry_on_deadlock
    async def raise_quota_then_lock(mine: int, other: int) -> None:
        nonlocal tries
        tries += 1
        is_first_try = tries <= 2
        async with atomic():
            await execute("UPDATE company SET card_quota = card_quota + 1 WHERE id = %s", (mine,))
            if is_first_try:
                await both_hold_one.wait()
            await lock(other)

    @retry_on_deadlock
    async def lock(company_id: int) -> None:
        async with atomic():
            await fetch_all(f"SELECT id FROM company WHERE id = %s{for_update()}", (company_id,))

    await asyncio.gather(
        raise_quota_then_lock(first.id, second.id), raise_quota_then_lock(second.id, first.id)
    )
    assert (await quotas(), tries) == ({first.name: 1, second.name: 1}, 3)
