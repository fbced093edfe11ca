"""002-xiaochengxu-v1.md: products, website and phone number."""

from __future__ import annotations

from typing import Any

from tests.contract.calls import Row
from tests.contract.data.scenes_shop import phone, shown_product, website

PRODUCT = "/zhugeleida/xiaochengxu/product"
PICTURE = "statics/zhugeleida/imgs/qiyeweixin/product/rep_3_20180624_204935_0a1b2c.jpg"
WEBSITE = "statics/zhugeleida/imgs/xiaochengxu/website/cover_1.png"

FACTS = {
    "id": 10,
    "name": "阳台洗衣柜",
    "price": "228",
    "user_avatar": "statics/imgs/setAvator.jpg",
    "reason": "防水防晒,放得下烘干机。",
    "publisher_date": "2018-07-21T11:24:03.761",
    "create_date": "2018-07-21",
    "status": "已发布",
    "status_code": 1,
}
COVER = [{"type": "picture_url", "data": [PICTURE]}]
FORWARDED: dict[str, Any] = {"code": 200, "msg": "记录转发产品成功", "data": {}}
ASKED: dict[str, Any] = {"code": 200, "msg": "咨询产品成功", "data": {}}


def about(line: int, name: str, answer: dict[str, Any]) -> Row:
    """A call about one product."""
    return Row(
        *("002", line, "GET", f"{PRODUCT}/{name}/"),
        query={"uid": "$rep", "product_id": "$product"},
        answer=answer,
        caller="customer",
        prepare=shown_product,
    )


ROWS = (
    Row(
        *("002", 260, "POST", "/zhugeleida/xiaochengxu/chat/encrypted_phone_number/0"),
        body={"u_id": "$rep", "encryptedData": "$data", "iv": "$iv"},
        answer={"code": 200, "msg": "查询成功", "data": {"phoneNumber": "13800000001"}},
        caller="customer",
        prepare=phone,
    ),
    about(
        *(842, "product_single"),
        {
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [
                    {
                        **FACTS,
                        "content": {
                            "cover_data": COVER,
                            "article_data": [{"type": "title", "data": ["台面怎么选"]}],
                        },
                    }
                ],
                "chatinfo_count": 0,
                "data_count": 1,
            },
        },
    ),
    Row(
        *("002", 1203, "GET", f"{PRODUCT}/product_list/"),
        query={"uid": "$rep"},
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [
                    {
                        **FACTS,
                        "content": {"cover_data": COVER},
                        "username": "周明",
                        "position": "销售经理",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="customer",
        prepare=shown_product,
    ),
    about(1271, "forward_product", FORWARDED),
    about(1318, "consult_product", ASKED),
    Row(
        *("002", 1366, "GET", "/zhugeleida/xiaochengxu/website"),
        query={"uid": "$rep"},
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": {
                    "cover_picture": [{"picture_url": WEBSITE}],
                    "content_picture": [{"picture_url": WEBSITE}],
                },
                "data_count": 2,
            },
        },
        caller="customer",
        prepare=website,
    ),
)
