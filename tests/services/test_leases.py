"""Of several processes one does a job, and goes on with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import lease
from models.base import now

HELD = timedelta(minutes=2)


@pytest.mark.both
async def test_a_lease_is_held_again_in_the_same_millisecond(db: None) -> None:
    moment = now()
    taken = [await lease.take("job", "one", moment, moment + HELD) for _ in range(3)]
    assert taken == [True, True, True]


@pytest.mark.both
async def test_a_lease_that_is_held_is_nobody_elses(db: None) -> None:
    moment = now()
    await lease.take("job", "one", moment, moment + HELD)
    assert not await lease.take("job", "other", moment, moment + HELD)
    await lease.give_up("job", "one", None)
    assert await lease.take("job", "other", moment, moment + HELD)


@pytest.mark.both
async def test_the_lease_of_one_who_died_is_taken_when_it_is_over(db: None) -> None:
    moment = now()
    await lease.take("job", "one", moment - 2 * HELD, moment - HELD)
    assert await lease.take("job", "other", moment, moment + HELD)
    assert not await lease.take("job", "one", moment, moment + HELD)
