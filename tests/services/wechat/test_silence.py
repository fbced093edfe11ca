"""WeChat that was asked and does not answer: it may have done what it was asked to do."""

from __future__ import annotations

import pytest

from services.errors import UpstreamAway, UpstreamSilent
from services.wechat.client import MiniProgramKeys
from services.wechat.simulator import Fault, Faults

from .conftest import Connect

KEYS = MiniProgramKeys("wx-demo-1", "geheim-mini")


@pytest.mark.parametrize(
    ("fault", "is_silent"),
    [(Fault(drop=True), True), (Fault(delay_seconds=60), True), (Fault(status=502), False)],
)
async def test_who_was_asked_and_does_not_answer_is_silent(
    connect: Connect, faults: Faults, fault: Fault, is_silent: bool
) -> None:
    faults.set("/sns/jscode2session", fault)
    with pytest.raises(UpstreamAway) as error:
        await connect(timeout_seconds=1.0).exchange_code(KEYS, "demo-customer-7")
    assert isinstance(error.value, UpstreamSilent) is is_silent


async def test_a_token_that_is_not_answered_leaves_its_call_unasked(
    connect: Connect, faults: Faults
) -> None:
    faults.set("/cgi-bin/token", Fault(drop=True))
    with pytest.raises(UpstreamAway) as error:
        await connect(timeout_seconds=1.0).draw_code(KEYS, "/pages/index/index?uid=1")
    assert not isinstance(error.value, UpstreamSilent)
