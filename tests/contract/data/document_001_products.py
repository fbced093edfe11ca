"""001-admin.md: products."""

from __future__ import annotations

import base64

from services.media.chunks import Purpose, Task
from tests.app import App
from tests.contract.calls import Row, Scene
from tests.factories import make_admin, make_picture, make_product, make_rep, make_text
from tests.pictures import drawn

PRODUCT = "/zhugeleida/admin/product"
PICTURE = "statics/zhugeleida/imgs/qiyeweixin/product/rep_3_20180624_204935_0a1b2c.jpg"
TAG = "1530156149132"

LISTED = {
    "code": 200,
    "msg": "查询成功",
    "data": {
        "ret_data": [
            {
                "product_id": 3,
                "cover_picture": PICTURE,
                "name": "玄关柜定制",
                "price": "399元/套起",
                "publisher_date": "2018-06-28 10:15:14",
                "publisher": "月白家居",
                "status": "推荐",
                "status_code": 3,
            }
        ],
        "data_count": 2,
    },
}
FORM = {
    "product_type": "1",
    "name": "阳台洗衣柜",
    "price": "228",
    "reason": "防水防晒,放得下烘干机。",
    "cover_picture_id": "[$cover]",
}
DONE = {"code": 200, "msg": "添加成功", "data": {}}
NAMED = {"img_name": "cabinet.png", "timestamp": TAG}


async def of_company(app: App) -> Scene:
    """An administrator whose company has a product with a cover and an introduction."""
    admin = await make_admin()
    made = await make_product(None, admin.company)
    return {
        "rep": admin,
        "product": made,
        "text": await make_text(made, 1, "量尺之后十五天出图。"),
        "cover": await make_picture(admin.company, made, 1),
        "picture": await make_picture(admin.company),
    }


async def of_colleague(app: App) -> Scene:
    """A rep without role 1 whose colleague has a product with a cover."""
    rep = await make_rep()
    made = await make_product(await make_rep(rep.company))
    return {"rep": rep, "product": made, "cover": await make_picture(rep.company, made, 1)}


async def sending(app: App) -> Scene:
    """An administrator that has sent all of a picture."""
    admin = await make_admin()
    task = Task(admin.id, Purpose.PRODUCT, TAG)
    await app.services.uploads.add_chunk(task, 0, drawn())
    return {"rep": admin}


ROWS = (
    Row(
        *("001", 241, "GET", f"{PRODUCT}/product_list/"),
        query={"product_type": "1", "status": "1"},
        answer=LISTED,
        caller="rep",
        prepare=of_company,
    ),
    Row(
        *("001", 307, "GET", f"{PRODUCT}/product_list/"),
        query={"product_type": "2"},
        answer=LISTED,
        caller="rep",
        prepare=of_colleague,
    ),
    Row(
        *("001", 373, "POST", f"{PRODUCT}/add/0"),
        body={
            **FORM,
            "article_data": '[{"title": "台面怎么选", "order": 1}, {"picture_id": $picture,'
            ' "order": 2}, {"content": "人造石耐脏,岩板更耐晒。", "order": 3}]',
        },
        answer=DONE,
        caller="rep",
        prepare=of_company,
    ),
    Row(
        *("001", 451, "POST", f"{PRODUCT}/update/$product"),
        body={
            **FORM,
            "article_data": '[{"article_id": $text, "content": "岩板更耐晒。", "order": 3},'
            ' {"picture_id": $picture, "order": 2}, {"title": "台面怎么选", "order": 1}]',
        },
        answer=DONE,
        caller="rep",
        prepare=of_company,
    ),
    Row(
        *("001", 538, "POST", f"{PRODUCT}/delete/$product"),
        answer={"code": 200, "msg": "删除成功", "data": {}},
        caller="rep",
        prepare=of_company,
    ),
    Row(
        *("001", 591, "POST", f"{PRODUCT}/add_picture/0"),
        body={**NAMED, "chunk": 0, "img_data": base64.b64encode(drawn()).decode()},
        answer={"code": 200, "msg": "上传成功", "data": {}},
        caller="rep",
        prepare=sending,
    ),
    Row(
        *("001", 591, "POST", f"{PRODUCT}/upload_complete/0"),
        body={**NAMED, "chunk_num": 1, "picture_type": 1},
        answer={
            "code": 200,
            "msg": "添加图片成功",
            "data": {"ret_data": {"picture_id": 20, "picture_url": PICTURE}},
        },
        caller="rep",
        prepare=sending,
    ),
    Row(
        *("001", 664, "POST", f"{PRODUCT}/change_status/$product"),
        body={"status": "2"},
        answer={
            "code": 200,
            "msg": "修改下架状态成功",
            "data": {"product_id": 10, "status": "已下架", "status_code": 2},
        },
        caller="rep",
        prepare=of_company,
    ),
)
