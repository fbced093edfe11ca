"""What a customer is offered before a printed call can be made."""

from __future__ import annotations

from services.wechat.crypto import SecretBox
from services.wechat.simulator import phones
from services.wechat.simulator.credentials import session_key
from tests.app import App
from tests.contract.calls import Scene
from tests.contract.data.scenes import pair
from tests.contract.data.scenes_products import product
from tests.factories import (
    SECRET_KEY,
    bind,
    make_customer,
    make_goods,
    make_mini_program,
    make_rep,
    make_website_picture,
)


async def shown_product(app: App) -> Scene:
    """A customer whose rep shows a product with a cover and an introduction."""
    scene = await product(app)
    customer = await make_customer(scene["rep"].company)
    await bind(scene["rep"], customer)
    return {**scene, "customer": customer}


async def goods_on_sale(app: App) -> Scene:
    """A pair, and goods that its company sells."""
    scene = await pair(app)
    picture = "statics/zhugeleida/imgs/admin/goods/sofa.jpg"
    return {**scene, "goods": await make_goods(scene["rep"].company, pictures=[picture])}


async def website(app: App) -> Scene:
    """A pair whose company has a website."""
    scene = await pair(app)
    for is_cover in (True, False):
        await make_website_picture(scene["rep"].company, 1, is_cover=is_cover)
    return scene


async def phone(app: App) -> Scene:
    """A customer that hands its phone number over, and what WeChat has encrypted for it."""
    rep = await make_rep()
    program = await make_mini_program(rep.company)
    key = session_key("demo-customer-7")
    sealed = SecretBox(SECRET_KEY).seal(key)
    customer = await make_customer(rep.company, openid="demo-customer-7", session_key=sealed)
    await bind(rep, customer)
    encrypted = phones.encrypt(key, phones.told("13800000001", program.appid))
    return {"rep": rep, "customer": customer, "data": encrypted.data, "iv": encrypted.iv}
