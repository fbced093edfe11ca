"""004-xiaochengxu-v2.md: cases and diaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.calls import Row
from tests.contract.data.scenes_library import library

MINI = "/zhugeleida/xiaochengxu"
COMPANY = {"company_id": "$company"}

DIARY: dict[str, Any] = {
    "diary_id": 3,
    "case_id": 1,
    "company_id": 1,
    "title": "安装那一天",
    "diary_date": "2019-01-28 13:50:00",
    "cover_picture": '["statics/imgs/d.jpg"]',
    "content": "[]",
    "status": 1,
    "status_text": "已发",
    "cover_show_type": 1,
    "cover_show_type_text": "只展示图片",
    "create_date": "2019-01-28 14:03:11",
}
MET: dict[str, Any] = {
    "case_id": 1,
    "company_id": 1,
    "customer_name": "阿宁一家",
    "headimgurl": "statics/imgs/a.jpg",
    "cover_picture": '["statics/imgs/c.jpg"]',
    "status": 1,
    "status_text": "已发",
    "tag_list": [],
    "last_diary_data": DIARY,
    "create_date": "2019-01-30 14:13:17",
}
TAGS = {"ret_data": [{"id": 2, "name": "收纳"}], "data_count": 1}
DIARIES = {
    "ret_data": [
        {
            **DIARY,
            "interval_days": 0,
            "read_count": 0,
            "comment_count": 0,
            "up_count": 0,
            "is_praise_diary": 0,
            "is_praise_diary_text": "未点赞",
        }
    ],
    "data_count": 1,
}


def ask(
    line: int,
    path: str,
    msg: str,
    data: Mapping[str, Any],
    query: Mapping[str, str] | None = None,
    caller: str = "customer",
    **more: Any,
) -> Row:
    """A question about the library."""
    return Row(
        *("004", line, "GET", path),
        query={**COMPANY, **(query or {})},
        answer={"code": 200, "msg": msg, "data": data, **more},
        caller=caller,
        prepare=library,
    )


def act(
    line: int,
    path: str,
    answer: Mapping[str, Any],
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, str] | None = None,
) -> Row:
    """Something that a customer does in the library; where the document shows no answer, ours."""
    return Row(
        *("004", line, "POST", path),
        query={**COMPANY, **(query or {})},
        body=body or {},
        answer={"code": 200, **answer},
        caller="customer",
        prepare=library,
    )


def cases(query: Mapping[str, str] | None = None) -> Row:
    """The list of cases, in one of its three uses."""
    rows = [{**MET, "update_date": "2019-01-28 14:38:15"}]
    data = {"ret_data": rows, "data_count": 1}
    return ask(1622, f"{MINI}/case_manage/case_list", "查询成功", data, query, note={})


def diaries(family: str, caller: str, query: Mapping[str, str] | None = None) -> Row:
    """The list of diaries, on one of its two URLs."""
    path = f"/zhugeleida/{family}/diary_manage/diary_list"
    return ask(1830, path, "查询成功", DIARIES, query, caller, note={})


def record(line: int, name: str) -> Row:
    """One of the two records of a customer."""
    data = {"ret_data": [MET], "data_count": 1}
    return ask(line, f"{MINI}/case_manage/{name}", "查询成功", data, note={})


ROWS = (
    cases(),
    cases({"case_id": "$case"}),
    cases({"search_tag_id": "$tag"}),
    ask(1694, f"{MINI}/case_tag/case_list", "", TAGS, {"name": "标签"}),
    ask(1745, f"{MINI}/case_tag/history_case_list", "", TAGS, note={}),
    ask(1789, f"{MINI}/case_tag/top_search_tag_list", "", TAGS, note={}),
    diaries("admin", "customer"),
    diaries("admin", "customer", {"diary_id": "$diary"}),
    diaries("admin", "rep"),
    diaries("xiaochengxu", "customer"),
    act(
        *(1895, f"{MINI}/diary_manage/review_diary/$diary"),
        {"msg": "成功", "data": {}},
        body={"content": "玄关的收纳真实用。"},
    ),
    ask(
        *(1941, f"{MINI}/diary_manage/diary_id_review_list/$diary", "查询成功"),
        {
            "ret_data": [
                {
                    "from_customer_id": 1,
                    "from_customer_name": "林小雨",
                    "from_customer_headimgurl": "statics/imgs/Avator.jpg",
                    "content": "玄关的收纳真实用。",
                    "create_time": "2019-01-29 20:01:27",
                }
            ],
            "data_count": 1,
        },
        note={},
    ),
    act(
        *(1988, f"{MINI}/case_manage/collection_case"),
        {"msg": "收藏成功", "data": {}},
        query={"case_id": "$case", "status": "1"},
    ),
    act(
        *(2016, f"{MINI}/diary_manage/praise_diary/$diary"),
        {"msg": "点赞成功", "data": {"is_praise_diary": 1, "up_count": 1}},
    ),
    record(2048, "browse_case_list_record"),
    record(2138, "collection_case_list_record"),
)
