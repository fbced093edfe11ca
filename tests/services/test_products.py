"""Products that several reps and processes write at once, and what their lists cost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from models.database import database, fetch_all
from services import products
from services.errors import Invalid, NotFound
from services.principals import Rep
from services.products import ArticleKind, Draft, Keeper, Picture, ProductStatus, Text
from tests.factories import make_company, make_picture, make_product, make_rep, make_text

ALL = list(ProductStatus)


def caller(rep: Any) -> Keeper:
    """A rep as it calls."""
    return products.own(Rep(rep.id, rep.company_id, rep.role_id, 0))


def draft(name: str, *article: Text | Picture, covers: Any = ()) -> Draft:
    """A draft; say only what a test is about."""
    return Draft(name, "129", name, [one.id for one in covers], article)


async def state(rep: Any, product: Any) -> tuple[Any, ...]:
    """What a product is now, without the ids of its texts."""
    shown = await products.find(rep.company_id, product.id)
    texts = [one.text for one in shown.article if isinstance(one, products.TextRow)]
    pictures = [one.id for one in shown.article if isinstance(one, products.PictureRow)]
    return shown.row.name, shown.row.reason, texts, pictures, [one.id for one in shown.covers]


@contextlib.contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note every statement."""
    noted: list[str] = []
    run = database.obj.aio_execute_sql

    async def noting(sql: str, *args: Any, **kwargs: Any) -> Any:
        noted.append(sql)
        return await run(sql, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(database.obj, "aio_execute_sql", noting)
        yield noted


@pytest.mark.both
async def test_of_two_updates_at_once_one_stands_whole(db: None) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    kept = await make_text(product, 1, "原文")
    pictures = [await make_picture(rep.company) for _ in range(4)]
    for _ in range(10):
        drafts = [
            draft(
                f"产品{number}",
                Text(ArticleKind.TITLE, 1, f"改{number}", kept.id),
                *(Text(ArticleKind.CONTENT, 2 + line, f"新{number}") for line in range(number + 1)),
                Picture(pictures[number].id, 9),
                covers=[pictures[number + 2], pictures[1 - number]],
            )
            for number in (0, 1)
        ]
        await asyncio.gather(*(products.update(caller(rep), product.id, one) for one in drafts))
        assert await state(rep, product) in [
            (
                f"产品{number}",
                f"产品{number}",
                [f"改{number}", *[f"新{number}"] * (number + 1)],
                [pictures[number].id],
                [pictures[number + 2].id, pictures[1 - number].id],
            )
            for number in (0, 1)
        ]


@pytest.mark.both
async def test_two_products_that_want_one_picture_do_not_both_get_it(db: None) -> None:
    rep = await make_rep()
    both = [await make_product(rep), await make_product(rep)]
    pictures = [await make_picture(rep.company, product, 1) for product in both]
    for _ in range(5):
        # each takes the other's too, in the other order
        await asyncio.gather(
            *(
                products.update(caller(rep), product.id, draft(product.name, covers=covers))
                for product, covers in zip(both, (pictures, pictures[::-1]), strict=True)
            )
        )
        found = [(await state(rep, product))[4] for product in both]
        assert sorted(map(len, found)) == [0, 2]


async def test_a_picture_that_a_colleague_has_sent_is_not_there_for_others(db: None) -> None:
    company = await make_company()
    rep, colleague = await make_rep(company), await make_rep(company)
    picture = await make_picture(company, rep=colleague)
    with pytest.raises(NotFound):
        await products.add(caller(rep), draft("甲", covers=[picture]))
    await products.add(caller(colleague), draft("甲", covers=[picture]))


@pytest.mark.both
async def test_of_two_reps_that_want_a_free_picture_at_once_one_gets_it(db: None) -> None:
    company = await make_company()
    reps = [await make_rep(company), await make_rep(company)]
    for turn in range(10):
        picture = await make_picture(company)
        made = await asyncio.gather(
            *(
                products.add(caller(rep), draft(f"产品{turn}-{rep.id}", covers=[picture]))
                for rep in reps
            ),
            return_exceptions=True,
        )
        assert [isinstance(one, NotFound) for one in made].count(True) == 1
        (owner,) = [one for one in made if isinstance(one, int)]
        assert [one.id for one in (await products.find(company.id, owner)).covers] == [picture.id]


@pytest.mark.both
async def test_a_text_deleted_during_an_update_does_not_come_back(db: None) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    for turn in range(20):
        text = await make_text(product, 1, "一")
        kept = Text(ArticleKind.TITLE, 1, f"改{turn}", text.id)
        await asyncio.gather(
            products.update(caller(rep), product.id, draft(product.name, kept)),
            products.delete_text(caller(rep), product.id, text.id),
            return_exceptions=True,
        )
        assert await fetch_all("SELECT text FROM product_article") == []


@pytest.mark.both
async def test_of_products_with_one_name_added_at_once_one_is_added(db: None) -> None:
    company = await make_company()
    reps = [await make_rep(company) for _ in range(4)]
    made = await asyncio.gather(
        *(products.add(caller(rep), draft("衣帽间")) for rep in reps), return_exceptions=True
    )
    assert sum(isinstance(one, int) for one in made) == 1
    assert [str(one) for one in made if not isinstance(one, int)] == ["产品名称不能重复"] * 3
    assert len(await fetch_all("SELECT id FROM product")) == 1


@pytest.mark.both
async def test_a_product_deleted_during_an_update_leaves_no_parts(db: None) -> None:
    rep = await make_rep()
    for _ in range(5):
        product = await make_product(rep)
        results = await asyncio.gather(
            products.update(caller(rep), product.id, draft("新", Text(ArticleKind.TITLE, 1, "一"))),
            products.delete(caller(rep), product.id, None),  # type: ignore[arg-type]  # no picture
            return_exceptions=True,
        )
        assert [one for one in results if one is not None and not isinstance(one, NotFound)] == []
        assert await fetch_all("SELECT id FROM product_article") == []


@pytest.mark.both
async def test_a_list_makes_three_statements_whatever_its_length(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = await make_rep()
    for number in range(30):
        product = await make_product(rep if number % 2 else None, rep.company)
        await make_picture(rep.company, product, 1)
    for length in (1, 30):
        with statements(monkeypatch) as made:
            found, _ = await products.page(rep.company_id, rep.id, ALL, length, 0)
        assert (len(found), len(made)) == (length, 3)


@pytest.mark.both
async def test_a_product_is_shown_by_two_statements_whatever_is_in_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    for number in range(20):
        await make_text(product, number, "一")
        await make_picture(rep.company, product, number)
    with statements(monkeypatch) as made:
        await products.find(rep.company_id, product.id)
    assert len(made) == 2


async def test_a_list_and_its_count_read_the_index_of_owner_and_status(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = await make_rep()
    with statements(monkeypatch) as made:
        await products.page(rep.company_id, rep.id, ALL, 10, 0)
    page, count = made[:2]
    for sql, searches in ((page, 6), (count, 2)):
        params = [1] * sql.count("?")
        steps = [row[3] for row in await fetch_all(f"EXPLAIN QUERY PLAN {sql}", params)]
        assert [step for step in steps if step.startswith("SCAN product")] == []
        index = "product_company_id_rep_id_status_id"
        assert sum(f"SEARCH product USING COVERING INDEX {index}" in one for one in steps) == (
            searches
        )


@pytest.mark.parametrize(
    "article",
    [
        [Text(ArticleKind.TITLE, 1, "一"), Picture(5, 1)],
        [Text(ArticleKind.TITLE, 1, "一", 3), Text(ArticleKind.TITLE, 2, "二", 3)],
        [Picture(5, 1), Picture(5, 2)],
    ],
)
async def test_items_that_contradict_each_other_are_refused(
    db: None, article: list[Text | Picture]
) -> None:
    rep = await make_rep()
    with pytest.raises(Invalid):
        await products.add(caller(rep), draft("衣帽间", *article))
    assert await fetch_all("SELECT id FROM product") == []
