"""Whether this process can do its work: does what it depends on answer?"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from models import database
from services.chat.bus import Bus
from services.errors import DatabaseAway
from services.redis_clients import Cluster, RedisAway, RedisClient, asked


class Readiness:
    """Asks the database, Redis and the disk.

    Args:
        bus: None where nothing listens.
        redis: None in a single process without one.
    """

    def __init__(self, bus: Bus | None, redis: RedisClient | None, data_dir: Path) -> None:
        self._bus = bus
        self._redis = redis
        self._data_dir = data_dir
        self.is_stopping = False

    def stop(self) -> None:
        """Have no more work from now on."""
        self.is_stopping = True

    async def check(self) -> dict[str, str]:
        """Ask each in turn.

        Returns:
            by what was asked, ``ok`` or why it does not answer; a process that stops says only so.
        """
        if self.is_stopping:
            return {"process": "stopping"}
        causes = {"database": await self._database(), "disk": await self._disk()}
        if self._redis is not None:
            causes["redis"] = await self._ask_redis(self._redis)
        return causes

    async def _database(self) -> str:
        try:
            await database.ping()
        except DatabaseAway as error:
            return str(error)
        return "ok"

    async def _ask_redis(self, redis: RedisClient) -> str:
        try:
            with asked():
                if isinstance(redis, Cluster):
                    await redis.ping(target_nodes=Cluster.PRIMARIES)
                else:
                    await redis.ping()
        except RedisAway as error:
            return str(error)
        return (
            "ok" if self._bus is None or self._bus.is_whole else "the subscription is not back yet"
        )

    async def _disk(self) -> str:
        try:
            await asyncio.to_thread(_write_a_byte, self._data_dir)
        except OSError as error:
            return str(error)
        return "ok"


def _write_a_byte(directory: Path) -> None:
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(b"\0")
        file.flush()
