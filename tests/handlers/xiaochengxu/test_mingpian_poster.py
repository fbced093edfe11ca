"""The poster of a card: what stands on it, and the finished picture (semantics 7.2)."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.company import Company, MiniProgram
from models.customer import Bond
from models.staff import Rep
from services.wechat.simulator import Fault
from tests.api import Answer, Api
from tests.app import App
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.rows import counters_of, everything, logs_of
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.logs import Log
from tests.pictures import drawn, files

CARD = "/zhugeleida/xiaochengxu/mingpian"
CREATE, SAVE = f"{CARD}/create_poster", f"{CARD}/save_poster"
DRAW = "/wxa/getwxacode"
DEFAULT_AVATAR = "statics/imgs/setAvator.jpg"
FACE = "statics/zhugeleida/imgs/xiaochengxu/user_photo/rep_1.jpg"
POSTERS = "statics/zhugeleida/imgs/xiaochengxu/user_poster"
SAVED = (1, "保存了您的名片海报")
AVATAR_BOX = (124, 60, 1084, 1024)


async def a_pair(**values: Any) -> tuple[Any, Any]:
    """A rep of a company with a mini program, and its customer."""
    company = await make_company(name="晨光家居")
    await make_mini_program(company)
    rep = await make_rep(company, username="zhouming", position="销售经理", **values)
    customer = await make_customer(company)
    await bind(rep, customer)
    return rep, customer


async def call(api: Api, path: str, rep: Any, customer: Any) -> Answer:
    """Ask for the poster of a rep's card."""
    return await api.get(path, {"uid": rep.id}, caller=await session_for(customer))


async def saved(api: Api, rep: Any, customer: Any) -> str:
    """Save the poster and give its address."""
    answer = await call(api, SAVE, rep, customer)
    assert (answer["code"], answer["msg"]) == (200, "请求成功")
    assert answer.data["user_id"] == str(rep.id)
    return str(answer.data["poster_url"])


def posters(app: App) -> set[str]:
    """The posters that are kept."""
    return {name for name in files(app.settings.data_dir) if name.startswith(POSTERS)}


def drawings(simulator: Simulator) -> int:
    """How often WeChat has drawn a code."""
    return sum(call.path == DRAW for call in simulator.faults.calls)


def put(app: App, address: str, content: bytes) -> None:
    """Keep a picture under an address."""
    path = app.settings.data_dir / address
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def avatar_on(app: App, url: str) -> bytes:
    """The pixels of the avatar on a poster."""
    with Image.open(app.settings.data_dir / url) as picture:
        return picture.crop(AVATAR_BOX).tobytes()


async def test_what_stands_on_a_poster_is_told_in_a_list_of_one(api: Api) -> None:
    rep, customer = await a_pair(memo_name="周明", card_avatar=FACE, card_phone="13800000001")
    answer = await call(api, CREATE, rep, customer)
    assert answer == {
        "code": 200,
        "msg": "请求成功",
        "data": [
            {
                "user_id": rep.id,
                "user_avatar": FACE,
                "username": "周明",
                "position": "销售经理",
                "mingpian_phone": "13800000001",
                "company": "晨光家居",
                "qr_code_url": (await Bond.aio_get()).qr_code,
            }
        ],
    }
    assert f"/{rep.id}_{customer.id}_" in answer.data[0]["qr_code_url"]


async def test_a_phone_that_the_card_hides_stands_on_no_poster(api: Api) -> None:
    rep, customer = await a_pair(card_phone="13800000001", shows_phone=False)
    (row,) = (await call(api, CREATE, rep, customer)).data
    assert (row["mingpian_phone"], row["user_avatar"]) == ("", DEFAULT_AVATAR)


async def test_asking_what_stands_on_a_poster_is_no_view(api: Api) -> None:
    rep, customer = await a_pair()
    await call(api, CREATE, rep, customer)
    assert (await logs_of(rep), await counters_of(rep)) == ([], {})


@pytest.mark.parametrize("own", ["", "statics/zhugeleida/imgs/xiaochengxu/qr_code/1_qrcode.jpg"])
async def test_without_wechat_the_reps_code_has_to_do(
    api: Api, simulator: Simulator, own: str
) -> None:
    rep, customer = await a_pair(qr_code=own)
    simulator.faults.replace({DRAW: Fault(status=500)})
    (row,) = (await call(api, CREATE, rep, customer)).data
    assert (row["qr_code_url"], (await Bond.aio_get()).qr_code) == (own, "")


