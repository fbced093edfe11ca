"""The mall on a customer's phone: goods are asked about, ordered and paid."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from models.mall import OrderStatus
from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.back_office import log_in_manager, radar
from tests.console.phone import Phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAMP = 3


async def newest_order(api: Api, rep: Caller) -> dict[str, Any]:
    """The order of the company that was placed last."""
    answer = await api.get("/zhugeleida/admin/order/order_list", {"length": 1}, caller=rep)
    (row,) = answer.data["ret_data"]
    return dict(row)


async def test_goods_are_bought_and_paid(phone: Phone, api: Api) -> None:
    page, rep = phone.page, await log_in_manager(api)
    await phone.open()
    await phone.show("产品")
    await page.get_by_role("tab", name="商城").click()
    await page.get_by_role("tab", name="客厅餐厅").click()
    await page.get_by_role("button", name="灯具").click()
    goods = page.locator(".goods[href]")
    await expect(goods).to_have_count(1)
    found = {"mall": await findings(phone.page)}
    await goods.click()
    await page.get_by_role("button", name="立即购买").click()
    sheet = page.get_by_role("dialog", name="立即购买")
    await expect(sheet).to_be_visible()
    await sheet.get_by_role("button", name="增加").click()
    await sheet.get_by_label("手机号").fill("12345")
    await sheet.get_by_role("button", name="提交订单").click()
    await expect(sheet).to_contain_text("手机号必须是1开头的11位数字")
    found["order"] = await findings(phone.page)
    await sheet.get_by_label("手机号").fill("13900001111")
    await sheet.get_by_role("button", name="提交订单").click()
    pay = page.get_by_role("dialog", name="微信支付")
    await expect(pay).to_contain_text("¥918.00")
    found["pay"] = await findings(phone.page)
    await pay.get_by_role("button", name="确认支付").click()
    await expect(page.get_by_role("heading", name="支付成功")).to_be_visible()
    found["paid"] = await findings(phone.page)
    assert not any(found.values()), found
    order = await newest_order(api, rep)
    assert (order["theOrderStatus"], order["yingFuKuan"]) == (OrderStatus.PAID, "918.00")
    assert order["phone"] == "13900001111"
    assert "成功下单,购买商品【月白落地灯】" in (await radar(api, rep))[0]


async def test_an_order_that_waits_is_paid_later(phone: Phone, api: Api) -> None:
    page, rep = phone.page, await log_in_manager(api)
    await phone.open()
    await phone.show("产品")
    await page.goto(f"{phone.url}goods/{LAMP}")
    await page.get_by_role("button", name="立即购买").click()
    await page.get_by_role("button", name="提交订单").click()
    await page.get_by_role("button", name="稍后支付").click()
    await expect(page.get_by_role("timer")).to_contain_text("内支付")
    assert (await newest_order(api, rep))["theOrderStatus"] == OrderStatus.UNPAID
    await page.get_by_role("button", name="查看我的订单").click()
    await page.get_by_role("tab", name="待付款").click()
    await expect(page.locator(".order")).to_have_count(1)
    await expect(page.locator(".van-toast")).to_be_hidden()
    assert await findings(phone.page) == []
    await page.locator(".order").click()
    await page.get_by_role("button", name="去支付").click()
    await page.get_by_role("button", name="确认支付").click()
    await expect(page.get_by_role("heading", name="支付成功")).to_be_visible()
    assert (await newest_order(api, rep))["theOrderStatus"] == OrderStatus.PAID


async def test_the_rep_is_asked_about_goods_and_told_that_they_were_forwarded(
    phone: Phone, api: Api
) -> None:
    page, rep = phone.page, await log_in_manager(api)
    await phone.open()
    await phone.show("产品")
    await page.goto(f"{phone.url}goods/{LAMP}")
    await page.get_by_role("button", name="转发").click()
    await page.get_by_role("button", name="微信好友").click()
    await expect(page.get_by_text("已转发")).to_be_visible()
    await page.get_by_role("button", name="咨询").click()
    await expect(page.get_by_text("已发给顾问")).to_be_visible()
    asked, forwarded = await radar(api, rep, 2)
    assert "咨询商品" in asked
    assert "转发" in forwarded
