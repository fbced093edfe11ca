"""004-xiaochengxu-v2.md: goods that are handed on and asked about."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.document_002_shop import ASKED, FORWARDED
from tests.contract.data.scenes_shop import goods_on_sale

MALL = "/zhugeleida/xiaochengxu/mallManage"

ROWS = tuple(
    Row(
        *("004", line, "GET", f"{MALL}/{name}"),
        query={"uid": "$rep", "product_id": "$goods"},
        answer=answer,
        caller="customer",
        prepare=goods_on_sale,
    )
    for line, name, answer in (
        (1272, "forward_product/", FORWARDED),
        (1317, "consult_product", ASKED),
    )
)
