"""What a client gets that was away: all that is behind its ``since``, in order (W5, T2, S32)."""

from __future__ import annotations

from typing import Any

import pytest

from models.chat import Pair, Sender
from services.chat import messages
from services.chat.messages import Draft
from tests.api import Api
from tests.app import App
from tests.factories import make_company, make_pair, make_rep
from tests.services.chat.locks import table_held
from tests.services.chat.talk import REP, Talk, content, join_talk, make_talk, store
from tests.sockets import Frame, is_push
from tests.storage import Storage

LIMIT = 5


async def rejoined(talk: Talk, since: object) -> tuple[Frame, list[int]]:
    """Register with a ``since`` and give the answer, and the seqs that come behind it."""
    socket = await talk.api.socket(talk.kind)
    answer = await talk.register(socket, talk.kind, since=since)
    await talk.post(talk.rep, "新")
    rows: list[Frame] = []
    while not rows or rows[-1]["msg"] != "新":
        rows += (await socket.until(is_push))["data"]["ret_data"]
    return answer["data"], [row["seq"] for row in rows[:-1]]


async def three_customers(api: Api) -> tuple[Talk, Talk, Talk]:
    """Make three customers of one rep."""
    company = await make_company()
    rep = await make_rep(company)
    first, second, third = [await join_talk(api, rep, company) for _ in range(3)]
    return first, second, third


async def caught_up(*talks: Talk, **more: Any) -> tuple[Frame, list[tuple[int, int]]]:
    """Register a rep for all, and give the answer and (customer, seq) of what comes behind it.

    A pair is caught up with when a new message of its own comes; pairs do not wait for each other.
    """
    talk = talks[0]
    socket = await talk.api.socket(REP)
    answer = await socket.register(rep=talk.rep.id, customer=None, caller=talk.rep, **more)
    ends = {(each.customer.id, (await each.post(each.rep, "新")).data["seq"]) for each in talks}
    found: list[tuple[int, int]] = []
    while not ends <= set(found):
        rows = (await socket.until(is_push))["data"]["ret_data"]
        found += [(row["customer_id"], row["seq"]) for row in rows]
    return answer["data"], [one for one in found if one not in ends]


@pytest.mark.both
@pytest.mark.parametrize(
    ("since", "expected"), [(0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, []), (None, [])]
)
async def test_everything_behind_since_is_pushed_before_anything_newer(
    app: App, api: Api, since: int | None, expected: list[int]
) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    assert await rejoined(talk, since) == ({"seq": 3, "read": 0, "recovered": True}, expected)


