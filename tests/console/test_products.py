"""Products in the back office of the console, by those who keep them."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api import Api
from tests.console.accessibility import findings
from tests.console.conftest import Console
from tests.console.showcase import Visitor, addresses, picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME = "阳台洗衣柜"
PRODUCT = "product/product"


def row(console: Console, name: str) -> Locator:
    """A row of the list by the product's name."""
    return console.page.get_by_role("listitem").filter(has_text=name)


async def open_products(console: Console) -> None:
    """Go to the list."""
    await console.page.goto(f"{console.url}admin/products")
    await expect(console.page.locator(".panel li").first).to_be_visible()


async def write_article(page: Page) -> Locator:
    """Write a heading, a text and a picture, which is given back."""
    await page.get_by_role("button", name="加正文").click()
    await page.keyboard.type("台面一体成型")
    await page.get_by_role("button", name="加小标题").click()
    await page.keyboard.type("好用在哪里")
    await page.get_by_role("button", name="第 2 段上移").click()
    await page.get_by_label("加图片").set_input_files(picture("olive"))
    drawing = page.get_by_role("img", name="第 3 段 图片")
    await expect(drawing).to_be_visible()
    return drawing


async def shelve_show_and_delete(console: Console, visitor: Visitor, product: int) -> None:
    """Take a product away from customers, show it to them again, and delete it."""
    page = console.page
    await row(console, NAME).get_by_role("button", name="下架").click()
    await expect(row(console, NAME)).to_have_count(0)
    assert await visitor.open(PRODUCT, product) is None
    await page.get_by_text("已下架", exact=True).first.click()
    await row(console, NAME).get_by_role("button", name="发布").click()
    await expect(row(console, NAME)).to_have_count(0)
    assert await visitor.open(PRODUCT, product) is not None
    await page.get_by_text("展示中", exact=True).click()
    await row(console, NAME).get_by_role("button", name="删除").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除", exact=True).click()
    await expect(row(console, NAME)).to_have_count(0)
    assert await visitor.open(PRODUCT, product) is None


async def turn_covers(page: Page) -> list[str]:
    """Turn the order of two covers; they are given back as they were before."""
    covers = page.get_by_role("group", name="封面图片").locator("img")
    await expect(covers).to_have_count(2)
    navy, teal = await addresses(covers)
    await page.get_by_role("button", name="第 2 张前移").press("Enter")
    await expect(page.get_by_role("button", name="第 1 张后移")).to_be_focused()
    assert await addresses(covers) == [teal, navy]
    return [navy, teal]


async def forget_the_name(page: Page, reason: str) -> None:
    """Save a product that has no name yet: nothing of what was written is lost."""
    await page.get_by_label("推荐理由").fill(reason)
    await page.get_by_role("button", name="保存并发布").click()
    name = page.locator(".el-form-item").filter(has=page.get_by_label("产品名称"))
    await expect(name).to_contain_text("产品名称不能为空")
    await expect(page.get_by_label("推荐理由")).to_have_value(reason)


async def test_a_manager_makes_shelves_and_deletes_a_product(console: Console, api: Api) -> None:
    visitor = await Visitor.come(api)
    page = console.page
    await console.log_in()
    await open_products(console)
    assert await findings(console.page) == []

    await page.get_by_role("button", name="新建产品").click()
    await forget_the_name(page, "防水防晒")
    await page.get_by_label("产品名称").fill(NAME)
    await page.get_by_label("价格").fill("1980元/套")
    await page.get_by_label("添加封面").set_input_files([picture("navy"), picture("teal")])
    navy, teal = await turn_covers(page)

    drawing = await write_article(page)
    shown = page.get_by_role("complementary", name="客户看到的样子")
    for text in (NAME, "1980元/套", "防水防晒", "好用在哪里"):
        await expect(shown).to_contain_text(text)
    assert await findings(console.page) == []

    await page.get_by_role("button", name="返回产品列表").click()
    await page.get_by_role("button", name="继续编辑").click()
    await expect(page.get_by_label("产品名称")).to_have_value(NAME)
    olive = await addresses(drawing)
    await page.get_by_role("button", name="保存并发布").click()
    await expect(row(console, NAME)).to_contain_text("已发布")
    found = await visitor.find(PRODUCT, NAME)
    assert found is not None
    product = await visitor.open(PRODUCT, found["id"])
    assert product is not None
    assert product["content"] == {
        "cover_data": [{"type": "picture_url", "data": [teal, navy]}],
        "article_data": [
            {"type": "title", "data": ["好用在哪里"]},
            {"type": "content", "data": ["台面一体成型"]},
            {"type": "picture_url", "data": olive},
        ],
    }

    await shelve_show_and_delete(console, visitor, found["id"])


async def test_a_rep_keeps_the_personal_products_alone_and_its_session(console: Console) -> None:
    page = console.page
    await console.log_in("demo-rep-2")
    await open_products(console)
    await expect(row(console, "小户型收纳套餐")).to_be_visible()
    await expect(row(console, "步入式衣帽间")).to_have_count(0)
    await expect(page.get_by_text("企业产品")).to_have_count(0)

    await page.get_by_role("button", name="新建产品").click()
    await expect(page.get_by_label("企业产品")).to_have_count(0)
    await page.get_by_label("产品名称").fill(NAME)
    await page.get_by_label("价格").fill("1980元/套")
    await page.get_by_label("推荐理由").fill("防水防晒")
    await page.get_by_role("button", name="保存并发布").click()
    await row(console, NAME).get_by_role("button", name="推荐").click()
    await expect(row(console, NAME).get_by_role("button", name="取消推荐")).to_be_visible()

    await row(console, NAME).get_by_role("button", name="编辑").click()
    await page.get_by_label("价格").fill("2180元/套")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(row(console, NAME)).to_contain_text("2180元/套")
    await page.goto(f"{console.url}admin/goods")
    await expect(page.get_by_role("heading", name="雷达动态")).to_be_visible()
    await console.expect_state("已连接")
