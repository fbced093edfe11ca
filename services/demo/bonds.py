"""What went on between reps and customers: bonds, notes, tags, follow-ups, visits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from models.customer import (
    ArticleReader,
    Bond,
    CustomerNote,
    FollowUp,
    Source,
)
from models.mall import Goods
from models.product import Product
from models.tag import CustomerTag, Tag
from services.demo.plan import Deed, Pair, Plan, Row
from services.demo.texts import Facts

BETWEEN_DEEDS: Final = timedelta(seconds=45)


def add_bond(plan: Plan, company_id: int, bond: Facts) -> None:
    """Plan a bond and everything about it but the chat."""
    since = plan.moments.at(bond["since"])
    row = plan.add(
        Bond,
        rep=bond["rep"],
        customer=bond["customer"],
        source=Source[bond["source"]],
        parent_customer=bond.get("parent"),
        close_odds=0,
        expected_on=None,
        last_followed_at=None,
        last_activity_at=None,
        last_event_at=since,
        created_at=since,
    )
    for step in bond["follow_ups"]:
        _follow_up(plan, company_id, row, step)
    _add_knowledge(plan, bond, since)
    for visit in bond["visits"]:
        _visit(plan, company_id, (bond["rep"], bond["customer"]), visit)


def bond_of(plan: Plan, pair: Pair) -> Row:
    """Find the bond of a rep and a customer."""
    return plan.find(Bond, rep=pair[0], customer=pair[1])


def note_time(bond: Row, column: str, at: datetime) -> None:
    """Move one of a bond's times forward, never back."""
    bond[column] = max(bond[column] or at, at)


def _follow_up(plan: Plan, company_id: int, bond: Row, step: Facts) -> None:
    """Plan a follow-up, with what it changes in the bond (semantics 3.4)."""
    at = plan.moments.at(step["at"])
    if "odds" in step:
        bond["close_odds"] = step["odds"]
        text = plan.system["odds_changed"].format(step["odds"])
    elif "expected_in_days" in step:
        bond["expected_on"] = plan.moments.day(step["expected_in_days"])
        text = plan.system["date_changed"].format(bond["expected_on"])
    else:
        text = step["text"]
    pair = {"rep": bond["rep"], "customer": bond["customer"]}
    plan.add(FollowUp, company=company_id, **pair, text=text, created_at=at)
    note_time(bond, "last_followed_at", at)


def _add_knowledge(plan: Plan, bond: Facts, since: datetime) -> None:
    """Plan what the rep knows of the customer: note, tags, the article it came from."""
    pair = {"rep": bond["rep"], "customer": bond["customer"]}
    if "note" in bond:
        note = bond["note"]
        words = ("name", "phone", "email", "company_name", "position", "address", "note")
        plan.add(
            CustomerNote,
            **pair,
            **{word: note.get(word, "") for word in words},
            gender=note["gender"],
            birthday=note.get("birthday"),
            created_at=since,
        )
    for name in bond["tags"]:
        plan.add(CustomerTag, **pair, tag=_tag(plan, bond["rep"], name), created_at=since)
    if "article" in bond:
        plan.add(
            ArticleReader,
            **pair,
            article=bond["article"],
            parent_customer=bond.get("parent"),
            level=1,
            read_count=2,
            created_at=since,
        )


def _tag(plan: Plan, rep_id: int, name: str) -> int:
    """Find a tag that is the system's or the rep's own."""
    known = plan.shared.tags.get(name)
    return known or int(plan.find(Tag, name=name, rep=rep_id)["id"])


def _visit(plan: Plan, company_id: int, pair: Pair, visit: str) -> None:
    """Plan the deeds of a visit, such as ``28d 10:12 view_card view_product:1``."""
    words = visit.split()
    # A time is one word or two: 25m, or 3d 14:20.
    length = 1 if words[0].endswith("m") else 2
    at = plan.moments.at(" ".join(words[:length]))
    for step, word in enumerate(words[length:]):
        name, _, subject = word.partition(":")
        deed = Deed(at + step * BETWEEN_DEEDS, company_id, pair, name, _shown(plan, name, subject))
        plan.deeds.append(deed)


def _shown(plan: Plan, deed: str, subject: str) -> str:
    """Put the name of what was seen for its id."""
    if not subject.isdigit():
        return subject
    table = Goods if deed.endswith("_goods") else Product
    return str(plan.find(table, id=int(subject))["name"])
