"""Three servers on one MariaDB and one Redis, each of which a test may take away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

from models.migrate import migrate
from tests.api import Api
from tests.faults.link import Link
from tests.processes import ServerProcess, serving
from tests.services.chat.own_servers import OwnMariadb, OwnRedis
from tests.services.chat.server_processes import Environ, production
from tests.storage import Storage

MEMBERS = 3
READY_SECONDS = 30.0
READY_PAUSE_SECONDS = 0.2
SETTINGS = {
    "ZHUGE_SEND_RATE": "50",
    "ZHUGE_SEND_BURST": "400",
    "ZHUGE_CONNECTIONS_PER_PRINCIPAL": "20",
    "ZHUGE_MAX_MESSAGE_BYTES": "60000",
    "ZHUGE_SIGNATURE_WINDOW_SECONDS": "0",  # clocks go wrong by more than any window
    "ZHUGE_NOTICES": "off",
}


async def pause(seconds: float) -> None:
    """Let time go by: a fault has a length, and talking a pace, and only the clock says when."""
    await asyncio.sleep(seconds)


class Member:
    """One of the servers: a process at a time, behind a link that stays, by a clock of its own."""

    def __init__(self, environ: Environ, clock: Path) -> None:
        self.link = Link()
        self.lives: list[ServerProcess] = []
        self._clock = clock
        self.jump(0)
        self._environ = {**environ, **_by_clock(clock)}
        self._stack = contextlib.AsyncExitStack()

    @property
    def process(self) -> ServerProcess:
        """What runs now, or ran last."""
        return self.lives[-1]

    async def start(self) -> None:
        """Run a process, and lead the link to it."""
        self.lives.append(await self._stack.enter_async_context(serving(self._environ)))
        self.link.to_port = self.process.port

    async def stop(self) -> None:
        """Tell the process to go and wait until it has."""
        assert await self.process.stop() == 0, self.process.output
        await self._stack.aclose()

    async def kill(self) -> None:
        """End the process at once, wherever it is."""
        await self.process.kill()
        await self._stack.aclose()

    def jump(self, seconds: int) -> None:
        """Put the clock so far before or behind the right time; the process sees it in a second."""
        self._clock.write_text(f"{seconds:+d}s\n")


class Site:
    """The servers, and what they stand on."""

    def __init__(self, directory: Path) -> None:
        self.redis = OwnRedis(directory / "redis")
        self.mariadb = OwnMariadb(directory / "mariadb", is_durable=True)
        self.members: list[Member] = []
        self.apis: list[Api] = []
        self.database_url = ""
        self._directory = directory

    @property
    def faults(self) -> list[str]:
        """What the servers have logged that only a mistake of ours can cause."""
        lines = (line for member in self.members for one in member.lives for line in one.lines)
        return [line for line in lines if '"fault"' in line or "Traceback" in line]

    async def start(self) -> None:
        """Start everything."""
        await asyncio.to_thread(self.redis.start)
        self.database_url = await asyncio.to_thread(self.mariadb.start)
        await asyncio.to_thread(migrate, self.database_url)
        storage = Storage("mariadb", self.database_url, self.redis.url)
        environ = production(storage, self._directory / "data", **SETTINGS)
        self.members = [
            Member(environ, self._directory / f"clock-{number}") for number in range(MEMBERS)
        ]
        await asyncio.gather(*(member.start() for member in self.members))
        for member in self.members:
            await member.link.open()
            self.apis.append(Api(f"http://127.0.0.1:{member.link.port}"))

    async def until_ready(self) -> None:
        """Wait until every server has all that it needs, the bus too."""
        async with asyncio.timeout(READY_SECONDS):
            for api in self.apis:
                while (await api.fetch("GET", "/readyz")).code != HTTPStatus.OK:
                    await pause(READY_PAUSE_SECONDS)

    async def clock(self, number: int) -> float:
        """Ask a server what time it is, in seconds since 1970."""
        response = await self.apis[number].fetch("GET", "/healthz")
        return parsedate_to_datetime(response.headers["Date"]).timestamp()

    async def stop(self) -> None:
        """Stop everything, whatever of it runs."""
        for api in self.apis:
            await api.close()
        for member in self.members:
            await member.link.close()
            if member.lives:
                await member.kill()
        await asyncio.to_thread(self.mariadb.stop)
        await asyncio.to_thread(self.redis.stop)


@contextlib.asynccontextmanager
async def site(directory: Path) -> AsyncIterator[Site]:
    """Run a site until the block ends."""
    one = Site(directory)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


def _by_clock(clock: Path) -> Environ:
    """The settings with which libfaketime gives a process a clock of its own.

    The monotonic clock goes on as it is: that is what a jump is, of a clock that is put right or
    wrong while the machine runs.
    """
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        raise RuntimeError("libfaketime is not installed; run: make servers")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
