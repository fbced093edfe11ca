"""Looking at cards: what is shown, counted and logged (semantics 3.2, 4.5)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.codes import Code
from models.base import now
from models.customer import Bond, Source
from models.database import execute
from models.staff import PhotoKind, RepPhoto
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.xiaochengxu.rows import count, counters_of, everything, logs_of

CARD = "/zhugeleida/xiaochengxu/mingpian"
ALL = f"{CARD}/all"
DEFAULT_AVATAR = "statics/imgs/setAvator.jpg"
YESTERDAY = now() - timedelta(days=1)


async def view(api: Api, rep: Any, customer: Any) -> Any:
    """Look at a rep's card and give it."""
    answer = await api.get(CARD, {"uid": rep.id}, caller=await session_for(customer))
    (card,) = answer.data["ret_data"]
    return card


async def list_cards(api: Api, customer: Any) -> Answer:
    """List the cards of a customer's reps."""
    return await api.get(ALL, caller=await session_for(customer))


async def test_a_card_shows_the_rep_and_its_company(api: Api) -> None:
    company = await make_company(name="晨光家居", area="浙江", address="文三路 1 号")
    rep = await make_rep(
        company,
        username="zhouming",
        avatar="statics/a.jpg",
        position="销售经理",
        email="zhou@example.com",
        wechat="zm",
        card_phone="13800000001",
        sign="用心",
        created_at=datetime(2018, 6, 8, 14, 3, 23, 7000, UTC),
    )
    photo = await RepPhoto.aio_create(rep=rep, kind=PhotoKind.PHOTO, photo_url="statics/p.jpg")
    assert await view(api, rep, await make_customer(company)) == {
        "id": rep.id,
        "username": "zhouming",
        "avatar": "statics/a.jpg",
        "mingpian_avatar": "statics/a.jpg",
        "company": "晨光家居",
        "area": "浙江",
        "address": "文三路 1 号",
        "position": "销售经理",
        "email": "zhou@example.com",
        "wechat": "zm",
        "mingpian_phone": "13800000001",
        "create_date": "2018-06-08T22:03:23.007",
        "popularity_num": 1,
        "praise_num": 0,
        "forward_num": 0,
        "is_praise": False,
        "sign": "用心",
        "is_sign": False,
        "sign_num": 0,
        "photo": [{"id": photo.id, "photo_url": "statics/p.jpg"}],
    }


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"memo_name": "小周"}, {"username": "小周"}),
        ({}, {"avatar": DEFAULT_AVATAR, "mingpian_avatar": DEFAULT_AVATAR}),
        ({"avatar": "a.jpg", "card_avatar": "c.jpg"}, {"avatar": "a.jpg"}),
        ({"avatar": "a.jpg", "card_avatar": "c.jpg"}, {"mingpian_avatar": "c.jpg"}),
        ({"card_phone": "1", "bound_phone": "2"}, {"mingpian_phone": "1"}),
        ({"card_phone": "", "bound_phone": "2"}, {"mingpian_phone": "2"}),
        ({"card_phone": "1", "bound_phone": "2", "shows_phone": False}, {"mingpian_phone": ""}),
        ({"area": "上海"}, {"area": "上海", "address": "文三路 1 号"}),
        ({"address": "人民路 2 号"}, {"area": "浙江", "address": "人民路 2 号"}),
    ],
)
async def test_a_card_shows_what_the_rep_has_chosen(
    api: Api, values: dict[str, Any], shown: dict[str, Any]
) -> None:
    company = await make_company(area="浙江", address="文三路 1 号")
    rep = await make_rep(company, **values)
    card = await view(api, rep, await make_customer(company))
    assert card.items() >= shown.items()


async def test_a_card_shows_photos_oldest_first_and_no_card_avatars(api: Api) -> None:
    rep, customer = await make_pair()
    for url, kind in (("1", PhotoKind.PHOTO), ("2", PhotoKind.CARD_AVATAR), ("3", PhotoKind.PHOTO)):
        await RepPhoto.aio_create(rep=rep, kind=kind, photo_url=url)
    card = await view(api, rep, customer)
    assert [photo["photo_url"] for photo in card["photo"]] == ["1", "3"]


