"""Opening the way to WeChat, with the simulator behind it where the settings say so."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from redis import asyncio as aioredis

from conf.settings import SIMULATOR, Settings
from services.wechat.client import WeChatClient
from services.wechat.simulator import make_simulator, served
from services.wechat.tokens import AccessTokens, MemoryTokens, RedisTokens


@contextlib.asynccontextmanager
async def opened(settings: Settings, redis: aioredis.Redis | None) -> AsyncIterator[WeChatClient]:
    """Open a client of WeChat, and the simulator if it plays any of WeChat's hosts.

    Args:
        redis: where processes share access tokens; None keeps them in this one.
    """
    async with contextlib.AsyncExitStack() as stack:
        simulator_url = None
        if settings.simulated:
            simulator_url = await stack.enter_async_context(served(make_simulator()))

        def url_of(setting: str) -> str:
            return simulator_url or setting if setting == SIMULATOR else setting

        store = (
            RedisTokens(
                redis,
                settings.secret_key.get_secret_value(),
                timeout_seconds=settings.redis_timeout_seconds,
            )
            if redis is not None
            else MemoryTokens()
        )
        client = WeChatClient(
            api_url=url_of(settings.wechat_api_url),
            wecom_url=url_of(settings.wecom_api_url),
            timeout_seconds=settings.upstream_timeout_seconds,
            tokens=AccessTokens(store),
            simulator_url=simulator_url,
        )
        stack.callback(client.close)
        yield client
