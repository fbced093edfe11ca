"""Delivery: from the bus to the connections of this process, with nothing lost or doubled."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from models import chat, chat_positions
from models.chat import Pair, Sender
from models.chat_positions import Position
from services import radar
from services.chat import messages, pairs
from services.chat.bus import REP_SECOND, Bus
from services.chat.feed import Feed, Sink, Waiting
from services.chat.messages import Message
from services.chat.presence import Presence
from services.chat.reading import READ, Reading
from services.chat.recall_delivery import RecallDelivery
from services.chat.recalls import Recalled
from services.chat.registry import Registry
from services.errors import DatabaseAway
from services.jobs import every, guarded
from services.metrics import Metrics
from services.radar import HAPPENED
from services.sessions import Ended, Sessions

TYPING: Final = "chat.typing"
CATCHERS: Final = 4
PAGE: Final = 50
TICK_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 5.0
SWEPT_AGAIN: Final = 6
MOST_CHECKED: Final = 200
SWEPT_PAGE: Final = 1000
MOST_SWEPT: Final = 50_000


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a connection that registers stands.

    Args:
        last: by customer, the last seq there is; only of those who still belong to the rep.
        read: by customer, the seq up to which the other side has read; of the same.
        sent: by customer, the seq behind which the connection is to be sent what there is.
        is_recovered: whether that is everything since it was last connected.
        recalled: what may have been recalled meanwhile of what it has.
    """

    last: dict[int, int]
    read: dict[int, int]
    sent: dict[int, int]
    is_recovered: bool
    recalled: list[Recalled] = field(default_factory=list)


