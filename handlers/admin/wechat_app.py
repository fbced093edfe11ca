"""The company's apps at WeChat; their secrets come in and never go out."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr, StringConstraints
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Int, Name, Wire, wire
from services import wechat_apps
from services.principals import AdminRep
from services.wechat_apps import LONGEST_SECRET, AppDraft, AppRow, WecomAppKind, WecomDraft


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) > LONGEST_SECRET:
        raise ValueError(f"密钥长度不能超过{LONGEST_SECRET}")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("密钥只能由字母、数字和符号组成")
    return value


def _code(value: str) -> str:
    if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
        raise ValueError("ID只能由字母、数字、短横线和下划线组成")
    return value


def _digits(value: str) -> str:
    if not (value.isascii() and value.isdecimal()):
        raise ValueError("应用AgentId只能由数字组成")
    return value


Secret = Annotated[SecretStr, AfterValidator(_secret)]
Code = Annotated[Name, StringConstraints(max_length=128), AfterValidator(_code)]
Digits = Annotated[Name, StringConstraints(max_length=18), AfterValidator(_digits)]
NO_SECRET = SecretStr("")


class AppAnswer(TypedDict):
    """An app that has an appid; of its secret is told whether there is one."""

    id: int
    name: str
    authorization_appid: str
    has_secret: bool
    template_id: str


class MiniProgramAnswer(AppAnswer):
    """A mini program; its id is the ``xiaochengxu_id`` of payments."""

    three_services_type: int


class WecomAppAnswer(TypedDict):
    """An app in WeCom; of its secret is told whether there is one."""

    id: int
    app_type: int
    name: str
    agent_id: str
    has_secret: bool


class AppsAnswer(TypedDict):
    """All apps of the company; null stands for one that it has not."""

    corp_id: str
    has_tongxunlu_secret: bool
    mini_program: MiniProgramAnswer | None
    official_account: AppAnswer | None
    wecom_app: list[WecomAppAnswer]


class AllAppsAnswer(TypedDict):
    """What was asked for."""

    ret_data: AppsAnswer


@endpoint(
    "GET",
    "/zhugeleida/admin/wechat_app/app_list",
    caller=AdminRep,
    success="查询成功",
)
async def list_apps(call: Call[AdminRep]) -> AllAppsAnswer:
    """List the apps of the caller's company, and for which of them there is a secret."""
    found = await wechat_apps.find(call.caller)
    program, account = found.mini_program, found.official_account
    wecom: list[WecomAppAnswer] = [
        {
            "id": one.id,
            "app_type": one.kind,
            "name": one.name,
            "agent_id": one.agent_id,
            "has_secret": bool(one.secret),
        }
        for one in found.wecom
    ]
    return {
        "ret_data": {
            "corp_id": found.corp.corp_id,
            "has_tongxunlu_secret": bool(found.corp.contacts_secret),
            "mini_program": _mini_program(program) if program else None,
            "official_account": _app(account) if account else None,
            "wecom_app": wecom,
        }
    }


def _mini_program(row: AppRow) -> MiniProgramAnswer:
    return {**_app(row), "three_services_type": row.service_kind}


def _app(row: AppRow) -> AppAnswer:
    return {
        "id": row.id,
        "name": row.name,
        "authorization_appid": row.appid,
        "has_secret": bool(row.secret),
        "template_id": row.template_id,
    }


class AppForm(Wire):
    """An app that has an appid, whole; without a secret it keeps the one that it has."""

    name: Name = wire("name", title="名称", max_length=128)
    appid: Code = wire("authorization_appid", title="AppID")
    secret: Secret = wire(
        "authorization_secret", title="AppSecret", is_secret=True, default=NO_SECRET
    )
    template_id: Code | None = wire("template_id", title="模板ID", default=None)

    @property
    def draft(self) -> AppDraft:
        """The same in the words of the business."""
        secret = self.secret.get_secret_value()
        return AppDraft(self.name, self.appid, secret, self.template_id or "")


class MiniProgramForm(AppForm):
    """A mini program, which shows cards (1) or cases (2)."""

    service_kind: Int = wire("three_services_type", title="服务类型", default=1, ge=1, le=2)


@endpoint(
    "POST",
    "/zhugeleida/admin/wechat_app/save_mini_program/0",
    caller=AdminRep,
    params=MiniProgramForm,
    success="保存成功",
)
async def save_mini_program(call: Call[AdminRep], given: MiniProgramForm) -> None:
    """Set the company's mini program up, or change it."""
    await call.services.wechat_apps.save_mini_program(call.caller, given.draft, given.service_kind)


@endpoint(
    "POST",
    "/zhugeleida/admin/wechat_app/save_official_account/0",
    caller=AdminRep,
    params=AppForm,
    success="保存成功",
)
async def save_official_account(call: Call[AdminRep], given: AppForm) -> None:
    """Set the company's official account up, or change it."""
    await call.services.wechat_apps.save_official_account(call.caller, given.draft)


class WecomForm(Wire):
    """An app in WeCom, whole, with what it shares with the company's others."""

    kind: Int = wire("app_type", title="应用类型", ge=min(WecomAppKind), le=max(WecomAppKind))
    name: Name = wire("name", title="名称", max_length=128)
    agent_id: Digits = wire("agent_id", title="应用AgentId")
    secret: Secret = wire("app_secret", title="应用Secret", is_secret=True, default=NO_SECRET)
    corp_id: Code | None = wire("corp_id", title="企业ID", default=None)
    contacts_secret: Secret = wire(
        "tongxunlu_secret", title="通讯录Secret", is_secret=True, default=NO_SECRET
    )

    @property
    def draft(self) -> WecomDraft:
        """The same in the words of the business."""
        return WecomDraft(
            WecomAppKind(self.kind),
            self.name,
            self.agent_id,
            self.secret.get_secret_value(),
            self.corp_id or "",
            self.contacts_secret.get_secret_value(),
        )


@endpoint(
    "POST",
    "/zhugeleida/admin/wechat_app/save_wecom_app/0",
    caller=AdminRep,
    params=WecomForm,
    success="保存成功",
)
async def save_wecom_app(call: Call[AdminRep], given: WecomForm) -> None:
    """Set one of the company's apps in WeCom up, or change it."""
    await call.services.wechat_apps.save_wecom_app(call.caller, given.draft)
