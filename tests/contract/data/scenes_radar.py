"""Scenes of the radar, the address book and follow-ups."""

from __future__ import annotations

from models.article import Article
from models.base import now
from models.customer import ArticleReader, Bond, FollowPhrase, record_follow_up
from services import deeds
from services.principals import MiniCustomer
from tests.app import App
from tests.contract.calls import Scene
from tests.contract.data.scenes import pair


async def watched(app: App) -> Scene:
    """A pair whose customer has done something."""
    scene = await pair(app)
    customer = scene["customer"]
    caller = MiniCustomer(customer.id, customer.company_id, 0)
    await app.services.cards.note(caller, scene["rep"].id, deeds.FORWARD)
    return scene


async def followed(app: App) -> Scene:
    """A pair whose rep has followed its customer up and keeps a phrase for that."""
    scene = await pair(app)
    rep, customer = scene["rep"], scene["customer"]
    await record_follow_up(rep.id, customer.id, "已电话回访,约好周五来店。", now())
    phrase = await FollowPhrase.aio_create(rep=rep, phrase="已电话回访")
    return {**scene, "phrase": phrase}


async def came_by_article(app: App) -> Scene:
    """A pair whose customer came by an article and is expected to buy."""
    scene = await watched(app)
    rep, customer = scene["rep"], scene["customer"]
    article = await Article.aio_create(company=rep.company, title="实木家具保养指南")
    await ArticleReader.aio_create(article=article, rep=rep, customer=customer)
    await record_follow_up(rep.id, customer.id, "已发报价。", now())
    await Bond.update(expected_on="2030-06-09").where(Bond.customer == customer).aio_execute()
    return scene
