"""The erasure of one customer: everything that tells who it is or what it said.

What stays tells of nobody: the customer's row with its number and day, the log and the counters,
orders without a phone number. The erasure is noted before anything is erased, and every step may
be taken again. A second round, some minutes later, ends it: until then a request that was under way
may have written something once more, and a process may have died.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from models import chat_past
from models import customer as customers
from models import erasure as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.erasure import Begun
from services.companies import is_of_platform
from services.errors import NotFound
from services.jobs import guarded
from services.leases import Lease
from services.media.traces import remove_of_customer
from services.principals import AdminRep
from services.retention import drop_messages
from services.sessions import Sessions

BATCH: Final = 500
MOST_AT_ONCE: Final = 20
FIRST_ROUND_SECONDS: Final = 5.0
SETTLED: Final = timedelta(minutes=3)
PAUSE: Final = timedelta(minutes=1)
MOST_DOUBLINGS: Final = 9
LONGEST_PAUSE: Final = timedelta(hours=6)

_log = structlog.get_logger("erasures")


class Erasures:
    """Erases customers, and finishes what was begun anywhere.

    Args:
        data_dir: where the files are that all processes share.
        settled: after so long no request is under way that knew the customer.
        pause: before an erasure that has failed is tried again; twice as long after each try.
    """

    def __init__(
        self,
        sessions: Sessions,
        data_dir: Path,
        *,
        batch: int = BATCH,
        settled: timedelta = SETTLED,
        pause: timedelta = PAUSE,
    ) -> None:
        self._sessions = sessions
        self._data_dir = data_dir
        self._batch = batch
        self._settled = settled
        self._pause = pause
        self._lease = Lease("erasures")

    async def erase(self, rep: AdminRep, customer_id: int) -> None:
        """Erase a customer; what takes longer than some seconds is done by the job.

        Raises:
            NotFound: there is none, or it is not of the rep's company.
        """
        await require_own(rep, customer_id)
        await _begin(customer_id)
        until = time.monotonic() + FIRST_ROUND_SECONDS

        async def has_time() -> bool:
            return time.monotonic() < until

        await self._round(customer_id, has_time)

    async def finish_due(self) -> None:
        """Do the second round of the erasures that are old enough for it.

        One that fails is tried again after a pause, when others have had their turn. The pause is
        set before the try, so that one of which the process dies stops none of the others either.
        """
        due = await queries.unfinished(now() - self._settled, MOST_AT_ONCE)
        if not due or not await self._lease.hold():
            return
        for erasure in due:
            if not await self._lease.hold():
                return
            pause = min(self._pause * 2 ** min(erasure.tries, MOST_DOUBLINGS), LONGEST_PAUSE)
            # What is due has to settle first, and this has.
            await queries.put_off(erasure, now() + pause - self._settled)
            finish = partial(self._finish, erasure)
            await guarded(finish, "erasures", customer_id=erasure.customer_id)
        await self._lease.give_up()

    async def _finish(self, erasure: Begun) -> None:
        if await self._round(erasure.customer_id, self._lease.hold):
            await queries.finish(erasure, now())
            _log.info("customer erased", customer_id=erasure.customer_id)

    async def _round(self, customer_id: int, may_go_on: Callable[[], Awaitable[bool]]) -> bool:
        """Erase everything that there is, batch by batch.

        Args:
            may_go_on: asked after each batch that was not the last of its kind.

        Returns:
            whether it has come to the end.
        """
        await _forget_profile(customer_id)
        await self._sessions.forget_all("customer", customer_id)
        # The bonds first: nobody can write into the chat of a pair that has none.
        steps = [partial(_end_bonds, customer_id)]
        steps += [partial(_delete_some, table, customer_id) for table in queries.DELETED]
        steps += [partial(_blank_some, table, customer_id) for table in queries.BLANKED]
        for step in steps:
            while await step(self._batch) == self._batch:
                if not await may_go_on():
                    return False
        while found := await chat_past.spoken(customer_id, self._batch):
            for conversation_id in found:
                await drop_messages(conversation_id, None, self._batch)
                if not await may_go_on():
                    return False
        await asyncio.to_thread(remove_of_customer, self._data_dir, customer_id)
        return True


async def require_own(rep: AdminRep, customer_id: int) -> None:
    """Let only those customers through that a rep's company has, or any for who manages all.

    Raises:
        NotFound: it is none of these.
    """
    company_id = await customers.company_of(customer_id)
    if company_id is None or not (company_id == rep.company_id or is_of_platform(rep)):
        raise NotFound


@retry_on_deadlock
async def _begin(customer_id: int) -> None:
    async with atomic():
        await queries.begin(customer_id, now())
        await queries.forget_profile(customer_id)


@retry_on_deadlock
async def _forget_profile(customer_id: int) -> None:
    async with atomic():
        await queries.forget_profile(customer_id)


@retry_on_deadlock
async def _end_bonds(customer_id: int, limit: int) -> int:
    async with atomic():
        return await queries.end_bonds(customer_id, limit)


_delete_some = retry_on_deadlock(queries.delete_some)
_blank_some = retry_on_deadlock(queries.blank_some)
