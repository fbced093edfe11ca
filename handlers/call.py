"""What an endpoint is given, and the answers that are more than plain data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from conf.settings import Settings
from services.accounts import Accounts
from services.audit import Trail
from services.cards import Cards
from services.chat.delivery import Delivery
from services.chat.messages import Messages
from services.chat.reading import Reading
from services.chat.recalls import Recalls
from services.company_settings import CompanySettings
from services.erasures import Erasures
from services.exports import Exports
from services.limits import Gate, SendLimit
from services.media.files import Files
from services.media.uploads import Uploads
from services.metrics import Metrics
from services.mini_codes import MiniCodes
from services.notices.opening import Notices
from services.orders import Orders
from services.payments import Payments
from services.phone_numbers import PhoneNumbers
from services.posters import Posters
from services.principals import Principal
from services.radar import Radar
from services.readiness import Readiness
from services.retention import Retention
from services.sessions import Sessions
from services.staff import Staff
from services.wechat.crypto import SecretBox
from services.wechat_apps import WechatApps

CallerT_co = TypeVar("CallerT_co", bound=Principal | None, covariant=True)


class UnderWay:
    """Counts the requests that are being served, so that a stopping server can wait for them."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> None:
        self._count += 1
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def wait_idle(self) -> None:
        """Wait until none is being served."""
        await self._idle.wait()


@dataclass(frozen=True, slots=True)
class Services:
    """Every service that keeps something between calls, built once by ``server.main``."""

    settings: Settings
    sessions: Sessions
    secrets: SecretBox
    accounts: Accounts
    radar: Radar
    cards: Cards
    staff: Staff
    company_settings: CompanySettings
    wechat_apps: WechatApps
    exports: Exports
    messages: Messages
    notices: Notices
    reading: Reading
    recalls: Recalls
    delivery: Delivery
    send_limit: SendLimit
    gate: Gate
    files: Files
    uploads: Uploads
    mini_codes: MiniCodes
    phone_numbers: PhoneNumbers
    posters: Posters
    orders: Orders
    payments: Payments
    erasures: Erasures
    retention: Retention
    metrics: Metrics
    readiness: Readiness
    under_way: UnderWay


@dataclass(frozen=True, slots=True)
class Call(Generic[CallerT_co]):
    """One call of an endpoint: who makes it, from which address, and what serves it.

    Args:
        gone: set when the client has closed its connection and nobody reads an answer.
        trail: the call's entry in the audit log, if it is to have one.
    """

    caller: CallerT_co
    services: Services
    address: str
    gone: asyncio.Event
    trail: Trail | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """An answer that sends a browser elsewhere instead of carrying data.

    Args:
        refusal: why, if it is because the call was refused.
    """

    location: str
    refusal: Exception | None = None


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is a file, written while it is read: no envelope, and however long.

    Args:
        parts: what it is made of. What is refused before the first of them is answered as ever;
            what goes wrong behind it cuts the connection, so that no client takes half of the file
            for the whole.
    """

    file_name: str
    content_type: str
    parts: AsyncGenerator[str | bytes]


@dataclass(frozen=True, slots=True)
class Said:
    """Data with a success ``msg`` of its own, where that depends on what was done."""

    msg: str
    data: Any
