"""The calls to WeChat Pay: orders are opened, asked for and closed, and notices read."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

import structlog

from services.clock import SHANGHAI
from services.errors import UpstreamAway
from services.wechat.pay_xml import (
    FAIL,
    SUCCESS,
    XML_TYPE,
    NotAMessage,
    from_xml,
    is_signed,
    sign,
    signed_xml,
)
from services.wechat.transport import away, open_http, send

SIGN_TYPE: Final = "MD5"
BUSY: Final = frozenset({"SYSTEMERROR", "SYSTEM_ERROR", "FREQUENCY_LIMITED"})
ALREADY_PAID: Final = "ORDERPAID"
MOST_TEXT_BYTES: Final = 127
NOT_IN_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way to write, and the carriage return, which it reads as another character."""
MOST_PREPAY_ID: Final = 64
MOST_REASON: Final = 128
NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - WeChat wants some address, nothing listens on it

log = structlog.get_logger(__name__)


class PayRefused(Exception):
    """WeChat Pay refuses a call.

    Args:
        reason: its words.
        err_code: its name for the reason; empty where it gives none.
    """

    def __init__(self, reason: str, err_code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.err_code = err_code


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who sells: a mini program with its merchant account."""

    appid: str
    number: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bill:
    """What a customer is to pay.

    Args:
        number: the order's, unique for the merchant.
        text: what it is for.
        address: the customer's.
        expires_at: after which WeChat takes no payment.
    """

    number: str
    openid: str
    text: str
    cents: int
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """What a phone is given to ask its user for a payment; ``made_at`` is in seconds since 1970."""

    appid: str
    made_at: int
    nonce: str
    package: str
    signature: str


class TradeState(Enum):
    """What WeChat says of an order."""

    PAID = "paid"
    NOT_PAID = "not paid"
    UNCLEAR = "unclear"


TRADE_STATES: Final = {
    SUCCESS: TradeState.PAID,
    "NOTPAY": TradeState.NOT_PAID,
    "CLOSED": TradeState.NOT_PAID,
    "REVOKED": TradeState.NOT_PAID,
    "PAYERROR": TradeState.NOT_PAID,
}
"""What WeChat calls them; what is not here is still under way, or was paid and given back."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of WeChat's that somebody has sent; ``is_of`` says whether it was WeChat."""

    number: str
    is_success: bool
    _fields: Mapping[str, str] = field(repr=False)

    def is_of(self, merchant: Merchant) -> bool:
        """Whether it was signed with the merchant's key."""
        return is_signed(self._fields, merchant.key)

    def differences(self, merchant: Merchant, cents: int) -> list[str]:
        """Say which facts are not those of the order; a failed payment need not name a price."""
        facts = {"appid": merchant.appid, "mch_id": merchant.number}
        if self.is_success or "total_fee" in self._fields:
            facts["total_fee"] = str(cents)
        return [name for name, value in facts.items() if self._fields.get(name) != value]


def read_notice(raw: bytes) -> Notice:
    """Read a notice, which anybody may have sent.

    Raises:
        NotAMessage: it is none.
    """
    fields = from_xml(raw)
    if fields.get("return_code") != SUCCESS:
        raise NotAMessage("no success of the return code")
    return Notice(fields.get("out_trade_no", ""), fields.get("result_code") == SUCCESS, fields)


def phone_request(merchant: Merchant, prepay_id: str, moment: datetime) -> PhoneRequest:
    """Sign what a phone needs to ask for the payment of an order that WeChat knows."""
    made_at, nonce = int(moment.timestamp()), secrets.token_hex(16)
    package = f"prepay_id={prepay_id}"
    fields = {
        "appId": merchant.appid,
        "nonceStr": nonce,
        "package": package,
        "signType": SIGN_TYPE,
        "timeStamp": str(made_at),
    }
    return PhoneRequest(merchant.appid, made_at, nonce, package, sign(fields, merchant.key))


class PayClient:
    """Calls WeChat Pay. Made inside the running loop; closed with ``close()``.

    Every method raises UpstreamAway when WeChat cannot be reached, is too slow or answers what it
    has not signed, and PayRefused when it refuses.

    Args:
        url: its origin, such as ``https://api.mch.weixin.qq.com``.
        notify_url: where it sends its notices.
        timeout_seconds: for one request, from connecting to the last byte.
    """

    def __init__(self, url: str, notify_url: str, timeout_seconds: float) -> None:
        self._url = url.rstrip("/")
        self._notify_url = notify_url
        self._timeout_seconds = timeout_seconds
        self._http = open_http()

    def close(self) -> None:
        """Stop calling; requests under way fail."""
        self._http.close()

    async def open_order(self, merchant: Merchant, bill: Bill) -> str:
        """Open an order (统一下单).

        Returns:
            its ``prepay_id``, with which it can be paid until the bill expires.
        """
        fields = {
            "body": _shortened(bill.text),
            "notify_url": self._notify_url,
            "openid": bill.openid,
            "out_trade_no": bill.number,
            "spbill_create_ip": bill.address or NO_ADDRESS,
            "time_expire": f"{bill.expires_at.astimezone(SHANGHAI):%Y%m%d%H%M%S}",
            "total_fee": str(bill.cents),
            "trade_type": "JSAPI",
        }
        url, answer = await self._ask("unifiedorder", merchant, fields)
        prepay_id = answer.get("prepay_id", "")
        if not 0 < len(prepay_id) <= MOST_PREPAY_ID:
            raise away(url, "no prepay_id")
        return prepay_id

    async def ask_state(self, merchant: Merchant, number: str, cents: int) -> TradeState:
        """Ask whether an order is paid (查询订单); what the answer says of it has to agree."""
        url, answer = await self._ask("orderquery", merchant, {"out_trade_no": number})
        facts = {"out_trade_no": number, "total_fee": str(cents)}
        if any(answer.get(name, value) != value for name, value in facts.items()):
            raise away(url, "of another order")
        return TRADE_STATES.get(answer.get("trade_state", ""), TradeState.UNCLEAR)

    async def close_order(self, merchant: Merchant, number: str) -> bool:
        """Have an order closed that is not to be paid any more (关闭订单).

        Returns:
            whether it is closed; otherwise it has been paid.
        """
        try:
            await self._ask("closeorder", merchant, {"out_trade_no": number})
        except PayRefused as error:
            if error.err_code == ALREADY_PAID:
                return False
            raise
        return True

    async def play_phone(self, prepay_id: str) -> None:
        """Pay an order as a customer's phone does; only the simulator takes that.

        Raises:
            UpstreamAway: besides the usual, its notice was not taken.
        """
        url = f"{self._url}/pay/simulate"
        body = json.dumps({"prepay_id": prepay_id}).encode()
        raw = await send(self._http, url, timeout_seconds=self._timeout_seconds, body=body)
        if not all(SUCCESS in answer for answer in json.loads(raw)["answers"]):
            raise away(url, "the notice was not taken")

    async def _ask(
        self, call: str, merchant: Merchant, fields: Mapping[str, str]
    ) -> tuple[str, dict[str, str]]:
        url = f"{self._url}/pay/{call}"
        given = {
            "appid": merchant.appid,
            "mch_id": merchant.number,
            "nonce_str": secrets.token_hex(16),
            **fields,
        }
        raw = await send(
            self._http,
            url,
            timeout_seconds=self._timeout_seconds,
            body=signed_xml(given, merchant.key),
            content_type=XML_TYPE,
        )
        return url, _checked(url, merchant, raw)


def _checked(url: str, merchant: Merchant, raw: bytes) -> dict[str, str]:
    """Read an answer, which is a success of WeChat's to this merchant."""
    try:
        answer = from_xml(raw)
    except NotAMessage as error:
        raise away(url, str(error)) from None
    if answer.get("return_code") == FAIL:  # such an answer is not signed
        raise _refusal(url, merchant, answer.get("return_msg", ""))
    if answer.get("return_code") != SUCCESS:
        raise away(url, "no return_code")
    if not is_signed(answer, merchant.key):
        raise away(url, "wrong signature")
    names = {"appid": merchant.appid, "mch_id": merchant.number}
    if any(answer.get(name, value) != value for name, value in names.items()):
        raise away(url, "of another merchant")
    if answer.get("result_code") != SUCCESS:
        reason = answer.get("err_code_des") or answer.get("return_msg", "")
        raise _refusal(url, merchant, reason, answer.get("err_code", ""))
    return answer


def _refusal(
    url: str, merchant: Merchant, reason: str, err_code: str = ""
) -> PayRefused | UpstreamAway:
    if err_code in BUSY:
        return away(url, err_code)
    reason = (reason or err_code)[:MOST_REASON]
    path = urlsplit(url).path
    log.error(
        "wechat_pay_refused", path=path, merchant=merchant.number, err_code=err_code, reason=reason
    )
    return PayRefused(reason, err_code)


def _shortened(text: str) -> str:
    """As much of a text as WeChat takes, which counts bytes."""
    return NOT_IN_XML.sub("", text).encode()[:MOST_TEXT_BYTES].decode(errors="ignore")
