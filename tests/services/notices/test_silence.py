"""Notices that WeChat may have taken without saying so: nobody is told twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.metrics import Metrics
from services.wechat.simulator import Fault, Faults
from tests.services.notices.away import (
    SUBSCRIPTION,
    look,
    make_away,
    make_notices,
    make_shop,
    told,
)

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("fault", [Fault(drop=True, times=1), Fault(delay_seconds=60, times=1)])
async def test_what_wechat_may_have_taken_is_not_sent_again(
    db: None, connect: Any, faults: Faults, fault: Fault
) -> None:
    shop = await make_shop()
    away, other = await make_away(shop), await make_away(shop)
    metrics = Metrics()
    notices = make_notices(connect(timeout_seconds=1.0), metrics)
    for one in (away, other):
        await one.write("一")
    faults.set(SUBSCRIPTION, fault)
    for _ in range(3):
        await look(notices)
        await away.age(MINUTE)
        await other.age(MINUTE)
    assert sorted(told(faults)) == sorted([away.customer.openid, other.customer.openid])
    assert b'zhuge_notices_total{outcome="failed",to="customer"} 1.0' in metrics.render()
