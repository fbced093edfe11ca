"""Loads the demo data: once, whole, and only into a database that is empty."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from models import tag as tags
from models.base import Table, now, to_ms
from models.company import Company
from models.customer import FollowPhrase
from models.database import atomic, retry_on_deadlock, upsert
from models.staff import Rep, Role
from services.demo import bonds, chats, library, people, radar, shop, texts
from services.demo.plan import Plan, Row, Shared
from services.passwords import Passwords
from services.tags import OWN_GROUP
from services.wechat.crypto import SecretBox

REPS: Final = ("demo-rep-1", "demo-rep-2", "demo-rep-3")
NO_REP: Final = 0
CORPS: Final = ("ww-demo-1", "ww-demo-2")

_log = structlog.get_logger("demo")


async def load(secrets: SecretBox, passwords: Passwords, data_dir: Path) -> bool:
    """Load the demo data into an empty database, and draw its pictures below ``data_dir``.

    Several processes may try at once: the rows are stored in one transaction, which begins by
    claiming the first company's id. The pictures are there before the rows that name them.

    Args:
        secrets: seals what the companies' apps log in with.

    Returns:
        whether it was this call that loaded it; False when the database holds companies already.
    """
    if await Company.select(Company.id).aio_exists():
        if not await is_loaded():
            _log.warning("demo data not loaded: the database holds other companies")
        return False
    plan = await draft(now(), secrets, passwords)
    await plan.pictures.draw(data_dir)
    return await _store(list(plan.filled()))


async def is_loaded() -> bool:
    """Say whether this database holds demo data, or what is left of it."""
    reps = Rep.select(Rep.id).where(Rep.username.in_(REPS))
    companies = Company.select(Company.id).where(Company.corp_id.in_(CORPS))
    return bool(await reps.aio_exists() or await companies.aio_exists())


async def draft(moment: datetime, secrets: SecretBox, passwords: Passwords) -> Plan:
    """Plan the rows as of a moment, beside those that the migrations have put there.

    Nothing is stored or drawn.
    """
    system, companies = texts.system(), texts.companies()
    reps = [rep["id"] for facts in companies for rep in facts["reps"]]
    hashes = await asyncio.gather(*(passwords.hash(system["password"]) for _ in reps))
    shared = await _shared()
    plan = Plan(moment, system, shared, secrets, dict(zip(reps, hashes, strict=True)))
    _fill(plan, companies)
    return plan


async def _shared() -> Shared:
    rows = await tags.seen_by(NO_REP)
    (group,) = [row.id for row in rows if row.name == OWN_GROUP and row.parent_id is None]
    phrase = await FollowPhrase.select().order_by(FollowPhrase.id.desc()).aio_first()
    known = {row.name: row.id for row in rows if row.parent_id is not None}
    return Shared(known, group, max(row.id for row in rows), phrase.id)


def _fill(plan: Plan, companies: Sequence[texts.Facts]) -> None:
    for facts in companies:
        people.add_company(plan, facts)
    people.add_roles(plan)
    for facts in companies:
        people.add_staff(plan, facts)
        people.add_customers(plan, facts)
        shop.add_products(plan, facts)
        shop.add_mall(plan, facts)
        shop.add_orders(plan, facts)
        library.add_library(plan, facts)
        for bond in facts["bonds"]:
            bonds.add_bond(plan, facts["company"]["id"], bond)
    people.add_permissions(plan)
    chats.add_chats(plan, companies)
    radar.add_logs(plan)


@retry_on_deadlock
async def _store(tables: Sequence[tuple[type[Table], list[Row]]]) -> bool:
    """Store all rows or none.

    Returns:
        whether they were stored; False when another process was faster.
    """
    async with atomic():
        for table, rows in tables:
            if table is Company:
                if not await _claim(rows[0]):
                    return False
                rows = rows[1:]
            query = table.insert_many(rows)
            # A server whose roles are there already keeps their names; the ids carry the meaning.
            await (query.on_conflict_ignore() if table is Role else query).aio_execute()
    return True


async def _claim(company: Row) -> bool:
    """Insert the first company; another process that does the same waits here, and then sees it."""
    values = [to_ms(value) if isinstance(value, datetime) else value for value in company.values()]
    return bool(await upsert("company", list(company), [values], unique=["id"], update={}))
