"""A library that has to be there before a printed call can be made."""

from __future__ import annotations

from models.base import now
from models.library import CaseCollection, Footprint, TagSearch
from tests.app import App
from tests.contract.calls import Scene
from tests.contract.data.scenes import pair
from tests.library import make_case, make_comment, make_diary, make_tag


async def library(app: App) -> Scene:
    """A case with a tag, a diary and a comment, which a customer has found, read and kept."""
    scene = await pair(app)
    rep, customer = scene["rep"], scene["customer"]
    case = await make_case(rep.company, cover_picture='["statics/imgs/c.jpg"]')
    tag = await make_tag(rep.company, case)
    diary = await make_diary(case)
    await make_comment(diary, customer)
    await CaseCollection.aio_create(customer=customer, case=case)
    await Footprint.aio_create(customer=customer, case=case)
    await TagSearch.aio_create(customer=customer, tag=tag, searched_at=now())
    return {**scene, "company": rep.company, "case": case, "tag": tag, "diary": diary}
