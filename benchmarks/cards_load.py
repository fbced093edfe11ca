"""The card view under load: connections that ask, wait for the answer, and ask again."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from benchmarks.client import Http, open_http
from benchmarks.measure import Window, until
from benchmarks.plan import Outcome, Plan

CARD_PATH = "/zhugeleida/xiaochengxu/mingpian"
SETTLE_SECONDS = 10.0
MOST_FAULTS = 10
STRIDE = 37


class Viewer:
    """One connection, on which cards are viewed one after another."""

    def __init__(self, connection: Http, targets: Iterator[tuple[bytes, bytes]], window: Window):
        self.answers = 0
        self.faults: list[str] = []
        self.is_waiting = False
        self.connection = connection
        self._targets = targets
        self._window = window
        self._asked_at = 0.0
        self._expected = b""
        connection.on_answer = self._take

    def ask(self) -> None:
        """Ask for the next card."""
        target, self._expected = next(self._targets)
        self.is_waiting = True
        self._asked_at = time.perf_counter()
        self.connection.get(target)

    def _take(self, status: bytes, body: bytes) -> None:
        self.is_waiting = False
        self._window.note("answer", time.perf_counter() - self._asked_at)
        self.answers += 1
        if status != b"200" or self._expected not in body:
            self.faults.append(f"{status.decode()} {body[:300].decode()}")
        if not self._window.is_over and len(self.faults) < MOST_FAULTS:
            self.ask()


async def run(plan: Plan) -> Outcome:
    """Run the card load of a plan."""
    window = Window(plan.watched)
    targets = _targets(plan)
    viewers = [Viewer(await open_http(plan.port), targets, window) for _ in range(plan.width)]
    for viewer in viewers:
        viewer.ask()
    await window.run(plan.warm_up, plan.seconds, ("answer",))
    await until(lambda: not any(viewer.is_waiting for viewer in viewers), SETTLE_SECONDS)
    faults = [text for viewer in viewers for text in viewer.faults]
    for viewer in viewers:
        if viewer.is_waiting or viewer.connection.close_reason:
            faults.append(f"an answer is missing: {viewer.connection.close_reason}")
        viewer.connection.close()
    answered = sum(viewer.answers for viewer in viewers)
    return Outcome({**window.figures(), "stored": answered}, faults[:MOST_FAULTS])


def _targets(plan: Plan) -> Iterator[tuple[bytes, bytes]]:
    """Go round all customers and all reps, out of step, with what each answer has to hold."""
    reps = [pair.rep.id for pair in plan.pairs]
    signed = [
        f"&user_id={one.id}&timestamp={one.timestamp}&rand_str={one.rand_str}".encode()
        for one in (pair.customer for pair in plan.pairs)
    ]
    for step in itertools.count():
        rep_id = reps[(step * STRIDE + step // len(reps)) % len(reps)]
        expected = b"" if plan.is_bare else b'"ret_data":[{"id":%d,' % rep_id
        yield b"%b?uid=%d%b" % (CARD_PATH.encode(), rep_id, signed[step % len(signed)]), expected
