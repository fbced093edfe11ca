"""Messages that a rep has written for later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

import peewee

from models.base import MomentField, Table, from_ms, now, reference, to_ms
from models.chat import Pair
from models.customer import Customer
from models.database import Taken, constrained, execute, fetch_all, insert_many
from models.queries import marks
from models.staff import Rep, RepStatus


class ScheduledState(IntEnum):
    """What has become of a scheduled message; only the first is not the last."""

    WAITING = 1
    SENT = 2
    CANCELLED = 3
    FAILED = 4


class ScheduledMessage(Table):
    """A message that a rep has written for later; ``client_msg_id`` is the rep's name for it.

    ``message_id`` refers to nothing, so that it stays when the message goes.
    """

    id = peewee.BigAutoField()
    rep = reference(Rep, index=False)
    customer = reference(Customer)
    content = peewee.TextField()
    client_msg_id = peewee.CharField(64, null=True)
    send_at = MomentField()
    state = peewee.SmallIntegerField(default=ScheduledState.WAITING)
    message_id = peewee.BigIntegerField(null=True)
    created_at = MomentField(default=now)
    ended_at = MomentField(null=True)

    class Meta:
        indexes = (
            (("rep", "customer", "client_msg_id"), True),
            (("rep", "state", "send_at"), False),
            (("rep", "send_at"), False),
            (("state", "send_at"), False),
        )


@dataclass(frozen=True, slots=True)
class ScheduledRow:
    """A scheduled message as its rep sees it."""

    id: int
    customer_id: int
    customer_name: str
    content: str
    send_at: datetime
    state: int
    message_id: int | None
    created_at: datetime


class DueRow(NamedTuple):
    """A scheduled message whose time has come."""

    pair: Pair
    content: str
    is_rep_enabled: bool


class Place(NamedTuple):
    """Where a scheduled message stands among all of them."""

    send_at: datetime
    id: int


class ScheduledFilter(NamedTuple):
    """Which of a rep's scheduled messages are looked for; a None stands for any."""

    customer_id: int | None = None
    state: int | None = None


async def add(
    pair: Pair, content: str, send_at: datetime, client_msg_id: str | None, moment: datetime
) -> int | None:
    """Write a scheduled message and give its id; None if the rep has written it already."""
    try:
        async with constrained():
            (number,) = await insert_many(
                "scheduled_message",
                (
                    *("rep_id", "customer_id", "content", "send_at", "client_msg_id"),
                    *("state", "created_at"),
                ),
                [
                    (
                        *(*pair, content, to_ms(send_at), client_msg_id),
                        *(ScheduledState.WAITING, to_ms(moment)),
                    )
                ],
            )
    except Taken:
        return None
    return number


async def named(pair: Pair, client_msg_id: str) -> int:
    """Find the scheduled message of a pair that its rep has called so."""
    ((number,),) = await fetch_all(
        "SELECT id FROM scheduled_message"
        " WHERE rep_id = %s AND customer_id = %s AND client_msg_id = %s",
        (*pair, client_msg_id),
    )
    found: int = number
    return found


async def count_waiting(rep_id: int) -> int:
    """Count a rep's scheduled messages whose time is still to come."""
    return await count(rep_id, ScheduledFilter(state=ScheduledState.WAITING))


async def page(rep_id: int, wanted: ScheduledFilter, limit: int, offset: int) -> list[ScheduledRow]:
    """Read a page of a rep's scheduled messages in its company, what is sent last first."""
    where, params = _where(rep_id, wanted)
    rows = await fetch_all(
        "SELECT s.id, s.customer_id, c.name, s.content, s.send_at, s.state, s.message_id,"
        f" s.created_at FROM {_OF_COMPANY}{where}"
        " ORDER BY s.send_at DESC, s.id DESC LIMIT %s OFFSET %s",
        (*params, limit, offset),
    )
    return [ScheduledRow(*[*row[:4], from_ms(row[4]), *row[5:7], from_ms(row[7])]) for row in rows]


async def count(rep_id: int, wanted: ScheduledFilter) -> int:
    """Count a rep's scheduled messages in the company that it is of."""
    where, params = _where(rep_id, wanted)
    ((total,),) = await fetch_all(f"SELECT COUNT(*) FROM {_OF_COMPANY}{where}", params)
    found: int = total
    return found


async def cancel(rep_id: int, number: int, moment: datetime) -> bool:
    """Take a rep's scheduled message back, unless its time has come; say whether that was so."""
    return await _end(number, ScheduledState.CANCELLED, moment, " AND rep_id = %s", [rep_id])


