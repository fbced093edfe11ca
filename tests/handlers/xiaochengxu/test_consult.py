"""Asking about a product or goods: a message in the chat and an entry in the log, at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from models.base import now
from models.database import execute, fetch_all
from models.mall import GoodsStatus
from tests.api import Answer, Api
from tests.app import App
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_goods,
    make_pair,
    make_picture,
    make_product,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.talkers import the_customer, the_rep
from tests.handlers.xiaochengxu.rows import count, counters_of, everything, logs_of
from tests.logs import Log
from tests.pictures import drawn, files

PRODUCT = "/zhugeleida/xiaochengxu/product/consult_product"
GOODS = "/zhugeleida/xiaochengxu/mallManage/consult_product"
FORWARD_GOODS = "/zhugeleida/xiaochengxu/mallManage/forward_product"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
NO_GOODS = {"code": 302, "msg": "商品不存在", "data": {}}
DONE = {"code": 200, "msg": "咨询产品成功", "data": {}}


class Offer(NamedTuple):
    """What a customer asks about: the call for it, its row, and what the log says."""

    url: str
    row: Any
    remark: str


KINDS = ["product", "goods"]


async def an_offer(kind: str, company: Any) -> Offer:
    """Something that a company offers."""
    if kind == "goods":
        return Offer(GOODS, await make_goods(company), "向您咨询商品")
    return Offer(PRODUCT, await make_product(company=company), "向您咨询产品")


async def ask(api: Api, offer: Offer, customer: Any, rep: Any) -> Answer:
    """Ask about something."""
    query = {"uid": rep.id, "product_id": offer.row.id}
    return await api.get(offer.url, query, caller=await session_for(customer))


async def the_message(api: Api, rep: Any, customer: Any) -> dict[str, Any]:
    """The one message of a chat, as its rep reads it."""
    (row,) = (await (await the_rep(api, rep, customer)).history()).data
    assert isinstance(row, dict)
    return row


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """What a message says of a product, and who has sent it."""
    names = ("send_type", "info_type", "product_cover_url", "product_name", "product_price")
    return {name: row[name] for name in names}


@pytest.mark.both
async def test_a_product_is_asked_about_in_the_chat(api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep, name="玄关柜", price="399元/套起")
    for place in (2, 1):
        cover = await make_picture(rep.company, product, place)
    assert await ask(api, Offer(PRODUCT, product, ""), customer, rep) == DONE
    row = await the_message(api, rep, customer)
    assert (shown(row), row["product_id"]) == (
        {
            "send_type": 2,
            "info_type": 2,
            "product_cover_url": cover.picture_url,
            "product_name": "玄关柜",
            "product_price": "399元/套起",
        },
        product.id,
    )


async def test_its_picture_stays_in_the_chat_when_the_product_goes(app: App, api: Api) -> None:
    rep, customer = await make_pair()
    product = await make_product(rep)
    cover = await make_picture(rep.company, product, 1)
    path = app.settings.data_dir / cover.picture_url
    path.parent.mkdir(parents=True)
    path.write_bytes(picture := drawn())
    for _ in range(2):
        assert await ask(api, Offer(PRODUCT, product, ""), customer, rep) == DONE
    talker = await the_rep(api, rep, customer)
    url = f"/zhugeleida/qiyeweixin/product/delete/{product.id}"
    assert (await api.post(url, caller=talker.caller))["code"] == 200
    (shown_at,) = {row["product_cover_url"] for row in (await talker.history()).data}
    response = await api.fetch("GET", f"/{shown_at}")
    assert (response.code, response.body, path.exists()) == (200, picture, False)


async def test_who_may_not_ask_leaves_no_copy_of_a_picture(app: App, api: Api) -> None:
    rep = await make_rep()
    product, customer = await make_product(rep), await make_customer(rep.company)
    cover = await make_picture(rep.company, product, 1)
    path = app.settings.data_dir / cover.picture_url
    path.parent.mkdir(parents=True)
    path.write_bytes(drawn())
    before = files(app.settings.data_dir)
    assert await ask(api, Offer(PRODUCT, product, ""), customer, rep) == NOT_FOUND
    assert files(app.settings.data_dir) == before


@pytest.mark.parametrize(
    ("cents", "price"),
    [(468000, "4680.00"), (1, "0.01"), (110, "1.10"), (1999999999, "19999999.99")],
)
async def test_goods_are_asked_about_with_their_price_in_yuan(
    api: Api, cents: int, price: str
) -> None:
    rep, customer = await make_pair()
    pictures = ["statics/imgs/a.jpg", "statics/imgs/b.jpg"]
    goods = await make_goods(rep.company, name="布艺沙发", price_cents=cents, pictures=pictures)
    assert await ask(api, Offer(GOODS, goods, ""), customer, rep) == DONE
    row = await the_message(api, rep, customer)
    assert (shown(row), row["goods_id"]) == (
        {
            "send_type": 2,
            "info_type": 2,
            "product_cover_url": "statics/imgs/a.jpg",
            "product_name": "布艺沙发",
            "product_price": price,
        },
        goods.id,
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_what_has_no_picture_is_asked_about_without(api: Api, kind: str) -> None:
    rep, customer = await make_pair()
    await ask(api, await an_offer(kind, rep.company), customer, rep)
    assert (await the_message(api, rep, customer))["product_cover_url"] == ""


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
async def test_asking_is_logged_and_counted(api: Api, kind: str) -> None:
    rep, customer = await make_pair()
    await execute("UPDATE bond SET last_activity_at = NULL, last_event_at = 0")
    offer = await an_offer(kind, rep.company)
    await ask(api, offer, customer, rep)
    assert (await logs_of(rep), await counters_of(rep)) == ([(7, offer.remark)], {})
    assert await fetch_all("SELECT action, count FROM action_counter") == [(7, 1)]
    assert await fetch_all("SELECT last_activity_at > 0, last_event_at > 0 FROM bond") == [(1, 1)]


@pytest.mark.both
async def test_asking_arrives_at_once_at_both_sides_and_in_the_radar(api: Api) -> None:
    rep, customer = await make_pair()
    sockets = [await api.socket("leida"), await api.socket("xiaochengxu")]
    await sockets[0].register(rep=rep.id, customer=None, caller=await session_for(rep))
    await sockets[1].register(rep=rep.id, customer=customer.id, caller=await session_for(customer))
    await ask(api, await an_offer("product", rep.company), customer, rep)
    for socket in sockets:
        (row,) = await socket.rows(1)
        assert (row["info_type"], row["send_type"], row["seq"]) == (2, 2, 1)
    frame = await sockets[0].until(lambda frame: frame.get("type") == "radar")
    assert frame["data"]["log"] == f"{customer.name}向您咨询产品"


async def test_what_is_asked_is_unread_for_the_rep_alone(api: Api) -> None:
    rep, customer = await make_pair()
    await ask(api, await an_offer("goods", rep.company), customer, rep)
    sides = [await the_rep(api, rep, customer), await the_customer(api, rep, customer)]
    contact = await api.get("/zhugeleida/qiyeweixin/contact/query_num", caller=sides[0].caller)
    assert (contact.data["unread_msg_num"], await sides[1].unread()) == (1, 0)


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
async def test_who_asks_many_times_at_once_is_heard_each_time(api: Api, kind: str) -> None:
    company = await make_company()
    rep, customers = await make_rep(company), [await make_customer(company) for _ in range(3)]
    for customer in customers:
        await bind(rep, customer)
    offer = await an_offer(kind, company)
    await asyncio.gather(*(ask(api, offer, one, rep) for one in customers for _ in range(4)))
    talks = await fetch_all("SELECT last_seq, rep_unread FROM conversation")
    assert (talks, len(await logs_of(rep))) == ([(4, 4)] * 3, 12)


@pytest.mark.both
async def test_asking_and_writing_and_viewing_at_once_all_count(api: Api) -> None:
    rep, customer = await make_pair()
    offer = await an_offer("product", rep.company)
    talker = await the_customer(api, rep, customer)
    card = "/zhugeleida/xiaochengxu/mingpian"
    await asyncio.gather(
        *(ask(api, offer, customer, rep) for _ in range(5)),
        *(talker.say("在吗?") for _ in range(5)),
        *(api.get(card, {"uid": rep.id}, caller=talker.caller) for _ in range(5)),
    )
    assert await fetch_all("SELECT last_seq FROM conversation") == [(10,)]
    assert sorted(action for action, _ in await logs_of(rep)) == [1] * 5 + [7] * 5


@pytest.mark.parametrize("table", ["message", "action_log", "action_total"])
async def test_message_and_log_are_written_both_or_neither(api: Api, log: Log, table: str) -> None:
    rep, customer = await make_pair()
    offer, caller = await an_offer("product", rep.company), await session_for(customer)
    before = await everything()
    await execute(
        f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    query = {"uid": rep.id, "product_id": offer.row.id}
    assert (await api.get(offer.url, query, caller=caller))["code"] == 500
    assert (len(log.take("fault")), await everything()) == (1, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_known", [True, False])
async def test_asking_without_a_bond_is_302_and_changes_nothing(
    api: Api, kind: str, is_known: bool
) -> None:
    rep, customer = await make_pair()
    offer = await an_offer(kind, rep.company)
    if is_known:
        await execute("DELETE FROM bond")
    else:
        customer = await make_customer(rep.company)
    caller = await session_for(customer)
    before = await everything()
    query = {"uid": rep.id, "product_id": offer.row.id}
    assert await api.get(offer.url, query, caller=caller) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("kind", KINDS)
async def test_asking_a_rep_of_another_company_or_none_is_302(api: Api, kind: str) -> None:
    rep, customer = await make_pair()
    offer = await an_offer(kind, rep.company)
    caller = await session_for(customer)
    for stranger in ((await make_rep()).id, 999_999):
        before = await everything()
        query = {"uid": stranger, "product_id": offer.row.id}
        assert await api.get(offer.url, query, caller=caller) == NOT_FOUND
        assert await everything() == before


@pytest.mark.parametrize("url", [GOODS, FORWARD_GOODS])
@pytest.mark.parametrize("which", ["missing", "elsewhere", *list(GoodsStatus)[1:]])
async def test_goods_that_are_not_on_sale_are_302(
    api: Api, url: str, which: str | GoodsStatus
) -> None:
    rep, customer = await make_pair()
    company = await make_company() if which == "elsewhere" else rep.company
    status = which if isinstance(which, GoodsStatus) else GoodsStatus.ON_SALE
    goods = await make_goods(company, status=status)
    caller = await session_for(customer)
    before = await everything()
    query = {"uid": rep.id, "product_id": 999_999 if which == "missing" else goods.id}
    assert await api.get(url, query, caller=caller) == NO_GOODS
    assert await everything() == before


async def test_an_expired_company_is_asked_and_logs_nothing(api: Api) -> None:
    rep = await make_rep(await make_company(expires_at=now() - timedelta(days=1)))
    customer = await make_customer(rep.company)
    await bind(rep, customer)
    assert await ask(api, await an_offer("product", rep.company), customer, rep) == DONE
    assert (await count("message"), await logs_of(rep)) == (1, [])


@pytest.mark.settings(send_rate=1, send_burst=2)
async def test_asking_counts_as_sending(api: Api) -> None:
    rep, customer = await make_pair()
    offers = [await an_offer(kind, rep.company) for kind in KINDS]
    codes = [(await ask(api, offer, customer, rep))["code"] for offer in offers * 2]
    assert (codes, await count("message")) == ([200, 200, 429, 429], 2)


async def test_goods_are_handed_on_before_binding(api: Api) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    goods = await make_goods(rep.company, name="布艺沙发")
    query = {"uid": rep.id, "product_id": goods.id}
    answer = await api.get(FORWARD_GOODS, query, caller=await session_for(customer))
    assert answer == {"code": 200, "msg": "记录转发产品成功", "data": {}}
    assert await logs_of(rep) == [(2, "转发了【布艺沙发】")]


@pytest.mark.parametrize("is_there", [True, False])
async def test_goods_of_a_rep_of_another_company_are_not_handed_on(
    api: Api, is_there: bool
) -> None:
    rep, customer = await make_pair()
    goods = await make_goods(rep.company)
    stranger = (await make_rep()).id if is_there else 999_999
    caller = await session_for(customer)
    before = await everything()
    query = {"uid": stranger, "product_id": goods.id}
    assert await api.get(FORWARD_GOODS, query, caller=caller) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("url", [PRODUCT, GOODS, FORWARD_GOODS])
@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"uid": 1}, 303, "product_id"),
        ({"uid": 1, "product_id": "x"}, 301, "product_id"),
        ({"product_id": 1}, 303, "uid"),
    ],
)
async def test_a_call_without_proper_ids_is_refused(
    api: Api, url: str, query: dict[str, object], code: int, field: str
) -> None:
    _, customer = await make_pair()
    answer = await api.get(url, query, caller=await session_for(customer))
    assert (answer["code"], list(answer.data["errors"])) == (code, [field])