async def test_a_card_shows_the_callers_own_praise(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await api.get(f"{CARD}/praise", {"uid": rep.id}, caller=caller)
    await api.get(f"{CARD}/up_sign", {"uid": rep.id}, caller=caller)
    card = await view(api, rep, customer)
    assert (card["is_praise"], card["praise_num"]) == (True, 1)
    assert (card["is_sign"], card["sign_num"]) == (True, 1)


async def test_a_card_does_not_show_the_praise_of_others_as_the_callers(api: Api) -> None:
    rep, customer = await make_pair()
    other = await session_for(await make_customer(rep.company))
    await api.get(f"{CARD}/praise", {"uid": rep.id}, caller=other)
    await api.get(f"{CARD}/up_sign", {"uid": rep.id}, caller=other)
    card = await view(api, rep, customer)
    assert (card["is_praise"], card["praise_num"]) == (False, 1)
    assert (card["is_sign"], card["sign_num"]) == (False, 1)


@pytest.mark.both
async def test_each_view_is_counted_and_logged_with_its_number(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    for _ in range(5):
        await api.get(CARD, {"uid": rep.id}, caller=caller)
    assert await counters_of(rep) == {"popularity": 5}
    assert await logs_of(rep) == [
        (1, "首次查看您的名片,沟通从此刻开始"),
        (1, "查看您的名片第2次,把握深度交流的机会"),
        (1, "查看您的名片第3次,建议标注重点客户"),
        (1, "查看您的名片第4次,成交在望"),
        (1, "查看您的名片第5次,成交在望"),
    ]


async def test_views_are_numbered_by_customer_and_rep(api: Api) -> None:
    rep, customer = await make_pair()
    other_rep, other = await make_rep(rep.company), await make_customer(rep.company)
    for one, by in ((rep, customer), (rep, other), (other_rep, customer)):
        await view(api, one, by)
    assert {remark for _, remark in [*await logs_of(rep), *await logs_of(other_rep)]} == {
        "首次查看您的名片,沟通从此刻开始"
    }


async def test_yesterdays_views_count_in_the_number(api: Api) -> None:
    rep, customer = await make_pair()
    await view(api, rep, customer)
    await execute("UPDATE action_counter SET day = '2018-06-08'")
    await view(api, rep, customer)
    assert (await logs_of(rep))[-1] == (1, "查看您的名片第2次,把握深度交流的机会")


@pytest.mark.both
async def test_concurrent_views_of_one_pair_get_different_numbers(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await asyncio.gather(*(api.get(CARD, {"uid": rep.id}, caller=caller) for _ in range(12)))
    numbers = [remark.split("次")[0] for _, remark in await logs_of(rep)]
    assert numbers == ["首", *(f"查看您的名片第{number}" for number in range(2, 13))]


@pytest.mark.both
async def test_concurrent_views_by_many_are_all_counted(api: Api) -> None:
    company = await make_company()
    reps = [await make_rep(company) for _ in range(3)]
    callers = [await session_for(await make_customer(company)) for _ in range(5)]
    await asyncio.gather(
        *(api.get(CARD, {"uid": rep.id}, caller=caller) for caller in callers for rep in reps * 2)
    )
    assert [await counters_of(rep) for rep in reps] == [{"popularity": 10}] * 3


async def test_a_customer_without_a_name_is_counted_and_not_logged(api: Api) -> None:
    rep = await make_rep()
    card = await view(api, rep, await make_customer(rep.company, name=""))
    assert (card["popularity_num"], await logs_of(rep)) == (1, [])


async def test_a_view_in_an_expired_company_is_counted_and_not_logged(api: Api) -> None:
    rep = await make_rep(await make_company(expires_at=YESTERDAY))
    card = await view(api, rep, await make_customer(rep.company))
    assert (card["popularity_num"], await logs_of(rep)) == (1, [])
    assert await count("action_counter") == 0


async def test_a_view_in_a_company_that_has_paid_is_logged(api: Api) -> None:
    rep = await make_rep(await make_company(expires_at=now() + timedelta(minutes=1)))
    await view(api, rep, await make_customer(rep.company))
    assert len(await logs_of(rep)) == 1


async def test_a_view_is_an_activity_of_the_bond(api: Api) -> None:
    rep, customer = await make_pair()
    await Bond.update(last_activity_at=None, last_event_at=YESTERDAY).aio_execute()
    before = now()
    await view(api, rep, customer)
    bond = await Bond.aio_get()
    assert bond.last_activity_at >= before
    assert bond.last_event_at == bond.last_activity_at


async def test_a_card_may_be_looked_at_before_binding(api: Api) -> None:
    rep = await make_rep()
    await view(api, rep, await make_customer(rep.company))
    assert (len(await logs_of(rep)), await count("bond")) == (1, 0)


@pytest.mark.parametrize(
    ("given", "code", "msg"),
    [
        ({}, Code.INVALID, "用户ID不能为空"),
        ({"uid": ""}, Code.INVALID, "用户ID不能为空"),
        ({"uid": "abc"}, Code.BAD_TYPE, "用户ID必须是整数"),
        ({"uid": "1.5"}, Code.BAD_TYPE, "用户ID必须是整数"),
    ],
)
@pytest.mark.parametrize(
    "name", ["", "/calling", "/save_wechat", "/save_phone", "/forward", "/praise", "/up_sign"]
)
async def test_a_uid_that_is_none_is_complained_of(
    api: Api, name: str, given: dict[str, str], code: int, msg: str
) -> None:
    caller = await session_for(await make_customer())
    answer = await api.get(CARD + name, given, caller=caller)
    assert answer == {"code": code, "msg": msg, "data": {"errors": {"uid": msg}}}


@pytest.mark.parametrize(
    "name", ["", "/calling", "/save_wechat", "/save_phone", "/forward", "/praise", "/up_sign"]
)
async def test_a_rep_that_the_customer_may_not_see_is_302_and_nothing_changes(
    api: Api, name: str
) -> None:
    foreign, _ = await make_pair()
    _, customer = await make_pair()
    caller = await session_for(customer)
    before = await everything()
    answers = [
        await api.get(CARD + name, {"uid": uid}, caller=caller)
        for uid in (foreign.id, 999_999, 0, -1, 2**63, 10**30)
    ]
    assert answers == [{"code": 302, "msg": "对应ID不存在", "data": {}}] * 6
    assert await everything() == before


async def test_all_cards_stand_with_the_newest_bond_first(api: Api) -> None:
    company = await make_company()
    customer = await make_customer(company)
    reps = [await make_rep(company) for _ in range(3)]
    for rep in reps:
        await bind(rep, customer)
    moment = now()
    for rep, days in zip(reps, (1, 3, 2), strict=True):
        stamp = int((moment - timedelta(days=days)).timestamp() * 1000)
        await execute("UPDATE bond SET created_at = %s WHERE rep_id = %s", (stamp, rep.id))
    answer = await list_cards(api, customer)
    assert [row["id"] for row in answer.data["ret_data"]] == [reps[0].id, reps[2].id, reps[1].id]
    assert answer.data["data_count"] == 3


async def test_all_cards_shows_the_bond_and_what_customers_see_of_the_rep(api: Api) -> None:
    company = await make_company(name="晨光家居")
    rep = await make_rep(
        company, memo_name="小周", position="经理", email="z@example.com", bound_phone="13800000002"
    )
    customer = await make_customer(company)
    await bind(rep, customer, source=Source.FORWARD)
    await execute("UPDATE bond SET created_at = 1528466603007")
    answer = await list_cards(api, customer)
    assert answer == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": [
                {
                    "id": rep.id,
                    "username": "小周",
                    "source": "转发",
                    "avatar": DEFAULT_AVATAR,
                    "company": "晨光家居",
                    "position": "经理",
                    "email": "z@example.com",
                    "mingpian_phone": "13800000002",
                    "create_date": "2018-06-08T22:03:23.007",
                }
            ],
            "data_count": 1,
        },
    }


@pytest.mark.parametrize(
    ("source", "label"), [(1, "扫码"), (2, "转发"), (3, "搜索"), (4, "公众号文章")]
)
async def test_all_cards_tells_where_the_customer_came_from(
    api: Api, source: int, label: str
) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company)
    await bind(rep, customer, source=source)
    answer = await list_cards(api, customer)
    assert answer.data["ret_data"][0]["source"] == label


async def test_all_cards_hides_the_phone_that_the_rep_hides(api: Api) -> None:
    rep = await make_rep(card_phone="13800000001", shows_phone=False)
    customer = await make_customer(rep.company)
    await bind(rep, customer)
    assert (await list_cards(api, customer)).data["ret_data"][0]["mingpian_phone"] == ""


async def test_all_cards_of_a_customer_without_a_rep_is_an_empty_list(api: Api) -> None:
    await make_pair()
    answer = await list_cards(api, await make_customer())
    assert answer == {"code": 200, "msg": "查询成功", "data": {"ret_data": [], "data_count": 0}}


async def test_listing_all_cards_is_no_view(api: Api) -> None:
    rep, customer = await make_pair()
    await list_cards(api, customer)
    assert (await counters_of(rep), await logs_of(rep)) == ({}, [])
