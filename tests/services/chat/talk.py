"""A pair that talks: the logins of both sides, and chat sockets that are registered for it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from handlers.public.connection import Connection
from models import chat
from models.chat import MessageRow, Pair, Sender
from models.customer import CustomerKind
from services.chat.messages import Draft
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import bind, make_company, make_customer, make_rep, session_for
from tests.sockets import Frame, Socket
from tests.waiting import eventually

MINI_PROGRAM = "xiaochengxu"
OFFICIAL_ACCOUNT = "gongzhonghao"
REP = "leida"
KINDS = (MINI_PROGRAM, OFFICIAL_ACCOUNT, REP)
TITLES = {MINI_PROGRAM: "小程序", OFFICIAL_ACCOUNT: "公众号", REP: "雷达"}
ALL_MESSAGES = 100_000

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Talk:
    """A rep and a customer of it, both logged in.

    Args:
        kind: which kind of client the customer has.
    """

    api: Api
    rep: Caller
    customer: Caller
    kind: str = MINI_PROGRAM

    @property
    def pair(self) -> Pair:
        """What the server calls the two."""
        return Pair(self.rep.id, self.customer.id)

    def caller(self, kind: str) -> Caller:
        """Who uses this kind of client."""
        return self.rep if kind == REP else self.customer

    async def open(self, kind: str, **more: Any) -> Socket:
        """Open a socket of a kind and register it for the pair."""
        socket = await self.api.socket(kind)
        frame = await self.register(socket, kind, **more)
        assert frame["code"] == 200, frame
        return socket

    async def register(self, socket: Socket, kind: str, **more: Any) -> Frame:
        """Register an open socket for the pair and give the answer."""
        return await socket.register(
            rep=self.rep.id, customer=self.customer.id, caller=self.caller(kind), **more
        )

    async def open_customer(self, **more: Any) -> Socket:
        """Open the customer's chat page."""
        return await self.open(self.kind, **more)

    async def open_rep(self, **more: Any) -> Socket:
        """Open the rep's chat page with the customer."""
        return await self.open(REP, **more)

    async def open_rep_for_all(self, **more: Any) -> Socket:
        """Open a socket of the rep for all its customers."""
        socket = await self.api.socket(REP)
        frame = await socket.register(rep=self.rep.id, customer=None, caller=self.rep, **more)
        assert frame["code"] == 200, frame
        return socket

    def message(self, kind: str, text: str | None = None, **more: Any) -> Frame:
        """Write the frame of a text message from a kind of client."""
        ids = (
            {"user_id": self.rep.id, "customer_id": self.customer.id}
            if kind == REP
            else {"u_id": self.rep.id, "user_id": self.customer.id}
        )
        return {**ids, "content": content(text or f"第{next(_numbers)}句"), **more}

    def from_customer(self, text: str | None = None, **more: Any) -> Frame:
        """Write the frame of a text message of the customer."""
        return self.message(self.kind, text, **more)

    def from_rep(self, text: str | None = None, **more: Any) -> Frame:
        """Write the frame of a text message of the rep."""
        return self.message(REP, text, **more)

    async def post(self, caller: Caller, text: str, **more: Any) -> Answer:
        """Send a message over REST."""
        family = "qiyeweixin" if caller.side == "rep" else MINI_PROGRAM
        return await self.api.post(
            f"/zhugeleida/{family}/chat/send_msg/0",
            {
                "customer_id": self.customer.id,
                "u_id": self.rep.id,
                "content": content(text),
                **more,
            },
            caller=caller,
        )

    async def stored(self) -> list[MessageRow]:
        """Read the pair's messages from the database, oldest first."""
        return await chat.after(self.pair, 0, ALL_MESSAGES)


async def make_talk(api: Api, kind: str = MINI_PROGRAM, company: Any = None) -> Talk:
    """Make a rep and a customer who uses a kind of client, and log both in."""
    company = company or await make_company()
    return await join_talk(api, await make_rep(company), company, kind)


async def join_talk(api: Api, rep: Any, company: Any, kind: str = MINI_PROGRAM) -> Talk:
    """Make another customer of a rep, and log both in."""
    number = (
        CustomerKind.OFFICIAL_ACCOUNT if kind == OFFICIAL_ACCOUNT else CustomerKind.MINI_PROGRAM
    )
    customer = await make_customer(company, number)
    await bind(rep, customer)
    return Talk(api, await session_for(rep), await session_for(customer), kind)


def content(text: str, **more: Any) -> str:
    """Write the content of a text message."""
    return json.dumps({"info_type": 1, "msg": text, **more}, ensure_ascii=False)


async def store(app: App, pair: Pair, texts: list[str], sender: Sender = Sender.REP) -> list[int]:
    """Have the server store messages, and give their seqs once they are committed."""
    sending = [app.services.messages.send(Draft(pair, sender, content(text))) for text in texts]
    return [(await one).seq for one in sending]


def is_of(connection: Connection, caller: Caller) -> bool:
    """Whether it is this caller who has registered a connection."""
    side = Sender.REP if caller.side == "rep" else Sender.CUSTOMER
    principal = connection.principal
    return principal is not None and (connection.kind.side, principal.id) == (side, caller.id)


async def connection_of(app: App, caller: Caller | None = None) -> Connection:
    """Find the server's side of the only socket, or of the one that a caller has registered."""
    found: list[Connection] = []

    def is_there() -> bool:
        found[:] = [
            sink
            for sink in app.services.delivery.connections
            if isinstance(sink, Connection) and (caller is None or is_of(sink, caller))
        ]
        return len(found) == 1

    assert await eventually(is_there), found
    return found[0]
