"""Chat under load: each customer sends, waits for its ack, and sends again; its rep listens.

Afterwards every message is checked: acked once, and delivered to both sides once, in order, under
the id and the seq of its ack.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial

import ujson

from benchmarks import counters
from benchmarks.client import WebSocket, open_websocket
from benchmarks.measure import Window, until
from benchmarks.plan import Bound, Caller, Outcome, Plan

CUSTOMER_PATH = "/zhugeleida/public/websocket/xiaochengxu"
REP_PATH = "/zhugeleida/public/websocket/leida"
SETTLE_SECONDS = 15.0
MOST_FAULTS = 10


class Side:
    """One socket of a pair, and what it was shown: number in the text, id, seq."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.shown: list[tuple[int, int, int]] = []
        self.strange: list[str] = []
        self.registered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.on_shown: Callable[[int], None] = lambda _: None
        self.on_ack: Callable[[int, int, int], None] = lambda *_: None
        socket.on_text = self._take

    async def register(self, frame: dict[str, object], caller: Caller) -> int:
        """Register with a signature and return the last seq there is."""
        signed = {**frame, "timestamp": caller.timestamp, "rand_str": caller.rand_str}
        self.socket.send(ujson.dumps({"type": "register", **signed}).encode())
        return await asyncio.wait_for(self.registered, SETTLE_SECONDS)

    def _take(self, text: bytes) -> None:
        frame = ujson.loads(text)
        if "type" in frame:
            return
        data = frame.get("data", {})
        if frame["code"] != 200:
            self.strange.append(text.decode())
            if not self.registered.done():
                self.registered.set_exception(RuntimeError(text.decode()))
        elif "ret_data" in data:
            for row in data["ret_data"]:
                number = int(row["msg"].partition(" ")[0])
                self.shown.append((number, row["id"], row["seq"]))
                self.on_shown(number)
        elif "client_msg_id" in data:
            number = int(data["client_msg_id"].partition("-")[2])
            self.on_ack(number, data["id"], data["seq"])
        elif not self.registered.done():
            self.registered.set_result(data["seq"])


class BareSide(Side):
    """A socket of the bare server, whose frames mean nothing and so are only counted."""

    def _take(self, text: bytes) -> None:
        if not self.registered.done():
            self.registered.set_result(0)
        elif b"ret_data" in text:
            self.shown.append((len(self.shown), 0, 0))
            self.on_shown(len(self.shown) - 1)
        else:
            self.on_ack(-1, 0, 0)


class Talk:
    """A pair: the customer sends, and keeps ``width`` messages in flight."""

    def __init__(self, pair: Bound, window: Window, *, is_bare: bool) -> None:
        self.customer: Side
        self.rep: Side
        self.sent_at: list[float] = []
        self.acked: list[tuple[int, int, int]] = []
        self._pair = pair
        self._window = window
        self._is_bare = is_bare
        self._first_seq = 0
        self._head, self._tail = _message(pair)

    async def open(self, port: int, rep_port: int) -> None:
        """Connect and register both sides, each with its server."""
        kind = BareSide if self._is_bare else Side
        self.customer = kind(await open_websocket(CUSTOMER_PATH, port))
        self.rep = kind(await open_websocket(REP_PATH, rep_port))
        rep, customer = self._pair.rep, self._pair.customer
        self._first_seq = 1 + await self.rep.register(
            {"user_id": rep.id, "customer_id": customer.id}, rep
        )
        await self.customer.register({"u_id": rep.id, "user_id": customer.id}, customer)
        self.customer.on_ack = self._take_ack
        self.rep.on_shown = self._take_delivery

    def send(self) -> None:
        """Send the next message."""
        number = b"%d" % len(self.sent_at)
        self.sent_at.append(time.perf_counter())
        self.customer.socket.send(number.join((self._head[0], self._head[1], self._tail)))

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was sent is still under way."""
        sides = (self.rep,) if self._is_bare else (self.rep, self.customer)
        return all(len(one) >= len(self.sent_at) for one in (self.acked, *(s.shown for s in sides)))

    def faults(self) -> list[str]:
        """Say what was lost, doubled or out of order."""
        found = []
        sides = {"rep": self.rep, "customer": self.customer}
        for name, side in sides.items():
            if side.socket.close_reason:
                found.append(f"{name}'s socket: {side.socket.close_reason}")
            found += [f"{name} got {text}" for text in side.strange[:2]]
        if self._is_bare:
            return found
        expected = [(number, self._first_seq + number) for number in range(len(self.sent_at))]
        if [(number, seq) for number, _, seq in self.acked] != expected:
            found.append(f"acks: {len(self.acked)} of {len(expected)}, or out of order")
        for name, side in sides.items():
            if side.shown != self.acked:
                counts = f"{name} was shown {len(side.shown)}, acked are {len(self.acked)}"
                found.append(f"{counts}, or in another order")
        return [f"{_named(self._pair)}: {text}" for text in found]

    def _take_ack(self, number: int, message_id: int, seq: int) -> None:
        if self._is_bare:
            number = len(self.acked)
        self.acked.append((number, message_id, seq))
        self._window.note("ack", time.perf_counter() - self.sent_at[number])
        if not self._window.is_over:
            self.send()

    def _take_delivery(self, number: int) -> None:
        self._window.note("delivery", time.perf_counter() - self.sent_at[number])


async def run(plan: Plan) -> Outcome:
    """Run the chat load of a plan."""
    read_counters = partial(counters.read, plan.redis_url, plan.database_url)
    window = Window(plan.watched, read_counters)
    talks = [Talk(pair, window, is_bare=plan.is_bare) for pair in plan.pairs]
    rep_ports = plan.rep_ports or plan.ports
    for number, talk in enumerate(talks):
        place = number / len(talks)
        await talk.open(_at(plan.ports, place), _at(rep_ports, place))
    for talk in talks:
        for _ in range(plan.width):
            talk.send()
    await window.run(plan.warm_up, plan.seconds, ("ack", "delivery"))
    await until(lambda: all(talk.is_settled for talk in talks), SETTLE_SECONDS)
    await asyncio.sleep(0.2)  # a doubled message would come now
    faults = [text for talk in talks for text in talk.faults()]
    figures = {**window.figures(), "stored": sum(len(talk.sent_at) for talk in talks)}
    return Outcome(figures, faults[:MOST_FAULTS])


def _at(ports: Sequence[int], place: float) -> int:
    """Choose a server; neighbours share one, since a rep's number also chooses its lane there."""
    return ports[int(place * len(ports))]


def _message(pair: Bound) -> tuple[tuple[bytes, bytes], bytes]:
    """Write a message frame around the two places where its number goes."""
    run_name = secrets.token_hex(4)
    content = ujson.dumps(
        {"info_type": 1, "msg": "@ 您好,请问这个产品怎么卖?有优惠吗?"}, ensure_ascii=False
    )
    frame = ujson.dumps(
        {
            "u_id": pair.rep.id,
            "user_id": pair.customer.id,
            "client_msg_id": f"{run_name}-@",
            "content": content,
        },
        ensure_ascii=False,
    )
    before, between, after = frame.encode().split(b"@")
    return (before, between), after


def _named(pair: Bound) -> str:
    return f"rep {pair.rep.id}, customer {pair.customer.id}"
