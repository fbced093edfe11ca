"""The website of a company as its back office keeps it (decisions section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from models import company as companies
from models import company_picture as pictures
from models import website as queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.website import MOST_WEBSITE_PICTURES as MOST_WEBSITE_PICTURES
from models.website import SitePicture as SitePicture
from models.website import Website as Website
from services.errors import Invalid, NotFound
from services.principals import AdminRep

Picture = int | str
"""A picture of the company by its id or by its address."""


async def read(rep: AdminRep) -> Website:
    """Show the website of a rep's company."""
    return await queries.read(rep.company_id)


@retry_on_deadlock
async def replace(rep: AdminRep, covers: Sequence[Picture], contents: Sequence[Picture]) -> None:
    """Make these pictures, in this order, the whole website of a rep's company.

    A picture that is named twice in one part stands where it is named first.

    Raises:
        Invalid: they are too many.
        NotFound: the company has not sent one of them.
    """
    async with atomic():
        # Two that replace the website at once wait here, rather than for each other's halves.
        await companies.lock(rep.company_id)
        ids = await _ids(rep.company_id, {*covers, *contents})
        above = list(dict.fromkeys(ids[one] for one in covers))
        below = list(dict.fromkeys(ids[one] for one in contents))
        if len(above) + len(below) > MOST_WEBSITE_PICTURES:
            raise Invalid(f"官网图片不能超过{MOST_WEBSITE_PICTURES}张")
        await queries.replace(rep.company_id, above, below, now())


async def _ids(company_id: int, wanted: set[Picture]) -> dict[Picture, int]:
    urls = {one for one in wanted if isinstance(one, str)}
    numbers = await pictures.known(company_id, [one for one in wanted if isinstance(one, int)])
    found: dict[Picture, int] = {number: number for number in numbers}
    found.update(await pictures.ids_of(company_id, urls))
    if wanted != found.keys():
        raise NotFound
    return found
