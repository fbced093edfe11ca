"""Sixty pairs that talk on, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from services.chat.delivery import SWEEP_SECONDS
from tests.api import Api
from tests.factories import make_company, make_rep
from tests.faults.client import Client
from tests.faults.site import pause
from tests.services.chat.talk import MINI_PROGRAM, OFFICIAL_ACCOUNT, REP, Talk, join_talk

REPS = 20
CUSTOMERS_OF_A_REP = 3
KINDS = (MINI_PROGRAM, OFFICIAL_ACCOUNT, MINI_PROGRAM)
ROUND_SECONDS = 1.0
ROUND_PARTS = 10
SETTLE_SECONDS = 60.0


@dataclass
class Crowd:
    """The clients, and which of them sends to whom in each round.

    Args:
        speakers: who sends to which customer's pair, or as which customer.
    """

    clients: list[Client] = field(default_factory=list)
    speakers: list[tuple[Client, int]] = field(default_factory=list)
    is_talking: bool = True
    _turned: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def join(self, client: Client, *, speaks: bool = True) -> Client:
        """Let one more client connect, and have it send when it is its turn."""
        self.clients.append(client)
        self._tasks.append(asyncio.create_task(client.run()))
        if speaks:
            self.speakers += [(client, customer_id) for customer_id in client.talks]
        return client

    async def talk(self) -> None:
        """Send one message each in a round, evenly over its time, until cancelled."""
        part = 0
        while True:
            for client, customer_id in self.speakers[part::ROUND_PARTS]:
                await client.say_again()
                if self.is_talking:
                    await client.say(customer_id)
            self._turned.set()
            self._turned.clear()
            part = (part + 1) % ROUND_PARTS
            await pause(ROUND_SECONDS / ROUND_PARTS)

    async def until(self, condition: Callable[[], object], seconds: float = SETTLE_SECONDS) -> None:
        """Wait until a condition holds, and see to it that no client fails."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self._turned.wait()
                for task in self._tasks:
                    if task.done():
                        task.result()

    async def settle(self) -> None:
        """Wait until everybody has what was sent until now, and has heard what was sent since."""
        now = asyncio.get_running_loop().time()
        names = self._unsettled()

        def waiting() -> list[str]:
            behind = (one for one in self.clients if not one.has_heard_since(now))
            return [*(names & self._unsettled()), *(one.name for one in behind)]

        try:
            await self.until(lambda: not waiting())
        except TimeoutError as error:
            raise AssertionError(f"not as before: {waiting()}") from error

    async def finish(self) -> None:
        """Send nothing new, and wait until all that was sent is acknowledged and heard.

        One more sweep of the servers is waited for, which may push nothing a second time.
        """
        self.is_talking = False
        await self.until(lambda: not self._unsettled())
        last: dict[int, int] = {}
        for client in self.clients:
            for name, (_, seq) in client.acked.items():
                last[client.sent[name]] = max(seq, last.get(client.sent[name], 0))
        await self.until(
            lambda: all(
                heard and heard[-1].seq >= last[customer_id]
                for client in self.clients
                for customer_id, heard in client.heard.items()
            )
        )
        await pause(SWEEP_SECONDS + 1)

    @staticmethod
    def outage(clients: Iterable[Client], began: float, ended: float) -> float:
        """Say how long any of these heard nothing of a pair at the longest, from a moment on."""
        longest = 0.0
        for client in clients:
            for heard in client.heard.values():
                times = [began, *(one.at for one in heard if one.at > began)]
                gaps = itertools.pairwise(times)
                longest = max([longest, *(to - at for at, to in gaps if at < ended)])
        return longest

    async def leave(self) -> None:
        """Let everybody go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    def _unsettled(self) -> set[str]:
        return {name for client in self.clients for name in client.unsettled}


async def make_talks(api: Api, reps_count: int = REPS) -> list[list[Talk]]:
    """Make reps and the customers of each, all logged in."""
    company = await make_company()
    reps = [await make_rep(company) for _ in range(reps_count)]
    return [[await join_talk(api, rep, company, kind) for kind in KINDS] for rep in reps]


@contextlib.asynccontextmanager
async def talking(apis: Sequence[Api], talks: Sequence[Sequence[Talk]]) -> AsyncIterator[Crowd]:
    """Let pairs talk until the block ends.

    Every second rep listens for all its customers on one socket, the others have a chat page for
    each; every third customer has two phones.
    """
    crowd = Crowd()
    for number, of_rep in enumerate(talks):
        near = [*apis[number % len(apis) :], *apis[: number % len(apis)]]
        far = [*near[1:], near[0]]
        pages = [of_rep] if number % 2 else [[talk] for talk in of_rep]
        for page, shown in enumerate(pages):
            crowd.join(Client(f"r{number}.{page}", near, REP, shown))
        for talk in of_rep:
            name = f"c{talk.customer.id}"
            crowd.join(Client(name, far, talk.kind, [talk]))
            if talk.kind == OFFICIAL_ACCOUNT:
                crowd.join(Client(f"{name}.2", near, talk.kind, [talk]), speaks=False)
    talker = asyncio.create_task(crowd.talk())
    try:
        yield crowd
    finally:
        talker.cancel()
        await asyncio.wait([talker])
        await crowd.leave()
        if not talker.cancelled():
            talker.result()
