"""The apps at WeChat that a company calls its own: mini program, official account, WeCom.

Access tokens are kept under a digest of the secret, so none that an old secret has got is used with
a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from models import company as companies_queries
from models import wechat_apps as queries
from models.company import WecomAppKind as WecomAppKind
from models.database import Taken, constrained, retry_on_deadlock
from models.wechat_apps import AppRow as AppRow
from models.wechat_apps import CorpRow, WecomAppRow
from services import companies
from services.chat.bus import Bus
from services.errors import Invalid
from services.principals import AdminRep
from services.wechat.crypto import SecretBox

LONGEST_SECRET: Final = 256
APPID_TAKEN: Final = "该AppID已被其他公司使用"
NO_CORP: Final = "企业ID不能为空"


@dataclass(frozen=True, slots=True)
class Apps:
    """All apps of a company; secrets are sealed."""

    corp: CorpRow
    mini_program: AppRow | None
    official_account: AppRow | None
    wecom: list[WecomAppRow]


@dataclass(frozen=True, slots=True)
class AppDraft:
    """A mini program or an official account as it is to be.

    Args:
        secret: empty keeps the one that it has of the same appid.
    """

    name: str
    appid: str
    secret: str = field(repr=False)
    template_id: str


@dataclass(frozen=True, slots=True)
class WecomDraft:
    """An app in WeCom as it is to be, with what it shares with the company's others.

    Args:
        secret: empty keeps the one that it has of the same agent and corp; the contacts' likewise.
        corp_id: empty keeps the company's.
    """

    kind: WecomAppKind
    name: str
    agent_id: str
    secret: str = field(repr=False)
    corp_id: str
    contacts_secret: str = field(repr=False)


async def find(rep: AdminRep) -> Apps:
    """Show the apps of a rep's company."""
    company_id = rep.company_id
    return Apps(
        await queries.corp(company_id),
        await queries.mini_program(company_id),
        await queries.official_account(company_id),
        await queries.wecom_apps(company_id),
    )


class WechatApps:
    """Writes a company's apps, sealing their secrets, and tells every process of it."""

    def __init__(self, bus: Bus, secrets: SecretBox) -> None:
        self._bus = bus
        self._secrets = secrets

    async def save_mini_program(self, rep: AdminRep, draft: AppDraft, service_kind: int) -> None:
        """Set a company's mini program up, or change it.

        Raises:
            Invalid: another company has the appid, or there is no secret for it.
        """
        await self._save_mini_program(rep.company_id, draft, service_kind)
        await self._announce(rep)

    async def save_official_account(self, rep: AdminRep, draft: AppDraft) -> None:
        """Set a company's official account up, or change it.

        Raises:
            Invalid: another company has the appid, or there is no secret for it.
        """
        await self._save_official_account(rep.company_id, draft)
        await self._announce(rep)

    async def save_wecom_app(self, rep: AdminRep, draft: WecomDraft) -> None:
        """Set one of a company's apps in WeCom up, or change it.

        The company's other apps lose the secrets that they have of another corp.

        Raises:
            Invalid: there is no secret for it or for the contacts, or the company has no corp id.
        """
        await self._save_wecom_app(rep.company_id, draft)
        await self._announce(rep)

    async def _announce(self, rep: AdminRep) -> None:
        await self._bus.publish(companies.CHANGED, rep.company_id)

    @retry_on_deadlock
    async def _save_mini_program(self, company_id: int, draft: AppDraft, service_kind: int) -> None:
        try:
            async with constrained():
                await companies_queries.lock(company_id)
                kept = await queries.mini_program(company_id)
                values = {**self._columns(kept, draft), "service_kind": service_kind}
                await queries.save_mini_program(company_id, kept.id if kept else None, values)
        except Taken:
            raise _appid_taken() from None

    @retry_on_deadlock
    async def _save_official_account(self, company_id: int, draft: AppDraft) -> None:
        try:
            async with constrained():
                await companies_queries.lock(company_id)
                kept = await queries.official_account(company_id)
                values = self._columns(kept, draft)
                await queries.save_official_account(company_id, kept.id if kept else None, values)
        except Taken:
            raise _appid_taken() from None

    @retry_on_deadlock
    async def _save_wecom_app(self, company_id: int, draft: WecomDraft) -> None:
        async with constrained():
            await companies_queries.lock(company_id)
            corp = await queries.corp(company_id)
            wanted = self._corp(corp, draft)
            is_moved = wanted.corp_id != corp.corp_id
            found = await queries.wecom_apps(company_id)
            kept = next((one for one in found if one.kind == draft.kind), None)
            is_same = kept is not None and kept.agent_id == draft.agent_id and not is_moved
            secret = self._secrets.seal(draft.secret) or (kept.secret if kept and is_same else "")
            if not secret:
                raise _missing_secret("app_secret")
            values = {
                "kind": int(draft.kind),
                "name": draft.name,
                "agent_id": draft.agent_id,
                "secret": secret,
            }
            if is_moved:
                await queries.forget_wecom_secrets(company_id)
            await queries.save_wecom_app(company_id, kept.id if kept else None, values)
            await queries.save_corp(company_id, wanted)

    def _corp(self, kept: CorpRow, draft: WecomDraft) -> CorpRow:
        """Say what a company's apps in WeCom share; the contacts' secret stays with its corp only.

        A company may have none, but one that it has is not lost by the way.
        """
        corp_id = draft.corp_id or kept.corp_id
        if not corp_id:
            raise Invalid(NO_CORP, {"corp_id": NO_CORP})
        contacts_secret = self._secrets.seal(draft.contacts_secret)
        if kept.contacts_secret and corp_id != kept.corp_id and not contacts_secret:
            raise _missing_secret("tongxunlu_secret")
        return CorpRow(corp_id, contacts_secret or kept.contacts_secret)

    def _columns(self, kept: AppRow | None, draft: AppDraft) -> dict[str, object]:
        """Write the columns of an app; a secret that is not given stays with its appid only."""
        is_same = kept is not None and kept.appid == draft.appid
        secret = self._secrets.seal(draft.secret) or (kept.secret if kept and is_same else "")
        if not secret:
            raise _missing_secret("authorization_secret")
        return {
            "name": draft.name,
            "appid": draft.appid,
            "secret": secret,
            "template_id": draft.template_id,
        }


def _appid_taken() -> Invalid:
    return Invalid(APPID_TAKEN, {"authorization_appid": APPID_TAKEN})


def _missing_secret(field_name: str) -> Invalid:
    complaint = "密钥不能为空"
    return Invalid(complaint, {field_name: complaint})
