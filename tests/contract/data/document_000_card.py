"""000-qiyeweixin.md: the rep's own card, its code, and pictures in chunks."""

from __future__ import annotations

from typing import Any

from tests.contract.calls import Row
from tests.contract.data.scenes_pictures import (
    TASK,
    photographed,
    pictured,
    sending,
    with_mini_program,
)
from tests.pictures import drawn

CARD = "/zhugeleida/qiyeweixin/mingpian"
PRODUCT = "/zhugeleida/qiyeweixin/product"
FOLDERS = "statics/zhugeleida/imgs"

SAVED = {"code": 200, "msg": "保存成功", "data": {}}
SENT = {"code": 200, "msg": "上传成功", "data": {}}
DELETED = {"code": 200, "msg": "删除成功", "data": {}}
CHUNK: dict[str, Any] = {
    "body": {"task_id": "o_1cvbbg3h5", "chunk": "0"},
    "files": {"file": ("blob", drawn())},
}

ROWS = (
    Row(
        *("000", 1393, "GET", "/zhugeleida/qiyeweixin/qr_code_auth"),
        answer={"code": 200, "msg": "生成小程序二维码成功", "data": {}},
        caller="rep",
        prepare=with_mini_program,
    ),
    Row(
        *("000", 2347, "POST", f"{CARD}/save_phone"),
        body={"mingpian_phone": "13812345678", "is_show_phone": "False"},
        answer=SAVED,
        caller="rep",
        prepare=photographed,
    ),
    *(
        Row(
            *("000", 2406, "POST", path),
            body={
                "wechat": "linxiaoyu",
                "mingpian_phone": "13812345678",
                "telephone": "021-65432100",
                "email": "lin@example.com",
                "country": "1",
                "area": "上海市 上海 杨浦区",
                "address": "长阳路1687号",
            },
            answer=SAVED,
            caller="rep",
            prepare=photographed,
        )
        for path in (f"{CARD}/save_phone", f"{CARD}/save_info")
    ),
    Row(
        *("000", 2475, "POST", f"{CARD}/save_sign"),
        body={"sign": "好茶慢慢喝"},
        answer=SAVED,
        caller="rep",
        prepare=photographed,
    ),
    Row(
        *("000", 2531, "GET", f"{CARD}/show_photo"),
        answer={
            "code": 200,
            "msg": "获取成功",
            "data": {
                "ret_data": [{"id": 4, "photo_url": f"{FOLDERS}/xiaochengxu/user_photo/rep_3.jpg"}],
                "user_id": "3",
            },
        },
        caller="rep",
        prepare=photographed,
    ),
    Row(
        *("000", 2584, "POST", f"{CARD}/upload_photo/0"),
        answer=SENT,
        caller="rep",
        prepare=photographed,
        **CHUNK,
    ),
    Row(
        *("000", 2584, "GET", f"{CARD}/upload_complete/0"),
        query={"filename": "icon_03.png", "task_id": TASK},
        answer={
            "code": 200,
            "msg": "上传成功",
            "data": {
                "photo_id": 7,
                "photo_url": f"{FOLDERS}/xiaochengxu/user_photo/rep_3.png",
            },
        },
        caller="rep",
        prepare=sending,
    ),
    Row(
        *("000", 2659, "POST", f"{CARD}/delete_photo"),
        body={"photo_id": "$photo"},
        answer=DELETED,
        caller="rep",
        prepare=photographed,
    ),
    Row(
        *("000", 3102, "POST", f"{PRODUCT}/add_picture/0"),
        answer=SENT,
        caller="rep",
        prepare=pictured,
        **CHUNK,
    ),
    Row(
        *("000", 3102, "POST", f"{PRODUCT}/upload_complete/0"),
        body={"filename": "sofa.png", "task_id": TASK, "chunk": "0", "picture_type": "1"},
        answer={
            "code": 200,
            "msg": "添加图片成功",
            "data": {
                "ret_data": {
                    "picture_id": 20,
                    "picture_url": f"{FOLDERS}/qiyeweixin/product/rep_3.png",
                }
            },
        },
        caller="rep",
        prepare=sending,
    ),
    Row(
        *("000", 3177, "POST", f"{PRODUCT}/delete_picture/$picture"),
        body={"product_id": "$product"},
        answer=DELETED,
        caller="rep",
        prepare=pictured,
    ),
)
