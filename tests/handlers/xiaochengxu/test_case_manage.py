"""Cases in the mini program: found, looked at, kept (semantics 9.1, 9.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.codes import Code
from models.base import now
from models.database import execute, fetch_all
from models.library import Footprint, Publication
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.library import counts_of, footprints_of, make_case, make_diary, make_tag

CASES = "/zhugeleida/xiaochengxu/case_manage"
LIST = f"{CASES}/case_list"
COLLECT = f"{CASES}/collection_case"
BROWSED = f"{CASES}/browse_case_list_record"
KEPT = f"{CASES}/collection_case_list_record"
MOMENT = datetime(2019, 1, 28, 6, 3, 11, tzinfo=UTC)
CASE = {
    "customer_name": "阿宁一家",
    "headimgurl": "statics/a.jpg",
    "cover_picture": '["statics/c.jpg"]',
    "status": 1,
    "status_text": "已发",
    "update_date": "2019-01-29 14:03:11",
    "create_date": "2019-01-28 14:03:11",
}
DIARY = {
    "title": "安装那一天",
    "diary_date": "2019-01-28 13:03:11",
    "cover_picture": '["statics/d.jpg"]',
    "content": '[{"type":"title","data":["一"]}]',
    "status": 1,
    "status_text": "已发",
    "cover_show_type": 2,
    "cover_show_type_text": "只展示视频",
    "create_date": "2019-01-28 14:03:11",
}
TOMORROW = now() + timedelta(days=1)
YESTERDAY = now() - timedelta(days=1)


async def ask(api: Api, customer: Any, path: str = LIST, **query: Any) -> Answer:
    """Ask for cases."""
    return await api.get(path, query, caller=await session_for(customer))


async def ids(api: Api, customer: Any, path: str = LIST, **query: object) -> list[int]:
    """The cases that are listed, in their order."""
    answer = await ask(api, customer, path, **query)
    assert answer["code"] == 200, answer
    return [row["case_id"] for row in answer.data["ret_data"]]


async def collect(api: Api, customer: Any, case: Any, status: object = 1) -> Answer:
    """Keep a case, or no longer."""
    form = {"case_id": case.id, "status": status}
    return await api.post(COLLECT, form, caller=await session_for(customer))


async def test_a_case_is_shown_with_its_tags_and_its_last_diary(api: Api) -> None:
    customer = await make_customer()
    case = await make_case(
        customer.company,
        customer_name="阿宁一家",
        customer_avatar="statics/a.jpg",
        cover_picture='["statics/c.jpg"]',
        created_at=MOMENT,
        updated_at=MOMENT + timedelta(days=1),
    )
    tag = await make_tag(customer.company, case, name="收纳")
    await make_diary(case, dated_at=MOMENT - timedelta(days=2))
    diary = await make_diary(
        case,
        title="安装那一天",
        dated_at=MOMENT - timedelta(hours=1),
        cover_picture='["statics/d.jpg"]',
        content='[{"type":"title","data":["一"]}]',
        cover_kind=2,
        created_at=MOMENT,
    )
    answer = await ask(api, customer)
    assert (answer["msg"], answer["note"]) == ("查询成功", {})
    (row,) = answer.data["ret_data"]
    assert row.pop("last_diary_data") == {
        "diary_id": diary.id,
        "case_id": case.id,
        "company_id": customer.company_id,
        **DIARY,
    }
    assert row == {
        "case_id": case.id,
        "company_id": customer.company_id,
        "tag_list": [{"id": tag.id, "name": "收纳"}],
        **CASE,
    }


@pytest.mark.parametrize(
    "values",
    [
        {"status": Publication.DRAFT},
        {"status": Publication.DELETED},
        {"dated_at": TOMORROW},
        {"dated_at": YESTERDAY - timedelta(days=1)},
    ],
)
async def test_the_last_diary_is_the_newest_that_is_published(
    api: Api, values: dict[str, Any]
) -> None:
    customer = await make_customer()
    case = await make_case(customer.company)
    last = await make_diary(case, dated_at=YESTERDAY)
    await make_diary(case, **values)
    answer = await ask(api, customer)
    assert answer.data["ret_data"][0]["last_diary_data"]["diary_id"] == last.id


async def test_a_case_without_a_diary_has_no_last_one(api: Api) -> None:
    customer = await make_customer()
    case = await make_case(customer.company)
    await make_diary(case, dated_at=TOMORROW)
    answer = await ask(api, customer)
    assert answer.data["ret_data"][0]["last_diary_data"] == {}


@pytest.mark.both
async def test_cases_are_listed_by_their_last_change_in_pages(api: Api) -> None:
    customer = await make_customer()
    company = customer.company
    old = await make_case(company, updated_at=YESTERDAY)
    twins = [await make_case(company, updated_at=TOMORROW) for _ in range(2)]
    await make_case(company, status=Publication.DRAFT)
    await make_case(company, status=Publication.DELETED)
    await make_case(await make_company())
    assert await ids(api, customer) == [twins[1].id, twins[0].id, old.id]
    second = await ask(api, customer, length=2, current_page=2)
    assert [row["case_id"] for row in second.data["ret_data"]] == [old.id]
    assert second.data["data_count"] == 3


async def test_a_page_of_cases_has_twenty(api: Api) -> None:
    customer = await make_customer()
    for _ in range(21):
        await make_case(customer.company)
    answer = await ask(api, customer)
    assert (len(answer.data["ret_data"]), answer.data["data_count"]) == (20, 21)


async def test_a_list_of_all_cases_writes_nothing(api: Api) -> None:
    customer = await make_customer()
    await make_case(customer.company)
    await ask(api, customer)
    assert (await count("footprint"), await count("tag_search"), await count("action_log")) == (
        *(0, 0, 0),
    )


@pytest.mark.both
async def test_a_case_that_is_asked_for_is_counted_and_leaves_a_footprint_each_time(
    api: Api,
) -> None:
    customer = await make_customer()
    case, other = [await make_case(customer.company) for _ in range(2)]
    for _ in range(2):
        assert await ids(api, customer, case_id=case.id) == [case.id]
    assert await footprints_of(customer) == [(case.id, None)] * 2
    assert (await counts_of(case), await counts_of(other)) == ({"read_count": 2}, {})


@pytest.mark.both
async def test_a_search_by_a_tag_lists_its_cases_and_is_counted(api: Api) -> None:
    customer = await make_customer()
    company = customer.company
    cases = [await make_case(company, updated_at=MOMENT) for _ in range(3)]
    hidden = await make_case(company, status=Publication.DRAFT)
    tag = await make_tag(company, cases[0], cases[2], hidden)
    answer = await ask(api, customer, search_tag_id=tag.id)
    assert [row["case_id"] for row in answer.data["ret_data"]] == [cases[2].id, cases[0].id]
    assert answer.data["data_count"] == 2
    assert await fetch_all("SELECT search_count FROM case_tag") == [(1,)]
    assert await fetch_all("SELECT customer_id, tag_id FROM tag_search") == [(customer.id, tag.id)]


async def test_turning_the_page_of_a_search_is_no_new_search(api: Api) -> None:
    customer = await make_customer()
    cases = [await make_case(customer.company) for _ in range(3)]
    tag = await make_tag(customer.company, *cases)
    found = [
        await ids(api, customer, search_tag_id=tag.id, length=2, current_page=page)
        for page in (1, 2)
    ]
    assert [len(page) for page in found] == [2, 1]
    assert await fetch_all("SELECT search_count FROM case_tag") == [(1,)]


@pytest.mark.both
async def test_visits_on_a_reps_page_are_logged_by_their_number(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_customer(rep.company)
    await ask(api, other, u_id=rep.id)
    for _ in range(4):
        await ask(api, customer, u_id=rep.id, company_id=rep.company_id)
    assert await logs_of(rep) == [
        (21, "首次查看您的日记首页, 沟通从此刻开始"),
        (21, "首次查看您的日记首页, 沟通从此刻开始"),
        (21, "查看您的日记首页/第2次, 把握深度交流的机会"),
        (21, "查看您的日记首页/第3次, 建议标注重点客户"),
        (21, "查看您的日记首页/第4次, 成交在望"),
    ]


async def test_only_the_front_page_is_a_visit(api: Api) -> None:
    rep, customer = await make_pair()
    case = await make_case(rep.company)
    tag = await make_tag(rep.company, case)
    for more in ({"case_id": case.id}, {"search_tag_id": tag.id}, {"current_page": 2}):
        await ask(api, customer, u_id=rep.id, **more)
    await ask(api, customer)
    assert await logs_of(rep) == []


async def test_a_visit_of_a_customer_without_a_name_is_not_logged(api: Api) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    assert (await ask(api, customer, u_id=rep.id))["code"] == 200
    assert await logs_of(rep) == []


async def test_a_visit_in_an_expired_company_is_not_logged(api: Api) -> None:
    rep = await make_rep(await make_company(expires_at=YESTERDAY))
    customer = await make_customer(rep.company)
    assert (await ask(api, customer, u_id=rep.id))["code"] == 200
    assert await logs_of(rep) == []


async def test_a_visit_appears_at_once_in_the_reps_radar(api: Api) -> None:
    rep, customer = await make_pair()
    socket = await api.socket("leida")
    await socket.register(rep=rep.id, customer=None, caller=await session_for(rep))
    await ask(api, customer, u_id=rep.id)
    frame = await socket.until(lambda frame: frame.get("type") == "radar")
    assert frame["data"]["log"] == f"{customer.name}首次查看您的日记首页, 沟通从此刻开始"


async def test_what_is_another_companys_is_not_found_and_nothing_changes(api: Api) -> None:
    rep, customer = await make_pair()
    case, foreign_rep = await make_case(rep.company), await make_rep()
    tag = await make_tag(rep.company, case)
    foreign = await make_case(foreign_rep.company)
    foreign_tag = await make_tag(foreign_rep.company, foreign)
    draft = await make_case(rep.company, status=Publication.DRAFT)
    caller = await session_for(customer)
    good = {"case_id": case.id, "search_tag_id": tag.id, "u_id": rep.id}
    before = await everything()
    for name, number in [
        *(("case_id", one) for one in (foreign.id, draft.id, 999_999)),
        *(("search_tag_id", one) for one in (foreign_tag.id, 999_999)),
        *(("u_id", one) for one in (foreign_rep.id, 999_999)),
        ("company_id", foreign_rep.company_id),
    ]:
        answer = await api.get(LIST, {**good, name: number}, caller=caller)
        assert answer["code"] == Code.NOT_FOUND, (name, number)
    later = {"search_tag_id": foreign_tag.id, "current_page": 2}
    assert (await api.get(LIST, later, caller=caller))["code"] == Code.NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"case_id": "一"}, Code.BAD_TYPE),
        ({"search_tag_id": "1.0"}, Code.BAD_TYPE),
        ({"company_id": "x"}, Code.BAD_TYPE),
        ({"current_page": 0}, Code.INVALID),
    ],
)
async def test_a_bad_parameter_is_refused(api: Api, query: dict[str, Any], code: Code) -> None:
    assert (await ask(api, await make_customer(), **query))["code"] == code


@pytest.mark.both
async def test_a_case_is_kept_once_until_it_is_not(api: Api) -> None:
    customer = await make_customer()
    case = await make_case(customer.company)
    messages = [(await collect(api, customer, case, status))["msg"] for status in (1, 1, 0, 0, 1)]
    assert messages == ["收藏成功", "收藏成功", "已取消收藏", "已取消收藏", "收藏成功"]
    assert await fetch_all("SELECT customer_id, case_id FROM case_collection") == [
        (customer.id, case.id)
    ]


async def test_the_fields_of_a_collection_may_stand_in_the_query(api: Api) -> None:
    customer = await make_customer()
    case = await make_case(customer.company)
    query = {"case_id": case.id, "status": 1, "company_id": customer.company_id}
    answer = await api.post(COLLECT, query=query, caller=await session_for(customer))
    assert (answer["msg"], await count("case_collection")) == ("收藏成功", 1)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"case_id": 1}, Code.INVALID),
        ({"status": 1}, Code.INVALID),
        ({"case_id": 1, "status": 2}, Code.INVALID),
        ({"case_id": 1, "status": "是"}, Code.BAD_TYPE),
        ({"case_id": 999_999, "status": 1}, Code.NOT_FOUND),
        ({"case_id": 999_999, "status": 0}, Code.NOT_FOUND),
    ],
)
async def test_a_bad_collection_is_refused(api: Api, form: dict[str, object], code: Code) -> None:
    answer = await api.post(COLLECT, form, caller=await session_for(await make_customer()))
    assert answer["code"] == code


async def test_a_case_out_of_sight_cannot_be_kept(api: Api) -> None:
    customer = await make_customer()
    draft = await make_case(customer.company, status=Publication.DRAFT)
    for case in (draft, await make_case(await make_company())):
        for status in (0, 1):
            assert (await collect(api, customer, case, status))["code"] == Code.NOT_FOUND
    assert await count("case_collection") == 0


@pytest.mark.both
async def test_kept_cases_are_listed_by_when_they_were_kept(api: Api) -> None:
    customer = await make_customer()
    cases = [await make_case(customer.company) for _ in range(3)]
    await make_diary(cases[1])
    for case in (cases[0], cases[2], cases[1]):
        await collect(api, customer, case)
    await collect(api, await make_customer(customer.company), cases[0])
    await execute(
        "UPDATE case_collection SET created_at = 1548655391000 WHERE case_id = %s", (cases[1].id,)
    )
    answer = await ask(api, customer, KEPT, length=2)
    first, second = answer.data["ret_data"]
    assert (first["case_id"], second["case_id"]) == (cases[2].id, cases[0].id)
    assert (answer.data["data_count"], answer["note"]) == (3, {})
    (last,) = (await ask(api, customer, KEPT, length=2, current_page=2)).data["ret_data"]
    assert (last["case_id"], last["create_date"]) == (cases[1].id, "2019-01-28 14:03:11")
    assert last["last_diary_data"]["case_id"] == cases[1].id


@pytest.mark.both
async def test_footprints_are_listed_newest_first_as_often_as_there_are(api: Api) -> None:
    customer = await make_customer()
    cases = [await make_case(customer.company) for _ in range(2)]
    for case in (cases[0], cases[1], cases[0]):
        await ids(api, customer, case_id=case.id)
    await ids(api, await make_customer(customer.company), case_id=cases[1].id)
    await Footprint.update(created_at=MOMENT).aio_execute()
    answer = await ask(api, customer, BROWSED)
    assert [row["case_id"] for row in answer.data["ret_data"]] == [
        *(cases[0].id, cases[1].id, cases[0].id)
    ]
    assert {row["create_date"] for row in answer.data["ret_data"]} == {"2019-01-28 14:03:11"}
    assert (answer.data["data_count"], answer["note"]) == (3, {})
    assert await ids(api, customer, BROWSED, length=2, current_page=2) == [cases[0].id]
    assert await ids(api, customer, BROWSED, length=2, current_page=3) == []


@pytest.mark.parametrize("path", [BROWSED, KEPT])
async def test_a_case_out_of_sight_drops_out_of_the_records(api: Api, path: str) -> None:
    customer = await make_customer()
    cases = [await make_case(customer.company) for _ in range(3)]
    for case in cases:
        await ids(api, customer, case_id=case.id)
        await collect(api, customer, case)
    for case, status in ((cases[0], Publication.DELETED), (cases[1], Publication.DRAFT)):
        await execute("UPDATE case_story SET status = %s WHERE id = %s", (int(status), case.id))
    answer = await ask(api, customer, path)
    assert [row["case_id"] for row in answer.data["ret_data"]] == [cases[2].id]
    assert answer.data["data_count"] == 1


@pytest.mark.parametrize("path", [BROWSED, KEPT])
async def test_a_page_of_records_has_ten(api: Api, path: str) -> None:
    customer = await make_customer()
    for _ in range(11):
        case = await make_case(customer.company)
        await Footprint.aio_create(customer=customer, case=case)
        await collect(api, customer, case)
    answer = await ask(api, customer, path)
    assert (len(answer.data["ret_data"]), answer.data["data_count"]) == (10, 11)


@pytest.mark.parametrize("path", [BROWSED, KEPT])
async def test_records_of_another_company_are_not_found(api: Api, path: str) -> None:
    customer, foreign = await make_customer(), await make_company()
    assert (await ask(api, customer, path, company_id=foreign.id))["code"] == Code.NOT_FOUND
    own = await ask(api, customer, path, company_id=customer.company_id)
    assert own.data == {"ret_data": [], "data_count": 0}
