"""Tags: what a rep puts on its customers, and what it shows on its own card (semantics 4.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import tag as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.tag import Tagged, TagRow, UsedTag
from services import bonds
from services.errors import Invalid, NotFound
from services.principals import Rep

OWN_GROUP: Final = "自定义"
"""The group that reps' own tags stand in (semantics 0.2)."""

MOST_OWN_TAGS: Final = 500
MOST_CARD_TAGS: Final = 100
MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Group:
    """A group with the tags of it that a rep sees, in the order in which they were made."""

    name: str
    tags: list[TagRow]


@dataclass(frozen=True, slots=True)
class Use:
    """A tag with the customers that have it; at the most ``MOST_LISTED`` of them are listed."""

    tag: UsedTag
    customers: list[Tagged]


async def groups(rep: Rep) -> list[Group]:
    """List the groups with the system's tags and the rep's own."""
    rows = await queries.seen_by(rep.id)
    return [
        Group(group.name, [row for row in rows if row.parent_id == group.id])
        for group in rows
        if group.parent_id is None
    ]


async def in_use(rep: Rep, limit: int, offset: int) -> tuple[list[Use], int]:
    """List a page of the tags that customers of a rep have, the most used first.

    Returns:
        the page, and how many tags the rep may use, with customers or without (decisions S21).
    """
    total = await queries.count_seen_by(rep.id)
    used = await queries.used_by(rep.id, limit, offset)
    if not used:
        return [], total
    customers = await queries.tagged(rep.id, [one.id for one in used], MOST_LISTED)
    return [Use(one, customers[one.id]) for one in used], total


@retry_on_deadlock
async def make(rep: Rep, name: str, customer_ids: Collection[int]) -> int:
    """Make a tag of a rep's own and put it on customers of the rep, all or nothing.

    Returns:
        the tag's id.

    Raises:
        NotFound: one of them is not the rep's customer.
        Invalid: the rep sees a tag of this name already, or has too many.
    """
    moment = now()
    async with atomic():
        await bonds.hold(rep, customer_ids)
        if await queries.count_own(rep.id) >= MOST_OWN_TAGS:
            raise _too_many(MOST_OWN_TAGS)
        is_taken = await queries.is_systems(name)
        group = await queries.group_id(OWN_GROUP)
        tag_id = None if is_taken else await queries.add(rep.id, group, name, moment)
        if tag_id is None:
            raise Invalid("标签名已存在", {"name": "标签名已存在"})
        await queries.put_on(rep.id, customer_ids, [tag_id], moment)
    return tag_id


@retry_on_deadlock
async def set_on(rep: Rep, customer_id: int, tag_ids: Sequence[int] | None) -> None:
    """Let a customer have exactly these tags of those that the rep may set (decisions E7, S21).

    Args:
        tag_ids: None to leave its tags as they are.

    Raises:
        NotFound: the customer or one of the tags is not the rep's to use; then nothing changes.
    """
    moment = now()
    async with atomic():
        await bonds.hold(rep, [customer_id])
        if tag_ids is not None:
            await replace(rep, customer_id, tag_ids, moment)


async def replace(rep: Rep, customer_id: int, tag_ids: Sequence[int], moment: datetime) -> None:
    """Replace a customer's tags inside the caller's transaction, which holds the bond.

    Raises:
        NotFound: one of the tags is another rep's, a group, or none.
    """
    if tag_ids and await queries.settable(rep.id, tag_ids) != set(tag_ids):
        raise NotFound
    links = await queries.links_on(rep.id, customer_id)
    wanted = [tag_id for tag_id in tag_ids if tag_id not in links]
    unwanted = [link_id for tag_id, link_id in links.items() if tag_id not in tag_ids]
    if unwanted:
        await queries.take_off(unwanted)
    if wanted:
        await queries.put_on(rep.id, [customer_id], wanted, moment)


async def on_card(rep: Rep) -> list[tuple[int, str]]:
    """List the tags that a rep shows on its card, the oldest first: ids and names."""
    return await queries.card_tags(rep.id)


@retry_on_deadlock
async def add_to_card(rep: Rep, name: str) -> int:
    """Put a tag on a rep's card.

    Returns:
        the tag's id.

    Raises:
        Invalid: the card has one of this name already, or too many.
    """
    async with atomic():
        if len(await queries.card_tags(rep.id)) >= MOST_CARD_TAGS:
            raise _too_many(MOST_CARD_TAGS)
        tag_id = await queries.add_card_tag(rep.id, name, now())
    if tag_id is None:
        raise Invalid("不能存在相同的标签名", {"name": "不能存在相同的标签名"})
    return tag_id


@retry_on_deadlock
async def keep_on_card(rep: Rep, tag_ids: Collection[int]) -> None:
    """Keep exactly these tags on a rep's card and delete its others.

    Raises:
        NotFound: one of them is not on the card; then nothing changes.
    """
    async with atomic():
        there = await queries.locked_card_tag_ids(rep.id)
        if not set(tag_ids) <= set(there):
            raise NotFound
        others = [tag_id for tag_id in there if tag_id not in tag_ids]
        if others:
            await queries.delete_card_tags(rep.id, others)


async def delete_from_card(rep: Rep, tag_id: int) -> None:
    """Delete a tag of a rep's card.

    Raises:
        NotFound: it is not on the card.
    """
    if not await queries.delete_card_tags(rep.id, [tag_id]):
        raise NotFound


def _too_many(most: int) -> Invalid:
    complaint = f"标签不能超过{most}个"
    return Invalid(complaint, {"name": complaint})
