"""Pictures of products, sent in chunks as the back office does (001-admin.md:591)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from models.database import fetch_all
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_admin, make_rep, session_for
from tests.handlers.admin.keeping import OFFICE, Keeping
from tests.pictures import chunks, drawn, files, noisy

TAG = "1530156149132"


async def send(api: Api, caller: Caller, parts: dict[int, bytes]) -> list[Answer]:
    """Send chunks as base64 text."""
    form = {"img_name": "lamp.png", "timestamp": TAG}
    return [
        await api.post(
            f"{OFFICE}/add_picture/0",
            {**form, "chunk": number, "img_data": base64.b64encode(part).decode()},
            caller=caller,
        )
        for number, part in parts.items()
    ]


async def complete(api: Api, caller: Caller, **changed: object) -> Answer:
    """Complete an upload of one chunk."""
    form = {"img_name": "lamp.png", "timestamp": TAG, "chunk_num": 1, "picture_type": 1, **changed}
    return await api.post(f"{OFFICE}/upload_complete/0", form, caller=caller)


@pytest.mark.both
@pytest.mark.parametrize("make", [make_admin, make_rep])
@pytest.mark.parametrize("kind", [1, 2])
async def test_a_picture_is_sent_and_used(api: Api, app: App, make: Any, kind: int) -> None:
    rep = await make()
    caller, parts = await session_for(rep), chunks(noisy())
    for answer in await send(api, caller, dict(reversed(parts.items()))):
        assert (answer["code"], answer["msg"], answer.data) == (200, "上传成功", {})
    status = await api.get(f"{OFFICE}/upload_status", {"task_id": TAG}, caller=caller)
    assert status.data["chunks"] == list(parts)
    answer = await complete(api, caller, chunk_num=len(parts), picture_type=kind)
    assert (answer["code"], answer["msg"]) == (200, "添加图片成功")
    ((number, *row, url),) = await fetch_all(
        "SELECT id, company_id, rep_id, product_id, kind, picture_url FROM product_picture"
    )
    assert answer.data == {"ret_data": {"picture_id": number, "picture_url": url}}
    assert row == [rep.company_id, rep.id, None, kind]
    assert files(app.settings.data_dir) == {url}
    shown = await (await Keeping.of(api, rep)).added(cover_picture_id=f"[{number}]")
    assert shown["cover_picture"] == [{"id": number, "picture_url": url}]


async def test_a_chunk_can_come_as_a_file_and_its_facts_in_the_query(api: Api) -> None:
    caller, picture = await session_for(await make_rep()), noisy()
    answer = await api.post(
        f"{OFFICE}/add_picture/0?img_name=lamp.png&chunk=0",
        {"timestamp": TAG},
        files={"img_data": ("blob", picture)},
        caller=caller,
    )
    assert (answer["code"], (await complete(api, caller))["code"]) == (200, 200)


@pytest.mark.parametrize(
    ("changed", "code", "complaint"),
    [
        ({"picture_type": ""}, 303, "图片类型不能为空"),
        ({"picture_type": 3}, 303, "图片类型不能大于2"),
        ({"picture_type": "x"}, 301, "图片类型必须是整数"),
        ({"chunk_num": ""}, 303, "总份数不能为空"),
        ({"chunk_num": 2}, 303, "上传异常,缺少分片1"),
        ({"img_name": "../x.png"}, 303, "文件名不合法"),
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
    assert await fetch_all("SELECT id FROM product_picture") == []
    assert (await complete(api, caller))["code"] == 200


async def test_an_upload_is_its_senders_alone(api: Api) -> None:
    admin = await make_admin()
    owner, colleague = await session_for(admin), await session_for(await make_admin(admin.company))
    await send(api, owner, {0: drawn()})
    status = await api.get(f"{OFFICE}/upload_status", {"task_id": TAG}, caller=colleague)
    assert [(await complete(api, colleague))["code"], status["code"]] == [403, 403]
    assert (await complete(api, owner))["code"] == 200
