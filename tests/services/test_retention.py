"""The night's job: what is older than a company keeps it goes, and everything else stays right."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest

from models import chat, chat_positions
from models import retention as queries
from models.base import now, to_ms
from models.chat import Conversation, Pair, Sender
from models.database import atomic, execute, fetch_all
from models.radar import Action
from services import customer_files, radar_lists
from services.chat.bus import LocalBus
from services.chat.contacts import page as contacts
from services.chat.messages import Draft, Sent, store
from services.chat.reading import Reading
from services.chat.recalls import Recalls
from services.clock import day_of, start_of
from services.leases import Lease
from services.principals import Rep
from services.radar_lists import Wanted
from services.retention import MOST_TRIES, Retention
from tests.factories import make_company, make_pair, make_rep
from tests.handlers.qiyeweixin.doings import days_ago, do, make_customers
from tests.logs import Log
from tests.statements import counted
from tests.waiting import eventually

KEPT_DAYS = 30
OLD, NEW = 31, 29


def job(hour: int = 0, **options: Any) -> Retention:
    """The job as a process has it."""
    options = {"pause_seconds": 0.0, "batch": 2, "retry": timedelta(0), **options}
    return Retention(hour=hour, **options)


def principal(rep: Any) -> Rep:
    """A rep as it calls."""
    return Rep(rep.id, rep.company_id, rep.role_id, 0)


async def say(rep: Any, customer: Any, sender: Sender, text: str, *, days: int = 0) -> int:
    """Let one side write a message so many days ago, and give its seq."""
    draft = Draft(Pair(rep.id, customer.id), sender, f'{{"info_type":1,"msg":"{text}"}}')
    (sent,) = await store([draft])
    assert isinstance(sent, Sent)
    await execute(
        "UPDATE message SET created_at = %s WHERE id = %s", (to_ms(days_ago(days)), sent.id)
    )
    return sent.seq


async def scheduled_for(rep: Any, customer: Any, days: int, state: int) -> None:
    """Have a scheduled message whose time was so many days ago, and which ended then if it has."""
    stamp = to_ms(days_ago(days))
    await execute(
        "INSERT INTO scheduled_message"
        " (rep_id, customer_id, content, send_at, state, created_at, ended_at)"
        " VALUES (%s, %s, '{}', %s, %s, %s, %s)",
        (rep.id, customer.id, stamp, state, stamp, None if state == 1 else stamp),
    )


async def texts(rep: Any, customer: Any) -> tuple[list[int], int]:
    """Read the whole history as the rep does: seqs, and how many there are."""
    rows, total = await Reading(LocalBus()).history(
        Sender.REP, Pair(rep.id, customer.id), limit=100, offset=0
    )
    return [row.seq for row in rows], total


async def listed(rep: Any, **wanted: Any) -> tuple[list[str], int]:
    """Page through all of a rep's log: the texts, and how many the list says there are."""
    found: list[str] = []
    while True:
        rows, total = await radar_lists.by_time(principal(rep), Wanted(**wanted), 3, len(found))
        found += [row.text for row in rows]
        if not rows:
            return found, total


@pytest.mark.both
async def test_a_list_counts_what_can_be_paged_after_the_old_rows_have_gone(db: None) -> None:
    rep, customer = await make_pair()
    (other,) = await make_customers(rep, 1)
    for one in (customer, other):
        await do(rep, one, Action.CALL, at=days_ago(OLD), times=5)
        await do(rep, one, Action.FORWARD_CARD, at=days_ago(NEW), times=4)
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM action_log") == [(8,)]
    first_day = day_of(days_ago(OLD))
    for wanted, count in (
        ({}, 8),
        ({"customer_id": customer.id}, 4),
        ({"action": Action.CALL}, 0),
        ({"action": Action.FORWARD_CARD}, 8),
        ({"first_day": first_day}, 8),
        ({"customer_id": customer.id, "first_day": first_day, "last_day": first_day}, 0),
        ({"last_day": first_day}, 0),
    ):
        found, total = await listed(rep, **wanted)
        assert (len(found), total) == (count, count), wanted


