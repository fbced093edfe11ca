"""Servers of one test, which it may stop, start and hold still."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from redis import Redis

from tests import servers


class OwnRedis:
    """A Redis that may be stopped and started again on its port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stack = contextlib.ExitStack()
        self.port = servers.free_port()

    @property
    def url(self) -> str:
        """Where it is, whether it runs or not."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty."""
        self._stack.enter_context(servers.redis(self._directory, port=self.port))

    def stop(self) -> None:
        """Stop it; everybody's connections break."""
        self._stack.close()

    def kill_clients(self, kind: str) -> None:
        """Break the connections of one kind, ``normal`` or ``pubsub``, while it goes on."""
        with Redis.from_url(self.url) as client:
            client.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")

    def refuse_publishing(self) -> None:
        """Let nobody publish any more."""
        with Redis.from_url(self.url) as client:
            client.execute_command("ACL", "SETUSER", "default", "-publish")

    def allow_publishing(self) -> None:
        """Let everybody publish again."""
        with Redis.from_url(self.url) as client:
            client.execute_command("ACL", "SETUSER", "default", "+publish")

    def say(self, text: str) -> None:
        """Publish any text on the only channel."""
        with Redis.from_url(self.url) as client:
            (channel,) = client.pubsub_channels()
            client.publish(channel, text)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let it answer nothing, though its connections stay."""
        with Redis.from_url(self.url) as client:
            number = client.info("server")["process_id"]
        with stopped(number):
            yield


class OwnMariadb:
    """A MariaDB that may be stopped and started again with its data.

    Args:
        is_durable: whether a commit is on the disk when it is answered, so that a kill loses none.
    """

    def __init__(self, directory: Path, *, is_durable: bool = False) -> None:
        self._directory = directory
        quick = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync")
        durable = ("--innodb-flush-log-at-trx-commit=1",)
        self._options = durable if is_durable else quick
        self._stack = contextlib.ExitStack()
        self.port = servers.free_port()

    def start(self) -> str:
        """Start it and give its URL."""
        running = servers.mariadb(self._directory, *self._options, port=self.port)
        return self._stack.enter_context(running)

    def stop(self) -> None:
        """Stop it; everybody's connections break."""
        self._stack.close()

    def kill(self) -> None:
        """End it at once, wherever it is."""
        os.kill(int((self._directory / "pid").read_text()), signal.SIGKILL)
        self.stop()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let it answer nothing, though its connections stay."""
        with stopped(int((self._directory / "pid").read_text())):
            yield


@contextlib.contextmanager
def stopped(number: int) -> Iterator[None]:
    """Keep a process from running."""
    os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(number, signal.SIGCONT)
