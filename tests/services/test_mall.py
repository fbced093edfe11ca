"""The mall under several reps at once: classes, goods, and what refers to them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database import fetch_all
from services import goods, mall
from services.errors import HasChildren, Invalid, NotFound
from services.goods import GoodsDraft
from services.mall import ClassDraft
from services.principals import AdminRep
from tests.factories import make_admin, make_company, make_goods
from tests.mall import make_class, make_company_picture
from tests.statements import counted

TURNS = 8


def caller(rep: Any) -> AdminRep:
    """A rep as it calls."""
    return AdminRep(rep.id, rep.company_id, rep.role_id, 0)


def lamp(of_class: Any = None, *pictures: str) -> GoodsDraft:
    """Goods as they are to be."""
    class_id = None if of_class is None else of_class.id
    return GoodsDraft(class_id, "落地灯", 45_900, 0, 0, None, pictures, (), "")


def below(parent: Any) -> ClassDraft:
    """A class below another."""
    return ClassDraft("灯具", 0, None if parent is None else parent.id)


async def together(*calls: Any) -> list[Any]:
    """Make calls at once; a refusal is a result like any other, a fault is raised."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException) and not isinstance(one, (NotFound, HasChildren, Invalid)):
            raise one
    return results


@pytest.mark.both
async def test_a_class_that_gets_goods_or_classes_at_once_is_not_left_without(db: None) -> None:
    rep = await make_admin()
    for turn in range(TURNS):
        first, other = await make_class(rep.company), await make_class(rep.company)
        moved = await make_goods(rep.company)
        calls = [
            mall.delete_class(caller(rep), first.id),
            goods.add(caller(rep), lamp(first)),
            goods.change(caller(rep), moved.id, lamp(first)),
            mall.add_class(caller(rep), below(first)),
            mall.change_class(caller(rep), other.id, below(first)),
        ]
        calls = calls[turn % 5 :] + calls[: turn % 5]
        results = await together(*calls)
        results = results[-(turn % 5) :] + results[: -(turn % 5)] if turn % 5 else results
        is_there = bool(await fetch_all("SELECT 1 FROM goods_class WHERE id = %s", (first.id,)))
        ((of_class, under),) = await fetch_all(
            "SELECT (SELECT COUNT(*) FROM goods WHERE goods_class_id = %s),"
            " (SELECT COUNT(*) FROM goods_class WHERE parent_id = %s)",
            (first.id, first.id),
        )
        kinds = [type(one) for one in results]
        if is_there:
            assert kinds[0] is HasChildren
            assert kinds[1:].count(NotFound) == 0
            assert (of_class, under) == (2, 2)
        else:
            assert kinds == [type(None), *[NotFound] * 4]
            assert (of_class, under) == (0, 0)


@pytest.mark.both
async def test_classes_that_are_moved_below_each_other_at_once_make_no_circle(db: None) -> None:
    rep = await make_admin()
    for _ in range(TURNS):
        ring = [await make_class(rep.company) for _ in range(3)]
        results = await together(
            *(
                mall.change_class(caller(rep), one.id, below(ring[(at + 1) % 3]))
                for at, one in enumerate(ring)
            )
        )
        assert results.count(None) == 1
        third_level = await fetch_all(
            "SELECT c.id FROM goods_class c JOIN goods_class p ON p.id = c.parent_id"
            " WHERE p.parent_id IS NOT NULL OR c.level <> 2 OR p.level <> 1"
        )
        assert third_level == []


@pytest.mark.both
async def test_a_class_that_gets_a_parent_and_a_child_at_once_gets_one_of_them(db: None) -> None:
    rep = await make_admin()
    for turn in range(TURNS):
        parent, made = await make_class(rep.company), await make_class(rep.company)
        calls = [
            mall.change_class(caller(rep), made.id, below(parent)),
            mall.add_class(caller(rep), below(made)),
        ]
        results = await together(*(calls if turn % 2 else calls[::-1]))
        assert [isinstance(one, (HasChildren, Invalid)) for one in results].count(True) == 1


@pytest.mark.both
async def test_of_two_that_delete_a_class_at_once_one_has(db: None) -> None:
    rep = await make_admin()
    made = await make_class(rep.company)
    results = await together(*(mall.delete_class(caller(rep), made.id) for _ in range(2)))
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "NotFound"]


@pytest.mark.both
async def test_of_two_updates_at_once_one_stands_whole(db: None) -> None:
    rep = await make_admin()
    made = await make_goods(rep.company)
    pictures = [await make_company_picture(rep.company) for _ in range(2)]
    drafts = [
        lamp(None, picture)._replace(name=f"灯{at}", price_cents=at + 1)
        for at, picture in enumerate(pictures)
    ]
    for _ in range(TURNS):
        await together(*(goods.change(caller(rep), made.id, draft) for draft in drafts))
        ((row,), _) = await goods.page(caller(rep), "", None, None, 10, 0)
        assert (row.name, row.price_cents, row.banners) in [
            (draft.name, draft.price_cents, list(draft.banners)) for draft in drafts
        ]


@pytest.mark.both
async def test_a_longer_list_of_the_back_office_costs_no_more_statements(db: None) -> None:
    rep = await make_admin(await make_company())
    of_class = await make_class(rep.company)
    costs = []
    for count in (1, 8):
        for _ in range(count):
            await make_goods(rep.company, goods_class=of_class)
        with counted() as statements:
            await goods.page(caller(rep), "商品", of_class.id, None, 20, 0)
        costs.append(list(statements))
    assert costs[0] == costs[1]
    assert len(costs[0]) == 3
