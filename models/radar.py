"""What customers do: the action log, its daily counters, and the praise that toggles."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.article import Article
from models.base import SET_NULL, MomentField, Table, now, reference
from models.company import Company
from models.customer import Customer
from models.library import Diary
from models.staff import Rep


class Action(IntEnum):
    """What a customer did (semantics 3.2); the numbers are the wire's."""

    VIEW_CARD = 1
    VIEW_PRODUCT = 2
    VIEW_NEWS = 3
    VIEW_WEBSITE = 4
    COPY_WECHAT = 5
    FORWARD_CARD = 6
    CONSULT_PRODUCT = 7
    SAVE_PHONE = 8
    PRAISE = 9
    CALL = 10
    PLAY_VOICE = 11
    COPY_EMAIL = 12
    AUTHORISE = 13
    PLACE_ORDER = 18
    VIEW_DIARIES = 21
    VIEW_DIARY = 22


class ActionLog(Table):
    """One action of a customer on a rep; ``remark`` leaves the customer's name out."""

    id = peewee.BigAutoField()
    rep = reference(Rep, index=False)
    customer = reference(Customer)
    action = peewee.SmallIntegerField()
    remark = peewee.CharField(512, default="")
    is_new = peewee.BooleanField(default=True)
    article = reference(Article, on_delete=SET_NULL, null=True)
    diary = reference(Diary, on_delete=SET_NULL, null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "created_at"), False),
            (("rep", "customer", "created_at"), False),
            (("rep", "is_new", "id"), False),
        )


class ActionCounter(Table):
    """How often a customer did one thing to a rep on one day (Asia/Shanghai).

    Every statistic is a sum over these, never a scan of the log.
    """

    id = peewee.BigAutoField()
    company = reference(Company, index=False)
    rep = reference(Rep, index=False)
    customer = reference(Customer)
    action = peewee.SmallIntegerField()
    day = peewee.DateField()
    count = peewee.IntegerField(default=0)

    class Meta:
        indexes = (
            (("rep", "customer", "action", "day"), True),
            (("rep", "day"), False),
            (("company", "action", "day"), False),
        )


class CardPraise(Table):
    """Whether a customer finds a rep reliable (靠谱) at present."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    is_up = peewee.BooleanField(default=False)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "customer"), True),)


class SignPraise(Table):
    """That a customer likes a rep's signature; it is never taken back."""

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "customer"), True),)
