"""The demo data: loaded once, and as true to itself as what the server would have written."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageChops, ImageStat

from models.base import from_ms, now
from models.chat import Conversation, Message, Sender
from models.company import Company
from models.customer import Bond, Customer, FollowUp
from models.database import connected
from models.radar import Action, ActionLog
from models.staff import Permission
from services import customers, demo
from services.chat.bus import LocalBus
from services.chat.content import InfoType, checked
from services.chat.messages import Messages
from services.clock import SHANGHAI, day_of
from services.demo import texts
from services.demo.loading import draft
from services.demo.moments import Moments
from services.demo.pictures import SCENES, draw_default_avatars, render
from services.passwords import Passwords
from services.principals import MiniCustomer
from services.wechat.crypto import SecretBox
from services.wechat.simulator.followers import NAMES
from tests.logs import Log
from tests.services import demo_rows
from tests.services.demo_load import KEY, load
from tests.services.demo_rows import Rows, by_id, count, is_of
from tests.storage import Storage

ROOT = Path(__file__).parents[2]
NOON = datetime(2025, 3, 2, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def loaded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo data in ``zhuge.db`` and its pictures."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(template, folder / "zhuge.db")
    assert asyncio.run(load(f"sqlite:///{folder / 'zhuge.db'}", folder))
    return folder


@pytest_asyncio.fixture
async def copy(loaded: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """The demo data in a database of the test's own, connected."""
    shutil.copyfile(loaded / "zhuge.db", tmp_path / "zhuge.db")
    async with connected(f"sqlite:///{tmp_path / 'zhuge.db'}", 5):
        yield tmp_path


@pytest_asyncio.fixture
async def rows(copy: Path) -> Rows:
    """Every row of the demo data."""
    return await demo_rows.read_all()


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """What hashes passwords."""
    with contextlib.closing(Passwords()) as passwords:
        yield passwords


async def test_a_second_load_changes_nothing(copy: Path, rows: Rows, passwords: Passwords) -> None:
    assert not await demo.load(SecretBox(KEY), passwords, copy)
    assert await demo_rows.read_all() == rows


async def test_loaded_data_is_recognised(copy: Path) -> None:
    assert await demo.is_loaded()


@pytest.mark.both
async def test_an_empty_database_holds_no_demo_data(db: None) -> None:
    assert not await demo.is_loaded()


async def test_what_is_left_of_the_demo_data_is_recognised(copy: Path) -> None:
    await Company.update(corp_id="ww-own").aio_execute()
    assert await demo.is_loaded()


async def test_a_database_with_other_companies_is_left_alone(
    db: None, passwords: Passwords, tmp_path: Path, log: Log
) -> None:
    await Company.aio_create(name="别的公司")
    assert not await demo.load(SecretBox(KEY), passwords, tmp_path)
    assert not await demo.is_loaded()


@pytest.mark.both
async def test_a_load_that_fails_leaves_nothing(
    db: None, passwords: Passwords, tmp_path: Path
) -> None:
    await Permission.aio_create(path="/customer", title="已有菜单")
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        await demo.load(SecretBox(KEY), passwords, tmp_path)
    assert not await demo.is_loaded()


