"""Comments on diaries as the back office reads, approves and deletes them."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from models.library import Publication
from tests.api import Api
from tests.factories import make_company, make_customer, make_rep, session_for
from tests.handlers.admin.library import DIARIES, NOT_FOUND, all_rows, listed, seen
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.library import counts_of, make_case, make_comment, make_diary

LIST = f"{DIARIES}/review_list"


async def ids(office: Office, **query: object) -> list[int]:
    """List comments and give their ids."""
    return [row["review_id"] for row in await listed(office, LIST, **query)]


@pytest.mark.both
async def test_an_approved_comment_appears_to_other_customers_at_once(api: Api) -> None:
    office = await make_office(api)
    writer, reader = [await make_customer(office.company) for _ in range(2)]
    diary = await make_diary(await make_case(office.company), title="量尺")
    await api.post(
        f"/zhugeleida/xiaochengxu/diary_manage/review_diary/{diary.id}",
        {"content": "玄关真好看😺"},
        caller=await session_for(writer),
    )
    (row,) = await listed(office, LIST)
    number = row["review_id"]
    assert row.pop("create_time")
    assert row == {
        "review_id": number,
        "diary_id": diary.id,
        "title": "量尺",
        "case_id": diary.case_id,
        "from_customer_id": writer.id,
        "from_customer_name": writer.name,
        "from_customer_headimgurl": "statics/imgs/Avator.jpg",
        "content": "玄关真好看😺",
        "is_audit_pass": 0,
        "is_audit_pass_text": "未进行审核",
    }
    shown = f"diary_manage/diary_id_review_list/{diary.id}"
    assert await seen(api, reader, shown) == []
    for state, text, count in ((1, "审核通过", 1), (1, "审核通过", 1), (0, "未进行审核", 0)):
        answer = await office.post(f"{DIARIES}/audit_review/{number}", {"is_audit_pass": state})
        assert (answer["code"], answer["msg"]) == (200, "修改成功")
        assert answer.data == {
            "review_id": number,
            "is_audit_pass": state,
            "is_audit_pass_text": text,
        }
        assert len(await seen(api, reader, shown)) == count
    assert [await counts_of(one) for one in (diary, diary.case)] == [{"comment_count": 1}] * 2


@pytest.mark.both
async def test_a_deleted_comment_is_gone_and_counts_no_more(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company, comment_count=5)
    diary = await make_diary(case, comment_count=2)
    writer = await make_customer(office.company)
    gone, left = [await make_comment(diary, writer, is_approved=True) for _ in range(2)]
    answer = await office.post(f"{DIARIES}/delete_review/{gone.id}")
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert await office.post(f"{DIARIES}/delete_review/{gone.id}") == NOT_FOUND
    assert await ids(office) == [left.id]
    assert [await counts_of(one) for one in (diary, case)] == [
        {"comment_count": 1},
        {"comment_count": 4},
    ]


@pytest.mark.both
async def test_comments_are_found_by_diary_and_state_the_newest_first(api: Api) -> None:
    office = await make_office(api)
    case, writer = await make_case(office.company), await make_customer(office.company)
    first, second = [await make_diary(case) for _ in range(2)]
    gone = await make_diary(case, status=Publication.DELETED)
    foreign = await make_diary(await make_case(await make_company()))
    made = [
        await make_comment(diary, writer, is_approved=is_approved)
        for diary, is_approved in (
            (first, True),
            (second, False),
            (first, False),
            (second, True),
            (gone, False),
            (foreign, True),
        )
    ]
    one, two, three, four, *_ = [comment.id for comment in made]
    assert await ids(office) == [four, three, two, one]
    assert await ids(office, is_audit_pass=0) == [three, two]
    assert await ids(office, is_audit_pass=1) == [four, one]
    assert await ids(office, diary_id=first.id) == [three, one]
    assert await ids(office, diary_id=second.id, is_audit_pass=1) == [four]
    answer = await office.get(LIST, {"length": 2, "current_page": 2})
    assert [row["review_id"] for row in answer.data["ret_data"]] == [two, one]
    assert answer.data["data_count"] == 4
    for number in (gone.id, foreign.id, foreign.id + 99):
        assert await office.get(LIST, {"diary_id": number}) == NOT_FOUND


@pytest.mark.parametrize("state", ["", "x", 2, -1])
async def test_a_state_that_is_none_is_refused(api: Api, state: object) -> None:
    office = await make_office(api)
    diary = await make_diary(await make_case(office.company))
    comment = await make_comment(diary, await make_customer(office.company), is_approved=True)
    url = f"{DIARIES}/audit_review/{comment.id}"
    answer = await office.post(url, {"is_audit_pass": state})
    assert answer["code"] in {301, 303}
    assert await ids(office, is_audit_pass=1) == [comment.id]


@pytest.mark.both
async def test_comments_that_are_not_the_companys_are_not_found(api: Api) -> None:
    office = await make_office(api)
    foreign = await make_diary(await make_case(await make_company()))
    gone = await make_diary(await make_case(office.company), status=Publication.DELETED)
    made = [
        await make_comment(diary, await make_customer(diary.company_id))
        for diary in (foreign, gone)
    ]
    before = await all_rows()
    for number in (*(comment.id for comment in made), made[1].id + 99, 2**63):
        url = f"{DIARIES}/audit_review/{number}"
        assert await office.post(url, {"is_audit_pass": 1}) == NOT_FOUND
        assert await office.post(f"{DIARIES}/delete_review/{number}") == NOT_FOUND
    assert await all_rows() == before


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "review_list"), ("POST", "audit_review/{id}"), ("POST", "delete_review/{id}")],
)
async def test_nobody_but_an_administrator_audits_comments(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    diary = await make_diary(await make_case(company))
    comment = await make_comment(diary, await make_customer(company))
    caller = await session_for(await make(company))
    send = api.get if method == "GET" else api.post
    url = f"{DIARIES}/{path.format(id=comment.id)}"
    answer = await send(url, {"is_audit_pass": 1}, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await fetch_all("SELECT is_approved FROM diary_comment") == [(0,)]