async def test_without_since_nothing_old_is_pushed(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    socket = await talk.open_customer()
    await talk.post(talk.rep, "新")
    assert [row["msg"] for row in await socket.rows(1)] == ["新"]


async def test_a_since_above_the_last_seq_recovers_nothing(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    assert await rejoined(talk, 4) == ({"seq": 3, "read": 0, "recovered": False}, [])


async def test_a_since_of_a_pair_that_never_spoke_recovers_nothing(api: Api) -> None:
    talk = await make_talk(api)
    assert await rejoined(talk, 1) == ({"seq": 0, "read": 0, "recovered": False}, [])


@pytest.mark.parametrize("since", [-1, "1", "", "甲", 1.5, True, [], {}, {"1": 1}])
async def test_a_since_that_is_no_number_is_refused_and_the_connection_stays_open(
    api: Api, since: object
) -> None:
    talk = await make_talk(api)
    socket = await api.socket(talk.kind)
    answer = await talk.register(socket, talk.kind, since=since)
    assert (answer["code"], await socket.before_pong()) == (301, [])


@pytest.mark.both
@pytest.mark.settings(catch_up_limit=LIMIT)
async def test_as_many_as_the_limit_are_caught_up_with(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"] * (LIMIT + 1))
    assert await rejoined(talk, 1) == (
        {"seq": LIMIT + 1, "read": 0, "recovered": True},
        [2, 3, 4, 5, 6],
    )


@pytest.mark.both
@pytest.mark.settings(catch_up_limit=LIMIT)
async def test_more_than_the_limit_are_left_to_the_history(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"] * (LIMIT + 1))
    assert await rejoined(talk, 0) == ({"seq": LIMIT + 1, "read": 0, "recovered": False}, [])


@pytest.mark.both
async def test_more_than_a_page_comes_in_order_and_whole(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"] * 120)
    assert (await rejoined(talk, 3))[1] == list(range(4, 121))


async def test_what_is_caught_up_with_comes_oldest_first_within_a_frame(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二", "三"])
    socket = await talk.open_customer(since=0)
    data = (await socket.receive())["data"]
    assert ([row["seq"] for row in data["ret_data"]], data["data_count"]) == ([1, 2, 3], 3)


async def test_messages_of_both_sides_are_caught_up_with(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"], Sender.REP)
    await store(app, talk.pair, ["二"], Sender.CUSTOMER)
    rows = await (await talk.open_customer(since=0)).rows(2)
    assert [row["send_type"] for row in rows] == [1, 2]


@pytest.mark.both
async def test_a_client_that_comes_and_goes_under_load_misses_and_doubles_nothing(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    seen: list[int] = []
    for _ in range(10):
        await store(app, talk.pair, ["离线"] * 3)
        socket = await talk.open_customer(since=len(seen))
        sending = [await talk.post(talk.rep, "在线") for _ in range(2)]
        while len(seen) < sending[-1].data["seq"]:
            seen += [row["seq"] for row in (await socket.until(is_push))["data"]["ret_data"]]
        await socket.close()
    assert seen == list(range(1, 51))


async def test_a_second_registration_catches_up_like_the_first(app: App, api: Api) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    await store(app, talk.pair, ["一", "二"])
    await socket.rows(2)
    await talk.register(socket, talk.kind, since=1)
    assert [row["seq"] for row in await socket.rows(1)] == [2]


@pytest.mark.both
async def test_a_rep_for_all_names_what_it_has_seen_of_each_customer(app: App, api: Api) -> None:
    first, second, third = await three_customers(api)
    for talk in (first, second, third):
        await store(app, talk.pair, ["一", "二"], Sender.CUSTOMER)
    since = {str(first.customer.id): 0, str(second.customer.id): 1, str(third.customer.id): 2}
    answer, found = await caught_up(first, second, third, since=since)
    assert answer == {
        "seq": dict.fromkeys(since, 2),
        "read": dict.fromkeys(since, 0),
        "recovered": True,
    }
    assert sorted(found) == [
        (first.customer.id, 1),
        (first.customer.id, 2),
        (second.customer.id, 2),
    ]


@pytest.mark.both
async def test_a_rep_for_all_catches_up_with_what_is_unread_of_unnamed_customers(
    app: App, api: Api
) -> None:
    first, second, third = await three_customers(api)
    for talk in (second, third):
        await store(app, talk.pair, ["一", "二"], Sender.CUSTOMER)
    await app.services.reading.read(Sender.REP, second.pair, 1)
    await app.services.reading.read(Sender.REP, third.pair, 2)
    answer, found = await caught_up(first, second, third, since={})
    assert (answer["recovered"], found) == (True, [(second.customer.id, 2)])


async def test_a_rep_for_all_without_since_gets_nothing_old(app: App, api: Api) -> None:
    first, second, _ = await three_customers(api)
    await store(app, second.pair, ["一"], Sender.CUSTOMER)
    assert (await caught_up(first, second))[1] == []


@pytest.mark.settings(catch_up_limit=LIMIT)
async def test_the_limit_of_a_rep_for_all_counts_all_customers_together(app: App, api: Api) -> None:
    first, second, third = await three_customers(api)
    for talk in (second, third):
        await store(app, talk.pair, ["一"] * 3, Sender.CUSTOMER)
    answer, found = await caught_up(first, second, third, since={})
    assert (answer["recovered"], found) == (False, [])


async def test_one_since_above_the_last_seq_recovers_nothing_of_any(app: App, api: Api) -> None:
    first, second, _ = await three_customers(api)
    await store(app, second.pair, ["一"], Sender.CUSTOMER)
    answer, found = await caught_up(first, second, since={str(first.customer.id): 7})
    assert (answer["recovered"], found) == (False, [])


@pytest.mark.parametrize("since", [0, 5, "1", [], {"甲": 1}, {"1": -1}, {"1": "1"}, {"1": None}])
async def test_a_since_of_a_rep_for_all_that_is_no_map_of_numbers_is_refused(
    api: Api, since: object
) -> None:
    talk = await make_talk(api)
    socket = await api.socket(REP)
    answer = await socket.register(rep=talk.rep.id, customer=None, caller=talk.rep, since=since)
    assert (answer["code"], await socket.before_pong()) == (301, [])


async def test_a_since_for_a_customer_of_somebody_else_shows_nothing_of_it(
    app: App, api: Api
) -> None:
    first, _, _ = await three_customers(api)
    rep, foreign = await make_pair()
    await store(app, Pair(rep.id, foreign.id), ["秘密"])
    answer, found = await caught_up(first, since={str(foreign.id): 0})
    assert (answer["recovered"], found) == (True, [])


@pytest.mark.both
async def test_a_customer_that_comes_after_the_registration_is_heard_from_its_first_word(
    app: App, api: Api
) -> None:
    company = await make_company()
    rep = await make_rep(company)
    socket = await (await join_talk(api, rep, company)).open_rep_for_all()
    newcomer = await join_talk(api, rep, company)
    await store(app, newcomer.pair, ["一", "二"], Sender.CUSTOMER)
    assert [row["seq"] for row in await socket.rows(2)] == [1, 2]


@pytest.mark.mariadb
async def test_a_catching_up_that_failed_is_tried_again(
    app: App, api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    await store(app, talk.pair, ["一"] * 5)
    with table_held(storage, "message") as lock:
        socket = await talk.open_customer(since=0)
        assert await lock.is_waited_for()
        lock.end_waiters()
    assert [row["seq"] for row in await socket.rows(5)] == [1, 2, 3, 4, 5]


@pytest.mark.both
async def test_messages_whose_event_was_lost_come_with_the_next_one(api: Api) -> None:

    talk = await make_talk(api)
    socket = await talk.open_customer()
    await messages.store([Draft(talk.pair, Sender.REP, content("一")) for _ in range(3)])
    await talk.post(talk.rep, "新")
    assert [row["seq"] for row in await socket.rows(4)] == [1, 2, 3, 4]
