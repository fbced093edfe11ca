"""What has been read: positions, unread counts and receipts, over REST and over sockets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog

from models import chat, chat_positions
from models.chat import Pair, Sender
from models.chat_positions import Position
from models.database import atomic, retry_on_deadlock
from services.chat import messages
from services.chat.bus import REP_SECOND, Bus
from services.chat.messages import Message
from services.errors import DatabaseAway

READ: Final = "chat.read"
MOST_UNREAD: Final = 100

_log = structlog.get_logger("reading")


class Reading:
    """Keeps read positions; what is read by being pushed is written at most once a second."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._noted: dict[Sender, dict[Pair, int]] = {side: {} for side in Sender}

    def note(self, reader: Sender, pair: Pair, seq: int) -> None:
        """Remember that an open chat page has shown a message, for the next ``flush``."""
        noted = self._noted[reader]
        if seq > noted.get(pair, 0):
            noted[pair] = seq

    async def flush(self) -> None:
        """Write what was noted and send the receipts; a database that is away gets it later."""
        for reader in Sender:
            noted, self._noted[reader] = self._noted[reader], {}
            if not noted:
                continue
            try:
                await self._mark(reader, noted)
            except DatabaseAway as error:
                _log.warning("read positions not stored", pairs=len(noted), error=str(error))
                for pair, seq in noted.items():
                    self.note(reader, pair, seq)

    async def read(self, reader: Sender, pair: Pair, seq: int) -> None:
        """Move a read position up to ``seq`` and send the other side a receipt."""
        await self._mark(reader, {pair: seq})

    async def history(
        self, reader: Sender, pair: Pair, limit: int, offset: int
    ) -> tuple[list[Message], int]:
        """Read a page of a pair's messages, newest first; all of them count as read then.

        Returns:
            the page, and how many messages there are.
        """
        (position,) = await chat_positions.positions([pair]) or [_empty(pair)]
        rows = await chat.page(pair, limit, offset)
        await self._mark(reader, {pair: position.last_seq})
        return await messages.shown(rows), position.last_seq - position.gone_seq

    async def fresh(self, reader: Sender, pair: Pair) -> list[Message]:
        """Read what the other side sent and ``reader`` has not read; exactly that is read then.

        Returns:
            up to ``MOST_UNREAD`` messages, oldest first.
        """
        rows, moved = await _take_unread(reader, pair)
        await self._tell(reader, moved)
        return await messages.shown(rows)

    async def count(self, reader: Sender, pair: Pair) -> int:
        """Count what ``reader`` has not read of the other side."""
        (position,) = await chat_positions.positions([pair]) or [_empty(pair)]
        return position.rep_unread if reader == Sender.REP else position.customer_unread

    async def count_all(self, rep_id: int) -> int:
        """Count what a rep has not read, over all its customers."""
        return (await chat_positions.total_unread([rep_id]))[rep_id]

    async def _mark(self, reader: Sender, wanted: dict[Pair, int]) -> None:
        await self._tell(reader, await _mark_read(reader, wanted))

    async def _tell(self, reader: Sender, moved: dict[Any, int]) -> None:
        if moved:
            rows = [[int(reader), *pair, seq] for pair, seq in moved.items()]
            await self._bus.publish(READ, rows, rep_of=REP_SECOND)


@retry_on_deadlock
async def _mark_read(reader: Sender, wanted: dict[Pair, int]) -> dict[Any, int]:
    async with atomic():
        moved: dict[Any, int] = await chat_positions.mark_read(reader, wanted)
    return moved


@retry_on_deadlock
async def _take_unread(
    reader: Sender, pair: Pair
) -> tuple[Sequence[chat.MessageRow], dict[Any, int]]:
    async with atomic():
        rows = await chat.unread(pair, reader, MOST_UNREAD)
        moved = await chat_positions.mark_read(reader, {pair: rows[-1].seq}) if rows else {}
    return rows, dict(moved)


def _empty(pair: Pair) -> Position:
    return Position(*pair, 0, None, 0, 0, 0, 0, 0)
