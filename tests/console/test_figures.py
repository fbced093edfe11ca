"""The dashboard in a browser: figures, lines and funnel against the API, and the staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Request, expect

from models.base import now
from services.clock import day_of
from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.conftest import PASSWORD, Console

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOME = "/zhugeleida/admin/home_page"
WINDOWS = ("count_data", "yesterday_data", "nearly_seven_days", "nearly_thirty_days")
FIGURES = (
    *("customer_num", "follow_num", "browse_num"),
    *("forward_num", "saved_total_num", "praise_sum"),
)
STAGES = ((1,), (2, 3, 4, 11, 21, 22), (5, 7, 8, 10, 12), (18,))


async def sign_in(api: Api, username: str) -> Caller:
    """Sign a rep in without a browser."""
    form = {"username": username, "password": PASSWORD}
    login = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(login["user_id"], login["token"], "rep")


@pytest_asyncio.fixture(loop_scope="session")
async def manager(api: Api) -> Caller:
    """The manager of the company."""
    return await sign_in(api, "demo-rep-1")


async def open_overview(console: Console, username: str) -> None:
    """Sign in and go to the overview."""
    await console.log_in(username)
    await console.page.locator("nav a[href$='/admin']").click()
    await expect(console.page.locator(".tile")).to_have_count(len(FIGURES))


async def numbers(found: Locator) -> list[int]:
    """Read the numbers of elements that hold nothing else."""
    return [int(text.replace(",", "")) for text in await found.all_inner_texts()]


async def windows_of(page: Page) -> list[list[int]]:
    """Read the tiles: by figure, what it has come to, and what each window has."""
    tiles = await page.locator(".tile").all()
    ever = [(await tile.locator(".ever").inner_text()).split()[-1] for tile in tiles]
    return [
        [int(count), *await numbers(tile.locator("dd"))]
        for count, tile in zip(ever, tiles, strict=True)
    ]


async def lines_of(page: Page) -> dict[str, list[int]]:
    """Read the table of the chart: by day, the six figures."""
    rows = page.locator("tbody tr")
    return {
        await row.locator("th").inner_text(): await numbers(row.locator("td"))
        for row in await rows.all()
    }


async def lines(api: Api, caller: Caller, days: int) -> dict[str, list[int]]:
    """Ask for the lines of all figures: by day."""
    found: dict[str, list[int]] = {}
    for number in range(1, len(FIGURES) + 1):
        form = {"days": days, "index_type": number}
        rows = (await api.post(f"{HOME}/line_info", form, caller=caller)).data["ret_data"]
        for row in rows:
            found.setdefault(row["statics_date"], []).append(row["value"])
    return found


def stages(counts: dict[int, int]) -> list[int]:
    """Count what the stages of the funnel have."""
    return [sum(counts.get(action, 0) for action in actions) for actions in STAGES]


def since(days: int) -> dict[str, str]:
    """Ask for so many days, the last of which is today."""
    return {"create_date__gte": (day_of(now()) - timedelta(days=days - 1)).isoformat()}


async def choose(page: Page, group: str, label: str) -> None:
    """Choose one of a group of buttons."""
    await page.get_by_role("radiogroup", name=group).get_by_text(label, exact=True).click()


async def expect_licence(page: Page, licence: dict[str, Any]) -> None:
    """Expect the head of the page to say what the API says of the licence."""
    head = page.get_by_role("region", name="账号使用期限")
    await expect(head).to_contain_text(licence["company_name"])
    await expect(head).to_contain_text(f"剩余 {licence['available_days']} 天")
    assert (await head.locator("dd").all_inner_texts()) == [
        licence["open_up_date"],
        licence["expired_time"],
        f"{licence['used_days']} 天",
        f"{licence['user_count']} / {licence['mingpian_num']}",
        str(licence["customer_num"]),
    ]


async def view_card(api: Api, times: int) -> None:
    """Have a customer look at the card of the first rep."""
    code = {"code": "demo-customer-1", "user_type": 2, "source": 1}
    login = (await api.get("/zhugeleida/xiaochengxu/login", code)).data
    customer = Caller(login["user_id"], login["token"], "customer")
    for _ in range(times):
        await api.get("/zhugeleida/xiaochengxu/mingpian", {"uid": 1}, caller=customer)


async def test_a_manager_sees_what_the_api_counts_and_sees_it_change(
    console: Console, api: Api, manager: Caller
) -> None:
    await open_overview(console, "demo-rep-1")
    page = console.page
    given = (await api.get(f"{HOME}/acount_data", caller=manager)).data["ret_data"]
    expected = [[given[window][figure] for window in WINDOWS] for figure in FIGURES]
    assert await windows_of(page) == expected
    await expect_licence(page, (await api.get(HOME, caller=manager)).data["ret_data"])

    await page.get_by_text("数据表").click()
    for days in (7, 15):
        await choose(page, "走势天数", f"{days} 天")
        assert await lines_of(page) == await lines(api, manager, days)
    for name in ("客户", "跟进", "浏览", "转发", "保存", "点赞"):
        await choose(page, "指标", name)
        await expect(page.get_by_role("img", name=f"{name}，最近 15 天")).to_be_visible()

    funnel = page.get_by_role("region", name="客户行为漏斗")
    for days in (7, 30):
        await funnel.get_by_text(f"{days} 天", exact=True).click()
        answer = await api.get(f"{HOME}/action_count", since(days), caller=manager)
        counts = {row["action"]: row["count"] for row in answer.data["ret_data"]}
        assert await numbers(funnel.locator("strong")) == stages(counts)

    assert await findings(console.page) == []
    await page.get_by_role("button", name="语言: English").click()
    await expect(page.get_by_role("img", name="Praise on each of the last 15 days")).to_be_visible()
    await expect(page.locator(".tile h2").first).to_have_text("Customers")

    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one) if "acount_data" in one.url else None)
    await view_card(api, 3)
    views = expected[2][0] + 3
    await expect(page.locator(".tile .ever").nth(2)).to_contain_text(str(views))
    assert len(asked) <= 2, "at most one at once, and one when ten seconds are over"
    async with page.expect_response(lambda one: "acount_data" in one.url):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_a_rep_sees_its_own_funnel_and_no_manager_s_pages(console: Console, api: Api) -> None:
    rep = await sign_in(api, "demo-rep-2")
    await open_overview(console, "demo-rep-2")
    page = console.page
    given = (await api.get(f"{HOME}/acount_data", caller=rep)).data["ret_data"]
    assert await windows_of(page) == [
        [given[window][figure] for window in WINDOWS] for figure in FIGURES
    ]
    funnel = page.get_by_role("region", name="我的客户行为漏斗")
    for days in (7, 30):
        await funnel.get_by_text(f"{days} 天", exact=True).click()
        (row,) = (
            await api.get("/zhugeleida/qiyeweixin/action/count", since(days), caller=rep)
        ).data
        counts = {int(action): count for action, count in row["detail"].items()}
        assert await numbers(funnel.locator("strong")) == stages(counts)
    tabs = page.get_by_role("navigation", name="管理").get_by_role("link")
    assert set(await tabs.all_inner_texts()) <= {"概览", "员工", "产品"}
    await tabs.get_by_text("员工").click()
    await expect(page.locator("tbody tr").first).to_be_visible()
    await expect(page.get_by_role("button", name="添加员工")).to_have_count(0)
    await expect(page.get_by_role("button", name="停用")).to_have_count(0)
    await console.expect_state("已连接")


async def add_rep(page: Page, name: str) -> Locator:
    """Add a rep, first with a name that is taken; its row is given back."""
    add = page.get_by_role("button", name="添加员工")
    await add.click()
    dialog = page.get_by_role("dialog", name="添加员工")
    await expect(dialog.get_by_role("combobox", name="公司")).to_be_visible()
    assert await findings(page) == []
    await dialog.get_by_label("用户名").fill("demo-rep-2")
    await dialog.get_by_label("密码", exact=True).fill("geheim-genug")
    await dialog.get_by_role("button", name="保存").click()
    await expect(dialog.locator(".el-form-item__error")).to_have_text("用户名已存在")
    await dialog.get_by_label("用户名").fill(name)
    await dialog.get_by_role("button", name="保存").click()
    await expect(dialog).to_be_hidden()
    new = page.locator("tbody tr").filter(has_text=name)
    await expect(new).to_contain_text("普通用户")
    await expect(add).to_be_focused()
    return new


async def test_a_manager_keeps_the_staff(console: Console, api: Api, manager: Caller) -> None:
    await console.log_in()
    page = console.page
    await page.goto(f"{console.url}admin/staff")
    row = page.locator("tbody tr").filter(has_text="demo-rep-2")
    own = page.locator("tbody tr").filter(has_text="demo-rep-1")
    await expect(own.get_by_role("button", name="编辑")).to_be_visible()
    await expect(own.get_by_role("button", name="停用")).to_have_count(0)

    await act(page, row, "停用")
    await expect(row.locator(".el-tag")).to_have_text("未启用")
    await choose_option(page, "状态", "未启用")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await act(page, row, "启用")
    await expect(page.get_by_text("没有找到员工")).to_be_visible()
    await choose_option(page, "状态", "全部状态")
    await expect(row.locator(".el-tag")).to_have_text("启用")

    new = await add_rep(page, "新来的")
    await new.get_by_role("button", name="编辑").click()
    dialog = page.get_by_role("dialog", name="编辑 新来的")
    await dialog.get_by_label("用户名").fill("改了名的")
    await dialog.get_by_role("button", name="保存").click()
    renamed = page.locator("tbody tr").filter(has_text="改了名的")
    await expect(renamed).to_be_visible()
    found: Any = await api.get(
        "/zhugeleida/admin/user/user_list", {"username": "改了名的"}, caller=manager
    )
    assert found.data["ret_data"][0]["company_id"] == 1
    await act(page, renamed, "删除")
    await expect(renamed).to_have_count(0)
    await choose_option(page, "排序", "人气从多到少")
    counts = await numbers(page.locator("tbody tr td:nth-child(5)"))
    assert counts == sorted(counts, reverse=True)
    assert await findings(console.page) == []


async def act(page: Page, row: Locator, name: str) -> None:
    """Press a button of a row, and say yes to the question."""
    await row.get_by_role("button", name=name).click()
    question = page.get_by_role("dialog")
    await question.get_by_role("button", name=name).click()
    await expect(question).to_be_hidden()


async def choose_option(page: Page, field: str, option: str) -> None:
    """Choose an option of a field above the table."""
    await page.get_by_role("combobox", name=field).press("Enter")
    await page.get_by_role("option", name=option).click()
