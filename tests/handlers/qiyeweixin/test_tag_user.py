"""The tags on a rep's own card (000-qiyeweixin.md:2120, 2171, 2231, 2288)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.staff import RepTag
from tests.api import Answer, Api
from tests.factories import make_rep, session_for

TAGS = "/zhugeleida/qiyeweixin/tag_user"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def post(api: Api, rep: Any, operation: str, **form: object) -> Answer:
    """Call an operation on the tags of a rep."""
    return await api.post(f"{TAGS}/{operation}", form, caller=await session_for(rep))


async def names(api: Api, rep: Any) -> list[str]:
    """The names of a rep's tags."""
    answer = await api.get(TAGS, caller=await session_for(rep))
    return [row["name"] for row in answer.data["ret_data"]]


async def add(api: Api, rep: Any, *names: str) -> list[int]:
    """Put tags on a card."""
    return [(await post(api, rep, "add", name=name)).data[0]["id"] for name in names]


@pytest.mark.both
async def test_tags_are_added_and_listed(api: Api) -> None:
    rep = await make_rep()
    answers = [await post(api, rep, "add", name=name) for name in ("专业细致", " 收纳达人 ")]
    numbers = [answer.data[0]["id"] for answer in answers]
    rows = [
        {"id": numbers[0], "name": "专业细致"},
        {"id": numbers[1], "name": "收纳达人"},
    ]
    assert answers == [{"code": 200, "msg": "添加成功", "data": [row]} for row in rows]
    assert await api.get(TAGS, caller=await session_for(rep)) == {
        "code": 200,
        "msg": "",
        "data": {"user_id": str(rep.id), "ret_data": rows, "data_count": 2},
    }


async def test_a_rep_sees_its_own_tags_only(api: Api) -> None:
    rep = await make_rep()
    await add(api, await make_rep(rep.company), "专业细致")
    assert await names(api, rep) == []


@pytest.mark.both
async def test_a_name_is_on_a_card_once(api: Api) -> None:
    rep, other = await make_rep(), await make_rep()
    await add(api, other, "专业细致")
    answers = await asyncio.gather(*(post(api, rep, "add", name="专业细致") for _ in range(6)))
    assert sorted(answer["code"] for answer in answers) == [200] + [303] * 5
    complaint = "不能存在相同的标签名"
    answer = await post(api, rep, "add", name="专业细致")
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"name": complaint}}}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("", "标签不能为空"), (" ", "标签不能为空"), ("长" * 65, "标签长度不能超过64")],
)
async def test_a_name_that_is_wrong_is_complained_of(api: Api, name: str, complaint: str) -> None:
    answer = await post(api, await make_rep(), "add", name=name)
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"name": complaint}}}


async def test_nobody_adds_tags_without_end(api: Api) -> None:
    rep = await make_rep()
    rows = [{"rep": rep, "name": f"标签{number}"} for number in range(100)]
    await RepTag.insert_many(rows).aio_execute()
    answer = await post(api, rep, "add", name="一")
    assert (answer["code"], answer["msg"]) == (303, "标签不能超过100个")


@pytest.mark.both
async def test_exactly_the_saved_tags_are_kept(api: Api) -> None:
    rep, other = await make_rep(), await make_rep()
    await add(api, other, "别人的")
    first, _, third = await add(api, rep, "甲", "乙", "丙")
    answer = await post(api, rep, "save", tag_list=f"[{third},{first},{third}]")
    assert answer == {"code": 200, "msg": "添加成功", "data": []}
    assert await names(api, rep) == ["甲", "丙"]
    assert (await post(api, rep, "save", tag_list="[]"))["code"] == 200
    assert (await names(api, rep), await names(api, other)) == ([], ["别人的"])


@pytest.mark.both
async def test_a_tag_that_is_not_the_callers_is_not_found(api: Api) -> None:
    rep = await make_rep()
    (mine,) = await add(api, rep, "甲")
    await add(api, rep, "乙")
    (foreign,) = await add(api, await make_rep(rep.company), "丙")
    for number in (foreign, 10**6, -1):
        assert await post(api, rep, "save", tag_list=f"[{mine},{number}]") == NOT_FOUND
        assert await post(api, rep, "delete", id=number) == NOT_FOUND
    assert await names(api, rep) == ["甲", "乙"]
    assert await RepTag.select().aio_count() == 3


async def test_a_tag_is_deleted_once(api: Api) -> None:
    rep = await make_rep()
    first, _ = await add(api, rep, "甲", "乙")
    answer = await post(api, rep, "delete", id=first)
    assert answer == {"code": 200, "msg": "删除成功", "data": {}}
    assert await post(api, rep, "delete", id=first) == NOT_FOUND
    assert await names(api, rep) == ["乙"]


@pytest.mark.parametrize(
    ("operation", "field", "value", "code", "complaint"),
    [
        ("save", "tag_list", "", 303, "标签不能为空"),
        ("save", "tag_list", "x", 301, "标签必须是整数"),
        ("delete", "id", "", 303, "标签ID不能为空"),
        ("delete", "id", "x", 301, "标签ID必须是整数"),
    ],
)
async def test_what_is_wrong_is_complained_of(
    api: Api, operation: str, field: str, value: str, code: int, complaint: str
) -> None:
    answer = await post(api, await make_rep(), operation, **{field: value})
    assert answer == {"code": code, "msg": complaint, "data": {"errors": {field: complaint}}}
