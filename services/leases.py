"""Jobs that one process does for all: a lease is held from step to step, so the dead lose it."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Final

from models import lease as queries
from models.base import now
from models.database import retry_on_deadlock

HELD: Final = timedelta(minutes=2)


class Lease:
    """This process's claim to a job.

    Args:
        name: the job's, the same in every process.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._holder = secrets.token_hex(8)

    async def is_done_on(self, day: date) -> bool:
        """Whether the job has been finished for a day, by whomever."""
        done_on = await queries.done_on(self._name)
        return done_on is not None and done_on >= day

    async def hold(self) -> bool:
        """Take the lease or go on holding it; no, while another process is at the job."""
        moment = now()
        return await _take(self._name, self._holder, moment, moment + HELD)

    async def give_up(self, done: date | None = None) -> None:
        """Leave the job to others.

        Args:
            done: for which day it is finished.
        """
        await queries.give_up(self._name, self._holder, done)


_take = retry_on_deadlock(queries.take)
