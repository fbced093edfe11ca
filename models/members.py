"""Reps as those who manage them see them: lists, changes, the hand-over of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models.base import from_ms, to_ms
from models.chat import Pair, open_conversations
from models.database import execute, fetch_all, for_update
from models.queries import all_of, marks
from models.staff import Rep, RepStatus

CHUNK = 500


class MemberRow(NamedTuple):
    """A rep as the list of staff shows it."""

    id: int
    company_id: int
    company_name: str
    username: str
    memo_name: str
    role_id: int
    role_name: str
    status: int
    created_at: datetime
    last_login_at: datetime | None
    position: str
    avatar: str
    phone: str
    popularity: int
    praise_count: int
    forward_count: int


class MemberFilter(NamedTuple):
    """Which reps are looked for; an empty text and a None stand for any.

    Args:
        company_id: the only company that is meant.
        username: contained in the login name, or in the name that customers see.
        role_name: contained in the role's; the company's likewise.
        since: the earliest moment at which it was made.
        until: the first moment that is too late.
    """

    company_id: int | None
    username: str
    role_name: str
    company_name: str
    since: datetime | None
    until: datetime | None
    role_id: int | None
    status: int | None


async def page(wanted: MemberFilter, limit: int, offset: int) -> tuple[list[MemberRow], int]:
    """Read a page of reps, the newest first, and count all that were looked for."""
    where, params = all_of(
        ("p.company_id = %s", wanted.company_id),
        ("INSTR(r.name, %s) > 0", wanted.role_name),
        ("INSTR(c.name, %s) > 0", wanted.company_name),
        ("p.created_at >= %s", to_ms(wanted.since) if wanted.since else None),
        ("p.created_at < %s", to_ms(wanted.until) if wanted.until else None),
        ("p.role_id = %s", wanted.role_id),
        ("p.status = %s", wanted.status),
        ("(INSTR(p.username, %s) > 0 OR INSTR(p.memo_name, %s) > 0)", wanted.username),
    )
    source = "FROM rep p JOIN role r ON r.id = p.role_id JOIN company c ON c.id = p.company_id"
    if where:
        source += f" WHERE {where}"
    rows = await fetch_all(
        "SELECT p.id, p.company_id, c.name, p.username, p.memo_name, p.role_id, r.name, p.status,"
        " p.created_at, p.last_login_at, p.position, p.avatar,"
        " CASE WHEN p.card_phone = '' THEN p.bound_phone ELSE p.card_phone END,"
        f" p.popularity, p.praise_count, p.forward_count {source}"
        " ORDER BY p.id DESC LIMIT %s OFFSET %s",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) {source}", params)
    return [_member_row(row) for row in rows], int(count)


def _member_row(row: tuple[Any, ...]) -> MemberRow:
    last_login_at = from_ms(row[9]) if row[9] is not None else None
    return MemberRow(*[*row[:8], from_ms(row[8]), last_login_at, *row[10:]])


async def customer_counts(rep_ids: Sequence[int]) -> dict[int, int]:
    """Count the customers of reps; those without any are left out."""
    rows = await fetch_all(
        f"SELECT rep_id, COUNT(*) FROM bond WHERE rep_id IN ({marks(rep_ids)}) GROUP BY rep_id",
        rep_ids,
    )
    return {row[0]: int(row[1]) for row in rows}


class Member(NamedTuple):
    """What changing a rep needs to know of it."""

    id: int
    company_id: int
    role_id: int
    status: int


async def lock(rep_id: int) -> Member | None:
    """Read a rep and keep its row, and what refers to it, until the transaction ends."""
    rows = await fetch_all(
        f"SELECT id, company_id, role_id, status FROM rep WHERE id = %s{for_update()}", (rep_id,)
    )
    return Member(*rows[0]) if rows else None


async def free_cards(company_id: int) -> int:
    """Say how many more reps of a company may be enabled; lock the company first."""
    ((free,),) = await fetch_all(
        "SELECT card_quota - (SELECT COUNT(*) FROM rep WHERE company_id = %s AND status = %s)"
        " FROM company WHERE id = %s",
        (company_id, RepStatus.ENABLED, company_id),
    )
    return int(free)


async def add(values: Mapping[str, object]) -> int:
    """Write a rep."""
    return int((await Rep.aio_create(**values)).id)


async def change(rep_id: int, values: Mapping[str, object]) -> None:
    """Change columns of a rep."""
    await Rep.update(**values).where(Rep.id == rep_id).aio_execute()


async def pictures(rep_id: int) -> list[str]:
    """List the addresses of the pictures that only a rep's own rows show."""
    rows = await fetch_all(
        "SELECT photo_url FROM rep_photo WHERE rep_id = %s"
        " UNION SELECT i.picture_url FROM product_picture i JOIN product p ON p.id = i.product_id"
        "  WHERE p.rep_id = %s"
        " UNION SELECT avatar FROM rep WHERE id = %s",
        (rep_id, rep_id, rep_id),
    )
    return [row[0] for row in rows]


