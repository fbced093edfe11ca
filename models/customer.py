"""Customers, their bonds with reps, and what reps note about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

import peewee
import ujson

from models.article import Article
from models.base import SET_NULL, MomentField, Table, from_ms, now, reference, to_ms
from models.company import Company
from models.database import execute, fetch_all, for_update, insert_many, upsert
from models.queries import marks, pairs_join, pairs_table
from models.staff import Rep


class CustomerKind(IntEnum):
    """Where a customer comes from (``user_type`` on the wire)."""

    OFFICIAL_ACCOUNT = 1
    MINI_PROGRAM = 2


class Source(IntEnum):
    """How a customer came to a rep."""

    SCAN = 1
    FORWARD = 2
    SEARCH = 3
    ARTICLE = 4


class Customer(Table):
    """A visitor of one company; ``name`` is empty until it has authorised its profile."""

    company = reference(Company, index=False)
    openid = peewee.CharField(128)
    kind = peewee.SmallIntegerField()
    name = peewee.CharField(128, default="")
    session_key = peewee.CharField(512, default="")
    form_ids = peewee.TextField(default="[]")
    gender = peewee.SmallIntegerField(null=True)
    avatar = peewee.CharField(512, default="")
    phone = peewee.CharField(20, default="")
    country = peewee.CharField(64, default="")
    province = peewee.CharField(64, default="")
    city = peewee.CharField(64, default="")
    language = peewee.CharField(32, default="")
    is_subscribed = peewee.BooleanField(null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("openid", "kind"), True),
            (("company", "created_at"), False),
        )


class Bond(Table):
    """That a customer belongs to a rep (客户所属用户关系); it ends when its row goes.

    ``last_event_at`` is the newest of message and action, and orders the rep's contacts.
    """

    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    source = peewee.SmallIntegerField(default=Source.SCAN)
    parent_customer = reference(Customer, on_delete=SET_NULL, null=True)
    qr_code = peewee.CharField(256, default="")
    poster_url = peewee.CharField(256, default="")
    close_odds = peewee.SmallIntegerField(default=0)
    expected_on = peewee.DateField(null=True)
    last_followed_at = MomentField(null=True)
    last_activity_at = MomentField(null=True)
    last_event_at = MomentField(default=now)
    created_at = MomentField(default=now)

    class Meta:
        # InnoDB checks a foreign key by the first index that begins with it, whenever a column of
        # that index changes. Each needs one of columns that stay, or a message would lock the rep.
        indexes = (
            (("customer", "rep"), True),
            (("rep", "customer"), False),
            (("rep", "last_event_at"), False),
            (("rep", "close_odds", "id"), False),
            (("rep", "last_followed_at"), False),
            (("rep", "last_activity_at"), False),
        )


class CustomerNote(Table):
    """What one rep has written down about one customer."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    name = peewee.CharField(128, default="")
    gender = peewee.SmallIntegerField(null=True)
    phone = peewee.CharField(20, default="")
    email = peewee.CharField(128, default="")
    company_name = peewee.CharField(256, default="")
    position = peewee.CharField(256, default="")
    address = peewee.CharField(512, default="")
    birthday = peewee.DateField(null=True)
    note = peewee.TextField(default="")
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "customer"), True),)


class FollowUp(Table):
    """A note of one step in following a customer up (跟进)."""

    company = reference(Company, index=False)
    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    text = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("customer", "rep", "id"), False),
            (("rep", "company", "created_at"), False),
            (("company", "created_at"), False),
        )


class FollowPhrase(Table):
    """A preset text for follow-ups; without a rep it is the system's."""

    rep = reference(Rep, null=True, index=False)
    phrase = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "phrase"), True),
            (("rep", "id"), False),
        )


class ArticleReader(Table):
    """That a customer came to a rep through an article."""

    article = reference(Article, index=False)
    rep = reference(Rep, index=False)
    customer = reference(Customer)
    parent_customer = reference(Customer, on_delete=SET_NULL, null=True)
    level = peewee.SmallIntegerField(default=1)
    read_count = peewee.IntegerField(default=0)
    forward_count = peewee.IntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("article", "rep", "customer"), True),
            (("rep", "customer", "id"), False),
        )


