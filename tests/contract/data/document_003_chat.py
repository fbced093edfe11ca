"""003-gongzhonghao.md: the chat of the official account."""

from __future__ import annotations

from models.customer import CustomerKind
from services.chat.pairs import Pair
from tests.app import App
from tests.contract.calls import Row, Scene
from tests.contract.data.scenes import speak
from tests.factories import bind, make_customer, make_rep

CHAT = "/zhugeleida/gongzhonghao/chat"

PAIR = {"customer_id": "$follower", "u_id": "$rep"}
MESSAGE = {
    "customer_id": 12,
    "user_id": 3,
    "user_avatar": "statics/imgs/setAvator.jpg",
    "customer_headimgurl": "statics/imgs/Avator.jpg",
    "customer": "林小雨",
    "dateTime": "2018-09-21T15:18:01.548",
    "send_type": 2,
    "is_first_info": True,
    "info_type": 1,
    "msg": "周三上午可以来看样品吗?",
}


async def talked(app: App) -> Scene:
    """A rep and a customer of the official account, of whom each has written to the other."""
    rep = await make_rep()
    follower = await make_customer(rep.company, CustomerKind.OFFICIAL_ACCOUNT)
    await bind(rep, follower)
    await speak(app, Pair(rep.id, follower.id))
    return {"rep": rep, "follower": follower}


ROWS = (
    Row(
        *("003", 5, "POST", f"{CHAT}/send_msg/0"),
        body={
            **PAIR,
            "content": '{"info_type": 1, "msg": "请问还有货吗?"}',
            "send_type": "2",
        },
        answer={"code": 200, "msg": "send msg successful", "data": {}},
        caller="follower",
        prepare=talked,
    ),
    Row(
        *("003", 60, "GET", f"{CHAT}/getmsg/0"),
        query={"u_id": "$rep"},
        answer={
            "code": 200,
            "msg": "实时获取-最新聊天信息成功",
            "data": {
                "ret_data": [{**MESSAGE, "user_avator": "statics/imgs/setAvator.jpg"}],
                "data_count": 1,
            },
        },
        caller="follower",
        prepare=talked,
    ),
    Row(
        *("003", 116, "GET", CHAT),
        query={**PAIR, "current_page": "1", "length": "20"},
        answer={
            "code": 200,
            "msg": "分页获取-全部聊天消息成功",
            "data": {
                "ret_data": [{**MESSAGE, "from_user_name": "林小雨"}],
                "mingpian_phone": "13800000001",
                "wechat": "zhouming",
                "data_count": 2,
            },
        },
        caller="follower",
        prepare=talked,
    ),
    Row(
        *("003", 180, "GET", f"{CHAT}/query_num/0"),
        query={"u_id": "$rep"},
        answer={"code": 200, "msg": "查询成功", "data": {"chatinfo_count": 1}},
        caller="follower",
        prepare=talked,
    ),
)
