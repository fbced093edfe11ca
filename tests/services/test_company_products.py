"""Products that the back office and reps write at once, and what its lists cost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database import fetch_all
from models.product import ProductPicture
from services import company_products, products
from services.errors import NotFound
from services.principals import AdminRep, Rep
from services.products import (
    ON_SHOW,
    ArticleKind,
    Draft,
    Picture,
    ProductKind,
    ProductStatus,
    Text,
)
from tests.app import App
from tests.factories import make_admin, make_picture, make_product, make_rep
from tests.statements import counted


def admin_of(row: Any) -> AdminRep:
    """A rep with role 1 as it calls."""
    return AdminRep(row.id, row.company_id, row.role_id, 0)


def rep_of(row: Any) -> Rep:
    """Any other rep as it calls."""
    return Rep(row.id, row.company_id, row.role_id, 0)


def draft(text: str, *pictures: Any) -> Draft:
    """A draft that says one thing everywhere, with pictures below it."""
    placed = [Picture(one.id, position) for position, one in enumerate(pictures, 2)]
    return Draft(text, text, text, [], [Text(ArticleKind.TITLE, 1, text), *placed])


@pytest.mark.both
async def test_of_an_update_and_a_deletion_at_once_nothing_is_left_over(
    app: App,
) -> None:
    admin = await make_admin()
    rep = await make_rep(admin.company)
    for turn in range(8):
        product, picture = await make_product(rep), await make_picture(rep.company, rep=rep)
        updated, deleted = await asyncio.gather(
            products.update(products.own(rep_of(rep)), product.id, draft(f"新{turn}", picture)),
            company_products.delete(admin_of(admin), product.id, app.services.files),
            return_exceptions=True,
        )
        assert deleted is None
        # The picture went with the product, or nobody has taken it.
        pictures = await fetch_all("SELECT product_id FROM product_picture")
        assert pictures == ([] if updated is None else [(None,)])
        assert updated is None or isinstance(updated, NotFound)
        for table in ("product", "product_article"):
            assert await fetch_all(f"SELECT id FROM {table}") == []
        await ProductPicture.delete().aio_execute()


@pytest.mark.both
async def test_a_rep_changes_nothing_of_a_product_that_has_become_the_companys(db: None) -> None:
    admin = await make_admin()
    rep = await make_rep(admin.company)
    for turn in range(8):
        product = await make_product(rep)
        taken, kept = await asyncio.gather(
            company_products.update(
                admin_of(admin), product.id, draft(f"公司{turn}"), ProductKind.COMPANY
            ),
            products.update(products.own(rep_of(rep)), product.id, draft(f"个人{turn}")),
            return_exceptions=True,
        )
        assert taken is None
        assert kept is None or isinstance(kept, NotFound)
        shown = await products.find(rep.company_id, product.id)
        texts = [one.text for one in shown.article if isinstance(one, products.TextRow)]
        assert (shown.row.rep_id, shown.row.name, texts) == (None, f"公司{turn}", [f"公司{turn}"])


@pytest.mark.both
async def test_of_two_who_want_a_picture_at_once_one_product_gets_it(db: None) -> None:
    admin = await make_admin()
    rep = await make_rep(admin.company)
    of_company, of_rep = await make_product(company=admin.company), await make_product(rep)
    for turn in range(8):
        picture = await make_picture(admin.company)
        results = await asyncio.gather(
            company_products.update(
                admin_of(admin), of_company.id, draft(f"甲{turn}", picture), ProductKind.COMPANY
            ),
            products.update(products.own(rep_of(rep)), of_rep.id, draft(f"乙{turn}", picture)),
            return_exceptions=True,
        )
        # An admin may take it from the rep's product, and never the other way.
        assert results[0] is None
        assert results[1] is None or isinstance(results[1], NotFound)
        assert await fetch_all(
            "SELECT product_id FROM product_picture WHERE id = %s", (picture.id,)
        ) == [(of_company.id,)]


@pytest.mark.parametrize("kind", list(ProductKind))
async def test_lists_of_the_back_office_are_read_from_the_end_of_an_index(
    db: None, kind: ProductKind
) -> None:
    admin = await make_admin()
    with counted() as made:
        await company_products.page(admin_of(admin), None, kind, ON_SHOW, "", 20, 0)
    of_page, of_count = [sql for sql in made if "FROM product" in sql][:2]
    index = {
        ProductKind.COMPANY: "product_company_id_rep_id_status_id (company_id=? AND rep_id=?",
        ProductKind.PERSONAL: "product_company_id_status_id_rep_id (company_id=? AND status=?",
    }[kind]
    steps = await plan(of_page)
    assert sum(f"SEARCH product USING COVERING INDEX {index}" in step for step in steps) == 2
    (counting,) = [step for step in await plan(of_count) if "product" in step]
    assert "SEARCH product USING COVERING INDEX" in counting


@pytest.mark.mariadb
async def test_personal_products_are_not_sorted(db: None) -> None:
    admin = await make_admin()
    for _ in range(40):
        await make_product(admin)
        await make_product(None, admin.company)
    await fetch_all("ANALYZE TABLE product")
    with counted() as made:
        await company_products.page(
            admin_of(admin), None, ProductKind.PERSONAL, [ProductStatus.PUBLISHED], "", 5, 0
        )
    of_page = next(sql for sql in made if "FROM product" in sql)
    params = (admin.company_id, int(ProductStatus.PUBLISHED), 5, 5, 0)
    steps = await fetch_all(f"EXPLAIN {of_page}", params)
    ((key, extra),) = [(step[5], step[9]) for step in steps if "DERIVED" in step[1] and step[5]]
    assert key == "product_company_id_status_id_rep_id"
    assert "Using index" in extra
    assert "filesort" not in extra


async def plan(sql: str) -> list[str]:
    """How SQLite reads a query."""
    rows = await fetch_all(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))
    return [row[3] for row in rows]
