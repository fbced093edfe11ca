"""The address book: three orders, one filter, days in words (semantics 4.1, D19, D20, S20)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.qiyeweixin.tongxunlu import ago, follow_status, last_active
from models.article import Article
from models.base import now
from models.customer import ArticleReader, Bond, CustomerNote, Source
from tests.api import Answer, Api
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_pair,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.doings import make_customers
from tests.statements import counted

BOOK = "/zhugeleida/qiyeweixin/tongxunlu"
ORDERS = {
    "close_odds": "expedted_pr",
    "last_followed_at": "last_follow_time",
    "last_activity_at": "last_activity_time",
}


async def book(api: Api, rep: Any, **query: object) -> Answer:
    """Ask for a page of a rep's address book."""
    return await api.get(BOOK, query, caller=await session_for(rep))


async def listed(api: Api, rep: Any, **query: object) -> list[int]:
    """The customers of a page, in their order."""
    answer = await book(api, rep, **query)
    assert answer["code"] == 200, answer
    return [row["customer_id"] for row in answer.data["ret_data"]]


async def note(rep: Any, customer: Any, **columns: object) -> None:
    """Change a bond."""
    where = (Bond.rep == rep) & (Bond.customer == customer)
    await Bond.update(**columns).where(where).aio_execute()


@pytest.mark.both
async def test_a_customer_has_what_both_documents_print(api: Api) -> None:
    rep, customer = await make_pair()
    await note(
        rep,
        customer,
        expected_on=date(2018, 6, 9),
        close_odds=80,
        last_followed_at=now() - timedelta(days=1),
        last_activity_at=now(),
    )
    for title in ("第一篇", "第二篇"):
        article = await Article.aio_create(company=rep.company, title=title)
        await ArticleReader.aio_create(article=article, rep=rep, customer=customer)
    assert await book(api, rep) == {
        "code": 200,
        "msg": "查询成功",
        "data": {
            "ret_data": [
                {
                    "customer_id": customer.id,
                    "customer_username": customer.name,
                    "headimgurl": "statics/imgs/Avator.jpg",
                    "expected_time": "2018-06-09",
                    "expedted_pr": 80,
                    "belonger": rep.username,
                    "source": 1,
                    "last_follow_time": "昨天",
                    "last_activity_time": "今天",
                    "follow_status": "昨天已跟进",
                    "article_id": article.id,
                    "title": "第二篇",
                }
            ],
            "data_count": 1,
        },
    }


async def test_what_is_not_known_of_a_customer_is_empty(api: Api) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="", avatar="statics/lin.jpg")
    await bind(rep, customer)
    (row,) = (await book(api, rep)).data["ret_data"]
    assert row == {
        "customer_id": customer.id,
        "customer_username": f"客户ID{customer.id}",
        "headimgurl": "statics/lin.jpg",
        "expected_time": None,
        "expedted_pr": 0,
        "belonger": rep.username,
        "source": 1,
        "last_follow_time": "",
        "last_activity_time": "",
        "follow_status": "未跟进过",
        "article_id": None,
        "title": "",
    }


async def test_an_article_that_led_to_a_colleague_is_not_shown(api: Api) -> None:
    rep, customer = await make_pair()
    colleague = await make_rep(rep.company)
    article = await Article.aio_create(company=rep.company, title="家具保养")
    await ArticleReader.aio_create(article=article, rep=colleague, customer=customer)
    (row,) = (await book(api, rep)).data["ret_data"]
    assert (row["article_id"], row["title"]) == (None, "")


@pytest.mark.both
@pytest.mark.parametrize("column", ORDERS)
@pytest.mark.parametrize("form", ["{}", "-{}", "customer__{}", "-customer__{}", " customer__{} "])
async def test_every_order_falls_with_ties_by_the_newest_and_nothing_last(
    api: Api, column: str, form: str
) -> None:
    rep = await make_rep()
    customers = await make_customers(rep, 6)
    nothing = 0 if column == "close_odds" else None
    values = [nothing, 30, 90, 30, nothing, 60]
    for customer, value in zip(customers, values, strict=True):
        await note(rep, customer, **{column: value})
    ids = [one.id for one in customers]
    expected = [ids[number] for number in (2, 5, 3, 1, 4, 0)]
    order = form.format(ORDERS[column])
    pages = [await listed(api, rep, order=order, length=4, current_page=page) for page in (1, 2)]
    assert pages == [expected[:4], expected[4:]]


async def test_without_an_order_the_likeliest_buyer_is_first(api: Api) -> None:
    rep = await make_rep()
    first, second = await make_customers(rep, 2)
    await note(rep, first, close_odds=80, last_activity_at=None)
    await note(rep, second, close_odds=20, last_activity_at=now())
    assert await listed(api, rep) == [first.id, second.id]


@pytest.mark.both
@pytest.mark.parametrize("order", ORDERS.values())
async def test_customers_are_filtered_by_how_they_came(api: Api, order: str) -> None:
    rep = await make_rep()
    by_source = {}
    for source in Source:
        customer = await make_customer(rep.company)
        await bind(rep, customer, source=source)
        by_source[source] = customer.id
    found = {
        source: (await book(api, rep, customer__source=source.value, order=order)).data
        for source in Source
    }
    assert {
        source: ([row["customer_id"] for row in data["ret_data"]], data["data_count"])
        for source, data in found.items()
    } == {source: ([number], 1) for source, number in by_source.items()}


