"""The chat sockets that tests have leave nothing behind."""

from __future__ import annotations

import asyncio

from tests.api import Api
from tests.app import App
from tests.waiting import eventually


async def test_a_handshake_that_nobody_waits_for_any_more_ends_with_its_client(app: App) -> None:
    api = Api(app.url)
    opening = asyncio.create_task(api.socket("leida"))
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    await api.close()
    assert opening.cancelled()
    assert await eventually(lambda: not app.services.delivery.connections)
