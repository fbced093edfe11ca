"""The client of WeChat Pay, against the simulator's real signatures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tornado.httpclient import HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from services.errors import UpstreamAway
from services.wechat.pay import (
    Bill,
    Merchant,
    PayClient,
    PayRefused,
    TradeState,
    phone_request,
)
from services.wechat.pay_xml import from_xml, sign, signed_xml
from services.wechat.simulator import Fault, Faults, add_pay, make_desk, make_simulator, served
from tests.logs import Log

pytestmark = pytest.mark.asyncio

MERCHANT = Merchant("wx-demo-1", "1900000001", "k" * 32)
NUMBER = "201806242049350000000001"
NOWHERE = "http://127.0.0.1:1/notify"
OPEN, ASK, CLOSE = "/pay/unifiedorder", "/pay/orderquery", "/pay/closeorder"


def bill(**changed: Any) -> Bill:
    """A bill of one yuan."""
    later = datetime.now(UTC) + timedelta(minutes=10)
    values = {
        "number": NUMBER,
        "openid": "demo-customer-1",
        "text": "实木 & 茶几",
        "cents": 100,
        "address": "10.0.0.1",
        "expires_at": later.replace(microsecond=0),
    }
    return Bill(**{**values, **changed})


@pytest_asyncio.fixture
async def pay_url(faults: Faults, tmp_path: Path) -> AsyncIterator[str]:
    """A simulator that knows one merchant."""

    async def key_of(appid: str, merchant: str) -> str:
        return MERCHANT.key if (appid, merchant) == ("wx-demo-1", "1900000001") else ""

    app = make_simulator(faults)
    add_pay(app, make_desk(tmp_path, key_of), faults)
    async with served(app) as url:
        yield url


@pytest_asyncio.fixture
async def pay(pay_url: str) -> AsyncIterator[PayClient]:
    """A client of it."""
    client = PayClient(pay_url, NOWHERE, 5.0)
    yield client
    client.close()


async def simulate(url: str, order: object) -> HTTPResponse:
    """Have a phone pay."""
    http = SimpleAsyncHTTPClient(force_instance=True)
    try:
        body = order if isinstance(order, str) else json.dumps(order)
        return await http.fetch(f"{url}/pay/simulate", method="POST", body=body, raise_error=False)
    finally:
        http.close()


def answered(key: str = MERCHANT.key, **fields: str) -> Fault:
    """An answer of WeChat's, signed."""
    head = {"return_code": "SUCCESS", "result_code": "SUCCESS"}
    return Fault(body=signed_xml({**head, **fields}, key).decode())


async def test_an_order_is_sent_as_wechat_wants_it(pay: PayClient, faults: Faults) -> None:
    wanted = bill(expires_at=datetime(2040, 1, 1, 16, tzinfo=UTC))
    prepay_id = await pay.open_order(MERCHANT, wanted)
    (call,) = faults.received(OPEN)
    sent = from_xml(call.body.encode())
    assert prepay_id.startswith("wx")
    assert len(sent.pop("nonce_str")) == 32
    assert sent.pop("sign")
    assert sent == {
        "appid": "wx-demo-1",
        "mch_id": "1900000001",
        "body": "实木 & 茶几",
        "out_trade_no": NUMBER,
        "total_fee": "100",
        "spbill_create_ip": "10.0.0.1",
        "time_expire": "20400102000000",
        "notify_url": NOWHERE,
        "trade_type": "JSAPI",
        "openid": "demo-customer-1",
    }


async def test_a_long_text_is_cut_between_characters(pay: PayClient, faults: Faults) -> None:
    await pay.open_order(MERCHANT, bill(text="茶" * 100, address=""))
    sent = from_xml(faults.received(OPEN)[0].body.encode())
    assert (sent["body"], sent["spbill_create_ip"]) == ("茶" * 42, "0.0.0.0")


async def test_what_xml_cannot_hold_is_left_out_of_a_text(pay: PayClient, faults: Faults) -> None:
    await pay.open_order(MERCHANT, bill(text="茶\uffff\ufffe几\x85🍵\r\x0b"))
    sent = from_xml(faults.received(OPEN)[0].body.encode())
    assert sent["body"] == "茶几\x85🍵"


