"""The end of a session."""

from __future__ import annotations

from handlers.call import Call
from handlers.endpoint import endpoint
from services.principals import Rep


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/logout",
    caller=Rep,
    success="退出成功",
    audited=True,
)
async def log_out(call: Call[Rep]) -> None:
    """End the session that signed the call, and the sockets that it opened."""
    await call.services.sessions.close(call.caller)
