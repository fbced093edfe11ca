"""A rep's file of one of its customers: the bond, the note, and what the customer has done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models import staff
from models.base import from_ms, to_ms
from models.chat import Pair, lock_conversations
from models.database import execute, fetch_all, for_update, upsert
from models.queries import marks


@dataclass(frozen=True, slots=True)
class FileRow:
    """A customer as one of its reps knows it; texts of the note are empty without one."""

    customer_id: int
    name: str
    avatar: str
    own_phone: str
    own_gender: int | None
    source: int
    close_odds: int
    expected_on: date | None
    parent_id: int | None
    parent_name: str
    note_name: str
    note_gender: int | None
    note_phone: str
    email: str
    company_name: str
    position: str
    address: str
    birthday: date | None
    note: str
    bound_at: datetime


async def find(rep_id: int, customer_id: int) -> FileRow | None:
    """Read a customer as a rep knows it; None if it is not the rep's."""
    rows = await fetch_all(
        "SELECT c.id, c.name, c.avatar, c.phone, c.gender, b.source, b.close_odds, b.expected_on,"
        " p.id, COALESCE(p.name, ''), COALESCE(n.name, ''), n.gender, COALESCE(n.phone, ''),"
        " COALESCE(n.email, ''), COALESCE(n.company_name, ''), COALESCE(n.position, ''),"
        " COALESCE(n.address, ''), n.birthday, COALESCE(n.note, ''), b.created_at"
        " FROM bond b JOIN customer c ON c.id = b.customer_id"
        " LEFT JOIN customer p ON p.id = b.parent_customer_id"
        " LEFT JOIN customer_note n ON n.rep_id = b.rep_id AND n.customer_id = b.customer_id"
        " WHERE b.rep_id = %s AND b.customer_id = %s",
        (rep_id, customer_id),
    )
    if not rows:
        return None
    row = rows[0]
    return FileRow(*[*row[:7], _day(row[7]), *row[8:17], _day(row[17]), row[18], from_ms(row[19])])


async def lock_bonds(rep_id: int, customer_ids: Collection[int]) -> set[int]:
    """Lock the bonds of a rep with these customers until the transaction ends.

    The rep's row comes first, as everywhere: whoever writes a row that refers to the rep shares it,
    and a hand-over, or a view of the card, that has the rep would wait for the bond meanwhile.

    Returns:
        those of the customers that are the rep's.
    """
    await staff.share(rep_id)
    rows = await fetch_all(
        f"SELECT customer_id FROM bond WHERE customer_id IN ({marks(customer_ids)})"
        f" AND rep_id = %s ORDER BY customer_id{for_update()}",
        (*customer_ids, rep_id),
    )
    return {row[0] for row in rows}


async def update_bond(rep_id: int, customer_id: int, changes: Mapping[str, object]) -> None:
    """Change columns of a bond."""
    sets = ", ".join(f"{column} = %s" for column in changes)
    await execute(
        f"UPDATE bond SET {sets} WHERE rep_id = %s AND customer_id = %s",
        (*map(_stored, changes.values()), rep_id, customer_id),
    )


async def end_bond(rep_id: int, customer_id: int) -> bool:
    """End a bond, in a transaction, and say whether there was one.

    The conversation and the notes stay.
    """
    await lock_conversations([Pair(rep_id, customer_id)])
    ended = await execute(
        "DELETE FROM bond WHERE rep_id = %s AND customer_id = %s", (rep_id, customer_id)
    )
    return bool(ended)


async def keep_note(
    rep_id: int, customer_id: int, changes: Mapping[str, Any], moment: datetime
) -> None:
    """Change columns of what a rep has noted about a customer, beginning the note if need be."""
    row = {**_EMPTY_NOTE, **changes}
    await upsert(
        "customer_note",
        ("rep_id", "customer_id", "created_at", *row),
        [(rep_id, customer_id, to_ms(moment), *map(_stored, row.values()))],
        unique=("rep_id", "customer_id"),
        update=dict.fromkeys(changes, "{new}"),
    )


async def action_counts(
    rep_id: int, customer_id: int, actions: Collection[int], since: date
) -> list[tuple[int, date, int]]:
    """Read the daily counters of a pair from a day on: action, day, count."""
    rows = await fetch_all(
        "SELECT action, day, count FROM action_counter WHERE customer_id = %s AND rep_id = %s"
        f" AND action IN ({marks(actions)}) AND day >= %s",
        (customer_id, rep_id, *actions, since.isoformat()),
    )
    return [(action, _date(day), count) for action, day, count in rows]


_TEXTS = ("name", "phone", "email", "company_name", "position", "address", "note")
_EMPTY_NOTE: Mapping[str, Any] = {**dict.fromkeys(_TEXTS, ""), "gender": None, "birthday": None}


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(stored: str | date | None) -> date | None:
    return None if stored is None else _date(stored)


def _date(stored: str | date) -> date:
    """Read a day: SQLite keeps it as text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
