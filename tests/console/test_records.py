"""What managers keep in the console: the library, orders, customers with files, the audit log."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from models.customer import Customer
from tests.api import Api, Caller
from tests.console.accessibility import findings
from tests.console.conftest import PASSWORD, Console
from tests.pictures import drawn

pytestmark = pytest.mark.asyncio(loop_scope="session")

REP = 1


@pytest_asyncio.fixture(loop_scope="session")
async def customers(api: Api) -> list[Caller]:
    """Two customers of the rep, logged in with the mini program."""
    found = []
    for code in ("demo-customer-1", "demo-customer-3"):
        query = {"code": code, "user_type": 2, "source": 1, "uid": REP}
        data = (await api.get("/zhugeleida/xiaochengxu/login", query)).data
        found.append(Caller(data["user_id"], data["token"], "customer"))
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def manager(api: Api) -> Caller:
    """The manager, logged in beside the page."""
    form = {"username": "demo-rep-1", "password": PASSWORD}
    data = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(data["user_id"], data["token"], "rep")


async def go(console: Console, name: str) -> None:
    """Open one of the manager's pages by its menu, and wait for its list."""
    await console.page.locator("nav a[href$='/admin']").click()
    await console.page.locator(f"nav a[href$='/admin/{name}']").click()
    await expect(console.page.locator(".el-table, .is-message").first).to_be_visible()


def row_of(console: Console, text: str) -> Locator:
    """The row of the table that says something."""
    return console.page.locator(".el-table__row").filter(has_text=text)


def labelled(console: Console, label: str) -> Locator:
    """A field of the form that is open."""
    return console.page.get_by_role("dialog").get_by_label(label, exact=True)


async def upload(console: Console, label: str, tmp_path: Path) -> None:
    """Choose a picture, and wait until it has come."""
    path = tmp_path / "picture.png"
    path.write_bytes(drawn())
    before = await console.page.locator(".el-drawer img").count()
    await console.page.locator(f"input[type=file][aria-label='{label}']").set_input_files(path)
    await expect(console.page.locator(".el-drawer img")).to_have_count(before + 1)


async def choose(console: Console, field: Locator, option: str) -> None:
    """Choose an option of a list that opens."""
    await field.press("Enter")
    await console.page.get_by_role("option", name=option, exact=True).click()
    await console.page.keyboard.press("Tab")


async def add_tag(console: Console) -> list[str]:
    """Add a tag, and fail to delete one that is in use; what keeps people out is given back."""
    page = console.page
    await page.get_by_role("button", name="管理标签").click()
    tags = page.get_by_role("dialog", name="案例标签")
    await tags.get_by_label("标签名称").fill("露台")
    await tags.get_by_role("button", name="添加").click()
    await expect(tags.get_by_text("露台")).to_be_visible()
    await tags.get_by_role("button", name="删除标签 小户型").click()
    await expect(
        page.get_by_text("标签正被使用").or_(page.locator(".el-message--error"))
    ).to_be_visible()
    await expect(tags.get_by_text("小户型")).to_be_visible()
    found = await findings(page)
    await page.keyboard.press("Escape")
    return found


async def write_diary(console: Console, folder: Path) -> None:
    """Begin a diary with a picture before a text."""
    page = console.page
    await page.get_by_role("button", name="新建日记").click()
    await labelled(console, "日记标题").fill("第一天")
    await page.get_by_role("button", name="添加文字").click()
    await page.keyboard.type("今天量了尺寸。")
    await upload(console, "添加图片", folder)
    await page.get_by_role("button", name="第 2 段上移").click()
    await expect(page.get_by_role("button", name="第 1 段下移")).to_be_focused()


async def moderate(console: Console, api: Api, customers: list[Caller], diary_id: int) -> list[str]:
    """Approve a comment on the diary that is shown, and delete it."""
    page, (first, second) = console.page, customers
    await comment(api, first, diary_id, "<b>好漂亮</b>")
    assert await comments_seen(api, second, diary_id) == []
    await row_of(console, "第一天").get_by_role("link", name="评论").click()
    said = row_of(console, "<b>好漂亮</b>")
    await expect(said).to_contain_text("未进行审核")
    await said.get_by_role("button", name="通过").click()
    await expect(said).to_contain_text("审核通过")
    assert await comments_seen(api, second, diary_id) == ["<b>好漂亮</b>"]
    found = await findings(page)
    await said.get_by_role("button", name="删除").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(said).to_have_count(0)
    assert await comments_seen(api, first, diary_id) == []
    return found


