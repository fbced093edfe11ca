"""Private MariaDB and Redis servers, which live as long as the process that starts them."""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
READY_SECONDS = 30
FIRST_PORT, LAST_PORT = 12_000, 32_000  # below those that Linux gives to whoever connects
MOST_WORKERS = 16
STOP_SECONDS = 20
PASSWORD = "private"
DATABASE = "zhuge"
REDIS_READY = b"Ready to accept connections"

_given: set[int] = set()


def free_port() -> int:
    """Find a port that nobody listens on.

    Not one that the kernel gives to whoever connects somewhere: it would be gone again before the
    server that it is for has started. Nor one that was given out already, or is another worker's.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % MOST_WORKERS
    while True:
        steps = secrets.randbelow((LAST_PORT - FIRST_PORT) // MOST_WORKERS)
        port = FIRST_PORT + steps * MOST_WORKERS + worker
        if port in _given:
            continue
        _given.add(port)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running(
    command: Sequence[str],
    ready: bytes,
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    last_word: int = signal.SIGKILL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server from the line in which it says that it is ready until the block ends.

    The kernel ends it when this process dies, so that a killed run leaves nothing behind.

    Args:
        last_word: the signal that the kernel then sends; one with processes of its own must be
            able to end them.

    Raises:
        RuntimeError: it stopped, or was not ready in time; with the end of its log.
    """
    process = _start(command, env, last_word)
    said = process.stdout
    assert said is not None
    with log.open("ab", buffering=0) as output:
        if not _says(process, said, ready, output):
            process.kill()
            process.wait()
            said.close()
            raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()[-2000:]}")
        # Somebody has to read on, or the server stops when the pipe is full.
        reader = threading.Thread(target=shutil.copyfileobj, args=(said, output), daemon=True)
        reader.start()
        try:
            yield process
        finally:
            _stop(process)
            reader.join()
            said.close()


def _start(
    command: Sequence[str], env: Mapping[str, str] | None, last_word: int
) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None)
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, last_word),
    )


def _says(process: subprocess.Popen[bytes], said: IO[bytes], wanted: bytes, log: IO[bytes]) -> bool:
    """Wait until a server says something, or stops; one that does neither in time is stopped."""
    late = threading.Timer(READY_SECONDS, process.kill)
    late.start()
    try:
        for line in said:
            log.write(line)
            if wanted in line:
                return True
        return False
    finally:
        late.cancel()
        late.join()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
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
        binary("mariadbd"),
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
    with running(command, b"ready for connections", directory / "log"):
        yield f"mysql://zhuge:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"


def _install_mariadb(directory: Path) -> None:
    """Write a server's system tables, and what it runs whenever it starts."""
    subprocess.run(
        [
            binary("mariadb-install-db"),
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
def redis(
    directory: Path,
    *options: str,
    port: int | None = None,
    ready: bytes = REDIS_READY,
) -> Iterator[str]:
    """Run an empty Redis that writes nothing to disk and give its URL.

    Args:
        ready: what it says when it can do what it is for.
    """
    directory.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [
        binary("redis-server"),
        *("--port", str(port)),
        *("--bind", "127.0.0.1"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--dir", str(directory)),
        *options,
    ]
    with running(command, ready, directory / "log"):
        yield f"redis://127.0.0.1:{port}/0"


def binary(name: str) -> str:
    """Find a server's binary; Debian puts some where only root's path looks."""
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin"):
        if (Path(folder) / name).is_file():
            return str(Path(folder) / name)
    raise RuntimeError(f"{name} is not installed; run: make servers")
