"""The rep's lists at a thousand and at a million log rows: whether length costs time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from benchmarks import lists_setup, targets
from benchmarks.client import HOST
from benchmarks.lists_setup import Diligent
from benchmarks.measure import percentile
from benchmarks.report import NAMES, aligned

SHORT: Final = 1000
LONG: Final = 1_000_000
MOST_TIMES_SLOWER: Final = 1.3

WARM_UP: Final = 30
ROUNDS: Final = 300
TIMEOUT_SECONDS: Final = 30

ROOT: Final = "/zhugeleida/qiyeweixin"
LISTS: Final = {
    "action/time, page 1": "action/time?length=10",
    "action/time, page 50": "action/time?length=10&current_page=50",
    "action/time, one action": "action/time?length=10&action=6",
    "action/time, one customer": "action/time?length=5&customer_id={customer_id}",
    "action/customer": "action/customer?length=10",
    "action/count": "action/count?length=10",
    "tongxunlu": "tongxunlu?length=10",
    "tongxunlu by activity": "tongxunlu?length=10&order=-last_activity_time",
    "contact": "contact?length=20",
    "follow_info": "follow_info?customer_id={customer_id}",
}
"""What is asked for, by what it is called; every answer has as many rows at either length."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How long one list takes on one database, in milliseconds, at both lengths of the log."""

    server: str
    name: str
    short_ms: float
    long_ms: float

    @property
    def ratio(self) -> float:
        """How many times longer the long log takes."""
        return self.long_ms / self.short_ms

    @property
    def is_fault(self) -> bool:
        """Whether that is more than it may be."""
        return self.ratio > MOST_TIMES_SLOWER

    def to_dict(self) -> dict[str, Any]:
        """Write the figure as the JSON file has it."""
        return asdict(self)


class Reader:
    """A rep that reads its lists from a server, one after another."""

    def __init__(self, port: int, who: Diligent) -> None:
        rep = who.rep
        self._http = HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
        self._signature = f"user_id={rep.id}&timestamp={rep.timestamp}&rand_str={rep.rand_str}"
        self._customer_id = who.customer_id

    def read(self, wanted: str) -> float:
        """Read a list and give the seconds that it took."""
        path = wanted.format(customer_id=self._customer_id)
        started = time.perf_counter()
        self._http.request("GET", f"{ROOT}/{path}&{self._signature}")
        body = self._http.getresponse().read()
        taken = time.perf_counter() - started
        answer = json.loads(body)
        data = answer["data"]
        if answer["code"] != 200 or not (data if isinstance(data, list) else data["ret_data"]):
            raise RuntimeError(f"{path}: {body[:300].decode()}")
        return taken

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def measure(name: str, directory: Path) -> Iterator[Figure]:
    """Measure all lists on one kind of database, both lengths in turns."""
    with ExitStack() as stack:
        readers = []
        for rows in (SHORT, LONG):
            home = directory / f"{name}-{rows}"
            home.mkdir()
            behind = stack.enter_context(targets.backend(name, home, 1))
            who = asyncio.run(lists_setup.populate(behind.database_url, rows))
            target = stack.enter_context(targets.real_server(behind))
            readers.append(Reader(target.port, who))
            stack.callback(readers[-1].close)
        yield from in_turns(name, *readers)


def in_turns(server: str, short: Reader, long: Reader) -> Iterator[Figure]:
    """Read all lists round and round, from either server first in turns.

    What else the machine does comes in bursts, and a burst then meets all of them alike.
    """
    taken: dict[tuple[str, Reader], list[float]] = {
        (title, reader): [] for title in LISTS for reader in (short, long)
    }
    for number in range(WARM_UP + ROUNDS):
        for title, wanted in LISTS.items():
            for reader in (short, long) if number % 2 else (long, short):
                seconds = reader.read(wanted)
                if number >= WARM_UP:
                    taken[title, reader].append(seconds)
    for title in LISTS:
        middle = [percentile(taken[title, reader], 50) * 1000 for reader in (short, long)]
        yield Figure(server, title, *middle)


def table(figures: Sequence[Figure]) -> str:
    """Write the figures, and which of them are too much."""
    head = [f"lists, median of {ROUNDS}", f"ms at {SHORT:,}", f"ms at {LONG:,} rows", "times"]
    rows = [
        [
            f"{NAMES[one.server]}: {one.name}",
            f"{one.short_ms:.2f}",
            f"{one.long_ms:.2f}",
            f"{one.ratio:.2f}",
        ]
        for one in figures
    ]
    slow = [
        f"FAILED {NAMES[one.server]}: {one.name} takes {one.ratio:.2f} times as long"
        for one in figures
        if one.is_fault
    ]
    return "\n".join([*aligned([head, *rows]), *slow])
