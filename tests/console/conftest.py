"""A browser in front of the real server with the demo data.

``console`` is a rep's page; a test fails when the browser has complained of anything on it, unless
it names the complaint in ``console.may_complain``, and when the server has refused a frame of it.
All tests of a worker share a browser, so they and their fixtures run in one loop, the session's;
each has a context of its own, in which nobody has ever been here. The browser is Debian's, driven
by Playwright: its wheel has its own driver and speaks the browser's protocol over a pipe, where
Selenium needs a chromedriver that fits the browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    WebSocket,
    async_playwright,
    expect,
)

from conf.settings import Settings, load
from handlers.public.pages import BUILT
from models import database
from services import demo
from services.passwords import Passwords
from services.wechat.crypto import SecretBox
from tests.api import Api
from tests.app import App, assert_nothing_held, listening
from tests.console.browsing import Browsing
from tests.console.phone import phone as phone

PASSWORD = "zhuge-demo"
EXPECT_MS = 15_000
REFUSED = 300


@pytest.fixture(scope="session")
def demo_data(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo data in ``zhuge.db`` and its pictures, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(template, folder / "zhuge.db")

    async def fill() -> None:
        key = load({}).secret_key.get_secret_value()
        async with database.connected(f"sqlite:///{folder / 'zhuge.db'}", 5):
            with contextlib.closing(Passwords()) as passwords:
                await demo.load(SecretBox(key), passwords, folder)

    asyncio.run(fill())
    return folder


@pytest.fixture
def settings(settings: Settings, demo_data: Path, tmp_path: Path) -> Settings:
    """The demo's settings, on a copy of the demo data."""
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    return settings


class Console(Browsing):
    """A rep's page; ``sent`` has the frames that it has sent."""

    def __init__(self, url: str, context: BrowserContext, page: Page) -> None:
        super().__init__(page)
        self.url = f"{url}/console/"
        self.context = context
        self.sent: list[str] = []
        page.on("websocket", self._listen)

    async def log_in(self, username: str = "demo-rep-1") -> None:
        """Open the console and sign in."""
        await self.page.goto(self.url)
        await self.sign_in(username)

    async def sign_in(self, username: str = "demo-rep-1") -> None:
        """Sign in on the page that asks for it."""
        await self.page.get_by_label("用户名").fill(username)
        await self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        await self.page.get_by_label("密码", exact=True).press("Enter")
        await self.expect_state("已连接")

    async def expect_state(self, text: str) -> None:
        """Wait until the connection is in a state."""
        await expect(self.page.locator(".connection")).to_contain_text(text)

    async def open_chat(self, customer: int) -> None:
        """Go to the conversation with a customer."""
        await self.page.locator("nav a[href$='/contacts']").click()
        await self.page.locator(f".contact[href$='/contacts/{customer}']").click()
        await expect(self.page.locator(".message").first).to_be_visible()

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(str(frame)))
        socket.on("framereceived", lambda frame: self._note_refusal(str(frame)))

    def _note_refusal(self, frame: str) -> None:
        if json.loads(frame)["code"] >= REFUSED:
            self.complaints.append(frame)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "sh conf/install_packages.sh servers"
    assert (BUILT / "index.html").exists(), "make console"
    expect.set_options(timeout=EXPECT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def app(settings: Settings) -> AsyncIterator[App]:
    """The server, listening, in the browser's loop."""
    async with listening(settings) as app:
        yield app
        await assert_nothing_held(app)


@pytest_asyncio.fixture(loop_scope="session")
async def api(app: App) -> AsyncIterator[Api]:
    """A client of the server."""
    api = Api(app.url)
    yield api
    await api.close()


@pytest_asyncio.fixture(loop_scope="session")
async def console(app: App, browser: Browser) -> AsyncIterator[Console]:
    """A page of a browser that has never been here."""
    context = await browser.new_context(
        reduced_motion="reduce", locale="zh-CN", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(EXPECT_MS)
    console = Console(app.url, context, await context.new_page())
    yield console
    await context.close()
    console.assert_no_complaint()
