"""The rep's own card in the console: what it says, its tags and photos, poster and code."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, Request, expect

from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.conftest import Console
from tests.console.test_rep import OFFLINE, REP

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINI_CARD = "/zhugeleida/xiaochengxu/mingpian"
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
CHUNK_BYTES = 256 * 1024
CHUNKS = 4


async def a_customer(api: Api) -> Caller:
    """A customer of the rep, logged in with the mini program."""
    query = {"code": "demo-customer-1", "user_type": 2, "source": 1}
    data = (await api.get("/zhugeleida/xiaochengxu/login", query)).data
    return Caller(data["user_id"], data["token"], "customer")


async def seen_by(api: Api, customer: Caller) -> Any:
    """The rep's card as the customer gets it."""
    (card,) = (await api.get(MINI_CARD, {"uid": REP}, caller=customer)).data["ret_data"]
    return card


async def open_card(console: Console) -> None:
    """Go to the card."""
    await console.page.locator("nav a[href$='/card']").click()
    await expect(console.page.get_by_role("region", name="客户看到的名片")).to_be_visible()


def a_picture(path: Path) -> Path:
    """A picture of as many chunks: noise does not get smaller when it is packed."""
    side = 540
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(path)
    assert (CHUNKS - 1) * CHUNK_BYTES < path.stat().st_size < CHUNKS * CHUNK_BYTES
    return path


def field(console: Console, label: str) -> Locator:
    """A field of the form with what is said about it."""
    return console.page.locator(".el-form-item").filter(has_text=label)


async def try_tags(page: Page) -> None:
    """Try a tag that is there already, add another one and remove it."""
    await page.get_by_label("新标签").fill("专业细致")
    await page.get_by_label("新标签").press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="不能存在相同的标签名")).to_be_visible()
    await page.get_by_label("新标签").fill("会量房")
    await page.get_by_label("新标签").press("Enter")
    await page.get_by_role("button", name="删除标签 会量房").press("Enter")
    await expect(page.get_by_role("button", name="删除标签 会量房")).to_have_count(0)


async def test_a_rep_edits_its_card_and_customers_see_it(console: Console, api: Api) -> None:
    customer = await a_customer(api)
    await console.log_in()
    await open_card(console)
    page = console.page
    preview = page.get_by_role("region", name="客户看到的名片")
    phone = page.get_by_label("手机号", exact=True)
    save = page.get_by_role("button", name="保存", exact=True)
    await expect(save).to_be_disabled()
    await phone.fill("1380000")
    await page.get_by_label("邮箱").fill("xu@@example")
    await page.get_by_label("个性签名").fill("先听您说")
    await expect(preview).to_contain_text("1380000")
    await save.click()
    await expect(field(console, "手机号")).to_contain_text("手机号必须是1开头的11位数字")
    await expect(phone).to_be_focused()
    await expect(field(console, "邮箱")).to_contain_text("邮箱格式不正确")
    await expect(page.get_by_label("个性签名")).to_have_value("先听您说")

    await page.locator("nav a[href$='/radar']").click()
    await page.get_by_role("button", name="继续编辑").click()
    await expect(page.get_by_label("个性签名")).to_have_value("先听您说")
    await page.get_by_label("邮箱").fill("")
    await phone.fill("13899990000")
    await save.click()
    await expect(page.get_by_text("已保存")).to_be_visible()
    await expect(save).to_be_disabled()
    shown = await seen_by(api, customer)
    assert (shown["mingpian_phone"], shown["email"], shown["sign"]) == (
        "13899990000",
        "",
        "先听您说",
    )
    await page.get_by_text("在名片上显示手机号").click()
    await expect(preview).not_to_contain_text("13899990000")
    await phone.press("Enter")
    await expect(save).to_be_disabled()
    assert (await seen_by(api, customer))["mingpian_phone"] == ""
    await try_tags(page)
    assert await findings(page) == []


async def expect_picture(console: Console, address: str) -> None:
    """Expect the server to have a photo in the size that photos have."""
    url = console.url.replace("/console/", f"/{address}")
    answer = await console.context.request.get(url)
    with Image.open(io.BytesIO(await answer.body())) as picture:
        assert picture.size == (540, 540)


async def delete_photo(page: Page, number: int) -> None:
    """Delete a photo, and say that one is sure."""
    await page.get_by_role("button", name=f"删除照片 {number}").click()
    await page.get_by_role("button", name="删除", exact=True).click()


async def test_a_photo_survives_a_lost_network_and_reaches_the_customer(
    console: Console, api: Api, tmp_path: Path
) -> None:
    console.may_complain = OFFLINE
    customer = await a_customer(api)
    before = len((await seen_by(api, customer))["photo"])
    await console.log_in()
    await open_card(console)
    page = console.page
    photos = page.get_by_role("region", name="照片", exact=True)
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/upload_photo/" in request.url:
            sent.append(request.url)

    page.on("request", note)
    devtools = await console.context.new_cdp_session(page)
    await devtools.send("Network.emulateNetworkConditions", SLOW)
    await page.get_by_label("上传照片").set_input_files(a_picture(tmp_path / "a.png"))
    bar = photos.get_by_role("progressbar")
    await expect(bar).to_have_attribute("aria-valuenow", "25")
    await page.locator("nav a[href$='/radar']").click()
    await page.get_by_role("button", name="留下").click()
    await console.context.set_offline(True)
    await expect(photos.get_by_role("status")).to_have_text("网络已断开，恢复后自动继续")
    assert 1 < len(sent) <= CHUNKS
    await devtools.detach()
    await console.context.set_offline(False)
    await expect(photos.locator("img")).to_have_count(before + 1)
    await expect(bar).to_have_count(0)
    # Only the chunk that was on its way when the network went is sent twice.
    assert len(sent) <= CHUNKS + 1
    shown = (await seen_by(api, customer))["photo"]
    assert len(shown) == before + 1
    await expect_picture(console, shown[-1]["photo_url"])
    assert await findings(page) == []
    await delete_photo(page, before + 1)
    await expect(photos.locator("img")).to_have_count(before)
    assert len((await seen_by(api, customer))["photo"]) == before


async def test_a_rep_takes_its_poster_and_code_along(console: Console) -> None:
    await console.log_in()
    await open_card(console)
    page = console.page
    poster = page.get_by_role("img", name="名片海报")
    before = await poster.get_attribute("src")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="下载名片海报").click()
    with Image.open(await (await download.value).path()) as picture:
        assert (picture.format, picture.size) == ("PNG", (1208, 1702))
    async with page.expect_download() as download:
        await page.get_by_role("link", name="下载名片码").click()
    with Image.open(await (await download.value).path()) as picture:
        assert picture.width == picture.height
    await page.get_by_label("手机号", exact=True).fill("13877770000")
    await page.get_by_label("手机号", exact=True).press("Enter")
    await expect(poster).not_to_have_attribute("src", before or "")
    figures = page.get_by_role("region", name="我的数据")
    counts = figures.locator(".actions .count")
    week = sum(int(text) for text in await counts.all_inner_texts())
    await figures.get_by_text("全部").click()
    await expect(counts.first).not_to_have_text("0")
    await expect(figures.get_by_role("radio", name="全部")).to_be_checked()
    assert sum(int(text) for text in await counts.all_inner_texts()) >= week > 0
