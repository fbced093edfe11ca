"""The erasure of a customer: nothing is left that tells who it was or what it said."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models import TABLES, chat, chat_positions, notice, session
from models import erasure as queries
from models.article import Article
from models.base import from_ms, now
from models.chat import Pair, Sender
from models.customer import (
    ArticleReader,
    Bond,
    Customer,
    CustomerKind,
    CustomerNote,
    FollowUp,
)
from models.database import execute, fetch_all
from models.erasure import DELETED, LOGINS
from models.library import CaseCollection, DiaryComment, Footprint, TagSearch
from models.mall import Order
from models.radar import CardPraise
from models.session import LoginCode
from models.tag import CustomerTag, Tag
from services.chat import scheduled
from services.chat.bus import LocalBus
from services.chat.messages import Draft, store
from services.chat.recalls import Recalls
from services.erasures import MOST_AT_ONCE, PAUSE, SETTLED, Erasures
from services.errors import NotFound
from services.media.files import AVATARS
from tests.api import Api, Caller
from tests.app import App
from tests.factories import bind, make_company, make_customer, make_rep, session_for
from tests.handlers.qiyeweixin.doings import do
from tests.handlers.qiyeweixin.staff import Office, make_office
from tests.library import make_case, make_diary, make_tag
from tests.logs import Log

ERASE = "/zhugeleida/admin/customer/erase"
EXPORT = "/zhugeleida/admin/customer/export"
NAME, NICK, PHONE, OPENID = "欧阳若曦", "老街坊小欧", "13912345678", "openid-of-ouyang"
WORDS = ("我住在梧桐路18号", "想给女儿装一间书房")
PERSONAL = (NAME, NICK, PHONE, OPENID, "梧桐路", "书房", "ouyang@example.com", "form-of-ouyang")


def erasures(app: App, **options: Any) -> Erasures:
    """The job as another process has it."""
    return Erasures(
        app.services.sessions,
        app.services.settings.data_dir,
        **{"batch": 2, "settled": timedelta(0), "pause": timedelta(0), **options},
    )


async def make_known(office: Office) -> tuple[Any, Any]:
    """Make a rep and a customer of whom there is something in every table."""
    rep = await make_rep(office.company)
    customer = await make_customer(
        office.company,
        name=NAME,
        openid=OPENID,
        phone=PHONE,
        form_ids=json.dumps(["form-of-ouyang"]),
        session_key="sealed",
        city="梧桐路",
        avatar="statics/zhugeleida/imgs/xiaochengxu/user_photo/xcx_cid_0_x.jpg",
    )
    await bind(rep, customer)
    await do(rep, customer, times=3)
    texts = [f'{{"info_type":1,"msg":"{word}"}}' for word in (*WORDS, NAME, PHONE, *WORDS)]
    pair = Pair(rep.id, customer.id)
    await store([Draft(pair, Sender.CUSTOMER, text) for text in texts])
    await store([Draft(pair, Sender.REP, texts[2])])
    await scheduled.schedule(pair, texts[3], now() + timedelta(days=1))
    await take_back(pair)
    await make_notes(rep, customer)
    await make_traces(rep, customer)
    await notice.pass_over(pair)
    return rep, customer


async def take_back(pair: Pair) -> None:
    """Let both sides recall their last message."""
    *_, theirs, ours = await chat.after(pair, 0, 100)
    recalls = Recalls(LocalBus())
    await recalls.recall(Sender.CUSTOMER, pair, theirs.id)
    await recalls.recall(Sender.REP, pair, ours.id)


async def make_notes(rep: Any, customer: Any) -> None:
    """Have a rep know something of a customer."""
    ids = {"rep": rep, "customer": customer}
    await CustomerNote.aio_create(
        **ids, name=NICK, phone=PHONE, email="ouyang@example.com", note=WORDS[0]
    )
    for number in range(3):
        await FollowUp.aio_create(company=rep.company_id, **ids, text=f"{NAME}{number}")
    tag = await Tag.aio_create(rep=rep, name="老客户")
    await CustomerTag.aio_create(**ids, tag=tag)
    article = await Article.aio_create(company=rep.company, title="文章")
    await ArticleReader.aio_create(**ids, article=article)
    await CardPraise.aio_create(**ids, is_up=True)


async def make_traces(rep: Any, customer: Any) -> None:
    """Have a customer read, buy and log in."""
    case = await make_case(rep.company)
    diary = await make_diary(case)
    await DiaryComment.aio_create(
        company=rep.company_id, diary=diary, customer=customer, content=WORDS[1]
    )
    await CaseCollection.aio_create(case=case, customer=customer)
    for _ in range(5):
        await Footprint.aio_create(case=case, diary=diary, customer=customer)
    await TagSearch.aio_create(customer=customer, tag=await make_tag(rep.company))
    await Order.aio_create(
        company=rep.company, customer=customer, rep=rep, order_number="1" * 32,
        goods_name="落地灯", price_cents=100, payable_cents=100, phone=PHONE,
    )  # fmt: skip
    await LoginCode.aio_create(code="c" * 64, customer=customer)


def write_files(data_dir: Path, rep: Any, customer: Any) -> list[Path]:
    """Write the files of a customer, and beside each one of somebody else."""
    images = data_dir / "statics/zhugeleida/imgs/xiaochengxu"
    made = []
    for number in (customer.id, customer.id + 1):
        stamp = "20180624_204935_00000a"
        made += [
            images / f"user_photo/xcx_cid_{number}_{stamp}.jpg",
            images / f"qr_code/{rep.id}_{number}_{'a' * 12}_qrcode.jpg",
            images / f"user_poster/{rep.id}/{rep.id}_{number}_{'a' * 16}_poster.png",
        ]
    made.append(images / f"qr_code/{customer.id}_{'a' * 12}_qrcode.jpg")
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
    return made


async def left() -> list[str]:
    """Look for what is personal in every table."""
    found = []
    for table in (one._meta.table_name for one in TABLES):
        for row in await fetch_all(f"SELECT * FROM {table}"):
            found += [f"{table}: {row}" for word in PERSONAL if word in str(row)]
    return found


async def erase(office: Office, customer: Any, **form: object) -> int:
    """Erase a customer and give the code."""
    answer = await office.post(f"{ERASE}/{customer.id}", {"confirm": customer.id, **form})
    return int(answer["code"])


async def counted() -> list[list[Any]]:
    """Read everything that statistics count."""
    return [
        await fetch_all("SELECT * FROM action_counter ORDER BY id"),
        await fetch_all("SELECT * FROM action_total ORDER BY id"),
        await fetch_all("SELECT id, rep_id, customer_id, created_at FROM follow_up ORDER BY id"),
        await fetch_all("SELECT id, company_id, created_at FROM customer ORDER BY id"),
        await fetch_all("SELECT id, rep_id, customer_id, action, remark FROM action_log"),
        await fetch_all("SELECT id, status, payable_cents, order_number FROM goods_order"),
        await fetch_all("SELECT popularity, praise_count FROM rep ORDER BY id"),
    ]


@pytest.mark.both
async def test_nothing_personal_is_left_in_any_table_or_file(api: Api, app: App) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    files = write_files(app.services.settings.data_dir, rep, customer)
    before = await counted()
    assert {line.partition(":")[0] for line in await left()} >= {
        *("customer", "message", "recall"),
        *("customer_note", "follow_up", "diary_comment", "goods_order"),
    }
    answer = await office.post(f"{ERASE}/{customer.id}", {"confirm": customer.id})
    assert (answer["code"], answer["msg"], answer.data) == (200, "删除成功", {})
    assert await left() == []
    assert [path.exists() for path in files] == [False] * 3 + [True] * 4
    for table in ("bond", *DELETED, *LOGINS):
        rows = await fetch_all(f"SELECT id FROM {table} WHERE customer_id = %s", (customer.id,))
        assert rows == [], table
    assert await counted() == before


async def test_an_export_that_looked_for_it_has_left_its_name_and_number_nowhere(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    query = {"customer__username": NAME, "phone": PHONE}
    response = await api.fetch("GET", EXPORT, query, caller=office.caller)
    assert NAME in response.body.decode()
    await office.post(f"{ERASE}/{customer.id}", {"confirm": customer.id})
    assert await left() == []


@pytest.mark.both
async def test_the_same_person_comes_back_as_a_new_customer(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    await erase(office, customer)
    kind = CustomerKind.MINI_PROGRAM
    again = await Customer.aio_create(company=office.company, openid=OPENID, kind=kind)
    assert again.id != customer.id


@pytest.mark.both
async def test_its_sessions_end_and_its_sockets_close(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    caller = await session_for(customer)
    socket = await api.socket("xiaochengxu")
    frame = await socket.register(rep=rep.id, customer=customer.id, caller=caller)
    assert frame["code"] == 200
    await erase(office, customer)
    assert await socket.close_code() is not None
    answer = await api.get("/zhugeleida/xiaochengxu/mingpian/all", caller=caller)
    assert answer["code"] == 404


async def test_an_erased_customer_is_no_contact_and_its_chat_is_over(api: Api) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    signer = await session_for(rep)
    await erase(office, customer)
    contacts = await api.get("/zhugeleida/qiyeweixin/contact", caller=signer)
    assert contacts.data["data_count"] == 0
    sent = await api.post(
        "/zhugeleida/qiyeweixin/chat/send_msg/0",
        {"customer_id": customer.id, "msg": NAME},
        caller=signer,
    )
    assert sent["code"] == 302
    log = await api.get("/zhugeleida/qiyeweixin/action/time", caller=signer)
    assert log.data["ret_data"][0]["log"].startswith(f"客户ID{customer.id}")


@pytest.mark.both
async def test_what_both_sides_write_meanwhile_is_erased_too(api: Api, app: App) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    text = json.dumps({"info_type": 1, "msg": NAME}, ensure_ascii=False)
    pair = Pair(rep.id, customer.id)

    async def talk(sender: Sender) -> None:
        """Write until the other side is nobody's any more."""
        for _ in range(2000):
            (result,) = await store([Draft(pair, sender, text)])
            if isinstance(result, NotFound):
                return
            await asyncio.sleep(0)  # SQLite is used inline: the server has to get its turn
        raise AssertionError("the chat goes on")

    codes = await asyncio.gather(erase(office, customer), talk(Sender.REP), talk(Sender.CUSTOMER))
    assert codes[0] == 200
    assert await left() == []
    assert await fetch_all("SELECT id FROM message") == []
    (row,) = await chat_positions.positions([pair])
    assert (row.rep_unread, row.customer_unread, row.last_seq) == (0, 0, row.gone_seq)


