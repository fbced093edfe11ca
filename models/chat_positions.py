"""How far conversations have come and been read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.chat import BOND_JOIN, COUNTERS, READ_SEQ, Pair, Sender
from models.database import fetch_all, for_update, upsert
from models.queries import marks, pairs_join


@dataclass(frozen=True, slots=True)
class Position:
    """How far a pair's conversation has come and been read."""

    rep_id: int
    customer_id: int
    last_seq: int
    last_message_id: int | None
    gone_seq: int
    rep_read_seq: int
    customer_read_seq: int
    rep_unread: int
    customer_unread: int
    is_bound: bool = True

    def read_by(self, reader: Sender) -> int:
        """Up to which seq a side has read."""
        return self.rep_read_seq if reader == Sender.REP else self.customer_read_seq


_POSITION_COLUMNS = (
    "c.rep_id, c.customer_id, c.last_seq, c.last_message_id, c.gone_seq, c.rep_read_seq,"
    " c.customer_read_seq, c.rep_unread, c.customer_unread"
)
_POSITION_SQL = f"SELECT {_POSITION_COLUMNS} FROM conversation c WHERE "


async def positions(pairs: Collection[Pair]) -> list[Position]:
    """Read the positions of pairs."""
    source, params = pairs_join(pairs, "conversation c")
    rows = await fetch_all(f"SELECT {_POSITION_COLUMNS} FROM {source}", params)
    return [Position(*row) for row in rows]


async def positions_of_rep(rep_id: int) -> list[Position]:
    """Read the positions of all conversations of a rep; nothing is unread where the bond ended."""
    source = f"conversation c LEFT JOIN {BOND_JOIN} WHERE c.rep_id = %s"
    rows = await fetch_all(f"SELECT {_POSITION_COLUMNS}, b.id FROM {source}", (rep_id,))
    return [Position(*row[:-1]) if row[-1] else Position(*[*row[:-3], 0, 0, False]) for row in rows]


async def moved_since(message_id: int, limit: int, offset: int) -> list[Position]:
    """Read a page of the conversations that have a message behind this one, newest first."""
    sql = f"{_POSITION_SQL}last_message_id > %s ORDER BY last_message_id DESC LIMIT %s OFFSET %s"
    return [Position(*row) for row in await fetch_all(sql, (message_id, limit, offset))]


async def total_unread(rep_ids: Collection[int]) -> dict[int, int]:
    """Sum up what reps have not read, over all their customers."""
    rows = await fetch_all(
        f"SELECT c.rep_id, SUM(c.rep_unread) FROM conversation c JOIN {BOND_JOIN}"
        f" WHERE c.rep_id IN ({marks(rep_ids)}) AND c.rep_unread > 0 GROUP BY c.rep_id",
        list(rep_ids),
    )
    return dict.fromkeys(rep_ids, 0) | {row[0]: int(row[1]) for row in rows}


async def mark_read(reader: Sender, wanted: Mapping[Pair, int]) -> dict[Pair, int]:
    """Move read positions up, never back, and recount what is unread behind them.

    Runs inside a transaction and takes three statements, however many pairs there are.

    Args:
        wanted: by pair, the seq up to which ``reader`` has read.

    Returns:
        the new positions of those that moved.
    """
    column, unread_column = READ_SEQ[reader], _UNREAD[reader]
    source, params = pairs_join(wanted, "conversation c")
    found = await fetch_all(
        f"SELECT c.id, c.rep_id, c.customer_id, c.last_seq, c.{column}"
        f" FROM {source} ORDER BY c.id{for_update()}",
        params,
    )
    moved = []
    for number, rep_id, customer_id, last_seq, before in found:
        seq = min(wanted[Pair(rep_id, customer_id)], last_seq)
        if seq > before:
            moved.append((number, rep_id, customer_id, seq, last_seq))
    if not moved:
        return {}
    counts = await count_behind(reader, [(row[0], row[3]) for row in moved if row[3] < row[4]])
    await upsert(
        "conversation",
        ("id", "rep_id", "customer_id", column, unread_column),
        [(*row[:4], counts.get(row[0], 0)) for row in moved],
        unique=("id",),
        update={column: "{new}", unread_column: "{new}"},
        constant={
            name: 0 for name in (*COUNTERS, "created_at") if name not in (column, unread_column)
        },
    )
    return {Pair(row[1], row[2]): row[3] for row in moved}


async def count_behind(reader: Sender, behind: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Count the other side's messages behind a seq, by conversation."""
    if not behind:
        return {}
    # One step into the index per conversation; a range of seq has no single value to look up.
    one = (
        "SELECT %s, COUNT(*) FROM message WHERE conversation_id = %s AND seq > %s AND sender <> %s"
    )
    rows = await fetch_all(
        " UNION ALL ".join([one] * len(behind)),
        [value for number, seq in behind for value in (number, number, seq, reader)],
    )
    return {row[0]: row[1] for row in rows}


_UNREAD = {Sender.REP: "rep_unread", Sender.CUSTOMER: "customer_unread"}
