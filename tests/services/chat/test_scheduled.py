"""Sending what was scheduled: once, whoever does it and whatever dies (services/chat)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models import chat
from models.base import now
from models.chat import Pair
from models.database import execute
from models.scheduled import ScheduledFilter
from services.chat import scheduled
from services.chat.bus import LocalBus
from services.chat.messages import SENT, Messages
from services.principals import Rep
from tests.factories import make_pair
from tests.figures import read
from tests.logs import Log
from tests.services.chat.talk import content

DUE_MS = 7_200_000


async def some(count: int) -> tuple[Pair, list[int]]:
    """Schedule messages of one pair for the next hour, and let their time come."""
    pair = Pair(*(one.id for one in await make_pair()))
    at = now() + timedelta(hours=1)
    numbers = [
        await scheduled.schedule(pair, content(str(number)), at + timedelta(seconds=number))
        for number in range(count)
    ]
    await execute("UPDATE scheduled_message SET send_at = send_at - %s", (DUE_MS,))
    return pair, numbers


async def states(pair: Pair) -> list[int]:
    """What has become of a rep's messages, the first to be sent first."""
    rep = Rep(pair.rep_id, 1, 2, 0)
    rows, _ = await scheduled.page(rep, ScheduledFilter(), 100, 0)
    return [row.state for row in reversed(rows)]


async def texts(pair: Pair) -> list[str]:
    """What a pair's conversation says."""
    return [row.content for row in await chat.after(pair, 0, 1000)]


@contextlib.asynccontextmanager
async def sender(bus: LocalBus | None = None) -> AsyncIterator[Messages]:
    """What sends messages in one process."""
    yield Messages(bus or LocalBus(), lanes=1)


@pytest.mark.both
async def test_several_processes_at_once_send_each_message_once(db: None) -> None:
    pair, _ = await some(5)
    async with sender() as chats:
        await asyncio.gather(*(scheduled.send_due(chats) for _ in range(4)))
        figures = read(chats.metrics.render().decode())
    assert figures["zhuge_scheduled_sent_total", ()] == 5
    assert sorted(await texts(pair)) == sorted(content(str(number)) for number in range(5))
    assert await states(pair) == [2] * 5


async def test_messages_are_sent_in_the_order_of_their_times(db: None) -> None:
    pair, _ = await some(3)
    async with sender() as chats:
        await scheduled.send_due(chats)
    assert await texts(pair) == [content(str(number)) for number in range(3)]


async def test_more_than_a_page_is_sent_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled, "MOST_AT_ONCE", 2)
    pair, _ = await some(5)
    await execute("UPDATE scheduled_message SET send_at = %s", (1_000,))
    async with sender() as chats:
        await scheduled.send_due(chats)
    assert len(await texts(pair)) == 5


@pytest.mark.both
async def test_a_customer_who_is_no_more_the_reps_gets_nothing(db: None, log: Log) -> None:
    pair, _ = await some(1)
    await execute("DELETE FROM bond WHERE rep_id = %s", (pair.rep_id,))
    async with sender() as chats:
        await scheduled.send_due(chats)
    assert (await texts(pair), await states(pair)) == ([], [4])


async def test_a_rep_who_is_disabled_says_nothing(db: None) -> None:
    pair, _ = await some(1)
    await execute("UPDATE rep SET status = 2 WHERE id = %s", (pair.rep_id,))
    async with sender() as chats:
        await scheduled.send_due(chats)
    assert (await texts(pair), await states(pair)) == ([], [4])


@pytest.mark.both
async def test_a_message_that_cannot_be_stored_waits_on_and_stops_no_other(
    db: None, log: Log
) -> None:
    first, _ = await some(1)
    second, _ = await some(1)
    # Its next seq is taken already: the transaction fails after the state has moved.
    await execute("UPDATE conversation SET last_seq = %s WHERE rep_id = %s", (2, first.rep_id))
    await execute(
        "INSERT INTO message (conversation_id, seq, sender, content, created_at)"
        " SELECT id, 3, 1, '{}', 0 FROM conversation WHERE rep_id = %s",
        (first.rep_id,),
    )
    async with sender() as chats:
        await scheduled.send_due(chats)
    log.take("fault")
    assert (await states(first), await states(second)) == ([1], [2])


async def test_what_was_committed_is_told_of_at_once(db: None) -> None:
    await some(1)
    bus, told = LocalBus(), asyncio.Event()
    bus.listen(SENT, lambda _: told.set())
    async with sender(bus) as chats:
        await scheduled.send_due(chats)
        async with asyncio.timeout(5):
            await told.wait()
