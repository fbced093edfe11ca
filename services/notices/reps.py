"""Notices to reps: app messages in WeCom about what their customers do.

They are kept in memory only: a row for each view of a card would cost every view a statement, and a
notice is news or nothing. What happens to one rep within a short while goes out as one message:
WeChat Work drops what one app sends one member beyond 30 messages a minute and 1,000 an hour.
Companies are served beside one another, so that one whose app fails holds up none of the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from cachetools import TTLCache
from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from models import notice as queries
from models.base import now
from models.notice import Address
from services.errors import UpstreamAway, UpstreamSilent
from services.jobs import guarded
from services.metrics import Metrics
from services.notices.texts import several_lines
from services.wechat.client import AppMessage, UpstreamRefused, WeChatClient, WecomKeys
from services.wechat.crypto import NotSealedError, SecretBox

MOST_WAITING: Final = 10_000  # reps
MOST_LINES: Final = 10
MOST_ASKED: Final = 200
TRIES: Final = 3
MOST_IN_FLIGHT: Final = 32
MOST_OF_COMPANY: Final = 4
CACHED_ADDRESSES: Final = 20_000
CACHE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 30.0
AGAIN_SECONDS: Final = 1.0
KIND: Final = "rep"

_log = structlog.get_logger("notices")

Note = Callable[[int, str], None]
"""Takes note of a line that a rep is to be told, after the commit; it returns at once."""


@dataclass(slots=True)
class _News:
    """What has happened to one rep and it has not been told."""

    due: float
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    count: int = 0


@dataclass(slots=True)
class _Lane:
    """The reps of one company that are to be told now, and how many are being told."""

    queue: deque[Address] = field(default_factory=deque)
    workers: int = 0


class RepNotices:
    """Tells reps what their customers have just done.

    Args:
        window_seconds: how long to wait for more, once something has happened.
        most_waiting: how many reps may have news; beyond them the oldest news are dropped.
        retry_seconds: about how long to wait before the second try; longer before the next.
    """

    def __init__(
        self,
        wechat: WeChatClient,
        secrets: SecretBox,
        metrics: Metrics,
        *,
        window_seconds: float,
        most_waiting: int = MOST_WAITING,
        retry_seconds: float = 1.0,
    ) -> None:
        self._wechat = wechat
        self._secrets = secrets
        self._metrics = metrics
        self._window_seconds = window_seconds
        self._most_waiting = most_waiting
        self._retry_seconds = retry_seconds
        self._news: OrderedDict[int, _News] = OrderedDict()
        # Those of them that are in no lane yet, in the order in which they are due.
        self._line: OrderedDict[int, _News] = OrderedDict()
        self._lanes: dict[int, _Lane] = {}
        self._addresses: TTLCache[int, Address | None] = TTLCache(CACHED_ADDRESSES, CACHE_SECONDS)
        self._paused: TTLCache[int, bool] = TTLCache(CACHED_ADDRESSES, PAUSE_SECONDS)
        self._in_flight = asyncio.Semaphore(MOST_IN_FLIGHT)
        self._arrived = asyncio.Event()
        self._hurry = asyncio.Event()
        self._progress = asyncio.Event()
        self._is_full = False

    @property
    def waiting(self) -> int:
        """How many reps are still to be told something."""
        return len(self._news)

    def note(self, rep_id: int, line: str) -> None:
        """Remember to tell a rep something, and return at once; thousands a second come here."""
        news = self._news.get(rep_id)
        if news is None:
            if self._addresses.get(rep_id, _UNKNOWN) is None:
                return
            if len(self._news) >= self._most_waiting:
                self._drop_oldest()
            news = _News(time.monotonic() + self._window_seconds)
            self._news[rep_id] = self._line[rep_id] = news
            self._arrived.set()
        news.lines.append(line)
        news.count += 1

    async def run(self) -> None:
        """Tell reps until cancelled."""
        async with asyncio.TaskGroup() as sending:
            while True:
                await self._arrived.wait()
                await self._wait_for_more()
                if not await guarded(partial(self._hand_out, sending), "notices.reps"):
                    await asyncio.sleep(AGAIN_SECONDS)
                if not self._line:
                    self._arrived.clear()
                self._progress.set()

    async def drain(self) -> None:
        """Tell at once what there is to tell, and wait until that is done."""
        self._hurry.set()
        while self._news or self._lanes:
            self._progress.clear()
            await self._progress.wait()

    def forget_company(self, company_id: int) -> None:
        """Ask anew where a company's reps are told, and whether it has expired."""
        # Of a rep without an address nobody knows the company: it may just have got an app.
        for rep_id, address in list(self._addresses.items()):
            if address is None or address.company_id == company_id:
                self._addresses.pop(rep_id, None)
        self._paused.pop(company_id, None)

    def forget_all(self) -> None:
        """Ask anew of every company: nobody knows which have changed."""
        self._addresses.clear()

    def _drop_oldest(self) -> None:
        """Make room, and say so once, until all news could be told again."""
        rep_id, news = self._news.popitem(last=False)
        self._line.pop(rep_id, None)
        self._metrics.count_notice(KIND, "dropped")
        if not self._is_full:
            self._is_full = True
            _log.warning("notices dropped", waiting=self._most_waiting, lines=news.count)

    async def _wait_for_more(self) -> None:
        first = next(iter(self._line.values()), None)
        if first is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(first.due - time.monotonic()):
                    await self._hurry.wait()

    async def _hand_out(self, sending: asyncio.TaskGroup) -> None:
        """Put the reps whose time has come into the lanes of their companies."""
        moment = math.inf if self._hurry.is_set() else time.monotonic()
        due = itertools.takewhile(lambda one: one[1].due <= moment, self._line.items())
        ready = [rep_id for rep_id, _ in itertools.islice(due, MOST_ASKED)]
        addresses = await self._find_addresses(ready)
        for rep_id in ready:
            self._line.pop(rep_id, None)
            address = addresses[rep_id]
            if address is None or not _is_open(address):
                self._forget(rep_id)
                continue
            lane = self._lanes.setdefault(address.company_id, _Lane())
            lane.queue.append(address)
            if lane.workers < MOST_OF_COMPANY:
                lane.workers += 1
                sending.create_task(self._work(address.company_id, lane))

    async def _find_addresses(self, rep_ids: Sequence[int]) -> dict[int, Address | None]:
        known = {one: self._addresses[one] for one in rep_ids if one in self._addresses}
        asked = [one for one in rep_ids if one not in known]
        found = await queries.addresses(asked) if asked else {}
        for rep_id in asked:
            address = found.get(rep_id)
            is_usable = address is not None and address.agent_id.isdecimal()
            known[rep_id] = self._addresses[rep_id] = address if is_usable else None
        return known

    async def _work(self, company_id: int, lane: _Lane) -> None:
        try:
            while lane.queue:
                address = lane.queue.popleft()
                news = self._forget(address.rep_id)
                if news is not None:
                    await guarded(partial(self._tell, address, news), "notices.rep")
        finally:
            lane.workers -= 1
            if not lane.workers:
                self._lanes.pop(company_id, None)
            self._progress.set()

    def _forget(self, rep_id: int) -> _News | None:
        news = self._news.pop(rep_id, None)
        if not self._news:
            self._is_full = False
        return news

    async def _tell(self, address: Address, news: _News) -> None:
        if address.company_id in self._paused:
            self._metrics.count_notice(KIND, "failed")
            return
        try:
            is_taken = await self._send(address, several_lines(news.lines, news.count))
        except UpstreamSilent:
            self._metrics.count_notice(KIND, "failed")  # the client has told the operators
            return
        except (UpstreamAway, NotSealedError) as error:
            self._metrics.count_notice(KIND, "failed")
            self._paused[address.company_id] = True
            _log.warning("notice failed", company_id=address.company_id, error=str(error))
            return
        self._metrics.count_notice(KIND, "sent" if is_taken else "refused")
        if not is_taken:
            self._addresses[address.rep_id] = None

    async def _send(self, address: Address, text: str) -> bool:
        keys = WecomKeys(address.corp_id, self._secrets.open(address.secret))
        message = AppMessage(int(address.agent_id), address.userid, text)
        is_taken = False
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=self._retry_seconds, max=10),
            reraise=True,
        ):
            with attempt:
                async with self._in_flight:
                    is_taken = await self._wechat.send_app_message(keys, message)
        return is_taken


_UNKNOWN: Final = Address(0, 0, "", "", "", "", None)


def _is_open(address: Address) -> bool:
    """Whether a company has not expired: those that have get no notices (semantics 3.1)."""
    return address.expires_at is None or address.expires_at >= now()


def _may_pass(error: BaseException) -> bool:
    """Whether the same message may be taken a little later, and was certainly not taken yet."""
    is_settled = isinstance(error, UpstreamRefused | UpstreamSilent)
    return isinstance(error, UpstreamAway) and not is_settled
