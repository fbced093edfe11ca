"""000-qiyeweixin.md: the radar, the address book and follow-ups."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes_radar import came_by_article, followed, watched

ROOT = "/zhugeleida/qiyeweixin"
WINDOW = {"create_date__gte": "2018-06-07", "create_date__lt": "2099-06-14"}
NOTED = "查询日志记录成功"

TIME_ANSWER = {
    "code": 200,
    "msg": NOTED,
    "data": {
        "ret_data": [
            {
                "user_id": 1,
                "customer_id": 2,
                "headimgurl": "statics/imgs/Avator.jpg",
                "log": "林小雨转发了你的名片,你的人脉圈正在裂变",
                "create_date": "2018-06-19T10:03:29",
            }
        ],
        "data_count": 1,
    },
}

ENTRY = {
    "customer_id": 12,
    "customer_username": "林小雨",
    "headimgurl": "statics/imgs/Avator.jpg",
    "expected_time": "2018-06-09",
    "expedted_pr": 0,
    "last_follow_time": "今天",
    "last_activity_time": "今天",
    "follow_status": "今天跟进",
}

ROWS = (
    Row(
        *("000", 1324, "GET", f"{ROOT}/action/get_new_log"),
        query={"action": "6"},
        answer={
            "code": 200,
            "msg": NOTED,
            "data": {
                "ret_data": [
                    {
                        "user_id": 2,
                        "customer_id": 2,
                        "action": "转发名片",
                        "log": "林小雨转发了你的名片,你的人脉圈正在裂变",
                        "create_date": "2018-06-21T09:24:59.613",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=watched,
    ),
    Row(
        *("000", 1462, "GET", f"/{ROOT}/action/time"),
        query={"length": "5", "current_page": "1", "action": "6", "id": "1", **WINDOW},
        answer=TIME_ANSWER,
        caller="rep",
        prepare=watched,
    ),
    Row(
        *("000", 1551, "GET", f"/{ROOT}/action/customer"),
        query={"customer_id": "$customer", **WINDOW},
        answer={
            "code": 200,
            "msg": NOTED,
            "data": [
                {
                    "totalCount": 1,
                    "customer_id": 1,
                    "customer__username": "林小雨",
                    "user_id": "1",
                    "headimgurl": "statics/imgs/Avator.jpg",
                    "detail": {"6": {"count": 1, "name": "转发名片"}},
                }
            ],
        },
        caller="rep",
        prepare=watched,
    ),
    Row(
        *("000", 1630, "GET", f"{ROOT}/action/count"),
        query=WINDOW,
        answer={
            "code": 200,
            "msg": NOTED,
            "data": [
                {
                    "action": {
                        "1": "查看名片",
                        "2": "查看产品",
                        "3": "查看动态",
                        "4": "查看官网",
                        "5": "复制微信",
                        "6": "转发名片",
                        "7": "咨询产品",
                        "8": "保存电话",
                        "9": "觉得靠谱",
                        "10": "拨打电话",
                        "11": "播放语音",
                        "12": "复制邮箱",
                    },
                    "detail": {"6": 1},
                    "user_id": "1",
                }
            ],
        },
        caller="rep",
        prepare=watched,
    ),
    Row(
        *("000", 1700, "GET", f"{ROOT}/tongxunlu"),
        query={"customer__source": "1", "order": " customer__expedted_pr"},
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [{**ENTRY, "belonger": "lisi", "source": 1}],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=came_by_article,
    ),
    Row(
        *("000", 1767, "GET", f"{ROOT}/follow_language"),
        query={"current_page": "1", "length": "20"},
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [],
                "data_count": {
                    "user_id": "1",
                    "follow_language_data": [
                        {"language_id": 11, "user_id": 1, "language": "已电话回访"}
                    ],
                },
            },
        },
        caller="rep",
        prepare=followed,
    ),
    Row(
        *("000", 1870, "POST", f"{ROOT}/follow_language/add/0"),
        body={"custom_language": "已寄出样品册"},
        answer={"code": 200, "msg": "添加成功", "data": {"language_id": 14}},
        caller="rep",
        prepare=followed,
    ),
    Row(
        *("000", 1914, "POST", f"{ROOT}/follow_language/delete/$phrase"),
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="rep",
        prepare=followed,
    ),
    Row(
        *("000", 1936, "GET", f"{ROOT}/follow_info"),
        query={"customer_id": "$customer", "length": "10", "current_page": "1"},
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [
                    {
                        "user_customer_flowup__customer__headimgurl": "statics/imgs/Avator.jpg",
                        "user_customer_flowup__user__avatar": "statics/imgs/setAvator.jpg",
                        "user_customer_flowup__user__username": "lisi",
                        "user_customer_flowup__user_id": 1,
                        "user_customer_flowup__customer_id": 1,
                        "follow_info": "已电话回访,约好周五来店。",
                        "create_date": "2018-06-12T21:52:31.456",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=followed,
    ),
    Row(
        *("000", 2006, "POST", f"{ROOT}/follow_info/add/$customer"),
        body={"follow_info": "客户想看榫卯样品,周六上门。"},
        answer={"code": 200, "msg": "添加成功", "data": {}},
        caller="rep",
        prepare=followed,
    ),
)
