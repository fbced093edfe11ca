"""Notices to customers: subscription messages about what a rep wrote while they were away.

All of it stands in the database. A chat page that is open reads what it is pushed within a second
or so, so a conversation that stays unread for longer has nobody looking at it. Of several processes
the one that claims a notice sends it. The claim is committed before the call: a process that dies
behind it has told the customer, as far as anybody knows, and nobody tells it again. Only what
WeChat has not taken is tried again.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Final

import structlog

from models import notice as queries
from models.base import now
from models.database import retry_on_deadlock
from models.notice import Due
from services.errors import UpstreamAway, UpstreamSilent
from services.jobs import every, guarded
from services.metrics import Metrics
from services.notices.texts import unread_fields
from services.wechat.client import MiniProgramKeys, Subscription, UpstreamRefused, WeChatClient
from services.wechat.crypto import NotSealedError, SecretBox

LOOK_SECONDS: Final = 2.0
OVERLAP: Final = timedelta(seconds=10)  # a commit may come so long after the moment in its rows
LOOK_BACK: Final = timedelta(minutes=10)
PAUSES: Final = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
PAGE: Final = 200
MOST_PAGES: Final = 50
MOST_DUE: Final = 100
SERVES_CASES: Final = 2
KIND: Final = "customer"

_log = structlog.get_logger("notices")


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a customer is told, and how often at the most."""

    delay: timedelta
    quiet: timedelta


class CustomerNotices:
    """Tells customers of mini programs that something is unread.

    Args:
        field_names: of the template, for the rep, the time and the text.
    """

    def __init__(
        self,
        wechat: WeChatClient,
        secrets: SecretBox,
        metrics: Metrics,
        pace: Pace,
        field_names: tuple[str, ...],
    ) -> None:
        self._wechat = wechat
        self._secrets = secrets
        self._metrics = metrics
        self._pace = pace
        self._field_names = field_names
        self._looked_until: datetime | None = None
        self._busy: set[int] = set()
        self._told_all = asyncio.Event()
        self._is_stopping = False

    async def run(self) -> None:
        """Look for what is unread again and again, until cancelled."""
        async with asyncio.TaskGroup() as sending:
            await every(LOOK_SECONDS, partial(self.look, sending), "notices.look")

    async def finish(self) -> None:
        """Begin to tell nobody any more, and wait until who is being told has been."""
        self._is_stopping = True
        while self._busy:
            self._told_all.clear()
            await self._told_all.wait()

    async def look(self, sending: asyncio.TaskGroup) -> None:
        """Find who is to be told now, and begin to tell them, each company beside the others."""
        if self._is_stopping:
            return
        moment = now()
        await self._find_unread(moment)
        due = await queries.due(moment, self._busy, MOST_DUE)
        due.sort(key=attrgetter("company_id"))
        for company_id, rows in itertools.groupby(due, key=attrgetter("company_id")):
            self._busy.add(company_id)
            sending.create_task(self._tell_all(company_id, list(rows)))

    async def _find_unread(self, moment: datetime) -> None:
        """Make notices due where a conversation has been quiet and unread for long enough."""
        until = moment - self._pace.delay
        after = self._looked_until or until - LOOK_BACK
        for _ in range(MOST_PAGES):
            pairs = await queries.unread_pairs(after, until, PAGE)
            if pairs:
                await _make_due(pairs, moment)
            if len(pairs) < PAGE:
                self._looked_until = until - OVERLAP
                return

    async def _tell_all(self, company_id: int, rows: list[Due]) -> None:
        try:
            await guarded(partial(self._tell_in_turn, rows), "notices.customers")
        finally:
            self._busy.discard(company_id)
            self._told_all.set()

    async def _tell_in_turn(self, rows: list[Due]) -> None:
        """Tell one company's customers; once WeChat does not take one, the others wait too."""
        for place, one in enumerate(rows):
            if self._is_stopping:
                return
            again_at = await self._tell(one)
            if again_at is not None:
                for other in rows[place + 1 :]:
                    await queries.move(other, again_at)
                return

    async def _tell(self, one: Due) -> datetime | None:
        """Tell one customer, if it is to be told now.

        Returns:
            None, or when to ask WeChat again, which does not take it.
        """
        moment = now()
        quiet_until = one.noticed_at and one.noticed_at + self._pace.quiet
        is_stale = one.last_message_at < moment - self._pace.delay - self._pace.quiet - LOOK_BACK
        if not one.is_wanted or one.rep_sent <= one.noticed_sent or is_stale:
            await queries.move(one, None)
        elif quiet_until is not None and quiet_until > moment:
            await queries.move(one, quiet_until)
        elif await queries.claim(one, moment):
            return await self._send(one)
        return None

    async def _send(self, one: Due) -> datetime | None:
        try:
            keys = MiniProgramKeys(one.appid, self._secrets.open(one.secret))
            is_taken = await self._wechat.send_subscription(keys, self._message(one))
        except UpstreamRefused:
            # The client has told the operators, who have to mend it: the same again is no use.
            self._metrics.count_notice(KIND, "failed")
            return None
        except NotSealedError as error:
            self._metrics.count_notice(KIND, "failed")
            _log.warning("notice failed", company_id=one.company_id, error=str(error))
            return None
        except UpstreamSilent:
            # It may have gone out, and nobody is to get it twice; the others wait, as below.
            self._metrics.count_notice(KIND, "failed")
            return now() + PAUSES[0]
        except UpstreamAway:
            pause = PAUSES[min(one.tries, len(PAUSES) - 1)]
            if one.tries < len(PAUSES):
                await queries.give_back(one, now() + pause)
            else:
                self._metrics.count_notice(KIND, "failed")
                _log.warning("notice failed", rep_id=one.rep_id, tries=one.tries + 1)
            return now() + pause
        self._metrics.count_notice(KIND, "sent" if is_taken else "refused")
        return None

    def _message(self, one: Due) -> Subscription:
        page = f"pages/mingpian/msg?source=template_msg&uid={one.rep_id}&pid="
        if one.service_kind == SERVES_CASES:
            page = f"pages/chat/msg?uid={one.rep_id}&source=template_msg"
        fields = unread_fields(self._field_names, one.rep_name, one.last_message_at)
        return Subscription(one.openid, one.template_id, page, fields)


_make_due = retry_on_deadlock(queries.make_due)