async def test_without_a_mini_program_there_is_no_code_and_no_poster(api: Api) -> None:
    rep, customer = await make_pair()
    (row,) = (await call(api, CREATE, rep, customer)).data
    assert row["qr_code_url"] == ""
    answer = await call(api, SAVE, rep, customer)
    assert (answer["code"], answer["msg"]) == (303, "公司尚未绑定小程序")
    assert await logs_of(rep) == []


@pytest.mark.both
async def test_a_saved_poster_is_a_finished_picture(api: Api) -> None:
    rep, customer = await a_pair()
    url = await saved(api, rep, customer)
    assert (await Bond.aio_get()).poster_url == url
    response = await api.fetch("GET", f"/{url}")
    assert (response.code, response.headers["Content-Type"]) == (200, "image/png")
    with Image.open(io.BytesIO(response.body)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (1208, 1702))


@pytest.mark.both
async def test_saving_a_poster_is_logged_and_counts_as_a_view(api: Api) -> None:
    rep, customer = await a_pair()
    await saved(api, rep, customer)
    await api.get(CARD, {"uid": rep.id}, caller=await session_for(customer))
    assert await logs_of(rep) == [SAVED, (1, "查看您的名片第2次,把握深度交流的机会")]
    assert await counters_of(rep) == {"popularity": 1}


async def test_a_poster_is_drawn_once(api: Api, app: App, log: Log) -> None:
    rep, customer = await a_pair()
    urls = {await saved(api, rep, customer) for _ in range(3)}
    assert (posters(app), len(log.named("poster drawn"))) == (urls, 1)
    assert await logs_of(rep) == [SAVED] * 3


@pytest.mark.both
async def test_a_poster_that_is_asked_for_at_once_is_drawn_once(
    api: Api, app: App, simulator: Simulator, log: Log
) -> None:
    rep, customer = await a_pair()
    urls = set(await asyncio.gather(*(saved(api, rep, customer) for _ in range(5))))
    assert (posters(app), len(log.named("poster drawn")), drawings(simulator)) == (urls, 1, 1)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Rep, {"memo_name": "小周"}),
        (Rep, {"position": "店长"}),
        (Rep, {"card_phone": "13800000009"}),
        (Rep, {"shows_phone": False}),
        (Rep, {"card_avatar": "statics/imgs/Avator.jpg"}),
        (Company, {"name": "暮光家居"}),
        (MiniProgram, {"appid": "wx-demo-999999"}),
    ],
)
async def test_a_poster_is_drawn_anew_when_something_on_it_changes(
    api: Api, app: App, table: Any, values: dict[str, Any]
) -> None:
    rep, customer = await a_pair(card_phone="13800000001")
    first = await saved(api, rep, customer)
    await table.update(**values).aio_execute()
    second = await saved(api, rep, customer)
    assert (first != second, posters(app)) == (True, {second})
    assert (await Bond.aio_get()).poster_url == second


async def test_a_poster_is_drawn_anew_when_the_avatars_file_changes(api: Api, app: App) -> None:
    rep, customer = await a_pair(avatar=FACE)
    put(app, FACE, drawn())
    first = await saved(api, rep, customer)
    put(app, FACE, drawn((50, 50)))
    assert await saved(api, rep, customer) != first


async def test_what_does_not_stand_on_a_poster_changes_nothing(api: Api, app: App) -> None:
    rep, customer = await a_pair()
    first = await saved(api, rep, customer)
    await Rep.update(email="z@example.com", popularity=9, sign="用心").aio_execute()
    assert await saved(api, rep, customer) == first


async def test_a_new_poster_leaves_those_of_others_alone(api: Api, app: App) -> None:
    rep, customer = await a_pair()
    colleague = await make_rep(rep.company)
    other = await make_customer(rep.company)
    await bind(rep, other)
    await bind(colleague, customer)
    kept = {await saved(api, rep, other), await saved(api, colleague, customer)}
    await saved(api, rep, customer)
    await Rep.update(position="店长").where(Rep.id == rep.id).aio_execute()
    kept.add(await saved(api, rep, customer))
    assert posters(app) == kept


async def test_a_poster_whose_file_has_gone_is_drawn_again(api: Api, app: App) -> None:
    rep, customer = await a_pair()
    url = await saved(api, rep, customer)
    (app.settings.data_dir / url).unlink()
    assert (await saved(api, rep, customer), posters(app)) == (url, {url})


