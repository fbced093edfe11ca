"""Messages that their senders have recalled, with what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import peewee

from models.base import MomentField, Table, from_ms, now, reference, to_ms
from models.chat import Message, Pair, Sender
from models.database import execute, fetch_all, insert_many
from models.queries import all_of


class Recall(Table):
    """That a message was recalled, and its original content; it goes with the message.

    Everything that it is looked for by stands here, so that no list has to read the messages. It
    refers to the message alone: a recall waits for nobody who holds the rep or the customer.

    Args:
        company_id: the company that the rep was of.
        sent_at: when the message was stored.
    """

    id = peewee.BigAutoField()
    message = reference(Message, unique=True)
    company_id = peewee.IntegerField()
    rep_id = peewee.IntegerField()
    customer_id = peewee.IntegerField()
    seq = peewee.IntegerField()
    sender = peewee.SmallIntegerField()
    content = peewee.TextField()
    sent_at = MomentField()
    recalled_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep_id", "customer_id", "sent_at"), False),
            (("company_id", "recalled_at"), False),
            (("company_id", "rep_id", "recalled_at"), False),
            (("company_id", "customer_id", "recalled_at"), False),
            (("recalled_at",), False),
        )


class Recalled(NamedTuple):
    """Which message was recalled; ``sender`` is who has sent and recalled it."""

    message_id: int
    rep_id: int
    customer_id: int
    seq: int
    sender: int


class OwnMessage(NamedTuple):
    """A message as its sender may recall it."""

    place: Recalled
    content: str
    sent_at: datetime
    company_id: int
    is_recalled: bool


class RecallRow(NamedTuple):
    """A recall as the back office reads it."""

    place: Recalled
    username: str
    memo_name: str
    customer_name: str
    content: str
    sent_at: datetime
    recalled_at: datetime


class RecallFilter(NamedTuple):
    """Which recalls of a company are meant; None stands for any.

    Args:
        begin_at: not before this moment,
        over_at: and before this one.
    """

    rep_id: int | None = None
    customer_id: int | None = None
    begin_at: datetime | None = None
    over_at: datetime | None = None


async def own_message(sender: Sender, own_id: int, message_id: int) -> OwnMessage | None:
    """Find a message of a rep's or of a customer's own."""
    owner = "c.rep_id" if sender == Sender.REP else "c.customer_id"
    rows = await fetch_all(
        "SELECT m.id, c.rep_id, c.customer_id, m.seq, m.sender, m.content, m.created_at,"
        " p.company_id, r.id FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " JOIN rep p ON p.id = c.rep_id LEFT JOIN recall r ON r.message_id = m.id"
        f" WHERE m.id = %s AND m.sender = %s AND {owner} = %s",
        (message_id, sender, own_id),
    )
    if not rows:
        return None
    ((*place, content, sent_at, company_id, recall_id),) = rows
    return OwnMessage(
        *(Recalled(*place), content, from_ms(sent_at), company_id, recall_id is not None)
    )


async def replace(message: OwnMessage, content: str, moment: datetime) -> None:
    """Put another content in a message's place and keep its own; the conversation is locked."""
    place = message.place
    await execute("UPDATE message SET content = %s WHERE id = %s", (content, place.message_id))
    await insert_many(
        "recall",
        (
            *Recalled._fields,
            *("content", "sent_at", "company_id", "recalled_at"),
        ),
        [(*place, message.content, to_ms(message.sent_at), message.company_id, to_ms(moment))],
    )


async def since(
    moment: datetime, behind_id: int, limit: int
) -> tuple[list[Recalled], tuple[datetime, int]]:
    """Read what was recalled since a moment, in its order, from behind a place in that order.

    Returns:
        the recalls, and the place behind which the next ones stand.
    """
    stamp = to_ms(moment)
    rows = await fetch_all(
        f"SELECT {_PLACE}, r.recalled_at, r.id FROM recall r WHERE recalled_at >= %s"
        " AND (recalled_at > %s OR id > %s) ORDER BY recalled_at, id LIMIT %s",
        (stamp, stamp, behind_id, limit),
    )
    end = (from_ms(rows[-1][-2]), rows[-1][-1]) if rows else (moment, behind_id)
    return [Recalled(*row[:-2]) for row in rows], end


async def recalled_behind(
    seqs: Mapping[Pair, int], window: timedelta, limit: int
) -> list[Recalled]:
    """Find what may have been recalled since somebody was sent a message, up to that message.

    Args:
        seqs: by pair, the last message that was sent.
        window: how long a message may be recalled: what was older by then is not looked at.
    """
    first = "SELECT %s AS rep_id, %s AS customer_id, %s AS seq"
    shown = " UNION ALL ".join([first, *["SELECT %s, %s, %s"] * (len(seqs) - 1)])
    rows = await fetch_all(
        f"SELECT {_PLACE} FROM ({shown}) shown"
        " JOIN conversation c ON c.rep_id = shown.rep_id AND c.customer_id = shown.customer_id"
        " JOIN message m ON m.conversation_id = c.id AND m.seq = shown.seq"
        " JOIN recall r ON r.rep_id = shown.rep_id AND r.customer_id = shown.customer_id"
        " AND r.sent_at > m.created_at - %s AND r.seq <= shown.seq LIMIT %s",
        (
            *(value for pair, seq in seqs.items() for value in (*pair, seq)),
            *(window // timedelta(milliseconds=1), limit),
        ),
    )
    return [Recalled(*row) for row in rows]


async def page(
    company_id: int, wanted: RecallFilter, limit: int, offset: int
) -> tuple[list[RecallRow], int]:
    """Read a page of what was recalled in a company, the newest first, and count it.

    Both are read from one index; what stands before the page is passed over in it alone.
    """
    where, params = _where(company_id, wanted)
    rows = await fetch_all(
        f"SELECT {_PLACE}, p.username, p.memo_name, c.name, r.content, r.sent_at,"
        " r.recalled_at"
        f" FROM (SELECT id FROM recall WHERE {where}"
        " ORDER BY recalled_at DESC, id DESC LIMIT %s OFFSET %s) page"
        " JOIN recall r ON r.id = page.id JOIN rep p ON p.id = r.rep_id"
        " JOIN customer c ON c.id = r.customer_id ORDER BY r.recalled_at DESC, r.id DESC",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM recall WHERE {where}", params)
    return [
        RecallRow(*[Recalled(*row[:5]), *row[5:9], *map(from_ms, row[9:])]) for row in rows
    ], int(count)


async def names_rep(company_id: int, rep_id: int) -> bool:
    """Say whether a company has a rep, or recalls of one that it had."""
    rows = await fetch_all(
        "SELECT EXISTS(SELECT 1 FROM rep WHERE id = %s AND company_id = %s)"
        " OR EXISTS(SELECT 1 FROM recall WHERE company_id = %s AND rep_id = %s)",
        (rep_id, company_id, company_id, rep_id),
    )
    return bool(rows[0][0])


_PLACE = ", ".join(f"r.{name}" for name in Recalled._fields)


def _where(company_id: int, wanted: RecallFilter) -> tuple[str, Sequence[Any]]:
    return all_of(
        ("company_id = %s", company_id),
        ("rep_id = %s", wanted.rep_id),
        ("customer_id = %s", wanted.customer_id),
        ("recalled_at >= %s", _stamp(wanted.begin_at)),
        ("recalled_at < %s", _stamp(wanted.over_at)),
    )


def _stamp(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
