"""A customer's phone: the mini program in a browser, in front of the real server.

``phone`` is the page of a browser that has never been here; as with the console, a test fails when
the browser has complained of anything that the test does not name in ``may_complain``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.app import App
from tests.console.browsing import Browsing

WIDTH = 390
HEIGHT = 844
WAIT_MS = 15_000


class Phone(Browsing):
    """A customer's page."""

    def __init__(self, url: str, page: Page) -> None:
        super().__init__(page)
        self.url = f"{url}/phone/"

    async def open(self, customer: str = "demo-customer-1", rep: int = 1) -> None:
        """Come to a rep's card, as if its code had been scanned."""
        await self.page.goto(f"{self.url}?code={customer}&uid={rep}")

    async def show(self, tab: str) -> None:
        """Go to a tab by its name."""
        item = self.page.get_by_role("navigation").get_by_role("tab", name=tab)
        await item.click()
        await expect(item).to_have_attribute("aria-selected", "true")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(app: App, browser: Browser) -> AsyncIterator[Phone]:
    """A phone in the hand of a customer."""
    context = await browser.new_context(
        locale="zh-CN", viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True
    )
    context.set_default_timeout(WAIT_MS)
    phone = Phone(app.url, await context.new_page())
    yield phone
    await context.close()
    phone.assert_no_complaint()
