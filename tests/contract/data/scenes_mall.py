"""Malls that have to be there before a printed call can be made."""

from __future__ import annotations

from models.mall import MallSettings
from tests.app import App
from tests.contract.calls import Scene
from tests.factories import make_admin, make_customer, make_rep
from tests.mall import make_class


async def unset(app: App) -> Scene:
    """A company that has set nothing yet, with a rep that manages it and one that does not."""
    rep = await make_rep()
    return {"rep": rep, "admin": await make_admin(rep.company)}


async def classes(app: App) -> Scene:
    """A company with classes on both levels, one of which is empty."""
    scene = await unset(app)
    company = scene["rep"].company
    first = await make_class(company, name="客厅餐厅")
    child = await make_class(company, first, name="灯具")
    return {**scene, "customer": await make_customer(company), "first": first, "child": child}


async def set_up(app: App) -> Scene:
    """A company with settings."""
    scene = await unset(app)
    await MallSettings.aio_create(company=scene["rep"].company)
    return scene
