"""The end of a session of the official account."""

from __future__ import annotations

import pytest

from models.customer import CustomerKind
from tests.api import Api
from tests.factories import make_customer, make_rep, session_for

LOGOUT = "/zhugeleida/gongzhonghao/logout"


@pytest.mark.both
async def test_logging_out_ends_the_token_at_once(api: Api) -> None:
    follower = await make_customer(kind=CustomerKind.OFFICIAL_ACCOUNT)
    first, second = await session_for(follower), await session_for(follower)
    codes = [(await api.post(LOGOUT, caller=caller))["code"] for caller in (first, first, second)]
    assert codes == [200, 404, 200]


async def test_other_sides_do_not_log_out_here(api: Api) -> None:
    for principal in (await make_customer(), await make_rep()):
        assert (await api.post(LOGOUT, caller=await session_for(principal)))["code"] == 404
