"""Processes, the wire between them, and clients: what the model test plays with.

The processes are the real services. The wire and the clients' connections are the test's.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from models.chat import Pair, Sender
from services.chat import pairs
from services.chat.bus import LocalBus, RepOf
from services.chat.content import RECALLED_CONTENT
from services.chat.delivery import Delivery
from services.chat.feed import Feed, Sink
from services.chat.messages import Message, Messages
from services.chat.reading import Reading
from services.chat.recalls import RECALLED, Recalled, Recalls
from services.metrics import Metrics
from services.sessions import Sessions

CATCH_UP_LIMIT: Final = 5
MOST_FRAMES: Final = 12

Since = int | dict[int, int] | None


class Wire:
    """Brings events from each process to each, in the order of each publisher, or loses them."""

    def __init__(self) -> None:
        self.ends: list[Bus] = []

    def carry(self, publisher: Bus, topic: str, data: Any) -> None:
        """Put an event on its way to everybody who is listening; presence has its own tests."""
        if topic.startswith("presence."):
            return
        for end in self.ends:
            if end.is_whole and publisher.is_whole:
                end.coming[publisher].append((topic, json.dumps(data)))
            else:
                end.is_lacking = True

    def lack(self) -> None:
        """Note that nobody may count on its events alone."""
        for end in self.ends:
            end.is_lacking = True


class Bus(LocalBus):
    """One process's end of the wire.

    Args:
        is_lacking: whether an event was lost and nothing has yet said so.
    """

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.is_whole = True
        self.is_lacking = False
        self.coming: defaultdict[Bus, deque[tuple[str, str]]] = defaultdict(deque)
        self._wire = wire
        wire.ends.append(self)

    async def publish(self, topic: str, data: Any, *, rep_of: RepOf | None = None) -> None:
        self._wire.carry(self, topic, data)

    def queues(self) -> list[deque[tuple[str, str]]]:
        """List what is on its way, by publisher, where there is any."""
        return [queue for queue in self.coming.values() if queue]

    def take(self, index: int) -> None:
        """Receive the next event of one of the publishers."""
        queues = self.queues()
        topic, data = queues[index % len(queues)].popleft()
        self.deliver(topic, json.loads(data))

    def double(self, index: int) -> None:
        """Receive the next event of one of the publishers, which comes once more later."""
        queues = self.queues()
        topic, data = queues[index % len(queues)][0]
        self.deliver(topic, json.loads(data))

    def lose(self, index: int) -> None:
        """Lose the next event of one of the publishers without noticing."""
        queues = self.queues()
        queues[index % len(queues)].popleft()
        self.is_lacking = True

    def break_down(self) -> None:
        """Lose everything from now on, and what was on its way."""
        self.is_whole = False
        self.is_lacking |= bool(self.queues())
        self.coming.clear()

    def come_back(self) -> None:
        """Receive events again and notice that some may be lost."""
        self.is_whole = True
        self.deliver_gap()


class Process:
    """The services of one process that have to do with the chat."""

    def __init__(self, wire: Wire) -> None:
        self.bus = Bus(wire)
        self._wire = wire
        self.reading = Reading(self.bus)
        sessions = Sessions(self.bus, window_seconds=0, ttl_days=1)
        self.delivery = Delivery(
            self.bus, sessions, self.reading, catch_up_limit=CATCH_UP_LIMIT, metrics=Metrics()
        )
        self.messages = Messages(self.bus, lanes=2)
        self.recalls = Recalls(self.bus)
        self.recalled: set[int] = set()
        self.bus.listen(RECALLED, lambda data: self.recalled.update(row[0] for row in data))
        self._running = [
            asyncio.create_task(self.delivery.run()),
            asyncio.create_task(self.messages.run()),
        ]

    def kill(self) -> None:
        """End in the middle of whatever it does."""
        for task in self._running:
            task.cancel()
        self._wire.ends.remove(self.bus)


@dataclass(frozen=True)
class Registered:
    """A client was told its place.

    Args:
        since: what it had said; ``start`` is where its streams begin, by customer.
        goes_on: whether streams that it has already go on instead.
        ended: the last seqs of the bonds that stand.
    """

    rep_id: int
    customer_id: int | None
    since: Since
    start: dict[int, int]
    ended: dict[int, int]
    is_recovered: bool
    goes_on: bool


@dataclass(frozen=True)
class Shown:
    """A message was pushed; ``is_known`` says whether the process had heard of its recall."""

    id: int
    pair: Pair
    seq: int
    content: str
    is_known: bool


Frame = Registered | Shown | Recalled


class Connection(Sink):
    """What the edge keeps of one socket: frames in their order, and how many are written."""

    def __init__(self, process: Process, side: Sender) -> None:
        self.process = process
        self.side = side
        self.is_open = True
        self.frames: list[Frame] = []
        self.written = 0
        self.feed: Feed | None = None
        self.registering: asyncio.Task[None] | None = None
        process.delivery.opened(self)

    def push(self, messages: Sequence[Message]) -> None:
        known = self.process.recalled
        self._send(
            *(
                Shown(
                    *(one.id, Pair(one.rep_id, one.customer_id), one.seq, one.content),
                    one.id in known,
                )
                for one in messages
            )
        )

    def recall(self, recalled: Recalled) -> None:
        self._send(recalled)

    def _send(self, *frames: Frame) -> None:
        if not self.is_open:
            return
        if len(self.frames) - self.written >= MOST_FRAMES:
            self.close()
            return
        self.frames.extend(frames)

    def close(self) -> None:
        """Close, as the edge does: the feed goes when the closing is noticed."""
        if self.is_open:
            self.is_open = False
            asyncio.get_running_loop().call_soon(self._leave)

    def _leave(self) -> None:
        self.process.delivery.closed(self)
        if self.feed is not None:
            self.process.delivery.drop(self.feed)

    async def register(self, rep_id: int, customer_id: int | None, since: Since) -> None:
        """Do what the edge does for a frame that registers."""
        if customer_id is not None:
            await pairs.require_bond(Pair(rep_id, customer_id))
        if not self.is_open:
            return
        delivery = self.process.delivery
        feed = delivery.feed(self, self.side, rep_id, customer_id)
        try:
            joined = await delivery.place(feed, since)
        except BaseException:
            delivery.drop(feed)
            raise
        if not self.is_open:
            delivery.drop(feed)
            return
        before, self.feed = self.feed, feed
        if before is not None:
            delivery.drop(before)
        goes_on = since is None and before is not None and before.rep_id == rep_id
        start, last, recovered = dict(joined.sent), dict(joined.last), joined.is_recovered
        self._send(Registered(rep_id, customer_id, since, start, last, recovered, goes_on))
        feed.start(joined.sent, joined.last, before if since is None else None, joined.recalled)


@dataclass
class Stream:
    """What a connection has been sent, checked frame by frame: each seq once and in order.

    Args:
        at: by pair, the last seq that it was sent.
        covered: whose messages it gets: a rep, and a customer unless it is all of them.
    """

    at: dict[Pair, int] = field(default_factory=dict)
    covered: tuple[int, int | None] | None = None
    checked: int = 0

    def covers(self, pair: Pair) -> bool:
        """Whether a pair's messages are for it."""
        return self.covered in ((pair.rep_id, None), tuple(pair))

    def take(self, frame: Registered | Shown) -> None:
        """Follow the connection by one frame."""
        if isinstance(frame, Registered):
            start = {Pair(frame.rep_id, one): seq for one, seq in frame.start.items()}
            if frame.goes_on:
                start |= {pair: self.at.get(pair, 0) for pair in start if self.covers(pair)}
            self.at = start
            self.covered = frame.rep_id, frame.customer_id
            return
        before = self.at.get(frame.pair, 0)
        assert self.covers(frame.pair), f"{frame} is not for {self.covered}"
        assert frame.seq == before + 1, f"{frame} came behind {before}"
        self.at[frame.pair] = frame.seq


