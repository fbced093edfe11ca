"""The mall: settings, classes, goods and orders. Money is in integer cents."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.base import RESTRICT, SET_NULL, MomentField, Table, now, reference
from models.company import Company
from models.customer import Customer
from models.staff import Rep


class GoodsStatus(IntEnum):
    """Whether goods can be bought."""

    ON_SALE = 1
    NOT_YET = 2
    SOLD_OUT = 3
    TAKEN_OFF = 4


class OrderStatus(IntEnum):
    """Where an order stands; the numbers are the wire's (semantics 1.4)."""

    UNPAID = 1
    REFUNDED = 2
    REFUND_FAILED = 3
    REFUNDING = 4
    REFUND_REFUSED = 5
    PAID = 8
    FAILED = 9
    CANCELLED = 10


class MallSettings(Table):
    """A company's mall and its merchant account; ``merchant_key`` is encrypted."""

    company = reference(Company, unique=True)
    name = peewee.CharField(32, default="商城")
    merchant_number = peewee.CharField(30, default="")
    merchant_key = peewee.CharField(512, default="")
    created_at = MomentField(default=now)


class GoodsClass(Table):
    """A class of goods; two levels at the most."""

    company = reference(Company, index=False)
    parent = reference("self", on_delete=RESTRICT, null=True)
    name = peewee.CharField(128)
    goods_count = peewee.IntegerField(default=0)
    level = peewee.SmallIntegerField(default=1)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "parent", "id"), False),)


class Goods(Table):
    """Something that the mall sells; the pictures are JSON lists of addresses."""

    company = reference(Company, index=False)
    goods_class = reference(GoodsClass, on_delete=RESTRICT, null=True)
    name = peewee.CharField(128)
    price_cents = peewee.IntegerField()
    commission_cents = peewee.IntegerField(default=0)
    recommend_index = peewee.SmallIntegerField(default=0)
    status = peewee.SmallIntegerField(default=GoodsStatus.NOT_YET)
    banner_pictures = peewee.TextField(default="[]")
    detail_pictures = peewee.TextField(default="[]")
    content = peewee.TextField(default="")
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("company", "status", "recommend_index", "id"), False),
            (("company", "id"), False),
        )


class Order(Table):
    """An order, with a snapshot of what was ordered.

    ``prepay_id`` is what a phone pays it by; empty until WeChat has given one.
    """

    company = reference(Company, index=False)
    goods = reference(Goods, on_delete=SET_NULL, null=True)
    rep = reference(Rep, on_delete=SET_NULL, null=True)
    customer = reference(Customer, index=False)
    order_number = peewee.CharField(32, unique=True)
    prepay_id = peewee.CharField(64, default="")
    goods_name = peewee.CharField(128)
    goods_picture = peewee.CharField(256, default="")
    price_cents = peewee.IntegerField()
    quantity = peewee.IntegerField(default=1)
    discount_cents = peewee.IntegerField(default=0)
    payable_cents = peewee.IntegerField()
    commission_cents = peewee.IntegerField(default=0)
    phone = peewee.CharField(20, default="")
    status = peewee.SmallIntegerField(default=OrderStatus.UNPAID)
    is_deleted = peewee.BooleanField(default=False)
    created_at = MomentField(default=now)
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "goods_order"
        indexes = (
            (("status", "created_at"), False),
            (("customer", "id"), False),
            (("customer", "status", "id"), False),
            (("company", "id"), False),
        )
