"""Companies: who sees, makes, renames and deletes them (decisions P8, S16, S17, T10)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base import from_ms, now
from models.database import fetch_all
from tests.api import Api
from tests.factories import make_company, make_customer, make_goods, make_rep, session_for
from tests.handlers.qiyeweixin.staff import make_office
from tests.mall import make_class, make_company_picture

COMPANY = "/zhugeleida/qiyeweixin/company"


@pytest.mark.both
async def test_a_rep_sees_its_own_company(api: Api) -> None:
    office = await make_office(api, name="晨光科技")
    await make_company()
    answer = await office.get(COMPANY, caller=await make_rep(office.company))
    (row,) = answer.data["ret_data"]
    assert (answer["msg"], answer.data["data_count"]) == ("", 1)
    assert (row["id"], row["company_id"], row["name"]) == (
        office.company.id,
        office.company.id,
        "晨光科技",
    )


@pytest.mark.both
async def test_the_platforms_administrator_sees_all_newest_first(api: Api) -> None:
    platform = await make_office(api, platform=True)
    others = [await make_company() for _ in range(2)]
    answer = await platform.get(COMPANY)
    ids = [row["id"] for row in answer.data["ret_data"]]
    assert (ids, answer.data["data_count"]) == ([others[1].id, others[0].id, 1], 3)


@pytest.mark.both
async def test_a_new_company_has_fifty_cards_and_a_year(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{COMPANY}/add/0", {"name": "远山商贸"})
    assert (answer["code"], answer["msg"]) == (200, "添加成功")
    ((name, quota, expires_at),) = await fetch_all(
        "SELECT name, card_quota, expires_at FROM company WHERE id = %s", (answer.data["id"],)
    )
    left = from_ms(expires_at) - now()
    assert (name, quota, round(left / timedelta(days=1))) == ("远山商贸", 50, 365)


@pytest.mark.both
async def test_of_several_with_one_name_one_is_made(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answers = await asyncio.gather(
        *(platform.post(f"{COMPANY}/add/0", {"name": "远山商贸"}) for _ in range(4))
    )
    assert sorted(answer["code"] for answer in answers) == [200, 303, 303, 303]
    assert {answer["msg"] for answer in answers} == {"添加成功", "公司名已存在"}


async def test_a_company_needs_a_name(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{COMPANY}/add/0")
    assert (answer["code"], answer["msg"]) == (303, "公司名不能为空")


@pytest.mark.parametrize("path", ["add/0", "update/1"])
@pytest.mark.parametrize("name", ["  ", "\u200b晨光", "甲\n乙"])
async def test_a_name_that_could_be_taken_for_another_is_refused(
    api: Api, path: str, name: str
) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{COMPANY}/{path}", {"name": name})
    assert (answer["code"], list(answer.data["errors"])) == (303, ["name"])


@pytest.mark.parametrize("path", ["add/0", "delete/{id}"])
async def test_only_the_platforms_administrator_adds_and_deletes(api: Api, path: str) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    url = f"{COMPANY}/{path.format(id=(await make_company()).id)}"
    callers = [office.caller, await session_for(await make_rep(platform.company))]
    for caller in callers:
        assert (await api.post(url, {"name": "远山商贸"}, caller=caller))["code"] == 404


@pytest.mark.both
async def test_an_administrator_renames_its_own_company_only(api: Api) -> None:
    office, other = await make_office(api), await make_company()
    answers = [
        await office.post(f"{COMPANY}/update/{company.id}", {"name": "远山商贸"})
        for company in (other, office.company)
    ]
    assert [answer["code"] for answer in answers] == [302, 200]
    rows = await fetch_all("SELECT id FROM company WHERE name = %s", ("远山商贸",))
    assert rows == [(office.company.id,)]


async def test_the_platforms_administrator_renames_any(api: Api) -> None:
    platform, other = await make_office(api, platform=True), await make_company()
    urls = [f"{COMPANY}/update/{number}" for number in (other.id, 999_999)]
    codes = [(await platform.post(url, {"name": "远山商贸"}))["code"] for url in urls]
    assert codes == [200, 302]


@pytest.mark.both
async def test_a_name_that_another_company_has_is_refused(api: Api) -> None:
    office, other = await make_office(api), await make_company()
    answer = await office.post(f"{COMPANY}/update/{office.company.id}", {"name": other.name})
    assert (answer["code"], list(answer.data["errors"])) == (303, ["name"])


@pytest.mark.both
async def test_an_empty_company_is_deleted(api: Api) -> None:
    platform, other = await make_office(api, platform=True), await make_company()
    urls = [f"{COMPANY}/delete/{other.id}"] * 2
    codes = [(await platform.post(url))["code"] for url in urls]
    assert codes == [200, 302]


@pytest.mark.both
async def test_an_empty_company_is_deleted_with_its_mall(api: Api) -> None:
    platform, other = await make_office(api, platform=True), await make_company()
    first = await make_class(other)
    for of_class in (first, await make_class(other, first)):
        await make_goods(other, goods_class=of_class)
    await make_company_picture(other)
    left = await make_goods(platform.company, goods_class=await make_class(platform.company))
    assert (await platform.post(f"{COMPANY}/delete/{other.id}"))["code"] == 200
    assert await fetch_all("SELECT id FROM goods") == [(left.id,)]


@pytest.mark.both
@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_a_company_with_people_stays(api: Api, make: object) -> None:
    platform, other = await make_office(api, platform=True), await make_company()
    assert callable(make)
    await make(other)
    answer = await platform.post(f"{COMPANY}/delete/{other.id}")
    assert (answer["code"], await fetch_all("SELECT COUNT(*) FROM company")) == (304, [(2,)])


async def test_the_platform_does_not_delete_itself(api: Api) -> None:
    platform = await make_office(api, platform=True)
    answer = await platform.post(f"{COMPANY}/delete/{platform.company.id}")
    assert (answer["code"], answer["msg"]) == (305, "不允许删除自己的公司")