class Client:
    """A customer or a rep with a page that is opened again and again.

    Args:
        seen: by pair, the last seq that it has seen, which it says when it comes back.
        read: by message, what it has been shown and not forgotten.
    """

    def __init__(self, side: Sender, own_id: int) -> None:
        self.side = side
        self.own_id = own_id
        self.connection: Connection | None = None
        self.stream = Stream()
        self.seen: dict[Pair, int] = {}
        self.read: dict[int, Shown] = {}
        self.told: set[int] = set()

    @property
    def is_live(self) -> bool:
        """Whether it is connected and registered."""
        return self.connection is not None and self.connection.is_open and self.covered is not None

    @property
    def covered(self) -> tuple[int, int | None] | None:
        """Whose messages it gets."""
        return self.stream.covered

    def connect(self, process: Process) -> Connection:
        """Go on with the connection that is open, or open one."""
        if self.connection is None or not self.connection.is_open:
            self.connection = Connection(process, self.side)
            self.stream = Stream()
        return self.connection

    def since(self, rep_id: int, customer_id: int | None) -> Since:
        """Say what it has seen; None for a page that it has seen nothing of."""
        if customer_id is not None:
            return self.seen.get(Pair(rep_id, customer_id))
        return {pair.customer_id: seq for pair, seq in self.seen.items() if pair.rep_id == rep_id}

    def unaware_of(self, recalled: set[int]) -> list[Shown]:
        """Find what it goes on showing of messages that were recalled."""
        return [
            one
            for one in self.read.values()
            if one.id in recalled - self.told
            and one.content != RECALLED_CONTENT
            and self.stream.covers(one.pair)
        ]

    def read_on(self) -> None:
        """Take all frames that the connection has for it."""
        connection = self.connection
        if connection is None or not connection.is_open:
            return
        for frame in connection.frames[connection.written :]:
            self._take(frame)
        connection.written = len(connection.frames)

    def _take(self, frame: Frame) -> None:
        if isinstance(frame, Shown):
            self.seen[frame.pair] = frame.seq
            self.read[frame.id] = frame
        elif isinstance(frame, Recalled):
            self.told.add(frame.message_id)
        else:
            self._begin(frame)

    def _begin(self, frame: Registered) -> None:
        """Know where it stands; what it was not told the whole of it has read over REST."""
        named = frame.since if isinstance(frame.since, dict) else frame.start
        is_anew = frame.since is None or not frame.is_recovered
        for customer_id, seq in frame.start.items():
            pair = Pair(frame.rep_id, customer_id)
            if frame.goes_on and pair in self.seen:
                continue
            if is_anew:
                self.read = {key: one for key, one in self.read.items() if one.pair != pair}
            is_told = customer_id in frame.ended
            if (customer_id in named and pair in self.seen) or (is_told and is_anew):
                self.seen[pair] = seq
