"""The hand-over of customers: what goes with them, and what stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models import members
from models.base import now
from models.customer import Bond, CustomerNote, record_follow_up
from models.database import atomic, fetch_all
from models.tag import CustomerTag, Tag
from tests.factories import bind, make_company, make_customer, make_pair, make_rep


async def hand_over(rep: Any, heir: Any) -> int:
    """Hand a rep's customers over."""
    async with atomic():
        return await members.hand_over(rep.id, heir.id, now())


async def owners(table: str) -> list[tuple[int, int]]:
    """Whose rows of a table there are: reps and customers."""
    return [
        (row[0], row[1])
        for row in await fetch_all(f"SELECT rep_id, customer_id FROM {table} ORDER BY id")
    ]


@pytest.mark.both
async def test_a_bond_goes_with_what_it_knows_but_not_with_the_reps_pictures(db: None) -> None:
    rep, customer = await make_pair()
    heir = await make_rep(rep.company)
    await Bond.update(
        close_odds=80, expected_on=date(2026, 12, 1), qr_code="a.jpg", poster_url="b.jpg"
    ).aio_execute()
    assert await hand_over(rep, heir) == 1
    rows = await fetch_all("SELECT rep_id, customer_id, close_odds, qr_code, poster_url FROM bond")
    assert rows == [(heir.id, customer.id, 80, "", "")]
    assert await owners("conversation") == [(rep.id, customer.id), (heir.id, customer.id)]


@pytest.mark.both
async def test_notes_and_follow_ups_go_with_their_customers(db: None) -> None:
    rep, customer = await make_pair()
    heir = await make_rep(rep.company)
    stranger = await make_customer(rep.company)
    for who in (customer, stranger):
        await CustomerNote.aio_create(rep=rep, customer=who, name="老客户")
        await record_follow_up(rep.id, who.id, "已拜访", now())
    await hand_over(rep, heir)
    expected = [(heir.id, customer.id), (rep.id, stranger.id)]
    assert (await owners("customer_note"), await owners("follow_up")) == (expected, expected)


@pytest.mark.both
async def test_a_note_of_the_heirs_own_is_kept(db: None) -> None:
    rep, customer = await make_pair()
    heir = await make_rep(rep.company)
    for who, name in ((rep, "老王"), (heir, "王总")):
        await CustomerNote.aio_create(rep=who, customer=customer, name=name)
    await hand_over(rep, heir)
    assert await fetch_all("SELECT rep_id, name FROM customer_note ORDER BY id") == [
        (rep.id, "老王"),
        (heir.id, "王总"),
    ]


@pytest.mark.both
async def test_the_systems_tags_go_and_a_reps_own_stay(db: None) -> None:
    rep, customer = await make_pair()
    heir = await make_rep(rep.company)
    ((system_id,),) = await fetch_all("SELECT MIN(id) FROM tag WHERE parent_id IS NOT NULL")
    own = await Tag.aio_create(rep=rep, name="爱喝茶", parent=1)
    for tag_id in (system_id, own.id):
        await CustomerTag.aio_create(rep=rep, customer=customer, tag=tag_id)
    await hand_over(rep, heir)
    rows = await fetch_all("SELECT rep_id, tag_id FROM customer_tag ORDER BY id")
    assert rows == [(heir.id, system_id), (rep.id, own.id)]


@pytest.mark.both
async def test_a_customer_that_is_the_heirs_already_only_leaves(db: None) -> None:
    company = await make_company()
    rep, customer = await make_pair(company)
    heir = await make_rep(company)
    await bind(heir, customer)
    assert await hand_over(rep, heir) == 0
    assert await owners("bond") == [(heir.id, customer.id)]


@pytest.mark.both
async def test_many_customers_go_by_pieces(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "CHUNK", 3)
    company = await make_company()
    rep, heir = await make_rep(company), await make_rep(company)
    customers = [await make_customer(company) for _ in range(7)]
    for customer in customers:
        await bind(rep, customer)
    assert await hand_over(rep, heir) == 7
    assert await owners("bond") == [(heir.id, customer.id) for customer in customers]
