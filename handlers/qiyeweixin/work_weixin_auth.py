"""Reps coming in through WeCom."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from handlers.call import Call, Redirect
from handlers.endpoint import endpoint
from handlers.logins import sent_on
from handlers.wire import Id, Wire, wire


class WecomParams(Wire):
    """What WeCom sends a rep's browser with; the last two are never read (semantics 2.3)."""

    company_id: Id = wire("company_id", title="公司ID")
    code: str = wire("code", title="登录凭证", is_secret=True, max_length=256)
    user_type: Annotated[str, BeforeValidator(str)] = wire(
        "user_type", title="客户访问类型", default=""
    )
    source: Annotated[str, BeforeValidator(str)] = wire("source", title="客户来源", default="")


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/work_weixin_auth/{company_id}",
    caller=None,
    params=WecomParams,
    success="",
    audited=True,
)
async def log_in(call: Call[None], given: WecomParams) -> Redirect:
    """Send a rep's browser on to the front end, with a token or with what went wrong (S6)."""
    return await sent_on(call.services.settings.frontend, _log_in(call, given))


async def _log_in(call: Call[None], given: WecomParams) -> dict[str, str]:
    login = await call.services.accounts.log_in_member(
        given.company_id, given.code, call.address, call.trail
    )
    return {
        "token": login.token,
        "id": str(login.rep_id),
        "user_id": str(login.rep_id),
        "avatar": login.avatar,
        "is_first_login": "Yes" if login.is_first else "No",
    }
