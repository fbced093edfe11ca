"""The two sides of a chat, as they call it over REST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ujson

from tests.api import Answer, Api, Caller
from tests.factories import session_for

REP = "/zhugeleida/qiyeweixin/chat"
CUSTOMER = "/zhugeleida/xiaochengxu/chat"

SIDES = ["rep", "customer", "customer as printed"]
"""A customer's calls are printed under the rep's URL too (decisions P6)."""


@dataclass(frozen=True)
class Talker:
    """One side of a pair.

    Args:
        pair: what names the other side in its calls.
        number: its ``send_type``.
    """

    api: Api
    url: str
    caller: Caller
    pair: Mapping[str, object]
    number: int

    async def send(self, **fields: object) -> Answer:
        """Send a message by a form."""
        return await self.api.post(
            f"{self.url}/send_msg/0", {**self.pair, **fields}, caller=self.caller
        )

    async def say(self, *texts: str) -> None:
        """Send texts, which have to arrive."""
        for text in texts:
            answer = await self.send(msg=text)
            assert answer["code"] == 200, answer

    async def history(self, **query: object) -> Answer:
        """Read the history."""
        return await self.api.get(self.url, {**self.pair, **query}, caller=self.caller)

    async def texts(self, **query: object) -> list[str]:
        """Read the texts of the history."""
        return [row["msg"] for row in (await self.history(**query)).data]

    async def fresh(self, **query: object) -> list[str]:
        """Read the texts that are new."""
        path = f"{self.url}/getmsg/0"
        answer = await self.api.get(path, {**self.pair, **query}, caller=self.caller)
        assert answer["code"] == 200, answer
        return [row["msg"] for row in answer.data]

    async def unread(self) -> int:
        """Ask how much is unread."""
        answer = await self.api.get(f"{self.url}/query_num/0", self.pair, caller=self.caller)
        found: int = answer.data["chatinfo_count"]
        return found


async def the_rep(api: Api, rep: Any, customer: Any) -> Talker:
    """The rep of a pair."""
    return Talker(api, REP, await session_for(rep), {"customer_id": customer.id}, 1)


async def the_customer(api: Api, rep: Any, customer: Any, url: str = CUSTOMER) -> Talker:
    """The customer of a pair."""
    return Talker(api, url, await session_for(customer), {"u_id": rep.id}, 2)


async def talkers(api: Api, rep: Any, customer: Any, side: str = "rep") -> tuple[Talker, Talker]:
    """Both sides of a pair, the one of ``SIDES`` first."""
    ours = await the_rep(api, rep, customer)
    theirs = await the_customer(api, rep, customer, CUSTOMER if side == "customer" else REP)
    return (ours, theirs) if side == "rep" else (theirs, ours)


def text(msg: str, **more: object) -> str:
    """The content of a text message."""
    written: str = ujson.dumps({"info_type": 1, "msg": msg, **more}, ensure_ascii=False)
    return written
