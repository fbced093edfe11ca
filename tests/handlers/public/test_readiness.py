"""Whether a process can do its work, when what it needs goes away and comes back."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conf.settings import load
from models.migrate import migrate
from tests import servers
from tests.api import Api
from tests.app import listening

MOST_SECONDS = 30.0


class Needs:
    """A MariaDB and a Redis of the test's own, each of which can go and come back."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ports = {"database": servers.free_port(), "redis": servers.free_port()}
        self._running = {name: ExitStack() for name in self._ports}

    def start(self, name: str) -> str:
        """Start one, where it was before."""
        server = servers.mariadb if name == "database" else servers.redis
        running = server(self._directory / name, port=self._ports[name])
        return self._running[name].enter_context(running)

    def stop(self, name: str) -> None:
        """Stop one."""
        self._running[name].close()

    def close(self) -> None:
        """Stop all."""
        for name in self._running:
            self.stop(name)


@pytest.fixture
def needs(tmp_path: Path) -> Any:
    """What the server under test needs."""
    with ExitStack() as stack:
        made = Needs(tmp_path)
        stack.callback(made.close)
        yield made


@pytest_asyncio.fixture
async def api(needs: Needs, tmp_path: Path) -> AsyncIterator[Api]:
    """A client of a server that needs them."""
    environ = {
        "ZHUGE_DATABASE_URL": needs.start("database"),
        "ZHUGE_REDIS_URL": needs.start("redis"),
        "ZHUGE_DATA_DIR": str(tmp_path),
        "ZHUGE_DATABASE_TIMEOUT_SECONDS": "2",
    }
    migrate(environ["ZHUGE_DATABASE_URL"])
    async with listening(load(environ)) as app:
        api = Api(app.url)
        yield api
        await api.close()


async def causes(api: Api, status: int) -> dict[str, str]:
    """Ask until the answer has a status, and give what it says."""
    deadline = time.monotonic() + MOST_SECONDS
    while (response := await api.fetch("GET", "/readyz")).code != status:
        assert time.monotonic() < deadline, f"not {status}: {response.body!r}"
    found: dict[str, str] = json.loads(response.body)
    return found


@pytest.mark.parametrize("name", ["database", "redis"])
async def test_a_process_says_what_of_its_needs_is_away(api: Api, needs: Needs, name: str) -> None:
    await causes(api, 200)
    needs.stop(name)
    found = await causes(api, 503)
    assert {key for key, cause in found.items() if cause != "ok"} == {"status", name}


@pytest.mark.parametrize("name", ["database", "redis"])
async def test_a_process_is_ready_again_when_it_comes_back(
    api: Api, needs: Needs, name: str
) -> None:
    await causes(api, 200)
    needs.stop(name)
    await causes(api, 503)
    needs.start(name)
    assert (await causes(api, 200))["status"] == "ok"


@pytest.mark.parametrize("name", ["database", "redis"])
async def test_a_process_is_healthy_whatever_is_away(api: Api, needs: Needs, name: str) -> None:
    needs.stop(name)
    assert (await api.fetch("GET", "/healthz")).code == 200
