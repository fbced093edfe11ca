"""Tags of cases as the back office keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from tests.api import Api
from tests.factories import make_company, make_customer, make_rep, session_for
from tests.handlers.admin.library import NOT_FOUND, all_rows, listed, seen
from tests.handlers.qiyeweixin.staff import make_office
from tests.library import make_case, make_tag

TAGS = "/zhugeleida/admin/case_tag"


@pytest.mark.both
async def test_a_tag_is_added_renamed_and_shown_to_customers(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{TAGS}/add/0", {"name": " 北欧 "})
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    number = answer.data["tag_id"]
    tag = {"id": number, "name": "北欧", "search_count": 0, "use_count": 0}
    assert await listed(office, f"{TAGS}/tag_list") == [tag]
    answer = await office.post(f"{TAGS}/update/{number}", {"name": "日式"})
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    customer = await make_customer(office.company)
    assert await seen(api, customer, "case_tag/case_list") == [{"id": number, "name": "日式"}]


@pytest.mark.both
async def test_tags_are_found_by_a_part_of_their_name_the_most_searched_first(api: Api) -> None:
    office = await make_office(api)
    names = {"北欧风": 1, "北美风": 9, "日式": 5}
    for name, count in names.items():
        await make_tag(office.company, name=name, search_count=count, use_count=count * 2)
    await make_tag(await make_company(), name="北欧")
    rows = await listed(office, f"{TAGS}/tag_list")
    assert [(row["name"], row["search_count"], row["use_count"]) for row in rows] == [
        ("北美风", 9, 18),
        ("日式", 5, 10),
        ("北欧风", 1, 2),
    ]
    rows = await listed(office, f"{TAGS}/tag_list", name="北")
    assert [row["name"] for row in rows] == ["北美风", "北欧风"]
    answer = await office.get(f"{TAGS}/tag_list", {"length": 1, "current_page": 2})
    assert ([row["name"] for row in answer.data["ret_data"]], answer.data["data_count"]) == (
        ["日式"],
        3,
    )


@pytest.mark.both
async def test_a_name_stands_once_in_a_company(api: Api) -> None:
    office = await make_office(api)
    await make_tag(await make_company(), name="北欧")
    assert (await office.post(f"{TAGS}/add/0", {"name": "北欧"}))["code"] == 200
    other = await make_tag(office.company, name="日式")
    before = await all_rows()
    for path in ("add/0", f"update/{other.id}"):
        answer = await office.post(f"{TAGS}/{path}", {"name": "北欧"})
        assert (answer["code"], answer["msg"]) == (303, "标签名称已存在")
        assert list(answer.data["errors"]) == ["name"]
    assert await all_rows() == before
    assert (await office.post(f"{TAGS}/update/{other.id}", {"name": "日式"}))["code"] == 200


@pytest.mark.parametrize("name", ["", "  ", "长" * 33, "两\n行"])
async def test_a_name_that_is_none_is_refused(api: Api, name: str) -> None:
    office = await make_office(api)
    tag = await make_tag(office.company)
    before = await all_rows()
    for path in ("add/0", f"update/{tag.id}"):
        assert (await office.post(f"{TAGS}/{path}", {"name": name}))["code"] == 303
    assert await all_rows() == before


@pytest.mark.both
async def test_a_tag_that_a_case_has_is_not_deleted(api: Api) -> None:
    office = await make_office(api)
    tag = await make_tag(office.company, await make_case(office.company))
    answer = await office.post(f"{TAGS}/delete/{tag.id}")
    assert (answer["code"], answer["msg"]) == (304, "还有案例使用该标签,请先从案例中移除")
    await fetch_all("DELETE FROM case_tag_link")
    answer = await office.post(f"{TAGS}/delete/{tag.id}")
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert await office.post(f"{TAGS}/delete/{tag.id}") == NOT_FOUND


@pytest.mark.both
async def test_another_companys_tag_is_not_found(api: Api) -> None:
    office = await make_office(api)
    foreign = await make_tag(await make_company())
    before = await all_rows()
    for number in (foreign.id, foreign.id + 99):
        for path in ("update", "delete"):
            answer = await office.post(f"{TAGS}/{path}/{number}", {"name": "北欧"})
            assert answer == NOT_FOUND
    assert await all_rows() == before


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "tag_list"), ("POST", "add/0"), ("POST", "update/{id}"), ("POST", "delete/{id}")],
)
async def test_nobody_but_an_administrator_keeps_tags(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    tag = await make_tag(company, name="日式")
    caller = await session_for(await make(company))
    send = api.get if method == "GET" else api.post
    answer = await send(f"{TAGS}/{path.format(id=tag.id)}", {"name": "北欧"}, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await fetch_all("SELECT name FROM case_tag") == [("日式",)]
