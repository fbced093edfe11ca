"""Customers with everything that a rep can know of them, and tags."""

from __future__ import annotations

from datetime import date

from models.customer import Bond, CustomerNote
from models.staff import RepTag
from models.tag import CustomerTag, Tag
from tests.app import App
from tests.contract.calls import Scene
from tests.contract.data.scenes import pair
from tests.factories import make_customer


async def known(app: App) -> Scene:
    """A customer that its rep knows well, with a tag and a parent."""
    scene = await pair(app)
    rep, customer = scene["rep"], scene["customer"]
    parent = await make_customer(rep.company)
    tag = await Tag.aio_get(Tag.name == "重要客户")
    await CustomerTag.aio_create(rep=rep, customer=customer, tag=tag)
    await CustomerNote.aio_create(rep=rep, customer=customer, birthday=date(1991, 5, 21))
    await Bond.update(expected_on=date(2018, 6, 14), parent_customer=parent).aio_execute()
    return {**scene, "parent": parent, "tag": tag}


async def card_tag(app: App) -> Scene:
    """A rep with a tag on its card."""
    scene = await pair(app)
    return {**scene, "tag": await RepTag.aio_create(rep=scene["rep"], name="专业细致")}
