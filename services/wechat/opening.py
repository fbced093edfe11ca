"""Opening the way to WeChat, with the simulator behind it where the settings say so."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

from conf.settings import SIMULATOR, Settings
from models import order as orders
from services.redis_clients import RedisClient
from services.wechat.client import WeChatClient
from services.wechat.crypto import NotSealedError, SecretBox
from services.wechat.pay import PayClient
from services.wechat.simulator import add_pay, make_desk, make_simulator, served
from services.wechat.simulator.pay import KeyOf
from services.wechat.tokens import AccessTokens, MemoryTokens, RedisTokens

LEDGER: Final = "simulator"


class WeChat(NamedTuple):
    """The ways to WeChat that are open."""

    client: WeChatClient
    pay: PayClient


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, redis: RedisClient | None, notify_path: str
) -> AsyncIterator[WeChat]:
    """Open clients of WeChat, and the simulator if it plays any of WeChat's hosts.

    Args:
        redis: where processes share access tokens; None keeps them in this one.
        notify_path: where, on our own host, WeChat Pay's notices go.
    """
    async with contextlib.AsyncExitStack() as stack:
        simulator_url = None
        if settings.simulated:
            simulator = make_simulator()
            add_pay(simulator, make_desk(settings.data_dir / LEDGER, _merchant_keys(settings)))
            simulator_url = await stack.enter_async_context(served(simulator))

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
        notify_url, timeout = settings.public_url + notify_path, settings.upstream_timeout_seconds
        pay = PayClient(url_of(settings.wechat_pay_url), notify_url, timeout)
        stack.callback(pay.close)
        yield WeChat(client, pay)


def _merchant_keys(settings: Settings) -> KeyOf:
    """Make what tells the simulator the keys that companies have set (decisions S3)."""
    secrets = SecretBox(settings.secret_key.get_secret_value())

    async def key_of(appid: str, merchant: str) -> str:
        sealed = await orders.merchant_key(appid, merchant)
        with contextlib.suppress(NotSealedError):
            return secrets.open(sealed)
        return ""

    return key_of
