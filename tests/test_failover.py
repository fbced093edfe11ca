"""Two servers on one MariaDB whose Redis dies and is stood in for: not a word is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests import redis_sets
from tests.api import Api
from tests.redis_sets import RedisSet
from tests.services.chat.server_processes import callers, production, several
from tests.services.chat.talk import make_talk
from tests.storage import Storage

LONG = 60.0
EACH = 10

SETS: dict[str, Callable[[Path], AbstractContextManager[RedisSet]]] = {
    "sentinel": redis_sets.sentinel,
    "cluster": partial(redis_sets.cluster, has_replica=True, timeout_ms=1000),
}


async def ready(api: Api) -> None:
    """Ask a server until it says that it hears the others."""
    async with asyncio.timeout(LONG):
        while (await api.fetch("GET", "/readyz")).code != 200:
            pass


@pytest.mark.mariadb
@pytest.mark.parametrize("kind", SETS)
async def test_a_failover_of_redis_loses_and_doubles_nothing(
    db: None, storage: Storage, tmp_path: Path, kind: str
) -> None:
    with SETS[kind](tmp_path / kind) as redises:
        environ = production(replace(storage, redis_url=redises.url), tmp_path)
        environ["ZHUGE_REDIS_TIMEOUT_SECONDS"] = "0.5"
        async with several(environ, 2) as processes, callers(processes) as (first, second):
            await asyncio.gather(ready(first), ready(second))
            talk = await make_talk(first)
            elsewhere = replace(talk, api=second)
            sockets = [await talk.open_customer(), await elsewhere.open_rep()]

            async def say(text: str) -> None:
                for number in range(EACH):
                    await talk.post(talk.customer, f"{text}{number}")
                    await elsewhere.post(talk.rep, f"{text}{number}")

            await say("前")
            redises.kill(0)
            await say("中")
            await asyncio.gather(ready(first), ready(second))
            await say("后")
            stored = [(row.id, row.seq) for row in await talk.stored()]
            assert [seq for _, seq in stored] == list(range(1, 6 * EACH + 1))
            for socket in sockets:
                rows = await socket.rows(len(stored))
                assert [(row["id"], row["seq"]) for row in rows] == stored
            # The sweep would find messages without any bus; that somebody types it never finds.
            await sockets[0].send({"type": "typing"})
            await sockets[1].until(lambda frame: frame.get("type") == "typing")
