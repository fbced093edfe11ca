"""The mini-program code of a rep's card, drawn by the simulator."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from qrcode import QRCode

from models.company import MiniProgram
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
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.rows import everything
from tests.handlers.xiaochengxu.simulator import Simulator, simulator
from tests.pictures import drawn, files

__all__ = ["simulator"]

AUTH = "/zhugeleida/qiyeweixin/qr_code_auth"
DRAW = "/wxa/getwxacode"
TOKEN = "/cgi-bin/token"


async def a_rep(**values: Any) -> Any:
    """A rep of a company with a mini program."""
    company = await make_company()
    await make_mini_program(company, **values)
    return await make_rep(company)


async def make_code(api: Api, rep: Any, **query: object) -> Answer:
    """Have the code made."""
    return await api.get(AUTH, query, caller=await session_for(rep))


def drawings(simulator: Simulator) -> int:
    """How often WeChat has drawn a code."""
    return sum(call.path == DRAW for call in simulator.faults.calls)


def says(content: bytes, text: str) -> bool:
    """Whether a picture is the QR code of a text, module by module."""
    code = QRCode()
    code.add_data(text)
    modules = code.get_matrix()
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("L")
    step = picture.width / len(modules)
    return all(
        (picture.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128) == is_dark  # type: ignore[operator]
        for y, row in enumerate(modules)
        for x, is_dark in enumerate(row)
    )


@pytest.mark.both
async def test_a_code_leads_to_the_reps_card(api: Api) -> None:
    rep = await a_rep()
    answer = await make_code(api, rep)
    assert (answer["code"], answer["msg"]) == (200, "生成小程序二维码成功")
    url = answer.data["qr_code_url"]
    assert (await Rep.aio_get()).qr_code == url
    response = await api.fetch("GET", f"/{url}")
    assert (response.code, response.headers["Content-Type"]) == (200, "image/jpeg")
    assert says(response.body, f"/pages/mingpian/index?uid={rep.id}&source=1")
    assert not says(response.body, f"/pages/mingpian/index?uid={rep.id + 1}&source=1")


async def test_a_code_of_a_mini_program_with_cases_leads_to_them(api: Api) -> None:
    rep = await a_rep(service_kind=2)
    url = (await make_code(api, rep)).data["qr_code_url"]
    content = (await api.fetch("GET", f"/{url}")).body
    assert says(content, f"/pages/index/index?uid={rep.id}&source=1")


async def test_a_code_for_a_customer_names_it_and_is_kept_with_the_bond(api: Api) -> None:
    rep = await a_rep()
    customer = await make_customer(rep.company)
    await bind(rep, customer)
    url = (await make_code(api, rep, customer_id=customer.id)).data["qr_code_url"]
    content = (await api.fetch("GET", f"/{url}")).body
    assert says(content, f"/pages/mingpian/index?uid={rep.id}&source=1&pid={customer.id}")
    assert ((await Bond.aio_get()).qr_code, (await Rep.aio_get()).qr_code) == (url, "")


async def test_a_code_is_drawn_once(api: Api, simulator: Simulator) -> None:
    rep = await a_rep()
    urls = {(await make_code(api, rep)).data["qr_code_url"] for _ in range(3)}
    assert (len(urls), drawings(simulator)) == (1, 1)


async def test_a_code_is_drawn_anew_for_another_mini_program(
    api: Api, simulator: Simulator
) -> None:
    rep = await a_rep()
    first = (await make_code(api, rep)).data["qr_code_url"]
    await MiniProgram.update(appid="wx-demo-77").aio_execute()
    second = (await make_code(api, rep)).data["qr_code_url"]
    assert (first != second, drawings(simulator)) == (True, 2)
    assert (await Rep.aio_get()).qr_code == second


@pytest.mark.parametrize("path", [DRAW, TOKEN])
@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(drop=True), Fault(errcode=-1), Fault(errcode=45009)]
)
async def test_when_wechat_does_not_draw_nothing_changes(
    api: Api, app: App, simulator: Simulator, path: str, fault: Fault
) -> None:
    rep = await a_rep()
    caller = await session_for(rep)
    before = await everything()
    simulator.faults.replace({path: fault})
    answer = await api.get(AUTH, caller=caller)
    assert (answer.status, answer["code"]) == (503, 503)
    assert (await everything(), files(app.settings.data_dir)) == (before, set())
    simulator.faults.replace({})
    assert (await api.get(AUTH, caller=caller))["code"] == 200


@pytest.mark.parametrize("body", ["", "<html>busy</html>", "{}", drawn().hex()])
async def test_what_is_no_picture_is_not_kept(
    api: Api, app: App, simulator: Simulator, body: str
) -> None:
    rep = await a_rep()
    simulator.faults.replace({DRAW: Fault(body=body)})
    assert (await make_code(api, rep))["code"] == 503
    assert files(app.settings.data_dir) == set()


@pytest.mark.parametrize("errcode", [40001, 42001])
async def test_an_old_token_is_replaced(api: Api, simulator: Simulator, errcode: int) -> None:
    rep = await a_rep()
    simulator.faults.replace({DRAW: Fault(errcode=errcode, times=1)})
    assert (await make_code(api, rep))["code"] == 200
    assert [call.path for call in simulator.faults.calls] == [TOKEN, DRAW, TOKEN, DRAW]


async def test_a_company_without_a_mini_program_has_no_codes(api: Api) -> None:
    answer = await make_code(api, await make_rep())
    assert (answer["code"], answer["msg"]) == (303, "公司尚未绑定小程序")


async def test_a_customer_that_is_not_the_reps_is_not_found(api: Api, simulator: Simulator) -> None:
    rep = await a_rep()
    colleague, customer = await make_rep(rep.company), await make_customer(rep.company)
    await bind(colleague, customer)
    for number in (customer.id, customer.id + 1, 0, 2**70):
        assert (await make_code(api, rep, customer_id=number))["code"] == 302
    assert drawings(simulator) == 0
