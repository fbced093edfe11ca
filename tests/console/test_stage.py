"""The demo's stage, with the whole story from both sides, and the pictures of it in the docs.

``make screenshots`` runs these tests and keeps their pictures in ``docs/screenshots``.
"""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.app import App
from tests.console.accessibility import findings
from tests.console.conftest import EXPECT_MS, Console
from tests.source import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENSHOTS: Final = ROOT / "docs" / "screenshots"
QUALITY: Final = 82
FEWEST_COLOURS: Final = 500
"""An empty page, or one that still loads, has less."""


@pytest_asyncio.fixture(loop_scope="session")
async def stage(app: App, browser: Browser) -> AsyncIterator[Page]:
    """The stage on a desk, of which the browser must not complain."""
    context = await browser.new_context(
        reduced_motion="reduce", locale="zh-CN", viewport={"width": 1280, "height": 940}
    )
    context.set_default_timeout(EXPECT_MS)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    await page.goto(app.url)
    yield page
    await context.close()
    assert complaints == []


def phones(stage: Page) -> tuple[FrameLocator, FrameLocator]:
    """The customer's phone and the rep's."""
    frames = [stage.get_by_role("region", name=name, exact=True) for name in ("客户", "销售")]
    return frames[0].frame_locator("iframe"), frames[1].frame_locator("iframe")


async def keep(page: Page, name: str) -> None:
    """Take a picture of a page as it is shown; of one without anything on it the test fails."""
    await page.evaluate("document.fonts.ready")
    taken = await page.screenshot(type="jpeg", quality=QUALITY)
    colours = Image.open(io.BytesIO(taken)).convert("RGB").getcolors(maxcolors=1 << 24)
    assert colours is not None
    assert len(colours) > FEWEST_COLOURS
    if os.environ.get("ZHUGE_WRITE_SCREENSHOTS"):
        (SCREENSHOTS / f"{name}.jpg").write_bytes(taken)


async def test_what_a_customer_does_is_on_the_reps_phone_at_once(stage: Page) -> None:
    customer, rep = phones(stage)
    newest = rep.locator(".event").first
    await expect(newest).to_contain_text("查看您的名片")
    await expect(customer.get_by_role("tab", name="名片")).to_be_visible()
    await keep(stage, "stage")

    await customer.get_by_role("tab", name="产品").click()
    await customer.get_by_role("link").first.click()
    await expect(newest).to_contain_text("正在查看")
    await customer.get_by_role("button", name="咨询").click()
    await expect(customer.locator(".bubble.is-card").last).to_be_visible()
    await expect(newest).to_contain_text("咨询")

    await customer.get_by_label("输入消息").fill("这个方案多久能完工？")
    await customer.get_by_role("button", name="发送", exact=True).click()
    await rep.get_by_role("navigation").get_by_role("link", name="客户").click()
    await rep.locator(".contact").first.click()
    await expect(rep.locator(".bubble").last).to_have_text("这个方案多久能完工？")
    await rep.get_by_label("输入消息").fill("一般四十五天。")
    await rep.get_by_label("输入消息").press("Enter")
    await expect(customer.locator(".bubble").last).to_have_text("一般四十五天。")
    await expect(rep.locator(".message").last).to_contain_text("已读")
    await keep(stage, "chat")
    assert await findings(stage) == []

    await stage.emulate_media(color_scheme="light")
    await customer.get_by_role("tab", name="名片").click()
    await customer.get_by_role("button", name="海报").click()
    await expect(customer.get_by_role("img", name="海报")).to_be_visible()
    await rep.get_by_role("link", name="客户资料").click()
    await expect(rep.get_by_role("form", name="成交把握")).to_contain_text("AI 成交率")
    await expect(rep.get_by_role("heading", name="标签")).to_be_visible()
    await keep(stage, "poster")


async def test_others_step_onto_the_stage(stage: Page) -> None:
    customer, rep = phones(stage)
    await stage.get_by_role("combobox", name="销售").select_option("程书远 · 雾岭拾叶茶业有限公司")
    await expect(customer.get_by_text("程书远").first).to_be_visible()
    await expect(rep.locator(".event").first).to_contain_text("行政小姐姐Mia")
    await stage.get_by_role("combobox", name="客户").select_option("新客户")
    await customer.get_by_role("button", name="允许").click()
    await expect(rep.locator(".event").first).to_contain_text("首次查看您的名片")
    address = stage.url
    await stage.reload()
    assert stage.url == address
    await expect(customer.get_by_text("程书远").first).to_be_visible()
    await stage.get_by_role("button", name="English").first.click()
    customer, rep = (
        stage.get_by_role("region", name=name, exact=True).frame_locator("iframe")
        for name in ("Customer", "Rep")
    )
    await expect(customer.get_by_role("tab", name="Products")).to_be_visible()
    await expect(rep.get_by_role("link", name="Radar")).to_be_visible()
    await stage.set_viewport_size({"width": 390, "height": 844})
    await stage.get_by_role("button", name="Rep", exact=True).click()
    await expect(rep.get_by_role("heading", name="Radar")).to_be_visible()


async def test_the_docs_show_the_console_as_it_is(console: Console) -> None:
    await console.log_in()
    await console.open_chat(1)
    await expect(console.page.get_by_role("region", name="客户资料")).to_contain_text("AI 成交率")
    await keep(console.page, "console")
    await console.page.goto(f"{console.url}admin/")
    await expect(console.page.locator("canvas").first).to_be_visible()
    await keep(console.page, "dashboard")
