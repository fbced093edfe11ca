"""Plays WeChat Pay: orders, queries and signed notices, in its XML (decisions S3).

Nobody holds a phone here: ``POST /pay/simulate`` is the customer's confirmation. It takes JSON,
``{"prepay_id": "…"}`` with the fields of ``Payment``, and answers
``{"answers": ["…"]}``, what the merchant has said to each notice.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import tornado.web

from services.clock import SHANGHAI
from services.errors import UpstreamAway
from services.wechat.pay_xml import (
    FAIL,
    SUCCESS,
    XML_TYPE,
    NotAMessage,
    from_xml,
    is_signed,
    signed_xml,
    to_xml,
)
from services.wechat.simulator.base import WeChatHandler
from services.wechat.simulator.faults import Faults
from services.wechat.simulator.ledger import CLOSED, PAID, Bill, Ledger, prepay_id_of
from services.wechat.transport import open_http, send

ORDER_NUMBER: Final = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
NEEDED: Final = (
    *("body", "notify_url", "openid", "out_trade_no", "spbill_create_ip"),
    *("total_fee", "trade_type"),
)
CENTS: Final = re.compile("[1-9][0-9]{0,9}")
CHANGING: Final = frozenset({"nonce_str", "sign"})
NOTICE_SECONDS: Final = 10.0

ERRORS: Final = {
    "ORDERPAID": "该订单已支付",
    "ORDERCLOSED": "该订单已关闭",
    "ORDERNOTEXIST": "此交易订单号不存在",
    "OUT_TRADE_NO_USED": "商户订单号重复",
}

KeyOf = Callable[[str, str], Awaitable[str]]
Fields = dict[str, str]


@dataclass(frozen=True)
class Desk:
    """What the pay platform works with.

    Args:
        ledger: its orders.
        key_of: finds a merchant's key by appid and merchant number; empty if there is none.
    """

    ledger: Ledger
    key_of: KeyOf


def make_desk(directory: Path, key_of: KeyOf) -> Desk:
    """Make a pay platform that keeps its orders in a directory, which all processes share."""
    return Desk(Ledger(directory), key_of)


def add_pay(app: tornado.web.Application, desk: Desk, faults: Faults | None = None) -> None:
    """Let a simulator play WeChat Pay too; its settings name the desk from then on."""
    options = {"desk": desk, "faults": faults}
    app.settings["desk"] = desk
    app.add_handlers(
        ".*",
        [
            ("/pay/unifiedorder", UnifiedOrderHandler, options),
            ("/pay/orderquery", OrderQueryHandler, options),
            ("/pay/closeorder", CloseOrderHandler, options),
            ("/pay/simulate", PaymentHandler, options),
        ],
    )


class DeskHandler(WeChatHandler):
    """A call to the pay platform."""

    def initialize(self, faults: Faults | None, desk: Desk) -> None:  # type: ignore[override]
        """Take the desk (Tornado's way to construct)."""
        super().initialize(faults)
        self.desk = desk

    async def ledger(self, what: Callable[[Ledger], Any]) -> Any:
        """Do something with the ledger, in a thread."""
        return await asyncio.to_thread(what, self.desk.ledger)


class MerchantHandler(DeskHandler):
    """A call that a merchant makes and signs; answers are signed with the same key."""

    async def prepare(self) -> None:
        """Read the call, and refuse one that the merchant has not signed."""
        self.set_header("Content-Type", XML_TYPE)
        await super().prepare()
        if self._finished:
            return
        try:
            self.given = from_xml(self.request.body)
        except NotAMessage:
            self.fail("XML格式错误")
            return
        self.key = await self.desk.key_of(self.text("appid"), self.text("mch_id"))
        if not self.key:
            self.fail("商户号mch_id或appid不存在")
        elif not is_signed(self.given, self.key):
            self.fail("签名错误")
        elif not self.text("nonce_str"):
            self.fail("缺少参数nonce_str")

    def text(self, name: str) -> str:
        """A field of the call, empty if it is not there."""
        return self.given.get(name, "")

    @property
    def prepay_id(self) -> str:
        """What the order of the call is known by."""
        return prepay_id_of(self.text("mch_id"), self.text("out_trade_no"))

    def fail(self, reason: str) -> None:
        """Answer that the call was not understood; such an answer is not signed."""
        self.finish(to_xml({"return_code": FAIL, "return_msg": reason}))

    def refuse(self, errcode: int) -> None:
        """Answer with an error that a test has ordered."""
        self.fail(f"error {errcode}")

    def answer(self, err_code: str = "", **fields: str) -> None:
        """Answer a success, or why the order is refused, signed."""
        head = {
            "return_code": SUCCESS,
            "return_msg": "OK",
            "appid": self.text("appid"),
            "mch_id": self.text("mch_id"),
            "nonce_str": secrets.token_hex(16),
            "result_code": FAIL if err_code else SUCCESS,
        }
        if err_code:
            fields = {"err_code": err_code, "err_code_des": ERRORS[err_code]}
        self.finish(signed_xml({**head, **fields}, self.key))


class UnifiedOrderHandler(MerchantHandler):
    """unifiedorder: opens an order that a phone can pay."""

    async def post(self) -> None:
        """Answer a prepay_id, the same one for the same order."""
        missing = [name for name in NEEDED if not self.text(name)]
        if missing:
            self.fail(f"缺少参数{missing[0]}")
        elif not ORDER_NUMBER.fullmatch(self.text("out_trade_no")):
            self.fail("商户订单号格式错误")
        elif not CENTS.fullmatch(self.text("total_fee")):
            self.fail("total_fee参数格式错误")
        else:
            await self._open()

    async def _open(self) -> None:
        prepay_id = self.prepay_id
        bill = {name: value for name, value in self.given.items() if name not in CHANGING}
        kept = await self.ledger(lambda ledger: ledger.open(prepay_id, bill))
        state, _ = await self.ledger(lambda ledger: ledger.state(prepay_id))
        if state == PAID:
            self.answer("ORDERPAID")
        elif state == CLOSED:
            self.answer("ORDERCLOSED")
        elif kept != bill:
            self.answer("OUT_TRADE_NO_USED")
        else:
            self.answer(trade_type=bill["trade_type"], prepay_id=prepay_id)


class OrderQueryHandler(MerchantHandler):
    """orderquery: whether an order is paid."""

    async def post(self) -> None:
        """Answer the state, and of a paid order when and how it was."""
        bill = await self.ledger(lambda ledger: ledger.bill(self.prepay_id))
        if bill is None:
            self.answer("ORDERNOTEXIST")
            return
        state, moment = await self.ledger(lambda ledger: ledger.state(self.prepay_id))
        facts = {"out_trade_no": bill["out_trade_no"], "total_fee": bill["total_fee"]}
        paid = _payment_facts(bill, self.prepay_id, moment) if state == PAID else {}
        self.answer(trade_state=state, **facts | paid)


class CloseOrderHandler(MerchantHandler):
    """closeorder: an order that is not to be paid any more."""

    async def post(self) -> None:
        """Close an order that is not paid; again does no harm."""
        if await self.ledger(lambda ledger: ledger.bill(self.prepay_id)) is None:
            self.answer("ORDERNOTEXIST")
            return
        state = await self.ledger(lambda ledger: ledger.end(self.prepay_id, CLOSED))
        self.answer("ORDERPAID" if state == PAID else "")


@dataclass(frozen=True)
class Payment:
    """How a phone pays, and how the platform tells of it; as it should by default.

    Args:
        is_success: whether the payment succeeds; if not, the order stays open.
        is_booked: whether the order query knows of it.
        copies: how many notices are sent, all at once.
        delay_seconds: wait before they are.
        fields: of the notice, what differs from the truth; an empty one is left out.
        key: what the notice is signed with instead of the merchant's key.
    """

    prepay_id: str
    is_success: bool = True
    is_booked: bool = True
    copies: int = 1
    delay_seconds: float = 0.0
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


class PaymentHandler(DeskHandler):
    """simulate: a customer confirms on its phone, and the merchant is told."""

    async def post(self) -> None:
        """Book a payment and send its notices; paying again sends them again."""
        try:
            payment = Payment(**json.loads(self.request.body))
        except (ValueError, TypeError) as error:
            raise tornado.web.HTTPError(400) from error
        bill: Bill | None = await self.ledger(lambda ledger: ledger.bill(payment.prepay_id))
        if bill is None:
            raise tornado.web.HTTPError(404)
        if not await self._is_taken(payment, bill):
            raise tornado.web.HTTPError(409)
        await asyncio.sleep(payment.delay_seconds)
        notice = await self._notice(payment, bill)
        told = (_tell(bill["notify_url"], notice) for _ in range(payment.copies))
        await self.finish({"answers": await asyncio.gather(*told)})

    async def _is_taken(self, payment: Payment, bill: Bill) -> bool:
        """Book the payment, and say whether the order can still be paid."""
        state, _ = await self.ledger(lambda ledger: ledger.state(payment.prepay_id))
        if state == "NOTPAY" and _is_late(bill):
            return False
        if payment.is_success and payment.is_booked:
            end = partial(Ledger.end, prepay_id=payment.prepay_id, state=PAID)
            state = await self.ledger(end)
        return bool(state != CLOSED)

    async def _notice(self, payment: Payment, bill: Bill) -> bytes:
        _, moment = await self.ledger(lambda ledger: ledger.state(payment.prepay_id))
        fields = {
            "return_code": SUCCESS,
            "appid": bill["appid"],
            "mch_id": bill["mch_id"],
            "nonce_str": secrets.token_hex(16),
            "out_trade_no": bill["out_trade_no"],
            "total_fee": bill["total_fee"],
            **_payment_facts(bill, payment.prepay_id, moment),
            "result_code": SUCCESS if payment.is_success else FAIL,
            **payment.fields,
        }
        key = payment.key or await self.desk.key_of(bill["appid"], bill["mch_id"])
        return signed_xml({name: value for name, value in fields.items() if value}, key)


async def _tell(url: str, notice: bytes) -> str:
    """Send a notice and give what the merchant says; nothing if it does not answer."""
    http = open_http()
    try:
        raw = await send(
            http, url, timeout_seconds=NOTICE_SECONDS, body=notice, content_type=XML_TYPE
        )
    except UpstreamAway:
        return ""
    finally:
        http.close()
    return raw.decode(errors="replace")


def _payment_facts(bill: Bill, prepay_id: str, moment: int) -> Fields:
    """What the platform tells of a payment beside the order itself."""
    return {
        "openid": bill["openid"],
        "is_subscribe": "N",
        "trade_type": bill["trade_type"],
        "bank_type": "OTHERS",
        "cash_fee": bill["total_fee"],
        "fee_type": "CNY",
        "transaction_id": f"42{int(prepay_id[2:], 16) % 10**26:026}",
        "time_end": f"{datetime.fromtimestamp(moment, SHANGHAI):%Y%m%d%H%M%S}",
    }


def _is_late(bill: Bill) -> bool:
    expires = bill.get("time_expire", "")
    return bool(expires) and f"{datetime.now(SHANGHAI):%Y%m%d%H%M%S}" > expires
