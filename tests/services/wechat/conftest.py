"""A simulator on a port of its own, clients of it, and a private Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from services.wechat.client import WeChatClient
from services.wechat.simulator import Faults, make_simulator, served
from services.wechat.tokens import AccessTokens, MemoryTokens
from tests import servers

Connect = Callable[..., WeChatClient]
OpenRedis = Callable[[], Redis]


@pytest.fixture
def faults() -> Faults:
    """How the simulator misbehaves in this test, and what it was asked."""
    return Faults()


@pytest_asyncio.fixture
async def simulator(faults: Faults) -> AsyncIterator[str]:
    """The origin of a simulator."""
    async with served(make_simulator(faults)) as url:
        yield url


@pytest_asyncio.fixture
async def connect(simulator: str) -> AsyncIterator[Connect]:
    """Makes clients of the simulator; arguments as those of WeChatClient."""
    async with AsyncExitStack() as stack:

        def make(**changed: Any) -> WeChatClient:
            arguments: dict[str, Any] = {
                "api_url": simulator,
                "wecom_url": simulator,
                "timeout_seconds": 5.0,
                "tokens": AccessTokens(MemoryTokens()),
                "simulator_url": simulator,
                **changed,
            }
            client = WeChatClient(**arguments)
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def client(connect: Connect) -> WeChatClient:
    """A client of the simulator."""
    return connect()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis that only these tests use."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest_asyncio.fixture
async def open_redis(redis_url: str) -> AsyncIterator[OpenRedis]:
    """Opens clients of an empty Redis, each as another process would have it."""
    async with AsyncExitStack() as stack:

        def make() -> Redis:
            redis = Redis.from_url(redis_url)
            stack.push_async_callback(redis.aclose)
            return redis

        await make().flushall()
        yield make
