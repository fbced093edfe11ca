"""Storing: one transaction for a batch, and every item in it for itself (services/chat)."""

from __future__ import annotations

import asyncio

import pytest

from models import chat
from models.chat import Pair, Sender
from models.customer import Bond
from models.database import execute, fetch_all
from services.chat.bus import LocalBus
from services.chat.messages import SENT, Draft, Messages, store
from services.errors import NotFound
from tests.factories import make_pair
from tests.services.chat.locks import row_held
from tests.services.chat.talk import content
from tests.storage import Storage
from tests.waiting import eventually

NOBODY = Pair(999_998, 999_999)
STORED_SECONDS = 2


async def make_pairs(count: int) -> list[Pair]:
    """Make pairs of strangers."""
    return [Pair(*(one.id for one in await make_pair())) for _ in range(count)]


def draft(pair: Pair, text: str = "甲", name: str | None = None) -> Draft:
    """Write a message of the customer."""
    return Draft(pair, Sender.CUSTOMER, content(text), name)


async def seqs(pair: Pair) -> list[int]:
    """The seqs of a pair's messages."""
    return [row.seq for row in reversed(await chat.page(pair, 1000, 0))]


@pytest.mark.both
async def test_a_batch_of_several_pairs_gives_each_its_own_seqs(db: None) -> None:
    pairs = await make_pairs(3)
    await store([draft(pair) for pair in pairs * 4])
    assert [await seqs(pair) for pair in pairs] == [[1, 2, 3, 4]] * 3


@pytest.mark.both
async def test_a_pair_without_a_bond_is_refused_and_the_others_are_stored(db: None) -> None:
    (pair,) = await make_pairs(1)
    found = await store([draft(pair), draft(NOBODY), draft(pair)])
    assert isinstance(found[1], NotFound)
    assert await seqs(pair) == [1, 2]


@pytest.mark.mariadb
@pytest.mark.parametrize("side", ["rep", "customer"])
async def test_a_message_waits_for_nobody_who_holds_the_rep_or_the_customer(
    db: None, storage: Storage, side: str
) -> None:
    # What a customer does holds the rep before the pair; a message has the pair already.
    (pair,) = await make_pairs(1)
    number = pair.rep_id if side == "rep" else pair.customer_id
    with row_held(storage, side, number):
        async with asyncio.timeout(STORED_SECONDS):
            await store([draft(pair)])
    assert await seqs(pair) == [1]


@pytest.mark.both
async def test_results_come_in_the_order_of_the_drafts(db: None) -> None:
    pairs = await make_pairs(2)
    drafts = [draft(pairs[number % 2], str(number)) for number in range(20)]
    found = [one for one in await store(drafts) if not isinstance(one, Exception)]
    stored = {row.id: row.content for pair in pairs for row in await chat.after(pair, 0, 100)}
    assert [stored[one.id] for one in found] == [one.content for one in drafts]


@pytest.mark.both
async def test_a_message_moves_its_conversation_and_its_bond(db: None) -> None:
    (pair,) = await make_pairs(1)
    await store([draft(pair), draft(pair), Draft(pair, Sender.REP, content("乙"))])
    (row,) = await fetch_all(
        "SELECT last_seq, rep_unread, customer_unread, rep_sent, customer_sent FROM conversation"
    )
    (last,) = await fetch_all("SELECT last_message_id FROM conversation")
    assert (tuple(row), last[0]) == ((3, 2, 1, 1, 2), (await chat.after(pair, 2, 1))[0].id)
    bond = await Bond.aio_get(Bond.rep == pair.rep_id)
    assert None not in (bond.last_activity_at, bond.last_followed_at)


@pytest.mark.mariadb
async def test_a_batch_that_fails_leaves_neither_rows_nor_gaps(db: None) -> None:
    (pair,) = await make_pairs(1)
    await store([draft(pair)])
    with pytest.raises(Exception, match="client_msg_id"):
        await store([draft(pair, name="a" * 65), draft(pair, name="甲")] * 2)
    await store([draft(pair)])
    assert await seqs(pair) == [1, 2]


@pytest.mark.both
async def test_writers_side_by_side_leave_no_gap_and_no_double(db: None) -> None:
    pairs = await make_pairs(3)
    batches = [[draft(pair) for pair in pairs * 3] for _ in range(12)]
    await asyncio.gather(*(store(batch[shift % 3 :]) for shift, batch in enumerate(batches)))
    for pair in pairs:
        found = await seqs(pair)
        assert found == list(range(1, len(found) + 1))


@pytest.mark.both
async def test_the_same_name_from_writers_side_by_side_is_one_message(db: None) -> None:
    (pair,) = await make_pairs(1)
    found = await asyncio.gather(*(store([draft(pair, name="甲")]) for _ in range(20)))
    assert len({one.id for (one,) in found if not isinstance(one, Exception)}) == 1
    assert await seqs(pair) == [1]


async def test_only_the_first_of_repeats_is_told_of(db: None) -> None:
    (pair,) = await make_pairs(1)
    found = await store([draft(pair, name="甲"), draft(pair, name="甲")])
    again = await store([draft(pair, name="甲")])
    told = [one for one in [*found, *again] if not isinstance(one, Exception) and one.message]
    assert len(told) == 1


async def test_one_event_tells_of_a_whole_batch(db: None) -> None:
    (pair,) = await make_pairs(1)
    bus, events = LocalBus(), list[list[object]]()
    bus.listen(SENT, events.append)
    service = Messages(bus, lanes=1)
    task = asyncio.create_task(service.run())
    await asyncio.gather(*(service.send(draft(pair)) for _ in range(30)))
    assert await eventually(lambda: events)
    task.cancel()
    await asyncio.wait([task])
    assert [len(event) for event in events] == [30]


@pytest.mark.both
@pytest.mark.parametrize("lanes", [1, 2, 3])
async def test_lanes_keep_each_pair_in_order(db: None, lanes: int) -> None:
    pairs = await make_pairs(4)
    service = Messages(LocalBus(), lanes=lanes)
    task = asyncio.create_task(service.run())
    drafts = [draft(pairs[number % 4], str(number)) for number in range(400)]
    await asyncio.gather(*(service.send(one) for one in drafts))
    task.cancel()
    await asyncio.wait([task])
    for index, pair in enumerate(pairs):
        texts = [row.content for row in await chat.after(pair, 0, 1000)]
        assert texts == [one.content for one in drafts[index::4]]


async def test_a_conversation_outlives_its_bond(db: None) -> None:
    (pair,) = await make_pairs(1)
    await store([draft(pair)])
    await execute("DELETE FROM bond")
    assert await seqs(pair) == [1]
    assert await chat.after(pair, 0, 1000) == []
