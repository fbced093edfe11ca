"""The load process: reads a plan from standard input and writes its outcome to standard output.

It runs apart from everything else, so that its CPU is its own; ``python -m benchmarks`` starts it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from dataclasses import asdict

import uvloop

from benchmarks import cards_load, chat_load, sockets_load
from benchmarks.plan import Plan

RUNS = {"chat": chat_load.run, "cards": cards_load.run, "sockets": sockets_load.run}

MOST_SECONDS = 60


def main() -> None:
    """Run one plan."""
    plan = Plan.from_dict(json.load(sys.stdin))
    gc.disable()  # a run is short, and the server's p99 shall not hold our pauses
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(asyncio.wait_for(RUNS[plan.what](plan), plan.seconds + MOST_SECONDS))
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
