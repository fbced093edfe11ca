"""What open pages have shown is written together, told once, and not lost (decisions S32)."""

from __future__ import annotations

from typing import Any

import pytest

from models import chat_positions
from models.chat import Pair, Sender
from models.chat_positions import Position
from models.database import execute
from services.chat import messages
from services.chat.bus import LocalBus
from services.chat.messages import Draft
from services.chat.reading import READ, Reading
from tests.factories import make_pair
from tests.services.chat.talk import content
from tests.waiting import eventually


async def spoken(count: int, sender: Sender = Sender.REP) -> Pair:
    """Make a pair in which one side has spoken so often."""
    pair = Pair(*(one.id for one in await make_pair()))
    await messages.store([Draft(pair, sender, content("甲"))] * count)
    return pair


async def position(pair: Pair) -> Position:
    """How far a pair has come and been read."""
    (found,) = await chat_positions.positions([pair])
    return found


def listening() -> tuple[Reading, list[Any]]:
    """Make a reading, and a list of the events that it publishes."""
    bus, events = LocalBus(), list[Any]()
    bus.listen(READ, events.append)
    return Reading(bus), events


@pytest.mark.both
async def test_what_was_noted_is_written_by_the_next_flush(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    reading.note(Sender.CUSTOMER, pair, 2)
    await reading.flush()
    found = await position(pair)
    assert (found.customer_read_seq, found.customer_unread) == (2, 1)


@pytest.mark.mariadb
async def test_what_was_noted_is_not_lost_to_deadlocks_without_end(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    reading.note(Sender.CUSTOMER, pair, 2)
    await execute(
        "CREATE TRIGGER in_the_way BEFORE UPDATE ON conversation FOR EACH ROW"
        " SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213"
    )
    try:
        await reading.flush()
    finally:
        await execute("DROP TRIGGER in_the_way")
    await reading.flush()
    assert (await position(pair)).customer_read_seq == 2


async def test_nothing_is_written_before_the_flush(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    reading.note(Sender.CUSTOMER, pair, 2)
    assert (await position(pair)).customer_read_seq == 0


@pytest.mark.both
async def test_one_event_tells_of_all_pairs_that_a_side_has_read(db: None) -> None:
    reading, events = listening()
    pairs = [await spoken(2) for _ in range(5)]
    for pair in pairs:
        for seq in (1, 2):
            reading.note(Sender.CUSTOMER, pair, seq)
    await reading.flush()
    assert await eventually(lambda: events)
    assert [sorted(event) for event in events] == [
        sorted([Sender.CUSTOMER, *pair, 2] for pair in pairs)
    ]


async def test_the_farthest_place_counts_in_whatever_order_they_are_noted(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    for seq in (1, 3, 2):
        reading.note(Sender.CUSTOMER, pair, seq)
    await reading.flush()
    assert (await position(pair)).customer_read_seq == 3


async def test_both_sides_are_written_apart(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    reading.note(Sender.CUSTOMER, pair, 1)
    reading.note(Sender.REP, pair, 2)
    await reading.flush()
    found = await position(pair)
    assert (found.customer_read_seq, found.rep_read_seq) == (1, 2)


async def test_what_was_read_already_is_not_told_again(db: None) -> None:
    reading, events = listening()
    pair = await spoken(2)
    for _ in range(2):
        reading.note(Sender.CUSTOMER, pair, 2)
        await reading.flush()
    await reading.read(Sender.CUSTOMER, pair, 1)
    assert await eventually(lambda: events)
    assert len(events) == 1


@pytest.mark.both
async def test_a_count_that_went_astray_is_mended_by_reading(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(4)
    await execute("UPDATE conversation SET customer_unread = 99")
    await reading.read(Sender.CUSTOMER, pair, 1)
    assert await reading.count(Sender.CUSTOMER, pair) == 3


async def test_a_pair_that_is_gone_does_not_hold_up_the_others(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(2)
    reading.note(Sender.CUSTOMER, Pair(999_998, 999_999), 5)
    reading.note(Sender.CUSTOMER, pair, 2)
    await reading.flush()
    assert (await position(pair)).customer_read_seq == 2


@pytest.mark.both
async def test_what_is_fresh_is_given_once_and_in_order(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3)
    found = [await reading.fresh(Sender.CUSTOMER, pair) for _ in range(2)]
    assert [[one.seq for one in each] for each in found] == [[1, 2, 3], []]


@pytest.mark.both
async def test_a_rep_counts_what_all_customers_wrote(db: None) -> None:
    reading, _ = listening()
    pair = await spoken(3, Sender.CUSTOMER)
    await spoken(5, Sender.CUSTOMER)
    assert await reading.count_all(pair.rep_id) == 3
