"""Notices as the server runs them: both sides' together, or none at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from conf.settings import Settings
from services import companies
from services.chat.bus import Bus
from services.metrics import Metrics
from services.notices.customers import CustomerNotices, Pace
from services.notices.reps import Note, RepNotices
from services.wechat.client import WeChatClient
from services.wechat.crypto import SecretBox


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of both sides."""

    customers: CustomerNotices
    reps: RepNotices
    is_on: bool

    @property
    def note(self) -> Note | None:
        """How to have a rep told; None if nobody is told anything."""
        return self.reps.note if self.is_on else None

    async def drain(self) -> None:
        """Tell the reps what there is to tell, and let who is telling customers finish."""
        await self.customers.finish()
        await self.reps.drain()

    async def run(self) -> None:
        """Tell both sides until cancelled, if they are to be told."""
        if self.is_on:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.customers.run())
                group.create_task(self.reps.run())


def make_notices(
    settings: Settings, bus: Bus, wechat: WeChatClient, secrets: SecretBox, metrics: Metrics
) -> Notices:
    """Build the notices of both sides; nothing runs yet."""
    pace = Pace(
        timedelta(seconds=settings.notice_delay_seconds),
        timedelta(minutes=settings.notice_quiet_minutes),
    )
    fields = tuple(settings.notice_fields)
    window = settings.rep_notice_window_seconds
    reps = RepNotices(wechat, secrets, metrics, window_seconds=window)
    bus.listen(companies.CHANGED, reps.forget_company)
    bus.on_gap(reps.forget_all)
    return Notices(
        CustomerNotices(wechat, secrets, metrics, pace, fields),
        reps,
        settings.notices == "on",
    )
