"""Praise of diaries and comments on them (semantics 9.2, decisions D17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.codes import Code
from models.base import now
from models.database import fetch_all
from models.library import Publication
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, session_for
from tests.handlers.xiaochengxu.rows import count, everything
from tests.library import counts_of, make_case, make_comment, make_diary

DIARIES = "/zhugeleida/xiaochengxu/diary_manage"
LIST = f"{DIARIES}/diary_id_review_list"


async def make_reader() -> tuple[Any, Any]:
    """A customer, and a diary of its company."""
    customer = await make_customer()
    return customer, await make_diary(await make_case(customer.company))


async def praise(api: Api, customer: Any, diary_id: int) -> Answer:
    """Turn the praise of a diary over."""
    return await api.post(f"{DIARIES}/praise_diary/{diary_id}", caller=await session_for(customer))


async def comment(api: Api, customer: Any, diary_id: int, **form: object) -> Answer:
    """Comment on a diary."""
    path = f"{DIARIES}/review_diary/{diary_id}"
    return await api.post(path, form, caller=await session_for(customer))


async def list_comments(api: Api, customer: Any, diary_id: int, **query: object) -> Answer:
    """Ask for the comments on a diary."""
    return await api.get(f"{LIST}/{diary_id}", query, caller=await session_for(customer))


async def out_of_sight(company: Any) -> list[int]:
    """Diaries that no customer of a company may see, and one that is not there."""
    case = await make_case(company)
    hidden = await make_case(company, status=Publication.DRAFT)
    made = [
        await make_diary(case, status=Publication.DELETED),
        await make_diary(case, dated_at=now() + timedelta(days=1)),
        await make_diary(hidden),
        await make_diary(await make_case(await make_company())),
    ]
    return [*(diary.id for diary in made), 999_999]


@pytest.mark.both
async def test_praise_is_given_and_taken_back(api: Api) -> None:
    customer, diary = await make_reader()
    other = await make_customer(customer.company)
    found = []
    for one in (customer, other, customer, customer):
        answer = await praise(api, one, diary.id)
        found.append((answer["msg"], answer.data))
    assert found == [
        ("点赞成功", {"is_praise_diary": 1, "up_count": 1}),
        ("点赞成功", {"is_praise_diary": 1, "up_count": 2}),
        ("已取消点赞", {"is_praise_diary": 0, "up_count": 1}),
        ("点赞成功", {"is_praise_diary": 1, "up_count": 2}),
    ]
    assert [await counts_of(row) for row in (diary, diary.case)] == [{"praise_count": 2}] * 2
    assert await count("diary_praise") == 2


@pytest.mark.both
async def test_a_comment_waits_for_its_approval_and_counts_at_once(api: Api) -> None:
    customer, diary = await make_reader()
    answer = await comment(api, customer, diary.id, content="  玄关真好看😺 ")
    assert (answer["code"], answer["msg"], answer.data) == (200, "成功", {})
    rows = await fetch_all("SELECT diary_id, customer_id, content, is_approved FROM diary_comment")
    assert rows == [(diary.id, customer.id, "玄关真好看😺", 0)]
    assert [await counts_of(row) for row in (diary, diary.case)] == [{"comment_count": 1}] * 2


async def test_a_comment_may_be_called_comments(api: Api) -> None:
    customer, diary = await make_reader()
    await comment(api, customer, diary.id, comments="好看")
    assert await fetch_all("SELECT content FROM diary_comment") == [("好看",)]


async def test_a_comment_of_five_hundred_characters_is_kept(api: Api) -> None:
    customer, diary = await make_reader()
    assert (await comment(api, customer, diary.id, content="长" * 500))["code"] == 200


@pytest.mark.parametrize("form", [{}, {"content": ""}, {"content": "  "}, {"content": "长" * 501}])
async def test_no_comment_and_a_long_one_are_refused(api: Api, form: dict[str, object]) -> None:
    customer, diary = await make_reader()
    answer = await comment(api, customer, diary.id, **form)
    assert (answer["code"], list(answer.data["errors"])) == (Code.INVALID, ["content"])
    assert (await count("diary_comment"), await counts_of(diary)) == (0, {})


async def test_a_diary_out_of_sight_is_neither_praised_nor_discussed(api: Api) -> None:
    customer = await make_customer()
    diary_ids = await out_of_sight(customer.company)
    before = [rows for name, rows in (await everything()).items() if name != "session"]
    for diary_id in diary_ids:
        assert (await praise(api, customer, diary_id))["code"] == Code.NOT_FOUND
        answer = await comment(api, customer, diary_id, content="好看")
        assert answer["code"] == Code.NOT_FOUND
        assert (await list_comments(api, customer, diary_id))["code"] == Code.NOT_FOUND
    assert [rows for name, rows in (await everything()).items() if name != "session"] == before


async def test_another_company_is_not_found(api: Api) -> None:
    customer, diary = await make_reader()
    caller, query = await session_for(customer), {"company_id": (await make_company()).id}
    form = {"content": "好看"}
    for answer in (
        await api.post(f"{DIARIES}/praise_diary/{diary.id}", query=query, caller=caller),
        await api.post(f"{DIARIES}/review_diary/{diary.id}", form, query=query, caller=caller),
        await api.get(f"{LIST}/{diary.id}", query, caller=caller),
    ):
        assert answer["code"] == Code.NOT_FOUND


async def test_an_id_that_is_no_number_is_refused(api: Api) -> None:
    customer = await make_customer()
    for name in ("praise_diary", "review_diary"):
        path = f"{DIARIES}/{name}/x"
        answer = await api.post(path, {"content": "好"}, caller=await session_for(customer))
        assert answer["code"] == Code.BAD_TYPE


async def test_a_comment_is_listed_with_its_writer(api: Api) -> None:
    customer, diary = await make_reader()
    writer = await make_customer(customer.company, name="做自己😺", avatar="statics/w.jpg")
    await make_comment(diary, writer, content="不错", is_approved=True, created_at=1548763287000)
    nameless = await make_customer(customer.company, name="")
    await make_comment(diary, nameless, is_approved=True)
    answer = await list_comments(api, customer, diary.id)
    assert (answer["msg"], answer["note"]) == ("查询成功", {})
    newest, oldest = answer.data["ret_data"]
    assert oldest == {
        "from_customer_id": writer.id,
        "from_customer_name": "做自己😺",
        "from_customer_headimgurl": "statics/w.jpg",
        "content": "不错",
        "is_audit_pass": 1,
        "create_time": "2019-01-29 20:01:27",
    }
    assert newest["from_customer_name"] == f"客户ID{nameless.id}"
    assert newest["from_customer_headimgurl"] == "statics/imgs/Avator.jpg"


@pytest.mark.both
async def test_approved_comments_and_ones_own_are_listed_newest_first(api: Api) -> None:
    customer, diary = await make_reader()
    other = await make_customer(customer.company)
    for content, writer, is_approved in (
        ("一", other, True),
        ("二", customer, False),
        ("三", other, False),
        ("四", customer, True),
        ("五", other, True),
    ):
        await make_comment(diary, writer, content=content, is_approved=is_approved)
    await make_comment(await make_diary(diary.case), other, is_approved=True)
    pages = []
    for page in (1, 2, 3):
        data = (await list_comments(api, customer, diary.id, length=2, current_page=page)).data
        assert data["data_count"] == 4
        pages.append([(row["content"], row["is_audit_pass"]) for row in data["ret_data"]])
    assert pages == [[("五", 1), ("四", 1)], [("二", 0), ("一", 1)], []]
    seen = await list_comments(api, other, diary.id)
    assert [row["content"] for row in seen.data["ret_data"]] == ["五", "四", "三", "一"]


async def test_a_page_of_comments_has_twenty(api: Api) -> None:
    customer, diary = await make_reader()
    for _ in range(21):
        await make_comment(diary, customer)
    answer = await list_comments(api, customer, diary.id)
    assert (len(answer.data["ret_data"]), answer.data["data_count"]) == (20, 21)
