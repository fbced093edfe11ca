"""The logins without a signature that documents print for tests; off in production."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from handlers.xiaochengxu.login import FormIdParams, ProfileAnswer, ProfileParams
from services import customers
from services.companies import FIRST_COMPANY
from services.errors import BadType


class CodeParams(Wire):
    """A login code of the mini program."""

    code: str = wire("code", title="登录凭证", max_length=256)


class TestLoginAnswer(TypedDict):
    """Who has logged in, and with what to sign."""

    cid: int
    token: str


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/test_login",
    caller=None,
    setting="test_login_enabled",
    params=CodeParams,
    success="返回成功",
)
async def log_in(call: Call[None], given: CodeParams) -> TestLoginAnswer:
    """Log a customer of the first company in (decisions S19)."""
    login = await call.services.accounts.log_in_customer(
        given.code, call.address, FIRST_COMPANY, None
    )
    return {"cid": login.customer_id, "token": login.token}


class NamedFormIdParams(FormIdParams):
    """A form id, and whose it is."""

    customer_id: Id = wire("user_id", title="客户ID")


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/test_login/send_form_id",
    caller=None,
    setting="test_login_enabled",
    params=NamedFormIdParams,
    success="保存成功",
)
async def keep_form_id(call: Call[None], given: NamedFormIdParams) -> None:
    """Keep a form id of the customer that the query names."""
    await customers.require(given.customer_id)
    if given.is_mock:
        raise BadType("formID 不规矩", {"formId": "formID 不规矩"})
    await customers.keep_form_id(given.customer_id, given.form_id)


class NamedProfileParams(ProfileParams):
    """A profile, and whose it is."""

    customer_id: Id = wire("user_id", title="客户ID")


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/test_login/send_user_info",
    caller=None,
    setting="test_login_enabled",
    params=NamedProfileParams,
    success="保存成功",
)
async def keep_profile(call: Call[None], given: NamedProfileParams) -> ProfileAnswer:
    """Keep the name and picture of the customer that the query names; nothing is logged."""
    await customers.require(given.customer_id)
    await customers.keep_profile(
        given.customer_id, given.profile, call.services.files, is_trusted=False
    )
    return {"ret_data": f"{given.name} 已向您授权登录页面"}
