"""What a company is set up with, and who may change what of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from models import company_settings as queries
from models import members
from models.base import now
from models.company import ShopKind as ShopKind
from models.company_settings import CompanyFacts as CompanyFacts
from models.company_settings import Period
from models.database import atomic, retry_on_deadlock
from services import companies
from services.chat.bus import Bus
from services.clock import months_after, start_of
from services.errors import BadSignature, Invalid, NotFound
from services.principals import AdminRep

MOST_MONTHS: Final = 600
MOST_CARDS: Final = 100_000


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """What is to be changed of a company's settings; None stays.

    The last three are the platform's to change.
    """

    area: str | None = None
    address: str | None = None
    is_customer_unique: bool | None = None
    shop_kind: int | None = None
    charging_started_on: date | None = None
    open_months: int | None = None
    card_quota: int | None = None

    @property
    def is_of_platform(self) -> bool:
        """Whether it changes what the company pays for."""
        paid_for = (self.charging_started_on, self.open_months, self.card_quota)
        return any(value is not None for value in paid_for)


async def find(rep: AdminRep, company_id: int | None) -> CompanyFacts:
    """Show a company's settings.

    Args:
        company_id: None for the rep's own.

    Raises:
        NotFound: it is not the rep's to manage.
    """
    found = await queries.find(companies.managed(rep, company_id))
    if found is None:
        raise NotFound
    return found


class CompanySettings:
    """Changes settings, and tells every process of it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def change(self, rep: AdminRep, company_id: int | None, draft: SettingsDraft) -> None:
        """Change what is given of a company's settings.

        A new period counts at once: logins, the action log and notices read when it is over.

        Args:
            company_id: None for the rep's own.

        Raises:
            NotFound: it is not the rep's to manage.
            BadSignature: the rep does not manage the platform, and changes what is paid for.
            Invalid: more reps are enabled than the quota allows, or the period lacks a half, or is
                the platform's own and over.
        """
        meant = companies.managed(rep, company_id)
        if draft.is_of_platform and not companies.is_of_platform(rep):
            raise BadSignature
        await _change(meant, draft)
        await self._bus.publish(companies.CHANGED, meant)


@retry_on_deadlock
async def _change(company_id: int, draft: SettingsDraft) -> None:
    async with atomic():
        period = await queries.lock_period(company_id)
        if period is None:
            raise NotFound
        values = {
            "area": draft.area,
            "address": draft.address,
            "customer_unique": draft.is_customer_unique,
            "shop_kind": draft.shop_kind,
            "card_quota": draft.card_quota,
            **_period(period, draft),
        }
        if company_id == companies.FIRST_COMPANY:
            _require_open(values, draft)
        given = {name: value for name, value in values.items() if value is not None}
        if given:
            await queries.change(company_id, given)
        if draft.card_quota is not None:
            await _check_quota(company_id, draft.card_quota)


def _period(before: Period, draft: SettingsDraft) -> dict[str, Any]:
    """Say which period a company gets; a half that is not given stays."""
    day, months = draft.charging_started_on, draft.open_months
    if day is None and months is None:
        return {}
    started_at = start_of(day) if day is not None else before.started_at
    months = before.months if months is None else months
    for field, title, value in (
        ("charging_start_time", "开始计费时间", started_at),
        ("open_length_time", "开通时长", months),
    ):
        if value is None:
            raise Invalid(f"{title}不能为空", {field: f"{title}不能为空"})
    assert started_at is not None
    assert months is not None
    return {
        "charging_started_at": started_at,
        "open_months": months,
        "expires_at": months_after(started_at, months),
    }


def _require_open(values: Mapping[str, Any], draft: SettingsDraft) -> None:
    """Refuse a period of the platform's own company that is over: nobody could log in to undo it.

    Raises:
        Invalid: it is over.
    """
    expires_at = values.get("expires_at")
    if expires_at is None or expires_at > now():
        return
    complaint = "平台公司的有效期不能早于当前时间"
    halves = {
        "charging_start_time": draft.charging_started_on,
        "open_length_time": draft.open_months,
    }
    given = [field for field, value in halves.items() if value is not None]
    raise Invalid(complaint, dict.fromkeys(given, complaint))


async def _check_quota(company_id: int, quota: int) -> None:
    free = await members.free_cards(company_id)
    if free < 0:
        complaint = f"该公司已启用{quota - free}个名片,可开通名片数量不能少于此数"
        raise Invalid(complaint, {"mingpian_available_num": complaint})
