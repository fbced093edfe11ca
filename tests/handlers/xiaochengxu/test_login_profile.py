"""Telling who one is, and form ids (semantics 2.6, 2.7, decisions T18)."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest
from PIL import Image

from models.customer import Customer
from models.database import execute
from services.wechat.simulator import Fault
from tests.api import Answer, Api
from tests.app import App
from tests.factories import bind, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.handlers.xiaochengxu.simulator import Simulator

PROFILE = "/zhugeleida/xiaochengxu/login/send_user_info"
FORM_ID = "/zhugeleida/xiaochengxu/login/send_form_id"
AVATAR = "/avatars/demo-customer-7.png"
PLACE = {"city": "杭州", "country": "中国", "province": "浙江", "language": "zh_CN"}


async def tell(api: Api, simulator: Simulator, customer: Any, **more: object) -> Answer:
    """Tell who the customer is."""
    form = {"username": "林小雨", "headimgurl": simulator.avatar(), **PLACE, **more}
    return await api.post(PROFILE, form, caller=await session_for(customer))


async def form_ids_of(customer: Any) -> list[str]:
    """The form ids that are kept of a customer."""
    row = await Customer.aio_get(Customer.id == customer.id)
    kept: list[str] = json.loads(row.form_ids)
    return kept


@pytest.mark.both
async def test_a_profile_is_kept(api: Api, simulator: Simulator) -> None:
    customer = await make_customer(name="")
    answer = await tell(api, simulator, customer)
    assert answer == {
        "code": 200,
        "msg": "保存成功",
        "data": {"ret_data": "林小雨 已向您授权登录页面"},
    }
    row = await Customer.aio_get(Customer.id == customer.id)
    assert (row.name, row.city, row.country, row.province, row.language) == (
        *("林小雨", "杭州", "中国", "浙江", "zh_CN"),
    )


async def test_a_profile_is_kept_in_the_spelling_of_newer_mini_programs(
    api: Api, simulator: Simulator
) -> None:
    customer = await make_customer(name="")
    form = {"nickName": "林小雨", "avatarUrl": simulator.avatar(), "gender": 2, **PLACE}
    await api.post(PROFILE, form, caller=await session_for(customer))
    row = await Customer.aio_get(Customer.id == customer.id)
    assert (row.name, row.gender, bool(row.avatar)) == ("林小雨", 2, True)


@pytest.mark.parametrize("name", ["👩‍💼小雨😀", 'O\'Brien "x" \\ %s', "林" * 64])
async def test_names_are_kept_as_they_are(api: Api, simulator: Simulator, name: str) -> None:
    customer = await make_customer(name="")
    await tell(api, simulator, customer, username=name)
    assert (await Customer.aio_get(Customer.id == customer.id)).name == name


async def test_a_copy_of_the_picture_is_kept_and_served(api: Api, simulator: Simulator) -> None:
    customer = await make_customer(name="")
    await tell(api, simulator, customer)
    avatar = (await Customer.aio_get(Customer.id == customer.id)).avatar
    assert avatar.startswith(
        f"statics/zhugeleida/imgs/xiaochengxu/user_photo/xcx_cid_{customer.id}_"
    )
    response = await api.fetch("GET", f"/{avatar}")
    with Image.open(io.BytesIO(response.body)) as picture:
        assert (response.headers["Content-Type"], picture.format) == ("image/jpeg", "JPEG")


def photos(app: App) -> list[str]:
    """The names of all pictures of customers that are kept."""
    return sorted(path.name for path in app.settings.data_dir.rglob("xcx_cid_*"))


async def test_a_picture_that_has_not_changed_is_kept_once(
    app: App, api: Api, simulator: Simulator
) -> None:
    customer = await make_customer(name="")
    for _ in range(3):
        assert (await tell(api, simulator, customer))["code"] == 200
    assert len(photos(app)) == 1


@pytest.mark.both
async def test_a_picture_that_has_changed_replaces_the_one_before(
    app: App, api: Api, simulator: Simulator
) -> None:
    customer = await make_customer(name="")
    for name in ("demo-customer-7", "demo-customer-8", "demo-customer-9"):
        await tell(api, simulator, customer, headimgurl=simulator.avatar(name))
    row = await Customer.aio_get(Customer.id == customer.id)
    assert photos(app) == [row.avatar.rpartition("/")[2]]


@pytest.mark.both
async def test_of_pictures_that_come_at_once_the_one_that_is_shown_stays(
    app: App, api: Api, simulator: Simulator
) -> None:
    customer = await make_customer(name="")
    caller = await session_for(customer)
    forms = [
        {"username": "林小雨", "headimgurl": simulator.avatar(f"demo-customer-{number}"), **PLACE}
        for number in (7, 8, 7, 8, 9)
    ]
    await asyncio.gather(*(api.post(PROFILE, form, caller=caller) for form in forms))
    row = await Customer.aio_get(Customer.id == customer.id)
    assert photos(app) == [row.avatar.rpartition("/")[2]]


async def test_the_chat_shows_the_new_name_and_picture(api: Api, simulator: Simulator) -> None:
    rep, customer = await make_pair()
    await tell(api, simulator, customer)
    answer = await api.get("/zhugeleida/qiyeweixin/contact", caller=await session_for(rep))
    (row,) = answer.data["ret_data"]
    assert (row["name"], "/xcx_cid_" in row["src"]) == ("林小雨", True)


@pytest.mark.parametrize(
    ("page", "remark"),
    [
        ({"page": 1}, "已向您授权访问【名片详情】页面"),
        ({"page": 2}, "已向您授权访问【产品列表】页面"),
        ({"page": 3}, "已向您授权访问【商品详情】页面"),
        ({"page": 4}, "已向您授权访问【公司官网】页面"),
        ({"page": 5}, "已向您授权访问【日记首页】页面"),
        ({"page": 6}, "已向您授权访问【日记详情】页面"),
        ({"page": 7}, "已向您授权登录页面"),
        ({}, "已向您授权登录页面"),
    ],
)
async def test_the_rep_sees_on_which_page_the_customer_has_shown_itself(
    api: Api, simulator: Simulator, page: dict[str, int], remark: str
) -> None:
    rep, customer = await make_pair()
    await tell(api, simulator, customer, uid=rep.id, **page)
    assert await logs_of(rep) == [(13, remark)]


async def test_without_a_uid_the_rep_of_the_newest_event_sees_it(
    api: Api, simulator: Simulator
) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    await execute("UPDATE bond SET last_event_at = 0 WHERE rep_id = %s", (other.id,))
    await tell(api, simulator, customer)
    assert (len(await logs_of(rep)), len(await logs_of(other))) == (1, 0)


@pytest.mark.parametrize("uid", ["", "undefined", "null"])
async def test_who_belongs_to_nobody_shows_itself_without_a_log(
    api: Api, simulator: Simulator, uid: str
) -> None:
    customer = await make_customer()
    assert (await tell(api, simulator, customer, uid=uid))["code"] == 200
    assert await count("action_log") == 0


async def test_in_an_expired_company_the_profile_is_kept_without_a_log(
    api: Api, simulator: Simulator
) -> None:
    rep, customer = await make_pair()
    await execute("UPDATE company SET expires_at = 1")
    await tell(api, simulator, customer)
    assert (await Customer.aio_get()).name == "林小雨"
    assert await logs_of(rep) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "http://wx.qlogo.cn/a.png",
        "https://qlogo.cn.example.com/a.png",
        "https://example.com/qlogo.cn/a.png",
        "https://wx.qlogo.cn:8443/a.png",
        "https://wx.qlogo.cn@127.0.0.1/a.png",
        "https://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "statics/imgs/Avator.jpg",
    ],
)
async def test_a_picture_on_a_forbidden_host_is_303_and_nothing_changes(
    api: Api, simulator: Simulator, url: str
) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    before = await everything()
    form = {"username": "林小雨", "headimgurl": url, "uid": rep.id, **PLACE}
    answer = await api.post(PROFILE, form, caller=caller)
    assert (answer["code"], answer.data["errors"].keys()) == (303, {"headimgurl"})
    assert await everything() == before


async def test_a_picture_on_another_port_of_the_simulators_host_is_303(
    api: Api, simulator: Simulator
) -> None:
    answer = await tell(api, simulator, await make_customer(), headimgurl=f"{api.url}/healthz")
    assert answer["code"] == 303


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(status=404), 503, 503),
        (Fault(drop=True), 503, 503),
        (Fault(delay_seconds=30), 503, 503),
        (Fault(body="no picture"), 200, 303),
    ],
    ids=["404", "dropped", "slow", "no picture"],
)
@pytest.mark.settings(upstream_timeout_seconds=1.0)
async def test_a_picture_that_does_not_come_leaves_everything_as_it_was(
    api: Api, simulator: Simulator, fault: Fault, status: int, code: int
) -> None:
    rep, customer = await make_pair()
    simulator.faults.set(AVATAR, fault)
    caller = await session_for(customer)
    before = await everything()
    form = {"username": "林小雨", "headimgurl": simulator.avatar(), "uid": rep.id, **PLACE}
    answer = await api.post(PROFILE, form, caller=caller)
    assert (answer.status, answer["code"], await everything()) == (status, code, before)


async def test_a_rep_of_another_company_is_302_and_nothing_changes(
    api: Api, simulator: Simulator
) -> None:
    foreign = await make_rep()
    caller = await session_for(await make_customer())
    before = await everything()
    form = {"username": "林小雨", "headimgurl": simulator.avatar(), **PLACE}
    answers = [
        await api.post(PROFILE, {**form, "uid": uid}, caller=caller)
        for uid in (foreign.id, 999_999, 0)
    ]
    assert answers == [{"code": 302, "msg": "对应ID不存在", "data": {}}] * 3
    assert await everything() == before


@pytest.mark.parametrize(
    ("given", "code", "errors"),
    [
        ({"username": ""}, 303, {"username": "用户名不能为空"}),
        ({"headimgurl": ""}, 303, {"headimgurl": "用户头像不能为空"}),
        ({"username": "林" * 65}, 303, {"username": "用户名长度不能超过64"}),
        ({"city": "林" * 65}, 303, {"city": "城市长度不能超过64"}),
        ({"language": "林" * 33}, 303, {"language": "语言长度不能超过32"}),
        ({"gender": 3}, 303, {"gender": "性别不能大于2"}),
        ({"gender": "男"}, 301, {"gender": "性别必须是整数"}),
        ({"page": "x"}, 301, {"page": "页面必须是整数"}),
        ({"uid": "x"}, 301, {"uid": "用户ID必须是整数"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, simulator: Simulator, given: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    answer = await tell(api, simulator, await make_customer(), **given)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


async def test_form_ids_are_kept_in_their_order_each_once(api: Api) -> None:
    customer = await make_customer()
    caller = await session_for(customer)
    for form_id in ("甲", "乙", "甲", "丙"):
        answer = await api.post(FORM_ID, {"formId": form_id}, caller=caller)
        assert answer == {"code": 200, "msg": "保存成功", "data": {}}
    assert sorted(await form_ids_of(customer)) == sorted(["甲", "乙", "丙"])


@pytest.mark.both
async def test_form_ids_that_come_at_once_are_all_kept(api: Api) -> None:
    customer = await make_customer()
    caller = await session_for(customer)
    sent = [f"{number}" for number in range(8)]
    await asyncio.gather(
        *(api.post(FORM_ID, {"formId": form_id}, caller=caller) for form_id in sent * 2)
    )
    assert sorted(await form_ids_of(customer)) == sent


async def test_the_developer_tools_form_id_is_taken_and_not_kept(api: Api) -> None:
    customer = await make_customer()
    answer = await api.post(
        FORM_ID, {"formId": "the formId is a mock one"}, caller=await session_for(customer)
    )
    assert (answer["code"], await form_ids_of(customer)) == (200, [])


@pytest.mark.parametrize(
    ("form", "complaint"),
    [({}, "formId不能为空"), ({"formId": "x" * 129}, "formId长度不能超过128")],
)
async def test_a_form_id_that_is_none_is_303(
    api: Api, form: dict[str, str], complaint: str
) -> None:
    answer = await api.post(FORM_ID, form, caller=await session_for(await make_customer()))
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"formId": complaint}}}
