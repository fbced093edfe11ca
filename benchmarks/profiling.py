"""Where the server's time goes: py-spy's samples of its stacks under load, summed up."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.targets import ROOT, Target

RATE = 400
TOP = 25
START_SECONDS = 2.0
ALWAYS_THERE = 0.98
GRACE_SECONDS = 30


@contextlib.contextmanager
def spied(target: Target, seconds: float, output: Path) -> Iterator[None]:
    """Take samples of a server's stacks while the block runs, but for its first two seconds.

    Raises:
        RuntimeError: py-spy is not installed, or could not look into the server.
    """
    command = [
        *("sh", "-c", f'sleep {START_SECONDS}; exec "$@"', "sh"),
        *(_py_spy(), "record", "--nonblocking", "--format", "raw", "--output", str(output)),
        *("--pid", str(target.pid), "--rate", str(RATE), "--duration", str(round(seconds))),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield
        said, _ = process.communicate(timeout=GRACE_SECONDS)
        if process.returncode:
            raise RuntimeError(f"py-spy: {said.decode()}")
    finally:
        process.kill()


def summary(stacks: Path) -> str:
    """List where the time is spent, by module, by function, and by function with what it calls.

    What ``Runner.run`` spends itself is uvloop's: waiting for and moving bytes on its own sockets.
    """
    modules: Counter[str] = Counter()
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    total = 0
    for line in stacks.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_function(frame) for frame in stack.split(";")]
        total += int(count)
        own[frames[-1]] += int(count)
        modules[frames[-1].partition(" (")[2][:-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    ours = Counter(
        {
            frame: count
            for frame, count in whole.items()
            if count < total * ALWAYS_THERE and (ROOT / frame.partition(" (")[2][:-1]).exists()
        }
    )
    lines = [f"{total} samples"]
    lists = {"own time by module": modules, "own time": own, "ours, with what they call": ours}
    for title, counter in lists.items():
        lines += [f"-- {title}"]
        lines += [f"{count / total:6.1%}  {name}" for name, count in counter.most_common(TOP)]
    return "\n".join(lines)


def _function(frame: str) -> str:
    """Turn py-spy's ``name (path:line)`` into name and path, whatever the line."""
    name, _, place = frame.rpartition(" (")
    return f"{name} ({place.rpartition(':')[0]})"


def _py_spy() -> str:
    beside = Path(sys.executable).parent / "py-spy"
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise RuntimeError("py-spy is not installed; run: pip install py-spy")
    return found
