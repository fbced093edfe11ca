"""The confirmation on a customer's phone, where the simulator plays WeChat Pay."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Wire, wire
from services.principals import MiniCustomer


class PackageParams(Wire):
    """What yuZhiFu has answered."""

    package: str = wire("package", title="预支付信息", max_length=128)


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/test_pay",
    caller=MiniCustomer,
    params=PackageParams,
    setting="pay_simulated",
    success="支付成功",
)
async def confirm(call: Call[MiniCustomer], given: PackageParams) -> None:
    """Pay an order of the caller's as its phone would; the notice has come when this answers."""
    await call.services.orders.play_phone(call.caller, given.package)
