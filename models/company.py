"""Companies, which are the tenants, and their apps at WeChat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

import peewee

from models.base import MomentField, Table, from_ms, now, reference
from models.database import fetch_all, for_update

NEW_COMPANY_QUOTA = 50
NEW_COMPANY_MONTHS = 12


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


class CompanyPicture(Table):
    """A picture that a company's back office has sent, for whatever shows it.

    Goods, cases and diaries refer to it by its address, the website by its id.
    """

    company = reference(Company, index=False)
    picture_url = peewee.CharField(256)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "picture_url"), True),)


class WebsitePicture(Table):
    """A picture of a company's website, in the cover or in the content."""

    company = reference(Company, index=False)
    is_cover = peewee.BooleanField()
    position = peewee.SmallIntegerField(default=0)
    picture = reference(CompanyPicture)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("company", "is_cover", "position"), False),)


class WecomApp(Table):
    """A company's app in WeCom; ``secret`` is encrypted."""

    company = reference(Company, index=False)
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


@dataclass(frozen=True, slots=True)
class App:
    """An app at WeChat with what it logs in with; ``secret`` is sealed.

    ``service_kind`` is 1 for a mini program that shows cards, 2 for one that shows cases.
    """

    appid: str
    corp_id: str
    secret: str
    service_kind: int = 1


async def radar_app(company_id: int) -> App | None:
    """Find the WeCom app through which a company's reps log in."""
    rows = await fetch_all(
        "SELECT c.corp_id, a.secret FROM wecom_app a JOIN company c ON c.id = a.company_id"
        " WHERE a.company_id = %s AND a.kind = %s AND a.secret <> ''",
        (company_id, WecomAppKind.RADAR),
    )
    return App("", *rows[0]) if rows else None


async def mini_program(company_id: int) -> App | None:
    """Find a company's mini program."""
    rows = await fetch_all(
        "SELECT appid, '', secret, service_kind FROM mini_program WHERE company_id = %s",
        (company_id,),
    )
    return App(*rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class FollowedApp:
    """A company's official account; ``secret`` is sealed, ``expires_at`` is the company's end."""

    appid: str
    secret: str
    expires_at: datetime | None


async def official_account(company_id: int) -> FollowedApp | None:
    """Find a company's official account."""
    rows = await fetch_all(
        "SELECT a.appid, a.secret, c.expires_at FROM official_account a"
        " JOIN company c ON c.id = a.company_id WHERE a.company_id = %s",
        (company_id,),
    )
    if not rows:
        return None
    appid, secret, expires_at = rows[0]
    return FollowedApp(appid, secret, None if expires_at is None else from_ms(expires_at))


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """What binding a customer needs of a company."""

    id: int
    name: str
    is_customer_unique: bool


async def find(company_id: int) -> CompanyRow | None:
    """Read a company."""
    rows = await fetch_all(
        "SELECT id, name, customer_unique FROM company WHERE id = %s", (company_id,)
    )
    return CompanyRow(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


@dataclass(frozen=True, slots=True)
class CompanyEntry:
    """A company as a list shows it."""

    id: int
    name: str
    created_at: datetime


async def page(company_id: int | None, limit: int, offset: int) -> tuple[list[CompanyEntry], int]:
    """Read a page of the companies, the newest first, and count them.

    Args:
        company_id: the only one that may be seen; None for all.
    """
    where, params = ("", ()) if company_id is None else (" WHERE id = %s", (company_id,))
    rows = await fetch_all(
        f"SELECT id, name, created_at FROM company{where} ORDER BY id DESC LIMIT %s OFFSET %s",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM company{where}", params)
    return [CompanyEntry(row[0], row[1], from_ms(row[2])) for row in rows], int(count)


async def add(name: str, moment: datetime) -> int:
    """Write a company that has paid for a year from now."""
    made = await Company.aio_create(
        name=name,
        card_quota=NEW_COMPANY_QUOTA,
        charging_started_at=moment,
        open_months=NEW_COMPANY_MONTHS,
        expires_at=moment + timedelta(days=365),
    )
    return int(made.id)


async def rename(company_id: int, name: str) -> None:
    """Give a company another name."""
    await Company.update(name=name).where(Company.id == company_id).aio_execute()


async def lock(company_id: int) -> bool:
    """Say whether there is such a company, and keep people from joining it for now."""
    sql = f"SELECT id FROM company WHERE id = %s{for_update()}"
    return bool(await fetch_all(sql, (company_id,)))


async def count_people(company_id: int) -> tuple[int, int]:
    """Count a company's reps and its customers."""
    ((reps, people),) = await fetch_all(
        "SELECT (SELECT COUNT(*) FROM rep WHERE company_id = %s),"
        " (SELECT COUNT(*) FROM customer WHERE company_id = %s)",
        (company_id, company_id),
    )
    return int(reps), int(people)


async def delete(company_id: int) -> None:
    """Delete a company with everything that is its own."""
    await Company.delete().where(Company.id == company_id).aio_execute()
