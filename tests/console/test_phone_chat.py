"""The customer's chat in its phone, and the rep's in the console: two browsers, one talk."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from handlers.public.connection import Connection
from handlers.public.frames import Kind
from tests.app import App
from tests.console.accessibility import findings
from tests.console.conftest import Console
from tests.console.phone import Phone
from tests.console.test_rep import OFFLINE, REP

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = 1


def last(page: Page) -> Locator:
    """The last message of a page."""
    return page.locator(".message").last


async def write(page: Page, text: str) -> None:
    """Write a message and send it."""
    await page.get_by_label("输入消息").fill(text)
    await page.get_by_label("输入消息").press("Enter")


async def lose_and_regain_the_network(phone: Page, rep: Page, app: App) -> None:
    """Cut the customer off while both sides write, and let it come back."""
    await phone.context.set_offline(True)
    for sink in list(app.services.delivery.connections):
        if isinstance(sink, Connection) and sink.kind is Kind.MINI_PROGRAM:
            sink.leave()
    await expect(phone.get_by_text("连接已断开，正在重连")).to_be_visible()
    await write(phone, "断网时写的")
    await expect(phone.locator(".is-waiting")).to_contain_text("断网时写的")
    for text in ("错过一", "错过二"):
        await write(rep, text)
    await expect(last(rep)).to_contain_text("已发送")
    await phone.context.set_offline(False)
    await expect(phone.locator(".bubble").filter(has_text="错过")).to_have_text(
        ["错过一", "错过二"]
    )
    await expect(rep.locator(".bubble").filter(has_text="断网时写的")).to_have_count(1)
    await expect(phone.locator(".is-waiting")).to_have_count(0)
    await expect(phone.locator(".bubble").filter(has_text="断网时写的")).to_have_count(1)
    await expect(rep.locator(".message", has_text="错过二")).to_contain_text("已读")


async def ask_elsewhere(phone: Page, rep: Page) -> None:
    """Write to a customer who looks at something else, and have it come back to the chat."""
    await phone.get_by_role("tab", name="名片").click()
    await write(rep, "还有别的问题吗")
    await expect(phone.get_by_role("tab", name="聊天")).to_contain_text("1 条未读消息")
    await expect(last(rep)).to_contain_text("已发送")
    await phone.get_by_role("tab", name="聊天").click()


async def talk(phone: Page, rep: Page) -> None:
    """Say everything that the two can say to each other, and take something back."""
    await expect(phone.get_by_text("在线", exact=True)).to_be_visible()

    await phone.get_by_label("输入消息").press_sequentially("请问怎么收费")
    await expect(rep.get_by_text("对方正在输入")).to_be_visible()
    await phone.get_by_role("button", name="表情").click()
    await phone.get_by_role("button", name="😊").click()
    await phone.get_by_role("button", name="发送", exact=True).click()
    await expect(last(rep)).to_contain_text("请问怎么收费😊")
    await expect(last(phone)).to_contain_text("已读")

    await rep.get_by_label("输入消息").press_sequentially("您好")
    await expect(phone.get_by_text("对方正在输入")).to_be_visible()
    await rep.keyboard.press("Enter")
    await expect(last(phone)).to_contain_text("您好")
    await expect(last(rep)).to_contain_text("已读")

    await rep.get_by_role("button", name="产品", exact=True).click()
    await rep.get_by_role("region", name="产品").get_by_role("button").first.click()
    await expect(phone.locator(".bubble.is-card").last).to_be_visible()
    await rep.get_by_role("button", name="请求手机号").click()
    await expect(last(phone)).to_contain_text("请求手机号")
    assert await findings(phone) == []
    await phone.get_by_role("button", name="发送我的手机号").last.click()
    await expect(phone.get_by_label("输入消息")).to_be_focused()
    await phone.keyboard.type("13900000001")
    await phone.keyboard.press("Enter")
    await expect(last(rep)).to_contain_text("我的手机号是: 13900000001")

    await last(phone).get_by_role("button", name="撤回").click()
    await expect(phone.get_by_text("你撤回了一条消息")).to_be_visible()
    await expect(rep.get_by_text("对方撤回了一条消息")).to_be_visible()


async def test_a_customer_and_its_rep_talk(console: Console, phone: Phone, app: App) -> None:
    phone.may_complain = OFFLINE
    await phone.open(f"demo-customer-{CUSTOMER}", REP)
    await phone.show("聊天")
    await console.log_in()
    await console.open_chat(CUSTOMER)
    await talk(phone.page, console.page)
    await lose_and_regain_the_network(phone.page, console.page, app)
    await ask_elsewhere(phone.page, console.page)
    await expect(last(phone.page)).to_contain_text("还有别的问题吗")
    await expect(last(console.page)).to_contain_text("已读")
