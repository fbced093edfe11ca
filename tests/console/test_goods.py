"""The mall and the website in the back office of the console."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.api import Api
from tests.console.accessibility import findings
from tests.console.conftest import Console
from tests.console.showcase import Visitor, addresses, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME = "藤编收纳篮"
GOODS = "mallManage/goods"


async def add_class(page: Page, name: str, parent: str) -> None:
    """Add a class of goods below another one."""
    await page.get_by_role("button", name="新建分类").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("分类名称").fill(name)
    await dialog.get_by_role("combobox", name="上级分类").press("Enter")
    await page.get_by_role("option", name=parent).click()
    await dialog.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_role("row", name=name)).to_be_visible()


async def expect_class_to_stay(page: Page, name: str) -> None:
    """Try to delete a class that has goods."""
    await page.get_by_role("tab", name="分类").click()
    await page.get_by_role("button", name=f"删除分类「{name}」").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除", exact=True).click()
    await expect(page.get_by_role("alert").last).to_contain_text("含有子级分类或商品")


async def expect_on_sale(visitor: Visitor, banners: list[str], details: list[str]) -> int:
    """Expect a customer to be shown the goods, whose id is given back."""
    found = await visitor.find(GOODS, NAME, "goodsName")
    assert found is not None
    assert found["classificationName"] == "收纳篮"
    goods_id: int = found["id"]
    goods = await visitor.open(GOODS, goods_id)
    assert goods is not None
    assert (goods["topLunBoTu"], goods["detailePicture"]) == (banners, details)
    return goods_id


async def choose_class(page: Page, path: str) -> None:
    """Choose the class of the goods by its name."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="商品分类").fill(path.rpartition(" ")[2])
    await page.get_by_role("option", name=path).click()


async def test_a_manager_sells_goods_of_a_class_of_its_own(console: Console, api: Api) -> None:
    visitor = await Visitor.come(api)
    page = console.page
    await console.log_in()
    await page.goto(f"{console.url}admin/goods")
    await page.get_by_role("tab", name="分类").click()
    await add_class(page, "收纳篮", "收纳柜架")
    dialog = page.get_by_role("dialog")
    await page.get_by_role("tab", name="商品").click()
    await page.get_by_role("button", name="新建商品").click()
    await dialog.get_by_label("商品名称").fill(NAME)
    await dialog.get_by_label("价格（元）").fill("59.995")
    await choose_class(page, "收纳柜架 / 收纳篮")
    await dialog.get_by_text("已上架").click()
    await dialog.get_by_label("添加轮播图").set_input_files([picture("tan"), picture("gray")])
    banners = dialog.get_by_role("group", name="轮播图").locator("img")
    await expect(banners).to_have_count(2)
    await dialog.get_by_label("添加详情图").set_input_files(picture("brown"))
    details = dialog.get_by_role("group", name="详情图").locator("img")
    await expect(details).to_have_count(1)
    assert await findings(console.page) == []
    await dialog.get_by_role("button", name="保存", exact=True).click()
    price = dialog.locator(".el-form-item").filter(has=page.get_by_label("价格（元）"))
    await expect(price.last).to_contain_text("金额最多保留两位小数")
    await expect(dialog.get_by_label("商品名称")).to_have_value(NAME)
    tan, gray = await addresses(banners)
    brown = await addresses(details)
    await dialog.get_by_label("价格（元）").fill("59.90")
    await dialog.get_by_role("button", name="保存", exact=True).click()
    await expect(dialog).to_have_count(0)
    row = page.get_by_role("listitem").filter(has_text=NAME)
    await expect(row).to_contain_text("¥59.90")
    assert await findings(console.page) == []

    goods_id = await expect_on_sale(visitor, [tan, gray], brown)
    await row.get_by_role("button", name="下架").click()
    await expect(row.get_by_role("button", name="上架")).to_be_visible()
    assert await visitor.open(GOODS, goods_id) is None
    await expect_class_to_stay(page, "收纳篮")
    assert await findings(page) == []


async def test_the_order_of_the_website_is_what_customers_see(console: Console, api: Api) -> None:
    visitor = await Visitor.come(api)
    before = await visitor.website()
    page = console.page
    await console.log_in()
    await page.goto(f"{console.url}admin/website")
    covers = page.get_by_role("group", name="封面图片").locator("img")
    await expect(covers).to_have_count(len(before["cover_picture"]))
    await page.get_by_role("button", name="第 3 张前移").first.click()
    await page.get_by_label("添加封面图片").set_input_files(picture("gold"))
    await expect(covers).to_have_count(len(before["cover_picture"]) + 1)
    contents = page.get_by_role("group", name="内容图片")
    await contents.get_by_role("button", name="移除第 1 张").click()
    wanted = await addresses(covers)
    assert await findings(console.page) == []
    await page.get_by_role("link", name="员工").click()
    await page.get_by_role("button", name="继续编辑").click()
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    assert wanted[:3] == [before["cover_picture"][place] for place in (0, 2, 1)]
    assert await visitor.website() == {
        "cover_picture": wanted,
        "content_picture": before["content_picture"][1:],
    }

    await page.get_by_role("tab", name="公司资料").click()
    await page.get_by_label("详细地址").fill("运河东路6号")
    await page.get_by_role("button", name="保存", exact=True).last.click()
    await page.reload()
    await page.get_by_role("tab", name="公司资料").click()
    await expect(page.get_by_label("详细地址")).to_have_value("运河东路6号")
    assert await findings(console.page) == []
