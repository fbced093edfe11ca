"""002-xiaochengxu-v1.md: the mini program."""

from __future__ import annotations

from typing import Any

from tests.contract.calls import Row
from tests.contract.data.document_000 import MESSAGE
from tests.contract.data.scenes import mini_program, pair, strangers, talked, two_bonds

LOGIN = "/zhugeleida/xiaochengxu/login"
CARD = "/zhugeleida/xiaochengxu/mingpian"
CHATS = ("/zhugeleida/qiyeweixin/chat", "/zhugeleida/xiaochengxu/chat")

TEXT = '{"info_type": 1, "msg": "请问还有货吗?"}'
PROFILE = {
    "username": "林小雨",
    "headimgurl": "$simulator/avatars/demo-customer-7.png",
    "city": "杭州",
    "country": "中国",
    "province": "浙江",
    "language": "zh_CN",
}
LOGGED: dict[str, Any] = {"code": 200, "msg": "记录日志成功", "data": {}}


def logged(line: int, name: str, answer: dict[str, Any], **query: str) -> Row:
    """A call that logs what a customer does with a card."""
    return Row(
        *("002", line, "GET", f"{CARD}/{name}"),
        query={"uid": "$rep", **query},
        answer=answer,
        caller="customer",
        prepare=pair,
    )


ROWS = (
    Row(
        *("002", 26, "GET", LOGIN),
        query={"code": "demo-customer-7", "user_type": "2", "source": "1"},
        answer={
            "code": 200,
            "msg": "返回成功",
            "data": {
                "cid": 7,
                "user_id": 7,
                "token": "5d41402abc4b2a76b9719d911017c592",
                "uid": 3,
                "company_id": 1,
            },
        },
        caller=None,
        prepare=mini_program,
    ),
    Row(
        *("002", 55, "GET", f"{LOGIN}/binding"),
        query={
            "code": "demo-customer-7",
            "user_type": "2",
            "source": "1",
            "uid": "$rep",
            "pid": "$parent",
        },
        answer={"code": 200, "msg": "绑定关系成功", "data": {"is_new": True}},
        caller="customer",
        prepare=strangers,
    ),
    Row(
        *("002", 88, "POST", f"{LOGIN}/send_user_info"),
        body=PROFILE,
        answer={"code": 200, "msg": "保存成功", "data": {"ret_data": "林小雨 已向您授权登录页面"}},
        caller="customer",
        prepare=strangers,
    ),
    Row(
        *("002", 117, "POST", f"{LOGIN}/send_form_id"),
        body={"formId": "1528871213546"},
        answer={"code": 200, "msg": "保存成功", "data": {}},
        caller="customer",
        prepare=strangers,
    ),
    *(
        Row(
            *("002", 142, "GET", path),
            query={"customer_id": "$customer", "current_page": "1", "length": "20"},
            answer={"code": 200, "msg": "分页获取聊天消息成功", "data": [MESSAGE]},
            caller="customer",
            prepare=talked,
        )
        for path in CHATS
    ),
    *(
        Row(
            *("002", 206, "POST", f"{path}/send_msg/0"),
            body={
                "customer_id": "$customer",
                "user_id": "$rep",
                "content": TEXT,
                "send_type": "2",
            },
            answer={"code": 200, "msg": "send msg successful", "data": {}},
            caller="customer",
            prepare=talked,
        )
        for path in CHATS
    ),
    *(
        Row(
            *("002", 300, "GET", f"{path}/getmsg/0"),
            query={"u_id": "$rep"},
            answer={"code": 200, "msg": "实时获取-最新聊天记录成功", "data": [MESSAGE]},
            caller="customer",
            prepare=talked,
        )
        for path in CHATS
    ),
    Row(
        *("002", 358, "GET", "/zhugeleida/xiaochengxu/chat/query_num/0"),
        query={"u_id": "$rep"},
        answer={"code": 200, "msg": "查询成功", "data": {"chatinfo_count": 1}},
        caller="customer",
        prepare=talked,
    ),
    Row(
        *("002", 405, "GET", CARD),
        query={"uid": "$rep"},
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [
                    {
                        "id": 3,
                        "username": "周明",
                        "avatar": "statics/imgs/setAvator.jpg",
                        "mingpian_avatar": "statics/imgs/setAvator.jpg",
                        "company": "晨光家居",
                        "address": "杭州市西湖区文三路 1 号",
                        "position": "销售经理",
                        "email": "zhou@example.com",
                        "wechat": "zhouming",
                        "mingpian_phone": "13800000001",
                        "create_date": "2018-06-08T22:03:23.772",
                        "popularity_num": 12,
                        "praise_num": 1,
                        "forward_num": 2,
                        "is_praise": False,
                        "sign": "用心做好每一件家具",
                        "is_sign": False,
                        "sign_num": 20,
                        "photo": [{"id": 1, "photo_url": "statics/imgs/setAvator.jpg"}],
                    }
                ],
                "data_count": 1,
            },
        },
        caller="customer",
        prepare=pair,
    ),
    Row(
        *("002", 480, "GET", f"{CARD}/all"),
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [
                    {
                        "id": 3,
                        "username": "周明",
                        "source": "扫码",
                        "avatar": "statics/imgs/setAvator.jpg",
                        "company": "晨光家居",
                        "position": "销售经理",
                        "email": "zhou@example.com",
                        "mingpian_phone": "13800000001",
                        "create_date": "2018-06-08T22:03:23.772",
                    }
                ],
                "data_count": 2,
            },
        },
        caller="customer",
        prepare=two_bonds,
    ),
    logged(539, "calling", LOGGED, action="10"),
    logged(577, "save_wechat", LOGGED, action="10"),
    logged(618, "praise", LOGGED),
    logged(658, "forward", LOGGED, action="6"),
    logged(
        701,
        "up_sign",
        {
            "code": 200,
            "msg": "记录日志成功",
            "data": {"ret_data": {"sign_num": 11, "is_sign": True}},
        },
    ),
)
