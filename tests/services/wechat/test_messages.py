"""Messages to customers and reps over WeChat, against the simulator."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from services.errors import UpstreamAway
from services.wechat.client import (
    AppMessage,
    MiniProgramKeys,
    Subscription,
    UpstreamRefused,
    WeChatClient,
    WecomKeys,
)
from services.wechat.simulator import Fault, Faults
from services.wechat.simulator.credentials import issue_token
from tests.logs import Log
from tests.services.wechat.test_simulator import ask

KEYS = MiniProgramKeys("wx-demo-1", "geheim-mini")
WECOM = WecomKeys("ww-demo-1", "geheim-wecom")
SUBSCRIPTION_PATH = "/cgi-bin/message/subscribe/send"
APP_PATH = "/cgi-bin/message/send"

SUBSCRIPTION = Subscription(
    openid="demo-customer-7",
    template_id="demo-template-1",
    page="pages/mingpian/msg?source=template_msg&uid=1&pid=",
    fields={"thing1": "许文清", "time2": "2026-11-05 09:30:00", "thing3": "您有未读消息"},
)
TEXT = AppMessage(agent_id=1_000_001, userid="demo-rep-1", text="周女士拨打您的手机")


async def test_a_subscription_message_is_sent_as_wechat_asks_for_it(
    client: WeChatClient, faults: Faults
) -> None:
    assert await client.send_subscription(KEYS, SUBSCRIPTION)
    (call,) = faults.received(SUBSCRIPTION_PATH)
    assert (call.method, list(call.query)) == ("POST", ["access_token"])
    assert json.loads(call.body) == {
        "touser": "demo-customer-7",
        "template_id": "demo-template-1",
        "page": "pages/mingpian/msg?source=template_msg&uid=1&pid=",
        "data": {
            "thing1": {"value": "许文清"},
            "time2": {"value": "2026-11-05 09:30:00"},
            "thing3": {"value": "您有未读消息"},
        },
        "miniprogram_state": "formal",
        "lang": "zh_CN",
    }


async def test_an_app_message_is_sent_as_wecom_asks_for_it(
    client: WeChatClient, faults: Faults
) -> None:
    assert await client.send_app_message(WECOM, TEXT)
    (call,) = faults.received(APP_PATH)
    assert (call.method, list(call.query)) == ("POST", ["access_token"])
    assert json.loads(call.body) == {
        "touser": "demo-rep-1",
        "msgtype": "text",
        "agentid": 1_000_001,
        "text": {"content": "周女士拨打您的手机"},
        "safe": 0,
    }


@pytest.mark.parametrize("errcode", [40003, 43101])
async def test_that_a_customer_takes_no_message_is_told_and_no_fault(
    client: WeChatClient, faults: Faults, log: Log, errcode: int
) -> None:
    faults.set(SUBSCRIPTION_PATH, Fault(errcode=errcode))
    assert not await client.send_subscription(KEYS, SUBSCRIPTION)
    assert [event["errcode"] for event in log.named("message_refused")] == [errcode]


@pytest.mark.parametrize("errcode", [40003, 40031, 46004, 60111, 81013, 82001])
async def test_that_a_member_gets_no_message_is_told_and_no_fault(
    client: WeChatClient, faults: Faults, log: Log, errcode: int
) -> None:
    faults.set(APP_PATH, Fault(errcode=errcode))
    assert not await client.send_app_message(WECOM, TEXT)
    assert [event["errcode"] for event in log.named("message_refused")] == [errcode]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"template_id": "demo-template-2"}, 40037),
        ({"page": "/elsewhere"}, 41030),
        ({"fields": {"thing1": "一" * 21}}, 47003),
        ({"fields": {"thing1": "一\n二"}}, 47003),
        ({"fields": {"thing1": ""}}, 47003),
        ({"fields": {"time2": "gestern"}}, 47003),
        ({"fields": {"colour1": "rot"}}, 47003),
        ({"fields": {}}, 47003),
    ],
)
async def test_what_operators_must_mend_is_an_error(
    client: WeChatClient, log: Log, changed: dict[str, Any], errcode: int
) -> None:
    with pytest.raises(UpstreamRefused) as refusal:
        await client.send_subscription(KEYS, replace(SUBSCRIPTION, **changed))
    assert refusal.value.errcode == errcode
    assert [event["errcode"] for event in log.named("wechat_refused")] == [errcode]


async def test_another_companys_agent_is_an_error(client: WeChatClient) -> None:
    with pytest.raises(UpstreamRefused) as refusal:
        await client.send_app_message(WECOM, replace(TEXT, agent_id=1_000_002))
    assert refusal.value.errcode == 40056


async def test_receivers_that_nobody_knows_get_nothing(client: WeChatClient) -> None:
    assert not await client.send_subscription(KEYS, replace(SUBSCRIPTION, openid="o"))
    assert not await client.send_app_message(WECOM, replace(TEXT, userid="nobody"))


@pytest.mark.parametrize(
    "fault", [Fault(errcode=-1), Fault(status=502), Fault(drop=True), Fault(body="<html>")]
)
async def test_a_wechat_that_is_away_is_told_from_one_that_refuses(
    client: WeChatClient, faults: Faults, fault: Fault
) -> None:
    faults.set(SUBSCRIPTION_PATH, fault)
    faults.set(APP_PATH, fault)
    for sending in (
        client.send_subscription(KEYS, SUBSCRIPTION),
        client.send_app_message(WECOM, TEXT),
    ):
        with pytest.raises(UpstreamAway) as away:
            await sending
        assert not isinstance(away.value, UpstreamRefused)


async def test_a_stale_token_is_replaced(client: WeChatClient, faults: Faults) -> None:
    faults.set(SUBSCRIPTION_PATH, Fault(errcode=40001, times=1))
    faults.set(APP_PATH, Fault(errcode=42001, times=1))
    assert await client.send_subscription(KEYS, SUBSCRIPTION)
    assert await client.send_app_message(WECOM, TEXT)
    assert len(faults.received("/cgi-bin/token")) == len(faults.received("/cgi-bin/gettoken")) == 2


GOOD = {"touser": "demo-rep-1", "msgtype": "text", "agentid": 1_000_001, "text": {"content": "a"}}


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (GOOD, 0),
        ({**GOOD, "touser": "demo-rep-1|nobody"}, 0),
        ({**GOOD, "touser": "nobody"}, 81013),
        ({**GOOD, "msgtype": "picture"}, 40008),
        ({**GOOD, "agentid": "1000001"}, 40056),
        ({**GOOD, "text": {}}, 44004),
        ({"touser": "demo-rep-1"}, 47001),
        ([], 47001),
    ],
)
async def test_the_simulator_checks_app_messages(
    simulator: str, body: object, errcode: int
) -> None:
    url, token = f"{simulator}{APP_PATH}", issue_token("ww-demo-1")
    assert (await ask(url, body, access_token=token))["errcode"] == errcode


async def test_the_simulator_tells_tokens_of_wechat_and_of_wecom_apart(simulator: str) -> None:
    mini, wecom = issue_token("wx-demo-1"), issue_token("ww-demo-1")
    for path, token, errcode in (
        (SUBSCRIPTION_PATH, wecom, 40001),
        (SUBSCRIPTION_PATH, issue_token("wx-demo-1", expires_at=1), 42001),
        (SUBSCRIPTION_PATH, mini, 47001),
        (APP_PATH, mini, 40014),
    ):
        answer = await ask(f"{simulator}{path}", [], access_token=token)
        assert answer["errcode"] == errcode
