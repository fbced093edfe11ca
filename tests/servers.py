"""Private MariaDB and Redis servers, which live as long as the process that starts them."""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
READY_SECONDS = 30
PASSWORD = "private"
DATABASE = "zhuge"


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(
    command: Sequence[str], is_ready: Callable[[], bool], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server from its readiness until the block ends.

    The kernel ends it when this process dies, so that a killed run leaves nothing behind.

    Raises:
        RuntimeError: it stopped, or was not ready in time; with the end of its log.
    """
    libc = ctypes.CDLL(None)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def mariadb(directory: Path, *options: str, port: int | None = None) -> Iterator[str]:
    """Run a MariaDB with an empty database and give its URL.

    A directory that has been used before keeps its data, so that a server can be restarted.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / "data").exists():
        _install_mariadb(directory)
    port = port or free_port()
    command = [
        _binary("mariadbd"),
        "--no-defaults",
        f"--user={_user()}",
        f"--datadir={directory}/data",
        f"--socket={directory}/s.sock",
        f"--pid-file={directory}/pid",
        f"--tmpdir={directory}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--init-file={directory}/init.sql",
        "--innodb-log-file-size=64M",
        "--skip-log-bin",
        "--skip-name-resolve",
        "--performance-schema=OFF",
        *options,
    ]
    with running(command, lambda: _greets(port), directory / "log"):
        yield f"mysql://zhuge:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"


def _install_mariadb(directory: Path) -> None:
    """Write a server's system tables, and what it runs whenever it starts."""
    subprocess.run(
        [
            _binary("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={directory}/data",
            # Two installations at once would trip over each other in a common one.
            f"--tmpdir={directory}",
            f"--user={_user()}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
            "--innodb-log-file-size=8M",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    (directory / "init.sql").write_text(
        f"CREATE DATABASE IF NOT EXISTS {DATABASE};\n"
        f"CREATE OR REPLACE USER zhuge@'%' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON *.* TO zhuge@'%';\n"
    )


def _user() -> str:
    """The account that servers run as: ours."""
    return getpass.getuser()


@contextlib.contextmanager
def redis(directory: Path, *, port: int | None = None) -> Iterator[str]:
    """Run an empty Redis that writes nothing to disk and give its URL."""
    directory.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [
        _binary("redis-server"),
        *("--port", str(port)),
        *("--bind", "127.0.0.1"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--dir", str(directory)),
    ]
    with running(command, lambda: _greets(port, b"PING\r\n"), directory / "log"):
        yield f"redis://127.0.0.1:{port}/0"


def _binary(name: str) -> str:
    """Find a server's binary; Debian puts some where only root's path looks."""
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin"):
        if (Path(folder) / name).is_file():
            return str(Path(folder) / name)
    raise RuntimeError(f"{name} is not installed; run: make servers")


def _greets(port: int, request: bytes = b"") -> bool:
    """Whether a server talks; that it accepts connections is not enough."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(request)
            return len(connection.recv(16)) > 4
    except OSError:
        return False
