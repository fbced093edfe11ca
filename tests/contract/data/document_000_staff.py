"""000-qiyeweixin.md: staff, roles, permissions and companies."""

from __future__ import annotations

from tests.app import App
from tests.contract.calls import Row, Scene
from tests.factories import make_admin, make_company, make_permission, make_rep, make_role

ROOT = "/zhugeleida/qiyeweixin"
PERMISSION = {
    "path": "/admin/zhugeleida/kehu/",
    "icon": "users",
    "title": "客户管理",
    "pid_id": "$permission",
    "order_num": "2",
}


async def managed(app: App) -> Scene:
    """The platform's administrator with a colleague, and what it may change."""
    company = await make_company(id=1)
    return {
        "admin": await make_admin(company),
        "rep": await make_rep(company, last_login_at=company.created_at),
        "role": await make_role(),
        "company": company,
        "other": await make_company(),
        "permission": await make_permission(),
    }


def changing(line: int, path: str, msg: str, /, **body: object) -> Row:
    """A call that changes something and answers with nothing but its text."""
    return Row(
        *("000", line, "POST", f"{ROOT}/{path}"),
        body=body,
        answer={"code": 200, "msg": msg, "data": {}},
        caller="admin",
        prepare=managed,
    )


ROWS = (
    Row(
        *("000", 38, "GET", f"{ROOT}/user"),
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": [
                    {
                        "id": 2,
                        "username": "chenguang",
                        "role_name": "普通用户",
                        "role_id": 2,
                        "create_date": "2018-05-31T08:18:42",
                        "last_login_date": "2018-05-31T08:18:39",
                        "status": "启用",
                    }
                ],
                "data_count": 3,
            },
        },
        caller="rep",
        prepare=managed,
    ),
    changing(
        *(94, "user/add/0", "添加成功"),
        userid="chenguang",
        username="chenguang",
        password="horse-staple-9",
        role_id="2",
        company_id="$company",
    ),
    changing(137, "user/delete/$rep", "删除成功"),
    changing(
        *(153, "user/update/$rep", "修改成功"),
        username="chenguang",
        password="horse-staple-9",
        role_id="2",
        company_id="$company",
    ),
    Row(
        *("000", 381, "GET", f"{ROOT}/role"),
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [
                    {
                        "id": 1,
                        "name": "管理员",
                        "role_id": 1,
                        "create_date": "2018-06-04T10:12:08.474",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=managed,
    ),
    changing(415, "role", "添加成功", name="运营"),
    changing(415, "role/add/0", "添加成功", name="运营"),
    changing(440, "role/delete/$role", "删除成功"),
    changing(457, "role/update/$role", "修改成功", name="运营"),
    changing(489, "role/add/0", "添加成功", **PERMISSION),
    changing(489, "quanxian/add/0", "添加成功", **PERMISSION),
    changing(528, "quanxian/delete/$permission", "删除成功"),
    changing(543, "role/update/$permission", "修改成功", **{**PERMISSION, "pid_id": ""}),
    changing(543, "quanxian/update/$permission", "修改成功", **{**PERMISSION, "pid_id": ""}),
    Row(
        *("000", 580, "GET", f"{ROOT}/company"),
        answer={
            "code": 200,
            "msg": "",
            "data": {
                "ret_data": [
                    {
                        "id": 1,
                        "name": "晨光科技",
                        "company_id": 1,
                        "create_date": "2018-06-04T10:12:38.381",
                    }
                ],
                "data_count": 1,
            },
        },
        caller="rep",
        prepare=managed,
    ),
    changing(617, "company/add/0", "添加成功", name="远山商贸"),
    changing(651, "company/delete/$other", "删除成功"),
    changing(668, "company/update/$other", "修改成功", name="远山商贸"),
)
