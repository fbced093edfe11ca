"""Sessions: who has signed, for how long, and the end of it everywhere (decisions P2 to P5)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from models.base import now, to_ms
from models.customer import CustomerKind
from models.database import execute, fetch_all
from models.staff import RepStatus
from services.chat.bus import Bus, LocalBus, RedisBus
from services.errors import BadSignature
from services.principals import AdminRep, MiniCustomer, OfficialCustomer, Principal, Rep
from services.redis_clients import connect_redis
from services.sessions import ENDED, Ended, Sessions, Signature, sign
from tests.api import Caller
from tests.factories import make_admin, make_customer, make_rep, session_for
from tests.storage import Storage, is_running, open_mariadb
from tests.waiting import eventually

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EVERYBODY = (Rep, MiniCustomer, OfficialCustomer)


@dataclass(frozen=True)
class Process:
    """What one process of an installation has: its sessions, and what it heard of their ends."""

    sessions: Sessions
    ended: list[Ended]

    async def who(
        self,
        caller: Caller,
        kinds: Collection[type[Principal]] = EVERYBODY,
        changed: Mapping[str, str] | None = None,
    ) -> Principal | None:
        """Say who has signed, None for nobody."""
        signature = Signature(**{**caller.signature(), **(changed or {})})
        try:
            return await self.sessions.authenticate(signature, kinds)
        except BadSignature:
            return None


@contextlib.asynccontextmanager
async def running(bus: Bus) -> AsyncIterator[None]:
    """Let a bus receive."""
    task = asyncio.create_task(bus.run())
    assert await eventually(lambda: bus.is_whole)
    yield
    task.cancel()
    await asyncio.wait([task])


@pytest_asyncio.fixture
async def buses(storage: Storage) -> AsyncIterator[tuple[Bus, Bus]]:
    """The buses of two processes: over Redis where there is one, else the same."""
    async with contextlib.AsyncExitStack() as stack:
        if not storage.redis_url:
            local = LocalBus()
            yield local, local
            return
        made = []
        for _ in range(2):
            client = await stack.enter_async_context(connect_redis(storage.redis_url, 2.0))
            bus = RedisBus(client, "secret")
            await stack.enter_async_context(running(bus))
            made.append(bus)
        yield made[0], made[1]


def start(bus: Bus, **options: int) -> Process:
    """Start a process on a bus."""
    sessions = Sessions(bus, **{"window_seconds": 900, "ttl_days": 30, **options})
    process = Process(sessions, [])
    sessions.on_end(process.ended.append)
    return process


@pytest.fixture
def process(db: None) -> Process:
    """A process by itself."""
    return start(LocalBus())


@pytest.fixture
def processes(db: None, buses: tuple[Bus, Bus]) -> Iterator[tuple[Process, Process]]:
    """Two processes of one installation."""
    yield start(buses[0]), start(buses[1])


async def used_at(caller: Caller) -> int:
    """When a session was used last, in milliseconds."""
    ((stamp,),) = await fetch_all("SELECT used_at FROM session WHERE token = %s", (caller.token,))
    return int(stamp)


async def set_used(caller: Caller, ago: timedelta) -> int:
    """Let a session have been used last so long ago."""
    stamp = to_ms(now() - ago)
    await execute("UPDATE session SET used_at = %s WHERE token = %s", (stamp, caller.token))
    return stamp


async def test_a_signature_is_the_md5_of_timestamp_and_token() -> None:
    token = "5d41402abc4b2a76b9719d911017c592"
    assert sign("1528182912675", token) == "a508bd0349104c786bc0061f2f623a7e"


async def test_everybody_is_known_by_its_own_table(process: Process) -> None:
    rep, admin = await make_rep(), await make_admin()
    mini, follower = await make_customer(), await make_customer(kind=CustomerKind.OFFICIAL_ACCOUNT)
    found = [await process.who(await session_for(each)) for each in (rep, admin, mini, follower)]
    assert [type(principal) for principal in found] == [
        *(Rep, AdminRep, MiniCustomer, OfficialCustomer),
    ]
    assert [each and (each.id, each.company_id) for each in found] == [
        (each.id, each.company_id) for each in (rep, admin, mini, follower)
    ]


@pytest.mark.parametrize(
    ("kind", "may"),
    [(Rep, [Rep]), (AdminRep, [Rep, AdminRep]), (MiniCustomer, [MiniCustomer])],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_a_call_is_made_by_the_kinds_that_may_make_it(
    process: Process, kind: type[Principal], may: list[type[Principal]]
) -> None:
    make: Any = {Rep: make_rep, AdminRep: make_admin, MiniCustomer: make_customer}[kind]
    caller = await session_for(await make())
    kinds = (Rep, AdminRep, MiniCustomer, OfficialCustomer)
    assert [each for each in kinds if await process.who(caller, [each])] == may


async def test_a_number_that_is_on_both_sides_is_who_has_signed(process: Process) -> None:
    rep, customer = await make_rep(), await make_customer()
    assert rep.id == customer.id
    found = [await process.who(await session_for(each)) for each in (rep, customer)]
    assert [type(principal) for principal in found] == [Rep, MiniCustomer]


@pytest.mark.parametrize(
    "changed",
    [
        {"user_id": ""},
        {"user_id": "x"},
        {"user_id": "-1"},
        {"user_id": "１"},
        {"user_id": "999999"},
        {"user_id": "9" * 400},
        {"timestamp": ""},
        {"timestamp": "x"},
        {"timestamp": "1e12"},
        {"timestamp": "9" * 400},
        {"rand_str": ""},
        {"rand_str": "0" * 32},
        {"rand_str": "é"},
    ],
    ids=str,
)
async def test_a_signature_that_is_none_is_nobodys(
    process: Process, changed: dict[str, str]
) -> None:
    caller = await session_for(await make_rep())
    assert await process.who(caller, changed=changed) is None


async def test_a_signature_in_capitals_is_nobodys(process: Process) -> None:
    caller = await session_for(await make_rep())
    signature = caller.signature()
    changed = {**signature, "rand_str": signature["rand_str"].upper()}
    assert await process.who(caller, changed=changed) is None


@pytest.mark.parametrize(
    ("seconds", "is_known"), [(-890, True), (890, True), (-910, False), (910, False)]
)
async def test_a_signature_holds_for_a_quarter_of_an_hour_around_now(
    process: Process, seconds: int, is_known: bool
) -> None:
    caller = await session_for(await make_rep())
    signature = caller.signature(timestamp=int((time.time() + seconds) * 1000))
    assert bool(await process.who(caller, changed=signature)) is is_known


async def test_without_a_window_a_signature_holds_for_ever(db: None) -> None:
    caller = await session_for(await make_rep())
    found = start(LocalBus(), window_seconds=0)
    assert await found.who(caller, changed=caller.signature(timestamp=1))


async def test_a_disabled_rep_has_signed_nothing(process: Process) -> None:
    caller = await session_for(await make_rep(status=RepStatus.DISABLED))
    assert await process.who(caller) is None


@pytest.mark.both
async def test_a_session_ends_when_it_was_not_used_for_its_days(db: None) -> None:
    process = start(LocalBus(), ttl_days=30)
    used, unused = [await session_for(await make_rep()) for _ in range(2)]
    await set_used(used, 30 * DAY - HOUR)
    await set_used(unused, 30 * DAY + HOUR)
    assert [bool(await process.who(each)) for each in (used, unused)] == [True, False]


async def test_a_session_that_is_used_goes_on(process: Process) -> None:
    caller = await session_for(await make_rep())
    await set_used(caller, 29 * DAY)
    await process.who(caller)
    assert await used_at(caller) > to_ms(now() - HOUR)


async def test_the_use_of_a_session_is_written_at_most_once_an_hour(process: Process) -> None:
    caller = await session_for(await make_rep())
    stamp = await set_used(caller, HOUR - timedelta(minutes=1))
    for _ in range(3):
        await process.who(caller)
    assert await used_at(caller) == stamp


async def test_what_was_just_written_is_not_written_again(process: Process) -> None:
    caller = await session_for(await make_rep())
    await set_used(caller, 2 * HOUR)
    await process.who(caller)
    await execute("UPDATE session SET used_at = 1")
    await process.who(caller)
    assert await used_at(caller) == 1


@pytest.mark.mariadb
async def test_a_session_that_ends_while_its_use_is_written_stays_over(
    db: None, storage: Storage
) -> None:
    bus = LocalBus()
    process = start(bus)
    rep = await make_rep()
    caller = await session_for(rep)
    await set_used(caller, 2 * HOUR)
    with open_mariadb(storage.database_url) as closing, closing.cursor() as cursor:
        cursor.execute("DELETE FROM session")
        using = asyncio.create_task(process.who(caller))
        assert await eventually(lambda: is_running(storage.database_url, "UPDATE session"))
        await bus.publish(ENDED, ["rep", rep.id, None])
        assert await eventually(lambda: process.ended)
        closing.commit()
        await using
    assert await process.who(caller) is None


async def test_the_use_of_one_session_keeps_no_other_alive(process: Process) -> None:
    rep = await make_rep()
    one, other = await session_for(rep), await session_for(rep)
    for each in (one, other):
        await set_used(each, 2 * DAY)
    await process.who(one)
    assert await used_at(other) < to_ms(now() - DAY)


async def test_the_sweep_deletes_what_has_ended_by_itself(process: Process) -> None:
    used, unused = [await session_for(await make_rep()) for _ in range(2)]
    await set_used(used, 29 * DAY)
    await set_used(unused, 31 * DAY)
    await process.sessions.sweep()
    assert await fetch_all("SELECT token FROM session") == [(used.token,)]


@pytest.mark.both
async def test_a_session_that_another_process_has_opened_is_known_at_once(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    rep = await make_rep()
    await other.who(await session_for(rep))
    token = await one.sessions.open("rep", rep.id)
    assert await other.who(Caller(rep.id, token, "rep"))


@pytest.mark.both
async def test_a_session_that_another_process_has_closed_is_over_on_both(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    rep = await make_rep()
    caller, kept = await session_for(rep), await session_for(rep)
    for process in processes:
        assert await process.who(caller)
    principal = await one.who(caller)
    assert principal is not None
    await one.sessions.close(principal)
    assert await one.who(caller) is None
    assert await eventually(lambda: other.ended)
    assert [bool(await other.who(each)) for each in (caller, kept)] == [False, True]


@pytest.mark.both
async def test_all_sessions_of_a_principal_are_closed_on_every_process(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    rep = await make_rep()
    callers = [await session_for(rep) for _ in range(3)]
    for caller in callers:
        assert await other.who(caller)
    await one.sessions.close_all("rep", rep.id)
    assert await eventually(lambda: other.ended)
    assert [await other.who(caller) for caller in callers] == [None] * 3


async def test_the_customer_with_the_number_of_a_rep_stays_logged_in(process: Process) -> None:
    rep, customer = await make_rep(), await make_customer()
    assert rep.id == customer.id
    caller = await session_for(customer)
    await process.sessions.close_all("rep", rep.id)
    assert await process.who(caller)


@pytest.mark.both
async def test_the_oldest_of_six_sessions_ends_on_every_process(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    rep = await make_rep()
    tokens = [await one.sessions.open("rep", rep.id) for _ in range(6)]
    assert await eventually(lambda: other.ended)
    found = [await other.who(Caller(rep.id, token, "rep")) for token in tokens]
    assert [bool(principal) for principal in found] == [False] + [True] * 5


@pytest.mark.both
async def test_sessions_that_are_opened_at_once_end_in_their_order(
    processes: tuple[Process, Process],
) -> None:
    rep = await make_rep()
    opening = [process.sessions.open("rep", rep.id) for process in processes for _ in range(6)]
    await asyncio.gather(*opening)
    assert len(await fetch_all("SELECT id FROM session")) == 5


@pytest.mark.both
async def test_who_listens_learns_which_session_has_ended(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    rep = await make_rep()
    principals = [await one.who(await session_for(rep)) for _ in range(2)]
    assert principals[0] is not None
    await one.sessions.close(principals[0])
    assert await eventually(lambda: other.ended)
    (ended,) = other.ended
    assert [each and ended.covers(each) for each in principals] == [True, False]


def test_the_end_of_all_sessions_covers_each_of_the_principals_own() -> None:
    ended = Ended("rep", 1, None)
    others = (Rep(2, 1, 2, 7), MiniCustomer(1, 1, 7), OfficialCustomer(1, 1, 7))
    assert ended.covers(Rep(1, 1, 2, 7))
    assert ended.covers(AdminRep(1, 1, 1, 8))
    assert not any(ended.covers(each) for each in others)


async def test_sessions_that_are_over_are_told_from_those_that_are_not(process: Process) -> None:
    rep = await make_rep()
    principals = [await process.who(await session_for(rep)) for _ in range(2)]
    ids = [each.session_id for each in principals if each is not None]
    await execute("DELETE FROM session WHERE id = %s", (ids[0],))
    assert await process.sessions.still_open([*ids, 999_999]) == {ids[1]}
    assert await process.sessions.still_open([]) == set()


@pytest.mark.mariadb
async def test_a_process_whose_bus_is_away_asks_the_database_each_time(
    db: None, storage: Storage
) -> None:
    async with connect_redis(storage.redis_url, 2.0) as client:
        deaf = start(RedisBus(client, "secret"))
        caller = await session_for(await make_rep())
        known = await deaf.who(caller)
        await execute("DELETE FROM session")
        assert (bool(known), await deaf.who(caller)) == (True, None)


async def test_tokens_are_random(process: Process) -> None:
    rep = await make_rep()
    tokens = {await process.sessions.open("rep", rep.id) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 32 and int(token, 16) for token in tokens)
