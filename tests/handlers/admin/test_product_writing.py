"""How the back office writes products, and who may write which (semantics 6.2, 6.4, S25)."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from models.product import Product
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
from tests.handlers.admin.keeping import (
    COMPANY,
    FORBIDDEN,
    NOT_FOUND,
    PERSONAL,
    Keeping,
    every_change,
    product_of,
)
from tests.handlers.qiyeweixin.shop import FORM, Shop, ids, is_free, parts_of
from tests.handlers.xiaochengxu.rows import count, everything
from tests.pictures import files

LABELS = {1: "已发布", 2: "已下架", 3: "推荐"}
SAID = {1: "修改发布状态成功", 2: "修改下架状态成功"}
KEPT = [
    (make_admin, "own"),
    (make_admin, "colleague"),
    (make_admin, "company"),
    (make_rep, "own"),
    (make_rep, "colleague"),
]
NOT_KEPT = [
    (make_rep, "company"),
    *(
        (make, owner)
        for make in (make_admin, make_rep)
        for owner in ("stranger", "another company", "nobody")
    ),
]


async def owner_of(product_id: int) -> int | None:
    """The rep whose a product is; None for the company's own."""
    ((rep_id,),) = await fetch_all("SELECT rep_id FROM product WHERE id = %s", (product_id,))
    return None if rep_id is None else int(rep_id)


@pytest.mark.both
@pytest.mark.parametrize(
    ("make", "kind"), [(make_admin, COMPANY), (make_admin, PERSONAL), (make_rep, PERSONAL)]
)
async def test_a_product_is_added_for_the_company_or_for_the_caller(
    api: Api, make: Any, kind: int
) -> None:
    rep = await make()
    cover, picture = await make_picture(rep.company), await make_picture(rep.company)
    shop = await Keeping.of(api, rep)
    items = ({"title": "怎么量", "order": 1}, {"picture_id": picture.id, "order": 2})
    answer = await shop.add(*items, cover_picture_id=ids(cover), product_type=kind)
    assert (answer["code"], answer["msg"], set(answer.data)) == (200, "添加成功", {"product_id"})
    product_id = answer.data["product_id"]
    row = await shop.shown(product_id)
    assert (row["name"], row["status_code"], row["product_type"]) == (FORM["name"], 1, kind)
    assert [one["id"] for one in row["cover_picture"]] == [cover.id]
    assert [one["order"] for one in row["article_data"]] == [1, 2]
    assert await owner_of(product_id) == (None if kind == COMPANY else rep.id)


@pytest.mark.parametrize("call", ["add", "update"])
async def test_only_an_admin_writes_company_products(api: Api, call: str) -> None:
    rep = await make_rep()
    product = await make_product(rep)
    shop = await Keeping.of(api, rep)
    before = await everything()
    form = {"product_type": COMPANY}
    answer = await (shop.add(**form) if call == "add" else shop.update(product, **form))
    assert (answer, await everything()) == (FORBIDDEN, before)


@pytest.mark.both
@pytest.mark.parametrize(("make", "owner"), KEPT)
async def test_an_update_replaces_the_whole_product(api: Api, make: Any, owner: str) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    text = await make_text(product, 1, "一")
    await make_text(product, 2, "二")
    old = await make_picture(rep.company, product, 1)
    new = await make_picture(rep.company, rep=rep)
    shop = await Keeping.of(api, rep)
    answer = await shop.update(
        product,
        {"article_id": text.id, "title": "改", "order": 5},
        name="换了名字",
        cover_picture_id=ids(new),
        product_type=COMPANY if owner == "company" else PERSONAL,
    )
    assert answer == {"code": 200, "msg": "添加成功", "data": {}}
    row = await shop.shown(product.id)
    assert (row["name"], [one["id"] for one in row["cover_picture"]]) == ("换了名字", [new.id])
    assert row["article_data"] == [{"id": text.id, "order": 5, "title": "改", "content": ""}]
    assert (await is_free(old), await owner_of(product.id)) == (True, product.rep_id)