async def test_customers_come_in_pages_of_ten(api: Api) -> None:
    rep = await make_rep()
    await make_customers(rep, 12)
    pages = [(await book(api, rep, current_page=page)).data for page in (1, 2, 3)]
    assert [len(page["ret_data"]) for page in pages] == [10, 2, 0]
    assert {page["data_count"] for page in pages} == {12}


async def test_customers_of_others_are_not_listed(api: Api) -> None:
    company = await make_company()
    rep, other = await make_rep(company), await make_rep(company)
    await make_customers(other, 2)
    await make_pair()
    assert (await book(api, rep)).data == {"ret_data": [], "data_count": 0}


async def test_a_customer_of_two_reps_is_shown_to_each_as_it_knows_it(api: Api) -> None:
    rep, customer = await make_pair()
    colleague = await make_rep(rep.company)
    await bind(colleague, customer)
    await note(colleague, customer, close_odds=90)
    rows = [(await book(api, one)).data["ret_data"][0] for one in (rep, colleague)]
    assert [(row["belonger"], row["expedted_pr"]) for row in rows] == [
        (rep.username, 0),
        (colleague.username, 90),
    ]


async def test_a_page_takes_as_many_statements_however_long_it_is(api: Api) -> None:
    rep = await make_rep()
    caller = await session_for(rep)
    sent = []
    for count in (1, 12):
        await make_customers(rep, count)
        await api.get(BOOK, caller=caller)
        with counted() as statements:
            await api.get(BOOK, {"length": 100}, caller=caller)
        sent.append(len(statements))
    assert sent == [3, 3]


@pytest.mark.parametrize(
    ("query", "code", "complaint"),
    [
        ({"order": "name"}, 303, "排序方式不在允许的范围内"),
        ({"order": "--expedted_pr"}, 303, "排序方式不在允许的范围内"),
        ({"order": "last_follow_time; DROP"}, 303, "排序方式不在允许的范围内"),
        ({"customer__source": "x"}, 301, "客户来源必须是整数"),
        ({"customer__source": 5}, 303, "客户来源不能大于4"),
        ({"current_page": "x"}, 301, "页码必须是整数"),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, query: dict[str, object], code: int, complaint: str
) -> None:
    answer = await book(api, await make_rep(), **query)
    errors = {next(iter(query)): complaint}
    assert answer == {"code": code, "msg": complaint, "data": {"errors": errors}}


async def test_customers_have_no_address_book(api: Api) -> None:
    _, customer = await make_pair()
    assert (await book(api, customer))["code"] == 404


TODAY = date(2019, 3, 1)


@pytest.mark.parametrize(
    ("moment", "shown", "active", "status"),
    [
        (None, "", "", "未跟进过"),
        (datetime(2019, 3, 1, 15, 59, tzinfo=UTC), "今天", "今天", "今天跟进"),
        (datetime(2019, 2, 28, 16, 0, tzinfo=UTC), "今天", "今天", "今天跟进"),
        (datetime(2019, 3, 1, 16, 0, 1, tzinfo=UTC), "今天", "今天", "今天跟进"),
        (datetime(2019, 2, 28, 15, 59, 59, tzinfo=UTC), "昨天", "昨天", "昨天已跟进"),
        (datetime(2019, 2, 27, 15, 59, tzinfo=UTC), "2天前", "2019-02-27", "2019-02-27"),
        (datetime(2019, 1, 30, 4, 0, tzinfo=UTC), "30天前", "2019-01-30", "2019-01-30"),
        (datetime(2019, 1, 29, 4, 0, tzinfo=UTC), "2019-01-29", "2019-01-29", "2019-01-29"),
    ],
)
def test_times_are_told_in_calendar_days_of_shanghai(
    moment: datetime | None, shown: str, active: str, status: str
) -> None:
    found = (ago(moment, TODAY), last_active(moment, TODAY), follow_status(moment, TODAY))
    assert found == (shown, active, status)


@pytest.mark.both
async def test_customers_are_found_by_a_part_of_their_own_or_noted_name(api: Api) -> None:
    company = await make_company()
    rep, other = await make_rep(company), await make_rep(company)
    own = await make_customer(company, name="Amy 50%")
    noted = await make_customer(company, name="小满")
    for customer in (own, noted):
        await bind(rep, customer)
    await CustomerNote.aio_create(rep=rep, customer=noted, name="孟女士")
    await CustomerNote.aio_create(rep=other, customer=own, name="孟先生")
    parts = ("孟", " 满 ", "amy", "0%", "_")
    found = [await listed(api, rep, username=part) for part in parts]
    assert found == [[noted.id], [noted.id], [own.id], [own.id], []]
    answer = await book(api, rep, username="amy", customer__source=int(Source.FORWARD))
    assert answer.data == {"ret_data": [], "data_count": 0}
