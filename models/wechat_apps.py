"""A company's apps at WeChat as the back office keeps them; every secret here is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.company import Company, MiniProgram, OfficialAccount, WecomApp
from models.database import fetch_all


@dataclass(frozen=True, slots=True)
class AppRow:
    """A mini program or an official account; ``service_kind`` is 0 for the latter."""

    id: int
    name: str
    appid: str
    secret: str
    template_id: str
    service_kind: int


@dataclass(frozen=True, slots=True)
class WecomAppRow:
    """An app in WeCom."""

    id: int
    kind: int
    name: str
    agent_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class CorpRow:
    """What all of a company's apps in WeCom share; empty if it is not set."""

    corp_id: str
    contacts_secret: str


async def mini_program(company_id: int) -> AppRow | None:
    """Read a company's mini program."""
    rows = await fetch_all(
        "SELECT id, name, appid, secret, template_id, service_kind FROM mini_program"
        " WHERE company_id = %s",
        (company_id,),
    )
    return AppRow(*rows[0]) if rows else None


async def official_account(company_id: int) -> AppRow | None:
    """Read a company's official account."""
    rows = await fetch_all(
        "SELECT id, name, appid, secret, template_id, 0 FROM official_account"
        " WHERE company_id = %s",
        (company_id,),
    )
    return AppRow(*rows[0]) if rows else None


async def wecom_apps(company_id: int) -> list[WecomAppRow]:
    """Read a company's apps in WeCom, at most one of each kind, in the order of the kinds."""
    rows = await fetch_all(
        "SELECT id, kind, name, agent_id, secret FROM wecom_app WHERE company_id = %s"
        " ORDER BY kind",
        (company_id,),
    )
    return [WecomAppRow(*row) for row in rows]


async def corp(company_id: int) -> CorpRow:
    """Read what a company's apps in WeCom share."""
    (row,) = await fetch_all(
        "SELECT corp_id, contacts_secret FROM company WHERE id = %s", (company_id,)
    )
    return CorpRow(*row)


async def save_mini_program(company_id: int, app_id: int | None, values: Mapping[str, Any]) -> None:
    """Write a company's mini program; the company has to be locked.

    Args:
        app_id: of the one that it has; None if it has none.
    """
    await _save(MiniProgram, company_id, app_id, values)


async def save_official_account(
    company_id: int, app_id: int | None, values: Mapping[str, Any]
) -> None:
    """Write a company's official account; likewise."""
    await _save(OfficialAccount, company_id, app_id, values)


async def save_wecom_app(company_id: int, app_id: int | None, values: Mapping[str, Any]) -> None:
    """Write one of a company's apps in WeCom; likewise."""
    await _save(WecomApp, company_id, app_id, values)


async def forget_wecom_secrets(company_id: int) -> None:
    """Take the secrets off a company's apps in WeCom; likewise."""
    await WecomApp.update(secret="").where(WecomApp.company == company_id).aio_execute()


async def save_corp(company_id: int, corp: CorpRow) -> None:
    """Write what a company's apps in WeCom share."""
    changes = {"corp_id": corp.corp_id, "contacts_secret": corp.contacts_secret}
    await Company.update(**changes).where(Company.id == company_id).aio_execute()


async def _save(table: Any, company_id: int, app_id: int | None, values: Mapping[str, Any]) -> None:
    # No upsert: MySQL's would change the row of whoever has the appid.
    if app_id is None:
        await table.aio_create(company=company_id, **values)
    else:
        await table.update(**values).where(table.id == app_id).aio_execute()
