"""Reps, who are a company's staff, with their roles, photos and personal tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

import peewee

from models import company as companies
from models.base import RESTRICT, SET_NULL, MomentField, Table, from_ms, now, reference, to_ms
from models.company import Company
from models.database import execute, fetch_all, for_update, shared, upsert
from models.queries import marks


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

    company = reference(Company, index=False)
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

    rep = reference(Rep, index=False)
    name = peewee.CharField(64)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "name"), True),)


class RepPhoto(Table):
    """A picture of a rep; the newest ``CARD_AVATAR`` is also kept in ``Rep.card_avatar``."""

    rep = reference(Rep, index=False)
    kind = peewee.SmallIntegerField(default=PhotoKind.PHOTO)
    photo_url = peewee.CharField(256)
    position = peewee.SmallIntegerField(null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = ((("rep", "kind", "id"), False),)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A rep as its card shows it, with its company."""

    id: int
    company_id: int
    username: str
    memo_name: str
    avatar: str
    card_avatar: str
    position: str
    email: str
    wechat: str
    bound_phone: str
    card_phone: str
    shows_phone: bool
    area: str
    address: str
    sign: str
    popularity: int
    praise_count: int
    forward_count: int
    sign_praise_count: int
    status: int
    created_at: datetime
    company_name: str
    company_area: str
    company_address: str
    company_expires_at: datetime | None

    @property
    def shown_name(self) -> str:
        """The name that customers see (decisions S5)."""
        return self.memo_name or self.username

    @property
    def shown_avatar(self) -> str:
        """The picture that customers see: the newest card avatar, else the one from WeCom."""
        return self.card_avatar or self.avatar


_REP_COLUMNS = (
    "id, company_id, username, memo_name, avatar, card_avatar, position, email, wechat,"
    " bound_phone, card_phone, shows_phone, area, address, sign, popularity, praise_count,"
    " forward_count, sign_praise_count, status, created_at"
)
CARD_COLUMNS = (
    f"{', '.join('r.' + column.strip() for column in _REP_COLUMNS.split(','))},"
    " c.name, c.area, c.address, c.expires_at"
)
"""What ``card_row`` reads, from a rep r and its company c."""


def card_row(row: tuple[Any, ...]) -> CardRow:
    """Read a card from the values of ``CARD_COLUMNS``."""
    created_at, expires_at = from_ms(row[20]), row[24]
    expiry = from_ms(expires_at) if expires_at is not None else None
    return CardRow(*[*row[:11], bool(row[11]), *row[12:20], created_at, *row[21:24], expiry])


async def cards(rep_ids: Collection[int]) -> dict[int, CardRow]:
    """Read reps as their cards show them, by id."""
    rows = await fetch_all(
        f"SELECT {CARD_COLUMNS} FROM rep r JOIN company c ON c.id = r.company_id"
        f" WHERE r.id IN ({marks(rep_ids)})",
        list(rep_ids),
    )
    return {row[0]: card_row(row) for row in rows}


async def card_of_username(username: str) -> tuple[CardRow, str, int] | None:
    """Find a rep by its login name, with the hash of its password and its role."""
    rows = await fetch_all(
        "SELECT id, password_hash, role_id FROM rep WHERE username = %s", (username,)
    )
    if not rows:
        return None
    rep_id, password_hash, role_id = rows[0]
    return (await cards([rep_id]))[rep_id], password_hash, role_id


