"""Photos of a card, sent in chunks over HTTP."""

from __future__ import annotations

import asyncio
import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from models.database import execute
from models.staff import PhotoKind, RepPhoto
from tests.api import Api, Caller
from tests.app import App
from tests.factories import make_rep, session_for
from tests.pictures import chunks, drawn, files, moving, noisy, send

CARD = "/zhugeleida/qiyeweixin/mingpian"
UPLOAD, COMPLETE = f"{CARD}/upload_photo/0", f"{CARD}/upload_complete/0"
STATUS, DELETE = f"{CARD}/upload_status", f"{CARD}/delete_photo"
TASK = "wu_1ch31er0ps0q145218"
ORIENTATION = 0x0112


async def complete(
    api: Api, caller: Caller, task: str = TASK, name: str = "a.jpg", **more: str
) -> Any:
    """Complete an upload."""
    return await api.get(COMPLETE, {"task_id": task, "filename": name, **more}, caller=caller)


async def photos() -> list[Any]:
    """All photos of all reps."""
    return list(await RepPhoto.select().order_by(RepPhoto.id).aio_execute())


@pytest.mark.both
async def test_a_photo_is_made_of_chunks_in_any_order_and_repeated(api: Api, app: App) -> None:
    rep = await make_rep()
    caller, parts = await session_for(rep), chunks(noisy())
    assert len(parts) > 4
    order = [*parts, *parts, 0]
    random.Random(7).shuffle(order)
    for answer in await send(api, caller, UPLOAD, parts, order=order):
        assert (answer["code"], answer["msg"], answer.data) == (200, "上传成功", {})
    answer = await complete(api, caller, name="假日.PNG")
    assert (answer["code"], answer["msg"]) == (200, "上传成功")
    (photo,) = await photos()
    assert answer.data == {"photo_id": photo.id, "photo_url": photo.photo_url}
    assert (photo.rep_id, photo.kind) == (rep.id, PhotoKind.PHOTO)
    assert files(app.settings.data_dir) == {photo.photo_url}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_photo_is_served_as_what_it_is(api: Api, kind: str) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn(kind=kind))
    url = (await complete(api, caller)).data["photo_url"]
    response = await api.fetch("GET", f"/{url}")
    assert response.code == 200
    assert response.headers["Content-Type"] == f"image/{kind.lower()}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == f"max-age={365 * 24 * 3600}"
    with Image.open(io.BytesIO(response.body)) as picture:
        assert (picture.format, picture.size) == (kind, (60, 40))
    again = {"If-None-Match": response.headers["Etag"]}
    assert (await api.fetch("GET", f"/{url}", headers=again)).code == 304


async def test_an_upload_goes_on_after_a_break(api: Api) -> None:
    caller, parts = await session_for(await make_rep()), chunks(noisy())
    await send(api, caller, UPLOAD, parts, order=[2, 0])
    refused = await complete(api, caller)
    assert (refused["code"], refused["msg"]) == (303, "上传异常,缺少分片1")
    status = await api.get(STATUS, {"task_id": TASK}, caller=caller)
    assert (status["code"], status["msg"]) == (200, "查询成功")
    sizes = len(parts[0]) + len(parts[2])
    assert status.data == {"task_id": TASK, "chunks": [0, 2], "bytes": sizes}
    await send(api, caller, UPLOAD, parts, order=[each for each in parts if each not in (0, 2)])
    assert (await complete(api, caller))["code"] == 200


@pytest.mark.both
async def test_two_completes_at_once_make_one_photo(api: Api, app: App) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, chunks(noisy()))
    answers = await asyncio.gather(*(complete(api, caller) for _ in range(6)))
    assert sorted(answer["code"] for answer in answers) == [200, *[403] * 5]
    assert {photo.photo_url for photo in await photos()} == files(app.settings.data_dir)
    assert len(await photos()) == 1


async def test_an_upload_may_be_completed_by_a_post(api: Api) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn())
    form = {"task_id": TASK, "filename": "a.png"}
    assert (await api.post(COMPLETE, form, caller=caller))["code"] == 200