@pytest.mark.both
async def test_a_company_product_that_becomes_personal_is_the_callers(api: Api) -> None:
    admin = await make_admin()
    product = await make_product(company=admin.company)
    await (await Keeping.of(api, admin)).update(product, product_type=PERSONAL)
    assert await owner_of(product.id) == admin.id


async def test_a_colleagues_product_becomes_the_companys(api: Api) -> None:
    admin = await make_admin()
    product = await make_product(await make_rep(admin.company))
    await (await Keeping.of(api, admin)).update(product, product_type=COMPANY)
    assert await owner_of(product.id) is None


@pytest.mark.both
@pytest.mark.parametrize(("make", "owner"), NOT_KEPT)
async def test_what_is_not_the_callers_to_keep_is_not_found_and_stays(
    api: Api, make: Any, owner: str
) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    shop = await Keeping.of(api, rep)
    before = await everything()
    for operation, form in every_change(product).items():
        assert (operation, await shop.post(operation, **form)) == (operation, NOT_FOUND)
    assert await everything() == before


async def test_the_platform_changes_no_product_of_another_company(api: Api) -> None:
    admin = await make_admin(await make_company(id=1))
    product = await make_product(company=await make_company())
    shop = await Keeping.of(api, admin)
    before = await everything()
    for operation, form in every_change(product).items():
        answer = await shop.post(operation, **form, company_id=product.company_id)
        assert (operation, answer) == (operation, NOT_FOUND)
    assert await everything() == before


@pytest.mark.parametrize("product_id", ["0", "-1", str(2**70)])
async def test_an_id_that_cannot_be_is_not_found(api: Api, product_id: str) -> None:
    shop = await Keeping.of(api, await make_admin())
    assert await shop.post(f"delete/{product_id}") == NOT_FOUND


@pytest.mark.both
@pytest.mark.parametrize("call", ["add", "update"])
async def test_a_name_is_used_once_in_a_company(api: Api, call: str) -> None:
    admin = await make_admin()
    await make_product(await make_rep(admin.company), name=FORM["name"])
    product = await make_product(company=admin.company)
    shop = await Keeping.of(api, admin)
    before = await everything()
    assert await (shop.add() if call == "add" else shop.update(product)) == {
        "code": 303,
        "msg": "产品名称不能重复",
        "data": {"errors": {"name": "产品名称不能重复"}},
    }
    assert await everything() == before


