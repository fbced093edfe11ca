"""Reps, who are a company's staff, with their roles, photos and personal tags."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.base import RESTRICT, SET_NULL, MomentField, Table, now, reference
from models.company import Company


class RoleId(IntEnum):
    """The two roles whose ids carry a meaning (001-admin.md:538)."""

    ADMIN = 1
    STAFF = 2


class RepStatus(IntEnum):
    """Whether a rep may log in."""

    ENABLED = 1
    DISABLED = 2


class PhotoKind(IntEnum):
    """What a photo of a rep is for."""

    PHOTO = 1
    CARD_AVATAR = 2


class Role(Table):
    """A role of staff; shared by all companies."""

    name = peewee.CharField(32, unique=True)
    created_at = MomentField(default=now)


class Rep(Table):
    """A member of staff, and the card that customers see of it."""

    company = reference(Company)
    role = reference(Role, on_delete=RESTRICT)
    wecom_userid = peewee.CharField(64, null=True)
    username = peewee.CharField(64, unique=True)
    memo_name = peewee.CharField(64, default="")
    password_hash = peewee.CharField(256, default="")
    gender = peewee.SmallIntegerField(default=1)
    position = peewee.CharField(128, default="")
    telephone = peewee.CharField(20, default="")
    email = peewee.CharField(128, default="")
    bound_phone = peewee.CharField(20, default="")
    wechat = peewee.CharField(64, default="")
    card_phone = peewee.CharField(20, default="")
    shows_phone = peewee.BooleanField(default=True)
    country = peewee.SmallIntegerField(null=True)
    area = peewee.CharField(128, default="")
    address = peewee.CharField(512, default="")
    avatar = peewee.CharField(256, default="")
    card_avatar = peewee.CharField(256, default="")
    qr_code = peewee.CharField(256, default="")
    status = peewee.SmallIntegerField(default=RepStatus.DISABLED)
    popularity = peewee.IntegerField(default=0)
    praise_count = peewee.IntegerField(default=0)
    forward_count = peewee.IntegerField(default=0)
    sign_praise_count = peewee.IntegerField(default=0)
    sign = peewee.TextField(default="")
    last_login_at = MomentField(null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "wecom_userid"), True),)


class Permission(Table):
    """An entry of the back office's menu; shared by all companies."""

    path = peewee.CharField(64, unique=True)
    icon = peewee.CharField(64, default="")
    title = peewee.CharField(64, unique=True)
    parent = reference("self", on_delete=RESTRICT, null=True)
    order_number = peewee.SmallIntegerField(default=0)
    created_by = reference(Rep, on_delete=SET_NULL, null=True)
    created_at = MomentField(default=now)


class RepTag(Table):
    """A tag that a rep shows on its own card."""

    rep = reference(Rep)
    name = peewee.CharField(64)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "name"), True),)


class RepPhoto(Table):
    """A picture of a rep; the newest ``CARD_AVATAR`` is also kept in ``Rep.card_avatar``."""

    rep = reference(Rep)
    kind = peewee.SmallIntegerField(default=PhotoKind.PHOTO)
    photo_url = peewee.CharField(256)
    position = peewee.SmallIntegerField(null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "kind", "id"), False),)
