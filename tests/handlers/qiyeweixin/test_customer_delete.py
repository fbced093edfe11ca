"""The end of a relation, and that nothing of the pair is heard after it (decisions D5)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.chat import Conversation, Message, Pair
from models.customer import Bond, Customer, CustomerNote, FollowUp
from models.database import fetch_all
from models.tag import CustomerTag
from tests.api import Answer, Api
from tests.factories import bind, make_admin, make_pair, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import talkers, text
from tests.services.chat.locks import conversation_held
from tests.storage import Storage

CUSTOMER = "/zhugeleida/qiyeweixin/customer"
CARD = "/zhugeleida/xiaochengxu/mingpian"
ERASE = "/zhugeleida/admin/customer/erase"
BINDING = "/zhugeleida/xiaochengxu/login/binding"
CONTACTS = "/zhugeleida/qiyeweixin/contact/query_num"


async def end(api: Api, rep: Any, customer_id: int, method: str = "POST") -> Answer:
    """End a relation."""
    call = api.get if method == "GET" else api.post
    return await call(f"{CUSTOMER}/delete/{customer_id}", caller=await session_for(rep))


@pytest.mark.both
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_relation_is_ended(api: Api, method: str) -> None:
    rep, customer = await make_pair()
    answer = await end(api, rep, customer.id, method)
    assert answer == {"code": 200, "msg": "删除成功", "data": {}}
    assert await Bond.select().aio_count() == 0


async def test_a_relation_ends_once(api: Api) -> None:
    rep, customer = await make_pair()
    await end(api, rep, customer.id)
    assert (await end(api, rep, customer.id))["code"] == 302


@pytest.mark.both
async def test_nothing_but_the_relation_goes(api: Api) -> None:
    rep, customer = await make_pair()
    caller = await session_for(rep)
    ours, theirs = await talkers(api, rep, customer)
    await ours.say("一")
    await theirs.say("二")
    await api.post(f"{CUSTOMER}/update_information/{customer.id}", {"sex": 1}, caller=caller)
    form = {"expedted_pr": "80%"}
    await api.post(f"{CUSTOMER}/update_expected_pr/{customer.id}", form, caller=caller)
    form = {"name": "喜欢木色"}
    await api.post(f"/zhugeleida/qiyeweixin/tag_list/add_tag/{customer.id}", form, caller=caller)
    await end(api, rep, customer.id)
    tables = (Customer, Conversation, Message, CustomerNote, FollowUp, CustomerTag)
    assert [await table.select().aio_count() for table in tables] == [1, 1, 2, 1, 1, 1]


@pytest.mark.mariadb
@pytest.mark.parametrize("how", ["end", "erase"])
async def test_a_relation_ends_after_what_is_being_written_in_it(
    api: Api, storage: Storage, how: str
) -> None:
    # With the bond in hand it could wait for one who has the conversation and wants the bond.
    rep, customer = await make_pair()
    admin = await session_for(await make_admin(rep.company))
    ((bond_id,),) = await fetch_all("SELECT id FROM bond")
    with conversation_held(storage, Pair(rep.id, customer.id)) as lock:
        ending = asyncio.create_task(
            end(api, rep, customer.id)
            if how == "end"
            else api.post(f"{ERASE}/{customer.id}", {"confirm": customer.id}, caller=admin)
        )
        assert await lock.is_waited_for()
        lock.take("bond", bond_id)
    assert (await ending)["code"] == 200
    assert await Bond.select().aio_count() == 0


@pytest.mark.parametrize("of", ["colleague", "stranger"])
async def test_nobody_ends_the_relation_of_another_rep(api: Api, of: str) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company if of == "colleague" else None)
    for method in ("GET", "POST"):
        answer = await end(api, other, customer.id, method)
        assert answer == {"code": 302, "msg": "对应ID不存在", "data": {}}
    assert (await end(api, other, 10**9))["code"] == 302
    assert await Bond.select().aio_count() == 1


async def test_the_relations_to_other_reps_and_customers_stay(api: Api) -> None:
    rep, customer = await make_pair()
    other, neighbour = await make_pair(rep.company)
    await bind(other, customer)
    await bind(rep, neighbour)
    await end(api, rep, customer.id)
    left = await Bond.select().aio_execute()
    assert sorted((bond.rep_id, bond.customer_id) for bond in left) == sorted(
        [(other.id, neighbour.id), (other.id, customer.id), (rep.id, neighbour.id)]
    )


@pytest.mark.parametrize("side", ["rep", "customer"])
async def test_neither_side_can_write_or_read_after_it(api: Api, side: str) -> None:
    rep, customer = await make_pair()
    one, _ = await talkers(api, rep, customer, side)
    await end(api, rep, customer.id)
    assert [(await one.send(msg="您好"))["code"], (await one.history())["code"]] == [302, 302]


async def heard(api: Api, rep: Any, customer: Any, watched: int | None) -> list[dict[str, Any]]:
    """What a rep's open socket hears while an ended relation's customer tries everything."""
    watching, talking = await api.socket("leida"), await api.socket("xiaochengxu")
    caller = await session_for(customer)
    await watching.register(rep=rep.id, customer=watched, caller=await session_for(rep))
    await talking.register(rep=rep.id, customer=customer.id, caller=caller)
    await end(api, rep, customer.id)
    ids = {"u_id": rep.id, "user_id": customer.id}
    for frame in (
        {**ids, "content": text("您好")},
        {**ids, "type": "typing"},
        {**ids, "type": "read", "seq": 1},
        {"type": "query_num"},
    ):
        await talking.send(frame)
        assert (await talking.receive())["code"] == 302
    await api.get(f"{CARD}/calling", {"uid": rep.id}, caller=caller)
    return await watching.before_pong()


async def test_an_open_chat_page_hears_nothing_after_it(api: Api) -> None:
    rep, customer = await make_pair()
    assert await heard(api, rep, customer, customer.id) == []


async def test_the_radar_of_all_hears_only_what_strangers_do_too(api: Api) -> None:
    rep, customer = await make_pair()
    frames = await heard(api, rep, customer, None)
    assert [frame["type"] for frame in frames] == ["radar"]


@pytest.mark.both
async def test_unread_messages_of_an_ended_relation_count_no_more(api: Api) -> None:
    rep, customer = await make_pair()
    other = await make_pair(rep.company)
    await bind(rep, other[1])
    for each in (customer, other[1]):
        _, theirs = await talkers(api, rep, each)
        await theirs.say("一")
    await end(api, rep, customer.id)
    answer = await api.get(CONTACTS, caller=await session_for(rep))
    assert answer.data == {"unread_msg_num": 1}


@pytest.mark.both
async def test_a_rep_that_connects_is_not_sent_what_an_ended_relation_left_unread(api: Api) -> None:
    rep, customer = await make_pair()
    _, theirs = await talkers(api, rep, customer)
    await theirs.say("一")
    await end(api, rep, customer.id)
    socket = await api.socket("leida")
    joined = await socket.register(
        rep=rep.id, customer=None, caller=await session_for(rep), since={}
    )
    assert (joined["code"], await socket.before_pong()) == (200, [])


@pytest.mark.both
async def test_who_comes_back_finds_the_history(api: Api) -> None:
    rep, customer = await make_pair()
    ours, theirs = await talkers(api, rep, customer)
    await ours.say("一")
    caller = await session_for(rep)
    form = {"sex": 1, "memo_name": "林"}
    await api.post(f"{CUSTOMER}/update_information/{customer.id}", form, caller=caller)
    await end(api, rep, customer.id)
    query = {"user_type": 2, "source": 1, "uid": rep.id}
    answer = await api.get(BINDING, query, caller=await session_for(customer))
    assert answer.data["is_new"] is True
    assert (await theirs.texts())[1:] == ["一"]
    shown = await api.get(CUSTOMER, {"customer_id": customer.id}, caller=caller)
    assert shown.data["ret_data"][0]["memo_name"] == "林"