class Delivery:
    """Knows the connections of this process and takes them what the bus brings.

    Args:
        catch_up_limit: how many messages a connection is sent for its ``since`` at the most.
    """

    def __init__(
        self,
        bus: Bus,
        sessions: Sessions,
        reading: Reading,
        metrics: Metrics,
        *,
        catch_up_limit: int,
    ) -> None:
        self.registry = Registry()
        self.presence = Presence(bus, self.registry)
        self.connections: set[Sink] = set()
        self._bus = bus
        self._sessions = sessions
        self._reading = reading
        self._metrics = metrics
        self._recalls = RecallDelivery(bus, self.registry)
        self._catch_up_limit = catch_up_limit
        self._behind: asyncio.Queue[tuple[Feed, int]] = asyncio.Queue()
        self._gap = asyncio.Event()
        self._all_closed = asyncio.Event()
        self._all_closed.set()
        self._counted: set[int] = set()
        self._is_stopping = False
        self._swept = deque([0] * SWEPT_AGAIN, SWEPT_AGAIN)
        bus.listen(messages.SENT, self._take_sent)
        bus.listen(READ, self._take_read)
        bus.listen(TYPING, self._take_typing)
        bus.listen(HAPPENED, self._take_happened)
        bus.on_gap(self._gap.set)
        sessions.on_end(self._take_end)

    async def run(self) -> None:
        """Catch connections up, write read positions and keep time, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(every(TICK_SECONDS, self._tick, "delivery.tick"))
            group.create_task(every(SWEEP_SECONDS, self._sweep, "delivery.sweep"))
            group.create_task(every(SWEEP_SECONDS, self._recalls.sweep, "recalls.sweep"))
            group.create_task(self._mind_gaps())
            group.create_task(self.presence.run())
            for _ in range(CATCHERS):
                group.create_task(self._catch_up())

    def opened(self, sink: Sink) -> None:
        """Know a connection, registered or not."""
        self.connections.add(sink)
        self._all_closed.clear()

    def closed(self, sink: Sink) -> None:
        """Know a connection no more."""
        self.connections.discard(sink)
        if not self.connections:
            self._all_closed.set()

    @property
    def behind(self) -> int:
        """How many feeds wait to be caught up."""
        return self._behind.qsize()

    async def wait_closed(self) -> None:
        """Wait until every connection has said goodbye too."""
        await self._all_closed.wait()

    def feed(self, sink: Sink, side: Sender, rep_id: int, customer_id: int | None) -> Feed:
        """Make a feed that is found from now on; it goes live once it has been told its place."""
        feed = Feed(sink, side, rep_id, customer_id, self._note_behind)
        self.registry.add(feed)
        return feed

    def drop(self, feed: Feed) -> None:
        """Find a feed no more."""
        feed.stop()
        self.registry.remove(feed)
        self.presence.note(feed)

    async def place(self, feed: Feed, since: int | Mapping[int, int] | None) -> Joined:
        """Say where a feed that has been made stands (decisions W5, T2).

        Args:
            since: the last seq that the client has; for all customers of a rep, by customer.
        """
        if feed.customer_id is not None:
            pair = Pair(feed.rep_id, feed.customer_id)
            positions = await chat_positions.positions([pair])
            known = {feed.customer_id: since} if isinstance(since, int) else None
        else:
            positions = await chat_positions.positions_of_rep(feed.rep_id)
            known = dict(since) if isinstance(since, Mapping) else None
        # One whose bond has ended is not shown, but is gone on with should it come back.
        ends = {one.customer_id: one.last_seq for one in positions}
        bound = [one for one in positions if one.is_bound]
        last = {one.customer_id: one.last_seq for one in bound}
        read = {one.customer_id: one.read_by(feed.side.other) for one in bound}
        if known is None:
            return Joined(last, read, ends, True)
        sent = {one.customer_id: known.get(one.customer_id, _unread_from(one)) for one in positions}
        missed = [seq - sent[customer_id] for customer_id, seq in last.items()]
        unknown = any(known[customer_id] > ends.get(customer_id, 0) for customer_id in known)
        is_gone = any(known.get(one.customer_id, one.gone_seq) < one.gone_seq for one in positions)
        if unknown or is_gone or sum(missed) > self._catch_up_limit:
            return Joined(last, read, ends, False)
        # Of those too: it was recalled before the end, and the client goes on showing it.
        seqs = {Pair(feed.rep_id, one): seq for one, seq in known.items() if one in ends}
        recalled = await self._recalls.missed(seqs, self._catch_up_limit + 1)
        if len(recalled) > self._catch_up_limit:
            return Joined(last, read, ends, False)
        return Joined(last, read, sent, True, recalled)

    async def tell_typing(self, pair: Pair, side: Sender) -> None:
        """Tell the other side of a pair that this one is typing.

        Raises:
            NotFound: their bond has ended.
        """
        await pairs.require_bond(pair)
        await self._bus.publish(TYPING, [[int(side), *pair]], rep_of=REP_SECOND)

    async def wait(
        self, side: Sender, pair: Pair, seconds: float, gone: asyncio.Event
    ) -> list[Message]:
        """Read what is unread, waiting for it up to so many seconds (decisions D22).

        Args:
            gone: set when nobody waits for the answer any more; then nothing is read.
        """
        waiting = Waiting(side, *pair)
        self.registry.add(waiting)
        try:
            found = await self._reading.fresh(side, pair)
            if not found and seconds > 0 and not self._is_stopping:
                await _either(waiting.arrived, gone, seconds)
                if not gone.is_set():
                    found = await self._reading.fresh(side, pair)
            return found
        finally:
            self.registry.remove(waiting)

    def release_waiting(self) -> None:
        """Let every long poll answer now, also those that are to come: the server is stopping."""
        self._is_stopping = True
        for feed in self.registry:
            if isinstance(feed, Waiting):
                feed.arrived.set()

    def _note_behind(self, feed: Feed, customer_id: int) -> None:
        self._behind.put_nowait((feed, customer_id))

    def _take_sent(self, data: Any) -> None:
        times, is_for_us = self._metrics.delivery_times, False
        found = messages.from_event(data)
        for message in map(self._recalls.shown, found):
            for feed in self.registry.of_pair(message.rep_id, message.customer_id):
                feed.offer(message)
                is_for_us = True
            if message.sender == Sender.CUSTOMER:
                self._counted.add(message.rep_id)
        committed_at = times.take(found[0].id)
        if committed_at is not None and is_for_us:
            times.written(committed_at)

    def _take_read(self, data: Any) -> None:
        for reader, rep_id, customer_id, seq in data:
            for feed in self.registry.of_pair(rep_id, customer_id):
                if feed.side != reader:
                    feed.receipt(customer_id, seq)
            if reader == Sender.REP:
                self._counted.add(rep_id)

    def _take_typing(self, data: Any) -> None:
        for side, rep_id, customer_id in data:
            for feed in self.registry.of_pair(rep_id, customer_id):
                if feed.is_live and feed.side != side:
                    feed.sink.typing(rep_id, customer_id)

    def _take_happened(self, data: Any) -> None:
        for entry in radar.from_event(data):
            for feed in self.registry.of_rep(entry.rep_id):
                # A chat page shows its customer; once that is the rep's no more, it shows nothing.
                is_of_page = entry.is_bound and feed.customer_id == entry.customer_id
                if feed.is_live and (feed.customer_id is None or is_of_page):
                    feed.sink.radar(entry)

    def _take_end(self, ended: Ended) -> None:
        for sink in list(self.connections):
            if sink.principal is not None and ended.covers(sink.principal):
                sink.end()

    async def _catch_up(self) -> None:
        while True:
            feed, customer_id = await self._behind.get()
            if not await guarded(partial(self._fill, feed, customer_id), "delivery.catch_up"):
                feed.give_up(customer_id)
                await asyncio.sleep(TICK_SECONDS)
                self._gap.set()

    async def _fill(self, feed: Feed, customer_id: int) -> None:
        """Send a feed what it lacks, page by page, until it can go on by itself."""
        count = 0
        while (sent := feed.lacks_after(customer_id)) is not None:
            rows = await chat.after(Pair(feed.rep_id, customer_id), sent, PAGE)
            if not rows:
                feed.give_up(customer_id)
                break
            found = await messages.shown(rows)
            if feed.lacks_after(customer_id) is not None:
                feed.fill(customer_id, list(map(self._recalls.shown, found)))
                count += len(found)
        if count:
            self._metrics.caught_up.observe(count)
            if feed.side == Sender.REP:
                self._counted.add(feed.rep_id)

    async def _mind_gaps(self) -> None:
        """After a gap, compare every connection with the database."""
        while True:
            await self._gap.wait()
            self._gap.clear()
            if not await guarded(self._check_everything, "delivery.check"):
                await asyncio.sleep(TICK_SECONDS)
                self._gap.set()

    async def _check_everything(self) -> None:
        pairs = self.registry.pairs()
        for start in range(0, len(pairs), MOST_CHECKED):
            self._check(await chat_positions.positions(pairs[start : start + MOST_CHECKED]))
        for rep_id in self.registry.rep_ids():
            positions = await chat_positions.positions_of_rep(rep_id)
            self._check([one for one in positions if one.is_bound])
        self._counted.update(self.registry.connected_rep_ids())
        held = {sink.principal.session_id for sink in self.connections if sink.principal}
        held.discard(0)
        ended = held - await self._sessions.still_open(held)
        for sink in list(self.connections):
            if sink.principal is not None and sink.principal.session_id in ended:
                sink.end()

    async def _sweep(self) -> None:
        """Find messages whose process died between its commit and its event.

        Each sweep begins behind the newest message of an earlier one, so that a slow transaction is
        found too. It goes by ids, not by the time of the messages: no clock has to be right. The
        first ones have nothing to begin behind, and look at the newest page.
        """
        newest = begin = self._swept[0]
        for offset in range(0, MOST_SWEPT if begin else SWEPT_PAGE, SWEPT_PAGE):
            positions = await chat_positions.moved_since(begin, SWEPT_PAGE, offset)
            self._check(positions)
            newest = max([newest, *(one.last_message_id or 0 for one in positions)])
            if len(positions) < SWEPT_PAGE:
                break
        self._swept.append(newest)

    def _check(self, positions: Iterable[Position]) -> None:
        for one in positions:
            for feed in self.registry.of_pair(one.rep_id, one.customer_id):
                if not isinstance(feed, Waiting):
                    feed.expect(one.customer_id, one.last_seq)
                    if feed.knows(one.customer_id):  # one whose bond has ended is not shown
                        feed.receipt(one.customer_id, one.read_by(feed.side.other))

    async def _tick(self) -> None:
        seconds = time.monotonic()
        for sink in list(self.connections):
            sink.tick(seconds)
        await self._reading.flush()
        await self._tell_unread()

    async def _tell_unread(self) -> None:
        counted, self._counted = self._counted, set()
        reps = [rep_id for rep_id in counted if self.registry.of_rep(rep_id)]
        for start in range(0, len(reps), MOST_CHECKED):
            try:
                totals = await chat_positions.total_unread(reps[start : start + MOST_CHECKED])
            except DatabaseAway:
                self._counted.update(reps[start:])
                raise
            for rep_id, count in totals.items():
                for feed in self.registry.of_rep(rep_id):
                    if feed.is_live:
                        feed.sink.unread(count)


async def _either(first: asyncio.Event, second: asyncio.Event, seconds: float) -> None:
    """Wait until one of two things has happened, or the time is over."""
    waits = [asyncio.ensure_future(event.wait()) for event in (first, second)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _unread_from(position: Position) -> int:
    return position.rep_read_seq if position.rep_unread else position.last_seq
