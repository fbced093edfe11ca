"""A session that ends takes its sockets along, and registrations that meet something (T13, T6)."""

from __future__ import annotations

import asyncio
import time

import pytest

from models.customer import Customer
from models.database import database
from tests.api import Api, Caller
from tests.app import App
from tests.factories import session_for
from tests.services.chat.locks import table_held
from tests.services.chat.raw_socket import open_raw
from tests.services.chat.talk import MINI_PROGRAM, REP, connection_of, make_talk
from tests.storage import Storage
from tests.waiting import eventually

REFUSED = {"code": 404, "msg": "非法请求"}
FAMILIES = {REP: "qiyeweixin", MINI_PROGRAM: "xiaochengxu", "gongzhonghao": "gongzhonghao"}


async def log_out(api: Api, kind: str, caller: Caller) -> None:
    """End the session of a caller."""
    answer = await api.post(f"/zhugeleida/{FAMILIES[kind]}/logout", caller=caller)
    assert answer["code"] == 200, answer


async def settled(app: App) -> None:
    """Wait until nobody uses the database and everything that was sent is stored."""
    await app.services.messages.drain()
    pool = database.obj.pool_backend
    assert await eventually(lambda: not pool.has_acquired_connections())


@pytest.mark.both
@pytest.mark.parametrize("kind", FAMILIES)
async def test_logout_closes_the_sockets_of_the_session(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind if kind != REP else MINI_PROGRAM)
    socket = await talk.open(kind)
    await log_out(api, kind, talk.caller(kind))
    assert await socket.receive() == REFUSED
    assert await socket.close_code() == 1008


async def test_logout_leaves_the_sockets_of_other_sessions_alone(api: Api) -> None:
    talk = await make_talk(api)
    other_device = await session_for(await Customer.aio_get(Customer.id == talk.customer.id))
    socket = await api.socket(talk.kind)
    await socket.register(rep=talk.rep.id, customer=talk.customer.id, caller=other_device)
    await log_out(api, talk.kind, talk.customer)
    assert await socket.before_pong() == []


async def test_logout_leaves_the_other_side_alone(api: Api) -> None:
    talk = await make_talk(api)
    assert talk.rep.id == talk.customer.id, "the two sides have the same numbers here"
    socket = await talk.open_rep()
    await log_out(api, talk.kind, talk.customer)
    assert await socket.before_pong() == []


@pytest.mark.both
async def test_the_end_of_all_sessions_closes_every_socket_of_the_principal(
    app: App, api: Api
) -> None:
    talk = await make_talk(api)
    sockets = [await talk.open_rep(), await talk.open_rep_for_all()]
    await app.services.sessions.close_all("rep", talk.rep.id)
    assert [await socket.close_code() for socket in sockets] == [1008, 1008]


async def test_the_end_of_all_sessions_closes_unsigned_sockets_too(app: App, api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket(talk.kind)
    await socket.send({"type": "register", "u_id": talk.rep.id, "user_id": talk.customer.id})
    await socket.receive()
    await app.services.sessions.close_all("customer", talk.customer.id)
    assert await socket.close_code() == 1008


async def test_a_socket_whose_session_has_ended_cannot_register_again(api: Api) -> None:
    talk = await make_talk(api)
    await log_out(api, talk.kind, talk.customer)
    socket = await api.socket(talk.kind)
    assert await talk.register(socket, talk.kind) == REFUSED


async def test_what_is_sent_after_the_session_has_ended_is_not_stored(app: App, api: Api) -> None:
    talk = await make_talk(api)
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        await log_out(api, talk.kind, talk.customer)
        assert await raw.until_close() == ([REFUSED], 1008)
        for _ in range(3):
            await raw.send_json(talk.from_customer())
    assert await eventually(lambda: not app.services.delivery.connections)
    await settled(app)
    assert await talk.stored() == []


async def test_what_is_read_after_the_session_has_ended_is_not_marked(app: App, api: Api) -> None:
    talk = await make_talk(api)
    await talk.post(talk.rep, "一")
    async with await open_raw(app.url) as raw:
        await raw.register(talk.rep.id, talk.customer)
        await log_out(api, talk.kind, talk.customer)
        await raw.until_close()
        await raw.send_json({"type": "read", "seq": 1})
    assert await eventually(lambda: not app.services.delivery.connections)
    await settled(app)
    rep = await talk.open_rep()
    assert await rep.before_pong() == []


@pytest.mark.mariadb
async def test_a_session_that_ends_while_its_socket_registers_closes_it_too(
    api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    await talk.post(talk.customer, "一")  # the session is known to the process now
    socket = await api.socket(talk.kind)
    with table_held(storage, "bond") as lock:
        registering = asyncio.create_task(talk.register(socket, talk.kind))
        assert await lock.is_waited_for()
        await log_out(api, talk.kind, talk.customer)
    await registering
    assert await socket.close_code() == 1008


@pytest.mark.mariadb
@pytest.mark.settings(connections_per_principal=1)
async def test_a_client_that_leaves_while_it_registers_keeps_no_place(
    app: App, api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    with table_held(storage, "bond") as lock:
        async with await open_raw(app.url) as raw:
            frame = {"type": "register", "u_id": talk.rep.id, **talk.customer.signature()}
            await raw.send_json(frame)
            assert await lock.is_waited_for()
    assert await eventually(lambda: not app.services.delivery.connections)
    await settled(app)
    socket = await api.socket(talk.kind)
    assert (await talk.register(socket, talk.kind))["code"] == 200


@pytest.mark.mariadb
async def test_a_registration_is_found_by_news_before_its_place_is_read(
    app: App, api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    socket = await api.socket(talk.kind)
    with table_held(storage, "conversation") as lock:
        registering = asyncio.create_task(talk.register(socket, talk.kind))
        assert await lock.is_waited_for()
        assert len(app.services.delivery.registry.of_pair(*talk.pair)) == 1
    await registering


@pytest.mark.mariadb
async def test_a_connection_that_registers_anew_is_not_taken_for_unregistered(
    app: App, api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    connection = await connection_of(app)
    with table_held(storage, "conversation") as lock:
        moving = asyncio.create_task(talk.register(socket, talk.kind))
        assert await lock.is_waited_for()
        connection.tick(time.monotonic() + 11)
    await moving
    assert await socket.before_pong() == []


@pytest.mark.mariadb
async def test_a_connection_whose_move_fails_stays_where_it_was(
    app: App, api: Api, storage: Storage
) -> None:
    talk = await make_talk(api)
    socket = await talk.open_customer()
    with table_held(storage, "conversation") as lock:
        moving = asyncio.create_task(talk.register(socket, talk.kind))
        assert await lock.is_waited_for()
        lock.end_waiters()
        assert (await moving)["code"] == 503
    await talk.post(talk.rep, "一")
    assert [row["msg"] for row in await socket.rows(1)] == ["一"]
