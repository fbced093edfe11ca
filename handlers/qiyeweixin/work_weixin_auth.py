"""Reps coming in through WeCom."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from pydantic import BeforeValidator

from handlers.call import Call, Redirect
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from services.accounts import Expired
from services.errors import Disabled
from services.wechat.client import CodeRefused


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
    frontend = call.services.settings.frontend
    try:
        login = await call.services.accounts.log_in_member(given.company_id, given.code, call.trail)
    except CodeRefused as error:
        return _to(frontend, {"error": "invalid_code"}, error)
    except Expired as error:
        return _to(frontend, {"error": "expired"}, error)
    except Disabled as error:
        return _to(frontend, {"error": "disabled"}, error)
    return _to(
        frontend,
        {
            "token": login.token,
            "id": str(login.rep_id),
            "user_id": str(login.rep_id),
            "avatar": login.avatar,
            "is_first_login": "Yes" if login.is_first else "No",
        },
    )


def _to(frontend: str, query: dict[str, str], refusal: Exception | None = None) -> Redirect:
    separator = "&" if "?" in frontend else "?"
    return Redirect(f"{frontend}{separator}{urlencode(query)}", refusal)
