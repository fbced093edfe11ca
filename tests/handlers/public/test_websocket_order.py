"""Everybody talks at once, and everybody gets everything once and in order (decisions W4, W5)."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.api import Api
from tests.services.chat.crowd import EACH, SENDERS, TOTAL, everybody_talks
from tests.services.chat.talk import make_talk
from tests.sockets import is_push

pytestmark = [pytest.mark.both, pytest.mark.settings(limits="off")]


async def test_when_everybody_talks_all_hear_everything_once_in_the_order_of_its_seqs(
    api: Api,
) -> None:
    talk = await make_talk(api)
    heard, _ = await everybody_talks(talk, [api])
    stored = [(row.id, row.seq, row.sender) for row in await talk.stored()]
    assert [seq for _, seq, _ in stored] == list(range(1, TOTAL + 1))
    for one in heard:
        assert [(row["id"], row["seq"], row["send_type"]) for row in one.rows] == stored


async def test_when_everybody_talks_each_sender_is_told_the_places_of_its_words_in_its_order(
    api: Api,
) -> None:
    talk = await make_talk(api)
    _, places = await everybody_talks(talk, [api])
    stored = {row.client_msg_id: (row.id, row.seq) for row in await talk.stored()}
    assert {one["client_msg_id"]: (one["id"], one["seq"]) for one in places} == stored
    spoken: dict[str, list[int]] = {}
    for name, _, number in (str(name).rpartition("-") for name in stored):
        spoken.setdefault(name, []).append(int(number))
    assert list(spoken.values()) == [list(range(EACH))] * SENDERS


async def test_those_who_come_and_go_in_the_middle_miss_and_double_nothing(api: Api) -> None:
    talk, chance = await make_talk(api), random.Random(7)
    writer = await talk.open_rep()
    count = 300

    async def write() -> None:
        for number in range(count):
            await writer.send(talk.from_rep(str(number)))

    async def come_and_go() -> list[int]:
        seen: list[int] = []
        while len(seen) < count:
            socket = await talk.open_customer(since=len(seen))
            wanted = min(count, len(seen) + chance.randint(1, 60))
            while len(seen) < wanted:
                seen += [row["seq"] for row in (await socket.until(is_push))["data"]["ret_data"]]
            await socket.close()
        return seen

    _, *seen = await asyncio.gather(write(), *(come_and_go() for _ in range(3)))
    assert seen == [list(range(1, count + 1))] * 3
