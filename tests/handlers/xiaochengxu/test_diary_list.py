"""Diaries as customers list and read them, on both URLs (semantics 4.6, 9.2; decisions D15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.codes import Code
from models.base import now
from models.customer import CustomerKind
from models.database import fetch_all
from models.library import DiaryPraise, Publication
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.library import counts_of, footprints_of, make_case, make_diary

LIST = "/zhugeleida/xiaochengxu/diary_manage/diary_list"
PRINTED = "/zhugeleida/admin/diary_manage/diary_list"
MOMENT = datetime(2019, 1, 28, 6, 3, 11, tzinfo=UTC)
DIARY = {
    "title": "安装那一天",
    "diary_date": "2019-01-28 13:03:11",
    "cover_picture": '["statics/d.jpg"]',
    "content": '[{"type":"title","data":["一"]}]',
    "status": 1,
    "status_text": "已发",
    "interval_days": 2,
    "read_count": 1,
    "comment_count": 4,
    "up_count": 1,
    "is_praise_diary": 1,
    "is_praise_diary_text": "已点赞",
    "cover_show_type": 2,
    "cover_show_type_text": "只展示视频",
    "create_date": "2019-01-28 14:03:11",
}
TOMORROW = now() + timedelta(days=1)


async def ask(api: Api, reader: Any, path: str = LIST, **query: Any) -> Answer:
    """Ask for diaries."""
    return await api.get(path, query, caller=await session_for(reader))


async def ids(api: Api, reader: Any, path: str = LIST, **query: Any) -> list[int]:
    """The diaries that are listed, in their order."""
    answer = await ask(api, reader, path, **query)
    assert answer["code"] == 200, answer
    return [row["diary_id"] for row in answer.data["ret_data"]]


async def make_reader(**values: Any) -> tuple[Any, Any]:
    """A customer, and a case of its company."""
    customer = await make_customer()
    return customer, await make_case(customer.company, **values)


@pytest.mark.parametrize("path", [LIST, PRINTED])
async def test_a_diary_is_shown_with_its_counts(api: Api, path: str) -> None:
    customer, case = await make_reader()
    await make_diary(case, dated_at=MOMENT - timedelta(days=3))
    diary = await make_diary(
        case,
        title="安装那一天",
        dated_at=MOMENT - timedelta(hours=1),
        cover_picture='["statics/d.jpg"]',
        content='[{"type":"title","data":["一"]}]',
        cover_kind=2,
        comment_count=4,
        praise_count=1,
        created_at=MOMENT,
    )
    await DiaryPraise.aio_create(customer=customer, diary=diary)
    answer = await ask(api, customer, path, diary_id=diary.id)
    assert (answer["msg"], answer["note"]) == ("查询成功", {})
    ids = {"diary_id": diary.id, "case_id": case.id, "company_id": customer.company_id}
    assert answer.data == {"ret_data": [{**ids, **DIARY}], "data_count": 1}


@pytest.mark.both
async def test_diaries_are_listed_as_they_were_written_in_pages(api: Api) -> None:
    customer, case = await make_reader()
    old = await make_diary(case, created_at=MOMENT)
    twins = [
        await make_diary(case, dated_at=MOMENT - timedelta(days=number), created_at=TOMORROW)
        for number in range(2)
    ]
    assert await ids(api, customer) == [twins[1].id, twins[0].id, old.id]
    second = await ask(api, customer, length=2, current_page=2)
    assert [row["diary_id"] for row in second.data["ret_data"]] == [old.id]
    assert second.data["data_count"] == 3
    assert await ids(api, customer, length=2, current_page=3) == []


async def test_a_page_of_diaries_has_twenty(api: Api) -> None:
    customer, case = await make_reader()
    for _ in range(21):
        await make_diary(case)
    answer = await ask(api, customer)
    assert (len(answer.data["ret_data"]), answer.data["data_count"]) == (20, 21)


@pytest.mark.both
async def test_diaries_out_of_sight_are_neither_listed_nor_counted(api: Api) -> None:
    customer, case = await make_reader()
    seen = await make_diary(case)
    for values in (
        {"status": Publication.DRAFT},
        {"status": Publication.DELETED},
        {"dated_at": TOMORROW},
    ):
        await make_diary(case, **values)
    for status in (Publication.DRAFT, Publication.DELETED):
        hidden = await make_case(customer.company, status=status)
        await make_diary(hidden)
        await make_diary(hidden, dated_at=TOMORROW)
    await make_diary(await make_case(await make_company()))
    for query in ({}, {"case_id": case.id}):
        answer = await ask(api, customer, **query)
        assert [row["diary_id"] for row in answer.data["ret_data"]] == [seen.id]
        assert answer.data["data_count"] == 1


async def test_diaries_of_one_case_can_be_listed(api: Api) -> None:
    customer, case = await make_reader()
    await make_diary(await make_case(customer.company))
    diaries = [await make_diary(case) for _ in range(2)]
    assert await ids(api, customer, case_id=case.id) == [diaries[1].id, diaries[0].id]
    assert await ids(api, customer, case_id=case.id, diary_id=diaries[0].id) == [diaries[0].id]
    assert len(await footprints_of(customer)) == 1


async def test_days_count_from_the_first_diary_that_is_published(api: Api) -> None:
    customer, case = await make_reader()
    await make_diary(case, dated_at=MOMENT - timedelta(days=9), status=Publication.DRAFT)
    await make_diary(await make_case(customer.company), dated_at=MOMENT - timedelta(days=9))
    for hours in (0, 23, 24, 49):
        await make_diary(case, dated_at=MOMENT + timedelta(hours=hours))
    answer = await ask(api, customer, case_id=case.id)
    assert [row["interval_days"] for row in answer.data["ret_data"]] == [2, 1, 0, 0]


async def test_praise_is_shown_to_the_customer_who_has_given_it(api: Api) -> None:
    customer, case = await make_reader()
    diary = await make_diary(case)
    await DiaryPraise.aio_create(customer=await make_customer(customer.company), diary=diary)
    (row,) = (await ask(api, customer)).data["ret_data"]
    assert (row["is_praise_diary"], row["is_praise_diary_text"]) == (0, "未点赞")


@pytest.mark.both
@pytest.mark.parametrize("path", [LIST, PRINTED])
async def test_a_diary_that_is_asked_for_is_counted_and_leaves_a_footprint_each_time(
    api: Api, path: str
) -> None:
    customer, case = await make_reader()
    diary, other = [await make_diary(case) for _ in range(2)]
    for _ in range(2):
        await ask(api, customer, path, diary_id=diary.id)
    assert await footprints_of(customer) == [(case.id, diary.id)] * 2
    assert [await counts_of(row) for row in (diary, other, case)] == [{"read_count": 2}, {}, {}]


async def test_a_list_of_diaries_writes_nothing(api: Api) -> None:
    rep, customer = await make_pair()
    await make_diary(await make_case(rep.company))
    await ask(api, customer, u_id=rep.id)
    assert (await count("footprint"), await logs_of(rep)) == (0, [])


@pytest.mark.both
async def test_readings_on_a_reps_page_are_logged_by_their_number(api: Api) -> None:
    rep, customer = await make_pair()
    case = await make_case(rep.company)
    diary, other = [await make_diary(case, title=title) for title in ("量尺", "安装")]
    colleague = await make_rep(rep.company)
    await ask(api, customer, u_id=colleague.id, diary_id=diary.id)
    for one in (diary, other, diary, diary, diary):
        await ask(api, customer, u_id=rep.id, diary_id=one.id)
    assert await logs_of(rep) == [
        (22, "首次查看您的日记量尺, 沟通从此刻开始"),
        (22, "首次查看您的日记安装, 沟通从此刻开始"),
        (22, "查看您的日记量尺/第2次, 把握深度交流的机会"),
        (22, "查看您的日记量尺/第3次, 建议标注重点客户"),
        (22, "查看您的日记量尺/第4次, 成交在望"),
    ]
    logged = await fetch_all("SELECT diary_id FROM action_log WHERE rep_id = %s", (rep.id,))
    assert {diary_id for (diary_id,) in logged} == {diary.id, other.id}


async def test_a_reading_of_a_customer_without_a_name_is_counted_and_not_logged(api: Api) -> None:
    rep = await make_rep()
    customer = await make_customer(rep.company, name="")
    diary = await make_diary(await make_case(rep.company))
    await ask(api, customer, u_id=rep.id, diary_id=diary.id)
    assert (await logs_of(rep), await counts_of(diary)) == ([], {"read_count": 1})


async def test_what_is_out_of_sight_is_not_found_and_nothing_changes(api: Api) -> None:
    rep, customer = await make_pair()
    case, foreign_rep = await make_case(rep.company), await make_rep()
    diary = await make_diary(case)
    foreign = await make_diary(await make_case(foreign_rep.company))
    hidden = await make_case(rep.company, status=Publication.DELETED)
    out_of_sight = [
        foreign,
        await make_diary(case, status=Publication.DRAFT),
        await make_diary(case, dated_at=TOMORROW),
        await make_diary(hidden),
    ]
    good = {"diary_id": diary.id, "case_id": case.id, "u_id": rep.id}
    caller = await session_for(customer)
    before = await everything()
    for name, number in [
        *(("diary_id", one.id) for one in out_of_sight),
        ("diary_id", 999_999),
        *(("case_id", one) for one in (foreign.case_id, hidden.id, 999_999)),
        *(("u_id", one) for one in (foreign_rep.id, 999_999)),
        ("company_id", foreign_rep.company_id),
    ]:
        answer = await api.get(LIST, {**good, name: number}, caller=caller)
        assert answer["code"] == Code.NOT_FOUND, (name, number)
    for number in (foreign.case_id, hidden.id):
        assert (await api.get(LIST, {"case_id": number}, caller=caller))["code"] == Code.NOT_FOUND
    assert await everything() == before


async def test_a_rep_sees_what_its_customers_see_and_leaves_no_trace(api: Api) -> None:
    rep = await make_rep()
    case = await make_case(rep.company)
    diary = await make_diary(case)
    await make_diary(case, status=Publication.DRAFT)
    await DiaryPraise.aio_create(customer=await make_customer(rep.company), diary=diary)
    caller = await session_for(rep)
    before = await everything()
    for query in ({}, {"diary_id": diary.id}, {"case_id": case.id, "company_id": rep.company_id}):
        answer = await api.get(PRINTED, query, caller=caller)
        (row,) = answer.data["ret_data"]
        assert (row["diary_id"], row["is_praise_diary"], answer["note"]) == (diary.id, 0, {})
    assert await everything() == before


async def test_a_rep_sees_no_other_companys_diaries(api: Api) -> None:
    rep, foreign = await make_rep(), await make_diary(await make_case(await make_company()))
    assert await ids(api, rep, PRINTED) == []
    for query in (
        {"diary_id": foreign.id},
        {"case_id": foreign.case_id},
        {"company_id": foreign.company_id},
    ):
        assert (await ask(api, rep, PRINTED, **query))["code"] == Code.NOT_FOUND


async def test_who_may_not_list_diaries_is_refused(api: Api) -> None:
    rep = await make_rep()
    follower = await make_customer(rep.company, CustomerKind.OFFICIAL_ACCOUNT)
    for reader, path in ((rep, LIST), (follower, LIST), (follower, PRINTED)):
        assert (await ask(api, reader, path))["code"] == Code.FORBIDDEN
