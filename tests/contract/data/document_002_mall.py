"""002-xiaochengxu-v1.md: classes and settings of the mall."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes_mall import classes, set_up, unset

OPER = "/zhugeleida/xiaochengxu/goodsClassOper"
SHOW = "/zhugeleida/xiaochengxu/goodsClassShow"
SETTINGS = "/zhugeleida/xiaochengxu/jiChuSheZhiOper/addOrUpdate"

FORM = {"classificationName": "卧室软装", "goodsNum": "12", "parentClassification": "$first"}
ACCOUNT = {
    "shangChengName": "晨光家居",
    "shangHuHao": "1900000109",
    "shangHuMiYao": "Kw7Qm2Zx9Rt4Lp6Vb8Nc1Hd3Fg5Js0Ya",
}

ROWS = (
    Row(
        *("002", 1436, "POST", f"{OPER}/add/0"),
        body=FORM,
        answer={"code": 200, "msg": "添加成功", "data": {}},
        caller="admin",
        prepare=classes,
    ),
    Row(
        *("002", 1453, "POST", f"{OPER}/update/$child"),
        body={"o_id": "$child", **FORM},
        answer={"code": 200, "msg": "修改成功", "data": {}},
        caller="admin",
        prepare=classes,
    ),
    Row(
        *("002", 1471, "POST", f"{OPER}/delete/$child"),
        body={"o_id": "$child"},
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="admin",
        prepare=classes,
    ),
    *(
        Row(
            *("002", 1486, "GET", SHOW),
            answer={
                "code": 200,
                "msg": "查询成功",
                "data": [{"name": "客厅餐厅", "id": 1, "children": [{"name": "灯具", "id": 2}]}],
            },
            caller=caller,
            prepare=classes,
        )
        for caller in ("rep", "customer")
    ),
    Row(
        *("002", 1486, "GET", SHOW),
        query={"singleUser": "$first"},
        answer={"code": 200, "msg": "查询成功", "data": [{"name": "灯具", "id": 2}]},
        caller="customer",
        prepare=classes,
    ),
    *(
        Row(
            *("002", 1530, "POST", SETTINGS),
            body=ACCOUNT,
            answer={"code": 200, "msg": msg, "data": ""},
            caller="admin",
            prepare=prepare,
        )
        for msg, prepare in (("修改成功", set_up), ("创建成功", unset))
    ),
)
