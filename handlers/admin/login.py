"""Logging in to the back office."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.wire import Wire, iso, wire


class PasswordParams(Wire):
    """A login name and its password."""

    username: str = wire("username", title="用户名", max_length=64)
    password: str = wire("password", title="密码", is_secret=True, max_length=64)


class StaffLoginAnswer(TypedDict):
    """Who has logged in, and with what to sign (decisions P9)."""

    token: str
    user_id: int
    username: str
    company_id: int
    company_name: str
    role_id: int
    role_name: str
    avatar: str
    last_login_date: str | None


@endpoint(
    "POST",
    "/zhugeleida/admin/login",
    caller=None,
    params=PasswordParams,
    success="返回成功",
)
async def log_in(call: Call[None], given: PasswordParams) -> StaffLoginAnswer:
    """Log a rep in by its password."""
    login = await call.services.accounts.log_in_staff(
        given.username, given.password, call.address, call.trail
    )
    return {
        "token": login.token,
        "user_id": login.card.id,
        "username": login.card.username,
        "company_id": login.card.company_id,
        "company_name": login.card.company_name,
        "role_id": login.role_id,
        "role_name": login.role_name,
        "avatar": login.card.avatar or DEFAULT_REP_AVATAR,
        "last_login_date": iso(login.last_login_at),
    }
