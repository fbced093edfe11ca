"""Logging in to the mini program, belonging to a rep, and telling who one is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.logins import OptionalId, told
from handlers.wire import Id, Int, Wire, wire
from services import customers
from services.customers import Profile, Source
from services.principals import MiniCustomer


def _source(value: object) -> object:
    return Source.SCAN if told(value) is None else value


SourceNumber = Annotated[Int, BeforeValidator(_source), Field(ge=1, le=4)]


class LoginParams(Wire):
    """What WeChat's ``wx.login`` gave, and whose card the customer has come for."""

    code: str = wire("code", title="登录凭证", max_length=256)
    user_type: Int = wire("user_type", title="客户访问类型", ge=1, le=2)
    source: SourceNumber = wire("source", title="客户来源")
    company_id: OptionalId = wire("company_id", title="公司ID", default=None)
    rep_id: OptionalId = wire("uid", title="用户ID", default=None)


class LoginAnswer(TypedDict):
    """Who has logged in, with what to sign, and whose card to show.

    Beyond the documents its name, which is empty until it has been told with ``send_user_info``.
    """

    cid: int
    user_id: int
    token: str
    uid: int | None
    company_id: int
    username: str


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/login",
    caller=None,
    params=LoginParams,
    success="返回成功",
)
async def log_in(call: Call[None], given: LoginParams) -> LoginAnswer:
    """Exchange a login code of the mini program for a token."""
    login = await call.services.accounts.log_in_customer(
        given.code, call.address, given.company_id, given.rep_id
    )
    return {
        "cid": login.customer_id,
        "user_id": login.customer_id,
        "token": login.token,
        "uid": login.rep_id,
        "company_id": login.company_id,
        "username": login.name,
    }


class BindingParams(Wire):
    """Whose the customer becomes, and who sent it there."""

    rep_id: Id = wire("uid", title="用户ID")
    source: SourceNumber = wire("source", title="客户来源", default=Source.SCAN)
    parent_id: OptionalId = wire("pid", title="父级客户ID", default=None)


class BindingAnswer(TypedDict):
    """Whether the bond was made by this call."""

    is_new: bool


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/login/binding",
    caller=MiniCustomer,
    params=BindingParams,
    success="绑定关系成功",
)
async def bind(call: Call[MiniCustomer], given: BindingParams) -> BindingAnswer:
    """Make the caller a rep's customer; the rep welcomes it in the chat, once."""
    is_new = await customers.bind(
        call.caller, given.rep_id, Source(given.source), given.parent_id, call.services.messages
    )
    return {"is_new": is_new}


class ProfileParams(Wire):
    """What WeChat tells of somebody who has agreed to it, in both spellings of the names."""

    name: str = wire("username", "nickName", title="用户名", max_length=64)
    avatar_url: str = wire("headimgurl", "avatarUrl", title="用户头像", max_length=512)
    city: str = wire("city", title="城市", default="", max_length=64)
    country: str = wire("country", title="国家", default="", max_length=64)
    province: str = wire("province", title="省市", default="", max_length=64)
    language: str = wire("language", title="语言", default="", max_length=32)
    gender: Int | None = wire("gender", title="性别", default=None, ge=0, le=2)

    @property
    def profile(self) -> Profile:
        """The same in the words of the business."""
        return Profile(
            *(self.name, self.avatar_url, self.city, self.country, self.province),
            *(self.language, self.gender),
        )


class AuthoriseParams(ProfileParams):
    """A profile, and on which page of which rep the customer has agreed to it."""

    page: Int | None = wire("page", title="页面", default=None)
    rep_id: OptionalId = wire("uid", title="用户ID", default=None)


class ProfileAnswer(TypedDict):
    """What to show the customer."""

    ret_data: str


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/login/send_user_info",
    caller=MiniCustomer,
    params=AuthoriseParams,
    success="保存成功",
)
async def keep_profile(call: Call[MiniCustomer], given: AuthoriseParams) -> ProfileAnswer:
    """Keep the caller's name and picture, and log that it has shown itself."""
    services = call.services
    await customers.authorise(
        call.caller, given.profile, given.page, given.rep_id, services.files, services.radar
    )
    return {"ret_data": f"{given.name} 已向您授权登录页面"}


class FormIdParams(Wire):
    """A form id of the mini program."""

    form_id: str = wire("formId", title="formId", max_length=128)

    @property
    def is_mock(self) -> bool:
        """Whether it comes from the developer tools, which send a text about itself."""
        return "formId" in self.form_id


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/login/send_form_id",
    caller=MiniCustomer,
    params=FormIdParams,
    success="保存成功",
)
async def keep_form_id(call: Call[MiniCustomer], given: FormIdParams) -> None:
    """Keep a form id of the caller; the developer tools' mock is not kept."""
    if not given.is_mock:
        await customers.keep_form_id(call.caller.id, given.form_id)
