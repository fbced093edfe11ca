"""Tags that the mini program finds cases by (semantics 9.3)."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.codes import Code
from tests.api import Answer, Api
from tests.factories import make_company, make_customer, session_for
from tests.library import make_tag

TAGS = "/zhugeleida/xiaochengxu/case_tag"
ALL = f"{TAGS}/case_list"
HISTORY = f"{TAGS}/history_case_list"
FAVOURITES = f"{TAGS}/top_search_tag_list"


async def ask(api: Api, customer: Any, path: str, **query: object) -> Answer:
    """Ask for tags."""
    return await api.get(path, query, caller=await session_for(customer))


async def names(api: Api, customer: Any, path: str, **query: object) -> list[str]:
    """The names of the tags that are listed, in their order."""
    answer = await ask(api, customer, path, **query)
    assert (answer["code"], answer["msg"]) == (200, ""), answer
    return [row["name"] for row in answer.data["ret_data"]]


async def search(api: Api, customer: Any, *tags: Any) -> None:
    """Search by tags, one after the other."""
    for tag in tags:
        path = "/zhugeleida/xiaochengxu/case_manage/case_list"
        assert (await ask(api, customer, path, search_tag_id=tag.id))["code"] == 200


@pytest.mark.both
async def test_tags_are_listed_by_how_often_they_were_searched(api: Api) -> None:
    customer = await make_customer()
    for name, searches in (("书房", 1), ("收纳", 3), ("小户型", 1)):
        await make_tag(customer.company, name=name, search_count=searches)
    await make_tag(await make_company(), name="别家", search_count=9)
    assert await names(api, customer, ALL) == ["收纳", "小户型", "书房"]
    answer = await ask(api, customer, ALL, length=1, current_page=2)
    assert [row["name"] for row in answer.data["ret_data"]] == ["小户型"]
    assert answer.data["data_count"] == 3


@pytest.mark.both
@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("收", ["收纳", "玄关收纳"]),
        ("玄关", ["玄关收纳"]),
        ("loft", ["Loft"]),
        ("%", ["50%"]),
        ("_", []),
        ("无", []),
        ("", ["50%", "Loft", "收纳", "玄关收纳"]),
    ],
)
async def test_tags_are_found_by_a_part_of_their_name(
    api: Api, part: str, found: list[str]
) -> None:
    customer = await make_customer()
    for name in ("玄关收纳", "收纳", "Loft", "50%"):
        await make_tag(customer.company, name=name)
    answer = await ask(api, customer, ALL, name=part)
    assert [row["name"] for row in answer.data["ret_data"]] == found
    assert answer.data["data_count"] == len(found)


async def test_a_part_of_a_name_has_sixty_characters_at_the_most(api: Api) -> None:
    customer = await make_customer()
    answers = [await ask(api, customer, ALL, name="长" * length) for length in (60, 61)]
    assert [answer["code"] for answer in answers] == [200, Code.INVALID]


@pytest.mark.both
async def test_the_history_has_each_tag_once_the_last_search_first(api: Api) -> None:
    customer = await make_customer()
    first, second, third = [await make_tag(customer.company) for _ in range(3)]
    await search(api, await make_customer(customer.company), third)
    await search(api, customer, first, second, first)
    assert await names(api, customer, HISTORY) == [first.name, second.name]
    answer = await ask(api, customer, HISTORY)
    assert (answer.data["data_count"], answer["note"]) == (2, {})


async def test_the_history_shows_thirteen(api: Api) -> None:
    customer = await make_customer()
    tags = [await make_tag(customer.company) for _ in range(14)]
    await search(api, customer, *tags)
    assert await names(api, customer, HISTORY) == [tag.name for tag in reversed(tags[1:])]


@pytest.mark.both
async def test_the_favourites_are_thirteen_and_the_count_is_of_all(api: Api) -> None:
    customer = await make_customer()
    tags = [await make_tag(customer.company, search_count=number) for number in range(15)]
    await make_tag(await make_company(), search_count=99)
    assert await names(api, customer, FAVOURITES) == [tag.name for tag in reversed(tags[2:])]
    answer = await ask(api, customer, FAVOURITES)
    assert (answer.data["data_count"], answer["note"]) == (15, {})


async def test_a_search_moves_a_tag_to_the_front_of_the_favourites(api: Api) -> None:
    customer = await make_customer()
    tags = [await make_tag(customer.company) for _ in range(3)]
    await search(api, customer, tags[0])
    assert (await names(api, customer, FAVOURITES))[0] == tags[0].name


@pytest.mark.parametrize("path", [ALL, HISTORY, FAVOURITES])
async def test_tags_of_another_company_are_not_found(api: Api, path: str) -> None:
    customer, foreign = await make_customer(), await make_company()
    assert (await ask(api, customer, path, company_id=foreign.id))["code"] == Code.NOT_FOUND
    own = await ask(api, customer, path, company_id=customer.company_id)
    assert own.data == {"ret_data": [], "data_count": 0}
