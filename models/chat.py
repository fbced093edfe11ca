"""Conversations between a rep and a customer, and their messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

import peewee

from models.article import Article
from models.base import SET_NULL, MomentField, Table, from_ms, now, reference, to_ms
from models.customer import Customer
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.queries import marks, pairs_join
from models.staff import Rep


class Pair(NamedTuple):
    """A rep and a customer: ``(u_id, user_id)`` of the mini program's frames."""

    rep_id: int
    customer_id: int


class Sender(IntEnum):
    """Who sent a message (``send_type`` on the wire)."""

    REP = 1
    CUSTOMER = 2

    @property
    def other(self) -> Sender:
        """The side that it talks to."""
        return Sender.CUSTOMER if self is Sender.REP else Sender.REP


class Conversation(Table):
    """The chat of one pair: its last message, read positions and unread counts.

    It outlives the bond: a customer who comes back finds all but what is deleted, to ``gone_seq``.
    """

    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    last_seq = peewee.IntegerField(default=0)
    gone_seq = peewee.IntegerField(default=0)
    last_message_id = peewee.BigIntegerField(null=True)
    last_message_at = MomentField(null=True)
    rep_read_seq = peewee.IntegerField(default=0)
    customer_read_seq = peewee.IntegerField(default=0)
    rep_unread = peewee.IntegerField(default=0)
    customer_unread = peewee.IntegerField(default=0)
    rep_sent = peewee.IntegerField(default=0)
    customer_sent = peewee.IntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "customer"), True),
            (("customer", "rep"), False),  # else a message would lock the customer: see Bond
            (("rep", "last_message_at"), False),
            (("rep", "rep_unread"), False),
            (("customer", "last_message_at"), False),
            (("last_message_at",), False),
            (("last_message_id",), False),
        )


class Message(Table):
    """One message; ``seq`` counts up by one within its conversation, without gaps.

    ``content`` is the JSON text that was sent; ``client_msg_id`` is the sender's own name for the
    message and makes a repeated send the same message.
    """

    id = peewee.BigAutoField()
    conversation = reference(Conversation, index=False)
    seq = peewee.IntegerField()
    sender = peewee.SmallIntegerField()
    content = peewee.TextField()
    client_msg_id = peewee.CharField(64, null=True)
    article = reference(Article, on_delete=SET_NULL, null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("conversation", "seq"), True),
            (("conversation", "sender", "client_msg_id"), True),
        )


@dataclass(slots=True)
class ConversationRow:
    """A conversation as the writer of messages holds it, locked, and moves it on."""

    id: int
    rep_id: int
    customer_id: int
    bond_id: int
    last_seq: int
    last_message_id: int = 0
    rep_sent: int = 0
    customer_sent: int = 0

    def append(self, sender: Sender) -> int:
        """Take the next seq for a message of ``sender``."""
        self.last_seq += 1
        if sender is Sender.REP:
            self.rep_sent += 1
        else:
            self.customer_sent += 1
        return self.last_seq


class MessageRow(NamedTuple):
    """A message as readers of the table get it."""

    id: int
    rep_id: int
    customer_id: int
    seq: int
    sender: int
    content: str
    client_msg_id: str | None
    created_at: datetime


async def open_conversations(pairs: Collection[Pair], moment: datetime) -> None:
    """Make the conversations of these pairs, unless they exist already."""
    await upsert(
        "conversation",
        ("rep_id", "customer_id", "created_at", *COUNTERS),
        [(*pair, to_ms(moment), *(0,) * len(COUNTERS)) for pair in pairs],
        unique=("rep_id", "customer_id"),
        update={},
    )


async def lock_conversations(pairs: Collection[Pair]) -> dict[Pair, ConversationRow]:
    """Lock the conversations of these pairs, in one order everywhere; unbound pairs are left out.

    The bonds are locked with them, so that a bond cannot end under a message. Who ends bonds locks
    the conversations first too: else each could hold what the other waits for.
    """
    source, params = pairs_join(pairs, "conversation c")
    rows = await fetch_all(
        f"SELECT c.id, c.rep_id, c.customer_id, b.id, c.last_seq FROM {source} JOIN {BOND_JOIN}"
        f" ORDER BY c.id{for_update()}",
        params,
    )
    return {Pair(row[1], row[2]): ConversationRow(*row) for row in rows}


async def sent_before(
    keys: Collection[tuple[int, int, str]],
) -> dict[tuple[int, int, str], tuple[int, int]]:
    """Find the messages that were sent under these names.

    Args:
        keys: conversation, sender and client_msg_id.

    Returns:
        by key, the message's id and seq.
    """
    first = "SELECT %s AS conversation_id, %s AS sender, %s AS client_msg_id"
    rows = await fetch_all(
        "SELECT m.conversation_id, m.sender, m.client_msg_id, m.id, m.seq"
        f" FROM ({' UNION ALL '.join([first, *['SELECT %s, %s, %s'] * (len(keys) - 1)])}) k"
        " JOIN message m ON m.conversation_id = k.conversation_id AND m.sender = k.sender"
        " AND m.client_msg_id = k.client_msg_id",
        [value for key in keys for value in key],
    )
    return {row[:3]: row[3:] for row in rows}


