"""What one connection has been sent, so that it gets everything once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from models.chat import Sender
from services.chat.messages import Message
from services.chat.recalls import Recalled
from services.principals import Principal
from services.radar import LogEntry

CatchUp = Callable[["Feed", int], None]


class Sink:
    """Where a feed's events go; the edge overrides what its kind of client gets."""

    principal: Principal | None = None

    def push(self, messages: Sequence[Message]) -> None:
        """Show messages, oldest first."""

    def recall(self, recalled: Recalled) -> None:
        """Show a message as recalled, if it is shown."""

    def receipt(self, rep_id: int, customer_id: int, seq: int) -> None:
        """Show that the other side has read up to ``seq``."""

    def typing(self, rep_id: int, customer_id: int) -> None:
        """Show that the other side is typing."""

    def presence(self, rep_id: int, online: Mapping[int, bool]) -> None:
        """Show who of the other side is online: by customer, itself or towards it the rep."""

    def radar(self, entry: LogEntry) -> None:
        """Show what a customer has just done."""

    def unread(self, count: int) -> None:
        """Show how much a rep has not read."""

    def end(self) -> None:
        """Close: the session that opened the connection is over."""

    def leave(self) -> None:
        """Close: the server is stopping."""

    def tick(self, seconds: float) -> None:
        """Do what is due at this time of the monotonic clock."""


class Feed:
    """One connection's way through the messages of its pair, or of all pairs of its rep.

    ``seq`` has no gaps, so a message that does not follow the last one sent shows that others were
    missed: they are then read from the database, and what arrives meanwhile waits its turn there.

    Args:
        side: which side of the pair listens.
        customer_id: the pair's customer; None for all customers of the rep.
        catch_up: asked, with a customer, to read what this feed lacks.
    """

    __slots__ = (
        *("_catch_up", "_held", "_noted", "_read", "_sent"),
        *("customer_id", "is_live", "rep_id", "side", "sink"),
    )

    def __init__(
        self, sink: Sink, side: Sender, rep_id: int, customer_id: int | None, catch_up: CatchUp
    ) -> None:
        self.sink = sink
        self.side = side
        self.rep_id = rep_id
        self.customer_id = customer_id
        self.is_live = False
        self._catch_up = catch_up
        self._sent: dict[int, int] = {}
        self._noted: dict[int, int] = {}
        self._held: tuple[Recalled, ...] = ()
        self._read: dict[int, int] = {}

    def start(
        self,
        sent: dict[int, int],
        last: dict[int, int],
        before: Feed | None = None,
        recalled: Sequence[Recalled] = (),
        read: dict[int, int] | None = None,
    ) -> None:
        """Go live behind the seqs that the client has, catching up with what it lacks.

        Args:
            sent: by customer, the seq behind which the client wants to go on.
            last: by customer, the last seq that there is.
            before: what the same connection was registered as until now, for a client that has not
                said where it wants to go on: it goes on where that one has ended.
            recalled: what may have been recalled of what the client has.
            read: by customer, up to where the client knows that the other side has read.
        """
        if before is not None and before.rep_id == self.rep_id:
            sent |= {one: before._sent[one] for one in sent.keys() & before._sent.keys()}
        self._sent = sent
        self.is_live = True
        held, self._held = self._held, ()
        for one in (*recalled, *held):
            self.sink.recall(one)
        receipts, self._read = self._read, {} if read is None else read
        for customer_id, seq in receipts.items():
            self.receipt(customer_id, seq)
        noted, self._noted = self._noted, {}
        for customer_id in {*last, *noted}:
            self.expect(customer_id, max(last.get(customer_id, 0), noted.get(customer_id, 0)))

    def offer(self, message: Message) -> None:
        """Take a message that was just committed."""
        customer_id = message.customer_id
        if (
            self.is_live
            and customer_id not in self._noted
            and message.seq == self._sent.get(customer_id, 0) + 1
        ):
            self._sent[customer_id] = message.seq
            self.sink.push((message,))
        else:
            self.expect(customer_id, message.seq)

    def recall(self, recalled: Recalled) -> None:
        """Tell of a recall; one that comes while the client is being told its place waits."""
        if self.is_live:
            self.sink.recall(recalled)
        else:
            self._held = (*self._held, recalled)

    def knows(self, customer_id: int) -> bool:
        """Whether the client has been told, or is about to be, up to where the other has read."""
        return customer_id in self._read

    def receipt(self, customer_id: int, seq: int) -> None:
        """Tell up to where the other side has read, once the client knows its place, and once."""
        if seq > self._read.get(customer_id, 0):
            self._read[customer_id] = seq
            if self.is_live:
                self.sink.receipt(self.rep_id, customer_id, seq)

    def expect(self, customer_id: int, seq: int) -> None:
        """Learn that there is a message ``seq``, and catch up with it unless it has been sent."""
        if not self.is_live or customer_id in self._noted:
            self._noted[customer_id] = max(seq, self._noted.get(customer_id, 0))
        elif seq > self._sent.get(customer_id, 0):
            self._noted[customer_id] = seq
            self._catch_up(self, customer_id)

    def lacks_after(self, customer_id: int) -> int | None:
        """Say behind which seq messages are missing; None when all have been sent.

        Then the feed goes on with what is offered to it.
        """
        sent = self._sent.get(customer_id, 0)
        if self.is_live and self._noted.get(customer_id, 0) > sent:
            return sent
        self._noted.pop(customer_id, None)
        return None

    def fill(self, customer_id: int, messages: Sequence[Message]) -> None:
        """Send messages that were read from the database."""
        self._sent[customer_id] = messages[-1].seq
        self.sink.push(messages)

    def give_up(self, customer_id: int) -> None:
        """Stop catching up for now: whoever finds the gap again starts anew."""
        self._noted.pop(customer_id, None)

    def stop(self) -> None:
        """Take nothing any more."""
        self.is_live = False


class Waiting(Feed):
    """A feed that only wants to know that something has come, for a long poll."""

    __slots__ = ("arrived",)

    def __init__(self, side: Sender, rep_id: int, customer_id: int) -> None:
        super().__init__(Sink(), side, rep_id, customer_id, lambda *_: None)
        self.arrived = asyncio.Event()

    def offer(self, message: Message) -> None:
        if message.sender != self.side:
            self.arrived.set()

    def expect(self, customer_id: int, seq: int) -> None:
        self.arrived.set()

    def recall(self, recalled: Recalled) -> None:
        pass  # nothing has come
