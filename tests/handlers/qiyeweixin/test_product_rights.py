"""What reps may do with which products (semantics 6.4, decisions T12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.product import ProductStatus
from tests.api import Api
from tests.app import App
from tests.factories import (
    make_admin,
    make_company,
    make_picture,
    make_product,
    make_rep,
    make_text,
)
from tests.handlers.qiyeweixin.shop import Shop, parts_of, written
from tests.handlers.xiaochengxu.rows import count, everything

SET_STATUS = {"publish": 1, "shelves": 2, "recommend": 3}
SAID = {1: "修改发布状态成功", 2: "修改下架状态成功", 3: "修改推荐状态成功"}
LABELS = {1: "已发布", 2: "已下架", 3: "推荐"}
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


@pytest.mark.both
@pytest.mark.parametrize("call", SET_STATUS)
@pytest.mark.parametrize("before", list(ProductStatus))
async def test_an_own_product_gets_any_status_after_any_other(
    api: Api, call: str, before: int
) -> None:
    rep = await make_rep()
    product = await make_product(rep, status=before)
    shop = await Shop.of(api, rep)
    status = SET_STATUS[call]
    assert await shop.post(f"{call}/{product.id}") == {
        "code": 200,
        "msg": SAID[status],
        "data": {"product_id": product.id, "status": LABELS[status], "status_code": status},
    }
    assert (await shop.shown(product.id))["status_code"] == status


@pytest.mark.parametrize("status", [1, 2])
async def test_the_status_can_be_said_in_the_body(api: Api, status: int) -> None:
    rep = await make_rep()
    product = await make_product(rep, status=3)
    shop = await Shop.of(api, rep)
    assert await shop.post(f"change_status/{product.id}", status=status) == {
        "code": 200,
        "msg": SAID[status],
        "data": {"product_id": product.id, "status": LABELS[status], "status_code": status},
    }
    assert (await shop.shown(product.id))["status_code"] == status


@pytest.mark.parametrize(("status", "code"), [("", 303), ("0", 303), ("4", 303), ("x", 301)])
async def test_a_status_that_means_nothing_is_refused(api: Api, status: str, code: int) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    answer = await (await Shop.of(api, rep)).post(f"change_status/{product.id}", status=status)
    assert (answer["code"], set(answer.data["errors"])) == (code, {"status"})


@pytest.mark.parametrize("make", [make_rep, make_admin])
@pytest.mark.parametrize(("call", "code"), [("publish", 200), ("recommend", 200), ("shelves", 302)])
async def test_a_company_product_can_be_published_and_recommended_only(
    api: Api, make: Any, call: str, code: int
) -> None:
    rep = await make()
    product = await make_product(company=rep.company)
    assert (await (await Shop.of(api, rep)).post(f"{call}/{product.id}"))["code"] == code


@pytest.mark.parametrize(("status", "code"), [(1, 200), (2, 302)])
async def test_the_body_changes_nothing_about_that(api: Api, status: int, code: int) -> None:
    rep = await make_rep()
    product = await make_product(company=rep.company, status=3)
    answer = await (await Shop.of(api, rep)).post(f"change_status/{product.id}", status=status)
    assert answer["code"] == code


@pytest.mark.parametrize("of_company", [True, False])
async def test_an_admin_sets_any_status_in_its_company_over_the_url_of_the_back_office(
    api: Api, of_company: bool
) -> None:
    admin = await make_admin()
    owner = None if of_company else await make_rep(admin.company)
    product = await make_product(owner, admin.company)
    shop = await Shop.of(api, admin)
    assert (await shop.post(f"change_status/{product.id}", status=2))["code"] == 200
    assert (await shop.shown(product.id))["status_code"] == 2


async def product_of(owner: str, rep: Any) -> Any:
    """A product that is not the rep's."""
    match owner:
        case "colleague":
            return await make_product(await make_rep(rep.company))
        case "company":
            return await make_product(company=rep.company)
        case "stranger":
            return await make_product(await make_rep())
        case "another company":
            return await make_product(company=await make_company())
    product = await make_product(rep)
    await product.aio_delete_instance()
    return product


OTHERS = ["colleague", "stranger", "another company", "nobody"]


