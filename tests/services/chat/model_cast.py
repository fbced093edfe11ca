"""Who plays in the model test, and what the database knows of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from models import chat, customer
from models.base import now
from models.chat import Pair
from models.customer import Source
from models.database import connected
from tests.factories import bind, make_company, make_customer, make_rep
from tests.services.chat.model_world import CATCH_UP_LIMIT, Registered


class Cast(NamedTuple):
    """Who plays, and the file that knows them."""

    path: Path
    reps: list[int]
    customers: list[int]

    @property
    def pairs(self) -> list[Pair]:
        """Who may talk to whom; the last have no bond when a game begins."""
        first, second = self.reps
        one, two = self.customers
        return [Pair(first, one), Pair(second, one), Pair(first, two)]


class Row(NamedTuple):
    """A message as it stands in the database; ``content`` is what was sent."""

    id: int
    pair: Pair
    seq: int
    sender: int
    content: str
    is_recalled: bool


class Truth:
    """The database, read beside the services."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)

    def rows(self) -> list[Row]:
        """Read all messages."""
        found = self._connection.execute(
            "SELECT m.id, c.rep_id, c.customer_id, m.seq, m.sender, COALESCE(r.content, m.content),"
            " r.id IS NOT NULL FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " LEFT JOIN recall r ON r.message_id = m.id ORDER BY m.id"
        )
        return [
            Row(row[0], Pair(row[1], row[2]), row[3], row[4], row[5], bool(row[6])) for row in found
        ]

    def last(self) -> dict[Pair, int]:
        """Read how far the pairs are whose bonds stand."""
        found = self._connection.execute(
            "SELECT c.rep_id, c.customer_id, c.last_seq FROM conversation c"
            " JOIN bond b ON b.rep_id = c.rep_id AND b.customer_id = c.customer_id"
        )
        return {Pair(*row[:2]): row[2] for row in found}

    def close(self) -> None:
        """Read no more."""
        self._connection.close()


def check_place(frame: Registered, rows: list[Row]) -> None:
    """Check that a client is told truly where it stands (decisions W5, T2)."""
    known = frame.since if isinstance(frame.since, dict) else {}
    if isinstance(frame.since, int) and frame.customer_id is not None:
        known = {frame.customer_id: frame.since}
    missed = sum(last - frame.start[one] for one, last in frame.ended.items())
    assert missed <= CATCH_UP_LIMIT, frame
    if frame.is_recovered:
        assert all(frame.start[one] == known[one] for one in known.keys() & frame.start.keys())
        return
    # Then there were too many that it has not seen, or too many recalls of those that it has.
    rows = [row for row in rows if row.pair.rep_id == frame.rep_id]
    seen = {row.id for row in rows if row.seq <= known.get(row.pair.customer_id, 0)}
    recalled = [row for row in rows if row.id in seen and row.is_recalled]
    behind = [row for row in rows if row.id not in seen and row.pair.customer_id in frame.ended]
    assert max(len(behind), len(recalled)) > CATCH_UP_LIMIT, frame


async def rebind(pair: Pair) -> None:
    moment = now()
    await customer.bind(*pair, Source.SCAN, None, moment)
    await chat.open_conversations([pair], moment)


async def prepare(path: Path) -> Cast:
    """Write down who plays."""
    async with connected(f"sqlite:///{path}", 5.0):
        company = await make_company()
        reps = [await make_rep(company) for _ in range(2)]
        customers = [await make_customer(company) for _ in range(2)]
        for rep in reps:
            await bind(rep, customers[0])
        return Cast(path, [rep.id for rep in reps], [one.id for one in customers])
