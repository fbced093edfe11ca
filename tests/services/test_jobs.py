"""Work that is done again and again outlives its failures."""

from __future__ import annotations

import asyncio

import pytest

from services.errors import DatabaseAway, UpstreamAway
from services.jobs import every, guarded
from tests.logs import Log
from tests.waiting import eventually


class Job:
    """Counts how often it was done, and fails as it is told."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.done = 0
        self._errors = list(errors)

    async def __call__(self) -> None:
        self.done += 1
        if self._errors and (error := self._errors.pop(0)):
            raise error


async def run_until(job: Job, times: int) -> None:
    """Do a job every moment until it has been done so often."""
    task = asyncio.create_task(every(0, job, "job"))
    assert await eventually(lambda: job.done >= times or task.done())
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_job_is_done_again_and_again() -> None:
    job = Job()
    await run_until(job, 5)
    assert job.done >= 5


async def test_a_job_goes_on_after_a_fault_that_is_logged(log: Log) -> None:
    await run_until(Job(ValueError("broken")), 3)
    assert [event["job"] for event in log.take("fault")] == ["job"]


@pytest.mark.parametrize("error", [DatabaseAway("away"), UpstreamAway("away")])
async def test_a_job_that_has_to_wait_for_somebody_is_no_fault(log: Log, error: Exception) -> None:
    await run_until(Job(error), 3)
    assert [event["error"] for event in log.named("job postponed")] == ["away"]


async def test_a_job_comes_after_the_pause_and_not_before() -> None:
    job = Job()
    task = asyncio.create_task(every(3600, job, "job"))
    await asyncio.wait([task], timeout=0.01)
    task.cancel()
    await asyncio.wait([task])
    assert job.done == 0


@pytest.mark.parametrize(
    ("error", "is_done"), [(None, True), (ValueError("broken"), False), (DatabaseAway(), False)]
)
async def test_a_guarded_job_says_whether_it_was_done(
    log: Log, error: Exception | None, is_done: bool
) -> None:
    assert await guarded(Job(error), "job") is is_done
    log.take("fault")


async def test_a_guarded_job_can_be_cancelled() -> None:
    with pytest.raises(asyncio.CancelledError):
        await guarded(Job(asyncio.CancelledError()), "job")
