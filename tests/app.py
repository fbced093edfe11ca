"""The real server on a real socket, in the test's own loop."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tornado.netutil import bind_sockets

import server
from conf.settings import Settings
from handlers.call import Services
from handlers.http_server import HttpServer
from models.database import database
from tests.waiting import eventually, held


@dataclass(frozen=True)
class App:
    """A server that is up, and the services behind it."""

    url: str
    settings: Settings
    services: Services


@contextlib.asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[App]:
    """Serve as ``server.serve`` does, on any free port, until the block ends."""
    sockets = bind_sockets(0, "127.0.0.1")
    url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    if settings.public_url == f"http://{settings.address}:{settings.port}":
        settings = settings.model_copy(update={"public_url": url})
    async with held(server.running(settings)) as router:
        http = HttpServer(router)
        http.listen_on(sockets)
        services: Services = router.application.settings["services"]
        try:
            yield App(url, settings, services)
        finally:
            await server.close_connections(router, http)


async def assert_nothing_held(app: App) -> None:
    """Fail when connections, feeds or the database's connections are still in use."""
    delivery = app.services.delivery
    assert await eventually(lambda: not delivery.connections), "a socket is still open"
    assert await eventually(lambda: not len(delivery.registry)), "the registry still has a feed"
    await assert_no_connection_held()


async def assert_no_connection_held() -> None:
    """Fail when somebody keeps one of the database's connections."""
    pool = database.obj.pool_backend
    assert await eventually(lambda: not pool.has_acquired_connections()), (
        "a database connection was not given back"
    )
