"""000-qiyeweixin.md: the radar in WeCom."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes import talked, wecom

CHAT = "/zhugeleida/qiyeweixin/chat"

MESSAGE = {
    "customer_id": 12,
    "user_id": 3,
    "src": "http://crm.example.com/statics/imgs/Avator.jpg",
    "name": "林小雨",
    "dateTime": "2018-06-13T11:49:57.000",
    "msg": "周三上午可以来看样品吗?",
    "send_type": 2,
}

ROWS = (
    Row(
        *("000", 1114, "GET", "/zhugeleida/qiyeweixin/contact"),
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [
                    {
                        "customer_id": 12,
                        "src": "http://crm.example.com/statics/imgs/Avator.jpg",
                        "name": "林小雨",
                        "dateTime": "11:49",
                        "msg": "周三上午可以来看样品吗?",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=talked,
    ),
    Row(
        *("000", 1169, "GET", f"/{CHAT}"),
        query={"customer_id": "$customer", "current_page": "1", "length": "20"},
        answer={"code": 200, "msg": "分页获取聊天消息成功", "data": [MESSAGE]},
        caller="rep",
        prepare=talked,
    ),
    Row(
        *("000", 1233, "POST", f"{CHAT}/send_msg/0"),
        body={"customer_id": "$customer", "user_id": "$rep", "msg": "好的", "send_type": "1"},
        answer={"code": 200, "msg": "send msg successful", "data": {}},
        caller="rep",
        prepare=talked,
    ),
    Row(
        *("000", 1267, "GET", f"{CHAT}/getmsg/0"),
        query={"customer_id": "$customer"},
        answer={"code": 200, "msg": "实时获取-最新聊天记录成功", "data": [MESSAGE]},
        caller="rep",
        prepare=talked,
    ),
    Row(
        *("000", 1437, "GET", "/zhugeleida/qiyeweixin/work_weixin_auth/$company"),
        query={"code": "demo-rep-1", "user_type": "1", "source": "2"},
        answer={
            "redirect": {
                "token": "5d41402abc4b2a76b9719d911017c592",
                "id": "3",
                "user_id": "3",
                "avatar": "statics/zhugeleida/imgs/rep_3.jpg",
                "is_first_login": "Yes",
            }
        },
        caller=None,
        prepare=wecom,
    ),
)
