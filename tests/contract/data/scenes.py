"""What has to be there before a printed call can be made."""

from __future__ import annotations

import ujson

from models.staff import PhotoKind, RepPhoto
from services.chat.messages import Draft
from services.chat.pairs import Pair, Sender
from tests.app import App
from tests.contract.calls import Scene
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_pair,
    make_rep,
    make_wecom_app,
)


async def pair(app: App) -> Scene:
    """A rep and its customer."""
    rep, customer = await make_pair()
    await RepPhoto.aio_create(rep=rep, kind=PhotoKind.PHOTO, photo_url="statics/imgs/p.jpg")
    return {"rep": rep, "customer": customer}


async def strangers(app: App) -> Scene:
    """A rep and a customer of one company that have nothing to do with each other yet."""
    company = await make_company()
    parent = await make_customer(company)
    return {
        "rep": await make_rep(company),
        "customer": await make_customer(company),
        "parent": parent,
    }


async def talked(app: App) -> Scene:
    """A pair of which each side has written to the other."""
    scene = await pair(app)
    await speak(app, Pair(scene["rep"].id, scene["customer"].id))
    return scene


async def speak(app: App, ids: Pair) -> None:
    """Have each side of a pair write to the other."""
    for sender in Sender:
        content = ujson.dumps({"info_type": 1, "msg": "您好,请看一下报价。"}, ensure_ascii=False)
        await app.services.messages.send(Draft(ids, sender, content))


async def mini_program(app: App) -> Scene:
    """The first company with a rep and a mini program."""
    company = await make_company(id=1)
    await make_mini_program(company)
    return {"company": company, "rep": await make_rep(company)}


async def wecom(app: App) -> Scene:
    """A company on WeCom with a rep."""
    company = await make_company(corp_id="ww-demo-1")
    await make_wecom_app(company)
    return {"company": company, "rep": await make_rep(company, wecom_userid="demo-rep-1")}


async def two_bonds(app: App) -> Scene:
    """A customer that belongs to two reps of its company."""
    scene = await pair(app)
    await bind(await make_rep(scene["rep"].company), scene["customer"])
    return scene
