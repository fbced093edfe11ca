"""Pictures of products, sent in chunks over HTTP, and taken away."""

from __future__ import annotations

from typing import Any

import pytest

from models.product import PictureKind, Product, ProductPicture
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_rep, session_for
from tests.handlers.xiaochengxu.rows import everything
from tests.pictures import chunks, drawn, files, noisy, send

PRODUCT = "/zhugeleida/qiyeweixin/product"
ADD, COMPLETE = f"{PRODUCT}/add_picture/0", f"{PRODUCT}/upload_complete/0"
STATUS, DELETE = f"{PRODUCT}/upload_status", f"{PRODUCT}/delete_picture"
TASK = "wu_1ch31er0ps0q145218"


async def complete(api: Api, caller: Caller, **changed: object) -> Answer:
    """Complete the upload of a cover in one chunk."""
    form = {"task_id": TASK, "filename": "sofa.png", "chunk": 0, "picture_type": 1, **changed}
    return await api.post(COMPLETE, form, caller=caller)


async def sent(api: Api, caller: Caller) -> Any:
    """Send a picture, which no product has yet."""
    await send(api, caller, ADD, drawn())
    return (await complete(api, caller)).data["ret_data"]


async def delete(api: Api, caller: Caller, picture: int, product: object) -> Answer:
    """Delete a picture."""
    return await api.post(f"{DELETE}/{picture}", {"product_id": product}, caller=caller)


async def make_product(rep: Any, *, of_company: bool = False) -> Any:
    """Make a rep's product, or its company's."""
    owner = None if of_company else rep
    return await Product.aio_create(
        company=rep.company, rep=owner, name=f"产品{rep.id}{of_company}"
    )


async def put(picture: Any, product: Any) -> None:
    """Put a picture on a product."""
    row = ProductPicture.id == picture["picture_id"]
    await ProductPicture.update(product=product.id, position=0).where(row).aio_execute()


async def pictures() -> list[Any]:
    """All pictures of all products."""
    return list(await ProductPicture.select().order_by(ProductPicture.id).aio_execute())


@pytest.mark.both
@pytest.mark.parametrize("kind", [1, 2])
async def test_a_picture_waits_for_its_product(api: Api, app: App, kind: int) -> None:
    rep = await make_rep()
    caller, parts = await session_for(rep), chunks(noisy())
    for answer in await send(api, caller, ADD, parts, order=reversed(parts)):
        assert (answer["code"], answer["msg"], answer.data) == (200, "上传成功", {})
    answer = await complete(api, caller, chunk=len(parts), picture_type=kind)
    assert (answer["code"], answer["msg"]) == (200, "添加图片成功")
    (row,) = await pictures()
    assert answer.data == {"ret_data": {"picture_id": row.id, "picture_url": row.picture_url}}
    assert (row.company_id, row.rep_id, row.product_id, row.kind) == (
        *(rep.company_id, rep.id),
        *(None, PictureKind(kind)),
    )
    assert files(app.settings.data_dir) == {row.picture_url}
    response = await api.fetch("GET", f"/{row.picture_url}")
    assert (response.code, response.headers["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize("beyond", [0, 1])
async def test_clients_name_the_last_chunk_or_count_them(api: Api, beyond: int) -> None:
    caller, parts = await session_for(await make_rep()), chunks(noisy())
    await send(api, caller, ADD, parts)
    assert (await complete(api, caller, chunk=len(parts) - 1 + beyond))["code"] == 200


@pytest.mark.parametrize(
    ("beyond", "complaint"),
    [(1, "上传异常,缺少分片{0}"), (8, "上传异常,缺少分片{0}"), (10**9, "上传异常,缺少分片{0}")],
)
async def test_chunks_that_a_client_counts_and_has_not_sent_are_missing(
    api: Api, beyond: int, complaint: str
) -> None:
    caller, parts = await session_for(await make_rep()), chunks(noisy())
    await send(api, caller, ADD, parts)
    answer = await complete(api, caller, chunk=len(parts) + beyond)
    assert (answer["code"], answer["msg"][:10]) == (303, complaint.format(len(parts))[:10])
    status = await api.get(STATUS, {"task_id": TASK}, caller=caller)
    assert status.data["chunks"] == list(parts)
    assert (await complete(api, caller, chunk=len(parts)))["code"] == 200


async def test_more_chunks_than_the_client_counts_are_refused(api: Api) -> None:
    caller, parts = await session_for(await make_rep()), chunks(noisy())
    await send(api, caller, ADD, parts)
    answer = await complete(api, caller, chunk=1)
    assert (answer["code"], answer["msg"]) == (303, f"分片数量不符,已收到{len(parts)}个分片")


@pytest.mark.parametrize(
    ("changed", "code", "complaint"),
    [
        ({"picture_type": 3}, 303, "图片类型不能大于2"),
        ({"picture_type": 0}, 303, "图片类型不能小于1"),
        ({"picture_type": "x"}, 301, "图片类型必须是整数"),
        ({"picture_type": ""}, 303, "图片类型不能为空"),
        ({"chunk": ""}, 303, "当前是第几份文件不能为空"),
        ({"chunk": -1}, 303, "当前是第几份文件不能小于0"),
        ({"task_id": "../x"}, 303, "文件标识不合法"),
        ({"filename": "../x.png"}, 303, "文件名不合法"),
        ({"task_id": "unknown"}, 403, "无任务"),
    ],
)
async def test_a_completion_that_breaks_a_rule_is_refused(
    api: Api, changed: dict[str, object], code: int, complaint: str
) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, ADD, drawn())
    answer = await complete(api, caller, **changed)
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert await pictures() == []
    assert (await complete(api, caller))["code"] == 200


async def test_what_is_no_picture_is_refused_and_nothing_is_left(api: Api, app: App) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, ADD, b"MZ\x90")
    answer = await complete(api, caller)
    assert (answer["code"], answer["msg"]) == (303, "不是有效的图片")
    assert (await pictures(), files(app.settings.data_dir)) == ([], set())


