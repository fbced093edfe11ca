"""Companies with their apps, staff and customers, and the roles that all companies share."""

from __future__ import annotations

from datetime import datetime

from models.article import Article
from models.company import (
    Company,
    CompanyPicture,
    MiniProgram,
    OfficialAccount,
    ShopKind,
    WebsitePicture,
    WecomApp,
)
from models.customer import Customer, CustomerKind, FollowPhrase
from models.staff import Permission, PhotoKind, Rep, RepPhoto, RepStatus, RepTag, Role
from models.tag import Tag
from services.clock import SHANGHAI
from services.demo.plan import Plan
from services.demo.texts import Facts

CARD_QUOTA = 50
FACES = "xiaochengxu/user_photo"


def add_roles(plan: Plan) -> None:
    """Plan the roles; they are as old as the first company."""
    born = min(row["created_at"] for row in plan.rows(Company))
    for number, name in enumerate(plan.system["roles"], 1):
        plan.add(Role, id=number, name=name, created_at=born)


def add_permissions(plan: Plan) -> None:
    """Plan the entries of the back office's menu, which the first rep has made."""
    rep = plan.find(Rep, id=1)
    for entry in plan.system["permissions"]:
        _add_permission(plan, entry, None, rep)


def _add_permission(plan: Plan, entry: Facts, parent: int | None, rep: Facts) -> None:
    number = len(plan.rows(Permission)) + 1
    plan.add(
        Permission,
        id=number,
        path=entry["path"],
        icon=entry["icon"],
        title=entry["title"],
        parent=parent,
        order_number=number,
        created_by=rep["id"],
        created_at=rep["created_at"],
    )
    for child in entry.get("children", ()):
        _add_permission(plan, child, number, rep)


def add_company(plan: Plan, facts: Facts) -> None:
    """Plan a company, its apps at WeChat, its website and its articles."""
    company = facts["company"]
    number, at = company["id"], plan.moments.at
    # The first of a month, so that the end falls on the same day years later.
    paid = at(company["paid_since"]).astimezone(SHANGHAI).replace(day=1)
    plan.add(
        Company,
        id=number,
        name=company["name"],
        area=company["area"],
        address=company["address"],
        corp_id=f"ww-demo-{number}",
        contacts_secret=plan.secrets.seal(f"demo-contacts-secret-{number}"),
        card_quota=CARD_QUOTA,
        customer_unique=False,
        shop_kind=ShopKind.MALL,
        charging_started_at=paid,
        open_months=company["paid_years"] * 12,
        expires_at=paid.replace(year=paid.year + company["paid_years"]),
        created_at=at(company["since"]),
    )
    _add_apps(plan, company)
    _add_website(plan, company)
    for article in facts["articles"]:
        plan.add(
            Article,
            id=article["id"],
            company=number,
            title=article["title"],
            created_at=at(article["at"]),
        )


def _add_apps(plan: Plan, company: Facts) -> None:
    number, born = company["id"], plan.moments.at(company["since"])
    plan.add(
        WecomApp,
        id=number,
        company=number,
        name=company["radar_name"],
        agent_id=f"{1000000 + number}",
        secret=plan.secrets.seal(f"demo-wecom-secret-{number}"),
        is_validated=True,
        created_at=born,
    )
    plan.add(
        MiniProgram,
        id=number,
        company=number,
        name=company["mini_program_name"],
        appid=f"wx-demo-{number}",
        secret=plan.secrets.seal(f"demo-mini-program-secret-{number}"),
        template_id=f"demo-template-{number}",
        version_number="1.0.0",
        created_at=born,
    )
    plan.add(
        OfficialAccount,
        id=number,
        company=number,
        name=company["official_account_name"],
        appid=f"wx-gzh-demo-{number}",
        secret=plan.secrets.seal(f"demo-official-account-secret-{number}"),
        template_id=f"demo-template-{number}",
        created_at=born,
    )


