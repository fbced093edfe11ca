"""Conversations, counted as the server would have counted them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.chat import Conversation, Message, Sender
from models.company import Company
from models.mall import Goods
from models.product import PictureKind, Product, ProductPicture
from models.staff import Rep
from services.chat.content import Content, InfoType
from services.demo.bonds import bond_of, note_time
from services.demo.plan import Deed, Pair, Plan, as_json
from services.demo.texts import Facts
from services.money import yuan

FOLDER: Final = "chat"
REP_KINDS: Final = ("rep", "rep_picture", "rep_film", "ask_phone")
CONSULTS: Final = {"consult": "consult_product", "consult_goods": "consult_goods"}


@dataclass(frozen=True, slots=True)
class Line:
    """A message before it has a place in its conversation."""

    at: datetime
    pair: Pair
    sender: Sender
    content: Content


def add_chats(plan: Plan, companies: Sequence[Facts]) -> None:
    """Plan conversations: the messages of all in one order, as they have come."""
    lines: list[Line] = []
    for facts in companies:
        for bond in facts["bonds"]:
            pair = (bond["rep"], bond["customer"])
            _add_conversation(plan, pair, plan.moments.at(bond["since"]))
            lines += _lines(plan, facts["company"]["id"], pair, bond)
    for number, line in enumerate(sorted(lines, key=lambda line: line.at), 1):
        _say(plan, line, number)
    for facts in companies:
        for bond in facts["bonds"]:
            _read(plan, (bond["rep"], bond["customer"]), bond.get("unread", {}))


def _add_conversation(plan: Plan, pair: Pair, since: datetime) -> None:
    plan.add(
        Conversation,
        id=len(plan.rows(Conversation)) + 1,
        rep=pair[0],
        customer=pair[1],
        last_seq=0,
        gone_seq=0,
        last_message_id=None,
        last_message_at=None,
        rep_read_seq=0,
        customer_read_seq=0,
        rep_unread=0,
        customer_unread=0,
        rep_sent=0,
        customer_sent=0,
        created_at=since,
    )


def _lines(plan: Plan, company_id: int, pair: Pair, bond: Facts) -> list[Line]:
    """Read the messages of a chat; consulting is a deed too."""
    rep = plan.find(Rep, id=pair[0])
    company = plan.find(Company, id=company_id)
    welcome = plan.system["welcome"].format(company=company["name"], rep=rep["memo_name"])
    since = plan.moments.at(bond["since"])
    lines = [Line(since, pair, Sender.REP, {"info_type": InfoType.TEXT.value, "msg": welcome})]
    for said in bond["chat"]:
        at = plan.moments.at(said["at"])
        (kind,) = said.keys() - {"at"}
        sender = Sender.REP if kind in REP_KINDS else Sender.CUSTOMER
        lines.append(Line(at, pair, sender, _content(plan, kind, said[kind])))
        if kind in CONSULTS:
            plan.deeds.append(Deed(at, company_id, pair, CONSULTS[kind]))
    return lines


def _content(plan: Plan, kind: str, said: str | int) -> Content:
    """Write what is said as a message holds it (semantics 5.1)."""
    if isinstance(said, str):
        if kind.endswith("_picture"):
            return {"info_type": InfoType.PICTURE.value, "url": plan.pictures.picture(FOLDER, said)}
        if kind.endswith("_film"):
            return {"info_type": InfoType.VIDEO.value, "url": plan.pictures.film(FOLDER, said)}
        return {"info_type": InfoType.TEXT.value, "msg": said}
    if kind == "ask_phone":
        return {"info_type": InfoType.ASK_PHONE.value, "msg": plan.system["ask_phone"]}
    return _consulted(plan, kind, said)


def _consulted(plan: Plan, kind: str, number: int) -> Content:
    """Show what a customer asks about."""
    if kind == "consult":
        shown = plan.find(Product, id=number)
        cover = plan.find(ProductPicture, product=number, kind=PictureKind.COVER)["picture_url"]
        price, name = shown["price"], "product_id"
    else:
        shown = plan.find(Goods, id=number)
        cover = json.loads(shown["banner_pictures"])[0]
        price, name = yuan(shown["price_cents"]), "goods_id"
    return {
        "info_type": InfoType.PRODUCT.value,
        "product_cover_url": cover,
        "product_name": shown["name"],
        "product_price": price,
        name: number,
    }


def _say(plan: Plan, line: Line, number: int) -> None:
    """Put a message behind the last one of its conversation."""
    conversation = plan.find(Conversation, rep=line.pair[0], customer=line.pair[1])
    conversation["last_seq"] += 1
    conversation["last_message_id"] = number
    conversation["last_message_at"] = line.at
    side = "rep" if line.sender == Sender.REP else "customer"
    conversation[f"{side}_sent"] += 1
    plan.add(
        Message,
        id=number,
        conversation=conversation["id"],
        seq=conversation["last_seq"],
        sender=line.sender,
        content=as_json(line.content),
        created_at=line.at,
    )
    bond = bond_of(plan, line.pair)
    moved = "last_followed_at" if line.sender == Sender.REP else "last_activity_at"
    note_time(bond, moved, line.at)
    note_time(bond, "last_event_at", line.at)


def _read(plan: Plan, pair: Pair, unread: Facts) -> None:
    """Set both read positions; ``unread`` says how many of the newest messages a side lacks."""
    conversation = plan.find(Conversation, rep=pair[0], customer=pair[1])
    senders = [
        row["sender"] for row in plan.rows(Message) if row["conversation"] == conversation["id"]
    ]
    for side, other in (("rep", Sender.CUSTOMER), ("customer", Sender.REP)):
        position = len(senders) - unread.get(side, 0)
        conversation[f"{side}_read_seq"] = position
        conversation[f"{side}_unread"] = senders[position:].count(other)
