"""A client as it should be: it connects again, says what it has seen, and sends again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

from tests.api import Api
from tests.services.chat.talk import REP, Talk
from tests.sockets import Frame, Socket, is_push

CONNECT_SECONDS = 3.0
MOST_BACKOFF_SECONDS = 2.0
GOOD = 200

Place = tuple[int, int]


class Heard(NamedTuple):
    """A message that was pushed, and when that was by the loop's clock."""

    seq: int
    id: int
    text: str
    at: float


class Client:
    """One phone or desk, over all its connections.

    Args:
        name: no other client's.
        apis: the servers that it may use, the first one first.
        kind: its kind of socket.
        talks: its pairs; of a rep that listens for all its customers there are several.

    Attributes:
        heard: by customer, what was pushed, in the order in which it came.
        sent: by name, whom a message was for.
        unsettled: by name, the frames that were not acknowledged yet.
        acked: by name, the id and seq of what was.
        refused: the codes of the refusals.
        unrecovered: how often a registration was told to read the history.
        connections: how often it has registered.
        api: the server that it was connected to last.
    """

    def __init__(self, name: str, apis: Sequence[Api], kind: str, talks: Sequence[Talk]) -> None:
        self.name = name
        self.kind = kind
        self.talks = {talk.customer.id: talk for talk in talks}
        self.heard: dict[int, list[Heard]] = {customer_id: [] for customer_id in self.talks}
        self.sent: dict[str, int] = {}
        self.unsettled: dict[str, Frame] = {}
        self.acked: dict[str, Place] = {}
        self.refused: dict[int, int] = defaultdict(int)
        self.unrecovered = 0
        self.connections = 0
        self.api: Api | None = None
        self._apis = itertools.cycle(apis)
        self._socket: Socket | None = None
        self._again: dict[str, Frame] = {}

    @property
    def is_connected(self) -> bool:
        """Whether it is registered just now."""
        return self._socket is not None

    def has_heard_since(self, moment: float) -> bool:
        """Whether something was pushed of each pair since then, by the loop's clock."""
        return all(heard and heard[-1].at > moment for heard in self.heard.values())

    async def run(self) -> None:
        """Stay connected until cancelled."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((OSError, HTTPClientError, WebSocketClosedError)),
            wait=wait_random_exponential(multiplier=0.1, max=MOST_BACKOFF_SECONDS),
        ):
            with attempt:
                await self._stay_connected(next(self._apis), attempt.retry_state)

    async def say(self, customer_id: int, text: str | None = None) -> str:
        """Send a message to a pair, now or when there is a connection, and give its name."""
        name = f"{self.name}-{len(self.sent)}"
        self.sent[name] = customer_id
        talk = self.talks[customer_id]
        frame = talk.message(self.kind, text or name, client_msg_id=name)
        self.unsettled[name] = frame
        await self._send({name: frame})
        return name

    async def say_again(self) -> None:
        """Send what was refused."""
        again, self._again = self._again, {}
        await self._send(again)

    def take(self, frame: Frame) -> None:
        """Note what a frame says."""
        data: Any = frame.get("data")
        if is_push(frame):
            now = asyncio.get_running_loop().time()
            for row in data["ret_data"]:
                heard = Heard(row["seq"], row["id"], row["msg"], now)
                self.heard[row["customer_id"]].append(heard)
        elif isinstance(data, dict) and "client_msg_id" in data:
            name = data["client_msg_id"]
            if frame["code"] == GOOD:
                self.acked[name] = (data["id"], data["seq"])
                self.unsettled.pop(name, None)
            else:
                self.refused[frame["code"]] += 1
                if name in self.unsettled:  # else it was sent twice, and is there
                    self._again[name] = self.unsettled[name]

    async def _stay_connected(self, api: Api, state: RetryCallState) -> None:
        self.api = api
        socket = await api.socket(
            self.kind, connect_timeout=CONNECT_SECONDS, request_timeout=CONNECT_SECONDS
        )
        try:
            await self._register(socket)
            self.connections += 1
            state.attempt_number = 1  # the next loss starts with a short wait again
            self._socket = socket
            self._again = {}
            await self._send(dict(self.unsettled))
            while True:
                self.take(await socket.receive())
        finally:
            self._socket = None
            socket.hang_up()

    async def _register(self, socket: Socket) -> None:
        talk = next(iter(self.talks.values()))
        last = {one: heard[-1].seq if heard else 0 for one, heard in self.heard.items()}
        is_for_all = len(self.talks) > 1
        answer = await socket.register(
            rep=talk.rep.id,
            customer=None if is_for_all else talk.customer.id,
            caller=talk.caller(self.kind),
            since={str(one): seq for one, seq in last.items()}
            if is_for_all
            else last[talk.customer.id],
        )
        if answer["code"] != GOOD:
            raise ConnectionError(f"not registered: {answer}")
        self.unrecovered += not answer["data"]["recovered"]

    async def _send(self, frames: dict[str, Frame]) -> None:
        for frame in frames.values():
            if self._socket is None:
                return  # they stay unsettled, and go over the next connection
            with contextlib.suppress(WebSocketClosedError):
                await self._socket.send(frame)


def is_reps(client: Client) -> bool:
    """Whether it is a rep's client."""
    return client.kind == REP
