"""The library under keepers and customers at once, and what the back office's lists cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from models import comment_keeping as comment_queries
from models.base import now
from models.database import fetch_all
from models.library import Publication
from services import case_keeping, case_tags, comment_keeping, diaries, diary_keeping, website
from services.case_keeping import CaseDraft, CaseFilter
from services.comment_keeping import CommentFilter
from services.diary_keeping import DiaryDraft, DiaryFilter
from services.errors import HasChildren, NotFound
from services.principals import AdminRep, MiniCustomer
from tests.factories import make_admin, make_customer
from tests.library import counts_of, make_case, make_comment, make_diary, make_tag
from tests.mall import make_company_picture
from tests.statements import counted

TURNS = 6


async def make_keeper() -> AdminRep:
    """A rep that keeps a library, as it calls."""
    rep = await make_admin()
    return AdminRep(rep.id, rep.company_id, rep.role_id, 0)


async def make_reader(keeper: AdminRep) -> MiniCustomer:
    """A customer of the keeper's company, as it calls."""
    customer = await make_customer(keeper.company_id)
    return MiniCustomer(customer.id, customer.company_id, 0)


def draft_case(*tags: Any) -> CaseDraft:
    """A case as it is to be."""
    return CaseDraft("阳台", "张女士", "", "[]", None, [tag.id for tag in tags])


def draft_diary(case: Any, title: str = "量尺") -> DiaryDraft:
    """A diary as it is to be."""
    return DiaryDraft(case.id, title, "", now() - timedelta(days=1), "[]", "[]", 1, None)