async def test_a_completed_upload_is_over(api: Api) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn())
    assert [(await complete(api, caller))["code"] for _ in range(2)] == [200, 403]
    assert (await api.get(STATUS, {"task_id": TASK}, caller=caller))["code"] == 403


async def test_a_rep_knows_nothing_of_anothers_upload(api: Api) -> None:
    rep = await make_rep()
    owner, colleague = await session_for(rep), await session_for(await make_rep(rep.company))
    await send(api, owner, UPLOAD, drawn())
    refused = await complete(api, colleague)
    assert (refused["code"], refused["msg"]) == (403, "无任务")
    assert (await api.get(STATUS, {"task_id": TASK}, caller=colleague))["code"] == 403
    assert (await complete(api, owner))["code"] == 200


async def test_two_reps_may_call_their_uploads_the_same(api: Api, app: App) -> None:
    callers = [await session_for(await make_rep()) for _ in range(2)]
    for caller, width in zip(callers, (31, 32), strict=True):
        await send(api, caller, UPLOAD, drawn((width, 9)))
    for caller, width in zip(callers, (31, 32), strict=True):
        url = (await complete(api, caller)).data["photo_url"]
        with Image.open(app.settings.data_dir / url) as picture:
            assert picture.width == width


async def test_a_photo_is_turned_upright_and_tells_nothing_else(api: Api, app: App) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010F] = 6, "camera of somebody"
    content = drawn(kind="JPEG", exif=exif, comment=b"left behind") + b"left behind"
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, content)
    path = app.settings.data_dir / (await complete(api, caller)).data["photo_url"]
    with Image.open(path) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 60), {})
    assert not any(text in path.read_bytes() for text in (b"left behind", b"camera", b"Exif"))


def claiming(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""

    def block(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            block(b"IHDR", head),
            block(b"IDAT", zlib.compress(bytes(1000))),
            block(b"IEND", b""),
        )
    )


def endless() -> bytes:
    """A GIF whose frames do not come to an end."""
    content = moving(2, (10, 10))
    at = content.index(b"\x21\xf9")
    return content[:at] + content[at:-1] * 5000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "不是有效的图片",
        ),
        (b"MZ\x90\x00" + bytes(5000), "不是有效的图片"),
        (b"<html><script>alert(1)</script></html>", "不是有效的图片"),
        (noisy()[:900], "不是有效的图片"),
        (noisy(kind="JPEG")[:900], "不是有效的图片"),
        (noisy(kind="WEBP", lossless=True)[:900], "不是有效的图片"),
        (noisy(kind="GIF")[:900], "不是有效的图片"),
        (drawn(kind="BMP"), "不是有效的图片"),
        (claiming(60000, 60000), "图片像素过多"),
        (claiming(10000, 10000), "图片像素过多"),
        (drawn((5001, 5000), mode="1"), "图片像素过多"),
        (endless(), "图片帧数过多"),
        (moving(501, (8, 8), "WEBP"), "图片帧数过多"),
    ],
    ids=[
        "svg",
        "exe",
        "html",
        "png",
        "jpeg",
        "webp",
        "gif",
        "bmp",
        "bomb",
        "warned",
        "over",
        "endless",
        "frames",
    ],
)
async def test_what_is_no_picture_is_refused_and_nothing_is_left(
    api: Api, app: App, content: bytes, reason: str
) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, chunks(content, 100_000))
    answer = await complete(api, caller)
    assert (answer["code"], answer["msg"]) == (303, reason)
    assert answer.data["errors"] == {"file": reason}
    assert (await photos(), files(app.settings.data_dir)) == ([], set())
    assert (await complete(api, caller))["code"] == 403


