"""The end of a rep's session, and of the sockets that it has opened (decisions T13)."""

from __future__ import annotations

import pytest

from tests.api import Api
from tests.factories import make_customer, make_pair, make_rep, session_for

LOGOUT = "/zhugeleida/qiyeweixin/logout"


@pytest.mark.both
async def test_logging_out_ends_the_token_at_once(api: Api) -> None:
    rep = await make_rep()
    first, second = await session_for(rep), await session_for(rep)
    codes = [(await api.post(LOGOUT, caller=caller))["code"] for caller in (first, first, second)]
    assert codes == [200, 404, 200]


@pytest.mark.both
async def test_logging_out_closes_the_sockets_of_that_session_alone(api: Api) -> None:
    rep, customer = await make_pair()
    first, second = await session_for(rep), await session_for(rep)
    sockets = [await api.socket("leida") for _ in range(2)]
    for socket, caller in zip(sockets, (first, second), strict=True):
        await socket.register(rep=rep.id, customer=customer.id, caller=caller)
    await api.post(LOGOUT, caller=first)
    assert await sockets[0].close_code() == 1008
    assert await sockets[1].before_pong() == []


async def test_customers_do_not_log_out_here(api: Api) -> None:
    assert (await api.post(LOGOUT, caller=await session_for(await make_customer())))["code"] == 404