async def test_before_binding_a_poster_has_the_reps_own_code(api: Api, app: App) -> None:
    rep, _ = await a_pair()
    strangers = [await make_customer(rep.company) for _ in range(2)]
    before = await Bond.select().dicts().aio_execute()
    urls = {await saved(api, rep, stranger) for stranger in strangers}
    assert posters(app) == urls == {url for url in urls if f"/{rep.id}/{rep.id}_" in url}
    assert (await call(api, CREATE, rep, strangers[0])).data[0]["qr_code_url"] == (
        await Rep.aio_get()
    ).qr_code
    assert list(await Bond.select().dicts().aio_execute()) == list(before)
    assert await logs_of(rep) == [SAVED] * 2


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(drop=True), Fault(errcode=45009), Fault(body="{}")]
)
async def test_without_wechat_there_is_no_poster_and_nothing_changes(
    api: Api, app: App, simulator: Simulator, fault: Fault
) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    before = await everything()
    simulator.faults.replace({DRAW: fault})
    answer = await api.get(SAVE, {"uid": rep.id}, caller=caller)
    assert (answer.status, answer["code"]) == (503, 503)
    assert answer["msg"] == "微信服务暂时不可用,请稍后再试"
    assert (await everything(), files(app.settings.data_dir)) == (before, set())


async def test_a_code_that_is_there_needs_no_wechat(api: Api, simulator: Simulator) -> None:
    rep, customer = await a_pair()
    await call(api, CREATE, rep, customer)
    simulator.faults.replace({DRAW: Fault(status=500)})
    await saved(api, rep, customer)


@pytest.mark.settings(poster_fonts=[Path("/nowhere/font.ttf")])
async def test_without_a_font_there_is_no_poster_and_no_log(api: Api, app: App, log: Log) -> None:
    rep, customer = await a_pair()
    answer = await call(api, SAVE, rep, customer)
    assert (answer.status, answer["code"]) == (503, 503)
    assert answer["msg"] == "服务器缺少中文字体,暂时无法生成海报,请联系管理员"
    assert "fonts-wqy-microhei" in log.named("poster not drawn")[0]["reason"]
    assert (posters(app), await logs_of(rep), (await Bond.aio_get()).poster_url) == (set(), [], "")


@pytest.mark.parametrize(
    "avatar",
    [
        FACE,
        "https://wework.qpic.cn/a.png",
        "statics/../zhuge.db",
        f"statics/{'名' * 100}.jpg",
        "statics/zhugeleida",
    ],
    ids=["gone", "elsewhere", "outside", "no name", "folder"],
)
async def test_an_avatar_that_is_no_file_of_ours_is_shown_as_the_default_one(
    api: Api, app: App, avatar: str
) -> None:
    rep, customer = await a_pair(avatar=DEFAULT_AVATAR)
    expected = avatar_on(app, await saved(api, rep, customer))
    await Rep.update(avatar=avatar).aio_execute()
    assert avatar_on(app, await saved(api, rep, customer)) == expected


async def test_a_damaged_avatar_is_shown_as_the_default_one(api: Api, app: App) -> None:
    rep, customer = await a_pair(avatar=DEFAULT_AVATAR)
    expected = avatar_on(app, await saved(api, rep, customer))
    put(app, FACE, drawn()[:60])
    await Rep.update(avatar=FACE).aio_execute()
    assert avatar_on(app, await saved(api, rep, customer)) == expected
    put(app, FACE, drawn())
    assert avatar_on(app, await saved(api, rep, customer)) != expected


@pytest.mark.parametrize("path", [CREATE, SAVE])
async def test_a_rep_that_the_customer_may_not_see_has_no_poster(
    api: Api, app: App, simulator: Simulator, path: str
) -> None:
    foreign, _ = await a_pair_elsewhere()
    _, customer = await a_pair()
    caller = await session_for(customer)
    before = await everything()
    answers = [
        await api.get(path, {"uid": uid}, caller=caller)
        for uid in (foreign.id, 999_999, 0, -1, 2**63)
    ]
    assert answers == [{"code": 302, "msg": "对应ID不存在", "data": {}}] * 5
    assert (await everything(), files(app.settings.data_dir)) == (before, set())
    assert drawings(simulator) == 0


async def a_pair_elsewhere() -> tuple[Any, Any]:
    """A pair of another company, which has a mini program too."""
    company = await make_company()
    await make_mini_program(company)
    return await make_pair(company)


@pytest.mark.parametrize("path", [CREATE, SAVE])
@pytest.mark.parametrize(
    ("given", "code", "msg"),
    [({}, 303, "用户ID不能为空"), ({"uid": "abc"}, 301, "用户ID必须是整数")],
)
async def test_a_uid_that_is_none_is_complained_of(
    api: Api, path: str, given: dict[str, str], code: int, msg: str
) -> None:
    answer = await api.get(path, given, caller=await session_for(await make_customer()))
    assert (answer["code"], answer["msg"]) == (code, msg)