@dataclass(frozen=True, slots=True)
class BondRow:
    """A bond as lists of a customer's reps need it."""

    rep_id: int
    source: int
    created_at: datetime


class Faces(NamedTuple):
    """How both sides of a pair are shown in their chat."""

    rep_avatar: str
    customer_name: str
    customer_avatar: str


async def names(customer_ids: Collection[int]) -> dict[int, str]:
    """Read what customers are called; empty for those without a name."""
    rows = await fetch_all(
        f"SELECT id, name FROM customer WHERE id IN ({marks(customer_ids)})", list(customer_ids)
    )
    return {row[0]: row[1] for row in rows}


async def faces(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Faces]:
    """Read how the sides of these pairs are shown."""
    source, params = pairs_table(pairs)
    rows = await fetch_all(
        "SELECT pair.rep_id, pair.customer_id, r.avatar, r.card_avatar, c.name, c.avatar"
        f" FROM {source} JOIN rep r ON r.id = pair.rep_id"
        " JOIN customer c ON c.id = pair.customer_id",
        params,
    )
    return {row[:2]: Faces(row[3] or row[2], row[4], row[5]) for row in rows}


async def bonds_of(customer_id: int) -> list[BondRow]:
    """List a customer's bonds, the newest first."""
    rows = await fetch_all(
        "SELECT rep_id, source, created_at FROM bond WHERE customer_id = %s"
        " ORDER BY created_at DESC, id DESC LIMIT 1000",
        (customer_id,),
    )
    return [BondRow(rep_id, source, from_ms(created_at)) for rep_id, source, created_at in rows]


async def is_bound(rep_id: int, customer_id: int) -> bool:
    """Say whether a customer belongs to a rep."""
    rows = await fetch_all(
        "SELECT 1 FROM bond WHERE rep_id = %s AND customer_id = %s", (rep_id, customer_id)
    )
    return bool(rows)


