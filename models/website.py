"""Queries of the website of a company: pictures of its cover, and pictures below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.base import to_ms
from models.database import execute, fetch_all, insert_many

MOST_WEBSITE_PICTURES = 500


class SitePicture(NamedTuple):
    """A picture of a website: its id among the company's pictures, and its address."""

    id: int
    url: str


class Website(NamedTuple):
    """The pictures of a website, in their order."""

    covers: Sequence[SitePicture]
    contents: Sequence[SitePicture]


async def read(company_id: int) -> Website:
    """Read the website of a company."""
    rows = await fetch_all(
        "SELECT w.is_cover, p.id, p.picture_url FROM (SELECT is_cover, position, id, picture_id"
        " FROM website_picture WHERE company_id = %s ORDER BY is_cover, position, id LIMIT %s) w"
        " JOIN company_picture p ON p.id = w.picture_id ORDER BY w.is_cover, w.position, w.id",
        (company_id, MOST_WEBSITE_PICTURES),
    )
    covers = [SitePicture(*picture) for is_cover, *picture in rows if is_cover]
    return Website(covers, [SitePicture(*picture) for is_cover, *picture in rows if not is_cover])


async def replace(
    company_id: int, covers: Sequence[int], contents: Sequence[int], moment: datetime
) -> None:
    """Make these pictures, in this order, the whole website of a company that is locked."""
    await execute("DELETE FROM website_picture WHERE company_id = %s", (company_id,))
    rows = [
        (company_id, is_cover, position, picture_id, to_ms(moment))
        for is_cover, pictures in ((1, covers), (0, contents))
        for position, picture_id in enumerate(pictures, 1)
    ]
    if rows:
        columns = ("company_id", "is_cover", "position", "picture_id", "created_at")
        await insert_many("website_picture", columns, rows)
