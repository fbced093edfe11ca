"""Recalling messages, over sockets and over REST, and who gets to know of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from models.chat import Sender
from models.chat_positions import positions
from models.database import database, execute, fetch_all
from services.chat import messages
from services.chat.bus import LocalBus
from services.chat.messages import Draft
from services.chat.recalls import Recalls
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_company, make_rep
from tests.services.chat.talk import KINDS, MINI_PROGRAM, REP, Talk, content, join_talk, make_talk
from tests.sockets import Frame, Socket, is_push, is_recall
from tests.waiting import eventually

FAMILIES = {REP: "qiyeweixin", MINI_PROGRAM: MINI_PROGRAM, "gongzhonghao": "gongzhonghao"}
SHOWN = {"info_type": 1, "msg": "[消息已撤回]", "is_recalled": True}
TOO_LATE = "超过2分钟的消息不能撤回"
REFUSED = (302, "对应ID不存在")


def recall(message_id: object, **more: Any) -> Frame:
    """Write the frame by which a message is recalled."""
    return {"type": "recall", "id": message_id, **more}


def told(talk: Talk, place: Frame, sender: int) -> Frame:
    """The frame that tells of a recall."""
    ids = {"user_id": talk.rep.id, "customer_id": talk.customer.id}
    return {
        "code": 200,
        "msg": "实时通知-消息撤回",
        "type": "recall",
        "id": place["id"],
        "data": {**place, **ids, "send_type": sender},
    }


async def said(talk: Talk, caller: Caller, text: str = "秘密") -> Frame:
    """Have one side say something, and give where it stands."""
    data = (await talk.post(caller, text)).data
    return {"id": data["id"], "seq": data["seq"]}


async def made(api: Api, kind: str) -> tuple[Talk, Frame]:
    """Make a pair, one side of which uses a kind of client and has said something."""
    talk = await make_talk(api, MINI_PROGRAM if kind == REP else kind)
    socket = await talk.open(kind)
    await socket.send(talk.message(kind, "秘密"))
    place = (await socket.until(lambda frame: not is_push(frame)))["data"]
    await socket.close()
    return talk, place


async def post_recall(talk: Talk, kind: str, message_id: object) -> Answer:
    """Recall over REST."""
    url = f"/zhugeleida/{FAMILIES[kind]}/chat/recall/0"
    return await talk.api.post(url, {"id": message_id}, caller=talk.caller(kind))


async def answered(socket: Socket, frame: Frame) -> tuple[int, str]:
    """Send a frame, and give the code and text of its answer."""
    await socket.send(frame)
    found = await socket.until(lambda one: not is_push(one) and not is_recall(one))
    return found["code"], found["msg"]


async def stored(talk: Talk) -> list[Frame]:
    """Read what stands in the pair's messages."""
    return [json.loads(row.content) for row in await talk.stored()]


async def grow_old(place: Frame, seconds: float) -> None:
    """Let a message have been stored so long before."""
    back = round(seconds * 1000)
    await execute(
        "UPDATE message SET created_at = created_at - %s WHERE id = %s", (back, place["id"])
    )


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
async def test_a_recall_is_answered_and_told_to_every_connection_of_the_pair(
    api: Api, kind: str
) -> None:
    talk, place = await made(api, kind)
    ours, others = await talk.open(kind), [await talk.open(kind), await talk.open_rep_for_all()]
    others += [await talk.open_rep(), await talk.open_customer()]
    await ours.send(recall(place["id"]))
    found = [await ours.receive(), await ours.receive()]
    frame = told(talk, place, talk.caller(kind).side == "rep" or 2)
    assert {"code": 200, "type": "recall", "msg": "撤回成功", "data": place} in found
    assert frame in found
    assert [await socket.until(is_recall) for socket in others] == [frame] * len(others)
    assert await stored(talk) == [SHOWN]


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
async def test_a_recall_over_rest_is_told_too(api: Api, kind: str) -> None:
    talk, place = await made(api, kind)
    watchers = [await talk.open_rep(), await talk.open_customer()]
    answer = await post_recall(talk, kind, place["id"])
    assert (answer["code"], answer["msg"], answer.data) == (200, "撤回成功", place)
    frame = told(talk, place, talk.caller(kind).side == "rep" or 2)
    assert [await watcher.receive() for watcher in watchers] == [frame] * 2


