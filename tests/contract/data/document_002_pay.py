"""002-xiaochengxu-v1.md: paying for goods."""

from __future__ import annotations

from tests.app import App
from tests.contract.calls import Row, Scene
from tests.orders import make_mall


async def mall(app: App) -> Scene:
    """A customer of a company that sells goods."""
    made = await make_mall()
    return {
        "rep": made.rep,
        "customer": made.customer,
        "program": made.program,
        "goods": made.goods,
    }


ROWS = (
    Row(
        *("002", 1552, "POST", "/zhugeleida/xiaochengxu/yuZhiFu"),
        body={"u_id": "$customer", "goodsId": "$goods", "xiaochengxu_id": "$program"},
        answer={
            "code": 200,
            "msg": "预支付请求成功",
            "data": {
                "appId": "wx-demo-1",
                "timeStamp": 1538296517,
                "nonceStr": "5d41402abc4b2a76b9719d911017c592",
                "package": "prepay_id=wx30163520613698539c984ce60126384171",
                "signType": "MD5",
                "paySign": "7D793037A0760186574B0282F2F435E7",
            },
        },
        caller="customer",
        prepare=mall,
    ),
)
