"""Mini-program codes: pictures that lead a customer's phone to a rep's card (semantics 7.1)."""

from __future__ import annotations

import hashlib
from typing import Final

from models import company as companies
from models import customer as customers
from models import own_card as queries
from models import staff
from models.company import App
from services.errors import Invalid, NotFound
from services.flights import Flights
from services.media.files import Files, code_url
from services.principals import MiniCustomer, Rep
from services.wechat.client import MiniProgramKeys, WeChatClient
from services.wechat.crypto import SecretBox

CARD_PAGE: Final = "/pages/mingpian/index"
CASES_PAGE: Final = "/pages/index/index"
SERVES_CASES: Final = 2
BY_SCAN: Final = 1


class MiniCodes:
    """Has WeChat draw codes, and keeps them.

    WeChat draws so many for a mini program and never more, so what has been drawn is used again
    for as long as it leads to the same page.
    """

    def __init__(self, wechat: WeChatClient, secrets: SecretBox, files: Files) -> None:
        self._wechat = wechat
        self._secrets = secrets
        self._files = files
        self._drawings: Flights[None] = Flights()

    async def make(self, rep: Rep, customer_id: int | None) -> str:
        """Make the code that leads to the caller's card, unless there is one.

        Args:
            customer_id: who hands it on; None for the rep itself.

        Returns:
            its address, relative to the server's root.

        Raises:
            NotFound: the customer is not the rep's.
            Invalid: the company has no mini program.
            UpstreamAway: WeChat does not draw it; nothing has changed.
        """
        if customer_id is not None and not await customers.is_bound(rep.id, customer_id):
            raise NotFound
        return await self._code(rep.company_id, rep.id, customer_id)

    async def make_for(self, customer: MiniCustomer, rep_id: int) -> str:
        """Make the code with which the caller hands a rep's card on, unless there is one.

        Of a customer that is not the rep's it is the rep's own code: whom it brings along comes
        from nobody.

        Returns:
            its address, relative to the server's root.

        Raises:
            NotFound: no such rep in the customer's company (decisions T11).
            Invalid: the company has no mini program.
            UpstreamAway: WeChat does not draw it; nothing has changed.
        """
        if await staff.company_of(rep_id) != customer.company_id:
            raise NotFound
        is_bound = await customers.is_bound(rep_id, customer.id)
        return await self._code(customer.company_id, rep_id, customer.id if is_bound else None)

    async def _code(self, company_id: int, rep_id: int, customer_id: int | None) -> str:
        app = await companies.mini_program(company_id)
        if app is None:
            raise Invalid("公司尚未绑定小程序")
        page = CASES_PAGE if app.service_kind == SERVES_CASES else CARD_PAGE
        path = f"{page}?uid={rep_id}&source={BY_SCAN}"
        owner = f"{rep_id}"
        if customer_id is not None:
            path, owner = f"{path}&pid={customer_id}", f"{owner}_{customer_id}"
        digest = hashlib.sha256(f"{app.appid} {path}".encode()).hexdigest()[:12]
        url = code_url(f"{owner}_{digest}")
        if not await self._files.has(url):
            await self._drawings.join(url, lambda: self._draw(app, path, url))
        if customer_id is None:
            await queries.set_qr_code(rep_id, url)
        else:
            await queries.set_bond_qr_code(rep_id, customer_id, url)
        return url

    async def _draw(self, app: App, path: str, url: str) -> None:
        keys = MiniProgramKeys(app.appid, self._secrets.open(app.secret))
        await self._files.keep_code(url, await self._wechat.draw_code(keys, path))
