"""Preset phrases for follow-ups, in the odd shape of the document (decisions D11)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.customer import FollowPhrase
from tests.api import Answer, Api
from tests.factories import make_pair, make_rep, session_for
from tests.handlers.xiaochengxu.rows import count
from tests.statements import counted

PHRASES = "/zhugeleida/qiyeweixin/follow_language"
TAKEN = "自定义常用语已存在"


async def phrases(api: Api, rep: Any, **query: object) -> Answer:
    """List a rep's phrases."""
    return await api.get(PHRASES, query, caller=await session_for(rep))


async def listed(api: Api, rep: Any, **query: object) -> list[str]:
    """The texts of a page of phrases."""
    data = (await phrases(api, rep, **query)).data["data_count"]
    return [row["language"] for row in data["follow_language_data"]]


async def add(api: Api, rep: Any, phrase: str) -> Answer:
    """Keep a phrase."""
    form = {"custom_language": phrase}
    return await api.post(f"{PHRASES}/add/0", form, caller=await session_for(rep))


async def delete(api: Api, rep: Any, phrase_id: object) -> Answer:
    """Delete a phrase."""
    return await api.post(f"{PHRASES}/delete/{phrase_id}", caller=await session_for(rep))


async def make_phrase(rep: Any, phrase: str) -> Any:
    """Make a phrase, the system's without a rep."""
    return await FollowPhrase.aio_create(rep=rep, phrase=phrase)


@pytest.mark.both
async def test_own_phrases_and_the_systems_are_listed_newest_first(api: Api) -> None:
    await FollowPhrase.delete().aio_execute()
    rep = await make_rep()
    first = await make_phrase(rep, "已寄出样品册")
    system = await make_phrase(None, "计划近期安排拜访")
    await make_phrase(await make_rep(rep.company), "同事的常用语")
    last = await make_phrase(rep, "已约好量房")
    assert await phrases(api, rep) == {
        "code": 200,
        "msg": "",
        "data": {
            "ret_data": [],
            "data_count": {
                "user_id": str(rep.id),
                "follow_language_data": [
                    {"language_id": last.id, "user_id": rep.id, "language": "已约好量房"},
                    {"language_id": system.id, "user_id": None, "language": "计划近期安排拜访"},
                    {"language_id": first.id, "user_id": rep.id, "language": "已寄出样品册"},
                ],
            },
        },
    }


@pytest.mark.both
async def test_phrases_come_in_pages_of_twenty(api: Api) -> None:
    await FollowPhrase.delete().aio_execute()
    rep = await make_rep()
    for number in range(25):
        await make_phrase(None if number % 3 else rep, f"常用语{number}")
    expected = [f"常用语{number}" for number in reversed(range(25))]
    assert await listed(api, rep) == expected[:20]
    pages = [await listed(api, rep, length=10, current_page=page) for page in (1, 2, 3, 4)]
    assert pages == [expected[:10], expected[10:20], expected[20:], []]
    assert await listed(api, rep, length=100, current_page=1_000_000) == []


@pytest.mark.both
async def test_a_phrase_is_kept(api: Api) -> None:
    rep = await make_rep()
    answer = await add(api, rep, " 已约好量房 ")
    (row,) = await FollowPhrase.select().where(FollowPhrase.rep == rep).aio_execute()
    assert answer == {"code": 200, "msg": "添加成功", "data": {"language_id": row.id}}
    assert row.phrase == "已约好量房"


@pytest.mark.both
async def test_a_phrase_that_the_rep_or_the_system_has_is_refused(api: Api) -> None:
    rep = await make_rep()
    await make_phrase(rep, "已约好量房")
    await make_phrase(None, "已寄出样品册")
    before = await count("follow_phrase")
    answers = [await add(api, rep, phrase) for phrase in ("已约好量房", "已寄出样品册")]
    refusal = {"code": 303, "msg": TAKEN, "data": {"errors": {"custom_language": TAKEN}}}
    assert answers == [refusal, refusal]
    assert await count("follow_phrase") == before


async def test_two_reps_may_keep_the_same_phrase(api: Api) -> None:
    rep = await make_rep()
    await make_phrase(await make_rep(rep.company), "已约好量房")
    assert (await add(api, rep, "已约好量房"))["code"] == 200


@pytest.mark.both
async def test_a_phrase_that_is_added_twice_at_once_is_kept_once(api: Api) -> None:
    rep = await make_rep()
    answers = await asyncio.gather(*(add(api, rep, "已约好量房") for _ in range(6)))
    assert sorted(answer["code"] for answer in answers) == [200, *[303] * 5]
    kept = await FollowPhrase.select().where(FollowPhrase.rep == rep).aio_execute()
    assert len(list(kept)) == 1


@pytest.mark.both
async def test_an_own_phrase_is_deleted(api: Api) -> None:
    rep = await make_rep()
    phrase, kept = await make_phrase(rep, "已约好量房"), await make_phrase(rep, "已寄出样品册")
    answers = [await delete(api, rep, phrase.id) for _ in range(2)]
    assert answers[0] == {"code": 200, "msg": "删除成功", "data": {}}
    assert answers[1]["code"] == 302
    left = await FollowPhrase.select().where(FollowPhrase.rep == rep).aio_execute()
    assert [row.id for row in left] == [kept.id]


@pytest.mark.both
async def test_a_phrase_of_another_or_of_the_system_is_not_found(api: Api) -> None:
    rep = await make_rep()
    phrases = [
        await make_phrase(await make_rep(rep.company), "同事的"),
        await make_phrase(await make_rep(), "别家的"),
        await make_phrase(None, "系统的"),
    ]
    before = await count("follow_phrase")
    numbers = [*(phrase.id for phrase in phrases), 999_999, 2**70]
    answers = [await delete(api, rep, number) for number in numbers]
    assert {(answer["code"], answer["msg"]) for answer in answers} == {(302, "对应ID不存在")}
    assert await count("follow_phrase") == before


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("", "自定义用语不能为空"),
        (" ", "自定义用语长度不能小于1"),
        ("长" * 257, "自定义用语长度不能超过256"),
    ],
)
async def test_a_phrase_that_is_missing_or_too_long_is_complained_of(
    api: Api, phrase: str, complaint: str
) -> None:
    answer = await add(api, await make_rep(), phrase)
    errors = {"custom_language": complaint}
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": errors}}


async def test_an_id_that_is_no_number_is_complained_of(api: Api) -> None:
    assert (await delete(api, await make_rep(), "x"))["msg"] == "常用语ID必须是整数"


async def test_customers_have_no_phrases(api: Api) -> None:
    _, customer = await make_pair()
    answers = [
        await phrases(api, customer),
        await add(api, customer, "常用语"),
        await delete(api, customer, 1),
    ]
    assert [answer["code"] for answer in answers] == [404, 404, 404]


async def test_a_page_takes_one_statement_however_long_it_is(api: Api) -> None:
    rep = await make_rep()
    caller = await session_for(rep)
    for number in range(30):
        await make_phrase(rep, f"常用语{number}")
    await api.get(PHRASES, caller=caller)
    with counted() as statements:
        await api.get(PHRASES, {"length": 100}, caller=caller)
    assert len(statements) == 1
