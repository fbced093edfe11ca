"""Redis or the database goes away and comes back: nothing is lost, nothing doubled (W5, T5)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from conf.settings import Settings, load
from models import session
from models.chat import Sender
from models.database import execute
from models.migrate import migrate
from services.chat import messages
from services.chat.messages import Draft
from services.chat.reading import READ
from tests.api import Api
from tests.app import App, assert_nothing_held, listening
from tests.logs import Log
from tests.services.chat.own_servers import OwnMariadb, OwnRedis
from tests.services.chat.talk import Talk, content, make_talk, store
from tests.sockets import Frame, Socket, is_count, is_push, is_receipt
from tests.storage import Storage
from tests.waiting import eventually

AWAY = "暂时无法保存,请重试"
LONG = 15.0


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis of the test's own, running."""
    redis = OwnRedis(tmp_path / "redis")
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(scope="module")
def own_mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnMariadb]:
    """A MariaDB of this module's own, running and migrated."""
    mariadb = OwnMariadb(tmp_path_factory.mktemp("mariadb"))
    migrate(mariadb.start())
    yield mariadb
    mariadb.stop()


@contextlib.asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[tuple[App, Api]]:
    """Serve, and call."""
    async with listening(settings) as app:
        api = Api(app.url)
        yield app, api
        await api.close()
        await assert_nothing_held(app)


@pytest_asyncio.fixture
async def on_own_redis(
    storage: Storage, own_redis: OwnRedis, tmp_path: Path
) -> AsyncIterator[tuple[App, Api]]:
    """A server on the test's own Redis, which it has found."""
    environ = {
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_REDIS_URL": own_redis.url,
        "ZHUGE_DATA_DIR": str(tmp_path),
        "ZHUGE_REDIS_TIMEOUT_SECONDS": "0.5",
        "ZHUGE_LIMITS": "off",
    }
    async with calling(load(environ)) as (app, api):
        yield app, api


@pytest_asyncio.fixture
async def on_own_mariadb(own_mariadb: OwnMariadb, tmp_path: Path) -> AsyncIterator[tuple[App, Api]]:
    """A server on this module's own MariaDB, without a Redis."""
    environ = {
        "ZHUGE_DATABASE_URL": f"mysql://zhuge:private@127.0.0.1:{own_mariadb.port}/zhuge",
        "ZHUGE_DATA_DIR": str(tmp_path),
        "ZHUGE_DATABASE_TIMEOUT_SECONDS": "1",
    }
    async with calling(load(environ)) as (app, api):
        yield app, api


async def answered(socket: Socket, frame: Frame) -> Frame:
    """Send a message and give the answer, passing over pushes."""
    await socket.send(frame)
    return await socket.until(lambda one: not is_push(one))


async def stored_at_last(talk: Talk, socket: Socket, frame: Frame) -> Frame:
    """Send a message again and again, as a client does, until it is stored."""
    async with asyncio.timeout(LONG):
        while (answer := await answered(socket, frame))["code"] == 503:
            pass
    return answer


@pytest.mark.mariadb
async def test_without_redis_messages_are_still_stored_and_acknowledged(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis
) -> None:
    talk = await make_talk(on_own_redis[1])
    socket = await talk.open_customer()
    own_redis.stop()
    codes = [(await answered(socket, talk.from_customer()))["code"] for _ in range(3)]
    assert (codes, len(await talk.stored())) == ([200] * 3, 3)


@pytest.mark.mariadb
async def test_clients_catch_up_when_redis_has_come_back(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis
) -> None:
    app, api = on_own_redis
    talk = await make_talk(api)
    watchers = [await talk.open_customer(), await talk.open_rep(), await talk.open_rep_for_all()]
    for _ in range(3):
        await store(app, talk.pair, ["有"] * 2)
        own_redis.stop()
        await store(app, talk.pair, ["无"] * 3)
        own_redis.start()
    await store(app, talk.pair, ["有"])
    for watcher in watchers:
        assert [row["seq"] for row in await watcher.rows(16)] == list(range(1, 17))


