"""003-gongzhonghao.md: what it prints of the radar and the address book."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.document_000_radar import ENTRY, ROOT, TIME_ANSWER
from tests.contract.data.scenes_radar import came_by_article, watched

ROWS = (
    Row(
        *("003", 223, "GET", f"{ROOT}/tongxunlu"),
        query={"order": "-expedted_pr"},
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [{**ENTRY, "article_id": 2, "title": "实木家具保养指南"}],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=came_by_article,
    ),
    Row(
        *("003", 647, "GET", f"{ROOT}/action/time"),
        query={"length": "10", "current_page": "1", "customer_id": "$customer"},
        answer=TIME_ANSWER,
        caller="rep",
        prepare=watched,
    ),
)
