"""The end of a session."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from services.principals import OfficialCustomer


@endpoint(
    "POST",
    "/zhugeleida/gongzhonghao/logout",
    caller=OfficialCustomer,
    success="退出成功",
)
async def log_out(call: Call[OfficialCustomer]) -> None:
    """End the session that signed the call, and the sockets that it opened."""
    await call.services.sessions.close(call.caller)