@pytest.mark.parametrize("call", ["add", "update"])
@pytest.mark.parametrize(
    ("form", "code"),
    [
        *(({name: ""}, 303) for name in (*FORM, "product_type")),
        ({"product_type": "3"}, 303),
        ({"product_type": "x"}, 301),
        ({"cover_picture_id": "[8,"}, 301),
        ({"article_data": '[{"title": "a", "content": "b"}]'}, 303),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, call: str, form: dict[str, str], code: int
) -> None:
    admin = await make_admin()
    product = await make_product(admin)
    shop = await Keeping.of(api, admin)
    before = await everything()
    answer = await (shop.add(**form) if call == "add" else shop.update(product, **form))
    assert (answer["code"], set(answer.data["errors"])) == (code, set(form))
    assert await everything() == before


@pytest.mark.both
@pytest.mark.parametrize("status", [1, 2])
@pytest.mark.parametrize(("make", "owner"), KEPT)
async def test_a_status_is_set_after_any_other(
    api: Api, make: Any, owner: str, status: int
) -> None:
    rep = await make()
    product = await product_of(owner, rep)
    shop = await Keeping.of(api, rep)
    for before in (3, status):
        await Product.update(status=before).where(Product.id == product.id).aio_execute()
        assert await shop.post(f"change_status/{product.id}", status=status) == {
            "code": 200,
            "msg": SAID[status],
            "data": {"product_id": product.id, "status": LABELS[status], "status_code": status},
        }
        assert (await shop.shown(product.id))["status_code"] == status


@pytest.mark.parametrize(("status", "code"), [("", 303), ("0", 303), ("3", 303), ("x", 301)])
async def test_a_status_that_means_nothing_is_refused(api: Api, status: str, code: int) -> None:
    admin = await make_admin()
    product = await make_product(admin)
    answer = await (await Keeping.of(api, admin)).post(f"change_status/{product.id}", status=status)
    assert (answer["code"], set(answer.data["errors"])) == (code, {"status"})


@pytest.mark.both
@pytest.mark.parametrize(("make", "owner"), KEPT)
async def test_a_product_is_deleted_with_its_parts_and_files(
    api: Api, app: App, make: Any, owner: str
) -> None:
    rep = await make()
    product, other = await product_of(owner, rep), await make_product(rep)
    await make_text(product, 1, "一")
    for shown_by in (product, other):
        picture = await make_picture(rep.company, shown_by, 1)
        path = app.settings.data_dir / picture.picture_url
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a picture")
    shop = await Keeping.of(api, rep)
    assert await shop.post(f"delete/{product.id}") == {"code": 200, "msg": "删除成功", "data": {}}
    assert [await count(f"product{part}") for part in ("", "_article", "_picture")] == [1, 0, 1]
    assert files(app.settings.data_dir) == {picture.picture_url}
    assert await shop.post(f"delete/{product.id}") == NOT_FOUND


async def picture_of(where: str, rep: Any) -> Any:
    """A picture by where it is, seen from a rep."""
    company = rep.company
    match where:
        case "sent by the caller":
            return await make_picture(company, rep=rep)
        case "sent by nobody":
            return await make_picture(company)
        case "sent by a colleague":
            return await make_picture(company, rep=await make_rep(company))
        case "a colleague's product":
            colleague = await make_rep(company)
            return await make_picture(company, await make_product(colleague), 1, rep=colleague)
        case "a company product":
            return await make_picture(company, await make_product(company=company), 1, rep=rep)
        case "another company":
            return await make_picture(await make_company())
    stranger = await make_rep()
    return await make_picture(stranger.company, await make_product(stranger), 1)


@pytest.mark.parametrize("make", [make_admin, make_rep])
@pytest.mark.parametrize(
    ("where", "who"),
    [
        ("sent by the caller", {make_admin, make_rep}),
        ("sent by nobody", {make_admin, make_rep}),
        ("sent by a colleague", set()),
        ("a colleague's product", {make_admin, make_rep}),
        ("a company product", {make_admin}),
        ("another company", set()),
        ("another company's product", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_pictures_come_from_the_caller_and_from_products_that_it_keeps(
    api: Api, make: Any, where: str, who: set[Any]
) -> None:
    rep = await make()
    product = await make_product(await make_rep(rep.company))
    await make_picture(rep.company, product, 1)
    picture = await picture_of(where, rep)
    shop = await Keeping.of(api, rep)
    before = await everything()
    answer = await shop.update(product, {"picture_id": picture.id}, cover_picture_id="[]")
    if make in who:
        assert [part[1] for part in await parts_of(product.id)] == [picture.id]
    else:
        assert (answer, await everything()) == (NOT_FOUND, before)


async def test_a_picture_that_is_taken_off_goes_back_to_who_has_sent_it(api: Api) -> None:
    admin = await make_admin()
    rep = await make_rep(admin.company)
    product = await make_product(rep)
    picture = await make_picture(rep.company, product, 1, rep=rep)
    office, radar = await Keeping.of(api, admin), await Shop.of(api, rep)
    assert (await office.update(product))["code"] == 200
    assert await office.update(product, cover_picture_id=ids(picture)) == NOT_FOUND
    assert (await radar.update(product, cover_picture_id=ids(picture)))["code"] == 200


async def test_a_rep_may_use_what_a_colleague_has_put_on_its_product(api: Api) -> None:
    colleague = await make_rep()
    rep = await make_rep(colleague.company)
    product, picture = await make_product(rep), await make_picture(rep.company, rep=colleague)
    await (await Keeping.of(api, colleague)).update(product, cover_picture_id=ids(picture))
    row = await (await Shop.of(api, rep)).updated(product, cover_picture_id=ids(picture))
    assert [one["id"] for one in row["cover_picture"]] == [picture.id]
