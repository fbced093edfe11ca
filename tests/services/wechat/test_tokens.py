"""Access tokens: shared, fetched once, dropped when refused."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import tempfile
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.errors import UpstreamAway
from services.installation import redis_prefix
from services.redis_clients import connect_redis
from services.wechat.tokens import (
    EARLY_SECONDS,
    AccessTokens,
    FreshToken,
    MemoryTokens,
    RedisTokens,
    TokenStore,
)
from tests.redis_sets import url_of

from .conftest import OpenRedis

pytestmark = pytest.mark.asyncio

WAITING = 100
NAME = "wecom:ww-demo-1:0123"
SECRET = "the-secret-of-one-installation"
KEY = f"{redis_prefix(SECRET)}:wechat-token:{NAME}"


class Issuer:
    """Issues numbered tokens, one after many turns of the loop."""

    def __init__(self, lifetime_seconds: int = 7200, error: Exception | None = None) -> None:
        self.issued = 0
        self._lifetime_seconds = lifetime_seconds
        self._error = error

    async def __call__(self) -> FreshToken:
        self.issued += 1
        token = f"token-{self.issued}"
        for _ in range(100):
            await asyncio.sleep(0)
        if self._error:
            raise self._error
        return FreshToken(token, self._lifetime_seconds)


@pytest_asyncio.fixture(params=["memory", "redis", "sentinel", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[TokenStore]:
    """Each kind of store, empty."""
    if request.param == "memory":
        yield MemoryTokens()
        return
    async with connect_redis(url_of(request, request.param), 5.0) as redis:
        yield RedisTokens(redis, uuid4().hex, timeout_seconds=5)


async def test_a_hundred_callers_at_once_make_one_fetch(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    got = await asyncio.gather(*(tokens.get(NAME, issuer) for _ in range(100)))
    assert (set(got), issuer.issued) == ({"token-1"}, 1)


async def test_a_kept_token_is_not_fetched_again(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    assert [await tokens.get(NAME, issuer) for _ in range(2)] == ["token-1", "token-1"]


async def test_apps_have_tokens_of_their_own(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    assert await tokens.get("one", issuer) != await tokens.get("other", issuer)


async def test_a_dropped_token_is_fetched_anew(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    await tokens.drop(NAME, await tokens.get(NAME, issuer))
    assert await tokens.get(NAME, issuer) == "token-2"


async def test_dropping_an_old_token_leaves_the_newer_one(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    await tokens.get(NAME, issuer)
    await tokens.drop(NAME, "token-0")
    assert await tokens.get(NAME, issuer) == "token-1"


async def test_a_token_that_soon_expires_is_used_but_not_kept(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer(lifetime_seconds=EARLY_SECONDS)
    assert [await tokens.get(NAME, issuer) for _ in range(2)] == ["token-1", "token-2"]


async def test_a_failed_fetch_fails_all_who_wait_and_is_forgotten(
    store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, read = AccessTokens(store), store.read
    reads, fetches = itertools.count(1), itertools.count(1)
    all_wait = asyncio.Event()

    async def counted(name: str) -> str | None:
        found = await read(name)
        if next(reads) > WAITING:  # each who waits has looked, and so has the one who fetches
            all_wait.set()
        return found

    async def fail() -> FreshToken:
        next(fetches)
        await all_wait.wait()
        raise UpstreamAway

    monkeypatch.setattr(store, "read", counted)
    got = await asyncio.gather(
        *(tokens.get(NAME, fail) for _ in range(WAITING)), return_exceptions=True
    )
    assert all(isinstance(error, UpstreamAway) for error in got)
    assert next(fetches) == 2
    assert await tokens.get(NAME, Issuer()) == "token-1"


async def test_a_failed_fetch_that_nobody_else_waits_for_is_not_complained_about() -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with contextlib.suppress(UpstreamAway):  # pytest.raises would keep what gc shall find
        await AccessTokens(MemoryTokens()).get(NAME, Issuer(error=UpstreamAway()))
    gc.collect()
    assert complaints == []


async def test_when_the_one_who_fetches_is_cancelled_another_fetches(store: TokenStore) -> None:
    tokens, issuer = AccessTokens(store), Issuer()
    is_fetching = asyncio.Event()

    async def never() -> FreshToken:
        is_fetching.set()
        await asyncio.Event().wait()
        raise AssertionError

    leader = asyncio.create_task(tokens.get(NAME, never))
    await is_fetching.wait()
    others = [asyncio.create_task(tokens.get(NAME, issuer)) for _ in range(3)]
    await store.read(NAME)
    leader.cancel()
    assert set(await asyncio.gather(*others)) == {"token-1"}
    assert (leader.cancelled(), issuer.issued) == (True, 1)


async def test_in_memory_a_token_ends_before_wechat_ends_it() -> None:
    now = 1000.0
    tokens, issuer = AccessTokens(MemoryTokens(clock=lambda: now)), Issuer(lifetime_seconds=7200)
    await tokens.get(NAME, issuer)
    now += 7200 - EARLY_SECONDS
    assert await tokens.get(NAME, issuer) == "token-2"


async def test_in_redis_a_token_ends_before_wechat_ends_it(open_redis: OpenRedis) -> None:
    redis = open_redis()
    await AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5)).get(NAME, Issuer())
    assert 0 < await redis.pttl(KEY) <= (7200 - EARLY_SECONDS) * 1000


async def test_several_processes_make_one_fetch(open_redis: OpenRedis) -> None:
    issuer = Issuer()
    processes = [
        AccessTokens(RedisTokens(open_redis(), SECRET, timeout_seconds=5)) for _ in range(4)
    ]
    got = await asyncio.gather(
        *(tokens.get(NAME, issuer) for tokens in processes for _ in range(25))
    )
    assert (set(got), issuer.issued) == ({"token-1"}, 1)


async def test_installations_that_share_a_redis_have_tokens_of_their_own(
    open_redis: OpenRedis,
) -> None:
    issuer = Issuer()
    got = [
        await AccessTokens(RedisTokens(open_redis(), secret, timeout_seconds=5)).get(NAME, issuer)
        for secret in ("one", "other")
    ]
    assert got == ["token-1", "token-2"]


async def test_after_a_fetch_no_lock_is_left(open_redis: OpenRedis) -> None:
    redis = open_redis()
    await AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5)).get(NAME, Issuer())
    assert await redis.keys() == [KEY.encode()]


async def test_the_lock_of_a_killed_process_is_outlived(open_redis: OpenRedis) -> None:
    redis = open_redis()
    await redis.set(f"{KEY}:lock", "killed", px=200)
    tokens = AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5, lock_seconds=0.2))
    assert await tokens.get(NAME, Issuer()) == "token-1"


async def test_another_process_that_never_ends_is_not_waited_for(open_redis: OpenRedis) -> None:
    redis = open_redis()
    await redis.set(f"{KEY}:lock", "stuck")
    tokens = AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5, lock_seconds=0.1))
    with pytest.raises(UpstreamAway):
        await tokens.get(NAME, Issuer())


async def test_a_lock_that_ran_out_during_the_fetch_does_no_harm(open_redis: OpenRedis) -> None:
    redis = open_redis()
    tokens = AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5))

    async def slow() -> FreshToken:
        await redis.delete(f"{KEY}:lock")
        return FreshToken("token", 7200)

    assert await tokens.get(NAME, slow) == "token"


@pytest.mark.parametrize("call", ["get", "drop"])
async def test_redis_that_is_away_is_upstream_away(call: str) -> None:
    redis = Redis(unix_socket_path="/nowhere/s.sock", retry=Retry(NoBackoff(), 0))
    tokens = AccessTokens(RedisTokens(redis, SECRET, timeout_seconds=5))
    with pytest.raises(UpstreamAway):
        await (tokens.get(NAME, Issuer()) if call == "get" else tokens.drop(NAME, "token"))
    await redis.aclose()


async def test_redis_that_does_not_answer_is_upstream_away() -> None:
    async def read_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    with tempfile.TemporaryDirectory() as directory:
        async with await asyncio.start_unix_server(read_only, f"{directory}/s.sock"):
            redis = Redis(unix_socket_path=f"{directory}/s.sock", socket_timeout=60)
            with pytest.raises(UpstreamAway):
                await RedisTokens(redis, SECRET, timeout_seconds=0.05).read(NAME)
            await redis.aclose()


async def test_a_fresh_token_does_not_show_itself() -> None:
    assert "geheim" not in repr(FreshToken("geheim", 7200))
