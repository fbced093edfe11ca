"""Tags: those that reps put on customers, and those that they show on their own cards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import peewee

from models.base import MomentField, Table, now, reference, to_ms
from models.customer import Customer
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.queries import marks
from models.staff import Rep

MOST_SEEN = 1000


class Tag(Table):
    """A tag for customers: a group when it has no parent, the system's when it has no rep.

    Only migrations write the system's, hence none is there twice.
    """

    rep = reference(Rep, null=True, index=False)
    name = peewee.CharField(64)
    parent = reference("self", null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "name"), True),)


class CustomerTag(Table):
    """That a rep has put a tag on a customer (decisions S21)."""

    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    tag = reference(Tag)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("customer", "rep", "tag"), True),
            (("rep", "tag"), False),
        )


class TagRow(NamedTuple):
    """A tag or a group of tags."""

    id: int
    name: str
    parent_id: int | None
    is_own: bool


class UsedTag(NamedTuple):
    """A tag that some of a rep's customers have."""

    id: int
    name: str
    customer_count: int


class Tagged(NamedTuple):
    """A customer that has a tag."""

    customer_id: int
    name: str
    avatar: str


async def seen_by(rep_id: int) -> list[TagRow]:
    """Read the groups, the system's tags and a rep's own, in the order in which they were made."""
    columns = "SELECT id, name, parent_id, rep_id FROM tag WHERE rep_id"
    rows = await fetch_all(
        f"{columns} IS NULL UNION ALL {columns} = %s ORDER BY id LIMIT %s", (rep_id, MOST_SEEN)
    )
    return [TagRow(*[*row[:3], row[3] is not None]) for row in rows]


async def count_seen_by(rep_id: int) -> int:
    """Count the system's tags and a rep's own; groups are none."""
    ((count,),) = await fetch_all(
        "SELECT (SELECT COUNT(*) FROM tag WHERE rep_id = %s)"
        " + (SELECT COUNT(*) FROM tag WHERE rep_id IS NULL AND parent_id IS NOT NULL)",
        (rep_id,),
    )
    return int(count)


async def count_own(rep_id: int) -> int:
    """Count a rep's own tags."""
    ((count,),) = await fetch_all("SELECT COUNT(*) FROM tag WHERE rep_id = %s", (rep_id,))
    return int(count)


async def settable(rep_id: int, tag_ids: Collection[int]) -> set[int]:
    """Say which of these ids are tags that a rep may put on its customers."""
    rows = await fetch_all(
        f"SELECT id, rep_id FROM tag WHERE id IN ({marks(tag_ids)}) AND parent_id IS NOT NULL",
        list(tag_ids),
    )
    return {tag_id for tag_id, owner in rows if owner in (None, rep_id)}


async def is_systems(name: str) -> bool:
    """Say whether the system has a tag or a group of this name."""
    rows = await fetch_all("SELECT 1 FROM tag WHERE rep_id IS NULL AND name = %s", (name,))
    return bool(rows)


async def group_id(name: str) -> int:
    """Find a group of the system."""
    ((found,),) = await fetch_all(
        "SELECT id FROM tag WHERE rep_id IS NULL AND name = %s AND parent_id IS NULL", (name,)
    )
    return int(found)


async def add(rep_id: int, group: int, name: str, moment: datetime) -> int | None:
    """Write a tag of a rep's own.

    Returns:
        its id; None when the rep has one of this name.
    """
    is_new = await upsert(
        "tag",
        ("rep_id", "name", "parent_id", "created_at"),
        [(rep_id, name, group, to_ms(moment))],
        unique=("rep_id", "name"),
        update={},
    )
    return await _id_of("tag", rep_id, name) if is_new else None


async def names_on(rep_id: int, customer_id: int) -> list[str]:
    """Read the names of the tags that a rep has put on a customer, the oldest first."""
    rows = await fetch_all(
        "SELECT t.name FROM customer_tag l JOIN tag t ON t.id = l.tag_id"
        " WHERE l.customer_id = %s AND l.rep_id = %s ORDER BY l.id",
        (customer_id, rep_id),
    )
    return [row[0] for row in rows]


async def links_on(rep_id: int, customer_id: int) -> dict[int, int]:
    """Read which tags a rep has put on a customer: by tag, the link's id."""
    rows = await fetch_all(
        "SELECT tag_id, id FROM customer_tag WHERE customer_id = %s AND rep_id = %s",
        (customer_id, rep_id),
    )
    return dict(rows)


