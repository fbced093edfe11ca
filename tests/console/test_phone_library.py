"""The case library on a customer's phone: found by tag, kept, read, praised, discussed."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.back_office import log_in_manager, radar
from tests.console.phone import Phone

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIARY = 2
MINI = "/zhugeleida/xiaochengxu"


async def test_a_case_is_found_by_a_tag_and_kept_no_more(phone: Phone, api: Api) -> None:
    page, rep = phone.page, await log_in_manager(api)
    await phone.open()
    await phone.show("案例")
    cases = page.locator(".case")
    await expect(cases).to_have_count(3)
    assert "查看您的日记首页" in (await radar(api, rep))[0]
    field = page.get_by_role("searchbox", name="按标签找案例")
    await field.focus()
    await expect(page.get_by_role("heading", name="最近找过")).to_be_visible()
    assert await findings(phone.page) == []
    await field.fill("没有")
    await expect(page.get_by_text("没有这样的标签")).to_be_visible()
    await field.fill("小户")
    await expect(page.locator(".found").get_by_role("button")).to_have_text(["小户型"])
    await field.press("Enter")
    await expect(cases).to_have_count(1)
    await expect(page.get_by_role("button", name="小户型", pressed=True)).to_be_visible()
    await cases.click()
    await expect(page.locator(".diary")).to_have_count(3)
    assert await findings(phone.page) == []
    await page.get_by_role("button", name="已收藏", pressed=True).click()
    await expect(page.get_by_role("button", name="收藏", pressed=False)).to_be_visible()
    await page.get_by_role("button", name="返回").click()
    await expect(cases).to_have_count(1)
    await page.get_by_role("tab", name="看过").click()
    await expect(page.locator(".record").first).to_contain_text("阿宁一家")
    await page.get_by_role("tab", name="收藏").click()
    await expect(page.locator(".record")).to_have_text([re.compile("写字的老顾")])


async def test_a_diary_is_read_praised_and_discussed(phone: Phone, api: Api) -> None:
    page, rep = phone.page, await log_in_manager(api)
    await phone.open()
    await phone.show("案例")
    await page.locator(".case", has_text="阿宁一家").click()
    await page.locator(".diary", has_text="定稿").click()
    await expect(page.get_by_text("三版方案，留下最简单的一版")).to_be_visible()
    assert "定稿：把走廊变成储物墙" in (await radar(api, rep))[0]
    await page.get_by_role("button", name="点赞 1", pressed=False).click()
    await expect(page.get_by_role("button", name="点赞 2", pressed=True)).to_be_visible()
    comments = page.locator(".comment")
    await expect(comments).to_have_count(1)
    await page.get_by_label("写评论").fill("我家走廊也想这样做")
    await page.get_by_label("写评论").press("Enter")
    await expect(comments).to_have_count(2)
    await expect(comments.first).to_contain_text("我家走廊也想这样做")
    await expect(comments.first).to_contain_text("待审核，仅自己可见")
    await expect(page.get_by_label("写评论")).to_have_value("")
    await expect(page.locator(".van-toast")).to_be_hidden()
    assert await findings(phone.page) == []
    await approve_newest(api, rep)
    await page.reload()
    await expect(comments.first).to_contain_text("我家走廊也想这样做")
    await expect(page.get_by_text("待审核")).to_have_count(0)


async def approve_newest(api: Api, rep: Caller) -> None:
    """Show the newest comment on the diary to everybody."""
    keeping = "/zhugeleida/admin/diary_manage"
    query = {"diary_id": DIARY, "length": 1}
    (row,) = (await api.get(f"{keeping}/review_list", query, caller=rep)).data["ret_data"]
    path = f"{keeping}/audit_review/{row['review_id']}"
    assert (await api.post(path, {"is_audit_pass": 1}, caller=rep))["code"] == 200
