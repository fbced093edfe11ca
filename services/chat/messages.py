"""Messages: stored, committed, and only then told of.

Messages that arrive while a transaction is in flight are committed together by the next one, over
whichever road they came. ``seq`` is given out under the lock of the conversation's row, so it has
no gaps: a transaction that dies takes its numbers with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from models import chat
from models import customer as customers
from models.base import from_ms, now, to_ms
from models.chat import ConversationRow, MessageRow, Pair, Sender
from models.customer import Faces
from models.database import atomic, retry_on_deadlock
from services import radar
from services.chat.bus import REP_SECOND, Bus
from services.errors import NotFound, ServiceError
from services.group_commit import GroupCommit, Lanes
from services.metrics import Metrics
from services.notices.reps import Note
from services.notices.texts import new_message

SENT: Final = "chat.sent"
MOST_MESSAGES: Final = 256


class Draft(NamedTuple):
    """A message on its way into the database; ``content`` is checked JSON text."""

    pair: Pair
    sender: Sender
    content: str
    client_msg_id: str | None = None


@dataclass(slots=True)
class Message:
    """A stored message with the faces of both sides, as it is shown.

    Args:
        frames: what the edge has made of it for each kind of client, so that it is made once.
    """

    id: int
    rep_id: int
    customer_id: int
    seq: int
    sender: int
    content: str
    created_at: datetime
    rep_avatar: str
    customer_name: str
    customer_avatar: str
    frames: dict[Any, bytes]


class Sent(NamedTuple):
    """What became of a draft: where it stands, and the message unless it was there before."""

    id: int
    seq: int
    message: Message | None


class Messages:
    """Stores messages and tells every process of them.

    Args:
        lanes: how many transactions may be in flight.
        note: has a rep told outside of its connections too; None for nobody.
        metrics: where commits are counted; None for figures that nobody sees.
    """

    def __init__(
        self, bus: Bus, *, lanes: int, note: Note | None = None, metrics: Metrics | None = None
    ) -> None:
        self.metrics = metrics or Metrics()
        self._bus = bus
        self._note = note
        self._commits: Lanes[Draft, Sent] = Lanes(
            lambda: GroupCommit(
                *(store, self.publish),
                most=MOST_MESSAGES,
                note_size=self.metrics.messages_committed.observe,
            ),
            count=lanes,
            key=lambda draft: draft.pair.rep_id,
        )

    @property
    def waiting(self) -> int:
        """How many messages no transaction has taken yet."""
        return self._commits.waiting

    async def run(self) -> None:
        """Commit messages until cancelled."""
        await self._commits.run()

    async def drain(self) -> None:
        """Wait until every message that was sent is stored or refused."""
        await self._commits.drain()

    def send(self, draft: Draft) -> asyncio.Future[Sent]:
        """Store a message and push it to both sides.

        Returns:
            a future that is done after the commit. It raises ``NotFound`` when the pair has no
            bond, and ``DatabaseAway`` when nothing could be stored.
        """
        return self._commits.submit(draft)

    async def publish(self, results: Sequence[Sent], *, is_noted: bool = True) -> None:
        """Tell every process of messages that were just committed, and have the reps told.

        Args:
            is_noted: whether the reps are; if not, the radar tells them of the same.
        """
        fresh = [one.message for one in results if one.message is not None]
        if not fresh:
            return
        self.metrics.delivery_times.committed(fresh[0].id)
        events = [_to_event(message) for message in fresh]
        await self._bus.publish(SENT, events, rep_of=REP_SECOND)
        if self._note is not None and is_noted:
            for message in fresh:
                if message.sender == Sender.CUSTOMER:
                    self._note(message.rep_id, new_message(message.customer_name))


@retry_on_deadlock
async def store(batch: Sequence[Draft]) -> list[Sent | ServiceError]:
    """Store messages in one transaction, in their order.

    Returns:
        per draft what became of it; ``NotFound`` for a pair without a bond.
    """
    moment = now()
    async with atomic():
        conversations = await chat.lock_conversations({one.pair for one in batch})
        plan = _Plan(conversations, await _sent_before(batch, conversations))
        for draft in batch:
            plan.add(draft)
        messages = await _write(plan, moment) if plan.fresh else []
    return plan.results(messages)


class _Plan:
    """Which drafts of a batch are new messages, and what the others get."""

    def __init__(
        self,
        conversations: dict[Pair, ConversationRow],
        sent_before: dict[tuple[int, int, str], Sent],
    ) -> None:
        self.conversations = conversations
        self.fresh: list[tuple[Draft, int]] = []
        self._sent_before = sent_before
        self._repeated: dict[tuple[int, int, str], int] = {}
        self._outcomes: list[Sent | ServiceError | int] = []

    def add(self, draft: Draft) -> None:
        """Give a draft its seq, unless it is a repeat or its pair has no bond."""
        conversation = self.conversations.get(draft.pair)
        if conversation is None:
            self._outcomes.append(NotFound())
            return
        name = _name(draft, conversation)
        if name is not None and name in self._sent_before:
            self._outcomes.append(self._sent_before[name])
        elif name is not None and name in self._repeated:
            self._outcomes.append(self._repeated[name])
        else:
            self._outcomes.append(len(self.fresh))
            if name is not None:
                self._repeated[name] = len(self.fresh)
            self.fresh.append((draft, conversation.append(draft.sender)))

    def results(self, messages: Sequence[Message]) -> list[Sent | ServiceError]:
        """Say per draft what became of it, once the fresh ones are ``messages``."""
        told: set[int] = set()
        results: list[Sent | ServiceError] = []
        for outcome in self._outcomes:
            if isinstance(outcome, int):
                message = messages[outcome]
                is_first = outcome not in told
                told.add(outcome)
                results.append(Sent(message.id, message.seq, message if is_first else None))
            else:
                results.append(outcome)
        return results


async def shown(rows: Sequence[MessageRow]) -> list[Message]:
    """Put the faces of both sides to messages."""
    if not rows:
        return []
    faces = await customers.faces({(row.rep_id, row.customer_id) for row in rows})
    return [_shown(row, faces[row.rep_id, row.customer_id]) for row in rows]


def from_event(data: Sequence[Sequence[Any]]) -> list[Message]:
    """Read the messages of a ``SENT`` event."""
    return [Message(*[*row[:6], from_ms(row[6]), *row[7:], {}]) for row in data]


def _to_event(message: Message) -> list[Any]:
    return [
        *(message.id, message.rep_id, message.customer_id, message.seq, message.sender),
        *(message.content, to_ms(message.created_at), message.rep_avatar),
        *(message.customer_name, message.customer_avatar),
    ]


def _shown(row: MessageRow, faces: Faces) -> Message:
    return Message(
        id=row.id,
        rep_id=row.rep_id,
        customer_id=row.customer_id,
        seq=row.seq,
        sender=row.sender,
        content=row.content,
        created_at=row.created_at,
        rep_avatar=faces.rep_avatar,
        customer_name=radar.shown_name(faces.customer_name, row.customer_id),
        customer_avatar=faces.customer_avatar,
        frames={},
    )


def _name(draft: Draft, conversation: ConversationRow) -> tuple[int, int, str] | None:
    if draft.client_msg_id is None:
        return None
    return conversation.id, int(draft.sender), draft.client_msg_id


async def _sent_before(
    batch: Sequence[Draft], conversations: dict[Pair, ConversationRow]
) -> dict[tuple[int, int, str], Sent]:
    names = set()
    for draft in batch:
        conversation = conversations.get(draft.pair)
        name = _name(draft, conversation) if conversation is not None else None
        if name is not None:
            names.add(name)
    if not names:
        return {}
    found = await chat.sent_before(names)
    return {name: Sent(*place, None) for name, place in found.items()}


async def _write(plan: _Plan, moment: datetime) -> list[Message]:
    conversations = plan.conversations
    ids = await chat.add_messages(
        [
            (conversations[draft.pair].id, seq, draft.sender, draft.content, draft.client_msg_id)
            for draft, seq in plan.fresh
        ],
        moment,
    )
    rows = []
    for message_id, (draft, seq) in zip(ids, plan.fresh, strict=True):
        conversations[draft.pair].last_message_id = message_id
        rows.append(
            MessageRow(
                *(message_id, *draft.pair, seq, int(draft.sender), draft.content),
                *(draft.client_msg_id, moment),
            )
        )
    touched = {draft.pair for draft, _ in plan.fresh}
    await chat.move_conversations([conversations[pair] for pair in touched], moment)
    for sender in Sender:
        bonds = {
            conversations[draft.pair].bond_id for draft, _ in plan.fresh if draft.sender == sender
        }
        if bonds:
            await chat.touch_bonds(sorted(bonds), sender, moment)
    return await shown(rows)
