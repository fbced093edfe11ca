"""What is measured: CPU seconds and memory of processes, and latencies in a window of time."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
FLUSHES = 100


def cpu_seconds(pid: int) -> float:
    """Read how much CPU a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def all_cpu_seconds() -> float:
    """Read how much CPU everything on this machine has used, or had stolen by its host."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, _idle, _iowait, *interrupts = map(int, line.split()[1:9])
    return (user + nice + system + sum(interrupts)) / _TICKS


def resident_bytes(pid: int) -> int:
    """Read how much memory a process has in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def flush_ms(directory: Path) -> float:
    """Measure the median of a flush to disk: no durable commit is faster."""
    taken = []
    with (directory / "flushed").open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(b"x" * _PAGE)
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return percentile(taken, 50) * 1000


def percentile(values: Sequence[float], percent: float) -> float:
    """Find the value below which so many percent of the values lie."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def until(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so, but no longer than so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.02)


@dataclass
class Window:
    """The measured stretch of a run: it begins after the warm-up and ends before the clean-up.

    Args:
        watched: the processes whose CPU is measured, by what they are called.
        read_counters: asked for what else is counted, by name, before and after.
    """

    watched: Mapping[str, int]
    read_counters: Callable[[], dict[str, int]] = dict
    is_open: bool = False
    is_over: bool = False
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    latencies: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, seconds: float) -> None:
        """Keep one latency if it falls into the window."""
        if self.is_open:
            self.latencies[name].append(seconds)

    async def run(self, warm_up: float, seconds: float, names: Sequence[str]) -> None:
        """Let a warm-up pass, then measure.

        Args:
            names: the kinds of latency that will be noted.
        """
        await asyncio.sleep(warm_up)
        self.latencies = {name: [] for name in names}
        counted_before = self.read_counters()
        before, all_before = self._read_cpu(), all_cpu_seconds()
        started = time.perf_counter()
        self.is_open = True
        await asyncio.sleep(seconds)
        self.is_open = False
        self.is_over = True
        self.seconds = time.perf_counter() - started
        after, all_after = self._read_cpu(), all_cpu_seconds()
        counted = self.read_counters()
        self.counted = {name: counted[name] - counted_before[name] for name in counted}
        self.cpu = {name: after[name] - before[name] for name in after}
        self.cpu["others"] = max(0.0, all_after - all_before - sum(self.cpu.values()))

    def figures(self) -> dict[str, object]:
        """Sum up the window: rates, latencies in ms, CPU seconds."""
        return {
            "seconds": round(self.seconds, 3),
            "count": {name: len(values) for name, values in self.latencies.items()},
            "per_second": {
                name: round(len(values) / self.seconds, 1)
                for name, values in self.latencies.items()
            },
            "latency_ms": {
                name: {
                    f"p{percent}": round(percentile(values, percent) * 1000, 2)
                    for percent in (50, 99)
                }
                for name, values in self.latencies.items()
            },
            "cpu_seconds": {name: round(value, 2) for name, value in self.cpu.items()},
            "counted": self.counted,
        }

    def _read_cpu(self) -> dict[str, float]:
        pids = {**self.watched, "load": os.getpid()}
        return {name: cpu_seconds(pid) for name, pid in pids.items()}
