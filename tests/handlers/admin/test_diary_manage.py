"""Diaries as the back office keeps them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.database import fetch_all
from models.library import Publication
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_rep, session_for
from tests.handlers.admin.library import CASES, DIARIES, NOT_FOUND, all_rows, listed, seen
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.library import counts_of, make_case, make_diary
from tests.mall import as_json, make_company_picture

FORM = {"title": "第一天", "diary_date": "2019-01-28 13:50:00"}
UNNAMED = "日记内容中的图片只能是图片地址或其列表"


async def add(office: Office, case: Any, **form: object) -> Answer:
    """Add a diary; say only what a test is about."""
    case_id = getattr(case, "id", case)
    return await office.post(f"{DIARIES}/add/0", {**FORM, "case_id": case_id, **form})


async def change(office: Office, diary: Any, **form: object) -> Answer:
    """Change a diary."""
    number = getattr(diary, "id", diary)
    case_id = getattr(diary, "case_id", 1)
    return await office.post(f"{DIARIES}/update/{number}", {**FORM, "case_id": case_id, **form})


async def kept(office: Office, **query: object) -> list[dict[str, Any]]:
    """List diaries."""
    return await listed(office, f"{DIARIES}/diary_all_list", **query)


async def ids(office: Office, **query: object) -> list[int]:
    """List diaries and give their ids."""
    return [row["diary_id"] for row in await kept(office, **query)]


async def age(*cases: Any) -> None:
    """Make cases old, so that what moves them shows."""
    for case in cases:
        await fetch_all("UPDATE case_story SET updated_at = 5 WHERE id = %s", (case.id,))


async def is_moved(case: Any) -> bool:
    """Whether a case that was old stands at the front now."""
    ((stamp,),) = await fetch_all("SELECT updated_at FROM case_story WHERE id = %s", (case.id,))
    return bool(stamp > 5)


@pytest.mark.both
async def test_a_diary_is_added_with_all_that_is_said_of_it(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company, name="阳台", customer_name="张女士")
    await age(case)
    urls = [await make_company_picture(office.company) for _ in range(2)]
    content = f'[{{"type":"picture_url","data":["{urls[1]}"]}}]'
    answer = await add(
        office,
        case,
        summary="拆除旧柜。",
        cover_picture=as_json(urls[0]),
        content=content,
        cover_show_type=2,
        status=1,
    )
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    number = answer.data["diary_id"]
    (row,) = await kept(office)
    assert row.pop("create_date")
    assert row == {
        "diary_id": number,
        "case_id": case.id,
        "company_id": office.company.id,
        "case_name": "阳台",
        "customer_name": "张女士",
        "title": "第一天",
        "summary": "拆除旧柜。",
        "diary_date": "2019-01-28 13:50:00",
        "cover_picture": as_json(urls[0]),
        "content": content,
        "status": 1,
        "status_text": "已发",
        "cover_show_type": 2,
        "cover_show_type_text": "只展示视频",
        "read_count": 0,
        "comment_count": 0,
        "up_count": 0,
    }
    assert (await is_moved(case), await counts_of(case)) == (True, {})


async def test_a_published_diary_is_shown_to_customers_as_it_was_written(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    content = '[ {"type": "title", "data": ["拆旧"]} ]'
    number = (await add(office, case, content=content, status=1)).data["diary_id"]
    customer = await make_customer(office.company)
    (shown,) = await seen(api, customer, "diary_manage/diary_list", case_id=case.id)
    assert (shown["diary_id"], shown["content"]) == (number, content)
    answer = await office.get(f"{DIARIES}/diary_single", {"diary_id": number})
    assert [row["content"] for row in answer.data["ret_data"]] == [content]


async def test_a_new_diary_is_a_draft_until_it_is_published(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    number = (await add(office, case)).data["diary_id"]
    (row,) = await kept(office)
    assert (row["status_text"], row["content"], row["cover_show_type"]) == ("未发", "[]", 1)
    customer = await make_customer(office.company)
    assert await seen(api, customer, "diary_manage/diary_list") == []
    await age(case)
    answer = await office.post(f"{DIARIES}/change_status/{number}", {"status": 1})
    assert (answer["code"], answer["msg"], answer.data) == (
        200,
        "修改成功",
        {"diary_id": number, "status": 1, "status_text": "已发"},
    )
    assert (len(await seen(api, customer, "diary_manage/diary_list")), await is_moved(case)) == (
        1,
        True,
    )


async def test_a_diary_of_tomorrow_waits_for_its_day(api: Api) -> None:
    office = await make_office(api)
    tomorrow = (now() + timedelta(days=1)).isoformat()
    await add(office, await make_case(office.company), diary_date=tomorrow, status=1)
    customer = await make_customer(office.company)
    assert (len(await kept(office)), await seen(api, customer, "diary_manage/diary_list")) == (
        1,
        [],
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2019-01-28", "2019-01-28 00:00:00"),
        ("2019-01-28T13:50", "2019-01-28 13:50:00"),
        (" 2019-01-28 13:50:07 ", "2019-01-28 13:50:07"),
        ("2019-01-28T05:50:00Z", "2019-01-28 13:50:00"),
    ],
)
async def test_a_date_is_read_in_several_forms(api: Api, given: str, shown: str) -> None:
    office = await make_office(api)
    await add(office, await make_case(office.company), diary_date=given)
    assert [row["diary_date"] for row in await kept(office)] == [shown]


@pytest.mark.both
async def test_an_update_takes_off_what_it_leaves_out_but_not_the_status(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    diary = await make_diary(case, summary="旧", content='["旧"]', cover_kind=2, praise_count=3)
    await age(case)
    answer = await change(office, diary)
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    (row,) = await kept(office)
    assert (row["title"], row["summary"], row["content"]) == ("第一天", "", "[]")
    assert (row["cover_show_type"], row["status"], row["up_count"]) == (1, 1, 3)
    assert await is_moved(case)
    await change(office, diary, status=2)
    assert [row["status"] for row in await kept(office)] == [2]


@pytest.mark.both
async def test_a_diary_takes_its_praise_and_comments_to_another_case(api: Api) -> None:
    office = await make_office(api)
    counts = {"praise_count": 5, "comment_count": 4}
    here = await make_case(office.company, **counts)
    there = await make_case(office.company, praise_count=1, comment_count=0)
    diary = await make_diary(here, read_count=9, praise_count=2, comment_count=3)
    await age(here, there)
    assert (await change(office, diary, case_id=there.id))["code"] == 200
    assert await counts_of(here) == {"praise_count": 3, "comment_count": 1}
    assert await counts_of(there) == {"praise_count": 3, "comment_count": 3}
    assert (await is_moved(here), await is_moved(there)) == (False, True)
    assert await ids(office, case_id=there.id) == [diary.id]


@pytest.mark.both
async def test_a_deleted_diary_is_gone_for_everybody_and_counts_no_more(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company, read_count=7, praise_count=5, comment_count=4)
    diary = await make_diary(case, praise_count=2, comment_count=4)
    answer = await office.post(f"{DIARIES}/delete/{diary.id}")
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert await counts_of(case) == {"read_count": 7, "praise_count": 3}
    customer = await make_customer(office.company)
    assert (await ids(office), await seen(api, customer, "diary_manage/diary_list")) == ([], [])
    for path, form in (("delete", {}), ("change_status", {"status": 1})):
        assert await office.post(f"{DIARIES}/{path}/{diary.id}", form) == NOT_FOUND
    assert await change(office, diary) == NOT_FOUND
    assert await office.get(f"{DIARIES}/diary_single", {"diary_id": diary.id}) == NOT_FOUND
    assert await counts_of(case) == {"read_count": 7, "praise_count": 3}


@pytest.mark.both
async def test_diaries_are_found_by_case_status_and_title(api: Api) -> None:
    office = await make_office(api)
    first, second = [await make_case(office.company) for _ in range(2)]
    one = await make_diary(first, title="量尺_100%")
    two = await make_diary(first, title="安装", status=Publication.DRAFT)
    three = await make_diary(second, title="量尺")
    await make_diary(second, title="量尺", status=Publication.DELETED)
    foreign = await make_diary(await make_case(await make_company()), title="量尺")
    assert await ids(office) == [three.id, two.id, one.id]
    assert await ids(office, case_id=first.id) == [two.id, one.id]
    assert await ids(office, status=2) == [two.id]
    assert await ids(office, title="量尺") == [three.id, one.id]
    assert await ids(office, title="%", case_id=first.id, status=1) == [one.id]
    answer = await office.get(f"{DIARIES}/diary_all_list", {"length": 1, "current_page": 2})
    assert [row["diary_id"] for row in answer.data["ret_data"]] == [two.id]
    assert answer.data["data_count"] == 3
    for number in (foreign.case_id, foreign.case_id + 99):
        answer = await office.get(f"{DIARIES}/diary_all_list", {"case_id": number})
        assert answer == NOT_FOUND


def contents_with(url: str) -> list[str]:
    """Contents of every shape that show a picture."""
    parts: list[object] = [{"type": "picture_url", "data": data} for data in (url, [url])]
    nested = [{"cover_data": parts[:1]}, [{"article_data": [parts[1]]}], [[parts[0]]]]
    return [json.dumps(content) for content in (*parts, parts[:1], parts[1:], *nested)]


@pytest.mark.both
async def test_a_company_shows_its_own_pictures_in_every_shape(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    for content in contents_with(await make_company_picture(office.company.id)):
        assert (await add(office, case, content=content))["code"] == 200


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ({"case_id": ""}, 303, "案例ID不能为空"),
        ({"title": ""}, 303, "日记标题不能为空"),
        ({"title": "长" * 129}, 303, "日记标题长度不能超过128"),
        ({"summary": "长" * 256}, 303, "日记摘要长度不能超过255"),
        ({"diary_date": ""}, 303, "日记日期不能为空"),
        ({"diary_date": "2019-13-01"}, 301, "日记日期不是正确的日期"),
        ({"diary_date": "0001-01-01"}, 303, "日期必须在1970年至2100年之间"),
        ({"cover_picture": "{}"}, 303, "封面只能是图片地址的列表"),
        ({"content": "第一天"}, 301, "日记内容不是正确的JSON"),
        ({"content": "1"}, 301, "日记内容不是正确的JSON"),
        *(
            ({"content": f'[{{"type":"picture_url","data":{data}}}]'}, 303, UNNAMED)
            for data in ("null", "1", "{}", '[["a.jpg"]]', '[{"url":"a.jpg"}]', '["a.jpg",1]')
        ),
        ({"content": f"[{' ' * 16_000}]"}, 303, "日记内容长度不能超过16000"),
        ({"cover_show_type": 3}, 303, "封面展示类型不能大于2"),
        ({"status": 3}, 303, "日记状态不能大于2"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, form: dict[str, object], code: int, complaint: str
) -> None:
    office = await make_office(api)
    diary = await make_diary(await make_case(office.company))
    before = await all_rows()
    for answer in (await add(office, diary.case, **form), await change(office, diary, **form)):
        assert (answer["code"], answer["msg"]) == (code, complaint)
        assert list(answer.data["errors"]) == list(form)
    assert await all_rows() == before


async def test_the_longest_content_fits(api: Api) -> None:
    office = await make_office(api)
    content = f'["{"😺" * 15_996}"]'
    answer = await add(office, await make_case(office.company), content=content)
    assert (answer["code"], [row["content"] for row in await kept(office)]) == (200, [content])


@pytest.mark.both
async def test_what_is_another_companys_is_not_found(api: Api) -> None:
    office = await make_office(api)
    own = await make_diary(await make_case(office.company))
    foreign = await make_diary(await make_case(await make_company()))
    gone = await make_case(office.company, status=Publication.DELETED)
    picture = await make_company_picture(foreign.company_id)
    before = await all_rows()
    for number in (foreign.id, foreign.id + 99, 2**63):
        assert await change(office, number, case_id=own.case_id) == NOT_FOUND
        url = f"{DIARIES}/change_status/{number}"
        assert await office.post(url, {"status": 2}) == NOT_FOUND
        assert await office.post(f"{DIARIES}/delete/{number}") == NOT_FOUND
        assert await office.get(f"{DIARIES}/diary_single", {"diary_id": number}) == NOT_FOUND
    for form in (
        {"case_id": foreign.case_id},
        {"case_id": foreign.case_id + 99},
        {"case_id": gone.id},
        {"cover_picture": as_json(picture)},
        *({"content": one} for one in contents_with(picture)),
    ):
        assert await add(office, own.case, **form) == NOT_FOUND
        assert await change(office, own, **form) == NOT_FOUND
    assert await all_rows() == before


async def test_a_diary_keeps_pictures_that_were_never_sent(api: Api) -> None:
    office = await make_office(api)
    url = "statics/zhugeleida/imgs/admin/diary/demo-1.jpg"
    case = await make_case(office.company)
    diary = await make_diary(case, cover_picture=as_json(url))
    form = {"content": f'[{{"type": "picture_url", "data": {as_json(url)}}}]'}
    assert (await change(office, diary, **form))["code"] == 200
    assert (await change(office, diary, **form))["code"] == 200
    assert await change(office, await make_diary(case), **form) == NOT_FOUND


async def test_a_content_may_be_any_json(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    for content in ("{}", '["a", 1, null]', '[{"type": "picture_url"}]', '{"data": 1}'):
        assert (await add(office, case, content=content))["code"] == 200
    rows = await kept(office)
    assert rows[1]["content"] == '[{"type": "picture_url"}]'
    assert (await change(office, rows[0]["diary_id"], case_id=case.id))["code"] == 200


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "diary_all_list"),
        ("GET", "diary_single"),
        ("POST", "add/0"),
        ("POST", "update/{id}"),
        ("POST", "change_status/{id}"),
        ("POST", "delete/{id}"),
    ],
)
async def test_nobody_but_an_administrator_keeps_diaries(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    diary = await make_diary(await make_case(company))
    caller, before = await session_for(await make(company)), await all_rows()
    send = api.get if method == "GET" else api.post
    form = {**FORM, "case_id": diary.case_id, "diary_id": diary.id, "status": 2}
    answer = await send(f"{DIARIES}/{path.format(id=diary.id)}", form, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await all_rows() == before


async def test_the_readers_list_stays_as_it_was(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    await make_diary(case, status=Publication.DRAFT)
    diary = await make_diary(case)
    answer = await office.get(f"{DIARIES}/diary_list", caller=await make_rep(office.company))
    assert [row["diary_id"] for row in answer.data["ret_data"]] == [diary.id]
    await office.post(f"{CASES}/change_status/{case.id}", {"status": 2})
    assert (await office.get(f"{DIARIES}/diary_list")).data["ret_data"] == []