def _add_website(plan: Plan, company: Facts) -> None:
    for part, is_cover in (("cover", True), ("content", False)):
        for position, name in enumerate(company["website"][part], 1):
            born = plan.moments.at(company["since"])
            picture = plan.add(
                CompanyPicture,
                id=len(plan.rows(CompanyPicture)) + 1,
                company=company["id"],
                picture_url=plan.pictures.picture("xiaochengxu/website", name),
                created_at=born,
            )
            plan.add(
                WebsitePicture,
                company=company["id"],
                is_cover=is_cover,
                position=position,
                picture=picture["id"],
                created_at=born,
            )


def add_staff(plan: Plan, facts: Facts) -> None:
    """Plan the reps of a company, with their photos, tags and phrases."""
    for rep in facts["reps"]:
        number, born = rep["id"], plan.moments.at(rep["since"])
        _add_rep(plan, rep, facts["company"])
        photos = ((PhotoKind.CARD_AVATAR, [rep["avatar"]]), (PhotoKind.PHOTO, rep["photos"]))
        for kind, names in photos:
            for position, name in enumerate(names, 1):
                plan.add(
                    RepPhoto,
                    rep=number,
                    kind=kind,
                    photo_url=plan.pictures.picture(FACES, name),
                    position=position,
                    created_at=born,
                )
        for name in rep["tags"]:
            plan.add(RepTag, rep=number, name=name, created_at=born)
        _add_words(plan, rep, born)


def _add_words(plan: Plan, rep: Facts, born: datetime) -> None:
    """Plan the phrases and tags that a rep has beside the system's."""
    number, shared = rep["id"], plan.shared
    for phrase in rep["phrases"]:
        phrase_id = shared.last_phrase_id + len(plan.rows(FollowPhrase)) + 1
        plan.add(FollowPhrase, id=phrase_id, rep=number, phrase=phrase, created_at=born)
    for name in rep["customer_tags"]:
        tag_id = shared.last_tag_id + len(plan.rows(Tag)) + 1
        group = shared.own_group_id
        plan.add(Tag, id=tag_id, rep=number, name=name, parent=group, created_at=born)


def _add_rep(plan: Plan, rep: Facts, company: Facts) -> None:
    number, phone = rep["id"], f"1380000000{rep['id']}"
    plan.add(
        Rep,
        id=number,
        company=company["id"],
        role=rep["role"],
        wecom_userid=f"demo-rep-{number}",
        username=f"demo-rep-{number}",
        memo_name=rep["name"],
        password_hash=plan.password_hash[number],
        gender=rep["gender"],
        position=rep["position"],
        telephone=phone,
        email=f"demo-rep-{number}@example.com",
        bound_phone=phone,
        wechat=f"demo_rep_{number}",
        card_phone=phone,
        country=1,
        area=company["area"],
        address=company["address"],
        avatar=plan.pictures.picture(FACES, rep["avatar"]),
        card_avatar=plan.pictures.picture(FACES, rep["avatar"]),
        status=RepStatus.ENABLED,
        popularity=0,
        praise_count=0,
        forward_count=0,
        sign_praise_count=0,
        sign=rep["sign"],
        last_login_at=plan.moments.at(rep["last_login"]),
        created_at=plan.moments.at(rep["since"]),
    )


def add_customers(plan: Plan, facts: Facts) -> None:
    """Plan the customers of a company; each came with its first bond."""
    for customer in facts["customers"]:
        came = min(
            plan.moments.at(bond["since"])
            for bond in facts["bonds"]
            if bond["customer"] == customer["id"]
        )
        kind, openid = _identity(customer)
        plan.add(
            Customer,
            id=customer["id"],
            company=facts["company"]["id"],
            openid=openid,
            kind=kind,
            name=customer["name"],
            gender=customer["gender"],
            avatar=plan.pictures.picture(FACES, customer["avatar"]),
            phone=customer.get("phone", ""),
            country="中国",
            province=customer["province"],
            city=customer["city"],
            language="zh_CN",
            created_at=came,
        )


def _identity(customer: Facts) -> tuple[CustomerKind, str]:
    """Say where a customer comes from, and who it is there."""
    if "follower" in customer:
        return CustomerKind.OFFICIAL_ACCOUNT, f"gzh-demo-customer-{customer['follower']}"
    return CustomerKind.MINI_PROGRAM, f"demo-customer-{customer['id']}"
