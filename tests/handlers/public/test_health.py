"""What operators ask, asked with pytest-tornado's client of its own server and loop."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.ioloop import IOLoop

import server
from conf.settings import Settings
from tests.storage import Storage
from tests.waiting import held


@pytest.fixture
def app(io_loop: IOLoop, settings: Settings) -> Iterator[Any]:
    """The server's application, for pytest-tornado to serve; ``base_url`` is where."""
    running: AbstractAsyncContextManager[Any] = held(server.running(settings))
    router = io_loop.run_sync(running.__aenter__)
    yield router
    io_loop.run_sync(lambda: running.__aexit__(None, None, None))


async def ask(client: AsyncHTTPClient, url: str) -> HTTPResponse:
    """GET a page, whatever it answers."""
    return await client.fetch(url, raise_error=False)


@pytest.mark.gen_test
async def test_a_process_that_is_up_is_healthy(http_client: AsyncHTTPClient, base_url: str) -> None:
    answer = await ask(http_client, f"{base_url}/healthz")
    assert (answer.code, json.loads(answer.body)) == (200, {"status": "ok"})


@pytest.mark.gen_test
@pytest.mark.both
async def test_a_process_is_ready_when_all_that_it_needs_answers(
    http_client: AsyncHTTPClient, base_url: str, storage: Storage
) -> None:
    while (answer := await ask(http_client, f"{base_url}/readyz")).code != 200:
        pass  # the subscription to Redis comes a moment after the start
    needed = {"database", "disk"} | ({"redis"} if storage.redis_url else set())
    assert json.loads(answer.body) == {"status": "ok", **dict.fromkeys(needed, "ok")}


@pytest.mark.gen_test
async def test_a_process_whose_disk_is_gone_is_not_ready_and_says_why(
    http_client: AsyncHTTPClient, base_url: str, settings: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path)
    answer = await ask(http_client, f"{base_url}/readyz")
    causes = json.loads(answer.body)
    assert (answer.code, causes["status"]) == (503, "unavailable")
    assert "No such file" in causes["disk"]


@pytest.mark.gen_test
async def test_a_process_whose_disk_is_gone_is_still_healthy(
    http_client: AsyncHTTPClient, base_url: str, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path)
    assert (await ask(http_client, f"{base_url}/healthz")).code == 200


@pytest.mark.gen_test
async def test_requests_are_counted_by_endpoint_and_code(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    await ask(http_client, f"{base_url}/healthz")
    answer = await ask(http_client, f"{base_url}/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert b'zhuge_requests_total{code="None",endpoint="public.health"} 1.0' in answer.body


@pytest.mark.gen_test
async def test_unknown_urls_are_counted_together(
    http_client: AsyncHTTPClient, base_url: str
) -> None:
    await ask(http_client, f"{base_url}/one")
    await ask(http_client, f"{base_url}/two")
    answer = await ask(http_client, f"{base_url}/metrics")
    assert b'zhuge_requests_total{code="404",endpoint="other"} 2.0' in answer.body
