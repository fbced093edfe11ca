"""The test logins: served in test mode, and not there otherwise (decisions S19, P7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.customer import Customer
from services.wechat.simulator import Fault
from tests.api import Api, Caller
from tests.factories import make_company, make_customer, make_mini_program, make_pair
from tests.handlers.xiaochengxu.rows import count, everything
from tests.handlers.xiaochengxu.simulator import Simulator

TEST_LOGIN = "/zhugeleida/xiaochengxu/test_login"
FORM_ID = f"{TEST_LOGIN}/send_form_id"
PROFILE = f"{TEST_LOGIN}/send_user_info"
FORM = {
    "username": "林小雨",
    "headimgurl": "https://wx.qlogo.cn/a/132",
    "city": "杭州",
    "country": "中国",
    "province": "浙江",
    "language": "zh_CN",
}


async def test_a_test_login_is_one_to_the_first_company(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    answer = await api.get(TEST_LOGIN, {"code": "demo-customer-7"})
    customer = await Customer.aio_get()
    assert (answer["msg"], answer.data.keys()) == ("返回成功", {"cid", "token"})
    assert (answer.data["cid"], customer.company_id) == (customer.id, 1)


async def test_the_token_of_a_test_login_signs_calls(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    data = (await api.get(TEST_LOGIN, {"code": "demo-customer-7"})).data
    caller = Caller(data["cid"], data["token"], "customer")
    answer = await api.get("/zhugeleida/xiaochengxu/mingpian/all", caller=caller)
    assert answer["code"] == 200


async def test_a_code_of_a_test_login_that_wechat_does_not_know_is_303(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    answer = await api.get(TEST_LOGIN, {"code": "no-such-code"})
    assert (answer["code"], await count("customer")) == (303, 0)


async def test_a_customer_of_another_company_cannot_log_in_for_tests(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    await make_customer(await make_company(id=2), openid="demo-customer-7")
    assert (await api.get(TEST_LOGIN, {"code": "demo-customer-7"}))["code"] == 302


async def test_a_named_customers_form_id_is_kept(api: Api) -> None:
    customer = await make_customer()
    answer = await api.post(FORM_ID, {"formId": "甲"}, query={"user_id": customer.id})
    row = await Customer.aio_get(Customer.id == customer.id)
    assert (answer, json.loads(row.form_ids)) == (
        {"code": 200, "msg": "保存成功", "data": {}},
        ["甲"],
    )


async def test_the_developer_tools_form_id_is_301_in_tests(api: Api) -> None:
    customer = await make_customer()
    answer = await api.post(FORM_ID, {"formId": "mock formId"}, query={"user_id": customer.id})
    assert answer == {
        "code": 301,
        "msg": "formID 不规矩",
        "data": {"errors": {"formId": "formID 不规矩"}},
    }


async def test_a_named_customers_profile_is_kept_without_a_log_or_a_download(
    api: Api, simulator: Simulator
) -> None:
    _, customer = await make_pair()
    simulator.faults.set("/avatars/a.png", Fault(status=500))
    form = {**FORM, "headimgurl": simulator.avatar("a")}
    answer = await api.post(PROFILE, form, query={"user_id": customer.id})
    assert answer == {
        "code": 200,
        "msg": "保存成功",
        "data": {"ret_data": "林小雨 已向您授权登录页面"},
    }
    assert (await Customer.aio_get()).name == "林小雨"
    assert (await count("action_log"), len(simulator.faults.calls)) == (0, 0)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://example.com/a.png", "http://wx.qlogo.cn/a.png", "a.jpg"],
)
async def test_a_picture_that_is_not_at_wechat_is_303_and_nothing_changes(
    api: Api, url: str
) -> None:
    customer = await make_customer()
    before = await everything()
    answer = await api.post(PROFILE, {**FORM, "headimgurl": url}, query={"user_id": customer.id})
    assert (answer["code"], answer.data["errors"].keys()) == (303, {"headimgurl"})
    assert await everything() == before


@pytest.mark.parametrize(("path", "form"), [(FORM_ID, {"formId": "甲"}), (PROFILE, FORM)])
async def test_a_customer_that_nobody_is_is_302_and_nothing_changes(
    api: Api, path: str, form: dict[str, str]
) -> None:
    await make_customer()
    before = await everything()
    answers = [await api.post(path, form, query={"user_id": number}) for number in (999_999, 0, -1)]
    assert answers == [{"code": 302, "msg": "对应ID不存在", "data": {}}] * 3
    assert await everything() == before


@pytest.mark.parametrize(
    ("path", "form", "code", "errors"),
    [
        (FORM_ID, {}, 303, {"formId": "formId不能为空"}),
        (FORM_ID, {"formId": "甲", "user_id": ""}, 303, {"user_id": "客户ID不能为空"}),
        (FORM_ID, {"formId": "甲", "user_id": "x"}, 301, {"user_id": "客户ID必须是整数"}),
        (PROFILE, {**FORM, "user_id": ""}, 303, {"user_id": "客户ID不能为空"}),
        (PROFILE, {**FORM, "username": ""}, 303, {"username": "用户名不能为空"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, path: str, form: dict[str, Any], code: int, errors: dict[str, str]
) -> None:
    answer = await api.post(path, form, query={} if "user_id" in form else {"user_id": 1})
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


@pytest.mark.settings(test_login_enabled=False)
async def test_outside_of_test_mode_nothing_of_it_is_there(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    customer = await make_customer()
    before = await everything()
    named = {"user_id": customer.id}
    answers = [
        await api.get(TEST_LOGIN, {"code": "demo-customer-7"}),
        await api.post(FORM_ID, {"formId": "甲"}, query=named),
        await api.post(PROFILE, FORM, query=named),
    ]
    assert answers == [{"code": 404, "msg": "非法请求", "data": {}}] * 3
    assert await everything() == before


@pytest.mark.settings(test_login_enabled=False)
async def test_outside_of_test_mode_parameters_tell_nothing_either(api: Api) -> None:
    answers = [await api.get(TEST_LOGIN), await api.post(FORM_ID), await api.post(PROFILE)]
    assert [answer["code"] for answer in answers] == [404, 404, 404]
