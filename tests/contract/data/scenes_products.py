"""Products that have to be there before a printed call can be made."""

from __future__ import annotations

from models.product import ArticleKind, PictureKind
from tests.app import App
from tests.contract.calls import Scene
from tests.factories import make_picture, make_product, make_rep, make_text


async def product(app: App) -> Scene:
    """A rep with a product that has a cover and an introduction."""
    rep = await make_rep()
    made = await make_product(rep, price="399元/套起")
    text = await make_text(made, 1, "选材与工期", kind=ArticleKind.TITLE)
    await make_text(made, 3, "量尺之后十五天出图,三十天安装。")
    cover = await make_picture(rep.company, made, 1)
    picture = await make_picture(rep.company, made, 2, kind=PictureKind.INTRODUCTION)
    return {"rep": rep, "product": made, "text": text, "cover": cover, "picture": picture}


async def pictures(app: App) -> Scene:
    """A rep, and two pictures that are on no product yet."""
    rep = await make_rep()
    return {
        "rep": rep,
        "cover": await make_picture(rep.company),
        "picture": await make_picture(rep.company),
    }
