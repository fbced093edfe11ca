"""Exports: read page by page, bounded, and given up when nobody takes them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from models import follow_ups as queries
from models.base import now
from models.database import database, fetch_all
from services import company_customers, follow_ups
from services.company_customers import CompanyCustomer, CustomerFilter
from services.errors import Invalid, Throttled
from services.exports import MOST_AT_ONCE, Abandoned, Export, Exports, Kind, Listing
from services.follow_ups import FollowUpFilter
from services.principals import AdminRep
from tests.company import make_customers, make_follow_up
from tests.factories import make_admin, make_company, make_pair, make_rep
from tests.logs import Log
from tests.sheets import read_csv
from tests.statements import counted


def principal(admin: Any) -> AdminRep:
    """The rep as its signature shows it."""
    return AdminRep(admin.id, admin.company_id, 1, 0)


async def exported(admin: Any, exports: Exports, **wanted: Any) -> list[int]:
    """Export a company's customers and give their ids."""
    rep = principal(admin)
    listing = await company_customers.listing(rep, CustomerFilter(**wanted))
    export: Export[CompanyCustomer] = Export(
        "客户", Kind.CSV, ["客户ID"], listing, lambda one: [one.facts.id]
    )
    async with aclosing(exports.write(rep, export, lambda: False)) as pieces:
        body = b"".join([piece async for piece in pieces])
    return [int(row[0]) for row in read_csv(body)[1:]]


def endless(rep: AdminRep, exports: Exports, is_gone: bool = False) -> AsyncGenerator[bytes, None]:
    """An export that has no end."""

    async def pages(_: int) -> AsyncGenerator[list[int], None]:
        for number in itertools.count():
            yield [number]

    async def count(_: int) -> int:
        return 1

    listing = Listing(count, pages)
    export: Export[int] = Export("数", Kind.CSV, ["数"], listing, lambda one: [one])
    return exports.write(rep, export, lambda: is_gone)


@pytest.mark.both
@pytest.mark.parametrize("page_rows", [1, 2, 3, 7, 8, 100])
async def test_every_row_comes_once_whatever_the_length_of_a_page(db: None, page_rows: int) -> None:
    admin = await make_admin()
    made = await make_customers(admin.company, 3)
    made += await make_customers(admin.company, 4, created_at=now())  # of one millisecond
    await make_customers(await make_company(), 2)
    wanted = sorted(((one.created_at, one.id) for one in made), reverse=True)
    assert await exported(admin, Exports(page_rows)) == [number for _, number in wanted]


@pytest.mark.both
async def test_an_export_holds_no_connection_between_its_pages(db: None) -> None:
    admin = await make_admin()
    await make_customers(admin.company, 5)
    rep = principal(admin)
    listing = await company_customers.listing(rep, CustomerFilter())
    export: Export[CompanyCustomer] = Export(
        "客户", Kind.CSV, ["客户ID"], listing, lambda one: [one.facts.id]
    )
    lengths = []
    async with aclosing(Exports(1).write(rep, export, lambda: False)) as pieces:
        async for _ in pieces:
            assert not database.obj.pool_backend.has_acquired_connections()
            lengths.append(await company_customers.page(rep, CustomerFilter(), 1, 0))
    assert len(lengths) == 6


async def test_a_page_costs_the_same_however_many_rows_stand_before_it(db: None) -> None:
    admin = await make_admin()
    await make_customers(admin.company, 12)
    with counted() as statements:
        await exported(admin, Exports(4))
    pages = [sql for sql in statements if "FROM customer c WHERE" in sql and "LIMIT" in sql]
    assert not any("OFFSET" in sql for sql in pages)
    # To count, then four pages, the last of which is empty, of which three have something to add.
    assert len(statements) == 1 + 4 + 3 * 4


async def test_a_list_that_is_too_long_is_refused(db: None) -> None:
    admin = await make_admin()
    await make_customers(admin.company, 3)
    with pytest.raises(Invalid, match="超过2条记录"):
        await exported(admin, Exports(1, most_rows=2))
    assert len(await exported(admin, Exports(1, most_rows=3))) == 3
    assert len(await exported(admin, Exports(1, most_rows=2), phone="1")) == 0