@pytest.mark.both
async def test_a_message_without_its_event_is_found_though_its_process_has_a_slow_clock(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    desk = await talk.open_rep_for_all()
    await messages.store([Draft(talk.pair, Sender.CUSTOMER, content("一"))])
    await execute("UPDATE conversation SET last_message_at = last_message_at - 3600000")
    assert [row["msg"] for row in await desk.rows(1)] == ["一"]
    assert (await desk.until(is_count))["data"] == {"unread_msg_num": 1}


@pytest.mark.mariadb
async def test_clients_lose_nothing_when_subscriptions_to_redis_are_cut(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis
) -> None:
    app, api = on_own_redis
    talk = await make_talk(api)
    watcher = await talk.open_customer()
    for _ in range(10):
        await store(app, talk.pair, ["一"])
        own_redis.kill_clients("pubsub")
    assert [row["seq"] for row in await watcher.rows(10)] == list(range(1, 11))


@pytest.mark.mariadb
async def test_what_was_read_while_redis_was_away_is_told_when_it_is_back(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis, log: Log
) -> None:
    app, api = on_own_redis
    talk = await make_talk(api)
    await store(app, talk.pair, ["一", "二"])
    watchers = [await talk.open_rep(), await talk.open_rep_for_all()]
    own_redis.stop()
    await api.get("/zhugeleida/xiaochengxu/chat", {"u_id": talk.rep.id}, caller=talk.customer)
    assert await eventually(
        lambda: [one for one in log.named("event dropped") if READ in one["topics"]]
    )
    own_redis.start()
    for watcher in watchers:
        assert (await watcher.until(is_receipt))["data"]["seq"] == 2


@pytest.mark.mariadb
async def test_what_is_unread_is_told_anew_when_redis_is_back(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis, log: Log
) -> None:
    app, api = on_own_redis
    talk = await make_talk(api)
    desk = await talk.open_rep_for_all()
    await store(app, talk.pair, ["一"], Sender.CUSTOMER)
    assert (await desk.until(is_count))["data"] == {"unread_msg_num": 1}
    own_redis.stop()
    await api.get("/zhugeleida/qiyeweixin/chat", {"customer_id": talk.customer.id}, caller=talk.rep)
    assert await eventually(
        lambda: [one for one in log.named("event dropped") if READ in one["topics"]]
    )
    own_redis.start()
    assert (await desk.until(is_count))["data"] == {"unread_msg_num": 0}


@pytest.mark.mariadb
async def test_a_redis_that_hangs_holds_up_no_acknowledgement_for_long(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis
) -> None:
    talk = await make_talk(on_own_redis[1])
    socket = await talk.open_customer()
    with own_redis.held():
        codes = [(await answered(socket, talk.from_customer()))["code"] for _ in range(3)]
    assert codes == [200] * 3
    assert [row["seq"] for row in await socket.rows(3)] == [1, 2, 3]


@pytest.mark.mariadb
async def test_a_logout_while_redis_is_away_closes_the_sockets_when_it_is_back(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis
) -> None:
    api = on_own_redis[1]
    talk = await make_talk(api)
    socket = await talk.open_customer()
    own_redis.stop()
    await api.post("/zhugeleida/xiaochengxu/logout", caller=talk.customer)
    own_redis.start()
    assert await socket.close_code() == 1008


@pytest.mark.mariadb
async def test_without_redis_a_session_that_has_ended_elsewhere_signs_nothing_more(
    on_own_redis: tuple[App, Api], own_redis: OwnRedis, log: Log
) -> None:
    talk = await make_talk(on_own_redis[1])
    await talk.post(talk.customer, "一")
    own_redis.stop()
    assert await eventually(lambda: log.named("bus lost"))
    await session.delete_all("customer", talk.customer.id)
    assert (await talk.post(talk.customer, "二"))["code"] == 404


async def test_while_the_database_is_away_a_message_is_refused_and_not_lost(
    on_own_mariadb: tuple[App, Api], own_mariadb: OwnMariadb
) -> None:
    talk = await make_talk(on_own_mariadb[1])
    socket = await talk.open_customer()
    frame = talk.from_customer("一", client_msg_id="甲")
    own_mariadb.stop()
    refused = await answered(socket, frame)
    own_mariadb.start()
    taken = await stored_at_last(talk, socket, frame)
    assert refused == {"code": 503, "msg": AWAY, "data": {"client_msg_id": "甲"}}
    assert (taken["data"]["seq"], [row.seq for row in await talk.stored()]) == (1, [1])


async def test_while_the_database_is_away_connections_stay_open_and_registered(
    on_own_mariadb: tuple[App, Api], own_mariadb: OwnMariadb
) -> None:
    talk = await make_talk(on_own_mariadb[1])
    socket, watcher = await talk.open_customer(), await talk.open_rep()
    own_mariadb.stop()
    frames = [talk.from_customer(), {"type": "read", "seq": 1}, {"type": "query_num"}]
    codes = [(await answered(socket, frame))["code"] for frame in frames * 10]
    moved = await talk.register(socket, talk.kind)
    own_mariadb.start()
    await stored_at_last(talk, socket, talk.from_customer("一"))
    assert (set(codes), moved["code"]) == ({503}, 503)
    assert [row["msg"] for row in await watcher.rows(1)] == ["一"]


async def test_a_database_that_hangs_is_away_after_its_time(
    on_own_mariadb: tuple[App, Api], own_mariadb: OwnMariadb
) -> None:
    talk = await make_talk(on_own_mariadb[1])
    socket = await talk.open_customer()
    with own_mariadb.held():
        refused = await answered(socket, talk.from_customer("一", client_msg_id="甲"))
    taken = await stored_at_last(talk, socket, talk.from_customer("一", client_msg_id="甲"))
    assert (refused["code"], taken["data"]["seq"], len(await talk.stored())) == (503, 1, 1)


async def test_what_an_open_page_has_shown_is_read_when_the_database_is_back(
    on_own_mariadb: tuple[App, Api], own_mariadb: OwnMariadb
) -> None:
    app, api = on_own_mariadb
    talk = await make_talk(api)
    rep, page = await talk.open_rep_for_all(), await talk.open_customer()
    await talk.post(talk.rep, "一")
    await page.rows(1)
    own_mariadb.stop()
    await app.services.reading.flush()
    own_mariadb.start()
    assert (await rep.until(lambda one: one.get("type") == "read"))["data"]["seq"] == 1