async def photos(rep_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Read the photos of reps, oldest first: by rep, their ids and addresses."""
    rows = await fetch_all(
        f"SELECT rep_id, id, photo_url FROM rep_photo WHERE rep_id IN ({marks(rep_ids)})"
        " AND kind = %s ORDER BY id",
        (*rep_ids, PhotoKind.PHOTO),
    )
    found: dict[int, list[tuple[int, str]]] = {rep_id: [] for rep_id in rep_ids}
    for rep_id, photo_id, url in rows:
        found[rep_id].append((photo_id, url))
    return found


async def raise_counters(
    popularity: Mapping[tuple[int, int], int], forwards: Mapping[tuple[int, int], int]
) -> None:
    """Add to counters of reps, by one statement, which locks their rows.

    Args:
        popularity: by rep and company how much to add; a rep of another company keeps its count.
        forwards: likewise.
    """
    rep_ids = sorted({rep_id for rep_id, _ in (*popularity, *forwards)})
    sets, params = [], []
    for column, steps in (("popularity", popularity), ("forward_count", forwards)):
        if steps:
            cases = " ".join(["WHEN id = %s AND company_id = %s THEN %s"] * len(steps))
            sets.append(f"{column} = {column} + CASE {cases} ELSE 0 END")
            params += [number for key, step in sorted(steps.items()) for number in (*key, step)]
    await execute(
        f"UPDATE rep SET {', '.join(sets)} WHERE id IN ({marks(rep_ids)})", (*params, *rep_ids)
    )


async def find_member(company_id: int, wecom_userid: str) -> Rep | None:
    """Find a rep of a company by its UserID in WeCom."""
    found: Rep | None = await Rep.aio_get_or_none(
        Rep.company == company_id, Rep.wecom_userid == wecom_userid
    )
    return found


async def share(rep_id: int) -> None:
    """Keep a rep from changing until the transaction ends; others may read it and refer to it."""
    await fetch_all(f"SELECT id FROM rep WHERE id = %s{shared()}", (rep_id,))


async def company_of(rep_id: int) -> int | None:
    """Say which company a rep belongs to; None if there is no such rep."""
    rows = await fetch_all("SELECT company_id FROM rep WHERE id = %s", (rep_id,))
    return rows[0][0] if rows else None


async def enabled_ids(company_id: int) -> list[int]:
    """List the reps of a company that may log in, oldest first."""
    rows = await fetch_all(
        "SELECT id FROM rep WHERE company_id = %s AND status = %s ORDER BY id LIMIT 1000",
        (company_id, RepStatus.ENABLED),
    )
    return [row[0] for row in rows]


async def role_name(role_id: int) -> str:
    """Read the name of a role."""
    rows = await fetch_all("SELECT name FROM role WHERE id = %s", (role_id,))
    return rows[0][0] if rows else ""


async def note_login(rep_id: int, moment: datetime) -> datetime | None:
    """Note that a rep has logged in, and say when it did before."""
    ((before,),) = await fetch_all("SELECT last_login_at FROM rep WHERE id = %s", (rep_id,))
    await execute("UPDATE rep SET last_login_at = %s WHERE id = %s", (to_ms(moment), rep_id))
    return from_ms(before) if before is not None else None


async def update_from_wecom(rep_id: int, avatar: str, gender: int | None) -> str:
    """Keep what WeCom knows of a rep; what it does not tell stays.

    Returns:
        the picture that it had before.
    """
    lock = f"SELECT avatar FROM rep WHERE id = %s{for_update()}"
    ((before,),) = await fetch_all(lock, (rep_id,))
    known = {"avatar": avatar, "gender": gender}
    changes = {name: value for name, value in known.items() if value}
    if changes:
        await Rep.update(**changes).where(Rep.id == rep_id).aio_execute()
    return str(before)


async def add_admin(company: str, username: str, password_hash: str, moment: datetime) -> int:
    """Write an enabled rep with role 1, with its company and the roles where they are missing."""
    stamp = to_ms(moment)
    roles = [(RoleId.ADMIN, "管理员", stamp), (RoleId.STAFF, "普通用户", stamp)]
    await upsert("role", ("id", "name", "created_at"), roles, unique=["id"], update={})
    found = await Company.aio_get_or_none(Company.name == company)
    company_id = found.id if found is not None else await companies.add(company, moment)
    rep = await Rep.aio_create(
        company=company_id,
        role=RoleId.ADMIN,
        username=username,
        password_hash=password_hash,
        status=RepStatus.ENABLED,
    )
    return int(rep.id)
