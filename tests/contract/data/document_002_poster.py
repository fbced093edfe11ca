"""002-xiaochengxu-v1.md: posters of cards."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes_poster import handed_on

CARD = "/zhugeleida/xiaochengxu/mingpian"

ROWS = (
    Row(
        *("002", 745, "GET", f"{CARD}/create_poster"),
        query={"uid": "$rep"},
        answer={
            "code": 200,
            "msg": "请求成功",
            "data": [
                {
                    "user_id": 3,
                    "user_avatar": "statics/imgs/setAvator.jpg",
                    "username": "周明",
                    "position": "销售经理",
                    "mingpian_phone": "13800000001",
                    "company": "晨光家居",
                    "qr_code_url": "statics/zhugeleida/imgs/xiaochengxu/qr_code/3_7_qrcode.jpg",
                }
            ],
        },
        caller="customer",
        prepare=handed_on,
    ),
    Row(
        *("002", 796, "GET", f"{CARD}/save_poster"),
        query={"uid": "$rep"},
        answer={
            "code": 200,
            "msg": "请求成功",
            "data": {
                "user_id": "3",
                "poster_url": "statics/zhugeleida/imgs/xiaochengxu/user_poster/3/3_7_poster.png",
            },
        },
        caller="customer",
        prepare=handed_on,
    ),
)