@pytest.mark.both
async def test_statistics_do_not_change_with_the_log(db: None) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, at=days_ago(OLD), times=3)
    await do(rep, customer, times=2)
    tables = ("action_counter", "action_total")
    before = [await fetch_all(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    score = (await customer_files.find(principal(rep), customer.id, {Action.CALL: 12})).score
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await job().run_due()
    assert [await fetch_all(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before
    assert (
        await customer_files.find(principal(rep), customer.id, {Action.CALL: 12})
    ).score == score
    assert await radar_lists.by_action(principal(rep), day_of(days_ago(OLD)), day_of(now())) == {
        Action.CALL: 5
    }


@pytest.mark.both
async def test_old_messages_go_and_seq_goes_on(db: None) -> None:
    rep, customer = await make_pair()
    for _ in range(5):
        await say(rep, customer, Sender.CUSTOMER, "旧", days=OLD)
    await say(rep, customer, Sender.CUSTOMER, "新", days=NEW)
    await queries.change(rep.company_id, None, KEPT_DAYS)
    await job().run_due()
    assert await texts(rep, customer) == ([6], 1)
    assert await say(rep, customer, Sender.REP, "再来") == 7
    assert await texts(rep, customer) == ([7, 6], 2)


@pytest.mark.both
async def test_unread_counts_and_pointers_fit_what_is_left(db: None) -> None:
    rep, customer = await make_pair()
    for _ in range(3):
        await say(rep, customer, Sender.CUSTOMER, "旧", days=OLD)
    await say(rep, customer, Sender.REP, "旧答", days=OLD)
    await say(rep, customer, Sender.CUSTOMER, "新", days=NEW)
    await queries.change(rep.company_id, None, KEPT_DAYS)
    await job().run_due()
    (position,) = await chat_positions.positions([Pair(rep.id, customer.id)])
    assert (position.gone_seq, position.rep_unread, position.customer_unread) == (4, 1, 0)
    reading = Reading(LocalBus())
    fresh = await reading.fresh(Sender.REP, Pair(rep.id, customer.id))
    assert [message.seq for message in fresh] == [5]
    assert await reading.count_all(rep.id) == 0


@pytest.mark.both
async def test_a_conversation_that_is_empty_now_still_stands_among_the_contacts(db: None) -> None:
    rep, customer = await make_pair()
    await say(rep, customer, Sender.CUSTOMER, "旧", days=OLD)
    await queries.change(rep.company_id, None, KEPT_DAYS)
    await job().run_due()
    row = await Conversation.aio_get()
    assert (row.last_seq, row.gone_seq, row.last_message_id, row.rep_unread) == (1, 1, None, 0)
    ((contact,), total) = await contacts(principal(rep), 10, 0)
    assert (contact.text, contact.unread, total) == ("", 0, 1)


@pytest.mark.both
async def test_old_messages_go_wherever_the_rep_is_now(db: None) -> None:
    rep, customer = await make_pair()
    for one in (customer, *await make_customers(rep, 4)):
        await say(rep, one, Sender.CUSTOMER, "旧", days=OLD)
    company_id = rep.company_id
    await execute("UPDATE rep SET company_id = %s", ((await make_company()).id,))
    await queries.change(company_id, None, KEPT_DAYS)
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM message") == [(0,)]


async def test_without_days_everything_is_kept_and_other_companies_are_left_alone(
    db: None,
) -> None:
    rep, customer = await make_pair()
    limited, _ = await make_pair()
    await queries.change(limited.company_id, KEPT_DAYS, KEPT_DAYS)
    await queries.change(rep.company_id, 0, 0)
    await do(rep, customer, at=days_ago(4000))
    await say(rep, customer, Sender.REP, "旧", days=4000)
    await job().run_due()
    assert (await texts(rep, customer))[1] == 1
    assert (await listed(rep))[1] == 1


async def test_the_days_are_whole_ones(db: None) -> None:
    rep, customer = await make_pair()
    begin = start_of(day_of(days_ago(KEPT_DAYS)))
    await do(rep, customer, at=begin)
    await do(rep, customer, at=begin - timedelta(milliseconds=1))
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await job().run_due()
    found, total = await listed(rep)
    assert (len(found), total) == (1, 1)


@pytest.mark.both
async def test_of_several_processes_one_does_the_job_and_once_a_night(db: None, log: Log) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, at=days_ago(OLD), times=9)
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await asyncio.gather(*(job().run_due() for _ in range(4)))
    told = log.take("retention")
    assert [(one["log"], one["chat"]) for one in told] == [(9, 0)]
    await do(rep, customer, at=days_ago(OLD))
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM action_log") == [(1,)]


async def test_the_next_night_it_is_done_again(db: None) -> None:
    rep, customer = await make_pair()
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await job().run_due()
    await do(rep, customer, at=days_ago(OLD))
    yesterday = (day_of(now()) - timedelta(days=1)).isoformat()
    await execute("UPDATE lease SET done_on = %s", (yesterday,))
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM action_log") == [(0,)]


async def test_before_its_hour_the_night_is_still_the_last_one(db: None) -> None:
    await job(hour=0).run_due()
    assert await Lease("retention").is_done_on(day_of(now()))
    await execute("UPDATE lease SET done_on = NULL")
    await job(hour=23).run_due()
    hour = (now() + timedelta(hours=8)).hour
    assert await Lease("retention").is_done_on(day_of(now())) is (hour == 23)


async def make_stuck() -> Any:
    """Make a rep whose company keeps no old log, of which a row cannot be deleted."""
    rep, customer = await make_pair()
    await do(rep, customer, at=days_ago(OLD), times=3)
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await execute(
        f"CREATE TRIGGER stuck_{rep.id} BEFORE DELETE ON action_log WHEN OLD.rep_id = {rep.id}"
        " BEGIN SELECT RAISE(ABORT, 'stuck'); END"
    )
    return rep


async def logs() -> list[int]:
    """Whose rows of the log are there."""
    return [row[0] for row in await fetch_all("SELECT DISTINCT rep_id FROM action_log ORDER BY 1")]


async def test_a_company_whose_deletion_fails_stops_no_other(db: None, log: Log) -> None:
    stuck = await make_stuck()
    rep, customer = await make_pair()
    await do(rep, customer, at=days_ago(OLD), times=3)
    await queries.change(rep.company_id, KEPT_DAYS, None)
    await job().run_due()
    assert await logs() == [stuck.id]
    (fault,) = log.take("fault")
    assert (fault["job"], fault["company_id"]) == ("retention", stuck.company_id)
    await do(rep, customer, at=days_ago(OLD))
    await job().run_due()
    assert await logs() == [stuck.id, rep.id]  # the night is done for the other
    assert len(log.take("fault")) == 1
    await execute(f"DROP TRIGGER stuck_{stuck.id}")
    await job().run_due()
    assert await logs() == [rep.id]
    assert await queries.failed(now(), 1) == []


async def test_it_is_tried_again_after_a_pause_some_times_a_night(db: None, log: Log) -> None:
    await make_stuck()
    for _ in range(3):
        await job(retry=timedelta(minutes=10)).run_due()
    assert len(log.take("fault")) == 1
    await execute("UPDATE retention SET retry_at = 1")
    for _ in range(MOST_TRIES + 2):
        await job().run_due()
    assert len(log.take("fault")) == MOST_TRIES - 1
    yesterday = (day_of(now()) - timedelta(days=1)).isoformat()
    await execute("UPDATE lease SET done_on = %s", (yesterday,))
    for _ in range(MOST_TRIES + 2):
        await job().run_due()
    assert len(log.take("fault")) == MOST_TRIES


@pytest.mark.both
async def test_what_a_dead_process_has_begun_another_one_ends(db: None) -> None:
    rep, customer = await make_pair()
    await do(rep, customer, at=days_ago(OLD), times=7)
    for number in range(7):
        await say(rep, customer, Sender.CUSTOMER, str(number), days=OLD)
    await queries.change(rep.company_id, KEPT_DAYS, KEPT_DAYS)
    dead = job(pause_seconds=60.0)
    with counted() as statements:
        task = asyncio.create_task(dead.run_due())
        assert await eventually(lambda: any("DELETE FROM action_log" in one for one in statements))
    assert (await listed(rep)) == ([], 0)  # what waits to be deleted is shown no more
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM message") == [(7,)]  # the dead one still holds it
    await execute("UPDATE lease SET held_until = 1")
    await job().run_due()
    assert await fetch_all("SELECT COUNT(*) FROM message") == [(0,)]
    assert await fetch_all("SELECT COUNT(*) FROM action_log") == [(0,)]


@pytest.mark.both
async def test_what_was_recalled_goes_with_its_message(db: None) -> None:
    rep, customer = await make_pair()
    pair = Pair(rep.id, customer.id)
    for text in ("旧", "新"):
        await say(rep, customer, Sender.CUSTOMER, text)
    for row in await chat.after(pair, 0, 100):
        await Recalls(LocalBus()).recall(Sender.CUSTOMER, pair, row.id)
    await execute("UPDATE message SET created_at = %s WHERE seq = 1", (to_ms(days_ago(OLD)),))
    await queries.change(rep.company_id, None, KEPT_DAYS)
    await job().run_due()
    assert await fetch_all("SELECT seq FROM recall") == [(2,)]


@pytest.mark.both
async def test_what_was_scheduled_goes_like_a_message_once_it_has_ended(db: None) -> None:
    rep, customer = await make_pair()
    other, of_other = await make_pair()
    for day, state in ((OLD, 2), (OLD, 3), (OLD, 4), (NEW, 2), (OLD, 1)):
        await scheduled_for(rep, customer, day, state)
    await scheduled_for(other, of_other, OLD, 2)
    await queries.change(rep.company_id, None, KEPT_DAYS)
    await job().run_due()
    assert await fetch_all("SELECT rep_id, state FROM scheduled_message ORDER BY id") == [
        *((rep.id, 2), (rep.id, 1), (other.id, 2))
    ]


@pytest.mark.both
async def test_messages_that_come_meanwhile_find_their_place(db: None) -> None:
    company = await make_company()
    rep = await make_rep(company)
    customers = await make_customers(rep, 3)
    for customer in customers:
        for _ in range(6):
            await say(rep, customer, Sender.CUSTOMER, "旧", days=OLD)
    await queries.change(company.id, None, KEPT_DAYS)

    async def talk(customer: Any) -> None:
        for _ in range(8):
            await store(
                [Draft(Pair(rep.id, customer.id), Sender.CUSTOMER, '{"info_type":1,"msg":"新"}')]
            )

    await asyncio.gather(job().run_due(), *(talk(one) for one in customers))
    for customer in customers:
        assert await texts(rep, customer) == (list(range(14, 6, -1)), 8)
        (position,) = await chat_positions.positions([Pair(rep.id, customer.id)])
        assert position.last_seq == 14
    async with atomic():
        counted = await fetch_all("SELECT SUM(rep_unread) FROM conversation")
    assert counted[0][0] == 0  # the history was read just now
