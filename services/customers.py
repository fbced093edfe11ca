"""Customers: whom they belong to, and what they tell about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import ujson

from models import chat, staff
from models import company as companies
from models import customer as queries
from models import notice as notices
from models import radar as radar_queries
from models.base import now
from models.chat import Pair, Sender
from models.customer import Source as Source
from models.database import atomic, retry_on_deadlock
from models.radar import Action
from models.staff import CardRow
from services import cards, radar
from services.chat import speaking
from services.chat.content import InfoType
from services.chat.messages import Messages, Sent
from services.errors import Invalid, NotFound
from services.media.files import Files
from services.principals import Customer, MiniCustomer
from services.radar import Happening, LogEntry, Radar

MOST_FORM_IDS: Final = 100

PAGES: Final = {
    1: "名片详情",
    2: "产品列表",
    3: "商品详情",
    4: "公司官网",
    5: "日记首页",
    6: "日记详情",
}
"""Where a customer may have been asked for its profile (semantics 3.2)."""


class BelongsToAnother(Invalid):
    """The company lets a customer belong to one rep only, and it has another."""

    default = "该客户已属于其他用户"


@dataclass(frozen=True, slots=True)
class Profile:
    """What WeChat tells of a customer that has agreed to it; None is not told."""

    name: str
    avatar_url: str
    city: str
    country: str
    province: str
    language: str
    gender: int | None

    def known(self) -> dict[str, object]:
        """The columns of a customer that it tells, but for the picture."""
        known: dict[str, object] = {
            "name": self.name,
            "city": self.city,
            "country": self.country,
            "province": self.province,
            "language": self.language,
        }
        if self.gender is not None:
            known["gender"] = self.gender
        return known


async def bind(
    customer: Customer,
    rep_id: int,
    source: Source,
    parent_id: int | None,
    chats: Messages,
) -> bool:
    """Make a customer a rep's and welcome it; again changes nothing (decisions S15).

    Returns:
        whether the bond is new.

    Raises:
        NotFound: the rep or the parent is not of the customer's company.
        BelongsToAnother: the company lets it belong to one rep only (decisions S15).
    """
    is_new, welcome = await _bind(customer, rep_id, source, parent_id)
    await chats.publish(welcome)
    return is_new


async def keep_profile(
    customer_id: int, profile: Profile, files: Files, *, is_trusted: bool = True
) -> None:
    """Keep a customer's profile, with a copy of its picture: WeChat's own expires.

    Args:
        is_trusted: whether the customer has signed; else the picture is not fetched, only shown.

    Raises:
        Invalid: the picture is not on one of WeChat's hosts (decisions T18).
        UpstreamAway: the picture cannot be fetched.
    """
    avatar, kept = profile.avatar_url, await queries.avatar_of(customer_id)
    if is_trusted:
        avatar = await files.fetch_avatar("customer", customer_id, avatar, kept)
    else:
        files.require_avatar_url(avatar)
    known = profile.known()
    await _keep(customer_id, known, avatar, kept, files)


async def note_profile(customer_id: int, profile: Profile, files: Files) -> None:
    """Keep what WeChat tells of a customer at a login, which want of a picture does not stop.

    What it leaves empty stays as it was: WeChat tells less to some companies than to others.
    """
    kept = await queries.avatar_of(customer_id)
    avatar = await files.renew_avatar("customer", customer_id, profile.avatar_url, kept)
    known = {column: value for column, value in profile.known().items() if value}
    await _keep(customer_id, known, avatar, kept, files)


async def authorise(
    customer: MiniCustomer,
    profile: Profile,
    page: int | None,
    rep_id: int | None,
    files: Files,
    events: Radar,
) -> None:
    """Keep the profile of a customer that has agreed to it, and log it for a rep.

    Args:
        page: where it was asked, a key of ``PAGES``.
        rep_id: whose page that was; else the rep that the customer was active with last.

    Raises:
        NotFound: the rep is not of the customer's company.
    """
    if rep_id is not None:
        await cards.of_colleague(customer, rep_id)
    await keep_profile(customer.id, profile, files)
    shown = rep_id or await queries.latest_bond(customer.id)
    if shown is not None:
        where = f"访问【{PAGES[page]}】页面" if page in PAGES else "登录页面"
        await events.publish(await _log_authorisation(customer.id, shown, where))


async def keep_form_id(customer_id: int, form_id: str) -> None:
    """Keep a form id of the mini program; the newest hundred, each once (decisions D23)."""
    async with atomic():
        kept = [one for one in await queries.locked_form_ids(customer_id) if one != form_id]
        kept = [*kept, form_id][-MOST_FORM_IDS:]
        await queries.update_profile(customer_id, {"form_ids": ujson.dumps(kept)})


async def require(customer_id: int) -> None:
    """Refuse an id that no customer has.

    Raises:
        NotFound: none has it.
    """
    if await queries.company_of(customer_id) is None:
        raise NotFound


async def _keep(
    customer_id: int, known: dict[str, object], avatar: str, kept: str, files: Files
) -> None:
    """Write what is known of a customer; of its pictures the one before is dropped."""
    if avatar != kept:  # else it is not written: meanwhile there may be a newer one
        known["avatar"] = avatar
    if not known:
        return
    replaced = await _replace_profile(customer_id, known)
    if avatar != kept:
        await files.drop_avatar("customer", customer_id, replaced)


@retry_on_deadlock
async def _replace_profile(customer_id: int, known: dict[str, object]) -> str:
    """Write a profile and say which picture the customer had before."""
    async with atomic():
        before = await queries.avatar_of(customer_id, is_locked=True)
        await queries.update_profile(customer_id, known)
    return before


@retry_on_deadlock
async def _bind(
    customer: Customer, rep_id: int, source: Source, parent_id: int | None
) -> tuple[bool, Sequence[Sent]]:
    moment = now()
    async with atomic():
        # Shared, the rep cannot go to another company before its customer is there.
        await staff.share(rep_id)
        card = await cards.of_colleague(customer, rep_id)
        if parent_id is not None and (
            parent_id == customer.id or await queries.company_of(parent_id) != customer.company_id
        ):
            raise NotFound
        company = await companies.find(customer.company_id)
        assert company is not None
        other = await queries.other_rep_of(customer.id, rep_id)
        is_bound = await queries.is_bound(rep_id, customer.id)
        if company.is_customer_unique and other is not None and not is_bound:
            raise BelongsToAnother(errors={"uid": BelongsToAnother.default})
        if not await queries.bind(rep_id, customer.id, source, parent_id, moment):
            return False, ()
        await chat.open_conversations([Pair(rep_id, customer.id)], moment)
        return True, [await _welcome(card, customer.id)]


async def _welcome(card: CardRow, customer_id: int) -> Sent:
    """Write the message with which a rep greets a new customer (semantics 2.5)."""
    text = (
        f"您好,我是{card.company_name}的{card.shown_name},欢迎进入我的名片,"
        "有什么可以帮到您的吗?您可以在这里和我及时沟通。"
    )
    pair = Pair(card.id, customer_id)
    content = {"info_type": InfoType.TEXT.value, "msg": text}
    sent = await speaking.say(pair, Sender.REP, content)
    # The customer is there this moment, and nobody has written to it.
    await notices.pass_over(pair)
    return sent


@retry_on_deadlock
async def _log_authorisation(customer_id: int, rep_id: int, where: str) -> list[LogEntry]:
    moment: datetime = now()
    async with atomic():
        pair = (rep_id, customer_id)
        facts = (await radar_queries.facts([pair]))[pair]
        if not facts.is_logged(moment):
            return []
        happening = Happening.of(facts, Action.AUTHORISE, f"已向您授权{where}")
        return await radar.record([happening], moment)
