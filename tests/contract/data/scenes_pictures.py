"""Pictures on their way, and those that have come."""

from __future__ import annotations

from models.product import PictureKind, Product, ProductPicture
from models.staff import PhotoKind, RepPhoto
from services.media.chunks import Purpose, Task
from tests.app import App
from tests.contract.calls import Scene
from tests.factories import make_company, make_mini_program, make_rep
from tests.pictures import drawn

TASK = "wu_1ch31er0ps0q1452"


async def sending(app: App) -> Scene:
    """A rep that has sent all of a photo and all of a picture of a product."""
    rep = await make_rep()
    for purpose in Purpose:
        await app.services.uploads.add_chunk(Task(rep.id, purpose, TASK), 0, drawn())
    return {"rep": rep}


async def photographed(app: App) -> Scene:
    """A rep with a photo on its card."""
    rep = await make_rep()
    url = "statics/zhugeleida/imgs/xiaochengxu/user_photo/rep_3.jpg"
    photo = await RepPhoto.aio_create(rep=rep, kind=PhotoKind.PHOTO, photo_url=url)
    return {"rep": rep, "photo": photo}


async def pictured(app: App) -> Scene:
    """A rep with a product that has a picture."""
    rep = await make_rep()
    product = await Product.aio_create(company=rep.company, rep=rep, name="布艺沙发")
    picture = await ProductPicture.aio_create(
        company=rep.company,
        rep=rep,
        product=product,
        kind=PictureKind.COVER,
        picture_url="statics/zhugeleida/imgs/qiyeweixin/product/rep_3.jpg",
    )
    return {"rep": rep, "product": product, "picture": picture}


async def with_mini_program(app: App) -> Scene:
    """A rep of a company with a mini program."""
    company = await make_company()
    await make_mini_program(company)
    return {"rep": await make_rep(company)}
