"""Messages that a rep has written for later, sent at their time by exactly one process.

A conditional update makes a waiting message a sent one, in the transaction that stores it: whoever
comes second finds it done, and a process that dies in between has done neither.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog

from models import radar, scheduled
from models.base import now
from models.chat import Pair, Sender
from models.database import atomic, retry_on_deadlock
from models.scheduled import Place
from models.scheduled import ScheduledFilter as ScheduledFilter
from models.scheduled import ScheduledRow as ScheduledRow
from models.scheduled import ScheduledState as ScheduledState
from services.chat import pairs
from services.chat.messages import Draft, Messages, Sent, store
from services.errors import Invalid, NotFound, ServiceError
from services.jobs import guarded
from services.principals import Rep

LONGEST: Final = timedelta(days=365)
MOST_WAITING: Final = 100
MOST_AT_ONCE: Final = 100

_log = structlog.get_logger("scheduled")


@retry_on_deadlock
async def schedule(
    pair: Pair, content: str, send_at: datetime, client_msg_id: str | None = None
) -> int:
    """Have a rep's message to one of its customers sent later.

    Args:
        content: checked JSON text.
        client_msg_id: the rep's own name for it; what it has called so before is answered again.

    Returns:
        the id of the scheduled message.

    Raises:
        Invalid: the time is over or too far away, or too many of the rep's messages wait.
    """
    moment = now()
    async with atomic():
        # So that the count holds until the commit.
        await radar.lock_rep(pair.rep_id)
        number = await scheduled.add(pair, content, send_at, client_msg_id, moment)
        if number is None:
            assert client_msg_id is not None
            return await scheduled.named(pair, client_msg_id)
        # Not before: who asks again because no answer came may ask after the time.
        if not moment < send_at <= moment + LONGEST:
            raise Invalid("发送时间必须在一年之内", {"send_at": "发送时间必须在一年之内"})
        if await scheduled.count_waiting(pair.rep_id) > MOST_WAITING:
            raise Invalid(f"最多可以有{MOST_WAITING}条待发送的消息")
    return number


async def page(
    rep: Rep, wanted: ScheduledFilter, limit: int, offset: int
) -> tuple[list[ScheduledRow], int]:
    """List a page of a rep's scheduled messages, what is sent last first.

    Returns:
        the page, and how many there are.

    Raises:
        NotFound: the customer that is looked for has nothing to do with the rep.
    """
    customer_id = wanted.customer_id
    if customer_id is not None and not await _has_written(rep.id, customer_id):
        await pairs.of_rep(rep, customer_id)
    rows = await scheduled.page(rep.id, wanted, limit, offset)
    return rows, await scheduled.count(rep.id, wanted)


async def _has_written(rep_id: int, customer_id: int) -> bool:
    """Whether there is something to see, be it to one whose bond has ended."""
    return await scheduled.count(rep_id, ScheduledFilter(customer_id)) > 0


async def cancel(rep: Rep, number: int) -> None:
    """Take a scheduled message back; one that is cancelled already stays so.

    Raises:
        NotFound: the rep has none such.
        Invalid: it has been sent, or has failed.
    """
    if await _cancel(rep.id, number, now()):
        return
    state = await scheduled.state_of(rep.id, number)
    if state is None:
        raise NotFound
    if state is not ScheduledState.CANCELLED:
        raise Invalid("消息已发送" if state is ScheduledState.SENT else "消息发送失败")


async def send_due(chats: Messages) -> None:
    """Send what is due; every process may do this at the same time.

    One that fails for a fault of ours stops none of the others, and is tried again the next time.
    """
    moment = now()
    last = Place(datetime.fromtimestamp(0, UTC), 0)
    while True:
        found = await scheduled.due(moment, last, MOST_AT_ONCE)
        for place in found:
            await guarded(partial(_send, place.id, moment, chats), "scheduled")
        if len(found) < MOST_AT_ONCE:
            return
        last = found[-1]


async def _send(number: int, moment: datetime, chats: Messages) -> None:
    sent = await _store(number, moment)
    if sent is not None:
        chats.metrics.scheduled.inc()
        await chats.publish([sent])


@retry_on_deadlock
async def _store(number: int, moment: datetime) -> Sent | None:
    """Make a scheduled message a message; None if it is none any more, or cannot be sent."""
    async with atomic():
        due = await scheduled.take(number, moment)
        if due is None:
            return None
        outcome: Sent | ServiceError = NotFound()
        if due.is_rep_enabled:
            (outcome,) = await store([Draft(due.pair, Sender.REP, due.content)])
        if isinstance(outcome, ServiceError):
            _log.warning("scheduled message not sent", id=number, rep_id=due.pair.rep_id)
            await scheduled.note_failed(number)
            return None
        await scheduled.note_sent(number, outcome.id)
    return outcome


_cancel = retry_on_deadlock(scheduled.cancel)