@pytest.mark.parametrize(
    "task",
    ["../../statics/a", "..", ".", "/etc/passwd", "a/b", "a\\b", "a b", "任务", "t" * 129],
)
async def test_a_task_cannot_be_called_like_a_path(api: Api, app: App, task: str) -> None:
    caller = await session_for(await make_rep())
    (answer,) = await send(api, caller, UPLOAD, drawn(), task)
    assert (answer["code"], answer["msg"]) == (303, "文件标识不合法")
    assert (await complete(api, caller, task))["code"] == 303
    assert (await api.get(STATUS, {"task_id": task}, caller=caller))["code"] == 303
    assert files(app.settings.data_dir) == set()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../../etc/cron.d/a.jpg", "文件名不合法"),
        ("..\\a.jpg", "文件名不合法"),
        ("..", "文件名不合法"),
        (f"{'a' * 255}.jpg", "文件名不合法"),
        ("a.svg", "只能上传JPG、PNG、WebP、GIF图片"),
        ("a.jpg.exe", "只能上传JPG、PNG、WebP、GIF图片"),
        ("", "文件名不能为空"),
    ],
)
async def test_a_file_has_the_name_of_a_picture(api: Api, name: str, reason: str) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn())
    answer = await complete(api, caller, name=name)
    assert (answer["code"], answer["msg"]) == (303, reason)
    assert await photos() == []


async def test_the_name_of_a_part_is_not_looked_at(api: Api, app: App) -> None:
    caller = await session_for(await make_rep())
    part = {"file": ("../../../a.php", drawn())}
    form = {"task_id": TASK, "chunk": 0}
    assert (await api.post(UPLOAD, form, files=part, caller=caller))["code"] == 200
    url = (await complete(api, caller)).data["photo_url"]
    assert files(app.settings.data_dir) == {url}


@pytest.mark.parametrize(
    ("form", "part", "code", "complaint"),
    [
        ({"task_id": TASK, "chunk": "0"}, None, 303, "文件不能为空"),
        ({"task_id": TASK, "chunk": "0", "file": "text"}, None, 301, "文件格式不正确"),
        ({"chunk": "0"}, b"x", 303, "文件标识不能为空"),
        ({"task_id": TASK}, b"x", 303, "当前是第几份文件不能为空"),
        ({"task_id": TASK, "chunk": "x"}, b"x", 301, "当前是第几份文件必须是整数"),
        ({"task_id": TASK, "chunk": "-1"}, b"x", 303, "当前是第几份文件不能小于0"),
        ({"task_id": TASK, "chunk": "500"}, b"x", 303, "分片不能超过500个"),
        ({"task_id": TASK, "chunk": "1" * 30}, b"x", 303, "分片不能超过500个"),
        ({"task_id": TASK, "chunk": "0"}, b"", 303, "分片内容不能为空"),
        ({"task_id": TASK, "chunk": "0"}, bytes(2 * 1024 * 1024 + 1), 303, "每个分片不能超过2MB"),
    ],
)
async def test_a_chunk_that_breaks_a_rule_is_refused_and_not_kept(
    api: Api, app: App, form: dict[str, str], part: bytes | None, code: int, complaint: str
) -> None:
    caller = await session_for(await make_rep())
    sent = {"file": ("a.jpg", part)} if part is not None else None
    answer = await api.post(UPLOAD, form, files=sent, caller=caller)
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert files(app.settings.data_dir) == set()


async def test_a_chunk_of_exactly_two_megabytes_is_taken(api: Api) -> None:
    caller = await session_for(await make_rep())
    (answer,) = await send(api, caller, UPLOAD, bytes(2 * 1024 * 1024))
    assert answer["code"] == 200


async def test_a_file_over_twenty_megabytes_is_refused_and_nothing_is_left(
    api: Api, app: App
) -> None:
    caller = await session_for(await make_rep())
    parts = dict.fromkeys(range(10), bytes(2 * 1024 * 1024))
    assert {answer["code"] for answer in await send(api, caller, UPLOAD, parts)} == {200}
    (answer,) = await send(api, caller, UPLOAD, {10: b"x"})
    assert (answer["code"], answer["msg"]) == (303, "文件不能超过20MB")
    assert files(app.settings.data_dir) == set()


