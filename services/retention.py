"""Retention: companies keep their action log and their chat for so many days, or for ever.

A nightly job deletes what is older, in small batches with pauses between them. Each batch leaves
everything right, so it may stop anywhere, and the next one goes on. Each company is served by
itself: one that fails stops no other, and is tried again some times that night. Counters stay: what
has been counted is no personal detail, and statistics do not change.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import structlog

from models import chat_past, scheduled
from models import retention as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.retention import Days as Days
from models.retention import Due, Place
from services.clock import day_of, start_of
from services.jobs import guarded
from services.leases import Lease
from services.principals import AdminRep

BATCH: Final = 500
PAUSE_SECONDS: Final = 0.05
MOST_DAYS: Final = 3650
RETRY: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
MOST_AT_ONCE: Final = 100

_log = structlog.get_logger("retention")


async def days_of(rep: AdminRep) -> Days:
    """Say for how many days a rep's company keeps things."""
    return await queries.find(rep.company_id)


async def change(rep: AdminRep, log_days: int | None, chat_days: int | None) -> Days:
    """Set for how many days a rep's company keeps its log and its chat; None stays as it is."""
    if (log_days, chat_days) != (None, None):
        await queries.change(rep.company_id, log_days, chat_days)
    return await queries.find(rep.company_id)


class Retention:
    """Deletes what companies keep no longer, once a night.

    Args:
        hour: of the wall clock in Shanghai, when the night's job may begin.
        batch: how many rows one transaction deletes at the most.
        retry: after how long a company whose deletion has failed is tried again that night.
    """

    def __init__(
        self,
        *,
        hour: int,
        batch: int = BATCH,
        pause_seconds: float = PAUSE_SECONDS,
        retry: timedelta = RETRY,
    ) -> None:
        self._hour = hour
        self._batch = batch
        self._pause_seconds = pause_seconds
        self._retry = retry
        self._lease = Lease("retention")

    async def run_due(self) -> None:
        """Do the night's job, or again what of it has failed, if no other process is at it."""
        night = day_of(now() - timedelta(hours=self._hour))
        if not await self._is_due(night) or not await self._lease.hold():
            return
        gone = Counter({"log": 0, "chat": 0, "scheduled": 0})
        for due in await self._due(night):
            work = partial(self._delete_outdated, due, day_of(now()), gone)
            is_done = await guarded(work, "retention", company_id=due.company_id)
            if not await self._lease.hold():
                _log.warning("retention left to another process", **gone)
                return
            await self._settle(due, is_done=is_done)
        await self._lease.give_up(night)
        _log.info("retention", **gone)

    async def _is_due(self, night: date) -> bool:
        return not await self._lease.is_done_on(night) or bool(await queries.failed(now(), 1))

    async def _due(self, night: date) -> list[Due]:
        """List all companies until the night's job has come to each, then those that failed."""
        if await self._lease.is_done_on(night):
            return await queries.failed(now(), MOST_AT_ONCE)
        return await queries.limited()

    async def _settle(self, due: Due, *, is_done: bool) -> None:
        tries = 0 if is_done else due.tries + 1
        retry_at = now() + self._retry if 0 < tries < MOST_TRIES else None
        await queries.settle(due.company_id, tries, retry_at)

    async def _delete_outdated(self, due: Due, today: date, gone: Counter[str]) -> None:
        company_id, days = due.company_id, due.days
        with contextlib.suppress(_LostLease):
            if days.log:
                first_day = today - timedelta(days=days.log)
                for rep_id in await queries.rep_ids(company_id):
                    await self._drop_logs(company_id, rep_id, first_day, gone)
            if days.chat:
                await self._drop_chat(company_id, start_of(today - timedelta(days=days.chat)), gone)

    async def _drop_logs(
        self, company_id: int, rep_id: int, first_day: date, gone: Counter[str]
    ) -> None:
        """Delete a rep's log in a company before a day.

        Lists are told first: they count by counters, which stay, and so look no further back than
        the rows that are left.
        """
        before = start_of(first_day)
        while ids := await queries.old_logs(company_id, rep_id, before, self._batch):
            await _keep_from(company_id, first_day)
            gone["log"] += await _delete_logs(ids)
            await self._pause()

    async def _drop_chat(self, company_id: int, before: datetime, gone: Counter[str]) -> None:
        """Delete the chat of a company's customers before a moment, wherever their reps are now."""
        place = Place()
        while found := await queries.customers(company_id, place, self._batch):
            place = found[-1]
            customer_ids = [one.id for one in found]
            while numbers := await chat_past.outdated(customer_ids, before, self._batch):
                for number in numbers:
                    gone["chat"] += await drop_messages(number, before, self._batch)
                    await self._pause()
            while ids := await scheduled.outdated(customer_ids, before, self._batch):
                gone["scheduled"] += await _delete_scheduled(ids)
                await self._pause()
            await self._pause()

    async def _pause(self) -> None:
        """Let others work between two batches, and make sure of the lease."""
        await asyncio.sleep(self._pause_seconds)
        if not await self._lease.hold():
            raise _LostLease


class _LostLease(Exception):
    """Another process has taken the job over."""


@retry_on_deadlock
async def drop_messages(conversation_id: int, before: datetime | None, limit: int) -> int:
    """Delete the oldest messages of a conversation in one transaction, and count them.

    Args:
        before: only those that are older; None for all.
    """
    async with atomic():
        return await chat_past.drop(conversation_id, before, limit)


_keep_from = retry_on_deadlock(queries.keep_from)
_delete_logs = retry_on_deadlock(queries.delete_logs)
_delete_scheduled = retry_on_deadlock(scheduled.delete)
