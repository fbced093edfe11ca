"""What a company shows: pictures to send for it, and what a customer is shown by the API."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from playwright.async_api import FilePayload, Locator

from handlers.codes import Code
from tests.api import Api, Caller

REP = 1


def picture(colour: str) -> FilePayload:
    """A picture in a colour, as a file of somebody's machine."""
    content = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(content, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": content.getvalue()}


async def addresses(pictures: Locator) -> list[str]:
    """Where pictures of a page come from, in the form in which the API names them."""
    found = [await each.get_attribute("src") for each in await pictures.all()]
    return [str(address).lstrip("/") for address in found]


class Visitor:
    """A customer of the rep with the mini program in hand."""

    def __init__(self, api: Api, caller: Caller) -> None:
        self._api = api
        self._caller = caller

    @classmethod
    async def come(cls, api: Api) -> Visitor:
        """Log in with the mini program."""
        query = {"code": "demo-customer-1", "user_type": 2, "source": 1}
        data = (await api.get("/zhugeleida/xiaochengxu/login", query)).data
        return cls(api, Caller(data["user_id"], data["token"], "customer"))

    async def find(self, path: str, name: str, field: str = "name") -> dict[str, Any] | None:
        """Look for a row of a list by its name."""
        rows = (await self._get(f"{path}_list", length=100))["data"]["ret_data"]
        return next((row for row in rows if row[field] == name), None)

    async def open(self, path: str, number: int) -> dict[str, Any] | None:
        """Open one of a list; None if the customer may not see it."""
        answer = await self._get(f"{path}_single", product_id=number)
        if answer["code"] == Code.NOT_FOUND:
            return None
        shown: dict[str, Any] = answer["data"]["ret_data"][0]
        return shown

    async def website(self) -> dict[str, list[str]]:
        """Look at the website: the addresses of its pictures, by part."""
        parts = (await self._get("website"))["data"]["ret_data"]
        return {part: [one["picture_url"] for one in found] for part, found in parts.items()}

    async def _get(self, path: str, **query: object) -> dict[str, Any]:
        fields = {"uid": REP, **query}
        return await self._api.get(f"/zhugeleida/xiaochengxu/{path}", fields, caller=self._caller)
