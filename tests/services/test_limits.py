"""Limits on sending, on logins and on sockets (decisions T4, T15)."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import fields

import pytest

from conf.settings import Settings
from services.errors import DatabaseAway, Throttled
from services.frame_limit import FrameLimit
from services.limits import UNLIMITED, Gate, LoginLimit, Places, SendLimit, make_limits
from services.principals import MiniCustomer, OfficialCustomer, Principal, Rep
from tests import servers
from tests.logs import Log
from tests.storage import Storage
from tests.waiting import eventually

REP = Rep(1, 1, 2, 0)
SAME_REP = Rep(1, 1, 2, 99)
OTHER_REP = Rep(2, 1, 2, 0)
MINI = MiniCustomer(1, 1, 0)
NO_FRAME_LIMIT = FrameLimit(rate=1, burst=1, byte_rate=1, is_on=False)
FOLLOWER = OfficialCustomer(1, 1, 0)


def send_limit(*, rate: int = 1, burst: int = 3, is_on: bool = True) -> SendLimit:
    """Make a limit on sending."""
    return SendLimit(rate=rate, burst=burst, is_on=is_on)


def login_limit(
    redis_url: str = "",
    *,
    per_account: int = 3,
    per_address: int = 100,
    window_seconds: int = 600,
    is_on: bool = True,
) -> LoginLimit:
    """Make a limit on logins."""
    return LoginLimit(
        redis_url,
        per_account=per_account,
        per_address=per_address,
        window_seconds=window_seconds,
        is_on=is_on,
    )


def gate(**places: int) -> Gate:
    """Make a limit on what stays open."""
    most = {field.name: 100 for field in fields(Places)}
    return Gate(Places(**{**most, **places}), NO_FRAME_LIMIT)


def is_sent(limit: SendLimit, *keys: str) -> bool:
    """Whether one more message may be sent."""
    try:
        limit.check(*keys)
    except Throttled:
        return False
    return True


async def is_tried(limit: LoginLimit, account: str = "a", address: str = "203.0.113.7") -> bool:
    """Whether one more password may be tried."""
    try:
        await limit.begin(account, address)
    except Throttled:
        return False
    return True


def test_a_burst_may_be_sent_and_no_more() -> None:
    limit = send_limit(burst=3)
    assert [is_sent(limit, "rep:1") for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_rate_is_the_one_that_is_set_whatever_the_burst() -> None:
    limit = send_limit(rate=1000, burst=10)
    began, sent = time.monotonic(), 0
    while sent < 100:
        sent += is_sent(limit, "rep:1")
    assert 0.08 < time.monotonic() - began < 5.0


def test_keys_have_bursts_of_their_own() -> None:
    limit = send_limit(burst=1)
    assert [is_sent(limit, key) for key in ("rep:1", "customer:1", "rep:1")] == [True, True, False]


def test_all_keys_of_a_message_have_to_have_room() -> None:
    limit = send_limit(burst=2)
    sent = [is_sent(limit, f"connection:{number}", "rep:1") for number in (1, 2, 3)]
    assert sent == [True, True, False]


def test_a_limit_on_sending_that_is_off_lets_everything_pass() -> None:
    assert all(is_sent(send_limit(burst=1, is_on=False), "rep:1") for _ in range(9))


async def test_more_may_be_sent_when_time_has_passed() -> None:
    limit = send_limit(rate=2, burst=2)
    for _ in range(2):
        limit.check("rep:1")
    assert await eventually(lambda: is_sent(limit, "rep:1"))


@pytest.mark.both
async def test_an_account_has_so_many_tries(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=3)
    assert [await is_tried(limit) for _ in range(5)] == [True] * 3 + [False] * 2


@pytest.mark.both
async def test_tries_that_are_under_way_lock_nobody_out(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=2)
    assert [await is_tried(limit) for _ in range(3)] == [True, True, False]
    await limit.succeed("a", "203.0.113.7")
    assert await is_tried(limit)


@pytest.mark.both
async def test_the_last_wrong_password_refuses_the_right_one_too(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=2)
    for _ in range(2):
        assert await is_tried(limit)
        await limit.fail("a", "203.0.113.7")
    assert not await is_tried(limit)


@pytest.mark.both
async def test_a_try_that_comes_to_nothing_is_given_back(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=1)
    for _ in range(3):
        with pytest.raises(DatabaseAway):
            async with limit.trying("a", "203.0.113.7"):
                raise DatabaseAway
    assert await is_tried(limit)


@pytest.mark.both
async def test_an_address_has_so_many_tries(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_address=2)
    assert [await is_tried(limit, f"account-{n}") for n in range(4)] == [True] * 2 + [False] * 2


@pytest.mark.both
async def test_accounts_and_addresses_are_counted_apart(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=1, per_address=1)
    tried = [
        await is_tried(limit, "a", "203.0.113.1"),
        await is_tried(limit, "b", "203.0.113.2"),
        await is_tried(limit, "203.0.113.1", "a"),
    ]
    assert tried == [True, True, True]


@pytest.mark.both
async def test_a_right_password_gives_an_account_its_tries_back(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=2)
    for _ in range(3):
        assert await is_tried(limit)
        await limit.succeed("a", "203.0.113.7")
    assert [await is_tried(limit) for _ in range(3)] == [True, True, False]


@pytest.mark.both
async def test_right_passwords_use_up_no_tries_of_the_address(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_address=2)
    for _ in range(5):
        assert await is_tried(limit)
        await limit.succeed("a", "203.0.113.7")
    assert [await is_tried(limit, f"account-{n}") for n in range(3)] == [True, True, False]


@pytest.mark.both
async def test_a_right_password_gives_no_tries_back_to_the_address(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_address=3)
    for account in ("b", "c", "a"):
        assert await is_tried(limit, account)
    await limit.succeed("a", "203.0.113.7")
    assert [await is_tried(limit, f"account-{n}") for n in range(2)] == [True, False]


@pytest.mark.both
async def test_many_tries_at_once_are_no_way_round(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=3)
    tried = await asyncio.gather(*(is_tried(limit) for _ in range(12)))
    assert tried.count(True) == 3


@pytest.mark.both
async def test_who_is_refused_may_try_again_after_the_window(storage: Storage) -> None:
    limit = login_limit(storage.redis_url, per_account=1, window_seconds=1)
    deadline = time.monotonic() + 10
    for is_expected in (True, False, True):
        while await is_tried(limit) is not is_expected:
            assert time.monotonic() < deadline


async def test_processes_share_their_tries_over_redis(shared_url: str) -> None:
    one, other = (login_limit(shared_url, per_account=2, per_address=3) for _ in range(2))
    tried = [await is_tried(limit, "shared") for limit in (one, other, one, other)]
    assert tried == [True, True, False, False]
    await one.begin("right", "203.0.113.8")
    await one.succeed("right", "203.0.113.8")
    assert await is_tried(other, "right")


async def test_without_redis_each_process_counts_for_itself(log: Log) -> None:
    port = servers.free_port()
    limit = login_limit(f"redis://127.0.0.1:{port}/0", per_account=2)
    assert [await is_tried(limit) for _ in range(3)] == [True, True, False]
    assert len(log.named("logins are counted here alone")) == 3


async def test_the_right_password_counts_without_redis_too() -> None:
    limit = login_limit(f"redis://127.0.0.1:{servers.free_port()}/0", per_account=1)
    for _ in range(3):
        assert await is_tried(limit)
        await limit.succeed("a", "203.0.113.7")


async def test_a_limit_on_logins_that_is_off_lets_everybody_try() -> None:
    limit = login_limit(per_account=1, is_on=False)
    assert all([await is_tried(limit) for _ in range(9)])


def test_an_address_may_open_so_many_sockets() -> None:
    one = gate(per_address=2)
    assert [one.enter("203.0.113.7") for _ in range(3)] == [True, True, False]


def test_a_socket_that_closes_makes_room_at_its_address() -> None:
    one = gate(per_address=1)
    one.enter("203.0.113.7")
    one.leave("203.0.113.7", None)
    assert one.enter("203.0.113.7")


def test_addresses_have_room_of_their_own() -> None:
    one = gate(per_address=1)
    assert [one.enter(address) for address in ("203.0.113.7", "203.0.113.8")] == [True, True]


@pytest.mark.parametrize(
    ("principal", "is_in"),
    [(SAME_REP, False), (OTHER_REP, True), (MINI, True), (FOLLOWER, True)],
    ids=["same", "other", "mini", "follower"],
)
def test_a_principal_may_open_so_many_sockets(principal: Principal, is_in: bool) -> None:
    one = gate(per_principal=2)
    assert [one.admit(REP, None) for _ in range(2)] == [True, True]
    assert one.admit(principal, None) is is_in


def test_a_socket_that_registers_again_is_counted_once() -> None:
    one = gate(per_principal=1)
    assert [one.admit(REP, None), one.admit(SAME_REP, REP)] == [True, True]


def test_a_socket_that_becomes_anothers_makes_room() -> None:
    one = gate(per_principal=1)
    one.admit(REP, None)
    one.admit(OTHER_REP, REP)
    assert one.admit(REP, None)


def test_a_socket_that_is_not_let_in_stays_what_it_was() -> None:
    one = gate(per_principal=1)
    one.admit(REP, None)
    one.admit(OTHER_REP, None)
    assert [one.admit(REP, OTHER_REP), one.admit(OTHER_REP, None)] == [False, False]


def test_a_socket_that_closes_makes_room_for_its_principal() -> None:
    one = gate(per_principal=1)
    one.enter("203.0.113.7")
    one.admit(REP, None)
    one.leave("203.0.113.7", REP)
    assert one.admit(REP, None)


def test_a_gate_that_is_off_lets_everybody_in() -> None:
    one = Gate(UNLIMITED, NO_FRAME_LIMIT)
    assert all(one.enter("203.0.113.7") and one.admit(REP, None) for _ in range(9))


def test_a_process_is_full_with_so_many_sockets_and_has_room_again() -> None:
    one = gate(per_process=2)
    full = [one.is_full]
    for _ in range(2):
        one.enter("203.0.113.7")
        full.append(one.is_full)
    one.leave("203.0.113.7", None)
    assert [*full, one.is_full] == [False, False, True, False]


def test_a_principal_may_wait_in_so_many_calls_and_again_when_one_is_over() -> None:
    one = gate(waits_per_principal=1)
    with one.waits(REP) as first, one.waits(SAME_REP) as second, one.waits(OTHER_REP) as other:
        assert (first, second, other, one.waiting) == (True, False, True, 2)
    with one.waits(REP) as again:
        assert (again, one.waiting) == (True, 1)


def test_a_process_has_so_many_waiting_calls() -> None:
    one = gate(waits_per_process=1)
    with one.waits(REP) as first, one.waits(OTHER_REP) as second:
        assert (first, second) == (True, False)


def test_sockets_leave_open_files_for_everything_else(settings: Settings) -> None:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.model_copy(update={"connections_per_process": 10**9})
    *_, one = make_limits(wanted)
    assert files // 2 <= one.most < files