@pytest.mark.settings(upload_tasks_per_rep=2)
async def test_a_rep_may_have_so_many_uploads_under_way(api: Api) -> None:
    caller = await session_for(await make_rep())
    found = [(await send(api, caller, UPLOAD, drawn(), task))[0]["code"] for task in "abc"]
    assert found == [200, 200, 429]
    assert (await send(api, caller, UPLOAD, {1: b"x"}, "a"))[0]["code"] == 200
    other = await session_for(await make_rep())
    assert (await send(api, other, UPLOAD, drawn(), "c"))[0]["code"] == 200
    await complete(api, caller, "b")
    assert (await send(api, caller, UPLOAD, drawn(), "c"))[0]["code"] == 200


@pytest.mark.settings(upload_tasks_per_rep=1, limits="off")
async def test_a_load_tool_may_have_any_number_under_way(api: Api) -> None:
    caller = await session_for(await make_rep())
    found = [(await send(api, caller, UPLOAD, drawn(), task))[0]["code"] for task in "abc"]
    assert found == [200, 200, 200]


async def test_when_the_database_fails_the_chunks_can_be_completed_later(
    api: Api, app: App, log: Any
) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn())
    await execute("ALTER TABLE rep_photo RENAME TO gone")
    assert (await complete(api, caller))["code"] == 500
    log.take("fault")
    assert not [name for name in files(app.settings.data_dir) if name.startswith("statics")]
    await execute("ALTER TABLE gone RENAME TO rep_photo")
    assert (await complete(api, caller))["code"] == 200


async def test_a_card_has_so_many_photos_and_no_more(api: Api, app: App) -> None:
    rep = await make_rep()
    rows = [{"rep": rep, "kind": PhotoKind.PHOTO, "photo_url": "a.jpg"}] * 100
    await RepPhoto.insert_many(rows).aio_execute()
    caller = await session_for(rep)
    await send(api, caller, UPLOAD, drawn())
    answer = await complete(api, caller)
    assert (answer["code"], answer["msg"]) == (303, "照片不能超过100张")
    assert (len(await photos()), files(app.settings.data_dir)) == (100, set())


@pytest.mark.both
async def test_a_photo_is_deleted_with_its_file(api: Api, app: App) -> None:
    caller = await session_for(await make_rep())
    await send(api, caller, UPLOAD, drawn())
    photo = (await complete(api, caller)).data
    answer = await api.post(DELETE, {"photo_id": photo["photo_id"]}, caller=caller)
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert (await photos(), files(app.settings.data_dir)) == ([], set())
    assert (await api.fetch("GET", f"/{photo['photo_url']}")).code == 404


async def test_deleting_a_photo_leaves_files_that_nobody_has_sent(api: Api, app: App) -> None:
    rep = await make_rep()
    url = "statics/zhugeleida/imgs/xiaochengxu/user_photo/demo_living_1.jpg"
    path = app.settings.data_dir / url
    path.parent.mkdir(parents=True)
    path.write_bytes(drawn())
    photo = await RepPhoto.aio_create(rep=rep, photo_url=url)
    await api.post(DELETE, {"photo_id": photo.id}, caller=await session_for(rep))
    assert (await photos(), path.exists()) == ([], True)


@pytest.mark.parametrize("same_company", [True, False])
async def test_anothers_photo_is_not_found_and_stays(
    api: Api, app: App, same_company: bool
) -> None:
    owner = await make_rep()
    caller = await session_for(owner)
    await send(api, caller, UPLOAD, drawn())
    photo = (await complete(api, caller)).data
    other = await session_for(await make_rep(owner.company if same_company else None))
    for number in (photo["photo_id"], photo["photo_id"] + 1, 0, -1, 2**70):
        answer = await api.post(DELETE, {"photo_id": number}, caller=other)
        assert (answer["code"], answer["msg"]) == (302, "对应ID不存在")
    assert files(app.settings.data_dir) == {photo["photo_url"]}
    assert len(await photos()) == 1


async def test_a_card_avatar_is_no_photo_to_delete(api: Api) -> None:
    rep = await make_rep()
    avatar = await RepPhoto.aio_create(rep=rep, kind=PhotoKind.CARD_AVATAR, photo_url="a.jpg")
    answer = await api.post(DELETE, {"photo_id": avatar.id}, caller=await session_for(rep))
    assert (answer["code"], len(await photos())) == (302, 1)
