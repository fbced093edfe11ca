"""Who comes to an official account, as WeChat tells it and as the simulator plays it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.errors import UpstreamAway
from services.wechat.client import (
    CodeRefused,
    Follower,
    OfficialAccountKeys,
    TemplateMessage,
    UpstreamRefused,
    WeChatClient,
)
from services.wechat.simulator import Fault, Faults
from services.wechat.simulator.credentials import issue_grant, issue_token

from .test_client import answer
from .test_simulator import ask

pytestmark = pytest.mark.asyncio

KEYS = OfficialAccountKeys("wx-gzh-demo-1", "geheim-official")
GRANT = "/sns/oauth2/access_token"
PROFILE = "/sns/userinfo"
SERVICE = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
CODE = "demo-customer-7"
OPENID = f"gzh-{CODE}"
GRANTED = {"access_token": "a", "openid": "o-1", "scope": "snsapi_base,snsapi_userinfo"}


async def test_a_code_is_exchanged_for_openid_and_profile(
    client: WeChatClient, simulator: str
) -> None:
    assert await client.follower(KEYS, CODE) == Follower(
        OPENID,
        name="一只小鹿",
        avatar=f"{simulator}/avatars/{OPENID}.png",
        gender=2,
        country="中国",
        province="浙江",
        city="杭州",
    )


async def test_wechat_is_asked_with_what_it_asks_for(client: WeChatClient, faults: Faults) -> None:
    await client.follower(KEYS, CODE)
    (exchange,), (profile,) = faults.received(GRANT), faults.received(PROFILE)
    assert exchange.query == {
        "appid": "wx-gzh-demo-1",
        "secret": "geheim-official",
        "code": CODE,
        "grant_type": "authorization_code",
    }
    assert profile.query == {
        "access_token": issue_grant(OPENID),
        "openid": OPENID,
        "lang": "zh_CN",
    }


async def test_who_has_agreed_to_nothing_tells_its_openid_alone(
    client: WeChatClient, faults: Faults
) -> None:
    answer(faults, GRANT, {**GRANTED, "scope": "snsapi_base"})
    assert await client.follower(KEYS, CODE) == Follower("o-1")
    assert faults.received(PROFILE) == []


async def test_a_snapshot_of_a_page_is_looked_at_by_nobody(
    client: WeChatClient, faults: Faults
) -> None:
    answer(faults, GRANT, {**GRANTED, "is_snapshotuser": 1})
    with pytest.raises(CodeRefused):
        await client.follower(KEYS, CODE)


@pytest.mark.parametrize(
    "fault", [Fault(errcode=48001), Fault(status=500), Fault(drop=True), Fault(body="?")]
)
async def test_a_profile_that_cannot_be_had_is_empty(
    client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    faults.set(PROFILE, fault)
    assert await client.follower(KEYS, CODE) == Follower(OPENID)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"nickname": " 林小雨\ud83d "}, "林小雨"),
        ({"nickname": "长" * 100}, "长" * 64),
        ({"nickname": "小\0雨"}, "小雨"),
        ({"nickname": None}, ""),
        ({}, ""),
    ],
)
async def test_a_name_is_what_a_text_may_be(
    client: WeChatClient, faults: Faults, told: dict[str, Any], name: str
) -> None:
    faults.set(PROFILE, Fault(body=json.dumps({"openid": OPENID, "sex": 0, **told})))
    assert await client.follower(KEYS, CODE) == Follower(OPENID, name=name)


async def test_a_code_that_nobody_has_is_refused(client: WeChatClient) -> None:
    with pytest.raises(CodeRefused):
        await client.follower(KEYS, "no-such-code")


async def test_an_answer_without_an_openid_is_none(client: WeChatClient, faults: Faults) -> None:
    answer(faults, GRANT, {"access_token": "a", "scope": "snsapi_userinfo"})
    with pytest.raises(UpstreamAway):
        await client.follower(KEYS, CODE)


ASKED = {
    "appid": "wx-gzh-demo-1",
    "secret": "s",
    "code": CODE,
    "grant_type": "authorization_code",
}


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": "wx-demo-1"}, 40013),
        ({"secret": ""}, 40125),
        ({"code": ""}, 41008),
        ({"code": "demo-rep-1"}, 40029),
    ],
)
async def test_the_simulator_refuses_an_exchange_as_wechat_would(
    simulator: str, changed: dict[str, str], errcode: int
) -> None:
    assert (await ask(simulator + GRANT, **{**ASKED, **changed}))["errcode"] == errcode


@pytest.mark.parametrize(
    ("grant", "openid", "errcode"),
    [
        ("", OPENID, 40001),
        (issue_grant("somebody"), OPENID, 40001),
        (issue_grant(OPENID), "o", 40003),
    ],
)
async def test_the_simulator_tells_a_profile_to_who_may_know_it_only(
    simulator: str, grant: str, openid: str, errcode: int
) -> None:
    found = await ask(simulator + PROFILE, access_token=grant, openid=openid)
    assert found["errcode"] == errcode


async def test_the_simulator_gives_official_accounts_access_tokens(simulator: str) -> None:
    found = await ask(
        *(f"{simulator}/cgi-bin/token",),
        grant_type="client_credential",
        appid="wx-gzh-demo-1",
        secret="s",
    )
    assert found["expires_in"] == 7200


TEXT = {"touser": OPENID, "msgtype": "text", "text": {"content": "您好"}}
FILLED = {
    "touser": OPENID,
    "template_id": "demo-template-1",
    "data": {"first": {"value": "您有未读消息"}},
}


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        (SERVICE, TEXT, 0),
        (SERVICE, {}, 47001),
        (SERVICE, {**TEXT, "touser": CODE}, 40003),
        (SERVICE, {**TEXT, "msgtype": "news"}, 40008),
        (SERVICE, {**TEXT, "text": {"content": ""}}, 44004),
        (TEMPLATE, FILLED, 0),
        (TEMPLATE, {**FILLED, "data": {"first": "您好"}}, 47001),
        (TEMPLATE, {**FILLED, "touser": CODE}, 40003),
        (TEMPLATE, {**FILLED, "template_id": "demo-template-2"}, 40037),
        (TEMPLATE, {**FILLED, "data": {}}, 47003),
    ],
)
async def test_the_simulator_takes_messages_to_followers_as_wechat_would(
    simulator: str, path: str, body: dict[str, Any], errcode: int
) -> None:
    token = issue_token("wx-gzh-demo-1")
    assert (await ask(simulator + path, body, access_token=token))["errcode"] == errcode


@pytest.mark.parametrize("path", [SERVICE, TEMPLATE])
async def test_the_simulator_takes_them_from_an_official_account_only(
    simulator: str, path: str
) -> None:
    found = await ask(simulator + path, TEXT, access_token=issue_token("wx-demo-1"))
    assert found["errcode"] == 40001


async def test_a_message_is_taken_again_after_a_stale_token(
    client: WeChatClient, faults: Faults
) -> None:
    faults.set(SERVICE, Fault(errcode=42001, times=1))
    assert await client.send_service_text(KEYS, OPENID, "您好")
    assert len(faults.received("/cgi-bin/token")) == 2


@pytest.mark.parametrize("errcode", [45009, 48001])
async def test_a_message_that_wechat_refuses_for_the_accounts_sake_is_a_fault(
    client: WeChatClient, faults: Faults, errcode: int
) -> None:
    message = TemplateMessage(OPENID, "demo-template-1", {"first": "您好"})
    for path in (SERVICE, TEMPLATE):
        faults.set(path, Fault(errcode=errcode))
    with pytest.raises(UpstreamRefused):
        await client.send_service_text(KEYS, OPENID, "您好")
    with pytest.raises(UpstreamRefused):
        await client.send_template(KEYS, message)
