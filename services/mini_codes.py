"""Mini-program codes: pictures that lead a customer's phone to a rep's card (semantics 7.1)."""

from __future__ import annotations

import hashlib
from typing import Final

from models import company as companies
from models import customer as customers
from models import own_card as queries
from services.errors import Invalid, NotFound
from services.media.files import Files, code_url
from services.principals import Rep
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

    async def make(self, rep: Rep, customer_id: int | None) -> str:
        """Make the code that leads to a rep's card, unless there is one.

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
        app = await companies.mini_program(rep.company_id)
        if app is None:
            raise Invalid("公司尚未绑定小程序")
        page = CASES_PAGE if app.service_kind == SERVES_CASES else CARD_PAGE
        path = f"{page}?uid={rep.id}&source={BY_SCAN}"
        owner = f"{rep.id}"
        if customer_id is not None:
            path, owner = f"{path}&pid={customer_id}", f"{owner}_{customer_id}"
        digest = hashlib.sha256(f"{app.appid} {path}".encode()).hexdigest()[:12]
        url = code_url(f"{owner}_{digest}")
        if not await self._files.has(url):
            keys = MiniProgramKeys(app.appid, self._secrets.open(app.secret))
            data = await self._wechat.draw_code(keys, path)
            await self._files.keep_code(url, data)
        if customer_id is None:
            await queries.set_qr_code(rep.id, url)
        else:
            await queries.set_bond_qr_code(rep.id, customer_id, url)
        return url
