"""The phone of the demo, with which a customer pays where nobody has one."""

from __future__ import annotations

import pytest

from services.wechat.simulator import Fault
from tests.api import Answer, Api, Caller
from tests.factories import make_customer, session_for
from tests.handlers.xiaochengxu.paying import PAID, UNPAID, order, states
from tests.handlers.xiaochengxu.rows import logs_of
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.orders import make_mall

CONFIRM = "/zhugeleida/xiaochengxu/test_pay"


async def confirm(api: Api, package: object, caller: Caller) -> Answer:
    """Confirm a payment."""
    return await api.post(CONFIRM, {"package": package}, caller=caller)


@pytest.mark.both
async def test_a_confirmed_payment_is_an_order_paid(api: Api) -> None:
    mall = await make_mall()
    package = (await order(api, mall)).data["package"]
    answer = await confirm(api, package, await session_for(mall.customer))
    assert (answer["code"], answer["msg"], answer.data) == (200, "支付成功", {})
    assert (await states(), len(await logs_of(mall.rep))) == ([PAID], 1)


async def test_only_an_own_order_that_waits_can_be_paid(api: Api) -> None:
    mall = await make_mall()
    package = (await order(api, mall)).data["package"]
    neighbour = await session_for(await make_customer(mall.rep.company))
    codes = [(await confirm(api, package, neighbour))["code"]]
    caller = await session_for(mall.customer)
    codes += [(await confirm(api, text, caller))["code"] for text in ("prepay_id=", "x")]
    assert (codes, await states()) == ([302] * 3, [UNPAID])
    await confirm(api, package, caller)
    assert (await confirm(api, package, caller))["code"] == 302


async def test_a_payment_that_does_not_come_through_is_to_be_tried_again(
    api: Api, simulator: Simulator
) -> None:
    mall = await make_mall()
    package = (await order(api, mall)).data["package"]
    caller = await session_for(mall.customer)
    simulator.faults.set("/pay/orderquery", Fault(drop=True))
    assert (await confirm(api, package, caller))["code"] == 503
    simulator.faults.replace({})
    assert (await confirm(api, package, caller))["code"] == 200


@pytest.mark.settings(wechat_pay_url="http://127.0.0.1:1")
async def test_real_money_takes_a_real_phone(api: Api) -> None:
    mall = await make_mall()
    answer = await confirm(api, "prepay_id=wx1", await session_for(mall.customer))
    assert answer["code"] == 404
