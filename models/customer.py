"""Customers, their bonds with reps, and what reps note about them."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.article import Article
from models.base import SET_NULL, MomentField, Table, now, reference
from models.company import Company
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

    company = reference(Company)
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
    customer = reference(Customer)
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
        indexes = (
            (("rep", "customer"), True),
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

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    text = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "customer", "id"), False),
            (("rep", "created_at"), False),
        )


class FollowPhrase(Table):
    """A preset text for follow-ups; without a rep it is the system's."""

    rep = reference(Rep, null=True)
    phrase = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "phrase"), True),)


class Tag(Table):
    """A tag for customers: a group when it has no parent, the system's when it has no rep."""

    rep = reference(Rep, null=True)
    name = peewee.CharField(64)
    parent = reference("self", null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "name"), True),)


class CustomerTag(Table):
    """That a rep has put a tag on a customer (decisions S21)."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    tag = reference(Tag)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "customer", "tag"), True),
            (("rep", "tag"), False),
        )


class ArticleReader(Table):
    """That a customer came to a rep through an article."""

    article = reference(Article)
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
