"""Private Redises that stand in for one another: behind a Sentinel, and as a cluster.

All of them want a password, so that a client which forgets it somewhere is found out.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from redis import Redis

from tests import servers

SERVICE = "chat"
SENTINEL_PASSWORD = "sentinels"
ALL_SLOTS = 16384
REPLICA = 3
SYNCED = b"MASTER <-> REPLICA sync: Finished with success"
LOGIN = (
    *("--requirepass", servers.PASSWORD),
    *("--masterauth", servers.PASSWORD),
    *("--repl-diskless-sync-delay", "0"),
)


class RedisSet:
    """Several Redises, of which some can be killed."""

    def __init__(self, url: str, ports: Sequence[int], watch_port: int = 0) -> None:
        self.url = url
        self.ports = ports
        self._watch_port = watch_port

    def kill(self, number: int) -> None:
        """End one of the Redises at once."""
        os.kill(self._process(number), signal.SIGKILL)

    def client(self, number: int) -> Redis:
        """Make a client of one."""
        return Redis(port=self.ports[number], password=servers.PASSWORD)

    def flushall(self) -> None:
        """Forget everything that any of them holds."""
        for number in range(len(self.ports)):
            with self.client(number) as client:
                if client.info("replication")["role"] == "master":
                    client.flushall()

    def watcher(self) -> Redis:
        """Make a client of the Sentinel."""
        return Redis(port=self._watch_port, password=SENTINEL_PASSWORD)

    def _process(self, number: int) -> int:
        with self.client(number) as client:
            process: int = client.info("server")["process_id"]
        return process


def url_of(request: pytest.FixtureRequest, kind: str) -> str:
    """Start the tests' own Redis of a kind, unless it runs, and give its URL."""
    found: str | RedisSet = request.getfixturevalue(f"private_{kind}")
    return found if isinstance(found, str) else found.url


def flushall(request: pytest.FixtureRequest, kind: str) -> None:
    """Forget everything that the tests' own Redis of a kind holds."""
    found: str | RedisSet = request.getfixturevalue(f"private_{kind}")
    if isinstance(found, RedisSet):
        found.flushall()
        return
    with Redis.from_url(found) as client:
        client.flushall()


@contextlib.contextmanager
def sentinel(directory: Path) -> Iterator[RedisSet]:
    """Run a master, the first, with a replica of it and a Sentinel that can decide alone."""
    directory.mkdir(parents=True, exist_ok=True)
    master, replica, watch = (servers.free_port() for _ in range(3))
    config = directory / "sentinel.conf"
    config.write_text(
        f"port {watch}\nbind 127.0.0.1\ndir {directory}\nrequirepass {SENTINEL_PASSWORD}\n"
        f"sentinel monitor {SERVICE} 127.0.0.1 {master} 1\n"
        f"sentinel auth-pass {SERVICE} {servers.PASSWORD}\n"
        f"sentinel down-after-milliseconds {SERVICE} 500\n"
        f"sentinel failover-timeout {SERVICE} 1000\n"
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(servers.redis(directory / "master", *LOGIN, port=master))
        follows = ("--replicaof", f"127.0.0.1 {master}")
        stack.enter_context(
            servers.redis(directory / "replica", *LOGIN, *follows, port=replica, ready=SYNCED)
        )
        command = [servers.binary("redis-server"), str(config), "--sentinel"]
        stack.enter_context(servers.running(command, b"+slave slave", directory / "log"))
        yield RedisSet(
            f"redis+sentinel://:{servers.PASSWORD}@127.0.0.1:{watch}/{SERVICE}/0"
            f"?sentinel_password={SENTINEL_PASSWORD}",
            (master, replica),
            watch,
        )


class _Nodes:
    """What the nodes of a cluster know of each other from the beginning."""

    def __init__(self, count: int) -> None:
        self.ports = [servers.free_port() for _ in range(count)]
        self._gossip = [servers.free_port() for _ in range(count)]
        self._names = [f"{number:040x}" for number in range(1, count + 1)]

    def write(self, home: Path, me: int) -> tuple[str, ...]:
        """Write down what one knows, and give its options."""
        home.mkdir(parents=True)
        lines = [self._line(number, me) for number in range(len(self.ports))]
        (home / "nodes.conf").write_text("".join(lines) + "vars currentEpoch 3 lastVoteEpoch 0\n")
        return (*LOGIN, "--cluster-enabled", "yes", "--cluster-port", str(self._gossip[me]))

    def _line(self, number: int, me: int) -> str:
        place = f"127.0.0.1:{self.ports[number]}@{self._gossip[number]}"
        first, end = (ALL_SLOTS * third // 3 for third in (number, number + 1))
        role = f"master - 0 0 {number + 1} connected {first}-{end - 1}"
        if number == REPLICA:
            role = f"slave {self._names[0]} 0 0 1 connected"
        return f"{self._names[number]} {place} {'myself,' if number == me else ''}{role}\n"


@contextlib.contextmanager
def cluster(
    directory: Path, *, has_replica: bool = False, timeout_ms: int = 15_000
) -> Iterator[RedisSet]:
    """Run three masters with a third of the slots each; a fourth Redis is the first's replica.

    They know each other from the beginning, so nothing has to be waited for but the two seconds in
    which a master that has just started waits for news.

    Args:
        timeout_ms: after how long a silent node counts as dead.
    """
    nodes = _Nodes(4 if has_replica else 3)
    with contextlib.ExitStack() as stack:

        def start(number: int, ready: bytes) -> None:
            home = directory / str(number)
            given = (*nodes.write(home, number), "--cluster-node-timeout", str(timeout_ms))
            one = servers.redis(home, *given, port=nodes.ports[number], ready=ready)
            stack.enter_context(one)

        start(0, servers.REDIS_READY)
        if has_replica:
            start(REPLICA, SYNCED)
        start(1, servers.REDIS_READY)
        start(2, b"Cluster state changed: ok")
        hosts = ",".join(f"127.0.0.1:{port}" for port in nodes.ports[:2])
        yield RedisSet(f"redis+cluster://:{servers.PASSWORD}@{hosts}", nodes.ports)
