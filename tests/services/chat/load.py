"""Clients that send as fast as they are answered, until their connection ends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import struct
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from tests.services.chat.raw_socket import CLOSE, TEXT, RawSocket, open_raw
from tests.services.chat.talk import Talk, content
from tests.waiting import eventually

WINDOW = 16
LONG = 30.0

Place = tuple[int, int]

_names = itertools.count(1)


@dataclass
class Sender:
    """A client that keeps so many messages under way, each with a name of its own.

    Args:
        sent: by name, the text of every message that was sent.
        acked: by name, the id and seq of every message that was acknowledged.
        close_code: the code of the server's goodbye, if it said one.
    """

    talk: Talk
    sent: dict[str, str] = field(default_factory=dict)
    acked: dict[str, Place] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    close_code: int | None = None

    async def run(self, raw: RawSocket) -> None:
        """Send until the connection ends."""
        with contextlib.suppress(OSError):
            for _ in range(WINDOW):
                await self._send(raw)
            while True:
                opcode, payload = await raw.frame()
                if opcode == CLOSE:
                    (self.close_code,) = struct.unpack("!H", payload[:2])
                    await raw.send(CLOSE, payload[:2])
                    return
                if opcode == TEXT and self._take(json.loads(payload)):
                    await self._send(raw)

    async def send_again(self, raw: RawSocket) -> None:
        """Send what was not acknowledged once more, under the same names."""
        waiting = self.sent.keys() - self.acked.keys()
        for name in waiting:
            await raw.send_json(self._frame(name))
        while self.sent.keys() - self.acked.keys():
            self._take(await raw.receive())

    def _take(self, frame: dict[str, object]) -> bool:
        data = frame.get("data")
        if not (isinstance(data, dict) and "client_msg_id" in data):
            return False
        if frame["code"] == 200:
            self.acked[data["client_msg_id"]] = (data["id"], data["seq"])
        else:
            assert isinstance(frame["code"], int)
            self.refused.append(frame["code"])
        return True

    async def _send(self, raw: RawSocket) -> None:
        name = f"m{next(_names)}"
        self.sent[name] = f"{name} says"
        await raw.send_json(self._frame(name))

    def _frame(self, name: str) -> dict[str, object]:
        frame = self.talk.from_customer(client_msg_id=name)
        return {**frame, "content": content(self.sent[name])}


@dataclass
class Load:
    """Senders at work."""

    senders: list[Sender]

    @property
    def sent(self) -> dict[str, str]:
        """By name, the text of everything that was sent."""
        return {name: text for one in self.senders for name, text in one.sent.items()}

    @property
    def acked(self) -> dict[str, Place]:
        """By name, the place of everything that was acknowledged."""
        return {name: place for one in self.senders for name, place in one.acked.items()}

    async def has_acked(self, count: int) -> bool:
        """Wait until so many messages are acknowledged."""
        return await eventually(lambda: len(self.acked) >= count, LONG)

    async def send_again(self, talks: Iterable[Talk]) -> None:
        """Let every sender send again, over new connections, what was not acknowledged."""
        for one, talk in zip(self.senders, talks, strict=True):
            async with await open_raw(talk.api.url, receive_bytes=1 << 18) as raw:
                await raw.register(talk.rep.id, talk.customer)
                await one.send_again(raw)


@contextlib.asynccontextmanager
async def loaded(talks: list[Talk]) -> AsyncIterator[Load]:
    """Let each customer send until its connection ends; the block ends when all have."""
    async with contextlib.AsyncExitStack() as stack:
        senders = []
        tasks = []
        for talk in talks:
            raw = await stack.enter_async_context(
                await open_raw(talk.api.url, receive_bytes=1 << 18)
            )
            await raw.register(talk.rep.id, talk.customer)
            senders.append(Sender(talk))
            tasks.append(asyncio.create_task(senders[-1].run(raw)))
        try:
            yield Load(senders)
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
