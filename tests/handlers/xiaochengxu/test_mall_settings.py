"""The settings of the mall, and that the merchant key stays where it is."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from models.database import fetch_all
from services.wechat.crypto import SecretBox
from tests.api import Api
from tests.factories import (
    SECRET_KEY,
    make_company,
    make_customer,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.staff import make_office
from tests.logs import Log

URL = "/zhugeleida/xiaochengxu/jiChuSheZhiOper/addOrUpdate"
KEY = "Kw7Qm2Zx9Rt4Lp6Vb8Nc1Hd3Fg5Js0Ya"
OTHER_KEY = KEY[::-1]
FORM = {"shangChengName": "晨光家居", "shangHuHao": "1900000109", "shangHuMiYao": KEY}
CREATED = {"code": 200, "msg": "创建成功", "data": ""}
CHANGED = {"code": 200, "msg": "修改成功", "data": ""}


async def stored() -> list[tuple[Any, ...]]:
    """The settings of all companies, with their keys opened."""
    rows = await fetch_all(
        "SELECT company_id, name, merchant_number, merchant_key FROM mall_settings ORDER BY id"
    )
    return [(*row[:3], SecretBox(SECRET_KEY).open(row[3])) for row in rows]


@pytest.mark.both
async def test_the_first_call_makes_the_settings_and_later_ones_change_them(api: Api) -> None:
    office, other = await make_office(api), await make_office(api)
    assert await office.post(URL, FORM) == CREATED
    assert await other.post(URL) == CREATED
    assert await office.post(URL, {"shangChengName": "远山家居"}) == CHANGED
    assert await office.post(URL, {"shangHuMiYao": OTHER_KEY}) == CHANGED
    assert await office.post(URL, {"shangHuHao": ""}) == CHANGED
    assert await stored() == [
        (office.company.id, "远山家居", "1900000109", OTHER_KEY),
        (other.company.id, "商城", "", ""),
    ]


@pytest.mark.both
async def test_of_several_first_calls_one_makes_the_settings(api: Api) -> None:
    office = await make_office(api)
    names = [f"商城{number}" for number in range(6)]
    answers = await asyncio.gather(
        *(office.post(URL, {"shangChengName": name, "shangHuMiYao": KEY}) for name in names)
    )
    assert sorted(answer["msg"] for answer in answers) == ["修改成功"] * 5 + ["创建成功"]
    ((company_id, name, _, key),) = await stored()
    assert (company_id, name in names, key) == (office.company.id, True, KEY)


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ({"shangChengName": "长" * 33}, 303, "商城名称长度不能超过32"),
        ({"shangHuHao": "1" * 31}, 303, "商户号长度不能超过30"),
        ({"shangHuMiYao": KEY[1:]}, 303, "当前商户秘钥长度31,请输入32位正确秘钥"),
        ({"shangHuMiYao": f"{KEY}0"}, 303, "当前商户秘钥长度33,请输入32位正确秘钥"),
        ({"shangHuMiYao": f"{KEY[1:]} "}, 303, "商户秘钥只能由字母、数字和符号组成"),
        ({"shangHuMiYao": f"{KEY[1:]}密"}, 303, "商户秘钥只能由字母、数字和符号组成"),
    ],
)
async def test_a_form_that_breaks_a_rule_changes_nothing(
    api: Api, form: dict[str, str], code: int, complaint: str
) -> None:
    office = await make_office(api)
    await office.post(URL, FORM)
    before = await stored()
    answer = await office.post(URL, {**FORM, "shangChengName": "远山家居", **form})
    assert (answer["code"], answer["msg"], await stored()) == (code, complaint, before)


async def test_a_number_of_thirty_signs_is_taken(api: Api) -> None:
    office = await make_office(api)
    assert await office.post(URL, {"shangHuHao": "1" * 30}) == CREATED


@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_nobody_but_an_administrator_sets_the_mall_up(api: Api, make: Any) -> None:
    company = await make_company()
    caller = await session_for(await make(company))
    assert ((await api.post(URL, FORM, caller=caller))["code"], await stored()) == (404, [])


async def test_the_key_is_in_no_answer_and_in_no_log(api: Api, log: Log) -> None:
    office = await make_office(api)
    company = office.company
    customer = await session_for(await make_customer(company))
    bad = f"{KEY}!"
    answers = [
        await office.post(URL, FORM),
        await office.post(URL, FORM),
        await office.post(URL, {"shangHuMiYao": bad}),
        await api.post(URL, as_json={"shangHuMiYao": [KEY]}, caller=office.caller),
        await api.post(URL, FORM, caller=customer),
        await api.post(URL, FORM),
        await office.get("/zhugeleida/xiaochengxu/goodsClassShow"),
        await office.get("/zhugeleida/qiyeweixin/company"),
    ]
    ((sealed,),) = await fetch_all("SELECT merchant_key FROM mall_settings")
    said = json.dumps(answers) + repr(log.events) + repr(log.errors)
    assert [answer["code"] for answer in answers] == [200, 200, 303, 301, 404, 404, 200, 200]
    assert [secret for secret in (KEY, sealed) if secret in said] == []
    assert KEY not in sealed


async def test_a_fault_of_ours_does_not_show_the_key(api: Api, log: Log) -> None:
    office = await make_office(api)
    await fetch_all("DROP TABLE mall_settings")
    answer = await office.post(URL, FORM)
    (fault,) = log.take("fault")
    kind, error, _ = fault["exc_info"]
    said = f"{json.dumps(answer)}{kind}{error!r}{error.__context__!r}{error.__cause__!r}"
    assert (answer["code"], KEY in said) == (500, False)
