"""What is measured: chat, cards and idle sockets, on the real server and on the bare one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import setup, targets
from benchmarks.plan import Bound, Caller, Outcome, Plan
from benchmarks.targets import BARE, BARE_TO_BOTH, Backend, Target

WHAT = ("chat", "cards", "sockets")
PAIRS = 100
CONNECTIONS = 32
IDLE_SOCKETS = 2000
FIRST_SOCKETS = 1000
LONGEST_SECONDS = 120

Watch = Callable[[Target], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Load:
    """A load, and how wide it is: messages in flight, connections or sockets."""

    what: str
    width: int

    @property
    def title(self) -> str:
        """The load in words."""
        return {
            "chat": f"chat, {PAIRS} pairs, {self.width} in flight each",
            "cards": f"card view, {self.width} connections",
            "sockets": f"{self.width} idle registered sockets",
        }[self.what]


@dataclass(slots=True)
class Result:
    """The figures of one load on one server, and what was wrong."""

    load: Load
    server: str
    figures: dict[str, Any]
    faults: list[str]
    complaints: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Write the result as the JSON file has it."""
        return asdict(self)


def loads(what: Sequence[str], windows: Sequence[int]) -> list[Load]:
    """List the loads of a run."""
    widths = {"chat": list(windows), "cards": [CONNECTIONS], "sockets": [IDLE_SOCKETS]}
    return [Load(each, width) for each in what for width in widths[each]]


def customers_for(what: Sequence[str]) -> int:
    """Say how many customers a run needs."""
    return IDLE_SOCKETS + FIRST_SOCKETS if "sockets" in what else PAIRS


def measure_real(load: Load, behind: Backend, seconds: float, watch: Watch | None = None) -> Result:
    """Put a fresh server on a backend under load, and compare the database with the answers.

    Args:
        watch: entered with the server while it is under load; for profilers.
    """
    before = asyncio.run(setup.stored(behind.database_url))
    with ExitStack() as stack:
        target = stack.enter_context(targets.real_server(behind))
        if watch is not None:
            stack.enter_context(watch(target))
        result = _put_under(load, target, behind.pairs, behind.pids, seconds)
    result.complaints = targets.complaints(target.log)
    after = asyncio.run(setup.stored(behind.database_url))
    if load.what in after:
        found, expected = after[load.what] - before[load.what], result.figures["stored"]
        if found != expected:
            result.faults.append(f"the database has {found} of {expected}")
    return result


def measure_bare(load: Load, directory: Path, seconds: float) -> list[Result]:
    """Put the bare server under load, for chat once per way of pushing."""
    results = []
    for name in (BARE, BARE_TO_BOTH) if load.what == "chat" else (BARE,):
        with targets.bare_server(name, directory) as target:
            results.append(_put_under(load, target, _anybody(), {}, seconds))
    return results


def put_under(plan: Plan) -> Outcome:
    """Run the load process with a plan."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=targets.ROOT,
        input=json.dumps(plan.to_dict()).encode(),
        stdout=subprocess.PIPE,
        timeout=plan.seconds + LONGEST_SECONDS,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


def _put_under(
    load: Load, target: Target, pairs: Sequence[Bound], pids: dict[str, int], seconds: float
) -> Result:
    """Run the load process against a server."""
    plan = Plan(
        what=load.what,
        ports=[target.port],
        pairs=list(pairs if load.what == "sockets" else pairs[:PAIRS]),
        watched={"server": target.pid, **pids},
        width=load.width,
        seconds=seconds,
        is_bare=target.name in (BARE, BARE_TO_BOTH),
    )
    outcome = put_under(plan)
    return Result(load, target.name, outcome.figures, outcome.faults)


def _anybody() -> list[Bound]:
    """Make up as many pairs as any load takes: the bare server knows nobody."""
    nobody = ("1700000000000", "0" * 32)
    return [
        Bound(Caller(number % PAIRS + 1, *nobody), Caller(number + 1, *nobody))
        for number in range(IDLE_SOCKETS + FIRST_SOCKETS)
    ]
