"""The poster of a rep's own card, as the rep itself hands it out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from models.staff import Rep
from services import principals
from services.errors import NotFound
from services.wechat.simulator import Fault
from tests.api import Answer, Api
from tests.app import App
from tests.factories import make_company, make_customer, make_mini_program, make_rep, session_for
from tests.handlers.xiaochengxu.rows import counters_of, logs_of
from tests.handlers.xiaochengxu.simulator import Simulator, simulator
from tests.pictures import files

__all__ = ["simulator"]

CARD = "/zhugeleida/qiyeweixin/mingpian"
SAVE = f"{CARD}/save_poster"
POSTERS = "statics/zhugeleida/imgs/xiaochengxu/user_poster"
DRAW = "/wxa/getwxacode"


async def a_rep(**values: Any) -> Any:
    """A rep of a company with a mini program."""
    company = await make_company()
    await make_mini_program(company)
    return await make_rep(company, **values)


async def save(api: Api, rep: Any) -> Answer:
    """Have the poster drawn."""
    return await api.get(SAVE, caller=await session_for(rep))


def posters(app: App) -> set[str]:
    """The posters that are kept."""
    return {name for name in files(app.settings.data_dir) if name.startswith(POSTERS)}


@pytest.mark.both
async def test_a_rep_gets_the_poster_of_its_card(api: Api, app: App) -> None:
    rep = await a_rep()
    answer = await save(api, rep)
    assert (answer["code"], answer["msg"], list(answer.data)) == (200, "请求成功", ["poster_url"])
    url = answer.data["poster_url"]
    with Image.open(io.BytesIO((app.settings.data_dir / url).read_bytes())) as picture:
        assert (picture.format, picture.size) == ("PNG", (1208, 1702))
    assert (await Rep.aio_get()).qr_code != ""
    assert (await logs_of(rep), await counters_of(rep)) == ([], {})
    assert (await save(api, rep)).data == answer.data


async def test_a_rep_that_was_deleted_meanwhile_is_not_found(app: App) -> None:
    rep = await a_rep()
    caller = principals.Rep(rep.id, rep.company_id, rep.role_id, 0)
    await rep.aio_delete_instance()
    with pytest.raises(NotFound):
        await app.services.posters.own(caller)


@pytest.mark.both
async def test_another_phone_makes_the_poster_anew(api: Api, app: App) -> None:
    rep = await a_rep(card_phone="13800000001")
    before = (await save(api, rep)).data["poster_url"]
    form = {"mingpian_phone": "13800000002"}
    await api.post(f"{CARD}/save_phone", form, caller=await session_for(rep))
    after = (await save(api, rep)).data["poster_url"]
    assert before != after
    assert posters(app) == {after}


async def test_a_stranger_hands_on_the_same_poster(api: Api, app: App) -> None:
    rep = await a_rep()
    url = (await save(api, rep)).data["poster_url"]
    stranger = await session_for(await make_customer(rep.company))
    path = "/zhugeleida/xiaochengxu/mingpian/save_poster"
    answer = await api.get(path, {"uid": rep.id}, caller=stranger)
    assert answer.data["poster_url"] == url
    assert posters(app) == {url}


async def test_without_a_mini_program_there_is_no_poster(api: Api, app: App) -> None:
    answer = await save(api, await make_rep(await make_company()))
    assert (answer["code"], answer["msg"]) == (303, "公司尚未绑定小程序")
    assert posters(app) == set()


async def test_without_wechat_there_is_none_now(api: Api, app: App, simulator: Simulator) -> None:
    rep = await a_rep()
    simulator.faults.replace({DRAW: Fault(status=500)})
    assert (await save(api, rep))["code"] == 503
    assert posters(app) == set()
    simulator.faults.replace({})
    assert (await save(api, rep))["code"] == 200
