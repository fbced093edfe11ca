"""The customer's phone in a browser: arriving, the card, products, the website."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.phone import Phone
from tests.console.test_rep import OFFLINE

pytestmark = pytest.mark.asyncio(loop_scope="session")

REP = 1


async def rep_of(api: Api) -> Caller:
    """The rep, logged in."""
    form = {"username": "demo-rep-1", "password": "zhuge-demo"}
    login = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(login["user_id"], login["token"], "rep")


async def radar(api: Api, rep: Caller, count: int) -> str:
    """The newest entries of the rep's radar, one after another."""
    query = {"current_page": 1, "length": count}
    answer = await api.get("/zhugeleida/qiyeweixin/action/time", query, caller=rep)
    return "\n".join(row["log"] for row in answer.data["ret_data"])


async def test_what_a_customer_does_with_the_card_is_shown_and_told_to_the_rep(
    phone: Phone, api: Api
) -> None:
    rep, page = await rep_of(api), phone.page
    await phone.open()
    face = page.get_by_role("region", name="许文清")
    forwards = face.get_by_role("listitem").filter(has_text="转发")
    await expect(face).to_contain_text("13800000001")
    await expect(face).to_contain_text("人气")
    found = {"card": await findings(page)}
    praise = face.get_by_role("button")
    was = await praise.get_attribute("aria-pressed")
    await praise.focus()
    await page.keyboard.press("Enter")
    await expect(praise).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    before = int((await forwards.inner_text()).split()[0])
    await page.get_by_role("button", name="转发").press("Enter")
    await page.get_by_role("button", name="微信好友").click()
    await expect(forwards).to_contain_text(str(before + 1))
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="存入通讯录").click()
    assert (await saving.value).suggested_filename == "许文清.vcf"
    await page.get_by_role("button", name="加微信").click()
    await expect(page.get_by_text("demo_rep_1").last).to_be_visible()
    await page.get_by_role("button", name="拨打电话").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="拨打电话").click()
    await expect(page.get_by_text("正在呼叫")).to_be_visible()
    poster = page.get_by_role("button", name="海报")
    await poster.press("Enter")
    await expect(page.get_by_alt_text("许文清的名片海报")).to_be_visible()
    found["poster"] = await findings(page)
    await page.keyboard.press("Escape")
    await expect(poster).to_be_focused()
    told = await radar(api, rep, 8)
    deeds = ("查看您的名片", "转发了你的名片", "保存了您的电话", "复制了您的微信", "拨打您的手机")
    assert [deed for deed in (*deeds, "海报") if deed not in told] == []
    assert found == {"card": [], "poster": []}


async def test_a_customer_looks_at_products_and_the_website_and_asks(
    phone: Phone, api: Api
) -> None:
    rep, page = await rep_of(api), phone.page
    await phone.open()
    await phone.show("产品")
    product = page.get_by_role("link", name="开放式厨房定制")
    await expect(product).to_contain_text("2680元/延米起")
    await expect(page.get_by_role("tab", name="商城")).to_be_visible()
    found = {"products": await findings(page)}
    await product.click()
    await expect(page.get_by_role("heading", name="产品介绍")).to_be_visible()
    found["product"] = await findings(page)
    await page.get_by_role("button", name="转发").click()
    await page.get_by_role("button", name="朋友圈").click()
    await expect(page.get_by_text("已转发")).to_be_visible()
    await page.get_by_role("button", name="返回").click()
    await expect(product).to_be_visible()
    await phone.show("官网")
    await expect(page.get_by_role("img", name="第 1 张图片")).to_be_visible()
    found["website"] = await findings(page)
    await phone.show("产品")
    await product.click()
    await page.get_by_role("button", name="咨询").click()
    await expect(page.get_by_role("heading", name="聊天")).to_be_visible()
    await expect(page.locator(".message").last).to_contain_text("开放式厨房定制")
    told = await radar(api, rep, 12)
    deeds = ("查看您发布的产品", "正在查看开放式厨房定制", "转发了开放式厨房定制")
    assert [deed for deed in (*deeds, "官网", "向您咨询产品") if deed not in told] == []
    query = {"customer_id": 1, "current_page": 1, "length": 1}
    (message,) = (await api.get("/zhugeleida/qiyeweixin/chat", query, caller=rep)).data
    assert (message["info_type"], message["product_name"]) == (2, "开放式厨房定制")
    assert found == {"products": [], "product": [], "website": []}


async def test_a_newcomer_tells_its_name_once_and_nobody_gets_in_by_a_wrong_address(
    phone: Phone, api: Api
) -> None:
    rep, page = await rep_of(api), phone.page
    await phone.open("demo-customer-77")
    name = page.get_by_label("昵称", exact=True)
    await expect(name).to_be_visible()
    asked = await findings(page)
    await name.fill("路过的云")
    await name.press("Enter")
    face = page.get_by_role("region", name="许文清")
    await expect(face).to_be_visible()
    assert "路过的云" in await radar(api, rep, 2)
    await phone.open("demo-customer-77")  # the server knows it now
    await expect(face).to_be_visible()
    await expect(name).to_have_count(0)
    await page.reload()  # without a code in the address
    await expect(face).to_be_visible()
    await phone.open("demo-customer-77", rep=999)
    await expect(page.get_by_role("heading", name="打不开这张名片")).to_be_visible()
    refused = await findings(page)
    await page.goto(phone.url)
    await expect(page.get_by_role("link", name="请从演示页打开")).to_be_visible()
    await phone.open("demo-customer-2", rep=2)
    await page.get_by_role("button", name="我的名片夹").click()
    await page.get_by_role("button", name="许文清").click()
    await expect(face).to_be_visible()
    assert (asked, refused) == ([], [])


async def test_a_page_that_cannot_be_loaded_leaves_the_customer_where_it_is(phone: Phone) -> None:
    phone.may_complain = [*OFFLINE, "Failed to fetch dynamically", "Unable to preload CSS"]
    await phone.open()
    card = phone.page.get_by_role("button", name="发消息")
    await expect(card).to_be_visible()
    await phone.page.context.set_offline(True)
    cases = phone.page.get_by_role("tab", name="案例")
    await cases.click()
    await expect(phone.page.get_by_text("无法连接服务器，请检查网络")).to_be_visible()
    await expect(card).to_be_visible()
    await phone.page.context.set_offline(False)
    await phone.show("案例")
    await expect(phone.page.get_by_placeholder("按标签找案例")).to_be_visible()