@pytest.mark.both
@pytest.mark.parametrize("make", [make_rep, make_admin])
@pytest.mark.parametrize("owner", ["company", *OTHERS])
async def test_only_the_own_products_are_edited_and_deleted(
    api: Api, make: Any, owner: str
) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    if owner != "nobody":
        await make_text(product, 1, "一")
        await make_picture(product.company, product, 1)
    shop = await Shop.of(api, rep)
    before = await everything()
    for operation, form in {"update": written(), "delete": {}}.items():
        answer = await shop.post(f"{operation}/{product.id}", **form)
        assert (operation, answer) == (operation, NOT_FOUND)
    assert await everything() == before


@pytest.mark.parametrize("owner", OTHERS)
@pytest.mark.parametrize(
    ("call", "make"), [*((call, make_admin) for call in SET_STATUS), ("change_status", make_rep)]
)
async def test_the_status_of_somebodys_product_stays(
    api: Api, owner: str, call: str, make: Any
) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    shop = await Shop.of(api, rep)
    before = await everything()
    assert await shop.post(f"{call}/{product.id}", status=2) == NOT_FOUND
    assert await everything() == before


@pytest.mark.both
@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_text_of_an_own_product_is_deleted(api: Api, method: str) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    kept, text = await make_text(product, 1, "一"), await make_text(product, 2, "二")
    shop = await Shop.of(api, rep)
    call = getattr(shop, method)
    assert await call(f"delete_article/{text.id}", product_id=product.id) == {
        "code": 200,
        "msg": "删除文章字段成功",
        "data": {},
    }
    assert await parts_of(product.id) == [(1, kept.id, "一")]


@pytest.mark.parametrize("owner", ["company", "colleague", "stranger"])
async def test_a_text_of_somebodys_product_stays(api: Api, owner: str) -> None:
    rep = await make_rep()
    product = await product_of(owner, rep)
    text = await make_text(product, 1, "一")
    shop = await Shop.of(api, rep)
    answer = await shop.get(f"delete_article/{text.id}", product_id=product.id)
    assert (answer, await count("product_article")) == (NOT_FOUND, 1)


async def test_a_text_goes_only_with_the_product_that_it_is_of(api: Api) -> None:
    rep = await make_rep()
    product, other = await make_product(rep), await make_product(rep)
    text = await make_text(product, 1, "一")
    shop = await Shop.of(api, rep)
    answer = await shop.get(f"delete_article/{text.id}", product_id=other.id)
    assert (answer, await count("product_article")) == (NOT_FOUND, 1)


async def test_deleting_a_text_needs_the_product(api: Api) -> None:
    rep = await make_rep()
    text = await make_text(await make_product(rep), 1, "一")
    answer = await (await Shop.of(api, rep)).get(f"delete_article/{text.id}")
    assert (answer["code"], set(answer.data["errors"])) == (303, {"product_id"})


def kept_file(app: App, picture: Any) -> Path:
    """Write the file of a picture."""
    path = Path(app.services.settings.data_dir, picture.picture_url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a picture")
    return path


@pytest.mark.both
async def test_a_product_is_deleted_with_its_parts_and_files(app: App, api: Api) -> None:
    rep = await make_rep()
    product, other = await make_product(rep), await make_product(rep)
    await make_text(product, 1, "一")
    files = {
        kept_file(app, await make_picture(rep.company, owner, 1)): owner is other
        for owner in (product, other, product)
    }
    shop = await Shop.of(api, rep)
    assert await shop.post(f"delete/{product.id}") == {
        "code": 200,
        "msg": "删除成功",
        "data": {},
    }
    assert await shop.listed() == [other.id]
    assert [await count("product_article"), await count("product_picture")] == [0, 1]
    assert {path: path.exists() for path in files} == files


async def test_pictures_that_no_rep_has_sent_keep_their_files(app: App, api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    shared = "statics/zhugeleida/imgs/qiyeweixin/product/living_6.jpg"
    path = kept_file(app, await make_picture(rep.company, product, 1, picture_url=shared))
    await (await Shop.of(api, rep)).post(f"delete/{product.id}")
    assert path.exists()


async def test_a_product_is_deleted_once(api: Api) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    shop = await Shop.of(api, rep)
    codes = [(await shop.post(f"delete/{product.id}"))["code"] for _ in range(2)]
    assert codes == [200, 302]