async def state_of(rep_id: int, number: int) -> ScheduledState | None:
    """Say what has become of a rep's scheduled message; None if it has none such."""
    rows = await fetch_all(
        "SELECT state FROM scheduled_message WHERE id = %s AND rep_id = %s", (number, rep_id)
    )
    return ScheduledState(rows[0][0]) if rows else None


async def due(moment: datetime, after: Place, limit: int) -> list[Place]:
    """Find waiting messages whose time has come, behind a place, in their order."""
    stamp, number = to_ms(after.send_at), after.id
    rows = await fetch_all(
        "SELECT send_at, id FROM scheduled_message WHERE state = %s AND send_at <= %s"
        " AND send_at >= %s AND (send_at > %s OR id > %s) ORDER BY send_at, id LIMIT %s",
        (ScheduledState.WAITING, to_ms(moment), stamp, stamp, number, limit),
    )
    return [Place(from_ms(row[0]), row[1]) for row in rows]


async def take(number: int, moment: datetime) -> DueRow | None:
    """Make a scheduled message a sent one, in the transaction that sends it.

    Returns:
        what is to be sent; None when another process was first, or the rep has taken it back.
    """
    if not await _end(number, ScheduledState.SENT, moment):
        return None
    ((rep_id, customer_id, content, status),) = await fetch_all(
        "SELECT s.rep_id, s.customer_id, s.content, r.status FROM scheduled_message s"
        " JOIN rep r ON r.id = s.rep_id WHERE s.id = %s",
        (number,),
    )
    return DueRow(Pair(rep_id, customer_id), content, status == RepStatus.ENABLED)


async def note_sent(number: int, message_id: int) -> None:
    """Note which message a scheduled one has become."""
    await execute(
        "UPDATE scheduled_message SET message_id = %s WHERE id = %s", (message_id, number)
    )


async def replace(pair: Pair, message_id: int, content: str) -> None:
    """Put another content in the place of the scheduled message that a message was, if any.

    It is read first, so that no row of the pair is locked that is just being sent.
    """
    rows = await fetch_all(
        "SELECT id FROM scheduled_message"
        " WHERE rep_id = %s AND customer_id = %s AND message_id = %s",
        (*pair, message_id),
    )
    for row in rows:
        await execute("UPDATE scheduled_message SET content = %s WHERE id = %s", (content, *row))


async def note_failed(number: int) -> None:
    """Note that a scheduled message that was taken could not be sent."""
    await execute(
        "UPDATE scheduled_message SET state = %s WHERE id = %s", (ScheduledState.FAILED, number)
    )


async def outdated(customer_ids: Collection[int], before: datetime, limit: int) -> list[int]:
    """Find what was scheduled for customers and ended before a moment.

    What waits has not ended.
    """
    rows = await fetch_all(
        f"SELECT id FROM scheduled_message WHERE customer_id IN ({marks(customer_ids)})"
        " AND send_at < %s AND ended_at < %s ORDER BY id LIMIT %s",
        (*customer_ids, to_ms(before), to_ms(before), limit),
    )
    return [row[0] for row in rows]


async def delete(ids: Collection[int]) -> int:
    """Delete scheduled messages; what they have become stays."""
    return await execute(f"DELETE FROM scheduled_message WHERE id IN ({marks(ids)})", list(ids))


_OF_COMPANY = (
    "scheduled_message s JOIN rep r ON r.id = s.rep_id"
    " JOIN customer c ON c.id = s.customer_id AND c.company_id = r.company_id"
)


async def _end(
    number: int,
    state: ScheduledState,
    moment: datetime,
    condition: str = "",
    params: Sequence[Any] = (),
) -> bool:
    """Move a scheduled message that waits to another state, and say whether it did wait."""
    changed = await execute(
        "UPDATE scheduled_message SET state = %s, ended_at = %s WHERE id = %s AND state = %s"
        f"{condition}",
        (state, to_ms(moment), number, ScheduledState.WAITING, *params),
    )
    return changed == 1


def _where(rep_id: int, wanted: ScheduledFilter) -> tuple[str, list[int]]:
    where, params = " WHERE s.rep_id = %s", [rep_id]
    for column, value in (("customer_id", wanted.customer_id), ("state", wanted.state)):
        if value is not None:
            where += f" AND s.{column} = %s"
            params.append(value)
    return where, params
