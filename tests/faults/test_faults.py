"""Whatever dies, no message is lost, doubled or out of order for a client that connects again.

Sixty pairs talk over three servers while one fault follows another. ``make test-faults`` runs this
alone; the table at the end says how long nobody heard anything of a pair in each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from models import database
from tests.faults.client import Client
from tests.faults.crowd import Crowd, make_talks, talking
from tests.faults.site import Site, pause, site
from tests.faults.tally import Tally, read
from tests.services.chat.load import Sender
from tests.services.chat.raw_socket import open_raw
from tests.services.chat.talk import MINI_PROGRAM, REP, Talk
from tests.waiting import held

QUIET_SECONDS = 3.0
FLOOD_SECONDS = 3.0
MINUTE = 60
HOUR = 3600
# The server asks every 25 seconds and waits 20 for the answer; the rest is for a busy machine.
NOTICED_SECONDS = 25 + 20 + 15
BIG_MESSAGES = 360
# Of more at once a busy machine's bus may drop some. Those are caught up, a page in each frame,
# and it is frames that the server counts before it gives a reader up.
BIG_AT_ONCE = 30
BIG = "大" * 18_000
FLOODED_SECONDS = 5.0
# Without Redis every process looks into the database each five seconds.
SWEPT_SECONDS = 30.0
TRY_AGAIN = 1013
THROTTLED = 429
AWAY = 503


@dataclass
class Story:
    """What happens, to whom, and how long the longest outage of each fault was.

    Args:
        reader: the pair whose customer stops reading.
        flooder: the pair whose customer floods.
        apart: by what it is called, whose outage is told apart, as nobody else has it.
    """

    site: Site
    crowd: Crowd
    reader: Talk
    flooder: Talk
    flood: Sender | None = None
    apart: dict[str, set[Client]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    async def suffer(self, name: str, fault: Callable[[Story], Awaitable[None]]) -> float:
        """Let a fault happen, wait until everything is as before, and note the longest outage."""
        clock = asyncio.get_running_loop().time
        began = clock()
        await fault(self)
        lasted = clock() - began
        await self.site.until_ready()
        await self.crowd.settle()
        apart, self.apart = self.apart, {}
        others = set(self.crowd.clients).difference(*apart.values())
        outage = self.crowd.outage(others, began, clock())
        self.lines.append(f"{name:<40}{lasted:>7.1f} s{outage:>9.1f} s")
        for who, clients in apart.items():
            longest = self.crowd.outage(clients, began, clock())
            self.lines.append(f"  {who:<38}{longest:>18.1f} s")
        return outage

    def report(self, tally: Tally) -> str:
        """Write the outages and the counts."""
        head = f"{'fault':<40}{'lasted':>9}{'outage':>11}"
        return "\n".join([head, *self.lines, str(tally)])


async def nothing(_: Story) -> None:
    """Let everybody talk in peace."""
    await pause(QUIET_SECONDS)


async def process_killed(story: Story) -> None:
    """Kill a process and start it again."""
    await story.site.members[1].kill()
    await story.site.members[1].start()


async def redis_gone(story: Story) -> None:
    """Let Redis be away for three seconds; it comes back empty."""
    await asyncio.to_thread(story.site.redis.stop)
    await pause(3)
    await asyncio.to_thread(story.site.redis.start)


async def redis_restarted_empty(story: Story) -> None:
    """Start Redis again at once, with nothing in it."""
    await asyncio.to_thread(story.site.redis.stop)
    await asyncio.to_thread(story.site.redis.start)


async def redis_gone_for_a_minute(story: Story) -> None:
    """Let Redis be away for a minute; in it cut one network, and let two clocks go wrong."""
    site, clock = story.site, asyncio.get_running_loop().time
    link, api = site.members[0].link, site.apis[0]
    story.apart["those whose network was cut"] = {
        client for client in story.crowd.clients if client.api is api
    }
    await asyncio.to_thread(site.redis.stop)
    over = clock() + MINUTE
    with link.cut() as count:
        assert count > 0
        await jump(story, 1, HOUR)
        await jump(story, 2, -HOUR)
        await story.crowd.until(lambda: link.noticed >= count, NOTICED_SECONDS)
    await pause(over - clock())
    await asyncio.to_thread(site.redis.start)
    for member in site.members:
        member.jump(0)


async def mariadb_restarted(story: Story) -> None:
    """Tell MariaDB to go, and start it again."""
    await asyncio.to_thread(story.site.mariadb.stop)
    await asyncio.to_thread(story.site.mariadb.start)


async def mariadb_killed(story: Story) -> None:
    """Kill MariaDB, and start it again when nobody gets anything stored any more."""
    await asyncio.to_thread(story.site.mariadb.kill)
    await story.crowd.until(lambda: all(AWAY in one.refused for one, _ in story.crowd.speakers))
    await asyncio.to_thread(story.site.mariadb.start)


async def reader_stopped(story: Story) -> None:
    """Let a client read nothing, until it is closed and connects again."""
    talk, member = story.reader, story.site.members[2]
    rep = story.crowd.join(Client("rr", story.site.apis, REP, [talk]))
    reader = Client("cr", story.site.apis, MINI_PROGRAM, [talk])
    async with await open_raw(member.process.url) as raw:
        reader.take(await raw.register(talk.rep.id, talk.customer, since=0))
        for _ in range(BIG_MESSAGES // BIG_AT_ONCE):
            for _ in range(BIG_AT_ONCE):
                await rep.say(talk.customer.id, BIG)
            await story.crowd.until(lambda: not rep.unsettled)
        frames, code = await raw.until_close()
    for frame in frames:
        reader.take(frame)
    assert code == TRY_AGAIN
    assert len(reader.heard[talk.customer.id]) < BIG_MESSAGES
    story.crowd.join(reader)
    story.apart["the reader, and who writes to it"] = {rep, reader}


async def client_flooded(story: Story) -> None:
    """Let a client send as fast as it can."""
    story.crowd.join(Client("rf", story.site.apis, REP, [story.flooder]))
    flood = story.flood = Sender(story.flooder)
    async with await open_raw(story.site.members[2].process.url) as raw:
        await raw.register(story.flooder.rep.id, story.flooder.customer)
        flooding = asyncio.create_task(flood.run(raw))
        await pause(FLOOD_SECONDS)
        await story.crowd.until(lambda: THROTTLED in flood.refused or flooding.done())
        flooding.cancel()
        await asyncio.wait([flooding])


async def jump(story: Story, number: int, seconds: int) -> None:
    """Put the clock of one process wrong, and see that it goes by it."""
    story.site.members[number].jump(seconds)
    await pause(QUIET_SECONDS)
    assert abs(await story.site.clock(number) - time.time() - seconds) < QUIET_SECONDS


async def clock_jumped_forward(story: Story) -> None:
    """Let the clock of one process go an hour fast."""
    await jump(story, 0, HOUR)


async def clock_jumped_back(story: Story) -> None:
    """Let the clock of the same process go an hour slow."""
    await jump(story, 0, -HOUR)


async def rolling_restart(story: Story) -> None:
    """Tell every process to go and start it again, one behind the other."""
    for member in story.site.members:
        await member.stop()
        await member.start()
        await story.site.until_ready()


async def last_words(story: Story) -> None:
    """Say what nothing follows while Redis is away: only the database can tell of it."""
    await asyncio.to_thread(story.site.redis.stop)
    story.crowd.is_talking = False
    for client, customer_id in story.crowd.speakers:
        await client.say(customer_id)
    await asyncio.to_thread(story.site.redis.start)


MINUTE_WITHOUT_REDIS = "Redis gone for 60 s, clocks wrong"
FLOOD = "a client that floods"
NOTHING = "nothing, to compare"
FAULTS = {
    NOTHING: nothing,
    "a process killed and started again": process_killed,
    "Redis gone for 3 s": redis_gone,
    "Redis restarted empty": redis_restarted_empty,
    "MariaDB restarted": mariadb_restarted,
    "MariaDB killed and started again": mariadb_killed,
    MINUTE_WITHOUT_REDIS: redis_gone_for_a_minute,
    "a reader that stops reading": reader_stopped,
    FLOOD: client_flooded,
    "a clock that jumps an hour forward": clock_jumped_forward,
    "and two hours back": clock_jumped_back,
    "a rolling restart of all processes": rolling_restart,
}


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Site]:
    """Three servers."""
    async with site(tmp_path) as one:
        yield one


async def count(story: Story, talks: Sequence[Talk]) -> Tally:
    """Count what everybody has heard against the database."""
    async with held(database.connected(story.site.database_url, 5.0)):
        rows = await read(talks)
    assert story.flood is not None
    sent = {*story.flood.sent, *(name for one in story.crowd.clients for name in one.sent)}
    tally = Tally()
    tally.add_stored(rows, sent)
    for client in story.crowd.clients:
        tally.add_client(client, rows)
    tally.add_flood(story.flood, rows)
    return tally


@pytest.mark.seconds(300)
async def test_whatever_dies_nothing_is_lost_doubled_or_out_of_order(
    stage: Site, record_property: Callable[[str, object], None]
) -> None:
    async with held(database.connected(stage.database_url, 5.0)):
        talks = await make_talks(stage.apis[0])
        (reader, *_), (flooder, *_) = await make_talks(stage.apis[0], 2)
    flat = [talk for of_rep in talks for talk in of_rep]
    async with talking(stage.apis, talks) as crowd:
        story = Story(stage, crowd, reader, flooder)
        await crowd.until(lambda: all(client.is_connected for client in crowd.clients))
        outages = {name: await story.suffer(name, fault) for name, fault in FAULTS.items()}
        await last_words(story)
        await crowd.finish()
        tally = await count(story, [*flat, reader, flooder])
    record_property("report", story.report(tally))
    assert tally.is_clean, tally
    assert outages[FLOOD] < outages[NOTHING] + FLOODED_SECONDS
    assert outages[MINUTE_WITHOUT_REDIS] < SWEPT_SECONDS
    assert stage.faults == []
