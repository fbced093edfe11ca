"""The rep's console in a browser: signing in, the radar, the chat, a lost connection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from handlers.public.connection import Connection
from handlers.public.frames import Kind
from services.chat.pairs import Sender
from tests.api import Api, Caller
from tests.app import App
from tests.console.accessibility import findings
from tests.console.conftest import Console
from tests.pictures import drawn
from tests.sockets import Frame, Socket, is_recall, is_receipt

pytestmark = pytest.mark.asyncio(loop_scope="session")

REP = 1
SIGNED_OUT = ["非法请求"]
OFFLINE = ["ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED"]


@pytest_asyncio.fixture(loop_scope="session")
async def customer(api: Api) -> Caller:
    """A customer of the rep, logged in with the mini program."""
    query = {"code": "demo-customer-1", "user_type": 2, "source": 1}
    data = (await api.get("/zhugeleida/xiaochengxu/login", query)).data
    return Caller(data["user_id"], data["token"], "customer")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(api: Api, customer: Caller) -> Socket:
    """The customer's chat with the rep."""
    socket = await api.socket("xiaochengxu")
    await socket.register(rep=REP, customer=customer.id, caller=customer)
    return socket


async def say(phone: Socket, customer: Caller, text: str) -> None:
    """Send a message of the customer, and wait until it is stored."""
    content = json.dumps({"info_type": 1, "msg": text}, ensure_ascii=False)
    await phone.send({"u_id": REP, "user_id": customer.id, "content": content})
    await phone.until(lambda frame: frame["msg"] == "小程序消息-发送成功")


