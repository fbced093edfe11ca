"""Arithmetic on what was measured: how much of each process a number of messages takes.

A process hears every message and stores and pushes its part of them. What a transaction, an event
or a statement costs is shared by the messages that are committed together, so costs are taken for
as many as come during one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import linear_regression
from typing import Final

from benchmarks import scaling
from benchmarks.bus_load import ONE
from benchmarks.scaling import APART, Chat, Scaling
from models.engines import POOL_SIZE
from server import MYSQL_LANES

FULL: Final = 0.6
"""Of a core; the rest is for logins, card views, and the sockets of a process that restarts."""

MOST_SOCKETS: Final = 16_000
SOCKET_KB: Final = 14.3
"""As ``benchmarks sockets`` has measured it; docs/BENCHMARKS.md."""

SECONDS_PER_MESSAGE: Final = 60
COUNTS: Final = (1, 2, 4, 8, 16, 32, 64, 128)
STEP: Final = 1.01
MOST_TOGETHER: Final = 32
"""Messages per commit. A process commits up to 256 when it has to, but then acks take long."""

MICRO: Final = 1e-6

Points = list[tuple[float, float]]
"""Messages per commit, and microseconds of CPU per message then."""


@dataclass(frozen=True, slots=True)
class Example:
    """An installation, by who is online.

    Each customer sends a message every two minutes and gets an answer, so that there is one message
    a minute for each of them.
    """

    name: str
    reps: int
    customers: int

    @property
    def sockets(self) -> int:
        """How many there are, one each."""
        return self.reps + self.customers

    @property
    def messages(self) -> float:
        """How many there are in a second."""
        return self.customers / SECONDS_PER_MESSAGE


EXAMPLES: Final = (
    Example("a company of 50 reps", 50, 500),
    Example("1,000 reps", 1000, 50_000),
    Example("10,000 reps", 10_000, 500_000),
)


@dataclass(frozen=True, slots=True)
class Load:
    """What so many messages a second take of everything, in cores unless it says otherwise.

    Args:
        process: of each server process; ``hearing`` is the part that does not shrink with more.
        redis_out: bytes a second.
    """

    messages: float
    processes: int
    per_commit: float
    process: float
    hearing: float
    mariadbd: float
    redis: float
    redis_out: float

    @property
    def commits(self) -> float:
        """How many commits there are in a second."""
        return self.messages / self.per_commit

    @property
    def connections(self) -> int:
        """How many connections to MariaDB there may be."""
        return self.processes * (POOL_SIZE + 1)  # one shows that the process is there


class Costs:
    """What a message costs each kind of process, taken from what was measured."""

    def __init__(self, measured: Scaling) -> None:
        chats = [one for one in measured.chats if one.layout == APART]
        self.storing = _beyond_hearing(chats, scaling.CUSTOMERS)
        self.pushing = _beyond_hearing(chats, scaling.REPS)
        self.mariadbd = [(one.per_commit, one.micros("mariadbd")) for one in chats]
        heard = [one for one in measured.heard if one.kind == ONE]
        self.per_heard_message, self.per_heard_event = linear_regression(
            [one.batch for one in heard], [one.hearing for one in heard]
        )
        slope, self.per_event = linear_regression(
            [one.subscribers for one in measured.carried],
            [one.micros for one in measured.carried],
        )
        # On a disturbed machine one subscriber may seem dearer than sixteen.
        self.per_subscriber = max(slope, 0.0)
        busy = chats[-1]
        self.heard_bytes = busy.counted("bytes_out") / len(APART.processes)
        # A load that waits for its acks keeps every lane busy.
        sizes = [one.per_commit for one in chats]
        taken = [
            MYSQL_LANES * one.figures["seconds"] / one.figures["counted"]["commits"]
            for one in chats
        ]
        self.commit_seconds_each, self.commit_seconds = linear_regression(sizes, taken)

    def load(self, messages: float, processes: int) -> Load:
        """Work out what so many messages take."""
        own = messages / processes
        size = self._per_commit(own)
        events = messages / size
        hearing = messages * self.hearing(size) * MICRO
        handling = own * self.handling(size) * MICRO
        redis = events * (self.per_event + self.per_subscriber * processes) * MICRO
        return Load(
            messages,
            processes,
            size,
            process=handling + hearing,
            hearing=hearing,
            mariadbd=messages * _at(self.mariadbd, size) * MICRO,
            redis=redis,
            redis_out=messages * self.heard_bytes * processes,
        )

    def handling(self, per_commit: float) -> float:
        """The microseconds that storing and pushing a message take."""
        return _at(self.storing, per_commit) + _at(self.pushing, per_commit)

    def hearing(self, per_event: float) -> float:
        """The microseconds that hearing a message takes of every process."""
        return self.per_heard_message + self.per_heard_event / per_event

    def _per_commit(self, own: float) -> float:
        """How many messages a process commits together: what has come during the last commit."""
        lane = own / MYSQL_LANES
        rest = 1 - lane * self.commit_seconds_each
        if rest <= 0:
            return MOST_TOGETHER
        return min(max(1.0, (1 + lane * self.commit_seconds) / rest), MOST_TOGETHER)

    def most(self, processes: int) -> Load:
        """Work out how much so many processes take before each is full."""
        found = self.load(1, processes)
        while (more := self.load(found.messages * STEP, processes)).process <= FULL:
            found = more
        return found

    def fitting(self, example: Example) -> Load:
        """Work out an example with as few processes as can take it; if none can, with the sockets'.

        More than those which are enough for the sockets are tried as long as it gets better.
        """
        least = -(-example.sockets // MOST_SOCKETS)
        loads = (self.load(example.messages, count) for count in range(least, 4 * least + 1))
        first, *others = loads
        return next((one for one in (first, *others) if one.process <= FULL), first)


def _beyond_hearing(chats: Sequence[Chat], name: str) -> Points:
    """What a process does more than one that only hears."""
    return [
        (one.per_commit, max(0.0, one.micros(name) - one.micros(scaling.NOBODY))) for one in chats
    ]


def _at(points: Points, per_commit: float) -> float:
    """Read a cost between measured points: what a commit costs is divided by its messages."""
    ordered = sorted((1 / size, micros) for size, micros in points)
    part = min(max(1 / per_commit, ordered[0][0]), ordered[-1][0])
    for (left, low), (right, high) in pairwise(ordered):
        if left <= part <= right:
            return low + (high - low) * (part - left) / (right - left)
    return ordered[-1][1]