async def test_the_mini_program_recalls_under_the_printed_url_too(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    url = "/zhugeleida/qiyeweixin/chat/recall/0"
    assert (await api.post(url, {"id": place["id"]}, caller=talk.customer)).data == place


async def test_nobody_else_is_told(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    first, second = [await join_talk(api, rep, company) for _ in range(2)]
    place = await said(first, first.rep)
    socket, page = await second.open_customer(), await second.open_rep()
    await post_recall(first, REP, place["id"])
    assert (await socket.before_pong(), await page.before_pong()) == ([], [])


@pytest.mark.both
async def test_every_reader_shows_a_recalled_message_as_recalled(api: Api) -> None:
    talk = await make_talk(api)
    await said(talk, talk.customer, "前")
    place = await said(talk, talk.customer)
    await post_recall(talk, MINI_PROGRAM, place["id"])
    query = {"customer_id": talk.customer.id}
    contacts = await api.get("/zhugeleida/qiyeweixin/contact", caller=talk.rep)
    assert contacts.data["ret_data"][0]["msg"] == SHOWN["msg"]
    url = "/zhugeleida/qiyeweixin/chat"
    fresh = await api.get(f"{url}/getmsg/0", query, caller=talk.rep)
    history = await api.get(url, query, caller=talk.rep)
    caught_up = await (await talk.open_customer(since=0)).rows(2)
    for row in (fresh.data[0], history.data[0], caught_up[1]):
        assert SHOWN.items() <= row.items()
        assert (row["id"], row["seq"], row["send_type"]) == (place["id"], 2, 2)
    for rows in (fresh.data, history.data, caught_up):
        assert "秘密" not in str(rows)


async def test_what_is_unread_stays_unread(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    (before,) = await positions([talk.pair])
    await post_recall(talk, MINI_PROGRAM, place["id"])
    assert [before] == await positions([talk.pair])
    assert (before.rep_unread, before.last_seq) == (1, 1)


@pytest.mark.both
async def test_after_two_minutes_it_is_too_late(api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    old, fresh = await said(talk, talk.customer), await said(talk, talk.customer)
    await grow_old(old, 121)
    await grow_old(fresh, 110)
    assert await answered(socket, recall(old["id"])) == (303, TOO_LATE)
    answer = await post_recall(talk, MINI_PROGRAM, old["id"])
    assert (answer["code"], answer.data) == (303, {"errors": {"id": TOO_LATE}})
    assert (await post_recall(talk, MINI_PROGRAM, fresh["id"]))["code"] == 200
    assert [one["msg"] for one in await stored(talk)] == ["秘密", SHOWN["msg"]]


@pytest.mark.both
async def test_again_it_is_answered_the_same_and_told_once_however_late(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    watcher = await talk.open_rep()
    answers = [await post_recall(talk, MINI_PROGRAM, place["id"]) for _ in range(2)]
    await grow_old(place, 1000)
    answers.append(await post_recall(talk, MINI_PROGRAM, place["id"]))
    assert [(one["code"], one.data) for one in answers] == [(200, place)] * 3
    await talk.post(talk.customer, "新")
    assert [is_recall(await watcher.receive()) for _ in range(2)] == [True, False]


@pytest.mark.both
async def test_recalled_at_once_over_both_roads_it_is_one_recall(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    socket, watcher = await talk.open_customer(), await talk.open_rep()
    calls = [post_recall(talk, MINI_PROGRAM, place["id"]) for _ in range(5)]
    await asyncio.gather(*calls, *(socket.send(recall(place["id"])) for _ in range(5)))
    await talk.post(talk.customer, "新")
    frames = [await watcher.receive() for _ in range(2)]
    assert [is_recall(one) for one in frames] == [True, False]
    assert await fetch_all("SELECT message_id FROM recall") == [(place["id"],)]


@pytest.mark.both
async def test_only_the_sender_recalls_a_message(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = [await join_talk(api, rep, company) for _ in range(2)]
    stranger = await make_talk(api)
    ours, theirs = await said(talk, talk.rep), await said(talk, talk.customer)
    for kind, caller in ((MINI_PROGRAM, talk), (MINI_PROGRAM, other), (REP, stranger)):
        assert (await post_recall(caller, kind, ours["id"]))["code"] == 302
        assert await answered(await caller.open(kind), recall(ours["id"])) == REFUSED
    assert (await post_recall(talk, REP, theirs["id"]))["code"] == 302
    assert await answered(await talk.open_rep_for_all(), recall(theirs["id"])) == REFUSED
    assert [one["msg"] for one in await stored(talk)] == ["秘密"] * 2
    assert await fetch_all("SELECT id FROM recall") == []


@pytest.mark.both
async def test_a_rep_for_all_needs_no_customer_but_may_name_it(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = [await join_talk(api, rep, company) for _ in range(2)]
    first, second = await said(talk, talk.rep), await said(other, other.rep)
    socket, page = await talk.open_rep_for_all(), await talk.open_rep()
    done = (200, "撤回成功")
    assert await answered(socket, recall(first["id"], customer_id=other.customer.id)) == REFUSED
    assert await answered(page, recall(second["id"])) == REFUSED
    assert await answered(socket, recall(first["id"], customer_id=talk.customer.id)) == done
    assert await answered(socket, recall(str(second["id"]))) == done
    assert (await answered(socket, recall(first["id"], user_id=rep.id + 1)))[0] == 404


@pytest.mark.parametrize("customer_id", [None, ""])
async def test_a_customer_that_is_named_empty_is_not_named(api: Api, customer_id: object) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.rep)
    socket = await talk.open_rep_for_all()
    frame = recall(place["id"], customer_id=customer_id)
    assert await answered(socket, frame) == (200, "撤回成功")


@pytest.mark.both
async def test_when_the_bond_has_ended_nothing_is_recalled(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    socket = await talk.open_customer()
    await execute("DELETE FROM bond")
    assert (await post_recall(talk, MINI_PROGRAM, place["id"]))["code"] == 302
    assert await answered(socket, recall(place["id"])) == REFUSED


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, 303), ("", 303), ("甲", 301), (1.5, 301), ([], 301), (0, 302), (10**30, 302)],
)
async def test_an_id_that_is_none_is_refused(api: Api, given: object, code: int) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    assert (await answered(socket, recall(given)))[0] == code
    fields = {} if given is None else {"id": given}
    url = "/zhugeleida/xiaochengxu/chat/recall/0"
    assert (await api.post(url, as_json=fields, caller=talk.customer))["code"] == code


async def test_before_registering_nothing_is_recalled(api: Api) -> None:
    socket = await api.socket(MINI_PROGRAM)
    assert await answered(socket, recall(1)) == (303, "请先注册")


async def test_no_sender_says_that_a_message_is_recalled(api: Api) -> None:
    talk = await make_talk(api)
    text = content("在吗", is_recalled=True)
    await talk.post(talk.customer, "", content=text)
    assert await stored(talk) == [{"info_type": 1, "msg": "在吗"}]


@pytest.mark.settings(send_rate=1, send_burst=3)
async def test_recalls_count_against_the_rate_of_messages(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    socket = await talk.open_customer()
    codes = [(await answered(socket, recall(place["id"])))[0] for _ in range(3)]
    answer = await post_recall(talk, MINI_PROGRAM, place["id"])
    assert (codes, answer["code"]) == ([200, 200, 429], 429)


@pytest.mark.both
async def test_a_recall_that_overtakes_its_message_leaks_nothing(app: App, api: Api) -> None:
    talk = await make_talk(api)
    watchers = [await talk.open_customer(), await talk.open_rep_for_all()]
    (sent,) = await messages.store([Draft(talk.pair, Sender.REP, content("秘密"))])
    assert isinstance(sent, messages.Sent)
    await app.services.recalls.recall(Sender.REP, talk.pair, sent.id)
    await app.services.messages.publish([sent])
    for watcher in watchers:
        assert (await watcher.receive())["id"] == sent.id
        (row,) = await watcher.rows(1)
        assert SHOWN.items() <= row.items()


async def test_a_message_that_was_read_just_before_its_recall_leaks_nothing(
    app: App, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await make_talk(api)
    watcher = await talk.open_customer()
    drafts = [Draft(talk.pair, Sender.REP, content(text)) for text in ("秘密", "新")]
    first, second = await messages.store(drafts)
    assert isinstance(first, messages.Sent) and isinstance(second, messages.Sent)
    run, told = database.obj.aio_execute_sql, list[int]()

    async def read_and_recall(sql: str, *args: Any, **options: Any) -> Any:
        """Have the message recalled as soon as it has been read to be pushed."""
        rows = await run(sql, *args, **options)
        if "m.seq > " in sql and not told:
            told.append(first.id)
            await app.services.recalls.recall(Sender.REP, talk.pair, first.id)
            told.append((await watcher.receive())["id"])
        return rows

    monkeypatch.setattr(database.obj, "aio_execute_sql", read_and_recall)
    await app.services.messages.publish([second])  # the feed has to read the first
    assert await eventually(lambda: len(told) == 2)
    assert told == [first.id] * 2
    assert [row["msg"] for row in await watcher.rows(2)] == [SHOWN["msg"], "新"]


@pytest.mark.both
async def test_a_recall_whose_event_was_lost_is_found_by_the_sweep_and_told_once(
    api: Api,
) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.rep)
    watcher = await talk.open_customer()
    deaf = Recalls(LocalBus())  # nobody hears of what it does
    await deaf.recall(Sender.REP, talk.pair, place["id"])
    assert await watcher.receive() == told(talk, place, 1)


async def test_a_long_poll_goes_on_waiting_when_something_is_recalled(api: Api) -> None:
    talk = await make_talk(api)
    place = await said(talk, talk.customer)
    url, query = "/zhugeleida/xiaochengxu/chat/getmsg/0", {"wait": 20}
    poll = asyncio.create_task(api.get(url, query, caller=talk.customer))
    watcher = await talk.open_rep()
    await post_recall(talk, MINI_PROGRAM, place["id"])
    assert is_recall(await watcher.receive())
    await talk.post(talk.rep, "新")
    assert [row["msg"] for row in (await poll).data] == ["新"]


async def test_the_same_name_sent_again_is_the_recalled_message(api: Api) -> None:
    talk = await make_talk(api)
    first = await talk.post(talk.customer, "秘密", client_msg_id="甲")
    await post_recall(talk, MINI_PROGRAM, first.data["id"])
    again = await talk.post(talk.customer, "秘密", client_msg_id="甲")
    assert (again.data, await stored(talk)) == (first.data, [SHOWN])