async def add_messages(
    rows: Sequence[tuple[int, int, int, str, str | None]], moment: datetime
) -> list[int]:
    """Write messages by one statement: conversation, seq, sender, content, client_msg_id.

    Returns:
        their ids.
    """
    return await insert_many(
        "message",
        ("conversation_id", "seq", "sender", "content", "client_msg_id", "created_at"),
        [(*row, to_ms(moment)) for row in rows],
    )


async def move_conversations(rows: Collection[ConversationRow], moment: datetime) -> None:
    """Write back locked conversations that have new messages, by one statement."""
    await upsert(
        "conversation",
        (
            *("id", "rep_id", "customer_id", "last_seq", "last_message_id", "last_message_at"),
            *("rep_sent", "customer_sent"),
        ),
        [
            (
                *(row.id, row.rep_id, row.customer_id, row.last_seq, row.last_message_id),
                *(to_ms(moment), row.rep_sent, row.customer_sent),
            )
            for row in rows
        ],
        unique=("id",),
        update={
            "last_seq": "{new}",
            "last_message_id": "{new}",
            "last_message_at": "{new}",
            "rep_unread": "rep_unread + {new:customer_sent}",
            "customer_unread": "customer_unread + {new:rep_sent}",
            "rep_sent": "rep_sent + {new}",
            "customer_sent": "customer_sent + {new}",
        },
        constant=_NEVER_INSERTED,
    )


async def touch_bonds(bond_ids: Collection[int], sender: Sender, moment: datetime) -> None:
    """Note in bonds that the customer was active, or that the rep has followed up."""
    column = "last_followed_at" if sender == Sender.REP else "last_activity_at"
    stamp = to_ms(moment)
    await execute(
        f"UPDATE bond SET {column} = %s, last_event_at = %s WHERE id IN ({marks(bond_ids)})",
        (stamp, stamp, *bond_ids),
    )


async def page(pair: Pair, limit: int, offset: int) -> list[MessageRow]:
    """Read a page of a pair's messages, the newest first."""
    rows = await fetch_all(
        f"{_MESSAGES_SQL} ORDER BY m.seq DESC LIMIT %s OFFSET %s", (*pair, limit, offset)
    )
    return [_message_row(row) for row in rows]


async def after(pair: Pair, seq: int, limit: int) -> list[MessageRow]:
    """Read a pair's messages behind a seq, the oldest first; none once its bond has ended."""
    where = f"m.seq > %s AND EXISTS (SELECT 1 FROM bond b WHERE {_SAME_PAIR})"
    sql = f"{_MESSAGES_SQL} AND {where} ORDER BY m.seq LIMIT %s"
    rows = await fetch_all(sql, (*pair, seq, limit))
    return [_message_row(row) for row in rows]


async def unread(pair: Pair, reader: Sender, limit: int) -> list[MessageRow]:
    """Read the other side's messages behind the reader's read position, the oldest first.

    The conversation stays locked, so that two readers do not get the same messages.
    """
    position = READ_SEQ[reader]
    found = await fetch_all(
        f"SELECT {position} FROM conversation WHERE rep_id = %s AND customer_id = %s{for_update()}",
        pair,
    )
    if not found:
        return []
    rows = await fetch_all(
        f"{_MESSAGES_SQL} AND m.seq > %s AND m.sender <> %s ORDER BY m.seq LIMIT %s",
        (*pair, found[0][0], reader, limit),
    )
    return [_message_row(row) for row in rows]


async def last_messages(message_ids: Collection[int]) -> dict[int, MessageRow]:
    """Read messages by their ids."""
    if not message_ids:
        return {}
    sql = f"{_ANY_MESSAGES_SQL} WHERE m.id IN ({marks(message_ids)})"
    rows = await fetch_all(sql, list(message_ids))
    return {row[0]: _message_row(row) for row in rows}


COUNTERS = (
    *("last_seq", "gone_seq", "rep_read_seq", "customer_read_seq"),
    *("rep_unread", "customer_unread", "rep_sent", "customer_sent"),
)
# The row exists and is locked: what an upsert would insert here is never seen.
_NEVER_INSERTED = dict.fromkeys((*COUNTERS[1:6], "created_at"), 0)
READ_SEQ = {Sender.REP: "rep_read_seq", Sender.CUSTOMER: "customer_read_seq"}
_SAME_PAIR = "b.rep_id = c.rep_id AND b.customer_id = c.customer_id"
BOND_JOIN = f"bond b ON {_SAME_PAIR}"
_ANY_MESSAGES_SQL = (
    "SELECT m.id, c.rep_id, c.customer_id, m.seq, m.sender, m.content, m.client_msg_id,"
    " m.created_at FROM message m JOIN conversation c ON c.id = m.conversation_id"
)
_MESSAGES_SQL = f"{_ANY_MESSAGES_SQL} WHERE c.rep_id = %s AND c.customer_id = %s"


def _message_row(row: tuple[Any, ...]) -> MessageRow:
    return MessageRow(*[*row[:7], from_ms(row[7])])
