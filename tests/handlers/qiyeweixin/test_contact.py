"""A rep's contacts, with the newest message or action of each (semantics 5.5, decisions S22)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.qiyeweixin.contact import brief
from models.database import execute
from tests.api import Answer, Api
from tests.factories import bind, make_company, make_customer, make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import text, the_customer, the_rep
from tests.statements import counted

CONTACT = "/zhugeleida/qiyeweixin/contact"
CARD = "/zhugeleida/xiaochengxu/mingpian"
PUBLIC = "https://crm.example.com"
LATE = 10**9


async def contacts(api: Api, rep: Any, **query: object) -> Answer:
    """List a rep's contacts."""
    return await api.get(CONTACT, query, caller=await session_for(rep))


async def the_contact(api: Api, rep: Any) -> Any:
    """The one contact that a rep has."""
    (row,) = (await contacts(api, rep)).data["ret_data"]
    return row


async def act(api: Api, rep: Any, customer: Any, name: str = "calling") -> None:
    """Let a customer do something with a rep's card."""
    await api.get(f"{CARD}/{name}", {"uid": rep.id}, caller=await session_for(customer))


@pytest.mark.both
@pytest.mark.settings(public_url=PUBLIC)
async def test_a_contact_shows_its_newest_message(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    customer = await make_customer(company, name="林小雨", avatar="statics/lin.jpg")
    await bind(rep, customer)
    await (await the_customer(api, rep, customer)).say("一", "二")
    answer = await contacts(api, rep)
    (row,) = answer.data["ret_data"]
    assert answer == {
        "code": 200,
        "msg": "",
        "data": {
            "ret_data": [
                {
                    "customer_id": customer.id,
                    "src": f"{PUBLIC}/statics/lin.jpg",
                    "name": "林小雨",
                    "dateTime": row["dateTime"],
                    "msg": "二",
                    "kind": "chat",
                    "count": 2,
                }
            ],
            "data_count": 1,
            "unread_msg_num": 2,
        },
    }


@pytest.mark.both
async def test_a_contact_shows_an_action_that_is_newer(api: Api) -> None:
    rep, customer = await make_pair()
    await (await the_customer(api, rep, customer)).say("一")
    await execute("UPDATE message SET created_at = created_at - 1000")
    await act(api, rep, customer, "calling")
    await execute("UPDATE action_log SET created_at = created_at - 1")
    await act(api, rep, customer, "forward")
    row = await the_contact(api, rep)
    assert (row["kind"], row["msg"]) == (
        "action",
        f"{customer.name}转发了你的名片,你的人脉圈正在裂变",
    )


@pytest.mark.both
async def test_a_contact_shows_a_message_that_is_newer_than_its_actions(api: Api) -> None:
    rep, customer = await make_pair()
    await act(api, rep, customer)
    await execute("UPDATE action_log SET created_at = created_at - 1000")
    await (await the_rep(api, rep, customer)).say("您好")
    row = await the_contact(api, rep)
    assert (row["kind"], row["msg"]) == ("chat", "您好")


async def test_a_contact_with_which_nothing_has_happened_is_listed_without_text(api: Api) -> None:
    rep, customer = await make_pair()
    row = await the_contact(api, rep)
    assert (row["customer_id"], row["msg"], row["count"]) == (customer.id, "", 0)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"info_type": 1, "msg": "您好"}, "您好"),
        ({"info_type": 2, "product_name": "橡木床"}, "向您咨询:橡木床"),
        ({"info_type": 3, "msg": "您的手机号?"}, "您的手机号?"),
        ({"info_type": 4, "url": "a.jpg", "msg": "x"}, ""),
        ({"info_type": 5, "url": "a.mp4"}, ""),
    ],
)
async def test_a_message_is_shown_in_short(
    api: Api, content: dict[str, object], shown: str
) -> None:
    rep, customer = await make_pair()
    theirs = await the_customer(api, rep, customer)
    body = {**theirs.pair, "content": content}
    await api.post(f"{theirs.url}/send_msg", as_json=body, caller=theirs.caller)
    assert (await the_contact(api, rep))["msg"] == shown


