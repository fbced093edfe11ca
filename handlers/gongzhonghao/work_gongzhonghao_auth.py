"""Customers coming in through an official account."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from handlers.call import Call, Redirect
from handlers.endpoint import endpoint
from handlers.logins import OptionalId, sent_on, told
from handlers.wire import Int, Wire, wire
from services.visits import Visit

Level = Annotated[Annotated[Int, Field(ge=0)] | None, BeforeValidator(told)]


class VisitParams(Wire):
    """What WeChat sends a browser with: its code, and what stood in the address of the page."""

    code: str = wire("code", title="登录凭证", max_length=256)
    company_id: OptionalId = wire("company_id", title="公司ID", default=None)
    rep_id: OptionalId = wire("uid", title="用户ID", default=None)
    parent_id: OptionalId = wire("pid", title="父级客户ID", default=None)
    level: Level = wire("level", title="层级", default=None)


@endpoint(
    "GET",
    "/zhugeleida/gongzhonghao/work_gongzhonghao_auth",
    caller=None,
    params=VisitParams,
    success="",
)
async def log_in(call: Call[None], given: VisitParams) -> Redirect:
    """Send a customer's browser on to the front end, with a token or with what went wrong (S13)."""
    return await sent_on(call.services.settings.frontend, _log_in(call, given))


async def _log_in(call: Call[None], given: VisitParams) -> dict[str, str]:
    services = call.services
    visit = Visit(given.company_id, given.rep_id, given.parent_id)
    login = await services.accounts.log_in_follower(
        given.code, call.address, visit, services.messages
    )
    return {
        "token": login.token,
        "id": str(login.customer_id),
        "user_id": str(login.customer_id),
        "uid": _text(login.rep_id),
        "level": _text(given.level),
        "pid": _text(given.parent_id),
        "company_id": str(login.company_id),
    }


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
