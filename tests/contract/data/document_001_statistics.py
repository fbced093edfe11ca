"""001-admin.md: the status of staff, and the home page."""

from __future__ import annotations

from datetime import timedelta

from models.base import now
from services import deeds
from services.principals import MiniCustomer
from tests.app import App
from tests.contract.calls import Row, Scene
from tests.factories import bind, make_admin, make_company, make_customer, make_rep

ROOT = "/zhugeleida/admin"
COUNTS = {
    "customer_num": 12,
    "follow_num": 7,
    "browse_num": 240,
    "forward_num": 9,
    "saved_total_num": 4,
    "praise_sum": 61,
}


async def office(app: App) -> Scene:
    """A company that has paid, its administrator, and a rep whose customer has done something."""
    moment = now()
    company = await make_company(
        charging_started_at=moment - timedelta(days=30), expires_at=moment + timedelta(days=335)
    )
    rep, customer = await make_rep(company), await make_customer(company)
    await bind(rep, customer)
    caller = MiniCustomer(customer.id, company.id, 0)
    await app.services.cards.note(caller, rep.id, deeds.FORWARD)
    return {"admin": await make_admin(company), "rep": rep}


ROWS = (
    Row(
        *("001", 22, "POST", f"{ROOT}/user/update_status/$rep"),
        body={"status": "2"},
        answer={"code": 200, "msg": "修改成功", "data": {}},
        caller="admin",
        prepare=office,
    ),
    Row(
        *("001", 63, "GET", f"{ROOT}/home_page"),
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": {
                    "company_name": "晨光科技",
                    "username": "chenguang",
                    "mingpian_num": 50,
                    "user_count": 2,
                    "expired_time": "2027-03-01",
                    "open_up_date": "2026-03-01",
                    "available_days": 335,
                    "used_days": 30,
                    "customer_num": 12,
                }
            },
        },
        caller="rep",
        prepare=office,
    ),
    Row(
        *("001", 107, "GET", f"{ROOT}/home_page/acount_data"),
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {
                "ret_data": {
                    "count_data": COUNTS,
                    "yesterday_data": COUNTS,
                    "nearly_seven_days": COUNTS,
                    "nearly_thirty_days": COUNTS,
                }
            },
        },
        caller="rep",
        prepare=office,
    ),
    Row(
        *("001", 170, "POST", f"{ROOT}/home_page/line_info"),
        body={"days": "7", "index_type": "3"},
        answer={
            "code": 200,
            "msg": "查询成功",
            "data": {"ret_data": [{"statics_date": "2026-03-05", "value": 14}]},
        },
        caller="rep",
        prepare=office,
    ),
)
