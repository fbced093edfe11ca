"""Cases with their diaries, and what customers read, liked, kept and said."""

from __future__ import annotations

from models.library import (
    Case,
    CaseCollection,
    CaseTag,
    CaseTagLink,
    Diary,
    DiaryComment,
    DiaryPraise,
    Footprint,
    Publication,
    TagSearch,
)
from services.demo.people import FACES
from services.demo.plan import Deed, Plan, as_json
from services.demo.texts import Facts

CASES = "admin/case"
DIARIES = "admin/diary"


def add_library(plan: Plan, facts: Facts) -> None:
    """Plan the library of a company."""
    _add_tags(plan, facts)
    for case in facts["cases"]:
        _add_case(plan, facts, case)
    for diary in facts["diaries"]:
        _add_diary(plan, facts, diary)
    _add_reactions(plan, facts["company"]["id"], facts["library"])
    for step in facts["library"]["footprints"]:
        _add_footprint(plan, facts, step)


def _add_tags(plan: Plan, facts: Facts) -> None:
    company_id, searches = facts["company"]["id"], facts["library"]["searches"]
    for name in facts["case_tags"]:
        plan.add(
            CaseTag,
            id=len(plan.rows(CaseTag)) + 1,
            company=company_id,
            name=name,
            search_count=sum(one["tag"] == name for one in searches),
            use_count=sum(name in case["tags"] for case in facts["cases"]),
            created_at=plan.moments.at(facts["company"]["since"]),
        )
    # A tag that was searched again moves to the front: only the last time is kept.
    last = {(one["customer"], one["tag"]): plan.moments.at(one["at"]) for one in searches}
    for (customer, name), at in last.items():
        tag = plan.find(CaseTag, company=company_id, name=name)
        plan.add(TagSearch, customer=customer, tag=tag["id"], searched_at=at)


def _add_case(plan: Plan, facts: Facts, case: Facts) -> None:
    library, diaries = facts["library"], _diaries_of(facts, case)
    plan.add(
        Case,
        id=case["id"],
        company=facts["company"]["id"],
        author=case["author"],
        name=case["name"],
        customer_name=case["customer_name"],
        customer_avatar=plan.pictures.picture(FACES, case["avatar"]),
        cover_picture=as_json([plan.pictures.picture(CASES, name) for name in case["covers"]]),
        status=Publication(case["status"]),
        read_count=sum(
            step["case"] == case["id"] and "diary" not in step for step in library["footprints"]
        ),
        praise_count=sum(one["diary"] in diaries for one in library["praises"]),
        comment_count=sum(one["diary"] in diaries for one in library["comments"]),
        updated_at=max(plan.moments.at(at) for at in (case["at"], *diaries.values())),
        created_at=plan.moments.at(case["at"]),
    )
    for name in case["tags"]:
        tag = plan.find(CaseTag, company=facts["company"]["id"], name=name)
        plan.add(CaseTagLink, case=case["id"], tag=tag["id"])


def _diaries_of(facts: Facts, case: Facts) -> dict[int, str]:
    """Give the diaries of a case, by id, with their times."""
    return {diary["id"]: diary["at"] for diary in facts["diaries"] if diary["case"] == case["id"]}


def _add_diary(plan: Plan, facts: Facts, diary: Facts) -> None:
    number, library = diary["id"], facts["library"]
    plan.add(
        Diary,
        id=number,
        company=facts["company"]["id"],
        case=diary["case"],
        title=diary["title"],
        summary=diary["summary"],
        dated_at=plan.moments.at(diary["at"]),
        cover_picture=as_json([plan.pictures.picture(DIARIES, name) for name in diary["covers"]]),
        content=as_json([_part(plan, part) for part in diary["content"]]),
        status=Publication(diary["status"]),
        read_count=sum(step.get("diary") == number for step in library["footprints"]),
        praise_count=sum(one["diary"] == number for one in library["praises"]),
        comment_count=sum(one["diary"] == number for one in library["comments"]),
        created_at=plan.moments.at(diary["at"]),
    )


def _part(plan: Plan, part: Facts) -> Facts:
    """Write a part of a diary in the form that products have in the mini program."""
    if "picture" in part:
        return {"type": "picture_url", "data": [plan.pictures.picture(DIARIES, part["picture"])]}
    kind = "title" if "title" in part else "content"
    return {"type": kind, "data": [part.get("title") or part["text"]]}


def _add_reactions(plan: Plan, company_id: int, library: Facts) -> None:
    for one in library["comments"]:
        plan.add(
            DiaryComment,
            company=company_id,
            diary=one["diary"],
            customer=one["customer"],
            content=one["text"],
            is_approved=one["approved"],
            created_at=plan.moments.at(one["at"]),
        )
    for one in library["praises"]:
        at = plan.moments.at(one["at"])
        plan.add(DiaryPraise, customer=one["customer"], diary=one["diary"], created_at=at)
    for one in library["collections"]:
        at = plan.moments.at(one["at"])
        plan.add(CaseCollection, customer=one["customer"], case=one["case"], created_at=at)


def _add_footprint(plan: Plan, facts: Facts, step: Facts) -> None:
    """Plan a footprint; the radar tells of a diary that was opened from a rep's page."""
    at, diary = plan.moments.at(step["at"]), step.get("diary")
    plan.add(Footprint, customer=step["customer"], case=step["case"], diary=diary, created_at=at)
    if "rep" in step:
        title = plan.find(Diary, id=diary)["title"]
        pair = (step["rep"], step["customer"])
        plan.deeds.append(Deed(at, facts["company"]["id"], pair, "view_diary", title, diary))
