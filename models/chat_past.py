"""The deletion of old messages, after which the conversation is as it would be without them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from models.base import to_ms
from models.chat import Sender
from models.chat_positions import count_behind
from models.database import execute, fetch_all, for_update
from models.queries import marks


async def outdated(customer_ids: Collection[int], before: datetime, limit: int) -> list[int]:
    """Find conversations of customers that begin before a moment, whoever the rep is or was.

    That is one step into an index per conversation: ``seq`` has no gaps.
    """
    rows = await fetch_all(
        "SELECT c.id FROM conversation c JOIN message m ON m.conversation_id = c.id"
        f" AND m.seq = c.gone_seq + 1 WHERE c.customer_id IN ({marks(customer_ids)})"
        " AND m.created_at < %s ORDER BY c.id LIMIT %s",
        (*customer_ids, to_ms(before), limit),
    )
    return [row[0] for row in rows]


async def spoken(customer_id: int, limit: int) -> list[int]:
    """Find conversations of a customer that have messages."""
    rows = await fetch_all(
        "SELECT id FROM conversation WHERE customer_id = %s AND gone_seq < last_seq"
        " ORDER BY id LIMIT %s",
        (customer_id, limit),
    )
    return [row[0] for row in rows]


async def drop(conversation_id: int, before: datetime | None, limit: int) -> int:
    """Delete the oldest messages of a conversation, up to so many; runs inside a transaction.

    ``seq`` goes on as if they were there. What nobody has read of them counts as read; the pointer
    to the last message goes with it.

    Args:
        before: only those that are older; None for all.

    Returns:
        how many are gone.
    """
    found = await fetch_all(
        "SELECT last_seq, gone_seq, rep_read_seq, customer_read_seq FROM conversation"
        f" WHERE id = %s{for_update()}",
        (conversation_id,),
    )
    if not found:
        return 0
    last, gone, *read = found[0]
    end = await _end_of_past(conversation_id, gone, before, limit)
    if end == gone:
        return 0
    await execute(
        "DELETE FROM message WHERE conversation_id = %s AND seq > %s AND seq <= %s",
        (conversation_id, gone, end),
    )
    changes: dict[str, int | None] = {"gone_seq": end}
    if end == last:
        changes["last_message_id"] = None
    for reader, position in zip((Sender.REP, Sender.CUSTOMER), read, strict=True):
        if position < end:
            side = reader.name.lower()
            changes[f"{side}_read_seq"] = end
            behind = await count_behind(reader, [(conversation_id, end)])
            changes[f"{side}_unread"] = behind.get(conversation_id, 0)
    sets = ", ".join(f"{column} = %s" for column in changes)
    where = "WHERE id = %s"
    await execute(f"UPDATE conversation SET {sets} {where}", (*changes.values(), conversation_id))
    return int(end - gone)


async def _end_of_past(conversation_id: int, gone: int, before: datetime | None, limit: int) -> int:
    """Find the last of the messages that may go; ``gone`` itself if there is none."""
    rows = await fetch_all(
        "SELECT seq, created_at FROM message WHERE conversation_id = %s AND seq > %s"
        " ORDER BY seq LIMIT %s",
        (conversation_id, gone, limit),
    )
    end = gone
    for seq, stamp in rows:
        if before is not None and stamp >= to_ms(before):
            break
        end = seq
    return end
