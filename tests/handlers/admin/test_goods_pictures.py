"""Pictures of goods, sent in chunks as the back office does (001-admin.md:591)."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from models.database import fetch_all
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_admin, session_for
from tests.mall import as_json
from tests.pictures import chunks, drawn, files, noisy

GOODS = "/zhugeleida/admin/goods"
TAG = "1530156149132"


async def send(api: Api, caller: Caller, parts: Mapping[int, bytes]) -> list[Answer]:
    """Send chunks as base64 text."""
    return [
        await add(api, caller, chunk=number, img_data=base64.b64encode(part).decode())
        for number, part in parts.items()
    ]


async def add(api: Api, caller: Caller, **changed: object) -> Answer:
    """Send a chunk."""
    form = {"img_name": "lamp.png", "timestamp": TAG, "chunk": 0, **changed}
    return await api.post(f"{GOODS}/add_picture/0", form, caller=caller)


async def complete(api: Api, caller: Caller, **changed: object) -> Answer:
    """Complete an upload of one chunk."""
    form = {"img_name": "lamp.png", "timestamp": TAG, "chunk_num": 1, "picture_type": 1, **changed}
    return await api.post(f"{GOODS}/upload_complete/0", form, caller=caller)


@pytest.mark.both
async def test_a_picture_is_sent_and_shown_by_goods(api: Api, app: App) -> None:
    admin = await make_admin()
    caller, parts = await session_for(admin), chunks(noisy())
    for answer in await send(api, caller, dict(reversed(parts.items()))):
        assert (answer["code"], answer["msg"], answer.data) == (200, "上传成功", {})
    status = await api.get(f"{GOODS}/upload_status", {"task_id": TAG}, caller=caller)
    assert status.data["chunks"] == list(parts)
    answer = await complete(api, caller, chunk_num=len(parts))
    assert (answer["code"], answer["msg"]) == (200, "添加图片成功")
    ((number, company_id, url),) = await fetch_all(
        "SELECT id, company_id, picture_url FROM company_picture"
    )
    assert (answer.data, company_id) == (
        {"ret_data": {"picture_id": number, "picture_url": url}},
        admin.company_id,
    )
    assert files(app.settings.data_dir) == {url}
    response = await api.fetch("GET", f"/{url}")
    assert (response.code, response.headers["Content-Type"]) == (200, "image/png")
    colleague = await session_for(await make_admin(admin.company))
    form = {"goodsName": "落地灯", "goodsPrice": "459", "topLunBoTu": as_json(url)}
    assert (await api.post(f"{GOODS}/add/0", form, caller=colleague))["code"] == 200


@pytest.mark.parametrize("way", ["text", "wrapped", "data url", "bare plus", "json", "file"])
async def test_a_chunk_comes_as_text_or_as_a_file(api: Api, way: str) -> None:
    caller, picture = await session_for(await make_admin()), noisy()
    text = base64.b64encode(picture).decode()
    fields: dict[str, object] = {"img_name": "lamp.png", "timestamp": TAG, "chunk": 0}
    url = f"{GOODS}/add_picture/0"
    if way == "file":
        sent = {"img_data": ("blob", picture)}
        answer = await api.post(url, fields, files=sent, caller=caller)
    elif way == "json":
        body = {**fields, "timestamp": int(TAG), "img_data": text}
        answer = await api.post(url, as_json=body, caller=caller)
    else:
        texts = {
            "text": text,
            "wrapped": base64.encodebytes(picture).decode(),
            "data url": f"data:image/png;base64,{text}",
            "bare plus": text.replace("+", " "),
        }
        answer = await add(api, caller, img_data=texts[way])
    assert (answer["code"], (await complete(api, caller))["code"]) == (200, 200)


@pytest.mark.parametrize(
    ("changed", "code", "complaint"),
    [
        ({"img_data": ""}, 303, "图片内容不能为空"),
        ({"img_data": "密"}, 301, "图片内容格式不正确"),
        ({"img_data": "abc"}, 301, "图片内容格式不正确"),
        ({"chunk": ""}, 303, "当前是第几份文件不能为空"),
        ({"chunk": -1}, 303, "当前是第几份文件不能小于0"),
        ({"timestamp": ""}, 303, "文件标识不能为空"),
        ({"timestamp": "../x"}, 303, "文件标识不合法"),
        ({"img_name": ""}, 303, "文件名不能为空"),
        ({"img_name": "../x.png"}, 303, "文件名不合法"),
        ({"img_name": "x.exe"}, 303, "只能上传JPG、PNG、WebP、GIF图片"),
    ],
)
async def test_a_chunk_that_breaks_a_rule_is_refused(
    api: Api, app: App, changed: dict[str, object], code: int, complaint: str
) -> None:
    caller = await session_for(await make_admin())
    answer = await add(api, caller, **{"img_data": "aGk=", **changed})
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert files(app.settings.data_dir) == set()


@pytest.mark.parametrize(
    ("changed", "code", "complaint"),
    [
        ({"chunk_num": ""}, 303, "总份数不能为空"),
        ({"chunk_num": "x"}, 301, "总份数必须是整数"),
        ({"chunk_num": 0}, 303, "总份数不能小于1"),
        ({"chunk_num": 501}, 303, "总份数不能大于500"),
        ({"chunk_num": 2}, 303, "上传异常,缺少分片1"),
        ({"timestamp": "unknown"}, 403, "无任务"),
    ],
)
async def test_a_completion_that_breaks_a_rule_leaves_the_chunks(
    api: Api, changed: dict[str, object], code: int, complaint: str
) -> None:
    caller = await session_for(await make_admin())
    await send(api, caller, {0: drawn()})
    answer = await complete(api, caller, **changed)
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert await fetch_all("SELECT id FROM company_picture") == []
    assert (await complete(api, caller))["code"] == 200


async def test_what_is_no_picture_is_refused_and_nothing_is_left(api: Api, app: App) -> None:
    caller = await session_for(await make_admin())
    await send(api, caller, {0: b"MZ\x90"})
    answer = await complete(api, caller)
    assert (answer["code"], answer["msg"]) == (303, "不是有效的图片")
    assert files(app.settings.data_dir) == set()


async def test_an_upload_is_its_senders_alone(api: Api) -> None:
    admin = await make_admin()
    owner, colleague = await session_for(admin), await session_for(await make_admin(admin.company))
    await send(api, owner, {0: drawn()})
    assert (await complete(api, colleague))["code"] == 403
    status = await api.get(f"{GOODS}/upload_status", {"task_id": TAG}, caller=colleague)
    assert status["code"] == 403
    assert (await complete(api, owner))["code"] == 200
    assert (await complete(api, owner))["code"] == 403