@pytest.mark.mariadb
def test_two_processes_that_start_together_load_once(storage: Storage, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.services.demo_load", storage.database_url]
    started = [subprocess.Popen([*command, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert sorted(process.wait(60) for process in started) == [0, 3]


@pytest.mark.both
async def test_of_two_loads_at_once_one_loads(
    db: None, passwords: Passwords, tmp_path: Path
) -> None:
    loads = [demo.load(SecretBox(KEY), passwords, tmp_path) for _ in range(2)]
    assert sorted(await asyncio.gather(*loads)) == [False, True]
    stored = await demo_rows.read_all()
    assert len(stored["message"]) == sum(chat["last_seq"] for chat in stored["conversation"])


async def test_companies_and_reps_have_their_fixed_ids(rows: Rows) -> None:
    reps = [(rep["id"], rep["username"], rep["company_id"], rep["role_id"]) for rep in rows["rep"]]
    assert reps == [
        (1, "demo-rep-1", 1, 1),
        (2, "demo-rep-2", 1, 2),
        (3, "demo-rep-3", 2, 1),
    ]
    assert [role["name"] for role in rows["role"]] == ["管理员", "普通用户"]


async def test_customers_have_the_ids_of_their_codes(rows: Rows) -> None:
    found = [(one["id"], one["openid"], one["company_id"]) for one in rows["customer"]]
    mini = [(one, f"demo-customer-{one}", at) for one, at in enumerate([1] * 8 + [2] * 4, 1)]
    assert found == [*mini, (13, "gzh-demo-customer-1", 1), (14, "gzh-demo-customer-2", 2)]
    assert [one["name"] for one in rows["customer"][12:]] == list(NAMES[:2])


@pytest.mark.parametrize("table", ["goods", "case_story", "diary", "case_tag", "product"])
async def test_ids_of_the_first_company_start_at_1(rows: Rows, table: str) -> None:
    owners = [row["company_id"] for row in rows[table]]
    assert rows[table][0]["id"] == 1
    assert owners == sorted(owners)
    assert set(owners) == {1, 2}


async def test_apps_have_the_names_that_the_simulator_knows(rows: Rows) -> None:
    apps = [(app["id"], app["appid"]) for app in rows["mini_program"]]
    assert apps == [(1, "wx-demo-1"), (2, "wx-demo-2")]
    assert [app["appid"] for app in rows["official_account"]] == ["wx-gzh-demo-1", "wx-gzh-demo-2"]
    assert [company["corp_id"] for company in rows["company"]] == ["ww-demo-1", "ww-demo-2"]
    numbers = [mall["merchant_number"] for mall in rows["mall_settings"]]
    assert numbers == ["1900000001", "1900000002"]


async def test_stored_secrets_open(rows: Rows) -> None:
    box = SecretBox(KEY)
    for table in ("wecom_app", "mini_program", "official_account"):
        assert all(box.open(row["secret"]) for row in rows[table])
    assert all(box.open(row["contacts_secret"]) for row in rows["company"])
    assert [len(box.open(row["merchant_key"])) for row in rows["mall_settings"]] == [32, 32]


async def test_every_rep_logs_in_with_the_demo_password(rows: Rows, passwords: Passwords) -> None:
    for rep in rows["rep"]:
        assert rep["status"] == 1
        assert await passwords.matches("zhuge-demo", rep["password_hash"])


async def test_the_account_period_ends_years_after_its_start(rows: Rows) -> None:
    for company in rows["company"]:
        start = from_ms(company["charging_started_at"]).astimezone(SHANGHAI)
        end = from_ms(company["expires_at"]).astimezone(SHANGHAI)
        assert start < now() - timedelta(days=30) < now() + timedelta(days=90) < end
        assert end == start.replace(year=start.year + company["open_months"] // 12)


async def test_nobody_refers_to_another_company(rows: Rows) -> None:
    wrong = [one for one in demo_rows.owners(rows) if len(one[2]) > 1]
    assert wrong == []


async def test_counters_agree_with_the_log(rows: Rows) -> None:
    logged = Counter(
        (row["rep_id"], row["customer_id"], row["action"], day_of(from_ms(row["created_at"])))
        for row in rows["action_log"]
    )
    counted = {
        (row["rep_id"], row["customer_id"], row["action"], row["day"]): row["count"]
        for row in rows["action_counter"]
    }
    assert counted == {(*key[:3], key[3].isoformat()): count for key, count in logged.items()}
    assert demo_rows.wrong_totals(rows) == set()


async def test_counters_of_reps_agree_with_the_log(rows: Rows) -> None:
    for rep in rows["rep"]:
        mine = [row for row in rows["action_log"] if row["rep_id"] == rep["id"]]
        seen = Counter(row["action"] for row in mine)
        assert rep["popularity"] == seen[Action.VIEW_CARD] > 0
        assert rep["forward_count"] == seen[Action.FORWARD_CARD]
        praise = [row for row in rows["card_praise"] if row["rep_id"] == rep["id"]]
        assert rep["praise_count"] == sum(row["is_up"] for row in praise)
        signs = [row for row in rows["sign_praise"] if row["rep_id"] == rep["id"]]
        assert rep["sign_praise_count"] == len(signs)


async def test_praise_agrees_with_the_log(rows: Rows) -> None:
    said = Counter((row["remark"], row["rep_id"], row["customer_id"]) for row in rows["action_log"])
    for row in rows["card_praise"]:
        pair = row["rep_id"], row["customer_id"]
        assert row["is_up"] == said["觉得您非常靠谱", *pair] - said["取消了给你的靠谱评价", *pair]
    for row in rows["sign_praise"]:
        assert said["赞了你的个性签名", row["rep_id"], row["customer_id"]] == 1


async def test_views_of_a_card_are_numbered(rows: Rows) -> None:
    mine = [row for row in rows["action_log"] if is_of(row, (1, 1))]
    views = [row["remark"] for row in mine if row["action"] == Action.VIEW_CARD]
    assert views[:4] == [
        "首次查看您的名片,沟通从此刻开始",
        "查看您的名片第2次,把握深度交流的机会",
        "查看您的名片第3次,建议标注重点客户",
        "查看您的名片第4次,成交在望",
    ]
    assert views[-1] == f"查看您的名片第{len(views)}次,成交在望"


async def test_every_pair_has_one_conversation(rows: Rows) -> None:
    bonds = [(row["rep_id"], row["customer_id"]) for row in rows["bond"]]
    chats = [(row["rep_id"], row["customer_id"]) for row in rows["conversation"]]
    assert sorted(bonds) == sorted(chats)


async def test_conversations_count_their_messages(rows: Rows) -> None:
    for chat in rows["conversation"]:
        messages = [row for row in rows["message"] if row["conversation_id"] == chat["id"]]
        senders = [row["sender"] for row in messages]
        assert [row["seq"] for row in messages] == list(range(1, chat["last_seq"] + 1))
        assert chat["last_message_id"] == messages[-1]["id"]
        assert chat["last_message_at"] == messages[-1]["created_at"]
        assert chat["rep_sent"] == senders.count(Sender.REP)
        assert chat["customer_sent"] == senders.count(Sender.CUSTOMER)
        assert chat["rep_unread"] == senders[chat["rep_read_seq"] :].count(Sender.CUSTOMER)
        assert chat["customer_unread"] == senders[chat["customer_read_seq"] :].count(Sender.REP)


@pytest.mark.parametrize("side", ["rep", "customer"])
async def test_something_is_unread_on_both_sides(rows: Rows, side: str) -> None:
    assert any(chat[f"{side}_unread"] for chat in rows["conversation"])


async def test_every_kind_of_message_is_there_and_sound(rows: Rows) -> None:
    contents = [json.loads(row["content"]) for row in rows["message"]]
    assert {checked(content)["info_type"] for content in contents} == set(InfoType)


async def test_a_conversation_begins_with_the_welcome_that_binding_writes(
    copy: Path, rows: Rows
) -> None:
    customer = await Customer.aio_create(company=1, openid="new", kind=2)
    visitor = MiniCustomer(customer.id, 1, 0)
    await customers.bind(visitor, 1, customers.Source.SCAN, None, Messages(LocalBus(), lanes=1))
    fresh = await Message.select().order_by(Message.id.desc()).aio_first()
    chats = [row["id"] for row in rows["conversation"] if row["rep_id"] == 1]
    first = [
        json.loads(row["content"])
        for row in rows["message"]
        if row["seq"] == 1 and row["conversation_id"] in chats
    ]
    assert first == [json.loads(fresh.content)] * len(chats)


async def test_bonds_know_when_their_customers_were_active_last(rows: Rows) -> None:
    chats = {(row["rep_id"], row["customer_id"]): row["id"] for row in rows["conversation"]}
    for bond in rows["bond"]:
        pair = bond["rep_id"], bond["customer_id"]
        logs, steps = (
            [row["created_at"] for row in rows[table] if is_of(row, pair)]
            for table in ("action_log", "follow_up")
        )
        said = [row for row in rows["message"] if row["conversation_id"] == chats[pair]]
        by_rep = [row["created_at"] for row in said if row["sender"] == Sender.REP]
        by_customer = [row["created_at"] for row in said if row["sender"] == Sender.CUSTOMER]
        assert bond["last_followed_at"] == max(by_rep + steps)
        assert bond["last_activity_at"] == max(by_customer + logs)
        assert bond["last_event_at"] == max(by_rep + by_customer + logs)


async def test_close_odds_are_those_of_the_last_follow_up(rows: Rows) -> None:
    for bond in rows["bond"]:
        texts = [
            row["text"]
            for row in rows["follow_up"]
            if is_of(row, (bond["rep_id"], bond["customer_id"]))
        ]
        odds = [text for text in texts if text.startswith("更新预计成交率为: ")]
        assert bond["close_odds"] == int(odds[-1].split(": ")[1] if odds else 0)


async def test_tags_on_a_customer_are_its_reps_or_the_systems(rows: Rows) -> None:
    tags = by_id(rows, "tag")
    for link in rows["customer_tag"]:
        assert tags[link["tag_id"]]["rep_id"] in (None, link["rep_id"])
        assert tags[link["tag_id"]]["parent_id"] is not None
    groups = [tag["name"] for tag in rows["tag"] if tag["parent_id"] is None]
    assert groups == ["基本功能", "关注点", "级别", "自定义"]
    for table in ("tag", "follow_phrase"):
        assert [row["id"] for row in rows[table]] == list(range(1, len(rows[table]) + 1))


async def test_the_library_counts_what_customers_did(rows: Rows) -> None:
    for diary in rows["diary"]:
        number = diary["id"]
        assert diary["read_count"] == count(rows, "footprint", diary_id=number)
        assert diary["praise_count"] == count(rows, "diary_praise", diary_id=number)
        assert diary["comment_count"] == count(rows, "diary_comment", diary_id=number)
    for case in rows["case_story"]:
        views = count(rows, "footprint", case_id=case["id"], diary_id=None)
        assert case["read_count"] == views
        dates = [row["created_at"] for row in rows["diary"] if row["case_id"] == case["id"]]
        assert case["updated_at"] == max(dates)


async def test_orders_are_sums_of_their_goods(rows: Rows) -> None:
    goods = by_id(rows, "goods")
    assert {order["status"] for order in rows["goods_order"]} >= {1, 2, 8, 9, 10}
    for order in rows["goods_order"]:
        assert order["goods_name"] == goods[order["goods_id"]]["name"]
        price = order["price_cents"] * order["quantity"] - order["discount_cents"]
        assert order["payable_cents"] == price


async def test_what_happened_later_has_a_higher_id(rows: Rows) -> None:
    for table in ("message", "action_log", "follow_up", "footprint", "goods_order"):
        times = [row["created_at"] for row in rows[table]]
        assert times == sorted(times)


async def test_every_file_that_a_row_names_is_there(loaded: Path, rows: Rows) -> None:
    named = set(demo_rows.addresses(rows))
    assert len(named) > 90
    for address in named:
        if address.endswith(".webm"):
            assert (loaded / address).read_bytes().startswith(bytes.fromhex("1a45dfa3"))
        else:
            with Image.open(loaded / address) as picture:
                picture.load()
                assert picture.size in ((400, 400), (800, 600))


async def test_no_file_is_drawn_that_no_row_names(loaded: Path, rows: Rows) -> None:
    drawn = {
        str(path.relative_to(loaded)) for path in (loaded / "statics").rglob("*") if path.is_file()
    }
    assert drawn == set(demo_rows.addresses(rows))


@pytest.mark.parametrize("scene", SCENES)
def test_a_picture_is_drawn_the_same_each_time(scene: str) -> None:
    assert render(f"{scene}:18").tobytes() == render(f"{scene}:18").tobytes()


@pytest.mark.parametrize("text", ["0d 10:00", "3d", "3d 10", "100m", "soon"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a moment"):
        Moments(NOON).at(text)


def test_the_default_avatars_are_those_that_are_drawn(tmp_path: Path) -> None:
    draw_default_avatars(tmp_path)
    for path in tmp_path.iterdir():
        with Image.open(path) as drawn, Image.open(ROOT / "static/imgs" / path.name) as kept:
            assert max(ImageStat.Stat(ImageChops.difference(drawn, kept)).mean) < 1


@pytest.mark.parametrize("minutes", [-719, -690, -600, 0, 540, 719])
async def test_nothing_is_ever_out_of_order(db: None, passwords: Passwords, minutes: int) -> None:
    moment = NOON + timedelta(minutes=minutes)
    plan = await draft(moment, SecretBox(KEY), passwords)
    since = {(row["rep"], row["customer"]): row["created_at"] for row in plan.rows(Bond)}
    for table in (ActionLog, FollowUp, Conversation):
        for row in plan.rows(table):
            assert since[row["rep"], row["customer"]] <= row["created_at"] <= moment
    for facts in texts.companies():
        for bond in facts["bonds"]:
            times = [plan.moments.at(line["at"]) for line in bond["chat"]]
            assert sorted([*times, moment]) == [*times, moment]
