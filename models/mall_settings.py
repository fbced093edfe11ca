"""What a company has set for its mall: one row of each company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from models.base import to_ms
from models.database import execute, upsert

Setting = Literal["name", "merchant_number", "merchant_key"]

DEFAULTS: Mapping[Setting, str] = {"name": "商城", "merchant_number": "", "merchant_key": ""}


async def add(company_id: int, given: Mapping[Setting, str], moment: datetime) -> bool:
    """Write a company's settings unless it has some, and say whether it had none."""
    values = {**DEFAULTS, **given}
    changed = await upsert(
        "mall_settings",
        ("company_id", *values, "created_at"),
        [(company_id, *values.values(), to_ms(moment))],
        unique=["company_id"],
        update={},
    )
    return changed > 0


async def change(company_id: int, given: Mapping[Setting, str]) -> None:
    """Change those settings of a company that are given, and at least one is."""
    changes = ", ".join(f"{name} = %s" for name in given)
    await execute(
        f"UPDATE mall_settings SET {changes} WHERE company_id = %s", (*given.values(), company_id)
    )
