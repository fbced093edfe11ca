"""The chat socket of the official account, over what serves all kinds (decisions section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from models.customer import CustomerKind
from tests.api import Api
from tests.app import App
from tests.factories import make_customer, make_official_account, make_rep, session_for
from tests.handlers.gongzhonghao.test_work_gongzhonghao_auth import caller_of, come
from tests.handlers.qiyeweixin.test_work_weixin_auth import told
from tests.services.chat.talk import MINI_PROGRAM, OFFICIAL_ACCOUNT, REP, make_talk, store
from tests.sockets import is_push, is_receipt

PATHS = ["/zhugeleida/public/websocket/gongzhonghao", "/public/websocket/gongzhonghao"]
REFUSED = {"code": 404, "msg": "非法请求"}


@pytest.mark.both
@pytest.mark.settings(allow_unsigned_websocket=False)
@pytest.mark.parametrize("path", PATHS)
async def test_who_has_come_through_the_official_account_chats_with_its_rep(
    api: Api, path: str
) -> None:
    rep = await make_rep()
    await make_official_account(rep.company, appid="wx-gzh-demo-1")
    caller = caller_of(told(await come(api, uid=rep.id)))
    socket, theirs = await api.socket("", path=path), await api.socket(REP)
    answer = await socket.register(rep=rep.id, customer=caller.id, caller=caller, since=0)
    assert answer == {
        "code": 200,
        "msg": "注册成功",
        "data": {"seq": 1, "read": 0, "recovered": True},
    }
    (welcome,) = await socket.rows(1)
    assert (welcome["seq"], welcome["send_type"]) == (1, 1)
    await theirs.register(rep=rep.id, customer=caller.id, caller=await session_for(rep))
    content = '{"info_type": 1, "msg": "在吗?"}'
    await socket.send({"u_id": rep.id, "user_id": caller.id, "content": content})
    ack, push = await socket.receive(), await socket.receive()
    assert (ack["msg"], ack["data"]["seq"]) == ("公众号消息-发送成功", 2)
    assert push["msg"] == "实时推送公众号-最新聊天信息成功"
    for rows in (push["data"]["ret_data"], await theirs.rows(1)):
        assert [(row["seq"], row["send_type"], row["msg"]) for row in rows] == [(2, 2, "在吗?")]


@pytest.mark.both
async def test_reading_is_told_to_the_rep_and_the_reps_to_the_customer(api: Api) -> None:
    talk = await make_talk(api, OFFICIAL_ACCOUNT)
    customer, rep = await talk.open_customer(), await talk.open_rep_for_all()
    await talk.post(talk.rep, "在吗?")
    await customer.until(is_push)
    await customer.send({"type": "read", "seq": 1})
    receipt = await rep.until(is_receipt)
    assert (receipt["code"], receipt["data"]["is_customer_already_read"]) == (202, 1)
    await customer.send(talk.from_customer())
    await rep.until(is_push)
    await rep.send({"type": "read", "seq": 2, "customer_id": talk.customer.id})
    receipt = await customer.until(is_receipt)
    assert (receipt["data"]["seq"], receipt["data"]["is_user_already_read"]) == (2, 1)


@pytest.mark.both
async def test_everything_behind_since_is_pushed_before_anything_newer(app: App, api: Api) -> None:
    talk = await make_talk(api, OFFICIAL_ACCOUNT)
    await store(app, talk.pair, ["一", "二", "三"])
    socket = await talk.open_customer(since=1)
    await talk.post(talk.rep, "四")
    rows = await socket.rows(3)
    assert [(row["seq"], row["msg"]) for row in rows] == [(2, "二"), (3, "三"), (4, "四")]


async def test_it_asks_how_much_is_unread_and_lives(app: App, api: Api) -> None:
    talk = await make_talk(api, OFFICIAL_ACCOUNT)
    await store(app, talk.pair, ["一", "二"])
    socket = await talk.open_customer()
    await socket.send({"type": "query_num"})
    assert (await socket.receive())["data"] == {"unread_msg_num": 2}
    assert await socket.before_pong() == []


@pytest.mark.parametrize("kind", [MINI_PROGRAM, OFFICIAL_ACCOUNT, REP])
async def test_a_principal_of_another_kind_is_refused_and_the_connection_ends(
    api: Api, kind: str
) -> None:
    """Nobody else comes in here, and who belongs here comes in nowhere else."""
    talk = await make_talk(api, OFFICIAL_ACCOUNT)
    stranger: Any = await make_customer(None, CustomerKind.MINI_PROGRAM)
    caller = talk.customer if kind != OFFICIAL_ACCOUNT else await session_for(stranger)
    socket = await api.socket(kind)
    ids = {"u_id": talk.rep.id, "user_id": caller.id, "customer_id": talk.customer.id}
    signature = {"timestamp": "", "rand_str": "", **caller.signature(), **ids}
    await socket.send({"type": "register", **signature})
    assert await socket.receive() == REFUSED
    assert await socket.close_code() is not None
