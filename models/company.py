"""Companies, which are the tenants, and their apps at WeChat."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.base import MomentField, Table, now, reference


class WecomAppKind(IntEnum):
    """Which of our products a WeCom app is."""

    RADAR = 1
    BOSS = 2
    CONTACTS = 3


class ShopKind(IntEnum):
    """What a company's mini program sells: products that are asked for, or goods of a mall."""

    PRODUCTS = 1
    MALL = 2


class Company(Table):
    """A tenant: every other row belongs to one, directly or through its rep or customer."""

    name = peewee.CharField(128, unique=True)
    area = peewee.CharField(128, default="")
    address = peewee.CharField(512, default="")
    corp_id = peewee.CharField(128, default="", index=True)
    contacts_secret = peewee.CharField(512, default="")
    card_quota = peewee.IntegerField(default=0)
    charging_started_at = MomentField(null=True)
    open_months = peewee.SmallIntegerField(null=True)
    expires_at = MomentField(null=True)
    customer_unique = peewee.BooleanField(default=False)
    shop_kind = peewee.SmallIntegerField(default=ShopKind.MALL)
    created_at = MomentField(default=now)


class WebsitePicture(Table):
    """A picture of a company's website, in the cover or in the content."""

    company = reference(Company)
    is_cover = peewee.BooleanField()
    position = peewee.SmallIntegerField(default=0)
    picture_url = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "is_cover", "position"), False),)


class WecomApp(Table):
    """A company's app in WeCom; ``secret`` is encrypted."""

    company = reference(Company)
    name = peewee.CharField(128, default="")
    agent_id = peewee.CharField(128, default="")
    secret = peewee.CharField(512, default="")
    permanent_code = peewee.CharField(512, null=True)
    kind = peewee.SmallIntegerField(default=WecomAppKind.RADAR)
    is_validated = peewee.BooleanField(default=False)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "kind"), True),)


class MiniProgram(Table):
    """A company's mini program; ``secret`` is encrypted."""

    company = reference(Company, unique=True)
    name = peewee.CharField(128, default="")
    appid = peewee.CharField(128, unique=True)
    secret = peewee.CharField(512, default="")
    refresh_token = peewee.CharField(512, default="")
    template_id = peewee.CharField(128, default="")
    version_number = peewee.CharField(32, default="")
    service_kind = peewee.SmallIntegerField(default=1)
    created_at = MomentField(default=now)


class OfficialAccount(Table):
    """A company's official account; ``secret`` is encrypted."""

    company = reference(Company, unique=True)
    name = peewee.CharField(128, default="")
    appid = peewee.CharField(128, unique=True)
    secret = peewee.CharField(512, default="")
    refresh_token = peewee.CharField(512, default="")
    template_id = peewee.CharField(128, default="")
    qr_code_url = peewee.CharField(256, default="")
    created_at = MomentField(default=now)
