"""WeChat's notices: believed once, refused when anything is wrong (decisions T22)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from models.base import now
from models.database import execute
from models.mall import OrderStatus
from services.wechat.pay_xml import MOST_BYTES, from_xml, signed_xml
from services.wechat.simulator import Fault
from tests.api import Api
from tests.app import App
from tests.factories import make_company, session_for
from tests.handlers.xiaochengxu.paying import (
    CANCELLED,
    FAILED,
    PAID,
    PAYBACK,
    TAKEN,
    UNPAID,
    notify,
    only_order,
    pay,
    prepay_id,
    said,
    states,
)
from tests.handlers.xiaochengxu.rows import count, everything, logs_of
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.logs import Log
from tests.orders import KEY, Mall, make_mall, make_order

ASK = "/pay/orderquery"
REFUSED = "payment notice refused"
BOUGHT = (18, "成功下单,购买商品【实木茶几】")


async def notice(mall: Mall, key: str = KEY, **changed: str) -> bytes:
    """A notice of the one order, as WeChat would write it but for what is changed."""
    row = await only_order()
    fields = {
        "return_code": "SUCCESS",
        "result_code": "SUCCESS",
        "appid": mall.program.appid,
        "mch_id": f"190000000{mall.rep.company.id}",
        "out_trade_no": row["order_number"],
        "total_fee": str(row["payable_cents"]),
        "nonce_str": "n",
        **changed,
    }
    return signed_xml({name: value for name, value in fields.items() if value}, key)


@pytest.mark.both
async def test_a_paid_order_is_settled_and_its_rep_sees_it(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    socket = await api.socket("leida")
    await socket.register(
        rep=mall.rep.id, customer=mall.customer.id, caller=await session_for(mall.rep)
    )
    answers = await pay(simulator, await prepay_id(api, mall))
    frame = await socket.until(lambda frame: frame.get("type") == "radar")
    row = await only_order()
    assert (answers, row["status"], row["ended_at"] is None) == ([TAKEN], PAID, False)
    assert await logs_of(mall.rep) == [BOUGHT]
    assert BOUGHT[1] in json.dumps(frame, ensure_ascii=False)


async def test_the_answer_is_xml(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    await pay(simulator, await prepay_id(api, mall))
    for body, expected in ((await notice(mall), TAKEN), (b"", None)):
        response = await notify(api, body)
        assert (response.code, response.headers["Content-Type"]) == (200, "text/xml; charset=UTF-8")
        assert expected is None or response.body.decode() == expected


@pytest.mark.both
@pytest.mark.parametrize("copies", [2, 10])
async def test_of_notices_that_come_at_once_one_settles_the_order(
    api: Api, simulator: Simulator, copies: int
) -> None:
    mall = await make_mall()
    answers = await pay(simulator, await prepay_id(api, mall), copies=copies)
    assert (answers, await states()) == ([TAKEN] * copies, [PAID])
    assert (await logs_of(mall.rep), await count("action_counter")) == ([BOUGHT], 1)


@pytest.mark.both
async def test_payments_of_several_orders_of_one_rep_settle_all_at_once(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = [await prepay_id(api, mall) for _ in range(5)]
    await asyncio.gather(*(pay(simulator, one, copies=2) for one in prepaid))
    assert (await states(), await logs_of(mall.rep)) == ([PAID] * 5, [BOUGHT] * 5)


async def test_a_notice_of_an_order_that_is_settled_changes_nothing(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await pay(simulator, prepaid)
    before = await everything()
    again = await pay(simulator, prepaid, is_success=False)
    assert (again, await pay(simulator, prepaid)) == ([TAKEN], [TAKEN])
    assert await everything() == before
    assert len(simulator.faults.received(ASK)) == 1


@pytest.mark.parametrize(
    "status",
    [
        OrderStatus.REFUNDED,
        OrderStatus.REFUND_FAILED,
        OrderStatus.REFUNDING,
        OrderStatus.REFUND_REFUSED,
    ],
)
async def test_an_order_that_is_being_refunded_stays_so(
    api: Api, simulator: Simulator, status: int
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await execute("UPDATE goods_order SET status = %s", (status,))
    assert (await pay(simulator, prepaid), await states()) == ([TAKEN], [status])


@pytest.mark.both
@pytest.mark.parametrize("status", [CANCELLED, FAILED])
async def test_money_that_comes_for_a_lost_order_makes_it_a_paid_one(
    api: Api, simulator: Simulator, log: Log, status: int
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await execute("UPDATE goods_order SET status = %s, ended_at = 1", (status,))
    answers = await pay(simulator, prepaid, copies=3)
    row = await only_order()
    (event,) = log.named("payment came late")
    assert (answers, row["status"], row["ended_at"] > 1) == ([TAKEN] * 3, PAID, True)
    assert (event["order"], event["status"]) == (row["order_number"], status)
    assert await logs_of(mall.rep) == [BOUGHT]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"key": "x" * 32}, "签名错误"),
    ({"fields": {"out_trade_no": "201806242049359999999999"}}, "签名错误"),
    ({"fields": {"out_trade_no": ""}}, "签名错误"),
    ({"fields": {"total_fee": "1"}}, "订单信息不一致"),
    ({"fields": {"total_fee": "12990.0"}}, "订单信息不一致"),
    ({"fields": {"total_fee": ""}}, "订单信息不一致"),
    ({"fields": {"mch_id": "1900000099"}}, "订单信息不一致"),
    ({"fields": {"mch_id": ""}}, "订单信息不一致"),
    ({"fields": {"appid": "wx-of-nobody"}}, "订单信息不一致"),
    ({"fields": {"appid": ""}}, "订单信息不一致"),
    ({"is_booked": False}, "订单未支付"),
    ({"is_success": False, "fields": {"total_fee": "1"}}, "订单信息不一致"),
    ({"fields": {"return_code": "FAIL"}}, "通知格式错误"),
]


@pytest.mark.both
@pytest.mark.parametrize(("how", "reason"), WRONG, ids=str)
async def test_a_notice_in_which_anything_is_wrong_changes_nothing(
    api: Api, simulator: Simulator, log: Log, how: dict[str, Any], reason: str
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    before = await everything()
    (answer,) = await pay(simulator, prepaid, **how)
    assert (said(answer), await everything()) == (("FAIL", reason), before)
    assert len(log.named(REFUSED)) == 1
    assert KEY not in repr(log.events)


async def test_a_failure_that_wechat_does_not_confirm_changes_nothing(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await pay(simulator, prepaid, copies=0)
    (answer,) = await pay(simulator, prepaid, is_success=False)
    assert (said(answer), await states()) == (("FAIL", "订单状态不一致"), [UNPAID])


@pytest.mark.both
async def test_a_failed_payment_that_wechat_confirms_fails_the_order(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    answers = await pay(simulator, await prepay_id(api, mall), is_success=False)
    row = await only_order()
    assert (answers, row["status"], row["ended_at"] is None) == ([TAKEN], FAILED, False)
    assert await logs_of(mall.rep) == []


async def test_of_failures_that_come_at_once_one_fails_the_order(
    api: Api, simulator: Simulator, log: Log
) -> None:
    mall = await make_mall()
    answers = await pay(simulator, await prepay_id(api, mall), is_success=False, copies=5)
    assert (answers, await states()) == ([TAKEN] * 5, [FAILED])
    assert len(log.named("payment failed")) == 1


async def test_a_customer_may_try_again_after_a_failure(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await pay(simulator, prepaid, is_success=False)
    assert (await pay(simulator, prepaid), await states()) == ([TAKEN], [PAID])


@pytest.mark.parametrize(
    "fault", [Fault(drop=True), Fault(status=500), Fault(body="<xml>"), Fault(errcode=1)]
)
@pytest.mark.parametrize("is_success", [True, False])
async def test_a_notice_that_cannot_be_confirmed_is_to_come_again(
    api: Api, simulator: Simulator, fault: Fault, is_success: bool
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    simulator.faults.set(ASK, fault)
    (answer,) = await pay(simulator, prepaid, is_success=is_success)
    assert (said(answer), await states()) == (("FAIL", "订单查询失败"), [UNPAID])
    simulator.faults.replace({})
    assert await pay(simulator, prepaid) == [TAKEN]
    assert await states() == [PAID]


async def test_an_answer_to_the_query_with_another_amount_is_not_believed(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    forged = from_xml(await notice(mall, trade_state="SUCCESS", total_fee="1"))
    simulator.faults.set(ASK, Fault(body=signed_xml(forged, KEY).decode()))
    (answer,) = await pay(simulator, prepaid)
    assert (said(answer), await states()) == (("FAIL", "订单查询失败"), [UNPAID])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<xml></xml>",
        b'{"return_code": "SUCCESS"}',
        b'<!DOCTYPE a [<!ENTITY b "c">]><xml><return_code>&b;</return_code></xml>',
        b"<xml><a>" + b"1" * MOST_BYTES + b"</a></xml>",
    ],
)
async def test_what_is_no_notice_is_refused(api: Api, log: Log, body: bytes) -> None:
    await make_order(await make_mall())
    response = await notify(api, body)
    assert (response.code, said(response.body)) == (200, ("FAIL", "通知格式错误"))
    assert (len(log.named(REFUSED)), await states()) == (1, [UNPAID])


@pytest.mark.settings(database_timeout_seconds=1.0)
async def test_a_notice_that_cannot_be_stored_is_to_come_again(
    api: Api, app: App, simulator: Simulator
) -> None:
    prepaid = await prepay_id(api, await make_mall())
    path = app.settings.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        (answer,) = await pay(simulator, prepaid)
        other.rollback()
    assert (said(answer), await states()) == (("FAIL", "暂时无法保存,请重试"), [UNPAID])
    assert (await pay(simulator, prepaid), await states()) == ([TAKEN], [PAID])


async def test_with_a_field_twice_nothing_is_believed(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    await pay(simulator, await prepay_id(api, mall), copies=0)
    doubled = (await notice(mall)).replace(b"</xml>", b"<total_fee>12990</total_fee></xml>")
    assert said((await notify(api, doubled)).body) == ("FAIL", "通知格式错误")


@pytest.mark.parametrize("sql", ["DELETE FROM mall_settings", "DELETE FROM mini_program"])
async def test_without_a_merchant_account_no_notice_is_believed(api: Api, sql: str) -> None:
    mall = await make_mall()
    await make_order(mall)
    body = await notice(mall, key="x")
    await execute(sql)
    assert said((await notify(api, body)).body) == ("FAIL", "签名错误")


async def test_a_key_that_does_not_open_is_none(api: Api) -> None:
    mall = await make_mall()
    await make_order(mall)
    await execute("UPDATE mall_settings SET merchant_key = 'x'")
    assert said((await notify(api, await notice(mall))).body) == ("FAIL", "签名错误")


@pytest.mark.parametrize("path", [PAYBACK, f"{PAYBACK}/", f"/{PAYBACK}"])
async def test_slashes_around_the_path_do_not_matter(api: Api, path: str) -> None:
    response = await api.fetch("POST", path, body=b"")
    assert said(response.body)[0] == "FAIL"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_another_method_is_refused_as_everywhere(api: Api, method: str) -> None:
    response = await api.fetch(method, PAYBACK)
    assert (response.code, json.loads(response.body)["code"]) == (200, 402)


async def test_an_order_without_a_rep_is_settled_without_a_log(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await execute("UPDATE goods_order SET rep_id = NULL")
    assert (await pay(simulator, prepaid), await states()) == ([TAKEN], [PAID])
    assert await count("action_log") == 0


async def test_an_expired_company_is_paid_without_a_log(api: Api, simulator: Simulator) -> None:
    company = await make_company(expires_at=now() - timedelta(days=1))
    mall = await make_mall(company)
    assert await pay(simulator, await prepay_id(api, mall)) == [TAKEN]
    assert (await states(), await count("action_log")) == ([PAID], 0)


async def test_the_customer_may_have_left_the_rep_meanwhile(api: Api, simulator: Simulator) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await execute("DELETE FROM bond")
    assert await pay(simulator, prepaid) == [TAKEN]
    assert await logs_of(mall.rep) == [BOUGHT]
