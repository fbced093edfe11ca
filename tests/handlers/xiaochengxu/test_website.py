"""The website of a company (002-xiaochengxu-v1.md:1366, decisions S28)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Answer, Api
from tests.factories import (
    make_company,
    make_customer,
    make_pair,
    make_rep,
    make_website_picture,
    session_for,
)
from tests.handlers.xiaochengxu.rows import everything, logs_of

WEBSITE = "/zhugeleida/xiaochengxu/website"
SEEN = [(4, "查看了您公司的官网,看来TA对您公司感兴趣")]


async def look(api: Api, customer: Any, rep: Any) -> Answer:
    """Look at the website that a rep shows."""
    return await api.get(WEBSITE, {"uid": rep.id}, caller=await session_for(customer))


@pytest.mark.both
async def test_a_website_is_shown_in_its_order_with_the_number_of_its_pictures(api: Api) -> None:
    rep, customer = await make_pair()
    await make_website_picture(await make_company(), 1, is_cover=True)
    places = [(2, False), (1, True), (1, False), (3, False), (2, True)]
    for position, is_cover in places:
        await make_website_picture(rep.company, position, is_cover=is_cover)
    folder = "statics/zhugeleida/imgs/xiaochengxu/website"
    names = {"cover_picture": ("cover", 2), "content_picture": ("content", 3)}
    assert await look(api, customer, rep) == {
        "code": 200,
        "msg": "",
        "data": {
            "ret_data": {
                key: [
                    {"picture_url": f"{folder}/{part}_{rep.company_id}_{number}.png"}
                    for number in range(1, most + 1)
                ]
                for key, (part, most) in names.items()
            },
            "data_count": 5,
        },
    }


async def test_a_view_is_logged(api: Api) -> None:
    rep, customer = await make_pair()
    answer = await look(api, customer, rep)
    empty: dict[str, list[Any]] = {"cover_picture": [], "content_picture": []}
    assert answer.data == {"ret_data": empty, "data_count": 0}
    assert await logs_of(rep) == SEEN


async def test_it_is_shown_before_binding(api: Api) -> None:
    rep = await make_rep()
    answer = await look(api, await make_customer(rep.company), rep)
    assert (answer["code"], await logs_of(rep)) == (200, SEEN)


async def test_a_customer_without_a_name_is_not_logged(api: Api) -> None:
    rep = await make_rep()
    answer = await look(api, await make_customer(rep.company, name=""), rep)
    assert (answer["code"], await logs_of(rep)) == (200, [])


@pytest.mark.parametrize("is_there", [True, False])
async def test_that_of_a_rep_of_another_company_is_302(api: Api, is_there: bool) -> None:
    _, customer = await make_pair()
    uid = (await make_rep()).id if is_there else 999_999
    caller = await session_for(customer)
    before = await everything()
    answer = await api.get(WEBSITE, {"uid": uid}, caller=caller)
    assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert await everything() == before


@pytest.mark.parametrize(("query", "code"), [({}, 303), ({"uid": "x"}, 301)])
async def test_it_is_not_shown_without_a_rep(api: Api, query: dict[str, object], code: int) -> None:
    _, customer = await make_pair()
    answer = await api.get(WEBSITE, query, caller=await session_for(customer))
    assert (answer["code"], list(answer.data["errors"])) == (code, ["uid"])
