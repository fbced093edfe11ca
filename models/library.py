"""The library of cases and their diaries."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.base import SET_NULL, MomentField, Table, now, reference
from models.company import Company
from models.customer import Customer
from models.staff import Rep


class Publication(IntEnum):
    """Whether customers see a case or a diary."""

    PUBLISHED = 1
    DRAFT = 2
    DELETED = 3


class CaseTag(Table):
    """A tag that cases are found by."""

    company = reference(Company, index=False)
    name = peewee.CharField(32)
    search_count = peewee.IntegerField(default=0)
    use_count = peewee.IntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "name"), True),
            (("company", "search_count"), False),
        )


class Case(Table):
    """The story of one customer, told in diaries; ``cover_picture`` is JSON text."""

    company = reference(Company, index=False)
    author = reference(Rep, on_delete=SET_NULL, null=True)
    name = peewee.CharField(128, default="")
    customer_name = peewee.CharField(64)
    customer_avatar = peewee.CharField(256, default="")
    cover_picture = peewee.TextField(default="[]")
    status = peewee.SmallIntegerField(default=Publication.DRAFT)
    read_count = peewee.IntegerField(default=0)
    praise_count = peewee.IntegerField(default=0)
    comment_count = peewee.IntegerField(default=0)
    updated_at = MomentField(default=now)
    created_at = MomentField(default=now)

    class Meta:
        table_name = "case_story"
        indexes = (
            (("company", "status", "updated_at"), False),
            (("company", "id"), False),
        )


class CaseTagLink(Table):
    """That a case has a tag."""

    case = reference(Case, column_name="case_id", index=False)
    tag = reference(CaseTag, index=False)

    class Meta:
        indexes = (
            (("case", "tag"), True),
            (("tag", "case"), False),
        )


class Diary(Table):
    """One entry of a case; ``cover_picture`` and ``content`` are JSON text."""

    company = reference(Company, index=False)
    case = reference(Case, column_name="case_id", index=False)
    title = peewee.CharField(128)
    summary = peewee.CharField(255, default="")
    dated_at = MomentField()
    cover_picture = peewee.TextField(default="[]")
    content = peewee.TextField(default="")
    status = peewee.SmallIntegerField(default=Publication.DRAFT)
    cover_kind = peewee.SmallIntegerField(default=1)
    read_count = peewee.IntegerField(default=0)
    praise_count = peewee.IntegerField(default=0)
    comment_count = peewee.IntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "status", "dated_at"), False),
            (("company", "status", "created_at"), False),
            (("company", "id"), False),
            (("case", "status", "dated_at"), False),
        )


class DiaryComment(Table):
    """A customer's comment; others see it once it is approved; ``company`` is the diary's."""

    company = reference(Company, index=False)
    diary = reference(Diary, index=False)
    customer = reference(Customer, index=False)
    content = peewee.TextField()
    is_approved = peewee.BooleanField(default=False)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "is_approved", "id"), False),
            (("diary", "is_approved", "id"), False),
            (("customer", "diary", "is_approved", "id"), False),
        )


class DiaryPraise(Table):
    """That a customer likes a diary."""

    customer = reference(Customer, index=False)
    diary = reference(Diary)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("customer", "diary"), True),)


class CaseCollection(Table):
    """That a customer keeps a case."""

    customer = reference(Customer, index=False)
    case = reference(Case, column_name="case_id")
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("customer", "case"), True),
            (("customer", "created_at"), False),
        )


class Footprint(Table):
    """That a customer looked at a case, or at one diary of it; these repeat."""

    id = peewee.BigAutoField()
    customer = reference(Customer, index=False)
    case = reference(Case, column_name="case_id")
    diary = reference(Diary, null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("customer", "id"), False),
            (("customer", "case"), False),
        )


class TagSearch(Table):
    """That a customer searched by a tag, and when last."""

    customer = reference(Customer, index=False)
    tag = reference(CaseTag)
    searched_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("customer", "tag"), True),
            (("customer", "searched_at"), False),
        )
