"""The rep's own card: what it shows, and what the rep changes on it."""

from __future__ import annotations

from typing import Any

import pytest

from models.staff import PhotoKind, Rep, RepPhoto
from tests.api import Api
from tests.factories import make_company, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import counters_of, everything, logs_of

CARD = "/zhugeleida/qiyeweixin/mingpian"
CUSTOMERS_CARD = "/zhugeleida/xiaochengxu/mingpian"
BOTH = [f"{CARD}/save_phone", f"{CARD}/save_info"]
PHONE = {"mingpian_phone": "13812345678"}


async def stored(rep: Any) -> Any:
    """The rep's row as it is now."""
    return await Rep.aio_get(Rep.id == rep.id)


async def own(api: Api, rep: Any) -> Any:
    """The rep's card as the rep reads it."""
    answer = await api.get(CARD, caller=await session_for(rep))
    assert (answer["code"], answer["msg"], answer.data["data_count"]) == (200, "查询成功", 1)
    return answer.data["ret_data"][0]


@pytest.mark.both
async def test_a_rep_reads_its_card_as_customers_do(api: Api) -> None:
    rep, customer = await make_pair(await make_company(area="上海", address="长阳路1687号"))
    await RepPhoto.aio_create(rep=rep, kind=PhotoKind.PHOTO, photo_url="statics/p.jpg")
    row = await own(api, rep)
    seen = await api.get(CUSTOMERS_CARD, {"uid": rep.id}, caller=await session_for(customer))
    (shown,) = seen.data["ret_data"]
    assert {name: row[name] for name in shown} == {**shown, "popularity_num": 0}


async def test_reading_the_own_card_is_no_view(api: Api) -> None:
    rep, _ = await make_pair()
    for _ in range(2):
        await own(api, rep)
    assert (await counters_of(rep), await logs_of(rep)) == ({}, [])


async def test_a_rep_sees_the_number_that_it_hides(api: Api) -> None:
    rep = await make_rep(
        card_phone="13812345678", shows_phone=False, telephone="021-1", country=2, qr_code="q.jpg"
    )
    row = await own(api, rep)
    assert (row["mingpian_phone"], row["own_phone"], row["is_show_phone"]) == (
        "",
        "13812345678",
        False,
    )
    assert (row["telephone"], row["country"], row["qr_code"]) == ("021-1", 2, "q.jpg")


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("told", ["True", "true", "1"])
async def test_a_number_is_saved_and_shown(api: Api, path: str, told: str) -> None:
    rep = await make_rep(shows_phone=False)
    form = {**PHONE, "is_show_phone": told}
    answer = await api.post(path, form, caller=await session_for(rep))
    assert (answer["code"], answer["msg"], answer.data) == (200, "保存成功", {})
    assert (await own(api, rep))["mingpian_phone"] == "13812345678"


async def test_a_number_may_be_one_in_json_as_the_document_prints_it(api: Api) -> None:
    rep = await make_rep()
    body = {"mingpian_phone": 13812345678, "is_show_phone": True}
    answer = await api.post(BOTH[0], as_json=body, caller=await session_for(rep))
    assert answer["code"] == 200
    assert (await own(api, rep))["mingpian_phone"] == "13812345678"


@pytest.mark.parametrize("told", ["False", "false", "0"])
async def test_a_number_may_be_hidden(api: Api, told: str) -> None:
    rep = await make_rep()
    form = {**PHONE, "is_show_phone": told}
    await api.post(BOTH[0], form, caller=await session_for(rep))
    assert (await own(api, rep))["mingpian_phone"] == ""


@pytest.mark.both
@pytest.mark.parametrize("path", BOTH)
async def test_all_that_is_sent_is_saved(api: Api, path: str) -> None:
    rep = await make_rep()
    form = {
        **PHONE,
        "wechat": "linxiaoyu",
        "telephone": "(021-65432100)",
        "email": "lin@example.com",
        "country": "2",
        "area": "上海市 杨浦区",
        "address": "长阳路1687号",
    }
    assert (await api.post(path, form, caller=await session_for(rep)))["code"] == 200
    row = await own(api, rep)
    assert {name: str(row[name]) for name in form} == form


async def test_what_is_not_sent_stays(api: Api) -> None:
    rep = await make_rep(wechat="w", email="a@b.cn", country=1, shows_phone=False)
    form = {**PHONE, "is_show_phone": "", "country": ""}
    await api.post(BOTH[1], form, caller=await session_for(rep))
    row = await stored(rep)
    assert (row.wechat, row.email, row.country, row.shows_phone) == ("w", "a@b.cn", 1, False)


async def test_an_empty_text_takes_one_away(api: Api) -> None:
    rep = await make_rep(wechat="w", email="a@b.cn", address="路")
    form = {**PHONE, "wechat": "", "email": "", "address": ""}
    assert (await api.post(BOTH[1], form, caller=await session_for(rep)))["code"] == 200
    row = await stored(rep)
    assert (row.wechat, row.email, row.address) == ("", "", "")


