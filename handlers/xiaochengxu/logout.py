"""The end of a session."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from services.principals import MiniCustomer


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/logout",
    caller=MiniCustomer,
    success="退出成功",
)
async def log_out(call: Call[MiniCustomer]) -> None:
    """End the session that signed the call, and the sockets that it opened."""
    await call.services.sessions.close(call.caller)
