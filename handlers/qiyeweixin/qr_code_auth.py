"""The mini-program code that leads to the caller's card."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from services.principals import Rep


class CodeParams(Wire):
    """Who hands the code on, if it is not the caller."""

    customer_id: Id | None = wire("customer_id", title="客户ID", default=None)


class CodeAnswer(TypedDict):
    """Beyond the documents: where the picture is."""

    qr_code_url: str


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/qr_code_auth",
    caller=Rep,
    params=CodeParams,
    success="生成小程序二维码成功",
)
async def make_code(call: Call[Rep], given: CodeParams) -> CodeAnswer:
    """Make the mini-program code that leads to the caller's card."""
    return {"qr_code_url": await call.services.mini_codes.make(call.caller, given.customer_id)}