@pytest.mark.parametrize(
    ("form", "code", "field", "complaint"),
    [
        ({}, 303, "mingpian_phone", "手机号不能为空"),
        ({"mingpian_phone": ""}, 303, "mingpian_phone", "手机号不能为空"),
        *(
            ({"mingpian_phone": number}, 303, "mingpian_phone", "手机号必须是1开头的11位数字")
            for number in (
                "1381234567",
                "138123456789",
                "23812345678",
                "1381234567a",
                "１3812345678",
            )
        ),
        *(
            ({**PHONE, "email": text}, 303, "email", "邮箱格式不正确")
            for text in ("lin", "lin@", "@example.com", "lin@example", "a b@example.com")
        ),
        ({**PHONE, "email": f"{'a' * 128}@b.cn"}, 303, "email", "邮箱长度不能超过128"),
        (
            {**PHONE, "is_show_phone": "vielleicht"},
            301,
            "is_show_phone",
            "是否显示手机号必须是布尔值",
        ),
        ({**PHONE, "country": "x"}, 301, "country", "国家必须是整数"),
        ({**PHONE, "country": "3"}, 303, "country", "国家不能大于2"),
        ({**PHONE, "country": "0"}, 303, "country", "国家不能小于1"),
        ({**PHONE, "wechat": "w" * 65}, 303, "wechat", "微信号长度不能超过64"),
        ({**PHONE, "telephone": "1" * 21}, 303, "telephone", "座机号长度不能超过20"),
        ({**PHONE, "area": "区" * 129}, 303, "area", "地区长度不能超过128"),
        ({**PHONE, "address": "路" * 513}, 303, "address", "详细地址长度不能超过512"),
    ],
)
async def test_what_breaks_a_rule_is_refused_and_nothing_saved(
    api: Api, form: dict[str, str], code: int, field: str, complaint: str
) -> None:
    caller = await session_for(await make_rep())
    before = await everything()
    answer = await api.post(BOTH[1], form, caller=caller)
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert answer.data["errors"] == {field: complaint}
    assert await everything() == before


async def test_a_rep_changes_its_own_card_alone(api: Api) -> None:
    rep, other = await make_rep(), await make_rep(wechat="w")
    form = {**PHONE, "wechat": "neu", "user_id": other.id}
    await api.post(BOTH[1], form, caller=await session_for(rep))
    assert ((await stored(rep)).wechat, (await stored(other)).wechat) == ("neu", "w")


async def test_a_customer_has_no_card_of_its_own(api: Api) -> None:
    caller = await session_for(await make_customer())
    assert (await api.get(CARD, caller=caller))["code"] == 404


@pytest.mark.parametrize("form", [{"sign": ""}, {}])
async def test_a_signature_is_saved_and_taken_away(api: Api, form: dict[str, str]) -> None:
    rep = await make_rep()
    caller = await session_for(rep)
    answer = await api.post(f"{CARD}/save_sign", {"sign": "好茶慢慢喝~"}, caller=caller)
    assert (answer["code"], answer["msg"]) == (200, "保存成功")
    assert (await own(api, rep))["sign"] == "好茶慢慢喝~"
    await api.post(f"{CARD}/save_sign", form, caller=caller)
    assert (await own(api, rep))["sign"] == ""


async def test_a_signature_that_is_too_long_is_refused(api: Api) -> None:
    rep = await make_rep(sign="s")
    form = {"sign": "长" * 501}
    answer = await api.post(f"{CARD}/save_sign", form, caller=await session_for(rep))
    assert (answer["code"], answer["msg"]) == (303, "个性签名长度不能超过500")
    assert (await stored(rep)).sign == "s"


async def test_photos_are_listed_oldest_first_without_card_avatars(api: Api) -> None:
    rep, other = await make_rep(), await make_rep()
    first, *_ = [
        await RepPhoto.aio_create(rep=whose, kind=kind, photo_url=url)
        for whose, kind, url in (
            (rep, PhotoKind.PHOTO, "a.jpg"),
            (rep, PhotoKind.CARD_AVATAR, "b.jpg"),
            (other, PhotoKind.PHOTO, "c.jpg"),
            (rep, PhotoKind.PHOTO, "d.jpg"),
        )
    ]
    answer = await api.get(f"{CARD}/show_photo", caller=await session_for(rep))
    assert answer.data["user_id"] == str(rep.id)
    assert answer.data["ret_data"] == [
        {"id": first.id, "photo_url": "a.jpg"},
        {"id": first.id + 3, "photo_url": "d.jpg"},
    ]


async def test_a_rep_without_photos_has_an_empty_list(api: Api) -> None:
    answer = await api.get(f"{CARD}/show_photo", caller=await session_for(await make_rep()))
    assert answer.data["ret_data"] == []