async def test_a_photo_of_the_card_is_no_picture_of_a_product(api: Api) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, "/zhugeleida/qiyeweixin/mingpian/upload_photo/0", drawn())
    assert (await complete(api, caller))["code"] == 403


async def test_a_rep_knows_nothing_of_anothers_upload(api: Api) -> None:
    rep = await make_rep()
    owner, colleague = await session_for(rep), await session_for(await make_rep(rep.company))
    await send(api, owner, ADD, drawn())
    assert (await complete(api, colleague))["code"] == 403
    assert (await api.get(STATUS, {"task_id": TASK}, caller=colleague))["code"] == 403


@pytest.mark.both
async def test_a_picture_is_deleted_with_its_file(api: Api, app: App) -> None:
    rep = await make_rep()
    caller, product = await session_for(rep), await make_product(rep)
    picture = await sent(api, caller)
    await put(picture, product)
    answer = await delete(api, caller, picture["picture_id"], product.id)
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert (await pictures(), files(app.settings.data_dir)) == ([], set())
    assert (await api.fetch("GET", f"/{picture['picture_url']}")).code == 404


@pytest.mark.parametrize("is_saved", [True, False])
async def test_a_picture_that_no_product_has_yet_is_deleted_by_who_sent_it(
    api: Api, app: App, is_saved: bool
) -> None:
    rep = await make_rep()
    caller, product = await session_for(rep), await make_product(rep)
    picture = await sent(api, caller)
    found = await delete(api, caller, picture["picture_id"], product.id if is_saved else 0)
    assert (found["code"], files(app.settings.data_dir)) == (200, set())


async def test_a_file_that_another_picture_shows_stays(api: Api, app: App) -> None:
    rep = await make_rep()
    caller = await session_for(rep)
    picture = await sent(api, caller)
    url = picture["picture_url"]
    await ProductPicture.aio_create(company=rep.company, rep=rep, picture_url=url)
    assert (await delete(api, caller, picture["picture_id"], 0))["code"] == 200
    assert files(app.settings.data_dir) == {url}


@pytest.mark.both
async def test_what_is_not_the_callers_is_not_found_and_stays(api: Api) -> None:
    rep = await make_rep()
    colleague, stranger = await make_rep(rep.company), await make_rep()
    caller, own = await session_for(rep), await make_product(rep)
    on_product, waiting = await sent(api, caller), await sent(api, caller)
    await put(on_product, own)
    of_company = await make_product(rep, of_company=True)
    on_companys = await sent(api, caller)
    await put(on_companys, of_company)
    foreign = await make_product(colleague)
    others = [await session_for(colleague), await session_for(stranger)]
    on_product, waiting, on_companys = (
        picture["picture_id"] for picture in (on_product, waiting, on_companys)
    )
    before = (await everything())["product_picture"]
    for tried in (
        *((other, on_product, own.id) for other in others),
        *((other, waiting, 0) for other in others),
        (others[0], waiting, foreign.id),
        (caller, on_companys, of_company.id),
        (caller, on_product, 0),
        (caller, on_product, foreign.id),
        (caller, waiting, foreign.id),
        (caller, waiting, of_company.id),
        (caller, waiting, foreign.id + 99),
        (caller, on_companys + 99, own.id),
    ):
        answer = await delete(api, *tried)
        assert (answer["code"], answer["msg"]) == (302, "对应ID不存在"), tried
    assert (await everything())["product_picture"] == before


@pytest.mark.parametrize(
    ("product", "code", "complaint"),
    [
        ("", 303, "产品ID不能为空"),
        ("x", 301, "产品ID必须是整数"),
        (-1, 303, "产品ID不能小于0"),
        (2**63, 303, "产品ID不能大于9223372036854775807"),
    ],
)
async def test_a_deletion_names_the_product(
    api: Api, product: object, code: int, complaint: str
) -> None:
    caller = await session_for(await make_rep())
    picture = await sent(api, caller)
    answer = await delete(api, caller, picture["picture_id"], product)
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert len(await pictures()) == 1