async def put_on(
    rep_id: int, customer_ids: Collection[int], tag_ids: Sequence[int], moment: datetime
) -> None:
    """Put tags on customers that do not have them."""
    stamp = to_ms(moment)
    await insert_many(
        "customer_tag",
        ("rep_id", "customer_id", "tag_id", "created_at"),
        [
            (rep_id, customer_id, tag_id, stamp)
            for customer_id in customer_ids
            for tag_id in tag_ids
        ],
    )


async def take_off(link_ids: Collection[int]) -> None:
    """Take tags off, by the links' ids."""
    await execute(f"DELETE FROM customer_tag WHERE id IN ({marks(link_ids)})", list(link_ids))


async def used_by(rep_id: int, limit: int, offset: int) -> list[UsedTag]:
    """Read a page of the tags that a rep's customers have: the most used first, then the newest."""
    rows = await fetch_all(
        "SELECT t.id, t.name, COUNT(*) FROM customer_tag l"
        " JOIN bond b ON b.customer_id = l.customer_id AND b.rep_id = l.rep_id"
        " JOIN tag t ON t.id = l.tag_id WHERE l.rep_id = %s GROUP BY t.id, t.name"
        " ORDER BY COUNT(*) DESC, t.id DESC LIMIT %s OFFSET %s",
        (rep_id, limit, offset),
    )
    return [UsedTag(*row) for row in rows]


async def tagged(rep_id: int, tag_ids: Collection[int], most: int) -> dict[int, list[Tagged]]:
    """Read which of a rep's customers have these tags, up to so many of each, oldest link first."""
    # A step into the index per tag, which stops at its bound; an IN would read all links.
    one = (
        "SELECT * FROM (SELECT l.id AS link_id, l.tag_id, c.id, c.name, c.avatar"
        " FROM customer_tag l JOIN bond b ON b.customer_id = l.customer_id AND b.rep_id = l.rep_id"
        " JOIN customer c ON c.id = l.customer_id"
        " WHERE l.rep_id = %s AND l.tag_id = %s ORDER BY l.id LIMIT %s) of_tag"
    )
    rows = await fetch_all(
        f"{' UNION ALL '.join([one] * len(tag_ids))} ORDER BY link_id",
        [value for tag_id in tag_ids for value in (rep_id, tag_id, most)],
    )
    found: dict[int, list[Tagged]] = {tag_id: [] for tag_id in tag_ids}
    for row in rows:
        found[row[1]].append(Tagged(*row[2:]))
    return found


async def card_tags(rep_id: int) -> list[tuple[int, str]]:
    """Read the tags that a rep shows on its card, the oldest first: ids and names."""
    return await fetch_all(
        "SELECT id, name FROM rep_tag WHERE rep_id = %s ORDER BY id LIMIT %s", (rep_id, MOST_SEEN)
    )


async def locked_card_tag_ids(rep_id: int) -> list[int]:
    """Read the ids of a rep's card tags, locking them until the transaction ends."""
    rows = await fetch_all(f"SELECT id FROM rep_tag WHERE rep_id = %s{for_update()}", (rep_id,))
    return [row[0] for row in rows]


async def add_card_tag(rep_id: int, name: str, moment: datetime) -> int | None:
    """Write a tag of a rep's card.

    Returns:
        its id; None when the card has one of this name.
    """
    is_new = await upsert(
        "rep_tag",
        ("rep_id", "name", "created_at"),
        [(rep_id, name, to_ms(moment))],
        unique=("rep_id", "name"),
        update={},
    )
    return await _id_of("rep_tag", rep_id, name) if is_new else None


async def delete_card_tags(rep_id: int, tag_ids: Collection[int]) -> int:
    """Delete tags of a rep's card and say how many there were."""
    return await execute(
        f"DELETE FROM rep_tag WHERE rep_id = %s AND id IN ({marks(tag_ids)})", (rep_id, *tag_ids)
    )


async def _id_of(table: str, rep_id: int, name: str) -> int:
    ((found,),) = await fetch_all(
        f"SELECT id FROM {table} WHERE rep_id = %s AND name = %s", (rep_id, name)
    )
    return int(found)