async def test_a_wrong_password_is_told_and_the_right_one_lets_in(console: Console) -> None:
    console.may_complain = SIGNED_OUT
    page = console.page
    await page.goto(console.url)
    await page.get_by_role("button", name="demo-rep-1").click()
    await page.get_by_label("密码", exact=True).fill("wrong")
    await page.get_by_role("button", name="登录", exact=True).click()
    await expect(page.get_by_role("alert").first).to_contain_text("账号密码错误")
    await page.get_by_label("密码", exact=True).fill("zhuge-demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="雷达动态")).to_be_visible()
    await page.get_by_role("button", name="语言: English").click()
    await expect(page.get_by_role("heading", name="Radar")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


async def test_an_oauth_login_lands_signed_in_and_leaves_no_token_in_the_address(
    console: Console, api: Api
) -> None:
    form = {"username": "demo-rep-1", "password": "zhuge-demo"}
    login = (await api.post("/zhugeleida/admin/login", form)).data
    await console.page.goto(f"{console.url}?token={login['token']}&id=1&user_id=1")
    await console.expect_state("已连接")
    assert console.page.url == f"{console.url}radar"


async def test_an_oauth_login_that_failed_says_why(console: Console) -> None:
    await console.page.goto(f"{console.url}?error=expired")
    await expect(console.page.get_by_role("alert").first).to_contain_text("公司账户已过期")


async def test_what_a_customer_does_appears_on_the_radar(
    console: Console, api: Api, customer: Caller
) -> None:
    await console.log_in()
    events = console.page.locator(".event")
    await expect(events).to_have_count(50)
    before = await events.first.inner_text()
    await api.get("/zhugeleida/xiaochengxu/mingpian", {"uid": REP}, caller=customer)
    await expect(events.first).not_to_have_text(before)
    await expect(events.first).to_contain_text("查看您的名片")
    await expect(events).to_have_count(50)


async def test_the_radar_shows_one_action_alone(console: Console) -> None:
    await console.log_in()
    await console.page.get_by_role("combobox", name="动作").press("Enter")
    await console.page.get_by_role("option", name="保存电话").click()
    events = console.page.locator(".event")
    # While the list is read again it is empty: wait for what is sought before for what is not.
    await expect(events.first).to_contain_text("保存了您的电话")
    await expect(events.filter(has_not_text="保存了您的电话")).to_have_count(0)


async def test_both_sides_talk(console: Console, phone: Socket, customer: Caller) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    page = console.page
    await say(phone, customer, "请问怎么收费")
    await expect(page.locator(".bubble").last).to_have_text("请问怎么收费")
    await page.get_by_label("输入消息").press_sequentially("您好")
    await phone.until(lambda frame: frame.get("type") == "typing")
    await page.get_by_label("输入消息").press("Enter")
    assert await texts_of_rep(phone, 1) == ["您好"]
    mine = page.locator(".message.is-own").last
    await expect(mine).to_contain_text("您好")
    await expect(mine).to_contain_text("已读")  # the customer's chat page is open
    await phone.send({"type": "typing"})
    await expect(page.get_by_text("对方正在输入")).to_be_visible()


async def test_what_the_rep_sees_is_read_and_the_rest_is_counted(
    console: Console, phone: Socket, customer: Caller
) -> None:
    await console.log_in()
    await console.page.goto(f"{console.url}contacts")
    contact = console.page.locator(".contact").first
    await say(phone, customer, "在吗")
    await expect(contact).to_contain_text("在吗")
    await expect(contact.locator(".count")).to_be_visible()
    await contact.click()
    await expect(contact.locator(".count")).to_have_count(0)
    await say(phone, customer, "有人吗")
    await phone.until(is_receipt)
    await expect(contact.locator(".count")).to_have_count(0)


async def test_a_lost_connection_loses_and_doubles_nothing(
    console: Console, app: App, phone: Socket, customer: Caller
) -> None:
    console.may_complain = OFFLINE
    await console.log_in()
    await console.open_chat(customer.id)
    await console.context.set_offline(True)
    cut_off(app)
    await console.expect_state("连接已断开")
    field = console.page.get_by_label("输入消息")
    for text in ("离线一", "离线二"):
        await field.fill(text)
        await field.press("Enter")
    await expect(console.page.locator(".is-waiting")).to_have_count(2)
    for text in ("错过一", "错过二", "错过三"):
        await say(phone, customer, text)
    await console.context.set_offline(False)
    await console.expect_state("已连接")
    assert await texts_of_rep(phone, 2) == ["离线一", "离线二"]
    missed = console.page.locator(".bubble").filter(has_text="错过")
    await expect(missed).to_have_text(["错过一", "错过二", "错过三"])
    written = console.page.locator(".bubble").filter(has_text="离线")
    await expect(written).to_have_text(["离线一", "离线二"])
    await expect(console.page.locator(".is-waiting")).to_have_count(0)


async def texts_of_rep(phone: Socket, count: int) -> list[str]:
    """Wait for so many messages of the rep, passing over the customer's own."""
    found: list[str] = []
    while len(found) < count:
        found += [row["msg"] for row in await phone.rows(1) if row["send_type"] == Sender.REP]
    return found


def cut_off(app: App) -> None:
    """Close the rep's sockets from the server's side."""
    for sink in list(app.services.delivery.connections):
        assert isinstance(sink, Connection)
        if sink.kind is Kind.REP:
            sink.leave()


async def test_the_history_is_paged_upwards(console: Console, api: Api, customer: Caller) -> None:
    for number in range(40):
        form = {"u_id": REP, "msg": f"第{number}条"}
        await api.post("/zhugeleida/xiaochengxu/chat/send_msg/0", form, caller=customer)
    await console.log_in()
    await console.open_chat(customer.id)
    messages = console.page.locator(".message")
    await expect(messages).to_have_count(30)
    await console.page.get_by_label("聊天记录").evaluate("box => box.scrollTo(0, 0)")
    await expect(messages.filter(has_text="第0条")).to_have_count(1)
    seqs = [int(await each.get_attribute("data-seq") or 0) for each in await messages.all()]
    assert seqs == list(range(seqs[0], seqs[-1] + 1))


async def test_a_phrase_is_put_into_the_message(console: Console, customer: Caller) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    await console.page.get_by_role("button", name="常用语").click()
    phrase = console.page.get_by_role("region", name="常用语").get_by_role("button").first
    text = await phrase.inner_text()
    await phrase.click()
    await expect(console.page.get_by_label("输入消息")).to_have_value(text)


async def keep_and_delete_a_phrase(page: Page) -> None:
    """Keep what is written as a phrase, and delete it again."""
    await page.get_by_label("输入消息").fill("明天下午三点给您回电话")
    await page.get_by_role("button", name="常用语").click()
    phrases = page.get_by_role("region", name="常用语")
    own = phrases.get_by_role("button", name="明天下午三点给您回电话", exact=True)
    await phrases.get_by_role("button", name="存为常用语").click()
    await expect(own).to_be_visible()
    await phrases.get_by_role("button", name="删除常用语：明天下午三点给您回电话").click()
    await page.get_by_role("button", name="删除", exact=True).click()
    await expect(own).to_have_count(0)


async def test_a_rep_sends_cards_pictures_and_phrases_of_its_own(
    console: Console, phone: Socket, customer: Caller, tmp_path: Path
) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    page = console.page
    await page.get_by_role("button", name="产品", exact=True).click()
    offered = page.get_by_role("region", name="产品").get_by_role("button")
    name = await offered.first.locator(".name").inner_text()
    assert await findings(console.page) == []
    await offered.first.click()
    (product,) = await rows_of_rep(phone)
    facts = {"info_type": 2, "product_name": name, "send_type": Sender.REP}
    assert facts.items() <= product.items()
    assert {"product_id", "product_price", "product_cover_url"} <= product.keys()
    await expect(page.locator(".bubble.is-card").last).to_contain_text(name)

    picture = tmp_path / "plan.png"
    picture.write_bytes(drawn((400, 300)))
    await page.get_by_role("button", name="图片", exact=True).click()
    await page.get_by_label("选择图片").set_input_files(picture)
    (sent,) = await rows_of_rep(phone)
    assert sent["info_type"] == 4
    bubble = page.get_by_role("button", name="图片，点击放大").last
    image = bubble.locator("img")
    await expect(image).to_have_js_property("naturalWidth", 400)
    await bubble.press("Enter")
    await expect(page.locator(".el-image-viewer__img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".el-image-viewer__img")).to_have_count(0)
    await expect(bubble).to_be_focused()

    await page.get_by_role("button", name="请求手机号").click()
    (asked,) = await rows_of_rep(phone)
    assert (asked["info_type"], bool(asked["msg"])) == (3, True)

    await keep_and_delete_a_phrase(page)


async def rows_of_rep(phone: Socket) -> list[Frame]:
    """Wait for the rep's next messages, passing over the customer's own."""
    while True:
        found = [row for row in await phone.rows(1) if row["send_type"] == Sender.REP]
        if found:
            return found


async def test_what_was_written_outlives_the_page_and_goes_with_who_wrote_it(
    console: Console, app: App, phone: Socket, customer: Caller
) -> None:
    console.may_complain = [*OFFLINE, *SIGNED_OUT]
    await console.log_in()
    await console.open_chat(customer.id)
    page = console.page
    field = page.get_by_label("输入消息")
    await console.context.set_offline(True)
    cut_off(app)
    await console.expect_state("连接已断开")
    await field.fill("还没发出去")
    await field.press("Enter")
    await field.fill("还没写完")
    await page.goto("about:blank")
    await console.context.set_offline(False)
    await page.goto(f"{console.url}contacts/{customer.id}")
    assert await texts_of_rep(phone, 1) == ["还没发出去"]
    await expect(page.locator(".is-waiting")).to_have_count(0)
    await expect(page.locator(".bubble", has_text="还没发出去")).to_have_count(1)
    mine = page.locator(".message.is-own").last
    await expect(mine).to_contain_text("已读")
    await phone.close()
    await page.reload()
    await expect(mine).to_contain_text("已读")
    await expect(field).to_have_value("还没写完")

    await page.get_by_role("button", name="退出登录").click()
    await console.sign_in("demo-rep-2")
    await page.get_by_role("button", name="退出登录").click()
    await console.sign_in("demo-rep-1")
    await console.open_chat(customer.id)
    await expect(field).to_have_value("")


async def test_who_is_online_has_a_dot(console: Console, phone: Socket, customer: Caller) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    dot = console.page.locator(f".contact[href$='/contacts/{customer.id}'] .online")
    told = console.page.locator(".presence")
    await expect(dot).to_be_visible()
    await expect(told).to_have_text("在线")
    await phone.presence(1)
    await phone.close()
    await expect(dot).to_have_count(0)
    await expect(told).to_be_empty()


async def test_a_recalled_message_is_gone_on_the_other_side(
    console: Console, phone: Socket, customer: Caller
) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    page = console.page
    await page.get_by_label("输入消息").fill("写错了")
    await page.get_by_label("输入消息").press("Enter")
    assert await texts_of_rep(phone, 1) == ["写错了"]
    await page.get_by_role("button", name="撤回").click()
    told = await phone.until(is_recall)
    await expect(page.get_by_text("你撤回了一条消息")).to_be_visible()
    await say(phone, customer, "我也写错了")
    await expect(page.locator(".bubble").last).to_have_text("我也写错了")
    await phone.send({"type": "recall", "id": told["id"] + 1})
    await expect(page.get_by_text("对方撤回了一条消息")).to_be_visible()
    await expect(page.get_by_text("写错了")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("对方撤回了一条消息")).to_be_visible()
    await expect(page.get_by_text("写错了")).to_have_count(0)


async def test_a_customer_in_a_hurry_makes_the_console_send_little(
    console: Console, phone: Socket, app: App, customer: Caller
) -> None:
    await console.log_in()
    await console.open_chat(customer.id)
    count = app.settings.send_burst
    before = len(console.sent)
    for number in range(count):
        await say(phone, customer, f"快{number}")
    await expect(console.page.locator(".bubble").last).to_have_text(f"快{count - 1}")
    await console.expect_state("已连接")
    assert 0 < len(console.sent) - before <= count


async def test_nothing_keeps_people_out(console: Console, customer: Caller) -> None:
    found: dict[str, list[str]] = {}
    await console.page.goto(console.url)
    await expect(console.page.get_by_label("用户名")).to_be_visible()
    found["login"] = await findings(console.page)
    await console.sign_in()
    await expect(console.page.locator(".event").first).to_be_visible()
    found["radar"] = await findings(console.page)
    await console.open_chat(customer.id)
    await console.page.get_by_role("button", name="常用语").click()
    await expect(console.page.locator(".phrase").first).to_be_visible()
    found["chat"] = await findings(console.page)
    assert found == {"login": [], "radar": [], "chat": []}
