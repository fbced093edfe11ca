"""Whatever a client of Redis raises is one error, and a cancellation is heeded."""

from __future__ import annotations

import asyncio

import pytest

from services.redis_clients import RedisAway, asked, connect_redis
from tests import servers


async def test_a_redis_that_is_not_there_is_away() -> None:
    url = f"redis://127.0.0.1:{servers.free_port()}"
    async with connect_redis(url, 1.0) as redis:
        with pytest.raises(RedisAway), asked():
            await redis.ping()


async def test_a_redis_that_refuses_is_away(private_redis: str) -> None:
    async with connect_redis(private_redis, 1.0) as redis:
        with pytest.raises(RedisAway, match="script"), asked():
            await redis.eval("nonsense", 0)


async def test_a_connection_that_has_closed_is_away(private_redis: str) -> None:
    async with connect_redis(private_redis, 1.0) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe("channel")
        pubsub.connection._writer.transport.abort()
        await asyncio.sleep(0)
        with pytest.raises(RedisAway, match="the handler is closed"), asked():
            await pubsub.connection.send_command("PING")


async def test_a_mistake_of_ours_is_shown() -> None:
    with pytest.raises(RuntimeError, match="ours"), asked():
        raise RuntimeError("ours")
