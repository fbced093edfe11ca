"""A crowd of sockets and calls that all talk at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.api import Api
from tests.services.chat.talk import REP, Talk
from tests.sockets import Frame, Socket, is_push

SOCKETS_OF_A_SIDE = 10
EACH = 25
SENDERS = 2 * SOCKETS_OF_A_SIDE + 2
TOTAL = SENDERS * EACH


@dataclass
class Heard:
    """What came over one socket: rows that were pushed and places that were acknowledged."""

    rows: list[Frame] = field(default_factory=list)
    places: list[Frame] = field(default_factory=list)

    async def listen(self, socket: Socket, places: int) -> None:
        """Read until everything has come that anybody sends, and so many acknowledgements."""
        while len(self.rows) < TOTAL or len(self.places) < places:
            frame = await socket.receive()
            if is_push(frame):
                self.rows += frame["data"]["ret_data"]
            elif "client_msg_id" in frame.get("data", {}):
                self.places.append(frame["data"])


async def everybody_talks(talk: Talk, apis: Sequence[Api]) -> tuple[list[Heard], list[Frame]]:
    """Let ten sockets of each side and two callers of REST send at once, over all servers.

    Returns:
        what came over each socket, those of a rep for all among them, and all places in the chat
        that senders were told.
    """
    at = [replace(talk, api=api) for api in apis]
    kinds = [talk.kind, REP] * SOCKETS_OF_A_SIDE
    sockets = [await at[index // 2 % len(at)].open(kind) for index, kind in enumerate(kinds)]
    watchers = [await one.open_rep_for_all() for one in at]
    heard = [Heard() for _ in (*sockets, *watchers)]
    listening = [
        *(one.listen(socket, EACH) for one, socket in zip(heard, sockets, strict=False)),
        *(
            one.listen(socket, 0)
            for one, socket in zip(heard[len(sockets) :], watchers, strict=True)
        ),
    ]
    sending = [
        _send(talk, socket, kind, f"socket{index}")
        for index, (socket, kind) in enumerate(zip(sockets, kinds, strict=True))
    ]
    async with asyncio.TaskGroup() as group:
        posting = [
            group.create_task(_post(at[0], talk.kind)),
            group.create_task(_post(at[-1], REP)),
        ]
        for work in (*listening, *sending):
            group.create_task(work)
    told = [place for one in heard for place in one.places]
    return heard, told + [place for task in posting for place in task.result()]


async def _send(talk: Talk, socket: Socket, kind: str, name: str) -> None:
    """Send messages one behind another without waiting for any answer."""
    for number in range(EACH):
        text = f"{name}-{number}"
        await socket.send(talk.message(kind, text, client_msg_id=text))


async def _post(talk: Talk, kind: str) -> list[Frame]:
    """Send messages over REST one behind another, and give the answers."""
    texts = [f"rest.{kind}-{number}" for number in range(EACH)]
    caller = talk.caller(kind)
    return [(await talk.post(caller, text, client_msg_id=text)).data for text in texts]
