"""What a company is set up with: its address, its period, its quota, and whom it may sell to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.base import from_ms
from models.company import Company
from models.database import fetch_all, for_update
from models.staff import RepStatus


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """A company with its settings and its mall's; what is not set is empty or None."""

    id: int
    name: str
    area: str
    address: str
    card_quota: int
    enabled_reps: int
    charging_started_at: datetime | None
    open_months: int | None
    expires_at: datetime | None
    is_customer_unique: bool
    shop_kind: int
    mall_name: str
    merchant_number: str
    has_merchant_key: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """For how long a company has paid, and from when on."""

    started_at: datetime | None
    months: int | None


async def find(company_id: int) -> CompanyFacts | None:
    """Read a company with its settings."""
    rows = await fetch_all(
        "SELECT c.id, c.name, c.area, c.address, c.card_quota,"
        " (SELECT COUNT(*) FROM rep r WHERE r.company_id = c.id AND r.status = %s),"
        " c.charging_started_at, c.open_months, c.expires_at, c.customer_unique, c.shop_kind,"
        " COALESCE(m.name, ''), COALESCE(m.merchant_number, ''),"
        " COALESCE(m.merchant_key, '') <> '', c.created_at"
        " FROM company c LEFT JOIN mall_settings m ON m.company_id = c.id WHERE c.id = %s",
        (RepStatus.ENABLED, company_id),
    )
    if not rows:
        return None
    row = rows[0]
    period = (_moment(row[6]), row[7], _moment(row[8]))
    shop = (bool(row[9]), *row[10:13], bool(row[13]), from_ms(row[14]))
    return CompanyFacts(*[*row[:6], *period, *shop])


async def lock_period(company_id: int) -> Period | None:
    """Read a company's period and lock the company; None if there is no such company."""
    rows = await fetch_all(
        f"SELECT charging_started_at, open_months FROM company WHERE id = %s{for_update()}",
        (company_id,),
    )
    return Period(_moment(rows[0][0]), rows[0][1]) if rows else None


async def change(company_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a company, of which at least one is given."""
    await Company.update(**values).where(Company.id == company_id).aio_execute()


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_ms(stored)
