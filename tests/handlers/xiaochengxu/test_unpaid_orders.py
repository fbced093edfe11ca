"""Orders that are not paid within ten minutes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base import now, to_ms
from models.database import execute, fetch_all
from services.payments import MOST_AT_ONCE
from services.wechat.pay_xml import from_xml
from services.wechat.simulator import Fault
from tests.api import Api
from tests.app import App
from tests.handlers.xiaochengxu.paying import (
    CANCELLED,
    PAID,
    TAKEN,
    UNPAID,
    only_order,
    pay,
    prepay_id,
    states,
)
from tests.handlers.xiaochengxu.rows import logs_of
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.orders import make_mall, make_order
from tests.statements import counted

CLOSE, ASK = "/pay/closeorder", "/pay/orderquery"


async def grow_old(minutes: float = 10) -> None:
    """Let all orders be as old as that."""
    await execute(
        "UPDATE goods_order SET created_at = %s", (to_ms(now() - timedelta(minutes=minutes)) - 1,)
    )


@pytest.mark.both
async def test_an_order_is_cancelled_after_ten_minutes_and_closed(
    api: Api, app: App, simulator: Simulator
) -> None:
    mall = await make_mall()
    prepaid = await prepay_id(api, mall)
    await grow_old(9.9)
    await app.services.payments.cancel_overdue()
    early = await states()
    await grow_old()
    await app.services.payments.cancel_overdue()
    row = await only_order()
    (call,) = simulator.faults.received(CLOSE)
    assert (early, row["status"], row["ended_at"] is None) == ([UNPAID], CANCELLED, False)
    assert from_xml(call.body.encode())["out_trade_no"] == row["order_number"]
    assert prepaid == row["prepay_id"]


@pytest.mark.both
async def test_processes_that_do_it_at_once_close_an_order_once(
    api: Api, app: App, simulator: Simulator
) -> None:
    mall = await make_mall()
    for _ in range(3):
        await prepay_id(api, mall)
    await grow_old()
    await asyncio.gather(*(app.services.payments.cancel_overdue() for _ in range(5)))
    assert (await states(), len(simulator.faults.received(CLOSE))) == ([CANCELLED] * 3, 3)


async def test_only_unpaid_orders_are_cancelled(api: Api, app: App) -> None:
    mall = await make_mall()
    statuses = [2, 3, 4, 5, 8, 9, 10, 1]
    for status in statuses:
        await make_order(mall, status=status)
    await grow_old()
    await app.services.payments.cancel_overdue()
    assert await states() == [*statuses[:-1], CANCELLED]


async def test_more_than_one_batch_is_cancelled(api: Api, app: App) -> None:
    mall = await make_mall()
    for _ in range(MOST_AT_ONCE + 1):
        await make_order(mall)
    await grow_old()
    await app.services.payments.cancel_overdue()
    assert await states() == [CANCELLED] * (MOST_AT_ONCE + 1)


@pytest.mark.both
async def test_a_payment_whose_notice_was_lost_is_found_when_the_order_is_closed(
    api: Api, app: App, simulator: Simulator
) -> None:
    mall = await make_mall()
    await pay(simulator, await prepay_id(api, mall), copies=0)
    await grow_old()
    await app.services.payments.cancel_overdue()
    assert (await states(), [action for action, _ in await logs_of(mall.rep)]) == ([PAID], [18])


@pytest.mark.parametrize("path", [CLOSE, ASK])
@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(errcode=1)])
async def test_orders_are_cancelled_though_wechat_does_not_close_them(
    api: Api, app: App, simulator: Simulator, path: str, fault: Fault
) -> None:
    mall = await make_mall()
    prepaid = [await prepay_id(api, mall) for _ in range(2)]
    if path == ASK:
        await pay(simulator, prepaid[0], copies=0)
    simulator.faults.set(path, fault)
    await grow_old()
    await app.services.payments.cancel_overdue()
    simulator.faults.replace({})
    assert await states() == [CANCELLED] * 2
    # The notice that comes after all finds the order.
    assert (await pay(simulator, prepaid[0]), await states()) == ([TAKEN], [PAID, CANCELLED])


async def test_orders_that_wechat_has_never_seen_are_not_closed(
    api: Api, app: App, simulator: Simulator
) -> None:
    await make_order(await make_mall())
    mall = await make_mall()
    await make_order(mall, prepay_id="wx1")
    await execute("DELETE FROM mini_program WHERE company_id = %s", (mall.rep.company.id,))
    await grow_old()
    await app.services.payments.cancel_overdue()
    assert (await states(), simulator.faults.received(CLOSE)) == ([CANCELLED] * 2, [])


@pytest.mark.mariadb
async def test_overdue_orders_are_found_by_an_index(api: Api, app: App) -> None:
    mall = await make_mall()
    for _ in range(50):
        await make_order(mall, status=PAID)
    await make_order(mall)
    await grow_old()
    with counted() as statements:
        await app.services.payments.cancel_overdue()
    sql = next(text for text in statements if "ORDER BY o.created_at" in text)
    rows = await fetch_all(f"EXPLAIN {sql}", (UNPAID, to_ms(now()), 100))
    assert any("status" in str(value) for value in rows[0]), rows
