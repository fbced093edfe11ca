"""Whatever happens in whatever order, each connection gets each message once and in its order.

hypothesis draws what happens: who registers, sends, recalls, leaves and comes back, which event
comes, comes twice or is lost, whose question the database answers next, which process dies. The
services, their tasks and SQLite are real; time passes when the model says so.

``ZHUGE_MODEL_EXAMPLES=5000`` plays so many games, drawn anew each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models import customer_file
from models.chat import Sender
from services.chat.content import RECALLED_CONTENT
from services.chat.messages import Draft, Sent
from services.errors import DatabaseAway, NotFound
from tests.logs import Log
from tests.services.chat.model_cast import Cast, Truth, check_place, prepare, rebind
from tests.services.chat.model_world import Client, Process, Registered, Shown, Wire
from tests.services.chat.stepped import Gate, SteppedLoop, stepped_database, turns
from tests.services.chat.talk import content

EXAMPLES: Final = 120
STEPS: Final = 50
LONG_EXAMPLES: Final = os.environ.get("ZHUGE_MODEL_EXAMPLES")

TICK_SECONDS: Final = 1.01
SWEEP_SECONDS: Final = 5.01
MOST_ROUNDS: Final = 1000

Target = tuple[int, int | None]

ONE_OF_TWO = st.integers(0, 1)
ONE_OF_SOME = st.integers(0, 7)
Move = tuple[bool, int, int]
MOVES = st.lists(st.tuples(st.booleans(), ONE_OF_TWO, ONE_OF_SOME), min_size=4, max_size=24)
PAIR = st.sampled_from([0, 0, 0, 1, 2])


class Game(RuleBasedStateMachine):
    """Two processes, four clients, three pairs."""

    def __init__(self, players: Cast, directory: Path, log: Log) -> None:
        super().__init__()
        path = directory / "game.db"
        shutil.copyfile(players.path, path)
        log.events.clear()
        self._cast, self._log = players, log
        self._runner = asyncio.Runner(loop_factory=SteppedLoop)
        self._gate = Gate()
        self._opened = contextlib.AsyncExitStack()
        self._wire = Wire()
        self._tasks: list[asyncio.Future[Any]] = []
        self._drafts: list[tuple[Draft, asyncio.Future[Sent]]] = []
        self._has_failed = False
        self._clients = [
            *(Client(Sender.CUSTOMER, one) for one in players.customers),
            *(Client(Sender.REP, players.reps[0]) for _ in range(2)),
        ]
        self._runner.run(self._begin(path))
        self._truth = Truth(path)

    async def _begin(self, path: Path) -> None:
        await self._opened.enter_async_context(stepped_database(path, self._gate))
        self._processes = [Process(self._wire) for _ in range(2)]
        await turns()

    def _do(self, act: Callable[[], object]) -> None:
        """Do something, and let everything run that it has woken."""

        async def run() -> None:
            act()
            await turns()

        self._runner.run(run())

    def _start(self, work: Callable[[], Awaitable[Any]]) -> None:
        self._do(lambda: self._tasks.append(asyncio.ensure_future(work())))

    @initialize(who=st.lists(st.integers(0, 3), unique=True), count=st.integers(0, 6))
    def begin(self, who: list[int], count: int) -> None:
        """Let some be there already, with something behind them."""
        for _ in range(count):
            self.send(0, Sender.CUSTOMER, 0, 1)
        self._runner.run(self._answer_all())
        for index in who:
            self.register(index, 0, index % 2, False)
        self._run_dry()

    @rule(who=st.integers(0, 3), whom=st.integers(0, 2), at=ONE_OF_TWO, says=st.booleans())
    def register(self, who: int, whom: int, at: int, says: bool) -> None:
        client = self._clients[who]
        target: Target = (self._cast.reps[whom % 2], client.own_id)
        if client.side == Sender.REP:
            target = client.own_id, [None, *self._cast.customers][whom]
        self._do(lambda: self._register(client, target, at, says))

    def _register(self, client: Client, target: Target, at: int, says: bool) -> None:
        connection = client.connect(self._processes[at])
        if connection.registering is None or connection.registering.done():
            since = client.since(*target) if says else None
            connection.registering = asyncio.create_task(connection.register(*target, since))
            self._tasks.append(connection.registering)

    @rule(who=st.integers(0, 3))
    def read_on(self, who: int) -> None:
        self._clients[who].read_on()

    @rule(who=st.integers(0, 3))
    def leave(self, who: int) -> None:
        connection = self._clients[who].connection
        if connection is not None:
            self._do(connection.close)

    @rule(pair=PAIR, sender=st.sampled_from(Sender), at=ONE_OF_TWO, count=st.integers(1, 4))
    def send(self, pair: int, sender: Sender, at: int, count: int) -> None:
        for number in range(len(self._drafts), len(self._drafts) + count):
            name = f"message {number}"
            self._send(Draft(self._cast.pairs[pair], sender, content(name), name), at)

    @precondition(lambda self: self._drafts)
    @rule(which=ONE_OF_SOME, at=ONE_OF_TWO)
    def send_again(self, which: int, at: int) -> None:
        self._send(self._drafts[which % len(self._drafts)][0], at)

    def _send(self, draft: Draft, at: int) -> None:
        messages = self._processes[at].messages
        self._do(lambda: self._drafts.append((draft, messages.send(draft))))

    @precondition(lambda self: self._drafts)
    @rule(which=ONE_OF_SOME, at=ONE_OF_TWO)
    def recall(self, which: int, at: int) -> None:
        rows = [row for row in self._truth.rows() if not row.is_recalled]
        if rows:
            row = rows[which % len(rows)]
            recalls = self._processes[at].recalls
            self._start(lambda: recalls.recall(Sender(row.sender), row.pair, row.id))

    @rule(pair=PAIR, becomes=st.sampled_from(["read", "bound", "ended"]), seq=ONE_OF_SOME)
    def change_pair(self, pair: int, becomes: str, seq: int) -> None:
        of = self._cast.pairs[pair]
        reading = self._processes[0].reading
        changes: dict[str, Callable[[], Awaitable[object]]] = {
            "read": lambda: reading.read(Sender.REP, of, seq),
            "bound": lambda: rebind(of),
            "ended": lambda: customer_file.end_bond(*of),
        }
        self._start(changes[becomes])
        if becomes != "read":  # what is committed when a bond ends may be shown when it is back
            self._wire.lack()

    @rule(moves=MOVES)
    def interleave(self, moves: list[Move]) -> None:
        """Let answers and events come one by one."""
        for is_answer, at, which in moves:
            if is_answer and self._gate.waiting:
                self._do(partial(self._gate.let_through, which))
            elif not is_answer and self._processes[at].bus.queues():
                self._do(partial(self._processes[at].bus.take, which))

    @rule(
        who=st.integers(0, 3), at=ONE_OF_TWO, says=st.booleans(), is_gap=st.booleans(), moves=MOVES
    )
    def meet(self, who: int, at: int, says: bool, is_gap: bool, moves: list[Move]) -> None:
        """Let somebody register, or a gap be noticed, amid messages; nothing else heals it."""
        if not is_gap:
            self.register(who, 0, at, says)
        self.interleave(moves[::4])
        self.send(0, Sender.CUSTOMER, at, 1)
        self.interleave(moves)
        if is_gap:
            self._do(self._processes[at].bus.come_back)
            self.interleave(moves[::-1])
        self.settle("itself")

    async def _answer_all(self) -> None:
        for _ in range(MOST_ROUNDS):
            await turns()
            if not self._gate.waiting:
                return
            self._gate.let_all_through()
        raise AssertionError("somebody asks the database for ever")

    @precondition(lambda self: self._gate.asking)
    @rule(which=ONE_OF_SOME)
    def fail(self, which: int) -> None:
        self._has_failed = True
        self._do(lambda: self._gate.fail(which))

    @rule(at=ONE_OF_TWO, which=ONE_OF_TWO, becomes=st.sampled_from(["double", "lose"]))
    def event(self, at: int, which: int, becomes: str) -> None:
        bus = self._processes[at].bus
        if bus.queues():
            self._do(lambda: getattr(bus, becomes)(which))

    def _take_all(self, at: int) -> None:
        bus = self._processes[at].bus
        while bus.queues():
            bus.take(0)

    @rule(at=ONE_OF_TWO, becomes=st.sampled_from(["break_down", "come_back"]))
    def bus(self, at: int, becomes: str) -> None:
        self._do(getattr(self._processes[at].bus, becomes))

    @rule(seconds=st.sampled_from([TICK_SECONDS, SWEEP_SECONDS]))
    def pass_time(self, seconds: float) -> None:
        self._do(lambda: self._pass(seconds))

    def _pass(self, seconds: float) -> None:
        cast(SteppedLoop, self._runner.get_loop()).seconds += seconds

    @rule(at=ONE_OF_TWO)
    def kill(self, at: int) -> None:
        self._do(lambda: self._kill(at))

    def _kill(self, at: int) -> None:
        process = self._processes[at]
        for client in self._clients:
            connection = client.connection
            if connection is not None and connection.process is process:
                connection.close()
                if connection.registering is not None:
                    connection.registering.cancel()
        process.kill()
        self._processes[at] = Process(self._wire)
        self._wire.lack()

    @rule(by=st.sampled_from(["itself", "gap", "sweep"]))
    def settle(self, by: str) -> None:
        """Let everybody catch up: by itself where no event was lost, by the gap or by the sweep."""
        if by == "gap":
            self._runner.run(self._answer_all())
            for process in self._processes:
                self._do(process.bus.break_down)
        if by != "itself":
            for process in self._processes:
                if not process.bus.is_whole:
                    self._do(process.bus.come_back)
        self._run_dry()
        if by == "sweep":
            self._do(lambda: self._pass(SWEEP_SECONDS))
            self._run_dry()
        for _ in range(2 if self._has_failed else 0):
            self._do(lambda: self._pass(TICK_SECONDS))
            self._run_dry()
        self._has_failed = False
        for process in self._processes if by != "itself" else ():
            process.bus.is_lacking = False
        self._check_complete(is_swept=by == "sweep")

    def _run_dry(self) -> None:
        for _ in range(MOST_ROUNDS):
            for at in range(2):
                self._do(lambda at=at: self._take_all(at))  # type: ignore[misc]
            for client in self._clients:
                client.read_on()
            if self._gate.waiting:
                self._do(self._gate.let_all_through)
            elif not any(process.bus.queues() for process in self._processes):
                return
        raise AssertionError("it does not come to rest")

    @invariant()
    def each_is_sent_in_order(self) -> None:
        rows = {row.id: row for row in self._truth.rows()}
        for client in self._clients:
            for shown in self._follow(client):
                row = rows.get(shown.id)
                assert row is not None, f"{shown} is not stored"
                assert (row.pair, row.seq) == (shown.pair, shown.seq)
                is_recalled = shown.content == RECALLED_CONTENT
                assert row.is_recalled if is_recalled else row.content == shown.content
                assert is_recalled or not shown.is_known, f"{shown} was recalled before"

    @invariant()
    def each_is_stored_once(self) -> None:
        rows = {row.content: row for row in self._truth.rows()}
        assert len(rows) == len(self._truth.rows()), "a message was stored twice"
        for draft, future in self._drafts:
            if future.done() and not future.cancelled() and future.exception() is None:
                sent, row = future.result(), rows[draft.content]
                assert (row.pair, row.id, row.seq) == (draft.pair, sent.id, sent.seq)

    @invariant()
    def nothing_is_refused_for_no_reason(self) -> None:
        for future in [*self._tasks, *(future for _, future in self._drafts)]:
            if future.done() and not future.cancelled():
                error = future.exception()
                assert error is None or isinstance(error, NotFound | DatabaseAway), repr(error)
        self._log.assert_no_fault()

    def _follow(self, client: Client) -> Iterator[Shown]:
        """Check what a connection has been sent since the last time."""
        connection, stream = client.connection, client.stream
        if connection is None:
            return
        while stream.checked < len(connection.frames):
            frame = connection.frames[stream.checked]
            stream.checked += 1
            if isinstance(frame, Registered | Shown):
                stream.take(frame)
            if isinstance(frame, Registered):
                check_place(frame, self._truth.rows())
            elif isinstance(frame, Shown):
                yield frame

    def _check_complete(self, *, is_swept: bool) -> None:
        """Check that every live connection has all there is."""
        self.each_is_sent_in_order()
        last = self._truth.last()
        recalled = {row.id for row in self._truth.rows() if row.is_recalled}
        for client in self._clients:
            connection = client.connection
            if connection is None or not client.is_live or connection.process.bus.is_lacking:
                continue
            for pair, seq in last.items():
                if client.stream.covers(pair):
                    found = client.stream.at.get(pair, 0)
                    assert found == seq, f"{pair} is at {seq}, {client.covered} at {found}"
            if is_swept:
                unaware = client.unaware_of(recalled)
                assert not unaware, f"{client.covered} does not know that {unaware} are recalled"

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self._come_back()
        finally:
            self._truth.close()
            self._runner.run(self._end())
            self._runner.close()

    def _come_back(self) -> None:
        """Let everybody who ever registered come back and get what it has missed."""
        self.settle("sweep")
        for client in self._clients:
            if client.covered is not None and client.connection is not None:
                self._do(client.connection.close)
                self._do(partial(self._register, client, client.covered, 0, True))
        self.settle("sweep")
        self.nothing_is_refused_for_no_reason()

    async def _end(self) -> None:
        for process in self._processes:
            process.kill()
        for task in self._tasks:
            task.cancel()
        self._gate.open()
        await turns()
        await asyncio.gather(
            *self._tasks, *(future for _, future in self._drafts), return_exceptions=True
        )
        await self._opened.aclose()


@pytest.mark.unmeasured  # other tests run these lines, once
@pytest.mark.seconds(200)
def test_each_connection_gets_each_message_once_and_in_order(
    template: Path, tmp_path: Path, log: Log
) -> None:
    path = tmp_path / "cast.db"
    shutil.copyfile(template, path)
    players = asyncio.run(prepare(path))
    run_state_machine_as_test(
        cast(Any, lambda: Game(players, tmp_path, log)),
        settings=settings(
            max_examples=int(LONG_EXAMPLES or EXAMPLES),
            stateful_step_count=STEPS,
            derandomize=LONG_EXAMPLES is None,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
