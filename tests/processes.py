"""``server.py`` as a process of its own.

``async with serving(environ) as process:`` runs a server from its first answer to the block's end,
``await run("migrate", environ)`` another command to its own. A test gives the settings; none of
the machine's own reach the process. Coverage is measured of commands alone: a server does nothing
that tests don't do in their own process, and would start and run at two thirds of the speed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient

from tests.servers import PR_SET_PDEATHSIG

ROOT = Path(__file__).parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
NOT_FOR_COMMANDS = ("ZHUGE_", "PYTHONDONTWRITEBYTECODE")
NOT_FOR_SERVERS = (*NOT_FOR_COMMANDS, "COVERAGE_PROCESS")
"""How the variables begin that a process doesn't get from the machine."""

Environ = Mapping[str, str]


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str


class ServerProcess:
    """A server that listens, and what it has written."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.lines: list[str] = []
        self.port = 0
        self._reading: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Everything that it has written, to either stream."""
        return "\n".join(self.lines)

    async def start(self) -> None:
        """Wait until it listens and answers.

        Raises:
            RuntimeError: it ended before; with what it wrote.
        """
        async with asyncio.timeout(START_SECONDS):
            while not self.port:
                line = await self._read()
                if line is None:
                    raise RuntimeError(f"the server ended:\n{self.output}")
                event = _event(line)
                if event.get("event") == "listening":
                    self.port = event["port"]
        self._reading = asyncio.create_task(self._read_on())
        http = AsyncHTTPClient(force_instance=True)
        try:
            await http.fetch(f"{self.url}/healthz")
        finally:
            http.close()

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end.

        Returns:
            the exit status; negative is the signal that ended it.
        """
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        async with asyncio.timeout(STOP_SECONDS):
            if self._reading is not None:
                await self._reading
            return await self._process.wait()

    async def kill(self) -> None:
        """End it at once, wherever it is."""
        await self.stop(signal.SIGKILL)

    async def _read_on(self) -> None:
        while await self._read() is not None:
            pass

    async def _read(self) -> str | None:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            return None
        self.lines.append(line.decode().rstrip("\n"))
        return self.lines[-1]


@contextlib.asynccontextmanager
async def serving(environ: Environ, *arguments: str) -> AsyncIterator[ServerProcess]:
    """Run ``server.py serve`` on any free port from its first answer until the block ends."""
    command = ("serve", "--port", "0", *arguments)
    process = await _start(command, environ, stderr=STDOUT, left_out=NOT_FOR_SERVERS)
    server = ServerProcess(process)
    try:
        await server.start()
        yield server
    finally:
        if process.returncode is None:
            await server.kill()


async def run(command: str, environ: Environ, *arguments: str) -> Finished:
    """Run a command of ``server.py`` to its end."""
    process = await _start((command, *arguments), environ, stderr=PIPE)
    try:
        async with asyncio.timeout(START_SECONDS):
            stdout, stderr = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Finished(process.returncode, stdout.decode(), stderr.decode())


async def _start(
    arguments: tuple[str, ...],
    environ: Environ,
    stderr: int,
    left_out: tuple[str, ...] = NOT_FOR_COMMANDS,
) -> Process:
    libc = ctypes.CDLL(None)
    own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "server.py"),
        *arguments,
        cwd=ROOT,
        env={**own, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=stderr,
        limit=1 << 20,
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
    )


def _event(line: str) -> dict[str, Any]:
    """Read a line of the log; what is none, such as the demo's greeting, is empty."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
