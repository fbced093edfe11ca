"""Rows for tests, made with the models themselves; say only what a test is about.

Run inside a test whose ``app`` or ``db`` fixture has connected the database.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Sequence
from typing import Any

from models import chat, customer, session
from models.base import now
from models.company import (
    Company,
    CompanyPicture,
    MiniProgram,
    OfficialAccount,
    WebsitePicture,
    WecomApp,
)
from models.customer import Customer, CustomerKind, Source
from models.database import upsert
from models.mall import Goods, GoodsStatus
from models.product import ArticleKind, PictureKind, Product, ProductArticle, ProductPicture
from models.staff import Permission, Rep, RepStatus, Role, RoleId
from services.wechat.crypto import SecretBox
from tests.api import Caller

SECRET_KEY = "demo-only-key-that-production-refuses"

_numbers = itertools.count(1)


async def make_company(**values: Any) -> Any:
    """Make a company that has paid."""
    return await Company.aio_create(
        **{"name": f"公司{next(_numbers)}", "card_quota": 50, "area": "上海", **values}
    )


async def make_rep(company: Any = None, role_id: int = RoleId.STAFF, **values: Any) -> Any:
    """Make an enabled rep, of a company of its own unless one is given."""
    await make_roles()
    name = f"rep-{next(_numbers)}"
    return await Rep.aio_create(
        **{
            "company": company or await make_company(),
            "role": role_id,
            "username": name,
            "wecom_userid": name,
            "status": RepStatus.ENABLED,
            **values,
        }
    )


async def make_admin(company: Any = None, **values: Any) -> Any:
    """Make an enabled rep with role 1."""
    return await make_rep(company, RoleId.ADMIN, **values)


async def make_customer(
    company: Any = None, kind: int = CustomerKind.MINI_PROGRAM, **values: Any
) -> Any:
    """Make a customer of the mini program with a name."""
    number = next(_numbers)
    return await Customer.aio_create(
        **{
            "company": company or await make_company(),
            "openid": f"openid-{number}",
            "kind": kind,
            "name": f"客户{number}",
            **values,
        }
    )


async def make_roles() -> None:
    """Make the two roles whose ids carry a meaning, unless they are there."""
    moment = now()
    names = {RoleId.ADMIN: "管理员", RoleId.STAFF: "普通用户"}
    stamp = Role.created_at.db_value(moment)
    await upsert(
        "role",
        ("id", "name", "created_at"),
        [(int(role_id), name, stamp) for role_id, name in names.items()],
        unique=["id"],
        update={},
    )


async def make_role(**values: Any) -> Any:
    """Make a role that nobody has."""
    await make_roles()
    return await Role.aio_create(**{"name": f"角色{next(_numbers)}", **values})


async def make_permission(**values: Any) -> Any:
    """Make a permission that stands below none."""
    number = next(_numbers)
    return await Permission.aio_create(
        **{"path": f"/admin/{number}/", "title": f"功能{number}", **values}
    )


async def bind(rep: Any, bound: Any, *, source: int = Source.SCAN) -> None:
    """Make a customer a rep's, without a welcome."""
    moment = now()
    await customer.bind(rep.id, bound.id, source, None, moment)
    await chat.open_conversations([chat.Pair(rep.id, bound.id)], moment)


async def make_pair(company: Any = None) -> tuple[Any, Any]:
    """Make a rep and a customer of one company that belongs to it."""
    company = company or await make_company()
    rep, bound = await make_rep(company), await make_customer(company)
    await bind(rep, bound)
    return rep, bound


async def session_for(principal: Any) -> Caller:
    """Log a rep or a customer in."""
    token = secrets.token_hex(16)
    if isinstance(principal, Rep):
        await session.add("rep", principal.id, token)
        return Caller(principal.id, token, "rep")
    await session.add("customer", principal.id, token)
    return Caller(principal.id, token, "customer")


async def make_mini_program(company: Any, **values: Any) -> Any:
    """Give a company a mini program that the simulator knows."""
    return await MiniProgram.aio_create(
        **{
            "company": company,
            "appid": f"wx-demo-{company.id}",
            "secret": SecretBox(SECRET_KEY).seal("mini-secret"),
            **values,
        }
    )


async def make_official_account(company: Any, **values: Any) -> Any:
    """Give a company an official account that the simulator knows."""
    return await OfficialAccount.aio_create(
        **{
            "company": company,
            "appid": f"wx-gzh-demo-{company.id}",
            "secret": SecretBox(SECRET_KEY).seal("official-secret"),
            **values,
        }
    )


async def make_wecom_app(company: Any, **values: Any) -> Any:
    """Give a company the WeCom app through which its reps log in."""
    secret = SecretBox(SECRET_KEY).seal("wecom-secret")
    return await WecomApp.aio_create(**{"company": company, "secret": secret, **values})


async def make_product(rep: Any = None, company: Any = None, **values: Any) -> Any:
    """Make a rep's product, or the company's if there is no rep."""
    return await Product.aio_create(
        **{
            "company": company or rep.company,
            "rep": rep,
            "name": f"产品{next(_numbers)}",
            "price": "129",
            "reason": "一次量尺,十年无忧。",
            **values,
        }
    )


async def make_text(product: Any, position: int, text: str, kind: int = ArticleKind.CONTENT) -> Any:
    """Make a title or a paragraph of a product."""
    return await ProductArticle.aio_create(product=product, position=position, text=text, kind=kind)


async def make_picture(
    company: Any, product: Any = None, position: int | None = None, **values: Any
) -> Any:
    """Make a picture for the cover of a product, or one that is on none yet."""
    name = f"rep_1_20180624_204935_{next(_numbers):06x}.jpg"
    return await ProductPicture.aio_create(
        **{
            "company": company,
            "product": product,
            "kind": PictureKind.COVER,
            "position": position,
            "picture_url": f"statics/zhugeleida/imgs/qiyeweixin/product/{name}",
            **values,
        }
    )


async def make_goods(company: Any, *, pictures: Sequence[str] = (), **values: Any) -> Any:
    """Make goods that are on sale."""
    return await Goods.aio_create(
        **{
            "company": company,
            "name": f"商品{next(_numbers)}",
            "price_cents": 45_900,
            "status": GoodsStatus.ON_SALE,
            "banner_pictures": json.dumps(list(pictures)),
            **values,
        }
    )


async def make_website_picture(company: Any, position: int, *, is_cover: bool) -> Any:
    """Put a picture on a company's website."""
    part = "cover" if is_cover else "content"
    url = f"statics/zhugeleida/imgs/xiaochengxu/website/{part}_{company.id}_{position}.png"
    picture = await CompanyPicture.aio_create(company=company, picture_url=url)
    return await WebsitePicture.aio_create(
        company=company, position=position, is_cover=is_cover, picture=picture
    )
