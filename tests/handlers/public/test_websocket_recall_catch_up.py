"""What a client that was away is told of recalls of the messages that it has."""

from __future__ import annotations

import pytest

from models.chat import Sender
from models.database import execute
from services.chat.bus import LocalBus
from services.chat.recalls import Recalls
from tests.api import Api
from tests.factories import make_company, make_rep
from tests.handlers.public.test_websocket_recall import said
from tests.services.chat.talk import REP, Talk, join_talk, make_talk
from tests.sockets import Frame, Socket, is_push, is_recall
from tests.statements import counted


async def recalled_while_away(talk: Talk, count: int) -> list[Frame]:
    """Say some things, and recall all but the first of them while nobody looks."""
    places = [await said(talk, talk.rep) for _ in range(count)]
    for place in places[1:]:
        await Recalls(LocalBus()).recall(Sender.REP, talk.pair, place["id"])
    return places


async def caught_up(talk: Talk, socket: Socket) -> list[int]:
    """Give the ids of the recalls that come before a message which is sent now."""
    place = await said(talk, talk.customer, "新")
    found: list[int] = []
    while not is_push(frame := await socket.receive()):
        found += [frame["id"]] if is_recall(frame) else []
    assert frame["data"]["ret_data"][-1]["id"] == place["id"]
    return found


@pytest.mark.both
async def test_who_was_away_is_told_what_was_recalled_of_what_it_has(api: Api) -> None:
    talk = await make_talk(api)
    places = await recalled_while_away(talk, 4)
    ids = [place["id"] for place in places]
    socket = await talk.open_customer(since=3)
    rows = await socket.until(is_push)
    assert [row["seq"] for row in rows["data"]["ret_data"]] == [4]
    for since, expected in ((4, ids[1:]), (2, ids[1:2]), (1, []), (0, [])):
        socket = await talk.api.socket(talk.kind)
        answer = await talk.register(socket, talk.kind, since=since)
        assert answer["data"] == {"seq": 4, "read": 0, "recovered": True}
        await socket.send({"type": "ping"})
        frames = [await socket.receive() for _ in range(len(expected) + 1)]
        assert [one["id"] for one in frames if is_recall(one)] == expected
        await socket.close()
    assert await caught_up(talk, await talk.open_customer()) == []


@pytest.mark.both
async def test_what_was_too_old_to_be_recalled_since_is_not_looked_at(api: Api) -> None:
    talk = await make_talk(api)
    places = await recalled_while_away(talk, 3)
    await execute("UPDATE recall SET sent_at = sent_at - 151000 WHERE seq = 2")
    assert await caught_up(talk, await talk.open_customer(since=3)) == [places[2]["id"]]


@pytest.mark.both
async def test_a_rep_for_all_is_told_of_every_pair_that_it_names_by_one_statement(
    api: Api,
) -> None:
    company = await make_company()
    rep = await make_rep(company)
    first, second, third = [await join_talk(api, rep, company) for _ in range(3)]
    stranger = await make_talk(api)
    places = [await recalled_while_away(one, 2) for one in (first, second, third, stranger)]
    since = {str(one.customer.id): 2 for one in (first, second)}
    with counted() as statements:
        socket = await first.open_rep_for_all(since={**since, str(third.customer.id): 1})
    assert len([one for one in statements if "recall" in one]) == 1
    found = [(await socket.until(is_recall))["id"] for _ in range(2)]
    assert sorted(found) == sorted([places[0][1]["id"], places[1][1]["id"]])
    foreign = {str(stranger.customer.id): 2}
    answer = await (await api.socket(REP)).register(
        rep=rep.id, customer=None, caller=first.rep, since=foreign
    )
    assert answer["data"]["recovered"] is False


@pytest.mark.settings(catch_up_limit=2)
async def test_more_recalls_than_are_caught_up_with_are_left_to_the_history(api: Api) -> None:
    talk = await make_talk(api)
    await recalled_while_away(talk, 4)
    socket = await api.socket(talk.kind)
    answer = await talk.register(socket, talk.kind, since=4)
    assert answer["data"] == {"seq": 4, "read": 0, "recovered": False}
    assert [one for one in await socket.before_pong() if is_recall(one)] == []
