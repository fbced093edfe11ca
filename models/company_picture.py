"""Queries of the pictures that a company's back office has sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from models.base import to_ms
from models.database import fetch_all, insert_many
from models.queries import marks


async def add(company_id: int, url: str, moment: datetime) -> int:
    """Write a picture that a company has sent, and return its id."""
    (picture_id,) = await insert_many(
        "company_picture",
        ("company_id", "picture_url", "created_at"),
        [(company_id, url, to_ms(moment))],
    )
    return picture_id


async def ids_of(company_id: int, urls: Collection[str]) -> dict[str, int]:
    """Say which of these addresses are pictures of a company, and their ids."""
    if not urls:
        return {}
    rows = await fetch_all(
        "SELECT picture_url, id FROM company_picture"
        f" WHERE company_id = %s AND picture_url IN ({marks(urls)})",
        (company_id, *urls),
    )
    return dict(rows)


async def known(company_id: int, picture_ids: Collection[int]) -> set[int]:
    """Say which of these ids are pictures of a company."""
    if not picture_ids:
        return set()
    rows = await fetch_all(
        f"SELECT id FROM company_picture WHERE company_id = %s AND id IN ({marks(picture_ids)})",
        (company_id, *picture_ids),
    )
    return {row[0] for row in rows}
