"""Everybody talks at once, and everybody gets everything once and in order (decisions W4, W5)."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from tests.api import Api
from tests.services.chat.talk import Talk, make_talk
from tests.sockets import Frame, Socket, is_push

SENDERS = 10
EACH = 25
TOTAL = 2 * SENDERS * EACH + 2 * EACH


@dataclass
class Heard:
    """What came over one socket: rows that were pushed and places that were acknowledged."""

    rows: list[Frame] = field(default_factory=list)
    acks: list[Frame] = field(default_factory=list)

    async def listen(self, socket: Socket, rows: int, acks: int) -> None:
        """Read until so many of both have come."""
        while len(self.rows) < rows or len(self.acks) < acks:
            frame = await socket.receive()
            if is_push(frame):
                self.rows += frame["data"]["ret_data"]
            elif "client_msg_id" in frame.get("data", {}):
                self.acks.append(frame)


async def send_all(talk: Talk, socket: Socket, kind: str, name: str) -> None:
    """Send messages one behind another without waiting for any answer."""
    for number in range(EACH):
        text = f"{name}-{number}"
        await socket.send(talk.message(kind, text, client_msg_id=text))


async def post_all(talk: Talk, side: str) -> list[Frame]:
    """Send messages over REST one behind another, and give the answers."""
    caller = talk.rep if side == "rep" else talk.customer
    texts = [f"rest-{side}-{number}" for number in range(EACH)]
    return [(await talk.post(caller, text, client_msg_id=text)).data for text in texts]


async def everybody_talks(talk: Talk) -> tuple[list[Heard], list[Frame]]:
    """Let ten sockets of each side and REST send at once; give what each heard, and all places."""
    kinds = [talk.kind, "leida"] * SENDERS
    sockets = [await talk.open(kind) for kind in kinds]
    sockets.append(await talk.open_rep_for_all())
    heard = [Heard() for _ in sockets]
    _, *posted = await asyncio.gather(
        asyncio.gather(
            *(
                one.listen(socket, TOTAL, EACH if index < len(kinds) else 0)
                for index, (one, socket) in enumerate(zip(heard, sockets, strict=True))
            ),
            *(
                send_all(talk, socket, kind, str(index))
                for index, (socket, kind) in enumerate(zip(sockets, kinds, strict=False))
            ),
        ),
        post_all(talk, "rep"),
        post_all(talk, "customer"),
    )
    acks = [ack["data"] for one in heard for ack in one.acks]
    return heard, acks + [place for places in posted for place in places]


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_when_everybody_talks_everybody_gets_everything_once_and_in_order(api: Api) -> None:
    talk = await make_talk(api)
    heard, _ = await everybody_talks(talk)
    everything = list(range(1, TOTAL + 1))
    assert [[row["seq"] for row in one.rows] for one in heard] == [everything] * len(heard)


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_when_everybody_talks_all_hear_the_same_in_the_same_places(api: Api) -> None:
    talk = await make_talk(api)
    heard, _ = await everybody_talks(talk)
    stored = [(row.id, row.seq, row.sender) for row in await talk.stored()]
    for one in heard:
        assert [(row["id"], row["seq"], row["send_type"]) for row in one.rows] == stored


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_when_everybody_talks_each_acknowledgement_names_the_row_that_is_stored(
    api: Api,
) -> None:
    talk = await make_talk(api)
    _, places = await everybody_talks(talk)
    stored = {row.client_msg_id: (row.id, row.seq) for row in await talk.stored()}
    assert {one["client_msg_id"]: (one["id"], one["seq"]) for one in places} == stored


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_when_everybody_talks_each_sender_stays_in_its_own_order(api: Api) -> None:
    talk = await make_talk(api)
    await everybody_talks(talk)
    spoken: dict[str, list[int]] = {}
    for row in await talk.stored():
        name, _, number = str(row.client_msg_id).rpartition("-")
        spoken.setdefault(name, []).append(int(number))
    assert list(spoken.values()) == [list(range(EACH))] * (2 * SENDERS + 2)


@pytest.mark.both
@pytest.mark.settings(limits="off")
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
