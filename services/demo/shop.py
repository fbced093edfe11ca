"""What companies sell: products that are asked for, and the goods and orders of the mall."""

from __future__ import annotations

from models.customer import Customer
from models.mall import Goods, GoodsClass, MallSettings, Order, OrderStatus
from models.product import ArticleKind, PictureKind, Product, ProductArticle, ProductPicture
from services.clock import SHANGHAI
from services.demo.plan import Deed, Plan, as_json
from services.demo.texts import Facts

PRODUCTS = "qiyeweixin/product"
GOODS = "admin/goods"


def add_products(plan: Plan, facts: Facts) -> None:
    """Plan the products of a company and of its reps."""
    company_id = facts["company"]["id"]
    for product in facts["products"]:
        plan.add(
            Product,
            id=product["id"],
            company=company_id,
            rep=product.get("rep"),
            name=product["name"],
            price=product["price"],
            reason=product["reason"],
            status=product["status"],
            recommend_index=product["recommend"],
            created_at=plan.moments.at(product["at"]),
        )
        for position, name in enumerate(product["covers"], 1):
            _add_picture(plan, company_id, product, PictureKind.COVER, position, name)
        for position, part in enumerate(product["article"], 1):
            if "picture" in part:
                kind = PictureKind.INTRODUCTION
                _add_picture(plan, company_id, product, kind, position, part["picture"])
            else:
                _add_text(plan, product, position, part)


def _add_picture(
    plan: Plan, company_id: int, product: Facts, kind: PictureKind, position: int, name: str
) -> None:
    plan.add(
        ProductPicture,
        company=company_id,
        product=product["id"],
        kind=kind,
        position=position,
        picture_url=plan.pictures.picture(PRODUCTS, name),
        created_at=plan.moments.at(product["at"]),
    )


def _add_text(plan: Plan, product: Facts, position: int, part: Facts) -> None:
    plan.add(
        ProductArticle,
        product=product["id"],
        kind=ArticleKind.TITLE if "title" in part else ArticleKind.CONTENT,
        position=position,
        text=part.get("title") or part["text"],
        created_at=plan.moments.at(product["at"]),
    )


def add_mall(plan: Plan, facts: Facts) -> None:
    """Plan the mall of a company: settings, classes and goods."""
    company_id = facts["company"]["id"]
    born = plan.moments.at(facts["company"]["since"])
    plan.add(
        MallSettings,
        company=company_id,
        name=facts["mall"]["name"],
        merchant_number=f"190000000{company_id}",
        merchant_key=plan.secrets.seal(facts["company"]["merchant_key"]),
        created_at=born,
    )
    for one in facts["classes"]:
        plan.add(
            GoodsClass,
            id=one["id"],
            company=company_id,
            parent=one.get("parent"),
            name=one["name"],
            goods_count=sum(goods["class"] == one["id"] for goods in facts["goods"]),
            level=2 if "parent" in one else 1,
            created_at=born,
        )
    for goods in facts["goods"]:
        _add_goods(plan, company_id, goods)


def _add_goods(plan: Plan, company_id: int, goods: Facts) -> None:
    plan.add(
        Goods,
        id=goods["id"],
        company=company_id,
        goods_class=goods["class"],
        name=goods["name"],
        price_cents=goods["price"],
        commission_cents=goods["commission"],
        recommend_index=goods["recommend"],
        status=goods["status"],
        banner_pictures=as_json([plan.pictures.picture(GOODS, name) for name in goods["banners"]]),
        detail_pictures=as_json([plan.pictures.picture(GOODS, name) for name in goods["details"]]),
        content=goods["content"],
        created_at=plan.moments.at(goods["at"]),
    )


def add_orders(plan: Plan, facts: Facts) -> None:
    """Plan orders; the radar tells of those that were paid."""
    for order in facts["orders"]:
        goods = next(one for one in facts["goods"] if one["id"] == order["goods"])
        ended = plan.moments.at(order["ended"]) if "ended" in order else None
        _add_order(plan, facts["company"]["id"], order, goods)
        if ended is not None and order["status"] in ("PAID", "REFUNDED"):
            paid = ended if order["status"] == "PAID" else plan.moments.at(order["at"])
            pair = (order["rep"], order["customer"])
            company_id = facts["company"]["id"]
            plan.deeds.append(Deed(paid, company_id, pair, "place_order", goods["name"]))


def _add_order(plan: Plan, company_id: int, order: Facts, goods: Facts) -> None:
    at, discount = plan.moments.at(order["at"]), order.get("discount", 0)
    stamp = at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")
    plan.add(
        Order,
        company=company_id,
        goods=goods["id"],
        rep=order["rep"],
        customer=order["customer"],
        order_number=f"{stamp}{order['customer']:05}{goods['id']:05}",
        goods_name=goods["name"],
        goods_picture=plan.pictures.picture(GOODS, goods["banners"][0]),
        price_cents=goods["price"],
        quantity=order["quantity"],
        discount_cents=discount,
        payable_cents=goods["price"] * order["quantity"] - discount,
        commission_cents=goods["commission"] * order["quantity"],
        phone=plan.find(Customer, id=order["customer"])["phone"],
        status=OrderStatus[order["status"]],
        created_at=at,
        ended_at=plan.moments.at(order["ended"]) if "ended" in order else None,
    )
