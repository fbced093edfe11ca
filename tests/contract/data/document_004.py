"""004-xiaochengxu-v2.md: what the mini program has got since."""

from __future__ import annotations

from typing import Any

from tests.contract.calls import Row
from tests.contract.data.document_002 import PROFILE
from tests.contract.data.scenes import mini_program, pair, strangers

TEST_LOGIN = "/zhugeleida/xiaochengxu/test_login"
MESSAGE = {
    "user_id": "$customer",
    "u_id": "$rep",
    "content": '{"msg": "请问还有货吗?", "info_type": 1}',
}


def frame(body: dict[str, object], answer: dict[str, Any]) -> Row:
    """A frame on the chat socket."""
    return Row(
        *("004", 1434, "WEBSOCKET", "/zhugeleida/public/websocket/xiaochengxu"),
        body=body,
        answer=answer,
        caller=None,
        prepare=pair,
    )


ROWS = (
    frame(
        {"u_id": "$rep", "user_id": "$customer", "type": "register"},
        {"code": 200, "msg": "注册成功"},
    ),
    frame({**MESSAGE}, {"code": 200, "msg": "小程序消息-发送成功"}),
    frame(
        {**MESSAGE},
        {
            "data": {
                "ret_data": [
                    {
                        "customer_id": 12,
                        "user_id": 3,
                        "user_avatar": "statics/imgs/setAvator.jpg",
                        "customer_headimgurl": "statics/imgs/Avator.jpg",
                        "customer": "林小雨",
                        "dateTime": "2018-11-07 19:41:14",
                        "send_type": 2,
                        "is_first_info": False,
                        "msg": "请问还有货吗?",
                        "info_type": 1,
                    }
                ],
                "data_count": 1,
            },
            "code": 200,
            "msg": "实时推送小程序-最新聊天信息成功",
        },
    ),
    frame({"u_id": "$rep", "user_id": "$customer", "type": "closed"}, {}),
    Row(
        *("004", 1540, "GET", TEST_LOGIN),
        query={"code": "demo-customer-7"},
        answer={
            "code": 200,
            "msg": "返回成功",
            "data": {"cid": 7, "token": "5d41402abc4b2a76b9719d911017c592"},
        },
        caller=None,
        prepare=mini_program,
    ),
    Row(
        *("004", 1562, "POST", f"{TEST_LOGIN}/send_form_id"),
        query={"user_id": "$customer"},
        body={"formId": "1528871213546"},
        answer={"code": 200, "msg": "保存成功", "data": {}},
        caller=None,
        prepare=strangers,
    ),
    Row(
        *("004", 1590, "POST", f"{TEST_LOGIN}/send_user_info"),
        query={"user_id": "$customer"},
        body=PROFILE,
        answer={"code": 200, "msg": "保存成功", "data": {"ret_data": "林小雨 已向您授权登录页面"}},
        caller=None,
        prepare=strangers,
    ),
)
