"""The rep's view of a customer: why it may buy, what is noted, done and planned."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.conftest import PASSWORD, Console
from tests.console.test_rep import REP

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = "/zhugeleida/qiyeweixin"


@pytest_asyncio.fixture(loop_scope="session")
async def customer(api: Api) -> Caller:
    """A customer of the rep, logged in with the mini program."""
    query = {"code": "demo-customer-1", "user_type": 2, "source": 1}
    data = (await api.get("/zhugeleida/xiaochengxu/login", query)).data
    return Caller(data["user_id"], data["token"], "customer")


@pytest_asyncio.fixture(loop_scope="session")
async def rep(api: Api) -> Caller:
    """The rep, logged in without a browser."""
    form = {"username": "demo-rep-1", "password": PASSWORD}
    data = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(data["user_id"], data["token"], "rep")


class Seen:
    """A customer's side of the page, and what the API says of the same customer."""

    def __init__(self, console: Console, api: Api, rep: Caller, customer: Caller) -> None:
        self.panel = console.page.get_by_role("region", name="客户资料")
        self._api = api
        self._rep = rep
        self._query = {"customer_id": customer.id}

    async def file(self) -> Any:
        """Ask for the customer."""
        answer = await self._api.get(f"{ROOT}/customer", self._query, caller=self._rep)
        return answer.data["ret_data"][0]

    async def newest_follow_up(self) -> str:
        """Ask for what was written down last."""
        answer = await self._api.get(f"{ROOT}/follow_info", self._query, caller=self._rep)
        return str(answer.data["ret_data"][0]["follow_info"])

    def field(self, label: str) -> Locator:
        """A field by its label."""
        return self.panel.get_by_label(label, exact=True)

    async def open(self, tab: str) -> None:
        """Go to a tab."""
        await self.panel.get_by_role("tab", name=tab).click()

    async def press(self, button: str, form: str | None = None) -> None:
        """Press a button, of a form if there are others."""
        place = self.panel.get_by_role("form", name=form, exact=True) if form else self.panel
        await place.get_by_role("button", name=button, exact=True).click()


@pytest.fixture
def seen(console: Console, api: Api, rep: Caller, customer: Caller) -> Seen:
    """The customer in the console and over the API."""
    return Seen(console, api, rep, customer)


async def test_a_rep_sees_why_a_customer_may_buy_and_plans_on_it(
    console: Console, seen: Seen, customer: Caller
) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    file = await seen.file()
    await expect(seen.panel.locator(".score")).to_have_text(f"{file['ai_pr']}%")
    await expect(seen.panel.locator(".reasons li")).to_have_text(file["ai_reasons"])
    odds = seen.panel.get_by_role("slider", name="我的预计")
    await odds.press("End")
    await odds.press("ArrowLeft")
    day = seen.field("预计成交日")
    await day.fill("2030-01-02")
    await day.press("Enter")
    await seen.press("保存", "成交把握")
    await expect(console.page.get_by_text("已保存")).to_be_visible()
    file = await seen.file()
    assert (file["expedted_pr"], file["expected_time"]) == ("99", "2030-01-02")

    await seen.open("跟进")
    follow_ups = seen.panel.locator(".el-timeline-item")
    await expect(follow_ups.first).to_contain_text("更新预计成交日期: 2030-01-02")
    await seen.press("已约周末到馆看样板间")
    await expect(seen.field("记录这次跟进")).to_have_value("已约周末到馆看样板间")
    await seen.press("添加跟进")
    await expect(follow_ups.first).to_contain_text("已约周末到馆看样板间")
    assert await seen.newest_follow_up() == "已约周末到馆看样板间"

    await seen.press("编辑")
    tags = seen.panel.get_by_role("list", name="已有标签")
    await seen.panel.get_by_role("group", name="级别").get_by_text("已成交客户").click()
    await expect(tags).to_contain_text("已成交客户")
    await seen.field("新标签").fill("要看样板间")
    await seen.press("添加")
    await expect(tags).to_contain_text("要看样板间")
    assert {"已成交客户", "要看样板间"} < set((await seen.file())["tag"])
    await seen.field("新标签").fill("要看样板间")
    await seen.press("添加")
    await expect(seen.panel.get_by_text("标签名已存在")).to_be_visible()
    assert await findings(console.page) == []


async def test_what_a_rep_types_stays_while_the_customer_goes_on(
    console: Console, api: Api, seen: Seen, customer: Caller
) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    count = seen.panel.get_by_text("共 ")
    before = await count.inner_text()
    newest = seen.panel.locator(".deed").first
    await seen.open("资料")
    await seen.field("备注名").fill("展厅的小满")
    await seen.field("备注电话").fill("12345")
    await seen.press("保存", "资料")
    await expect(seen.panel.get_by_text("手机号必须是1开头的11位数字")).to_be_visible()
    await seen.open("动态")
    await api.get("/zhugeleida/xiaochengxu/mingpian", {"uid": REP}, caller=customer)
    await expect(count).not_to_have_text(before)
    await expect(newest).to_contain_text("查看您的名片")
    await seen.open("资料")
    await expect(seen.field("备注名")).to_have_value("展厅的小满")
    await seen.field("备注电话").fill("13912345678")
    assert await findings(console.page) == []
    await seen.press("保存", "资料")
    await expect(seen.panel.get_by_role("heading", name="展厅的小满")).to_be_visible()
    file = await seen.file()
    assert (file["memo_name"], file["memo_phone"]) == ("展厅的小满", "13912345678")

    await seen.field("公司").fill("还没有保存")
    await console.page.locator(".contact").last.click()
    await console.page.get_by_role("button", name="继续编辑").click()
    await expect(seen.field("公司")).to_have_value("还没有保存")
    await seen.press("放弃")
    await seen.press("解除关系")
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="解除关系").click()
    await expect(console.page.get_by_text("选择一位客户开始聊天")).to_be_visible()
    contact = console.page.locator(f".contact[href$='/contacts/{customer.id}']")
    await expect(contact).to_have_count(0)


async def test_a_customer_is_found_in_the_address_book_and_opened_on_a_phone(
    console: Console, seen: Seen, customer: Caller
) -> None:
    await console.page.set_viewport_size({"width": 390, "height": 844})
    await console.log_in()
    page = console.page
    await page.locator("nav a[href$='/contacts']").click()
    await page.get_by_text("通讯录").click()
    entries = page.locator(".contact")
    await expect(entries.first.locator(".odds")).to_have_text("80%")
    search = page.get_by_label("按姓名或备注名查找")
    await search.fill("孟小满")
    await search.press("Enter")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text("小满爱收纳")
    await search.fill("")
    await search.press("Enter")
    await expect(entries).not_to_have_count(1)
    await page.get_by_role("combobox", name="来源").press("Enter")
    await page.get_by_role("option", name="搜索").click()
    await expect(entries).to_have_count(1)
    await page.get_by_text("标签", exact=True).click()
    await page.get_by_role("button", name="重要客户").click()
    assert await findings(console.page) == []
    await page.locator(f".contact[href$='/contacts/{customer.id}']").locator("visible=true").click()
    await page.get_by_role("link", name="客户资料").click()
    await expect(seen.panel.locator(".deed").first).to_be_visible()
    await expect(seen.panel.locator(".deed")).to_have_count(20)
    assert await findings(console.page) == []
    assert await seen.panel.evaluate("box => box.scrollWidth <= box.clientWidth")
    await page.get_by_role("link", name="返回聊天").click()
    await expect(page.locator(".message").first).to_be_visible()