async def test_the_same_order_again_is_the_same(pay: PayClient) -> None:
    first = bill()
    assert await pay.open_order(MERCHANT, first) == await pay.open_order(MERCHANT, first)


@pytest.mark.parametrize(
    ("merchant", "changed", "reason"),
    [
        (Merchant("wx-demo-1", "1900000001", "x" * 32), {}, "签名错误"),
        (Merchant("wx-demo-1", "1900000009", "k" * 32), {}, "商户号mch_id或appid不存在"),
        (Merchant("wx-demo-2", "1900000001", "k" * 32), {}, "商户号mch_id或appid不存在"),
        (MERCHANT, {"openid": ""}, "缺少参数openid"),
        (MERCHANT, {"cents": 0}, "total_fee参数格式错误"),
        (MERCHANT, {"number": "订单"}, "商户订单号格式错误"),
    ],
)
async def test_what_wechat_refuses_is_refused_with_its_reason(
    pay: PayClient, log: Log, merchant: Merchant, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(PayRefused, match=reason):
        await pay.open_order(merchant, bill(**changed))
    (event,) = log.named("wechat_pay_refused")
    assert (event["reason"], event["merchant"]) == (reason, merchant.number)
    assert merchant.key not in repr(log.events)


async def test_an_order_with_other_facts_is_doubled(pay: PayClient) -> None:
    await pay.open_order(MERCHANT, bill())
    with pytest.raises(PayRefused, match="商户订单号重复") as refused:
        await pay.open_order(MERCHANT, bill(cents=101))
    assert refused.value.err_code == "OUT_TRADE_NO_USED"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop=True),
        Fault(status=500),
        Fault(body="<xml>"),
        Fault(body="{}"),
        answered("x" * 32, prepay_id="wx1"),
        answered(prepay_id=""),
        answered(prepay_id="w" * 65),
        answered(prepay_id="wx1", mch_id="1900000002"),
        answered(prepay_id="wx1", appid="wx-demo-2"),
        answered(result_code="FAIL", err_code="SYSTEMERROR"),
    ],
    ids=repr,
)
async def test_what_wechat_has_not_said_properly_is_as_if_it_were_away(
    pay: PayClient, faults: Faults, fault: Fault
) -> None:
    faults.set(OPEN, fault)
    with pytest.raises(UpstreamAway):
        await pay.open_order(MERCHANT, bill())


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("SUCCESS", TradeState.PAID),
        ("NOTPAY", TradeState.NOT_PAID),
        ("PAYERROR", TradeState.NOT_PAID),
        ("USERPAYING", TradeState.UNCLEAR),
        ("REFUND", TradeState.UNCLEAR),
        ("", TradeState.UNCLEAR),
    ],
)
async def test_the_state_of_an_order_is_what_wechat_says(
    pay: PayClient, faults: Faults, state: str, expected: TradeState
) -> None:
    faults.set(ASK, answered(out_trade_no=NUMBER, trade_state=state))
    assert await pay.ask_state(MERCHANT, NUMBER, 100) is expected


@pytest.mark.parametrize("other", [{"out_trade_no": "2" * 24}, {"total_fee": "99"}])
async def test_a_state_with_other_facts_is_no_answer(
    pay: PayClient, faults: Faults, other: dict[str, str]
) -> None:
    faults.set(ASK, answered(trade_state="SUCCESS", **other))
    with pytest.raises(UpstreamAway):
        await pay.ask_state(MERCHANT, NUMBER, 100)


async def test_the_state_of_an_unknown_order_is_refused(pay: PayClient) -> None:
    with pytest.raises(PayRefused):
        await pay.ask_state(MERCHANT, NUMBER, 100)


async def test_an_order_that_a_phone_has_paid_is_paid(pay: PayClient, pay_url: str) -> None:
    prepay_id = await pay.open_order(MERCHANT, bill())
    before = await pay.ask_state(MERCHANT, NUMBER, 100)
    await simulate(pay_url, {"prepay_id": prepay_id, "copies": 0})
    after = await pay.ask_state(MERCHANT, NUMBER, 100)
    assert (before, after) == (TradeState.NOT_PAID, TradeState.PAID)