@pytest.mark.both
async def test_the_second_round_takes_what_a_request_under_way_has_written(
    api: Api, app: App
) -> None:
    office = await make_office(api)
    rep, customer = await make_known(office)
    await erase(office, customer)
    await Customer.update(name=NAME).where(Customer.id == customer.id).aio_execute()
    await session.add("customer", customer.id, "a" * 32)
    await bind(rep, customer)
    await erasures(app, settled=timedelta(minutes=1)).finish_due()
    assert len(await left()) == 1
    await erasures(app).finish_due()
    assert await left() == []
    assert await fetch_all("SELECT id FROM session WHERE customer_id = %s", (customer.id,)) == []
    assert await Bond.select().aio_count() == 0
    ((finished,),) = await fetch_all("SELECT finished_at IS NOT NULL FROM erasure")
    assert finished


@pytest.mark.both
async def test_an_erasure_that_only_began_is_finished_by_another_process(
    api: Api, app: App
) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    await queries.begin(customer.id, now() - timedelta(hours=1))
    await asyncio.gather(*(erasures(app).finish_due() for _ in range(3)))
    assert await left() == []
    assert await fetch_all("SELECT id FROM erasure WHERE finished_at IS NULL") == []


async def test_an_erasure_that_cannot_be_finished_stops_no_other(
    api: Api, app: App, log: Log
) -> None:
    office = await make_office(api)
    first, second = await make_customer(office.company), await make_customer(office.company)
    # No file can be removed where there is a folder of its name.
    folder = app.services.settings.data_dir / AVATARS / f"xcx_cid_{first.id}_x.jpg"
    folder.mkdir(parents=True)
    for customer in (first, second):
        await office.post(f"{ERASE}/{customer.id}", {"confirm": customer.id})
    await erasures(app).finish_due()
    open_ones = await fetch_all("SELECT customer_id FROM erasure WHERE finished_at IS NULL")
    assert open_ones == [(first.id,)]
    assert log.take("fault")
    folder.rmdir()
    await erasures(app).finish_due()
    assert not await fetch_all("SELECT id FROM erasure WHERE finished_at IS NULL")


