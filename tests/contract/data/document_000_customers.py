"""000-qiyeweixin.md: single customers and tags."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes import pair
from tests.contract.data.scenes_customers import card_tag, known

CUSTOMER = "/zhugeleida/qiyeweixin/customer"
TAGS_IN_USE = "/zhugeleida/qiyeweixin/tag_customer"
ALL_TAGS = "/zhugeleida/qiyeweixin/tag_list"
CARD_TAGS = "/zhugeleida/qiyeweixin/tag_user"

ADDED = {"code": 200, "msg": "添加成功", "data": {}}
TAG = {"id": 6, "name": "重要客户"}

THE_CUSTOMER = {
    "code": 200,
    "msg": "查询成功",
    "data": {
        "ret_data": [
            {
                "id": 12,
                "username": "林小雨",
                "headimgurl": "statics/imgs/Avator.jpg",
                "expected_time": "2018-06-14",
                "expedted_pr": "80",
                "ai_pr": "80",
                "superior": "秦朗",
                "source": "扫码",
                "memo_name": "",
                "phone": "",
                "email": "",
                "company": "",
                "position": "",
                "address": "",
                "birthday": "1991-05-21",
                "mem": "",
                "tag": ["重要客户"],
            }
        ],
        "data_count": 1,
    },
}

INFORMATION = {
    "username": "林女士",
    "belonger": "$rep",
    "superior": "$parent",
    "source": "1",
    "sex": "2",
    "memo_name": "林小雨",
    "phone": "13900000012",
    "email": "lin@example.com",
    "company": "青禾书店",
    "position": "店长",
    "address": "杭州市拱墅区",
    "mem": "周末到馆比较方便",
    "birthday": "1991-05-2",
}

ROWS = (
    Row(
        *("000", 192, "GET", CUSTOMER),
        query={"customer_id": "$customer"},
        answer=THE_CUSTOMER,
        caller="rep",
        prepare=known,
    ),
    Row(
        *("000", 260, "POST", f"{CUSTOMER}/update_information/$customer"),
        body=INFORMATION,
        answer=ADDED,
        caller="rep",
        prepare=known,
    ),
    Row(
        *("000", 319, "POST", f"{CUSTOMER}/update_customer/$customer"),
        body={"tag_list": "[$tag]", "expedted_pr": "80%", "expected_time": "2018-06-06"},
        answer=ADDED,
        caller="rep",
        prepare=known,
    ),
    Row(
        *("000", 364, "GET", f"{CUSTOMER}/delete/$customer"),
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 710, "GET", TAGS_IN_USE),
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [
                    {
                        **TAG,
                        "tag_id": 6,
                        "customer_num": 1,
                        "customer_list": [
                            {"id": 12, "headimgurl": "statics/imgs/Avator.jpg", "name": "林小雨"}
                        ],
                    }
                ],
                "ret_count": 12,
            },
        },
        caller="rep",
        prepare=known,
    ),
    Row(
        *("000", 906, "POST", f"{TAGS_IN_USE}/add/0"),
        body={"name": "喜欢木色", "customer_list": "[$customer]"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 940, "GET", ALL_TAGS),
        answer={
            "code": 200,
            "msg": "请求成功",
            "data": {"ret_data": [{"tags": [TAG], "name": "级别"}], "tag_count": 4},
        },
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 1030, "POST", f"{ALL_TAGS}/add_tag/$customer"),
        body={"name": "喜欢木色"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 1070, "POST", f"{ALL_TAGS}/customer_tag/$customer"),
        body={"tag_list": "[$tag]"},
        answer={"code": 200, "msg": "修改成功", "data": {}},
        caller="rep",
        prepare=known,
    ),
    Row(
        *("000", 2054, "POST", f"{CUSTOMER}/update_expected_time/$customer"),
        body={"expected_time": "2018-06-14"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 2085, "POST", f"{CUSTOMER}/update_expected_pr/$customer"),
        body={"update_expected_pr": "80%"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 2120, "GET", CARD_TAGS),
        answer={
            "code": 200,
            "msg": "",
            "data": {"user_id": "2", "ret_data": [TAG], "data_count": 1},
        },
        caller="rep",
        prepare=card_tag,
    ),
    Row(
        *("000", 2171, "POST", f"{CARD_TAGS}/add"),
        body={"name": "积极主动"},
        answer={"code": 200, "msg": "添加成功", "data": [TAG]},
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("000", 2231, "POST", f"{CARD_TAGS}/save"),
        body={"tag_list": "[$tag]"},
        answer={"code": 200, "msg": "添加成功", "data": []},
        caller="rep",
        prepare=card_tag,
    ),
    Row(
        *("000", 2288, "POST", f"{CARD_TAGS}/delete"),
        body={"id": "$tag"},
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="rep",
        prepare=card_tag,
    ),
)