async def bound(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Say which of these pairs of rep and customer have a bond."""
    source, params = pairs_join(pairs, "bond b")
    rows = await fetch_all(f"SELECT b.rep_id, b.customer_id FROM {source}", params)
    return {(row[0], row[1]) for row in rows}


async def latest_bond(customer_id: int) -> int | None:
    """Say to which of its reps a customer was active last; None if it has none."""
    rows = await fetch_all(
        "SELECT rep_id FROM bond WHERE customer_id = %s"
        " ORDER BY last_event_at DESC, id DESC LIMIT 1",
        (customer_id,),
    )
    return rows[0][0] if rows else None


async def bind(
    rep_id: int, customer_id: int, source: int, parent_id: int | None, moment: datetime
) -> bool:
    """Make a customer a rep's, unless it is already; their conversation comes with it.

    Returns:
        whether the bond is new.
    """
    stamp = to_ms(moment)
    is_new = await upsert(
        "bond",
        (
            "rep_id",
            "customer_id",
            "source",
            "parent_customer_id",
            "qr_code",
            "poster_url",
            "close_odds",
            "last_event_at",
            "created_at",
        ),
        [(rep_id, customer_id, source, parent_id, "", "", 0, stamp, stamp)],
        unique=("rep_id", "customer_id"),
        update={},
    )
    return bool(is_new)


async def other_rep_of(customer_id: int, rep_id: int) -> int | None:
    """Say whether a customer belongs to another rep too, locking the customer's row.

    With the lock, two bindings of one customer wait for each other.
    """
    await fetch_all(f"SELECT id FROM customer WHERE id = %s{for_update()}", (customer_id,))
    rows = await fetch_all(
        "SELECT rep_id FROM bond WHERE customer_id = %s AND rep_id <> %s LIMIT 1",
        (customer_id, rep_id),
    )
    return rows[0][0] if rows else None


async def enter(
    openid: str, kind: int, company_id: int, session_key: str, moment: datetime
) -> tuple[int, int]:
    """Find the customer with an openid, or make one, and keep its newest session key.

    Returns:
        the customer's id and its company's, which is ``company_id`` only for a new one.
    """
    empty = ("name", "avatar", "phone", "country", "province", "city", "language")
    await upsert(
        "customer",
        ("openid", "kind", "company_id", "session_key", "form_ids", "created_at", *empty),
        [(openid, kind, company_id, session_key, "[]", to_ms(moment), *("",) * len(empty))],
        unique=("openid", "kind"),
        update={"session_key": "{new}"},
    )
    ((customer_id, own_company_id),) = await fetch_all(
        "SELECT id, company_id FROM customer WHERE openid = %s AND kind = %s", (openid, kind)
    )
    return customer_id, own_company_id


async def record_follow_up(rep_id: int, customer_id: int, text: str, moment: datetime) -> int:
    """Write down a step in following a customer up; the bond knows the last one's moment.

    Returns:
        the follow-up's id.
    """
    stamp = to_ms(moment)
    await execute(
        "UPDATE bond SET last_followed_at = %s WHERE rep_id = %s AND customer_id = %s",
        (stamp, rep_id, customer_id),
    )
    company_id = await company_of(customer_id)
    (number,) = await insert_many(
        "follow_up",
        ("company_id", "rep_id", "customer_id", "text", "created_at"),
        [(company_id, rep_id, customer_id, text, stamp)],
    )
    return number


async def session_key(customer_id: int) -> str:
    """Read the session key of a customer's last login, sealed; empty if it has none."""
    ((key,),) = await fetch_all("SELECT session_key FROM customer WHERE id = %s", (customer_id,))
    return str(key)


async def company_of(customer_id: int) -> int | None:
    """Say which company a customer belongs to; None if there is no such customer."""
    rows = await fetch_all("SELECT company_id FROM customer WHERE id = %s", (customer_id,))
    return rows[0][0] if rows else None


async def name_of(customer_id: int) -> str:
    """Say what a customer is called; empty if it has no name."""
    rows = await fetch_all("SELECT name FROM customer WHERE id = %s", (customer_id,))
    return str(rows[0][0]) if rows else ""


async def update_profile(customer_id: int, profile: Mapping[str, object]) -> None:
    """Change columns of a customer."""
    await Customer.update(**profile).where(Customer.id == customer_id).aio_execute()


async def avatar_of(customer_id: int, *, is_locked: bool = False) -> str:
    """Read the address of a customer's picture; empty if there is none.

    Args:
        is_locked: whether its row stays locked until the transaction ends.
    """
    lock = for_update() if is_locked else ""
    rows = await fetch_all(f"SELECT avatar FROM customer WHERE id = %s{lock}", (customer_id,))
    return str(rows[0][0]) if rows else ""


async def locked_form_ids(customer_id: int) -> list[str]:
    """Read a customer's unused form ids, locking its row until the transaction ends."""
    ((text,),) = await fetch_all(
        f"SELECT form_ids FROM customer WHERE id = %s{for_update()}", (customer_id,)
    )
    form_ids: list[str] = ujson.loads(text)
    return form_ids


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A rep's customer as the list of contacts needs it."""

    customer_id: int
    name: str
    avatar: str
    last_event_at: datetime
    last_message_id: int | None
    unread: int


async def contacts(rep_id: int, limit: int, offset: int) -> list[ContactRow]:
    """Read a page of a rep's customers, the one with the newest event first."""
    rows = await fetch_all(
        "SELECT b.customer_id, c.name, c.avatar, b.last_event_at, v.last_message_id, v.rep_unread"
        " FROM bond b JOIN customer c ON c.id = b.customer_id"
        " JOIN conversation v ON v.rep_id = b.rep_id AND v.customer_id = b.customer_id"
        " WHERE b.rep_id = %s ORDER BY b.last_event_at DESC, b.id DESC LIMIT %s OFFSET %s",
        (rep_id, limit, offset),
    )
    return [ContactRow(*[*row[:3], from_ms(row[3]), *row[4:]]) for row in rows]


async def count_bonds(rep_id: int) -> int:
    """Count a rep's customers."""
    ((count,),) = await fetch_all("SELECT COUNT(*) FROM bond WHERE rep_id = %s", (rep_id,))
    return int(count)
