"""The library as its back office reads it, and what customers see of it."""

from __future__ import annotations

from typing import Any

from models.database import fetch_all
from tests.api import Api
from tests.factories import session_for
from tests.handlers.qiyeweixin.staff import Office

CASES = "/zhugeleida/admin/case_manage"
DIARIES = "/zhugeleida/admin/diary_manage"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
TABLES = ("case_story", "case_tag", "case_tag_link", "diary", "diary_comment")


async def listed(office: Office, path: str, **query: object) -> list[dict[str, Any]]:
    """Ask for a list and check its count."""
    answer = await office.get(path, query)
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    assert answer.data["data_count"] == len(answer.data["ret_data"])
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    return rows


async def seen(api: Api, customer: Any, path: str, **query: object) -> list[dict[str, Any]]:
    """What a customer sees of the library."""
    url = f"/zhugeleida/xiaochengxu/{path}"
    answer = await api.get(url, query, caller=await session_for(customer))
    assert answer["code"] == 200, answer
    rows: list[dict[str, Any]] = answer.data["ret_data"]
    return rows


async def all_rows() -> list[Any]:
    """Everything that the back office writes of the library."""
    return [await fetch_all(f"SELECT * FROM {table} ORDER BY id") for table in TABLES]
