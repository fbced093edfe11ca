"""000-qiyeweixin.md: products."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.scenes_products import pictures, product

PRODUCT = "/zhugeleida/qiyeweixin/product"
PICTURE = "statics/zhugeleida/imgs/qiyeweixin/product/rep_3_20180624_204935_0a1b2c.jpg"

FACTS = {
    "id": 22,
    "name": "玄关柜定制",
    "publisher": "我添加的",
    "publisher_date": "2018-06-26T14:08:44.480",
    "price": "399元/套起",
    "create_date": "2018-06-26",
    "status": "已发布",
    "status_code": 1,
}
FORM = {
    "name": "阳台洗衣柜",
    "price": "228",
    "reason": "防水防晒,放得下烘干机。",
    "cover_picture_id": "[$cover]",
}
DONE = {"code": 200, "msg": "添加成功", "data": {}}

SHOWN = {
    "code": 200,
    "msg": "查询成功",
    "data": {
        "ret_data": [
            {
                **FACTS,
                "cover_picture": [{"id": 13, "picture_url": PICTURE}],
                "user_avatar": "statics/imgs/setAvator.jpg",
                "reason": "防水防晒,放得下烘干机。",
                "article_data": [{"id": 21, "order": 1, "content": "", "title": "台面怎么选"}],
            }
        ],
        "data_count": 1,
    },
}
LISTED = {
    "code": 200,
    "msg": "查询成功",
    "data": {"ret_data": [{**FACTS, "cover_picture": PICTURE}], "data_count": 3},
}

ROWS = (
    *(
        Row(
            *("000", 2706, "GET", f"{PRODUCT}/product_single{slash}"),
            query={"product_id": "$product"},
            answer=SHOWN,
            caller="rep",
            prepare=product,
        )
        for slash in ("/", "")
    ),
    *(
        Row(
            *("000", 2810, "GET", f"{PRODUCT}/product_list{slash}"),
            query={"status": "1"},
            answer=LISTED,
            caller="rep",
            prepare=product,
        )
        for slash in ("/", "")
    ),
    Row(
        *("000", 2890, "POST", f"{PRODUCT}/add/0"),
        body={
            **FORM,
            "article_data": '[{"title": "台面怎么选", "order": 1}, {"picture_id": $picture,'
            ' "order": 2}, {"content": "人造石耐脏,岩板更耐晒。", "order": 3}]',
        },
        answer=DONE,
        caller="rep",
        prepare=pictures,
    ),
    Row(
        *("000", 2966, "POST", f"{PRODUCT}/update/$product"),
        body={
            **FORM,
            "article_data": '[{"article_id": $text, "title": "台面怎么选", "order": 2},'
            ' {"picture_id": $picture, "order": 1}, {"content": "岩板更耐晒。", "order": 3}]',
        },
        answer=DONE,
        caller="rep",
        prepare=product,
    ),
    Row(
        *("000", 3051, "GET", f"{PRODUCT}/delete_article/$text"),
        query={"product_id": "$product"},
        answer={"code": 200, "msg": "删除文章字段成功", "data": {}},
        caller="rep",
        prepare=product,
    ),
    Row(
        *("000", 3241, "POST", f"{PRODUCT}/shelves/$product"),
        answer={
            "code": 200,
            "msg": "修改下架状态成功",
            "data": {"product_id": 10, "status": "已下架", "status_code": 2},
        },
        caller="rep",
        prepare=product,
    ),
    Row(
        *("000", 3292, "POST", f"{PRODUCT}/publish/$product"),
        answer={
            "code": 200,
            "msg": "修改发布状态成功",
            "data": {"status": "已发布", "status_code": 1},
        },
        caller="rep",
        prepare=product,
    ),
    Row(
        *("000", 3342, "POST", f"{PRODUCT}/recommend/$product"),
        answer={
            "code": 200,
            "msg": "修改推荐状态成功",
            "data": {"status": "推荐", "status_code": 3},
        },
        caller="rep",
        prepare=product,
    ),
    Row(
        *("000", 3393, "POST", f"{PRODUCT}/delete/$product"),
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="rep",
        prepare=product,
    ),
)
