"""Two tabs of one browser share a session, and nothing of one person is left for the next."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.api import Api
from tests.app import App
from tests.console.conftest import PASSWORD, Console

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEXT = "demo-rep-2"
SIGNED_OUT = ["非法请求"]
"""What a question that was on its way is answered when the session has ended."""


@pytest_asyncio.fixture(loop_scope="session")
async def second(app: App, console: Console) -> AsyncIterator[Console]:
    """Another tab of the rep's browser, signed in by the first."""
    console.may_complain = SIGNED_OUT
    await console.log_in()
    await console.open_chat(1)
    second = Console(app.url, console.context, await console.context.new_page())
    second.may_complain = SIGNED_OUT
    await second.page.goto(second.url)
    await second.expect_state("已连接")
    yield second
    second.assert_no_complaint()


async def test_a_tab_follows_when_another_signs_out_and_somebody_else_in(
    console: Console, second: Console
) -> None:
    await second.page.get_by_role("button", name="退出登录").click()
    await expect(console.page.get_by_label("用户名")).to_be_visible()
    await second.sign_in(NEXT)
    await console.expect_state("已连接")
    await expect(console.page.locator(".message")).to_have_count(0)


async def test_a_tab_whose_session_another_has_replaced_begins_anew(
    console: Console, second: Console, api: Api
) -> None:
    form = {"username": NEXT, "password": PASSWORD}
    login = (await api.post("/zhugeleida/admin/login", form)).data
    async with console.page.expect_event("load"):
        query = f"?token={login['token']}&user_id={login['user_id']}"
        await second.page.goto(f"{second.url}{query}")
    await console.expect_state("已连接")
    await console.page.locator("nav a[href$='/card']").click()
    await expect(console.page.get_by_text(NEXT).first).to_be_visible()