@pytest.mark.both
async def test_the_contact_with_the_newest_event_is_first(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    customers = [await make_customer(company) for _ in range(4)]
    for customer in customers:
        await bind(rep, customer)
    await execute("UPDATE bond SET last_event_at = customer_id")
    await act(api, rep, customers[1])
    await execute(f"UPDATE bond SET last_event_at = {LATE} WHERE last_event_at > {LATE}")
    await (await the_customer(api, rep, customers[0])).say("您好")
    rows = (await contacts(api, rep)).data["ret_data"]
    assert [row["customer_id"] for row in rows] == [customers[number].id for number in (0, 1, 3, 2)]


async def test_contacts_come_in_pages_with_their_total(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    for _ in range(5):
        await bind(rep, await make_customer(company))
    pages = [(await contacts(api, rep, current_page=page, length=2)).data for page in (1, 2, 3, 4)]
    seen = [row["customer_id"] for page in pages for row in page["ret_data"]]
    assert [len(page["ret_data"]) for page in pages] == [2, 2, 1, 0]
    assert ({page["data_count"] for page in pages}, len(set(seen))) == ({5}, 5)


async def test_a_page_takes_as_many_statements_however_long_it_is(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    caller = await session_for(rep)
    sent = []
    for count in (1, 12):
        for _ in range(count):
            customer = await make_customer(company)
            await bind(rep, customer)
            await act(api, rep, customer)
        await (await the_customer(api, rep, customer)).say("您好")
        await api.get(CONTACT, caller=caller)
        with counted() as statements:
            await api.get(CONTACT, {"length": 100}, caller=caller)
        sent.append(len(statements))
    assert sent == [5, 5]


async def test_a_rep_without_customers_has_no_contacts(api: Api) -> None:
    await make_pair()
    answer = await contacts(api, await make_rep())
    assert answer.data == {"ret_data": [], "data_count": 0, "unread_msg_num": 0}


async def test_customers_of_others_are_no_contacts(api: Api) -> None:
    rep, _ = await make_pair()
    colleague = await make_rep(rep.company)
    assert (await contacts(api, colleague)).data["data_count"] == 0


async def test_a_customer_whose_bond_has_ended_is_no_contact(api: Api) -> None:
    rep, customer = await make_pair()
    await (await the_customer(api, rep, customer)).say("您好")
    await execute("DELETE FROM bond")
    assert (await contacts(api, rep)).data["ret_data"] == []


@pytest.mark.both
async def test_what_is_unread_is_counted_by_contact_and_over_all(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    for number in (1, 2):
        customer = await make_customer(company)
        await bind(rep, customer)
        await (await the_customer(api, rep, customer)).say(*["您好"] * number)
    await (await the_rep(api, rep, customer)).say("您好")
    data = (await contacts(api, rep)).data
    assert sorted(row["count"] for row in data["ret_data"]) == [1, 2]
    assert data["unread_msg_num"] == 3


async def test_listing_contacts_reads_nothing(api: Api) -> None:
    rep, customer = await make_pair()
    await (await the_customer(api, rep, customer)).say("您好")
    await contacts(api, rep)
    assert (await contacts(api, rep)).data["unread_msg_num"] == 1


@pytest.mark.both
async def test_the_unread_messages_of_all_customers_are_counted(api: Api) -> None:
    rep, customer = await make_pair()
    theirs = await the_customer(api, rep, customer)
    await theirs.say("一", "二")
    before = await api.get(f"{CONTACT}/query_num", caller=await session_for(rep))
    await (await the_rep(api, rep, customer)).history()
    after = await api.get(f"{CONTACT}/query_num", caller=await session_for(rep))
    assert before == {"code": 200, "msg": "查询成功", "data": {"unread_msg_num": 2}}
    assert after.data == {"unread_msg_num": 0}


@pytest.mark.parametrize(
    ("query", "code", "errors"),
    [
        ({"current_page": "x"}, 301, {"current_page": "页码必须是整数"}),
        ({"current_page": 0}, 303, {"current_page": "页码不能小于1"}),
        ({"length": 0}, 303, {"length": "每页长度不能小于1"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, query: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    answer = await contacts(api, await make_rep(), **query)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


@pytest.mark.parametrize("operation", ["", "/query_num"])
async def test_customers_have_no_contacts(api: Api, operation: str) -> None:
    _, customer = await make_pair()
    answer = await api.get(CONTACT + operation, caller=await session_for(customer))
    assert answer["code"] == 404


NOON = datetime(2019, 3, 1, 4, 0, tzinfo=UTC)
"""Noon of a first of March in Shanghai."""


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2019, 3, 1, 3, 49, 59, tzinfo=UTC), "11:49"),
        (datetime(2019, 2, 28, 16, 0, tzinfo=UTC), "00:00"),
        (datetime(2019, 2, 28, 15, 59, 59, tzinfo=UTC), "昨天"),
        (datetime(2019, 2, 27, 16, 0, tzinfo=UTC), "昨天"),
        (datetime(2019, 2, 27, 15, 59, 59, tzinfo=UTC), "02-27"),
        (datetime(2019, 2, 1, 4, 0, tzinfo=UTC), "02-01"),
        (datetime(2018, 12, 31, 16, 0, tzinfo=UTC), "01-01"),
        (datetime(2018, 12, 31, 15, 59, tzinfo=UTC), "2018"),
        (datetime(2018, 3, 1, 4, 0, tzinfo=UTC), "2018"),
        (datetime(1999, 12, 31, tzinfo=UTC), "1999"),
    ],
)
def test_a_time_is_shown_in_short(moment: datetime, shown: str) -> None:
    assert brief(moment, NOON) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2018, 12, 31, 15, 59, tzinfo=UTC), "昨天"),
        (datetime(2018, 12, 30, 15, 59, tzinfo=UTC), "2018"),
    ],
)
def test_on_new_years_day_yesterday_is_yesterday(moment: datetime, shown: str) -> None:
    assert brief(moment, datetime(2019, 1, 1, 4, 0, tzinfo=UTC)) == shown


async def test_the_time_of_a_contact_is_that_of_what_is_shown(api: Api) -> None:
    rep, customer = await make_pair()
    await (await the_customer(api, rep, customer)).send(content=text("您好"))
    await execute("UPDATE message SET created_at = 1528861797007")
    assert (await the_contact(api, rep))["dateTime"] == "2018"