async def delete(rep_id: int) -> None:
    """Delete a rep with everything that is its own but its files."""
    await Rep.delete().where(Rep.id == rep_id).aio_execute()


async def count_owned(rep_id: int) -> tuple[int, int]:
    """Count a rep's customers and its own products."""
    ((customers, products),) = await fetch_all(
        "SELECT (SELECT COUNT(*) FROM bond WHERE rep_id = %s),"
        " (SELECT COUNT(*) FROM product WHERE rep_id = %s)",
        (rep_id, rep_id),
    )
    return int(customers), int(products)


async def hand_over(from_id: int, to_id: int, moment: datetime) -> int:
    """Make a rep's customers another's, with notes, follow-ups and the system's tags.

    A customer that is the other's already only leaves. What was said and done stays with the pair
    that it happened in. Both reps' rows have to be locked.

    Returns:
        how many customers the other rep has got.
    """
    moved = await fetch_all(
        "SELECT b.id, b.customer_id FROM bond b WHERE b.rep_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM bond o WHERE o.customer_id = b.customer_id AND o.rep_id = %s)",
        (from_id, to_id),
    )
    for start in range(0, len(moved), CHUNK):
        bond_ids, customer_ids = zip(*moved[start : start + CHUNK], strict=True)
        await execute(
            "UPDATE bond SET rep_id = %s, qr_code = '', poster_url = ''"
            f" WHERE id IN ({marks(bond_ids)})",
            (to_id, *bond_ids),
        )
        await execute(
            "UPDATE follow_up SET rep_id = %s WHERE rep_id = %s"
            f" AND customer_id IN ({marks(customer_ids)})",
            (to_id, from_id, *customer_ids),
        )
        await _move_rows(_NOTES, from_id, to_id, customer_ids)
        await _move_rows(_SYSTEM_TAGS, from_id, to_id, customer_ids)
        await open_conversations([Pair(to_id, customer_id) for customer_id in customer_ids], moment)
    await execute("DELETE FROM bond WHERE rep_id = %s", (from_id,))
    return len(moved)


_NOTES = (
    "customer_note f LEFT JOIN customer_note t ON t.customer_id = f.customer_id AND t.rep_id = %s"
)
_SYSTEM_TAGS = (
    "customer_tag f JOIN tag g ON g.id = f.tag_id AND g.rep_id IS NULL LEFT JOIN customer_tag t"
    " ON t.customer_id = f.customer_id AND t.tag_id = f.tag_id AND t.rep_id = %s"
)


async def _move_rows(source: str, from_id: int, to_id: int, customer_ids: Sequence[int]) -> None:
    """Make rows of one rep another's, but for those that the other has already."""
    rows = await fetch_all(
        f"SELECT f.id FROM {source} WHERE f.rep_id = %s"
        f" AND f.customer_id IN ({marks(customer_ids)}) AND t.id IS NULL",
        (to_id, from_id, *customer_ids),
    )
    row_ids = [row[0] for row in rows]
    if row_ids:
        table = source.partition(" ")[0]
        await execute(
            f"UPDATE {table} SET rep_id = %s WHERE id IN ({marks(row_ids)})", (to_id, *row_ids)
        )
