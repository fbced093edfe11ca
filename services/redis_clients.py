"""The one way in which a client of Redis is opened, whatever kind its URL names."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from redis import asyncio as aioredis
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from conf.redis_url import RedisUrl, parse_redis_url
from models.closing import cancellation_heeded, is_of_closed_transport

MOST_CONNECTIONS: Final = 10_000
"""To one node of a cluster: as good as unbounded, as it is to a single Redis."""


class RedisAway(Exception):
    """Redis is away, in a failover, or refuses."""


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """Ask Redis inside: whatever its client raises is one error, and a cancellation is heeded.

    Raises:
        RedisAway: there was no answer.
    """
    try:
        with cancellation_heeded():
            yield
    except (RedisError, RedisClusterException, OSError) as error:
        raise RedisAway(str(error) or type(error).__name__) from error
    except RuntimeError as error:
        if is_of_closed_transport(error):
            raise RedisAway(str(error)) from error
        raise


class Cluster(aioredis.RedisCluster):
    """A client of a cluster that also opens clients of its single nodes.

    Args:
        options: of every connection.
    """

    def __init__(self, nodes: list[ClusterNode], options: dict[str, Any]) -> None:
        super().__init__(
            startup_nodes=nodes,
            # Where one shard's slots belong to nobody the others go on.
            require_full_coverage=False,
            # A slot that has moved is noted; all connections would break if everything were asked.
            reinitialize_steps=0,
            max_connections=MOST_CONNECTIONS,
            **options,
        )
        self._options = options

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Do a command once the slots are known; before, it would go to any node and be sent on."""
        await self.initialize()
        return await super().execute_command(*args, **options)

    def alone(self, host: str, port: int) -> aioredis.Redis:
        """Make a client of one node, closed by whoever asks for it."""
        return aioredis.Redis(host=host, port=port, **self._options)


RedisClient = aioredis.Redis | Cluster


@contextlib.asynccontextmanager
async def opened_redis(url: str, timeout_seconds: float) -> AsyncIterator[RedisClient | None]:
    """Give a client while the context lasts; None without a URL."""
    if not url:
        yield None
        return
    async with connect_redis(url, timeout_seconds) as client:
        yield client


@contextlib.asynccontextmanager
async def connect_redis(url: str, timeout_seconds: float) -> AsyncIterator[RedisClient]:
    """Give a client while the context lasts, whether Redis is there or not.

    It fails soon instead of trying again in secret: the bus has to notice.
    """
    place = parse_redis_url(url)
    options: dict[str, Any] = {
        "protocol": 2,
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "retry": Retry(NoBackoff(), 0),
    }
    if place.kind == "single":
        async with aioredis.Redis.from_url(url, **options) as client:
            yield client
        return
    if place.is_tls:
        options["ssl"] = True
    options.update(
        {name: value for name, value in place.options.items() if name.startswith("ssl_")}
    )
    opened = _behind_sentinels if place.kind == "sentinel" else _of_cluster
    async with opened(place, options) as one:
        yield one


@contextlib.asynccontextmanager
async def _behind_sentinels(
    place: RedisUrl, options: dict[str, Any]
) -> AsyncIterator[aioredis.Redis]:
    own = {
        "username": place.options.get("sentinel_username"),
        "password": place.options.get("sentinel_password"),
    }
    login: dict[str, Any] = {"username": place.username, "password": place.password}
    kept = {**options, **own}
    async with Sentinel(place.nodes, sentinel_kwargs=kept) as sentinel:  # type: ignore[no-untyped-call]
        client = sentinel.master_for(place.service, db=place.database, **options, **login)
        async with client:
            yield client


@contextlib.asynccontextmanager
async def _of_cluster(place: RedisUrl, options: dict[str, Any]) -> AsyncIterator[Cluster]:
    login = {"username": place.username, "password": place.password}
    nodes = [ClusterNode(host, port) for host, port in place.nodes]
    client = Cluster(nodes, {**options, **login})
    try:
        yield client
    finally:
        await client.aclose()
        # A client whose last command has failed holds itself for closed, with connections open.
        await client.nodes_manager.aclose()
        await client.nodes_manager.aclose("startup_nodes")
