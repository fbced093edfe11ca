"""Servers as processes of their own, on the test's database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from tests.api import Api
from tests.processes import ServerProcess, serving
from tests.storage import Storage

Environ = dict[str, str]


def production(storage: Storage, data_dir: Path, **more: str) -> Environ:
    """The settings of a production server, which has no demo data to load; none is throttled."""
    return {
        "ZHUGE_PROFILE": "production",
        "ZHUGE_PUBLIC_URL": "https://zhuge.example",
        "ZHUGE_SECRET_KEY": "k" * 32,
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_REDIS_URL": storage.redis_url,
        "ZHUGE_DATA_DIR": str(data_dir),
        "ZHUGE_SEND_RATE": "100000",
        "ZHUGE_SEND_BURST": "100000",
        "ZHUGE_CONNECTIONS_PER_PRINCIPAL": "1000",
        **more,
    }


@contextlib.asynccontextmanager
async def several(environ: Environ, count: int) -> AsyncIterator[list[ServerProcess]]:
    """Run so many servers side by side."""
    async with contextlib.AsyncExitStack() as stack:
        starting = [serving(environ) for _ in range(count)]
        processes = await asyncio.gather(*(one.__aenter__() for one in starting))
        for one in starting:
            stack.push_async_exit(one)
        yield list(processes)


@contextlib.asynccontextmanager
async def callers(processes: list[ServerProcess]) -> AsyncIterator[list[Api]]:
    """Make a client of each server."""
    apis = [Api(process.url) for process in processes]
    try:
        yield apis
    finally:
        for api in apis:
            await api.close()