@pytest.mark.both
async def test_however_many_erasures_fail_for_ever_the_others_are_finished(
    api: Api, app: App, log: Log
) -> None:
    company = await make_company()
    customers = [await make_customer(company) for _ in range(MOST_AT_ONCE + 2)]
    for customer in customers:
        await queries.begin(customer.id, now() - timedelta(hours=1))
    last = customers.pop()
    for customer in customers:
        name = f"xcx_cid_{customer.id}_x.jpg"
        (app.services.settings.data_dir / AVATARS / name).mkdir(parents=True)
    for _ in range(2):
        await erasures(app).finish_due()
    finished = await fetch_all("SELECT customer_id FROM erasure WHERE finished_at IS NOT NULL")
    assert finished == [(last.id,)]
    failed = {event["customer_id"] for event in log.take("fault")}
    assert failed == {customer.id for customer in customers}


async def test_an_erasure_that_has_failed_comes_again_after_ever_longer_pauses(
    api: Api, app: App, log: Log
) -> None:
    customer = await make_customer()
    await queries.begin(customer.id, now() - timedelta(hours=1))
    (app.services.settings.data_dir / AVATARS / f"xcx_cid_{customer.id}_x.jpg").mkdir(parents=True)
    pauses = []
    for _ in range(12):
        begun = now()
        job = erasures(app, settled=SETTLED, pause=PAUSE)
        await job.finish_due()
        await job.finish_due()
        ((due_at,),) = await fetch_all("SELECT due_at FROM erasure")
        pauses.append(round((from_ms(due_at) + SETTLED - begun) / PAUSE))
        await execute("UPDATE erasure SET due_at = 1")
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert len(log.take("fault")) == len(pauses)


async def test_erasing_again_changes_nothing_more(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    assert [await erase(office, customer) for _ in range(2)] == [200, 200]


async def test_it_has_to_be_confirmed_by_the_same_id(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    before = await left()
    assert await erase(office, customer, confirm=customer.id + 1) == 303
    assert await erase(office, customer, confirm="") == 303
    assert await left() == before


async def test_a_customer_of_another_company_is_not_found(api: Api) -> None:
    office, platform = await make_office(api), await make_office(api, platform=True)
    stranger = await make_customer()
    assert await erase(office, stranger) == 302
    answer = await office.post(f"{ERASE}/99999", {"confirm": 99_999})
    assert answer["code"] == 302
    assert (await Customer.aio_get()).name == stranger.name
    assert await erase(platform, stranger) == 200


async def test_only_who_manages_may_erase(api: Api) -> None:
    office = await make_office(api)
    _, customer = await make_known(office)
    staff: Caller = await session_for(await make_rep(office.company))
    form = {"confirm": customer.id}
    assert (await api.post(f"{ERASE}/{customer.id}", form, caller=staff))["code"] == 404
