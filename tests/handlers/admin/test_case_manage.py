"""Cases as the back office keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from models.database import fetch_all
from models.library import Publication
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, make_rep, session_for
from tests.handlers.admin.library import CASES, DIARIES, NOT_FOUND, all_rows, listed, seen
from tests.handlers.admin.pictures import send_picture
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.library import make_case, make_comment, make_diary, make_tag
from tests.mall import as_json, make_company_picture

FORM = {"customer_name": "张女士"}


async def add(office: Office, **form: object) -> Answer:
    """Add a case; say only what a test is about."""
    return await office.post(f"{CASES}/add/0", {**FORM, **form})


async def change(office: Office, case: Any, **form: object) -> Answer:
    """Change a case."""
    return await office.post(f"{CASES}/update/{getattr(case, 'id', case)}", {**FORM, **form})


async def kept(office: Office, **query: object) -> list[dict[str, Any]]:
    """List cases."""
    return await listed(office, f"{CASES}/case_list", **query)


async def ids(office: Office, **query: object) -> list[int]:
    """List cases and give their ids."""
    return [row["case_id"] for row in await kept(office, **query)]


async def use_counts() -> list[tuple[str, int]]:
    """How many cases have each tag by what it says itself."""
    return [(row[0], row[1]) for row in await fetch_all("SELECT name, use_count FROM case_tag")]


@pytest.mark.both
async def test_a_case_is_added_with_all_that_is_said_of_it(api: Api) -> None:
    office = await make_office(api)
    tags = [await make_tag(office.company, name=name) for name in ("北欧", "日式")]
    avatar, *urls = [await make_company_picture(office.company) for _ in range(3)]
    cover = f'[ "{urls[1]}", "{urls[0]}" ]'
    answer = await add(
        office,
        case_name="阳台改造",
        headimgurl=avatar,
        cover_picture=cover,
        tag_list=f"[{tags[1].id}, {tags[0].id}]",
        status=1,
    )
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    (row,) = await kept(office)
    assert row.pop("create_date") == row.pop("update_date")
    assert row == {
        "case_id": answer.data["case_id"],
        "company_id": office.company.id,
        "case_name": "阳台改造",
        "customer_name": "张女士",
        "headimgurl": avatar,
        "cover_picture": cover,
        "status": 1,
        "status_text": "已发",
        "tag_list": [{"id": tags[1].id, "name": "日式"}, {"id": tags[0].id, "name": "北欧"}],
        "last_diary_data": {},
        "author_id": office.admin.id,
        "author_name": office.admin.username,
        "read_count": 0,
        "comment_count": 0,
        "up_count": 0,
    }
    assert await use_counts() == [("北欧", 1), ("日式", 1)]
    customer = await make_customer(office.company)
    (shown,) = await seen(api, customer, "case_manage/case_list")
    assert (shown["case_id"], shown["cover_picture"]) == (row["case_id"], cover)


async def test_a_new_case_is_a_draft_that_customers_do_not_see(api: Api) -> None:
    office = await make_office(api)
    await add(office)
    (row,) = await kept(office)
    assert (row["status"], row["status_text"], row["cover_picture"]) == (2, "未发", "[]")
    assert (row["headimgurl"], row["tag_list"]) == (DEFAULT_CUSTOMER_AVATAR, [])
    customer = await make_customer(office.company)
    assert await seen(api, customer, "case_manage/case_list") == []
    url = f"{CASES}/change_status/{row['case_id']}"
    answer = await office.post(url, {"status": 1})
    assert (answer["code"], answer["msg"], answer.data) == (
        200,
        "修改成功",
        {"case_id": row["case_id"], "status": 1, "status_text": "已发"},
    )
    assert (await office.post(url, {"status": 1}))["code"] == 200
    assert len(await seen(api, customer, "case_manage/case_list")) == 1
    await office.post(url, {"status": 2})
    assert await seen(api, customer, "case_manage/case_list") == []


@pytest.mark.both
async def test_an_update_takes_off_what_it_leaves_out_but_not_the_status(api: Api) -> None:
    office = await make_office(api)
    picture = await make_company_picture(office.company)
    case = await make_case(
        office.company, name="旧名", customer_avatar=picture, cover_picture=as_json(picture)
    )
    await make_tag(office.company, case, name="北欧", use_count=1)
    ((before,),) = await fetch_all("SELECT updated_at FROM case_story")
    answer = await change(office, case, customer_name="李先生")
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    (row,) = await kept(office)
    assert (row["customer_name"], row["case_name"], row["status"]) == ("李先生", "", 1)
    assert (row["headimgurl"], row["cover_picture"]) == (DEFAULT_CUSTOMER_AVATAR, "[]")
    assert (row["tag_list"], await use_counts()) == ([], [("北欧", 0)])
    assert await fetch_all("SELECT updated_at FROM case_story") == [(before,)]
    await change(office, case, status=2)
    assert [row["status"] for row in await kept(office)] == [2]


@pytest.mark.both
async def test_tags_are_replaced_and_counted_by_the_difference(api: Api) -> None:
    office = await make_office(api)
    tags = [await make_tag(office.company, name=name) for name in "甲乙丙"]
    numbers = [tag.id for tag in tags]
    case_id = (await add(office, tag_list=as_json(*numbers[:2]))).data["case_id"]
    await add(office, tag_list=as_json(numbers[1]))
    assert await use_counts() == [("甲", 1), ("乙", 2), ("丙", 0)]
    await change(office, case_id, tag_list=as_json(numbers[2], numbers[1], numbers[2]))
    assert await use_counts() == [("甲", 0), ("乙", 2), ("丙", 1)]
    (row,) = (await office.get(f"{CASES}/case_single", {"case_id": case_id})).data["ret_data"]
    assert [tag["name"] for tag in row["tag_list"]] == ["丙", "乙"]


@pytest.mark.both
async def test_a_deleted_case_is_gone_for_everybody_and_gives_its_tags_back(api: Api) -> None:
    office = await make_office(api)
    customer = await make_customer(office.company)
    case = await make_case(office.company)
    tag = await make_tag(office.company, case, use_count=1)
    diary = await make_diary(case)
    await make_comment(diary, customer, is_approved=True)
    left = await make_diary(await make_case(office.company))
    answer = await office.post(f"{CASES}/delete/{case.id}")
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert case.id not in await ids(office)
    assert [row["diary_id"] for row in await listed(office, f"{DIARIES}/diary_all_list")] == [
        left.id
    ]
    assert await listed(office, f"{DIARIES}/review_list") == []
    assert [row["diary_id"] for row in await seen(api, customer, "diary_manage/diary_list")] == [
        left.id
    ]
    for path, form in (("delete", {}), ("change_status", {"status": 1}), ("update", FORM)):
        assert await office.post(f"{CASES}/{path}/{case.id}", form) == NOT_FOUND
    assert await office.get(f"{CASES}/case_single", {"case_id": case.id}) == NOT_FOUND
    assert (await office.post(f"/zhugeleida/admin/case_tag/delete/{tag.id}"))["code"] == 200
    assert await fetch_all("SELECT status FROM case_story WHERE id = %s", (case.id,)) == [(3,)]


@pytest.mark.both
async def test_cases_are_found_by_names_status_and_tag(api: Api) -> None:
    office = await make_office(api)
    company = office.company
    one = await make_case(company, name="阳台_100%", customer_name="张女士")
    two = await make_case(company, name="阳台", customer_name="李女士", status=Publication.DRAFT)
    three = await make_case(company, name="书房", customer_name="张先生")
    await make_case(company, name="阳台", status=Publication.DELETED)
    await make_case(await make_company(), name="阳台")
    tag = await make_tag(company, one, two)
    assert await ids(office) == [three.id, two.id, one.id]
    assert await ids(office, case_name="阳台") == [two.id, one.id]
    assert await ids(office, case_name="%") == [one.id]
    assert await ids(office, customer_name="张") == [three.id, one.id]
    assert await ids(office, status=2) == [two.id]
    assert await ids(office, search_tag_id=tag.id) == [two.id, one.id]
    assert await ids(office, tag_id=tag.id, status=1, customer_name="女士") == [one.id]
    answer = await office.get(f"{CASES}/case_list", {"length": 1, "current_page": 2})
    assert [row["case_id"] for row in answer.data["ret_data"]] == [two.id]
    assert answer.data["data_count"] == 3
    foreign = await make_tag(await make_company())
    for number in (foreign.id, foreign.id + 99):
        assert await office.get(f"{CASES}/case_list", {"tag_id": number}) == NOT_FOUND


async def test_a_case_shows_its_newest_published_diary(api: Api) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    diary = await make_diary(case, title="量尺")
    await make_diary(case, status=Publication.DRAFT)
    answer = await office.get(f"{CASES}/case_single", {"case_id": case.id})
    (row,) = answer.data["ret_data"]
    assert (row["last_diary_data"]["diary_id"], answer.data["data_count"]) == (diary.id, 1)


@pytest.mark.parametrize(
    ("form", "code", "complaint"),
    [
        ({"customer_name": ""}, 303, "客户名称不能为空"),
        ({"customer_name": "长" * 65}, 303, "客户名称长度不能超过64"),
        ({"case_name": "长" * 129}, 303, "案例名称长度不能超过128"),
        ({"headimgurl": "长" * 257}, 303, "客户头像长度不能超过256"),
        ({"cover_picture": "["}, 301, "封面图片不是正确的JSON"),
        ({"cover_picture": "a.jpg"}, 301, "封面图片不是正确的JSON"),
        ({"cover_picture": "{}"}, 303, "封面只能是图片地址的列表"),
        ({"cover_picture": "[1]"}, 303, "封面只能是图片地址的列表"),
        (
            {"cover_picture": as_json(*["a"] * 21)},
            303,
            "封面不能超过20张图片,每个地址不能超过256字",
        ),
        ({"cover_picture": f"[{' ' * 10_000}]"}, 303, "封面图片长度不能超过10000"),
        ({"tag_list": "x"}, 301, "标签必须是整数"),
        ({"tag_list": as_json(*range(1, 22))}, 303, "标签不能超过20项"),
        ({"status": 3}, 303, "案例状态不能大于2"),
        ({"status": "x"}, 301, "案例状态必须是整数"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, form: dict[str, object], code: int, complaint: str
) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    before = await all_rows()
    for answer in (await add(office, **form), await change(office, case, **form)):
        assert (answer["code"], answer["msg"]) == (code, complaint)
        assert list(answer.data["errors"]) == list(form)
    assert await all_rows() == before


async def test_a_body_in_json_may_hold_lists_themselves(api: Api) -> None:
    office = await make_office(api)
    tag, url = await make_tag(office.company), await make_company_picture(office.company)
    body = {**FORM, "cover_picture": [url], "tag_list": [tag.id]}
    answer = await api.post(f"{CASES}/add/0", as_json=body, caller=office.caller)
    (row,) = await kept(office)
    assert (answer["code"], row["cover_picture"]) == (200, as_json(url))
    assert [one["id"] for one in row["tag_list"]] == [tag.id]


async def test_half_a_character_in_a_cover_is_refused(api: Api) -> None:
    office = await make_office(api)
    for text in (r'["\ud800"]', r'["\u0000"]'):
        assert (await add(office, cover_picture=text))["code"] == 301


@pytest.mark.parametrize("status", ["", "x", 0, 3])
async def test_a_status_that_is_none_is_refused(api: Api, status: object) -> None:
    office = await make_office(api)
    case = await make_case(office.company)
    answer = await office.post(f"{CASES}/change_status/{case.id}", {"status": status})
    assert (answer["code"] in {301, 303}, await ids(office, status=1)) == (True, [case.id])


@pytest.mark.both
async def test_what_is_another_companys_is_not_found(api: Api) -> None:
    office = await make_office(api)
    stranger = await make_company()
    own, foreign = await make_case(office.company), await make_case(stranger)
    tag, picture = await make_tag(stranger), await make_company_picture(stranger)
    own_tag = await make_tag(office.company, own, use_count=1)
    before = await all_rows()
    for number in (foreign.id, foreign.id + 99, 2**63):
        assert await change(office, number) == NOT_FOUND
        assert await office.post(f"{CASES}/change_status/{number}", {"status": 2}) == NOT_FOUND
        assert await office.post(f"{CASES}/delete/{number}") == NOT_FOUND
        assert await office.get(f"{CASES}/case_single", {"case_id": number}) == NOT_FOUND
    for form in (
        {"tag_list": as_json(own_tag.id, tag.id)},
        {"tag_list": as_json(tag.id + 99)},
        {"cover_picture": as_json(picture)},
        {"headimgurl": picture},
        {"headimgurl": "https://example.com/a.jpg"},
    ):
        assert await add(office, **form) == NOT_FOUND
        assert await change(office, own, **form) == NOT_FOUND
    assert await all_rows() == before


async def test_a_case_keeps_pictures_that_were_never_sent(api: Api) -> None:
    office = await make_office(api)
    url = "statics/zhugeleida/imgs/admin/case/demo-1.jpg"
    case = await make_case(office.company, cover_picture=as_json(url), customer_avatar=url)
    other = await make_case(office.company)
    form = {"cover_picture": as_json(url), "headimgurl": url}
    assert (await change(office, case, **form))["code"] == 200
    assert await change(office, other, **form) == NOT_FOUND
    assert (await change(office, other, headimgurl=DEFAULT_CUSTOMER_AVATAR))["code"] == 200


async def test_a_picture_is_sent_and_shown_by_a_case(api: Api) -> None:
    office = await make_office(api)
    answer = await send_picture(api, office.caller, CASES)
    assert (answer["code"], answer["msg"]) == (200, "添加图片成功")
    url = answer.data["ret_data"]["picture_url"]
    assert url.startswith("statics/zhugeleida/imgs/admin/case/rep_")
    assert (await add(office, cover_picture=as_json(url)))["code"] == 200


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "case_list"),
        ("GET", "case_single"),
        ("POST", "add/0"),
        ("POST", "update/{id}"),
        ("POST", "change_status/{id}"),
        ("POST", "delete/{id}"),
        ("POST", "add_picture/0"),
        ("GET", "upload_status"),
        ("POST", "upload_complete/0"),
    ],
)
async def test_nobody_but_an_administrator_keeps_cases(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    case = await make_case(company)
    caller, before = await session_for(await make(company)), await all_rows()
    send = api.get if method == "GET" else api.post
    form = {**FORM, "status": 2, "case_id": case.id}
    answer = await send(f"{CASES}/{path.format(id=case.id)}", form, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await all_rows() == before