@pytest.mark.both
async def test_follow_ups_of_all_reps_come_with_the_newest_first(db: None) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    stranger, of_stranger = await make_pair()
    await make_follow_up(stranger, of_stranger, "别家")
    moment = now()
    made = [
        (await make_follow_up(who, customer, f"第{number}次", at)).id
        for number, (who, at) in enumerate([(rep, moment), (other, moment), (rep, now())])
    ]
    caller = principal(await make_admin(rep.company))
    for length in (1, 2, 3):
        listing = await follow_ups.listing(caller, FollowUpFilter())
        found = [row.id async for page in listing.pages(length) for row in page]
        assert found == [made[2], made[1], made[0]]
    assert (await listing.count(10), await listing.count(2)) == (3, 2)


@pytest.mark.both
async def test_what_a_rep_wrote_in_another_company_stays_there(db: None) -> None:
    rep, customer = await make_pair()
    await make_follow_up(rep, customer, "以前的")
    old, admin = await make_admin(rep.company), await make_admin()
    rep.company = admin.company
    await rep.aio_save()
    for caller, wanted, texts in (
        (admin, FollowUpFilter(), []),
        (admin, FollowUpFilter(rep_id=rep.id), []),
        (old, FollowUpFilter(), ["以前的"]),
        (old, FollowUpFilter(customer_id=customer.id), ["以前的"]),
    ):
        listing = await follow_ups.listing(principal(caller), wanted)
        assert [row.text async for page in listing.pages(10) for row in page] == texts
        assert await listing.count(10) == len(texts)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (FollowUpFilter(), "followup_company_id_created_at"),
        (FollowUpFilter(rep_id=1), "followup_rep_id_company_id_created_at"),
    ],
)
async def test_follow_ups_are_counted_and_read_along_an_index(
    db: None, wanted: FollowUpFilter, index: str
) -> None:
    with counted() as made:
        await queries.behind(1, wanted, None, 10)
        await queries.count_all(1, wanted, 10)
    for sql in made:
        params = [1] * sql.count("?")
        steps = [row[3] for row in await fetch_all(f"EXPLAIN QUERY PLAN {sql}", params)]
        assert [step for step in steps if f"SEARCH f USING COVERING INDEX {index}" in step]
        assert "SCAN f" not in steps


async def test_no_company_writes_more_than_two_files_at_once(db: None) -> None:
    exports = Exports()
    one, another = (AdminRep(number, number, 1, 0) for number in (1, 2))
    async with aclosing(endless(one, exports)) as first, aclosing(endless(one, exports)) as second:
        for pieces in (first, second):
            await anext(pieces)
        with pytest.raises(Throttled):
            await anext(endless(one, exports))
        async with aclosing(endless(another, exports)) as third:
            await anext(third)
    assert exports.count == 0
    async with aclosing(endless(one, exports)) as again:
        await anext(again)


async def test_a_process_writes_only_so_many_files_at_once(db: None) -> None:
    exports = Exports()
    write = partial(endless, exports=exports)
    running = [write(AdminRep(number, number, 1, 0)) for number in range(MOST_AT_ONCE)]
    for pieces in running:
        await anext(pieces)
    with pytest.raises(Throttled):
        await anext(write(AdminRep(99, 99, 1, 0)))
    for pieces in running:
        await pieces.aclose()
    assert exports.count == 0


async def test_an_export_that_nobody_takes_ends_and_says_so(db: None, log: Log) -> None:
    exports, rep = Exports(), AdminRep(3, 7, 1, 0)
    with pytest.raises(Abandoned):
        async for _ in endless(rep, exports, is_gone=True):
            pass
    (event,) = log.named("export")
    told = {name: event[name] for name in ("rep_id", "company_id", "rows", "is_whole")}
    assert told == {"rep_id": 3, "company_id": 7, "rows": 0, "is_whole": False}
    assert exports.count == 0
