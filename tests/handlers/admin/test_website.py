"""The website of a company as its back office keeps it."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all, insert_many
from tests.api import Api
from tests.factories import (
    make_company,
    make_customer,
    make_pair,
    make_rep,
    make_website_picture,
    session_for,
)
from tests.handlers.admin.pictures import send_picture
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.mall import as_json, make_company_picture
from tests.statements import counted

WEBSITE = "/zhugeleida/admin/website"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def kept(office: Office) -> tuple[list[str], list[str]]:
    """The addresses of the cover and of what stands below."""
    answer = await office.get(WEBSITE)
    assert (answer["code"], answer["msg"]) == (200, "查询成功")
    row = answer.data["ret_data"]
    parts = [
        [one["picture_url"] for one in row[f"{part}_picture"]] for part in ("cover", "content")
    ]
    assert answer.data["data_count"] == sum(map(len, parts))
    return parts[0], parts[1]


@pytest.mark.both
async def test_a_website_is_replaced_as_a_whole_in_the_order_that_is_said(api: Api) -> None:
    office = await make_office(api)
    await make_website_picture(office.company, 1, is_cover=True)
    urls = [await make_company_picture(office.company) for _ in range(3)]
    form = {
        "cover_picture": as_json(urls[2], urls[0], urls[2]),
        "content_picture": as_json(urls[1], urls[0]),
    }
    answer = await office.post(f"{WEBSITE}/update/0", form)
    assert (answer["code"], answer["msg"], answer.data) == (200, "修改成功", {})
    assert await kept(office) == ([urls[2], urls[0]], [urls[1], urls[0]])
    await office.post(f"{WEBSITE}/update/0", {"content_picture": as_json(urls[1])})
    assert await kept(office) == ([], [urls[1]])


@pytest.mark.both
async def test_a_website_is_written_by_the_ids_that_it_is_read_with(api: Api) -> None:
    office = await make_office(api)
    for position in (1, 2):
        await make_website_picture(office.company, position, is_cover=True)
    url = await make_company_picture(office.company)
    before = (await office.get(WEBSITE)).data["ret_data"]["cover_picture"]
    first, second = [one["picture_id"] for one in before]
    form = {"cover_picture": f"[{second}, {first}]", "content_picture": f'["{first}", "{url}"]'}
    assert (await office.post(f"{WEBSITE}/update/0", form))["code"] == 200
    urls = [one["picture_url"] for one in before]
    assert await kept(office) == (urls[::-1], [urls[0], url])


async def test_customers_see_the_new_website_at_once(api: Api) -> None:
    rep, customer = await make_pair()
    office = await make_office(api)
    rep.company = customer.company = office.company
    await rep.aio_save()
    await customer.aio_save()
    url = await make_company_picture(office.company)
    await office.post(f"{WEBSITE}/update/0", {"cover_picture": as_json(url)})
    answer = await api.get(
        "/zhugeleida/xiaochengxu/website", {"uid": rep.id}, caller=await session_for(customer)
    )
    assert answer.data["ret_data"] == {
        "cover_picture": [{"picture_url": url}],
        "content_picture": [],
    }


@pytest.mark.both
async def test_a_picture_that_the_company_has_not_sent_changes_nothing(api: Api) -> None:
    office = await make_office(api)
    own, foreign = [
        await make_company_picture(one) for one in (office.company, await make_company())
    ]
    ((foreign_id,),) = await fetch_all(
        "SELECT id FROM company_picture WHERE picture_url = %s", (foreign,)
    )
    await office.post(f"{WEBSITE}/update/0", {"cover_picture": as_json(own)})
    elsewhere = as_json(own, "https://example.com/a.jpg")
    for given in (as_json(own, foreign), elsewhere, foreign_id, foreign_id + 99, 0, 2**63):
        for part in ("cover_picture", "content_picture"):
            assert await office.post(f"{WEBSITE}/update/0", {part: given}) == NOT_FOUND
    assert await kept(office) == ([own], [])


@pytest.mark.parametrize(
    ("given", "code", "complaint"),
    [
        ("[", 301, "封面图片不是正确的JSON"),
        (as_json("长" * 257), 301, "封面图片必须是整数"),
        (as_json(*["a"] * 501), 303, "封面图片不能超过500项"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, given: str, code: int, complaint: str
) -> None:
    office = await make_office(api)
    await make_website_picture(office.company, 1, is_cover=True)
    answer = await office.post(f"{WEBSITE}/update/0", {"cover_picture": given})
    assert (answer["code"], answer["msg"]) == (code, complaint)
    assert len((await kept(office))[0]) == 1


async def test_more_pictures_than_a_website_shows_are_refused(api: Api) -> None:
    office = await make_office(api)
    rows = [(office.company.id, f"statics/{number}.jpg", 0) for number in range(251)]
    ids = await insert_many("company_picture", ("company_id", "picture_url", "created_at"), rows)
    both = {"cover_picture": as_json(*ids), "content_picture": as_json(*ids)}
    answer = await office.post(f"{WEBSITE}/update/0", both)
    assert (answer["code"], answer["msg"]) == (303, "官网图片不能超过500张")
    assert await kept(office) == ([], [])
    both["cover_picture"] = as_json(*ids[:249])
    assert (await office.post(f"{WEBSITE}/update/0", both))["code"] == 200


async def test_a_picture_is_sent_and_shown(api: Api) -> None:
    office = await make_office(api)
    answer = await send_picture(api, office.caller, WEBSITE)
    assert (answer["code"], answer["msg"]) == (200, "添加图片成功")
    sent = answer.data["ret_data"]
    assert sent["picture_url"].startswith("statics/zhugeleida/imgs/admin/website/rep_")
    assert (await api.fetch("GET", f"/{sent['picture_url']}")).code == 200
    await office.post(f"{WEBSITE}/update/0", {"cover_picture": sent["picture_id"]})
    assert (await office.get(WEBSITE)).data["ret_data"]["cover_picture"] == [sent]


async def test_a_longer_website_costs_no_more_statements(api: Api) -> None:
    office = await make_office(api)
    await office.get(WEBSITE)
    costs = []
    for count in (1, 6):
        urls = [await make_company_picture(office.company) for _ in range(count)]
        with counted() as statements:
            await office.post(f"{WEBSITE}/update/0", {"cover_picture": as_json(*urls)})
            await office.get(WEBSITE)
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("make", [make_rep, make_customer])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", "/update/0"),
        ("POST", "/add_picture/0"),
        ("GET", "/upload_status"),
        ("POST", "/upload_complete/0"),
    ],
)
async def test_nobody_but_an_administrator_keeps_the_website(
    api: Api, make: Any, method: str, path: str
) -> None:
    company = await make_company()
    await make_website_picture(company, 1, is_cover=True)
    caller = await session_for(await make(company))
    send = api.get if method == "GET" else api.post
    answer = await send(f"{WEBSITE}{path}", {}, caller=caller)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")
    assert await fetch_all("SELECT COUNT(*) FROM website_picture") == [(1,)]
