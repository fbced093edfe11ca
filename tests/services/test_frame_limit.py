"""The limit on frames and their bytes is exact, though it is asked now and then only."""

from __future__ import annotations

import pytest

from services.frame_limit import FrameLimit
from services.refusals import Reason
from tests.waiting import eventually


def frame_limit(
    *, rate: int = 1, burst: int = 3, byte_rate: int = 1 << 20, is_on: bool = True
) -> FrameLimit:
    """Make a limit on frames."""
    return FrameLimit(rate=rate, burst=burst, byte_rate=byte_rate, is_on=is_on)


@pytest.mark.parametrize("burst", [1, 3, 15, 16, 17, 40])
def test_as_many_frames_as_the_burst_are_taken_and_not_one_more(burst: int) -> None:
    allowance = frame_limit(burst=burst).allowance("one")
    taken = [allowance.take(1) for _ in range(burst + 2)]
    assert taken == [None] * burst + [Reason.FRAME_RATE] * 2


@pytest.mark.parametrize("size", [1000, 16_384, 20_000, 60_000])
def test_as_many_bytes_as_two_seconds_bring_are_taken_and_no_more(size: int) -> None:
    allowance = frame_limit(burst=1000, byte_rate=100_000).allowance("one")
    count = 200_000 // size
    taken = [allowance.take(size) for _ in range(count + 1)]
    assert taken == [None] * count + [Reason.BYTE_RATE]


def test_a_small_frame_still_passes_where_a_big_one_did_not() -> None:
    allowance = frame_limit(burst=100, byte_rate=100_000).allowance("one")
    taken = [allowance.take(size) for size in (190_000, 20_000, 10_000)]
    assert taken == [None, Reason.BYTE_RATE, None]


async def test_more_frames_are_taken_when_time_has_passed() -> None:
    allowance = frame_limit(rate=20, burst=1).allowance("one")
    assert [allowance.take(1), allowance.take(1)] == [None, Reason.FRAME_RATE]
    assert await eventually(lambda: allowance.take(1) is None)


def test_connections_have_allowances_of_their_own() -> None:
    limit = frame_limit(burst=1)
    assert [limit.allowance(name).take(1) for name in ("one", "two")] == [None, None]


def test_as_many_refused_frames_as_the_burst_are_borne() -> None:
    allowance = frame_limit(burst=3).allowance("one")
    assert [allowance.bears() for _ in range(4)] == [True, True, True, False]


def test_a_limit_that_is_off_takes_everything() -> None:
    allowance = frame_limit(burst=1, byte_rate=1, is_on=False).allowance("one")
    assert {allowance.take(1 << 20) for _ in range(100)} == {None}
