"""Where a bus publishes and hears: one channel of a Redis, or several over the shards of a cluster.

In a cluster a sharded channel lives on the shard that has its slot. One channel would bind the bus
to one shard, so there are several, and each is heard on the node that serves it.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from redis import asyncio as aioredis
from redis.asyncio.client import PubSub
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import ClusterDownError, SlotNotCoveredError

from services.redis_clients import Cluster, RedisClient, asked

SHARDED_CHANNELS: Final = 16
"""As many shards as can share the work. Each costs a process one connection, and parts what is
published together, so there are not more; all processes have to agree on the number."""

Address = tuple[str, int]


class Channels(Protocol):
    """The channels of a bus on one kind of Redis. They are used inside ``asked``."""

    @property
    def names(self) -> Sequence[str]:
        """What they are called, the same in every process."""

    async def publish(self, name: str, text: str) -> None:
        """Tell everybody who hears a channel."""

    def subscription(self, name: str) -> AbstractAsyncContextManager[PubSub]:
        """Hear a channel while the context lasts; the confirmation comes as its first message."""

    def address(self, name: str) -> Address | None:
        """Where a channel is to be heard, as last looked up; None when it does not move."""

    async def look_up(self) -> None:
        """Ask where the channels are now."""


def channels_of(client: RedisClient, prefix: str) -> Channels:
    """Choose the channels for a kind of Redis, with names that begin so."""
    if isinstance(client, Cluster):
        return ShardedChannels(client, prefix)
    return OneChannel(client, prefix)


class OneChannel:
    """The channel of a single Redis, or of the master that Sentinels name."""

    def __init__(self, client: aioredis.Redis, prefix: str) -> None:
        self.names = (prefix,)
        self._client = client

    async def publish(self, name: str, text: str) -> None:
        """Tell everybody who hears the channel."""
        await self._client.publish(name, text)

    @contextlib.asynccontextmanager
    async def subscription(self, name: str) -> AsyncIterator[PubSub]:
        """Hear the channel while the context lasts."""
        async with self._client.pubsub() as pubsub:
            with asked():
                await pubsub.subscribe(name)
            yield pubsub

    def address(self, name: str) -> Address | None:
        """Where the Sentinels have last said that the master is.

        A master that was replaced while it could not be reached still takes subscriptions and
        events, and answers: only the Sentinels know that nobody else hears it any more.
        """
        pool = self._client.connection_pool
        return pool.master_address if isinstance(pool, SentinelConnectionPool) else None

    async def look_up(self) -> None:
        """Ask the Sentinels for the master."""
        pool = self._client.connection_pool
        if isinstance(pool, SentinelConnectionPool):
            await pool.get_master_address()  # type: ignore[no-untyped-call]


class ShardedChannels:
    """The channels of a cluster, with sharded publishing: Redis 7.0 or later."""

    def __init__(self, client: Cluster, prefix: str) -> None:
        self.names = spread_names(prefix)
        self._client = client

    async def publish(self, name: str, text: str) -> None:
        """Tell everybody who hears a channel, on its shard alone."""
        await self._client.spublish(name, text)

    @contextlib.asynccontextmanager
    async def subscription(self, name: str) -> AsyncIterator[PubSub]:
        """Hear a channel on its node while the context lasts.

        redis-py's own sharded subscription waits for one node after the other, so that what one
        says lies there while the next is silent.
        """
        with asked():
            await self._client.initialize()
        address = self.address(name)
        if address is None:
            raise ClusterDownError("CLUSTERDOWN Hash slot not served")
        async with self._client.alone(*address) as node, node.pubsub() as pubsub:
            with asked():
                await pubsub.ssubscribe(name)
            yield pubsub

    def address(self, name: str) -> Address | None:
        """Where the master of the channel's slot is."""
        try:
            node = self._client.get_node_from_key(name)
        except SlotNotCoveredError:
            return None
        return (node.host, int(node.port)) if node is not None else None

    async def look_up(self) -> None:
        """Ask for the nodes and their slots."""
        await self._client.initialize()
        await self._client.nodes_manager.initialize()


def spread_names(prefix: str) -> tuple[str, ...]:
    """Name channels so that their slots lie at equal distances: shards get equally many."""
    width = REDIS_CLUSTER_HASH_SLOTS // SHARDED_CHANNELS

    def name(part: int) -> str:
        candidates = (f"{prefix}:{part}.{number}" for number in itertools.count())
        return next(one for one in candidates if key_slot(one.encode()) // width == part)

    return tuple(name(part) for part in range(SHARDED_CHANNELS))
