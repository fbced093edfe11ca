"""The frames that tell both sides of a pair who is online (services/chat/presence.py)."""

from __future__ import annotations

import asyncio

import pytest

from tests.api import Api
from tests.factories import make_company, make_rep
from tests.services.chat.talk import MINI_PROGRAM, OFFICIAL_ACCOUNT, Talk, join_talk, make_talk
from tests.sockets import Frame


def shown(talk: Talk, is_online: int) -> Frame:
    """The frame that either side of a pair gets."""
    row = {"user_id": talk.rep.id, "customer_id": talk.customer.id, "is_online": is_online}
    return {
        "code": 200,
        "type": "presence",
        "msg": "实时通知-在线状态",
        "data": {"ret_data": [row], "data_count": 1},
    }


@pytest.mark.both
@pytest.mark.parametrize("kind", [MINI_PROGRAM, OFFICIAL_ACCOUNT])
async def test_both_sides_are_told_that_the_other_is_online(api: Api, kind: str) -> None:
    talk = await make_talk(api, kind)
    customer = await talk.open_customer()
    reps = [await talk.open_rep(), await talk.open_rep_for_all()]
    for socket in (customer, *reps):
        assert await socket.presence(1) == shown(talk, 1)


async def test_both_sides_are_told_when_the_other_goes(api: Api) -> None:
    talk, other, moving = [await make_talk(api) for _ in range(3)]
    stays, goes = await talk.open_customer(), await talk.open_rep()
    watches = [await other.open_rep(), await other.open_rep_for_all()]
    leaves = await other.open_customer()
    left, moves = await moving.open_customer(), await moving.open_rep_for_all()
    for socket in (stays, left, *watches):
        await socket.presence(1)
    await goes.close()
    await leaves.send({"type": "closed"})
    await api.post("/zhugeleida/qiyeweixin/logout", caller=moving.rep)
    assert await moves.close_code() == 1008
    assert await stays.presence(0) == shown(talk, 0)
    assert await left.presence(0) == shown(moving, 0)
    for socket in watches:
        assert await socket.presence(0) == shown(other, 0)


async def test_who_has_no_registered_socket_is_offline(api: Api) -> None:
    talk, other = await make_talk(api), await make_talk(api)
    await api.socket("leida")
    customer, rep = await talk.open_customer(), await other.open_rep()
    polling = asyncio.create_task(
        api.get(
            "/zhugeleida/xiaochengxu/chat/getmsg",
            {"u_id": other.rep.id, "wait": 7},
            caller=other.customer,
        )
    )
    assert await customer.presence(0) == shown(talk, 0)
    assert await rep.presence(0) == shown(other, 0)
    assert not polling.done()
    await other.post(other.rep, "一")
    await polling


async def test_a_rep_for_all_is_told_of_all_that_are_online_when_it_registers(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    await join_talk(api, rep, company)
    sockets = [await talk.open_customer(), await other.open_customer()]
    first = await talk.open_rep_for_all()
    for socket in sockets:
        await socket.presence(1)
    both = {talk.customer.id, other.customer.id}
    heard: set[int] = set()
    while heard != both:
        heard |= await first.online()
    assert await (await talk.open_rep_for_all()).online() == both


@pytest.mark.both
async def test_who_registers_for_another_pair_is_online_there(api: Api) -> None:
    company = await make_company()
    rep = await make_rep(company)
    talk, other = await join_talk(api, rep, company), await join_talk(api, rep, company)
    socket = await talk.open_rep()
    customers = [await talk.open_customer(), await other.open_customer()]
    for customer, each in zip(customers, (talk, other), strict=True):
        assert await customer.online() == {each.customer.id}
    assert await socket.online() == {talk.customer.id}
    await other.register(socket, "leida")
    assert await socket.online() == {other.customer.id}
