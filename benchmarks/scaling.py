"""Several server processes on one MariaDB and one Redis: what each kind of process does for a chat.

Every pair of the load spans two processes, if there are two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import bus_load, scenarios, targets
from benchmarks.bus_load import Carried, Heard
from benchmarks.plan import Plan
from benchmarks.scenarios import PAIRS
from benchmarks.targets import Backend, Target

FEW_PAIRS: Final = 2  # one for each lane: nothing is committed together
CUSTOMERS, REPS, NOBODY = "customers'", "reps'", "nobody's"

Share = tuple[str, ...]
"""The names of the processes that one side's sockets are with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which processes there are, and whose sockets they have."""

    name: str
    processes: Share
    customers: Share
    reps: Share


@dataclass(frozen=True, slots=True)
class Width:
    """How many messages are under way: pairs, and messages in flight of each."""

    pairs: int
    in_flight: int

    def __str__(self) -> str:
        return f"{self.pairs} × {self.in_flight}"


def _spread(count: int) -> Layout:
    names = tuple(str(number) for number in range(1, count + 1))
    return Layout(f"{count}", names, names, names[1:] + names[:1])


SPREAD: Final = tuple(_spread(count) for count in (1, 2, 3))
APART: Final = Layout("apart", (CUSTOMERS, REPS, NOBODY), (CUSTOMERS,), (REPS,))
WIDTHS: Final = (Width(FEW_PAIRS, 1), Width(PAIRS, 1), Width(PAIRS, 8))


@dataclass(frozen=True, slots=True)
class Chat:
    """What one load of chat came to on one layout."""

    layout: Layout
    width: Width
    figures: dict[str, Any]
    faults: list[str]

    @property
    def messages(self) -> int:
        """How many messages were acknowledged in the window."""
        count: int = self.figures["count"]["ack"]
        return max(1, count)

    @property
    def per_commit(self) -> float:
        """How many messages a commit has stored."""
        commits: int = self.figures["counted"]["commits"]
        return self.messages / max(1, commits)

    def micros(self, *names: str) -> float:
        """How much CPU these processes together used for a message, in microseconds."""
        used: float = sum(self.figures["cpu_seconds"][name] for name in names)
        return used / self.messages * 1e6

    def counted(self, name: str) -> float:
        """How much of something was counted for a message."""
        found: int = self.figures["counted"][name]
        return found / self.messages


@dataclass(frozen=True, slots=True)
class Scaling:
    """Everything that was measured."""

    chats: list[Chat]
    heard: list[Heard]
    carried: list[Carried]

    @property
    def faults(self) -> list[str]:
        """What the servers did wrong, which should be nothing."""
        return [f"{one.layout.name}: {text}" for one in self.chats for text in one.faults]

    def to_dict(self) -> dict[str, Any]:
        """Write all of it as the JSON file has it."""
        return {"what": "scaling", **asdict(self)}


def measure(directory: Path, seconds: float) -> Scaling:
    """Measure chats on every layout, what hearing the bus costs, and what one Redis carries."""
    home = directory / "scaling"
    home.mkdir()
    with targets.backend("redis", home, PAIRS) as behind:
        chats = [
            _chat(behind, running, layout, width, seconds)
            for layout in (*SPREAD, APART)
            for running in _servers(behind, layout)
            for width in WIDTHS
        ]
        heard = list(bus_load.hear(behind, directory, seconds))
        return Scaling(chats, heard, list(bus_load.carry(behind, seconds)))


def _servers(behind: Backend, layout: Layout) -> Iterator[dict[str, Target]]:
    """Run the processes of a layout, and give them once."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(targets.real_server(behind)) for name in layout.processes}


def _chat(
    behind: Backend, running: dict[str, Target], layout: Layout, width: Width, seconds: float
) -> Chat:
    plan = Plan(
        what="chat",
        ports=_ports(running, layout.customers),
        rep_ports=_ports(running, layout.reps),
        pairs=behind.pairs[: width.pairs],
        watched={**{name: one.pid for name, one in running.items()}, **behind.pids},
        width=width.in_flight,
        seconds=seconds,
        database_url=behind.database_url,
        redis_url=behind.redis_url,
    )
    outcome = scenarios.put_under(plan)
    complaints = [text for one in running.values() for text in targets.complaints(one.log)]
    return Chat(layout, width, outcome.figures, outcome.faults + complaints[:1])


def _ports(running: dict[str, Target], names: Sequence[str]) -> list[int]:
    return [running[name].port for name in names]