async def write_case(console: Console, folder: Path) -> None:
    """Write a case, at first without its customer, which is complained of."""
    page = console.page
    await labelled(console, "案例名称").fill("屋顶上的露台")
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator(".el-form-item__error")).to_contain_text("客户名称")
    await expect(labelled(console, "案例名称")).to_have_value("屋顶上的露台")
    await labelled(console, "客户名称").fill("小林")
    await choose(console, page.get_by_role("dialog").get_by_role("combobox"), "露台")
    await upload(console, "添加封面", folder)


async def test_a_case_with_its_diary_is_told_to_customers_and_its_comments_are_approved(
    console: Console, api: Api, customers: list[Caller], tmp_path: Path
) -> None:
    page, first = console.page, customers[0]
    await console.log_in()
    await go(console, "cases")

    found = {"tags": await add_tag(console)}

    await page.get_by_role("button", name="新建案例").click()
    await write_case(console, tmp_path)
    found["case"] = await findings(page)
    await page.get_by_role("button", name="保存").click()
    row = row_of(console, "屋顶上的露台")
    await expect(row).to_contain_text("未发")
    await row.get_by_role("button", name="发布").click()
    await expect(row).to_contain_text("已发")
    shown = (await api.get("/zhugeleida/xiaochengxu/case_manage/case_list", caller=first)).data
    case = next(each for each in shown["ret_data"] if each["customer_name"] == "小林")
    assert [tag["name"] for tag in case["tag_list"]] == ["露台"]
    assert len(json.loads(case["cover_picture"])) == 1

    await row.get_by_role("link", name="日记").click()
    await expect(page).to_have_url(f"{console.url}admin/diaries?case={case['case_id']}")
    await page.reload()
    await expect(page.get_by_text("没有找到日记")).to_be_visible()
    await write_diary(console, tmp_path)
    found["diary"] = await findings(page)
    await page.get_by_role("button", name="保存").click()
    row = row_of(console, "第一天")
    await row.get_by_role("button", name="发布").click()
    await expect(row).to_contain_text("已发")
    query = {"case_id": case["case_id"]}
    read = await api.get("/zhugeleida/xiaochengxu/diary_manage/diary_list", query, caller=first)
    (diary,) = read.data["ret_data"]
    parts = json.loads(diary["content"])
    assert [part["type"] for part in parts] == ["picture_url", "content"]
    assert parts[1]["data"] == ["今天量了尺寸。"]
    found["comments"] = await moderate(console, api, customers, diary["diary_id"])
    assert not any(found.values()), found


async def comment(api: Api, customer: Caller, diary: int, text: str) -> None:
    """Say something of a diary."""
    path = f"/zhugeleida/xiaochengxu/diary_manage/review_diary/{diary}"
    await api.post(path, {"content": text}, caller=customer)


async def comments_seen(api: Api, customer: Caller, diary: int) -> list[str]:
    """What a customer sees said of a diary."""
    path = f"/zhugeleida/xiaochengxu/diary_manage/diary_id_review_list/{diary}"
    return [row["content"] for row in (await api.get(path, caller=customer)).data["ret_data"]]


async def look_into_the_log(console: Console) -> list[str]:
    """Find the newest change and the logins in the log; what keeps people out is given back."""
    page = console.page
    await go(console, "audit")
    entry = page.locator(".el-table__row").first
    await expect(entry).to_contain_text("修改保留期限")
    await expect(entry).to_contain_text("成功")
    await entry.locator(".el-table__expand-icon").click()
    await expect(page.locator(".details")).to_contain_text("400")
    found = await findings(page)
    await choose(console, page.get_by_role("combobox", name="操作", exact=True), "密码登录")
    await expect(page.locator(".el-table__row").filter(has_not_text="密码登录")).to_have_count(0)
    await page.locator(".el-table__expand-icon").first.click()
    await expect(page.locator(".details")).to_contain_text("***")
    return found


