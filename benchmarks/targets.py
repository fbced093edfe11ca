"""What is put under load: the real server on each database, and the bare one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from benchmarks import counters, setup
from benchmarks.client import HOST
from benchmarks.plan import Bound
from tests import servers

ROOT = Path(__file__).parents[1]
BARE = "bare"
BARE_TO_BOTH = "bare, both"
DURABLE = "--innodb-flush-log-at-trx-commit=1"


@dataclass(frozen=True, slots=True)
class Backend:
    """A database with the data of a run, and with or without a Redis beside it.

    Args:
        name: ``sqlite``, ``mariadb`` or ``redis``, which is MariaDB and Redis.
        environment: what the server is told.
        pids: the processes behind the server, by name.
    """

    name: str
    directory: Path
    database_url: str
    environment: dict[str, str]
    pairs: list[Bound]
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def redis_url(self) -> str:
        """Where its Redis is; empty without one."""
        return self.environment["ZHUGE_REDIS_URL"]


@dataclass(frozen=True, slots=True)
class Target:
    """A server that is ready for load."""

    name: str
    port: int
    pid: int
    log: Path


@contextlib.contextmanager
def backend(name: str, directory: Path, customers: int) -> Iterator[Backend]:
    """Run the databases of a backend and fill them."""
    with contextlib.ExitStack() as stack:
        pids, redis_url = {}, ""
        database_url = f"sqlite:///{directory}/zhuge.db"
        if name != "sqlite":
            home = directory / "mariadb"
            database_url = stack.enter_context(servers.mariadb(home, DURABLE))
            pids["mariadbd"] = int((home / "pid").read_text())
        if name == "redis":
            redis_url = stack.enter_context(servers.redis(directory / "redis"))
            pids["redis"] = counters.redis_pid(redis_url)
        environment = {
            "ZHUGE_PROFILE": "demo",
            "ZHUGE_LIMITS": "off",
            "ZHUGE_LOG_LEVEL": "warning",
            "ZHUGE_DATA_DIR": str(directory),
            "ZHUGE_DATABASE_URL": database_url,
            "ZHUGE_REDIS_URL": redis_url,
            "ZHUGE_ADDRESS": HOST,
        }
        command = _server_command(environment, "load-demo")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        pairs = asyncio.run(setup.populate(database_url, customers))
        yield Backend(name, directory, database_url, environment, pairs, pids)


@contextlib.contextmanager
def real_server(
    behind: Backend, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Target]:
    """Run ``server.py serve`` on a backend, and wait until it serves.

    Args:
        environment: what it is told differently.
    """
    port = servers.free_port()
    environment = {**behind.environment, **environment, "ZHUGE_PORT": str(port)}
    command = _server_command(environment, "serve")
    log = behind.directory / f"server-{port}.log"
    with _running(command, port, log) as pid:
        _wait_ready(port)
        yield Target(behind.name, port, pid, log)


@contextlib.contextmanager
def bare_server(name: str, directory: Path) -> Iterator[Target]:
    """Run the bare server.

    Args:
        name: ``BARE``, or ``BARE_TO_BOTH`` to have it push to the sender too.
    """
    port = servers.free_port()
    command = [sys.executable, "-m", "benchmarks.bare", "--port", str(port)]
    if name == BARE_TO_BOTH:
        command.append("--push-to-both")
    log = directory / f"bare-{port}.log"
    with _running(command, port, log) as pid:
        yield Target(name, port, pid, log)


def complaints(log: Path) -> list[str]:
    """Read what a server has logged, which at the level of warnings should be nothing."""
    found = []
    for line in log.read_text().splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            found.append(f"{entry.get('level')}: {entry.get('event')}")
        elif "Traceback" in line:
            found.append(line)
    return found


@retry(
    retry=retry_if_exception_type(OSError),
    wait=wait_fixed(0.05),
    stop=stop_after_delay(servers.READY_SECONDS),
)
def _wait_ready(port: int) -> None:
    with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=1) as answer:
        answer.read()


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, log: Path) -> Iterator[int]:
    # Both name their address as soon as they have it.
    with servers.running(command, f"http://{HOST}:{port}".encode(), log) as process:
        yield process.pid


def _server_command(environment: Mapping[str, str], command: str) -> list[str]:
    assignments = [f"{name}={value}" for name, value in environment.items()]
    return ["env", *assignments, sys.executable, str(ROOT / "server.py"), command]