async def test_a_closed_order_cannot_be_paid(pay: PayClient, pay_url: str) -> None:
    prepay_id = await pay.open_order(MERCHANT, bill())
    closed = [await pay.close_order(MERCHANT, NUMBER) for _ in range(2)]
    refused = await simulate(pay_url, {"prepay_id": prepay_id})
    with pytest.raises(PayRefused, match="该订单已关闭"):
        await pay.open_order(MERCHANT, bill())
    assert (closed, refused.code) == ([True, True], 409)


async def test_a_paid_order_cannot_be_closed(pay: PayClient, pay_url: str) -> None:
    first = bill()
    prepay_id = await pay.open_order(MERCHANT, first)
    await simulate(pay_url, {"prepay_id": prepay_id, "copies": 0})
    assert not await pay.close_order(MERCHANT, NUMBER)
    with pytest.raises(PayRefused, match="该订单已支付"):
        await pay.open_order(MERCHANT, first)


async def test_an_unknown_order_cannot_be_closed(pay: PayClient) -> None:
    with pytest.raises(PayRefused, match="此交易订单号不存在"):
        await pay.close_order(MERCHANT, NUMBER)


async def test_an_expired_order_cannot_be_paid(pay: PayClient, pay_url: str) -> None:
    past = datetime.now(UTC) - timedelta(seconds=2)
    prepay_id = await pay.open_order(MERCHANT, bill(expires_at=past))
    assert (await simulate(pay_url, {"prepay_id": prepay_id})).code == 409


async def test_a_phone_whose_notice_nobody_takes_is_told(pay: PayClient) -> None:
    prepay_id = await pay.open_order(MERCHANT, bill())
    with pytest.raises(UpstreamAway):
        await pay.play_phone(prepay_id)


@pytest.mark.parametrize(
    ("order", "status"),
    [("", 400), ("[]", 400), ({"prepay_id": "wx1"}, 404), ({"unknown": 1}, 400)],
)
async def test_a_payment_that_makes_no_sense_is_refused(
    pay_url: str, order: object, status: int
) -> None:
    assert (await simulate(pay_url, order)).code == status


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "XML格式错误"),
        (signed_xml({"appid": "wx-demo-1", "mch_id": "1900000001"}, MERCHANT.key), "nonce_str"),
    ],
)
async def test_a_call_that_makes_no_sense_is_refused_without_a_signature(
    pay_url: str, body: bytes, reason: str
) -> None:
    http = SimpleAsyncHTTPClient(force_instance=True)
    answer = from_xml((await http.fetch(f"{pay_url}{OPEN}", method="POST", body=body)).body)
    http.close()
    assert (answer["return_code"], "sign" in answer) == ("FAIL", False)
    assert reason in answer["return_msg"]


async def test_simulators_that_share_a_directory_agree(
    pay: PayClient, pay_url: str, tmp_path: Path
) -> None:
    async def key_of(_: str, __: str) -> str:
        return MERCHANT.key

    app = make_simulator()
    add_pay(app, make_desk(tmp_path, key_of))
    prepay_id = await pay.open_order(MERCHANT, bill())
    async with served(app) as other_url:
        await simulate(other_url, {"prepay_id": prepay_id, "copies": 0})
    assert await pay.ask_state(MERCHANT, NUMBER, 100) is TradeState.PAID


async def test_a_phone_gets_what_it_needs_with_a_signature() -> None:
    request = phone_request(MERCHANT, "wx1", datetime(2018, 9, 30, 8, 35, 17, tzinfo=UTC))
    fields = {
        "appId": "wx-demo-1",
        "nonceStr": request.nonce,
        "package": "prepay_id=wx1",
        "signType": "MD5",
        "timeStamp": "1538296517",
    }
    assert (request.package, request.made_at) == ("prepay_id=wx1", 1538296517)
    assert request.signature == sign(fields, MERCHANT.key)