async def keep_logs_for(console: Console, days: int) -> None:
    """Change for how many days the log is kept."""
    page = console.page
    await page.get_by_role("button", name="保留期限").click()
    await labelled(console, "访问日志").fill(str(days))
    await page.get_by_role("dialog").get_by_role("button", name="保存").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_orders_are_found_and_the_log_tells_who_changed_and_recalled_what(
    console: Console, api: Api, customers: list[Caller], manager: Caller
) -> None:
    page, customer = console.page, customers[0]
    sent = await api.post(
        "/zhugeleida/qiyeweixin/chat/send_msg/0",
        {"customer_id": customer.id, "msg": "打错了"},
        caller=manager,
    )
    await api.post("/zhugeleida/qiyeweixin/chat/recall/0", {"id": sent.data["id"]}, caller=manager)
    await console.log_in()

    await go(console, "orders")
    await choose(console, page.get_by_role("combobox", name="订单状态"), "交易成功")
    await expect(page).to_have_url(f"{console.url}admin/orders?status=8")
    await expect(page.locator(".el-table__row").filter(has_not_text="交易成功")).to_have_count(0)
    paid = await api.get("/zhugeleida/admin/order/order_list", {"status": 8}, caller=manager)
    await expect(page.locator(".el-table__row")).to_have_count(paid.data["data_count"])
    await page.reload()
    await expect(page.locator(".el-table__row")).to_have_count(paid.data["data_count"])
    order = paid.data["ret_data"][0]
    found = {"orders": await findings(console.page)}
    await page.get_by_role("button", name=order["orderNumber"]).click()
    await expect(page.get_by_role("dialog")).to_contain_text(f"¥{float(order['yingFuKuan']):,.2f}")
    found["order"] = await findings(console.page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await go(console, "customers")
    await keep_logs_for(console, 400)
    kept = (await api.get("/zhugeleida/admin/retention", caller=manager)).data
    assert kept["log_days"] == 400

    found["audit"] = await look_into_the_log(console)

    await go(console, "recalls")
    await expect(page.locator(".el-table__row").first).to_contain_text("打错了")
    found["recalls"] = await findings(console.page)
    assert not any(found.values()), found


async def test_customers_are_exported_as_they_are_listed_and_erased_once_confirmed(
    console: Console, api: Api, customers: list[Caller], manager: Caller, tmp_path: Path
) -> None:
    page, customer = console.page, customers[0]
    name = "=1+2"
    await Customer.update(name=name).where(Customer.id == customer.id).aio_execute()
    await console.log_in()
    await go(console, "customers")
    await choose(console, page.get_by_role("combobox", name="类型"), "微信小程序")
    listed = await api.get(
        "/zhugeleida/admin/customer/customer_list", {"user_type": 2}, caller=manager
    )
    await expect(page.locator(".el-table__row")).to_have_count(listed.data["data_count"])
    found = {"customers": await findings(console.page)}
    await page.get_by_role("button", name="导出", exact=True).click()
    found["export"] = await findings(console.page)
    rows = await exported(console, tmp_path)
    assert len(rows) == listed.data["data_count"]
    assert {row["昵称"] for row in rows if row["客户ID"] == str(customer.id)} == {f"'{name}"}

    await page.get_by_role("button", name=name, exact=True).click()
    drawer = page.get_by_role("dialog", name="客户详情")
    async with page.expect_download() as coming:
        await drawer.get_by_role("button", name="导出全部数据").click()
    path = tmp_path / "customer.json"
    await (await coming.value).save_as(path)
    assert json.loads(path.read_text("utf-8"))["profile"]["id"] == customer.id
    await drawer.get_by_role("button", name="彻底删除").click()
    erase = page.get_by_role("dialog", name="彻底删除客户的个人信息")
    await expect(erase.get_by_role("button", name="彻底删除")).to_be_disabled()
    await erase.get_by_label(f"请输入客户ID {customer.id} 以确认").fill(str(customer.id))
    found["erase"] = await findings(console.page)
    await erase.get_by_role("button", name="彻底删除").click()
    await expect(drawer).to_have_count(0)
    await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert not any(found.values()), found


async def exported(console: Console, tmp_path: Path) -> list[dict[str, Any]]:
    """Download the list as CSV, and read it."""
    async with console.page.expect_download() as coming:
        await console.page.get_by_role("dialog").get_by_role("button", name="下载").click()
    download = await coming.value
    assert download.suggested_filename.startswith("客户-")
    path = tmp_path / "customers.csv"
    await download.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