async def together(*calls: Awaitable[Any]) -> list[Any]:
    """Make calls at once; a refusal is a result like any other, a fault is raised."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException) and not isinstance(one, (NotFound, HasChildren)):
            raise one
    return results


async def assert_tags_are_counted() -> None:
    """Check that every tag counts the cases that have it."""
    wrong = await fetch_all(
        "SELECT t.id, t.use_count FROM case_tag t WHERE t.use_count <>"
        " (SELECT COUNT(*) FROM case_tag_link l WHERE l.tag_id = t.id)"
    )
    assert wrong == []


async def assert_counts_add_up() -> None:
    """Check that diaries count their praise and comments, and cases those of their diaries."""
    wrong = await fetch_all(
        "SELECT d.id FROM diary d WHERE d.praise_count <>"
        " (SELECT COUNT(*) FROM diary_praise p WHERE p.diary_id = d.id) OR d.comment_count <>"
        " (SELECT COUNT(*) FROM diary_comment m WHERE m.diary_id = d.id)"
    )
    assert wrong == []
    wrong = await fetch_all(
        "SELECT c.id FROM case_story c LEFT JOIN diary d ON d.case_id = c.id AND d.status <> 3"
        " WHERE c.status <> 3 GROUP BY c.id, c.praise_count, c.comment_count"
        " HAVING c.praise_count <> COALESCE(SUM(d.praise_count), 0)"
        " OR c.comment_count <> COALESCE(SUM(d.comment_count), 0)"
    )
    assert wrong == []


@pytest.mark.both
async def test_a_tag_that_is_deleted_while_it_is_put_on_cases_is_on_all_or_none(db: None) -> None:
    keeper = await make_keeper()
    for turn in range(TURNS):
        tag = await make_tag(keeper.company_id)
        case = await make_case(keeper.company_id)
        calls = [
            case_keeping.add(keeper, draft_case(tag)),
            case_tags.delete(keeper, tag.id),
            case_keeping.change(keeper, case.id, draft_case(tag)),
        ]
        results = await together(*(calls if turn % 2 else calls[::-1]))
        ((links,),) = await fetch_all(
            "SELECT COUNT(*) FROM case_tag_link WHERE tag_id = %s", (tag.id,)
        )
        if HasChildren in map(type, results):
            assert links == 2
        else:
            assert (links, list(map(type, results)).count(NotFound)) == (0, 2)
        await assert_tags_are_counted()


@pytest.mark.both
async def test_cases_that_exchange_their_tags_at_once_leave_them_counted(db: None) -> None:
    keeper = await make_keeper()
    tags = [await make_tag(keeper.company_id) for _ in range(4)]
    ids = [await case_keeping.add(keeper, draft_case(*tags[at:])) for at in range(3)]
    await together(
        *(
            case_keeping.change(keeper, case_id, draft_case(*tags[at:], *tags[: max(at - 1, 0)]))
            for at in range(4)
            for case_id in ids
        ),
        case_keeping.delete(keeper, ids[0]),
    )
    await assert_tags_are_counted()


@pytest.mark.both
async def test_of_two_updates_of_a_case_at_once_one_stands_whole(db: None) -> None:
    keeper = await make_keeper()
    tags = [await make_tag(keeper.company_id) for _ in range(2)]
    case_id = await case_keeping.add(keeper, draft_case())
    drafts = [draft_case(tag)._replace(name=f"名{tag.id}") for tag in tags]
    for _ in range(TURNS):
        await together(*(case_keeping.change(keeper, case_id, draft) for draft in drafts))
        entry = await case_keeping.find(keeper, case_id)
        assert (entry.kept.name, [tag.id for tag in entry.shown.tags]) in [
            (draft.name, draft.tag_ids) for draft in drafts
        ]
        await assert_tags_are_counted()


@pytest.mark.both
@pytest.mark.parametrize("what", ["delete", "delete with its case", "move"])
async def test_a_diary_that_goes_while_it_is_praised_leaves_the_counts_right(
    db: None, what: str
) -> None:
    keeper = await make_keeper()
    readers = [await make_reader(keeper) for _ in range(4)]
    for _ in range(TURNS // 2):
        case, other = [await make_case(keeper.company_id) for _ in range(2)]
        diary, left = [await make_diary(case) for _ in range(2)]
        if what == "move":
            going = diary_keeping.change(keeper, diary.id, draft_diary(other))
        elif what == "delete":
            going = diary_keeping.delete(keeper, diary.id)
        else:
            going = case_keeping.delete(keeper, case.id)
        calls = [
            call
            for reader in readers
            for one in (diary, left)
            for call in (
                diaries.toggle_praise(reader, one.id),
                diaries.comment(reader, one.id, "好看"),
            )
        ]
        await together(*calls[:8], going, *calls[8:])
        await assert_counts_add_up()


@pytest.mark.both
async def test_diaries_that_change_places_at_once_leave_the_counts_right(db: None) -> None:
    keeper = await make_keeper()
    reader = await make_reader(keeper)
    cases = [await make_case(keeper.company_id) for _ in range(2)]
    made = [await make_diary(case) for case in cases]
    for diary in made:
        await diaries.toggle_praise(reader, diary.id)
    for turn in range(TURNS):
        targets = cases if turn % 2 else cases[::-1]
        await together(
            *(
                diary_keeping.change(keeper, diary.id, draft_diary(case))
                for diary, case in zip(made, targets, strict=True)
            ),
            diary_keeping.add(keeper, draft_diary(cases[0])),
            diaries.comment(reader, made[0].id, "好看"),
        )
        await assert_counts_add_up()


@pytest.mark.both
async def test_no_diary_comes_to_a_case_that_is_deleted_meanwhile(db: None) -> None:
    keeper = await make_keeper()
    for _ in range(TURNS):
        case, other = [await make_case(keeper.company_id) for _ in range(2)]
        moved = await make_diary(other)
        await together(
            diary_keeping.add(keeper, draft_diary(case)),
            case_keeping.delete(keeper, case.id),
            diary_keeping.change(keeper, moved.id, draft_diary(case)),
        )
        left = await fetch_all(
            "SELECT id FROM diary WHERE case_id = %s AND status <> 3", (case.id,)
        )
        assert left == []


@pytest.mark.both
async def test_a_comment_that_is_deleted_twice_at_once_is_counted_once(db: None) -> None:
    keeper = await make_keeper()
    case = await make_case(keeper.company_id, comment_count=20)
    diary = await make_diary(case, comment_count=20)
    writer = await make_customer(keeper.company_id)
    for turn in range(1, TURNS + 1):
        comment = await make_comment(diary, writer)
        results = await together(
            comment_keeping.delete(keeper, comment.id),
            comment_keeping.delete(keeper, comment.id),
            comment_keeping.audit(keeper, comment.id, is_approved=True),
            comment_keeping.delete(keeper, comment.id),
        )
        assert [results[at] for at in (0, 1, 3)].count(None) == 1
        assert [await counts_of(one) for one in (diary, case)] == [{"comment_count": 20 - turn}] * 2


@pytest.mark.both
async def test_of_two_websites_that_are_written_at_once_one_stands_whole(db: None) -> None:
    keeper = await make_keeper()
    urls = [await make_company_picture(keeper.company_id) for _ in range(4)]
    drafts = [urls[:2], urls[2:]]
    for _ in range(TURNS):
        await together(*(website.replace(keeper, draft, draft) for draft in drafts))
        site = await website.read(keeper)
        parts = [[one.url for one in part] for part in site]
        assert parts in [[draft, draft] for draft in drafts]


@pytest.mark.both
async def test_a_longer_list_costs_no_more_statements(db: None) -> None:
    keeper = await make_keeper()
    writer = await make_customer(keeper.company_id)
    tag = await make_tag(keeper.company_id)
    lists: list[tuple[Callable[[], Awaitable[Any]], int]] = [
        (lambda: case_tags.page(keeper, "标", 20, 0), 2),
        (lambda: case_keeping.page(keeper, CaseFilter(tag_id=tag.id), 20, 0), 5),
        (lambda: diary_keeping.page(keeper, DiaryFilter(title="日"), 20, 0), 2),
        (lambda: comment_keeping.page(keeper, CommentFilter(), 20, 0), 3),
    ]
    for count in (1, 8):
        for _ in range(count):
            case = await make_case(keeper.company_id)
            await make_tag(keeper.company_id, case)
            await fetch_all(
                "INSERT INTO case_tag_link (case_id, tag_id) VALUES (%s, %s)", (case.id, tag.id)
            )
            await make_comment(await make_diary(case), writer)
        for ask, cost in lists:
            with counted() as statements:
                await ask()
            assert len(statements) == cost, statements


async def test_lists_walk_an_index_and_sort_nothing_but_the_page(db: None) -> None:
    keeper = await make_keeper()
    case = await make_case(keeper.company_id, status=Publication.DRAFT)
    diary = await make_diary(case)
    company = keeper.company_id
    of_company = "diarycomment_company_id_is_approved_id"
    comments = [
        (of_company, CommentFilter()),
        (of_company, CommentFilter(is_approved=False)),
        ("diarycomment_diary_id_is_approved_id", CommentFilter(diary.id)),
    ]
    lists: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("case_company_id_id", lambda: case_keeping.page(keeper, CaseFilter(), 20, 0)),
        ("diary_company_id_id", lambda: diary_keeping.page(keeper, DiaryFilter(), 20, 0)),
    ]
    for index, wanted in comments:
        lists.append((index, partial(comment_queries.page, company, wanted, 20, 0)))
        lists.append((index, partial(comment_queries.count, company, wanted)))
    for index, ask in lists:
        with counted() as made:
            await ask()
        sql = next(one for one in made if "LIMIT" in one or "COUNT" in one)
        steps = [
            row[3] for row in await fetch_all(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))
        ]
        assert any(index in step for step in steps), (index, steps)
        # Of comments the page of each state is sorted, then that of both.
        assert sum("TEMP B-TREE" in step for step in steps) <= 3, steps
