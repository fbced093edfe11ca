"""Sessions of principals, and the login codes that have been exchanged."""

from __future__ import annotations

import peewee

from models.base import MomentField, Table, now, reference
from models.customer import Customer
from models.staff import Rep


class Session(Table):
    """A live token of one device: of a rep or of a customer, never of both.

    The token itself is kept, since each call is signed with it and carries only the signature.
    """

    rep = reference(Rep, null=True)
    customer = reference(Customer, null=True)
    token = peewee.CharField(32, unique=True)
    used_at = MomentField(default=now)
    created_at = MomentField(default=now)

    class Meta:
        constraints = [peewee.Check("(rep_id IS NULL) <> (customer_id IS NULL)")]  # noqa: RUF012


class LoginCode(Table):
    """A WeChat login code that was delivered: WeChat delivers some twice.

    ``code`` holds the app's id too, hashed; the row is claimed before the exchange, and names its
    principal afterwards.
    """

    code = peewee.CharField(64, unique=True)
    rep = reference(Rep, null=True)
    customer = reference(Customer, null=True)
    claimed_at = MomentField(default=now, index=True)
