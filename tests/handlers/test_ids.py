"""Ids that only look like somebody's: cut, padded or spelt in another way (decisions E2, P4)."""

from __future__ import annotations

import hashlib
import time

import pytest

from handlers.codes import Code
from tests.api import Api, Caller
from tests.factories import make_pair, session_for
from tests.services.chat.talk import make_talk

CARD = "/zhugeleida/xiaochengxu/mingpian"


def signature_as(caller: Caller, user_id: str) -> dict[str, str]:
    """Sign as the caller under another spelling of its id."""
    moment = str(int(time.time() * 1000))
    digest = hashlib.md5((moment + caller.token).encode()).hexdigest()
    return {"user_id": user_id, "timestamp": moment, "rand_str": digest}


@pytest.mark.parametrize("spelling", ["{:018}777", "{:019}", "{}_", "{}.0", "{} ", "+{}"])
async def test_a_signature_counts_for_an_id_and_for_nothing_that_begins_so(
    api: Api, spelling: str
) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    query = {**signature_as(caller, spelling.format(customer.id)), "uid": rep.id}
    assert (await api.get(CARD, query))["code"] == Code.FORBIDDEN


async def test_a_signature_counts_for_the_id_itself(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    query = {**signature_as(caller, str(customer.id)), "uid": rep.id}
    assert (await api.get(CARD, query))["code"] == Code.OK


@pytest.mark.parametrize("spelling", ["{}_", "0_{}", "{}.0", " {}", "{} ", "0x{}"])
async def test_an_id_is_digits_and_nothing_else(api: Api, spelling: str) -> None:
    rep, customer = await make_pair()
    caller = await session_for(customer)
    answer = await api.get(CARD, {"uid": spelling.format(rep.id)}, caller=caller)
    assert (answer["code"], answer.data["errors"].keys()) == (Code.BAD_TYPE, {"uid"})


async def test_a_frame_names_an_id_and_nothing_that_begins_so(api: Api) -> None:
    talk = await make_talk(api)
    socket = await api.socket("xiaochengxu")
    signed = talk.customer.signature()
    await socket.send({"type": "register", "u_id": f"{talk.rep.id:020}777", **signed})
    assert (await socket.receive())["code"] == Code.NOT_FOUND
