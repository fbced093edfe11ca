"""Writes that share transactions: in order, apart in their failures, and never lost in silence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from services.errors import DatabaseAway, NotFound, ServiceError
from services.group_commit import GroupCommit
from tests.logs import Log
from tests.waiting import eventually

MOST = 10
SECONDS = 5
REFUSED = "refused"
POISON = "poison"

Outcome = str | ServiceError


@dataclass
class Table:
    """What is written, and how writing goes wrong."""

    batches: list[list[str]] = field(default_factory=list)
    tried: list[list[str]] = field(default_factory=list)
    published: list[list[str]] = field(default_factory=list)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    is_away: bool = False
    unpublishable: str = ""
    watched: list[asyncio.Future[str]] = field(default_factory=list)
    answered_when_told: list[bool] = field(default_factory=list)

    @property
    def stored(self) -> list[str]:
        """Everything that is in the table."""
        return [item for batch in self.batches for item in batch]

    async def write(self, items: Sequence[str]) -> Sequence[Outcome]:
        """Store a batch in one transaction."""
        self.tried.append(list(items))
        await asyncio.sleep(0)
        await self.is_open.wait()
        if self.is_away:
            raise DatabaseAway("away")
        if POISON in items:
            raise ValueError(POISON)
        results: list[Outcome] = [NotFound() if item == REFUSED else item.upper() for item in items]
        self.batches.append([item for item in items if item != REFUSED])
        return results

    async def publish(self, results: Sequence[str]) -> None:
        """Tell of what was stored."""
        self.answered_when_told = [future.done() for future in self.watched]
        if self.unpublishable in results:
            raise ValueError(self.unpublishable)
        self.published.append(list(results))


@dataclass
class Writing:
    """A group commit that runs."""

    table: Table
    commits: GroupCommit[str, str]
    task: asyncio.Task[None]


@contextlib.asynccontextmanager
async def writing() -> AsyncIterator[Writing]:
    """Run a group commit on an open table until the block ends."""
    table = Table()
    table.is_open.set()
    commits = GroupCommit(table.write, table.publish, most=MOST)
    task = asyncio.create_task(commits.run())
    try:
        async with asyncio.timeout(SECONDS):
            yield Writing(table, commits, task)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def outcome(future: asyncio.Future[str]) -> str | BaseException:
    """Wait for what becomes of an item."""
    (found,) = await asyncio.gather(future, return_exceptions=True)
    return found


async def test_an_item_gets_its_result() -> None:
    async with writing() as one:
        assert await one.commits.submit("a") == "A"


async def test_items_that_come_together_are_committed_together() -> None:
    async with writing() as one:
        results = await asyncio.gather(*(one.commits.submit(item) for item in "abc"))
        assert (results, one.table.batches) == (["A", "B", "C"], [["a", "b", "c"]])


async def test_items_that_come_during_a_transaction_are_committed_by_the_next() -> None:
    async with writing() as one:
        one.table.is_open.clear()
        first = one.commits.submit("a")
        assert await eventually(lambda: one.table.tried)
        others = [one.commits.submit(item) for item in "bcd"]
        one.table.is_open.set()
        await asyncio.gather(first, *others)
        assert one.table.batches == [["a"], ["b", "c", "d"]]


async def test_a_batch_has_so_many_items_at_the_most() -> None:
    async with writing() as one:
        items = [str(number) for number in range(2 * MOST + 5)]
        await asyncio.gather(*(one.commits.submit(item) for item in items))
        assert [len(batch) for batch in one.table.batches] == [MOST, MOST, 5]


async def test_items_are_stored_in_the_order_in_which_they_came() -> None:
    async with writing() as one:
        items = [str(number) for number in range(10 * MOST)]
        futures = []
        for item in items:
            futures.append(one.commits.submit(item))
            if int(item) % 7 == 0:
                await asyncio.sleep(0)
        await asyncio.gather(*futures)
        assert one.table.stored == items


async def test_a_refused_item_does_not_spoil_its_batch() -> None:
    async with writing() as one:
        futures = [one.commits.submit(item) for item in ("a", REFUSED, "b")]
        found = [await outcome(future) for future in futures]
        assert [found[0], type(found[1]), found[2]] == ["A", NotFound, "B"]


async def test_a_refused_item_is_not_told_of() -> None:
    async with writing() as one:
        for item in ("a", REFUSED, "b"):
            one.commits.submit(item).add_done_callback(lambda future: future.exception())
        await one.commits.drain()
        assert one.table.published == [["A", "B"]]


async def test_a_batch_of_refused_items_tells_nothing() -> None:
    async with writing() as one:
        assert isinstance(await outcome(one.commits.submit(REFUSED)), NotFound)
        assert one.table.published == []


async def test_an_item_that_cannot_be_written_fails_alone() -> None:
    async with writing() as one:
        futures = [one.commits.submit(item) for item in ("a", POISON, "b")]
        found = [await outcome(future) for future in futures]
        assert [found[0], type(found[1]), found[2]] == ["A", ValueError, "B"]
        assert one.table.stored == ["a", "b"]


async def test_a_database_that_is_away_fails_the_whole_batch_and_is_tried_once() -> None:
    async with writing() as one:
        one.table.is_away = True
        futures = [one.commits.submit(item) for item in "abc"]
        found = [type(await outcome(future)) for future in futures]
        assert (found, one.table.tried) == ([DatabaseAway] * 3, [["a", "b", "c"]])


async def test_a_batch_after_the_database_was_away_is_stored() -> None:
    async with writing() as one:
        one.table.is_away = True
        await outcome(one.commits.submit("a"))
        one.table.is_away = False
        assert await one.commits.submit("b") == "B"


async def test_nobody_is_answered_before_the_commit() -> None:
    async with writing() as one:
        one.table.is_open.clear()
        future = one.commits.submit("a")
        assert await eventually(lambda: one.table.tried)
        assert not future.done()
        one.table.is_open.set()
        await future


async def test_everybody_is_answered_before_anybody_is_told() -> None:
    async with writing() as one:
        one.table.watched = [one.commits.submit(item) for item in "abc"]
        await one.commits.drain()
        assert one.table.answered_when_told == [True, True, True]


async def test_a_telling_that_fails_does_not_end_the_writing(log: Log) -> None:
    async with writing() as one:
        one.table.unpublishable = "A"
        assert await one.commits.submit("a") == "A"
        assert await one.commits.submit("b") == "B"
        assert one.table.published == [["B"]]
    log.take("fault")


async def test_a_caller_that_gave_up_does_not_harm_the_others() -> None:
    async with writing() as one:
        one.table.is_open.clear()
        futures = [one.commits.submit(item) for item in ("a", REFUSED, "b")]
        assert await eventually(lambda: one.table.tried)
        for future in futures[:2]:
            future.cancel()
        one.table.is_open.set()
        assert (await futures[2], one.table.stored) == ("B", ["a", "b"])


async def test_a_caller_that_gave_up_before_its_turn_does_not_harm_the_others() -> None:
    async with writing() as one:
        futures = [one.commits.submit(item) for item in "ab"]
        futures[0].cancel()
        assert await futures[1] == "B"


async def test_callers_that_gave_up_are_passed_over_when_the_database_is_away() -> None:
    async with writing() as one:
        one.table.is_away = True
        futures = [one.commits.submit(item) for item in "ab"]
        futures[0].cancel()
        assert isinstance(await outcome(futures[1]), DatabaseAway)


async def test_what_is_in_flight_when_it_stops_was_not_stored() -> None:
    async with writing() as one:
        one.table.is_open.clear()
        future = one.commits.submit("a")
        assert await eventually(lambda: one.table.tried)
        one.task.cancel()
        assert isinstance(await outcome(future), DatabaseAway)


async def test_what_is_queued_when_it_stops_was_not_stored() -> None:
    async with writing() as one:
        one.table.is_open.clear()
        futures = [one.commits.submit("a")]
        assert await eventually(lambda: one.table.tried)
        futures.append(one.commits.submit("b"))
        one.task.cancel()
        assert [type(await outcome(future)) for future in futures] == [DatabaseAway] * 2


async def test_it_stops_when_it_is_told_to() -> None:
    async with writing() as one:
        await one.commits.submit("a")
        one.task.cancel()
        await asyncio.wait([one.task])
        assert one.task.cancelled()


async def test_drained_means_that_everything_submitted_is_settled() -> None:
    async with writing() as one:
        futures = [one.commits.submit(str(number)) for number in range(3 * MOST)]
        await one.commits.drain()
        assert all(future.done() for future in futures)


async def test_drained_means_that_everything_was_told() -> None:
    async with writing() as one:
        one.commits.submit("a")
        await one.commits.drain()
        assert one.table.published == [["A"]]


async def test_one_that_has_nothing_to_do_is_drained_at_once() -> None:
    async with writing() as one:
        await one.commits.drain()
        assert one.table.tried == []


async def test_draining_ends_though_more_comes_all_the_time() -> None:
    async with writing() as one:
        is_coming = True

        def go_on(future: asyncio.Future[str]) -> None:
            if future.exception() is None and is_coming:
                one.commits.submit("more").add_done_callback(go_on)

        for _ in range(3 * MOST):
            one.commits.submit("first").add_done_callback(go_on)
        await one.commits.drain()
        is_coming = False
        assert one.table.stored.count("first") == 3 * MOST
