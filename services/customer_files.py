"""A rep's files of its customers: what it knows, expects and writes down (semantics 4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from typing_extensions import TypedDict

from models import customer as customers
from models import customer_file as queries
from models import tag as tag_queries
from models.base import now
from models.customer import Source as Source
from models.customer_file import FileRow
from models.database import atomic, retry_on_deadlock
from services import bonds, close_score, tags
from services.clock import day_of
from services.close_score import Score
from services.errors import NotFound
from services.principals import Rep
from services.radar import shown_name


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What a rep sees of one customer; ``parent_name`` is empty without a parent."""

    row: FileRow
    shown_name: str
    parent_name: str
    tags: list[str]
    score: Score


class Note(TypedDict, total=False):
    """What a rep notes about a customer; what is left out stays as it is."""

    name: str
    gender: int
    phone: str
    email: str
    company_name: str
    position: str
    address: str
    birthday: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a rep expects of a customer; None is left as it is.

    Args:
        close_odds: how likely a sale is, in percent.
        expected_on: the day on which the rep expects it.
    """

    close_odds: int | None = None
    expected_on: date | None = None
    tag_ids: Sequence[int] | None = None


async def find(rep: Rep, customer_id: int, action_points: dict[int, int]) -> CustomerFile:
    """Show a rep's file of a customer.

    Args:
        action_points: what one action adds to the close score, by its kind.

    Raises:
        NotFound: the customer is not the rep's.
    """
    row = await queries.find(rep.id, customer_id)
    if row is None:
        raise NotFound
    parent = shown_name(row.parent_name, row.parent_id) if row.parent_id is not None else ""
    return CustomerFile(
        row,
        shown_name(row.name, customer_id),
        parent,
        await tag_queries.names_on(rep.id, customer_id),
        await close_score.of_pair(rep.id, customer_id, action_points, day_of(now())),
    )


@retry_on_deadlock
async def keep_note(
    rep: Rep,
    customer_id: int,
    note: Note,
    source: Source | None = None,
    parent_id: int | None = None,
) -> None:
    """Keep what a rep notes about a customer, and how the customer came to it (decisions S20).

    Raises:
        NotFound: the customer is not the rep's, or the parent is not another one of its company.
    """
    moment = now()
    async with atomic():
        await bonds.hold(rep, [customer_id])
        if parent_id is not None and (
            parent_id == customer_id or await customers.company_of(parent_id) != rep.company_id
        ):
            raise NotFound
        said = {"source": source, "parent_customer_id": parent_id}
        changes = {column: value for column, value in said.items() if value is not None}
        if changes:
            await queries.update_bond(rep.id, customer_id, changes)
        if note:
            await queries.keep_note(rep.id, customer_id, dict(note), moment)


@retry_on_deadlock
async def expect(rep: Rep, customer_id: int, outlook: Outlook) -> None:
    """Write down what a rep expects of a customer, each change with its follow-up, all or nothing.

    Raises:
        NotFound: the customer or one of the tags is not the rep's to use.
    """
    moment = now()
    async with atomic():
        await bonds.hold(rep, [customer_id])
        if outlook.tag_ids is not None:
            await tags.replace(rep, customer_id, outlook.tag_ids, moment)
        steps = (
            ("close_odds", outlook.close_odds, f"更新预计成交率为: {outlook.close_odds}"),
            ("expected_on", outlook.expected_on, f"更新预计成交日期: {outlook.expected_on}"),
        )
        for column, value, text in steps:
            if value is not None:
                await queries.update_bond(rep.id, customer_id, {column: value})
                await customers.record_follow_up(rep.id, customer_id, text, moment)
