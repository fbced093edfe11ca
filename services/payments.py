"""What becomes of orders: paid, failed, or given up after ten minutes (semantics 8.4).

A notice only wakes: WeChat is asked itself before anything changes. A change is conditional, so of
several notices, and of several processes, exactly one makes it.
"""

from __future__ import annotations

from typing import Final

import structlog

from models import order as queries
from models import radar as radar_queries
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.mall import OrderStatus
from models.order import DueRow
from models.radar import Action
from services import radar
from services.errors import Invalid, UpstreamAway
from services.orders import PAY_TIME, merchant_at
from services.radar import Happening, LogEntry, Radar
from services.wechat.crypto import NotSealedError, SecretBox
from services.wechat.pay import Merchant, PayClient, PayRefused, TradeState, read_notice
from services.wechat.pay_xml import NotAMessage

MOST_AT_ONCE: Final = 100
MOST_LOGGED: Final = 32
PAYABLE: Final = (OrderStatus.UNPAID, OrderStatus.CANCELLED, OrderStatus.FAILED)
"""From where an order becomes paid: money that has come in for a lost order is still money."""

_log = structlog.get_logger("payments")


class NoticeRefused(Invalid):
    """A notice is not believed, and nothing has changed; WeChat sends it again."""


class Payments:
    """Settles orders by what WeChat says of them."""

    def __init__(self, pay: PayClient, box: SecretBox, events: Radar) -> None:
        self._pay = pay
        self._box = box
        self._events = events

    async def take_notice(self, raw: bytes) -> None:
        """Settle an order upon a notice; one that was handled before changes nothing.

        Raises:
            NoticeRefused: it is not WeChat's, not of this order, not what WeChat says when it is
                asked, or WeChat cannot be asked. The operators find the cause in the log.
        """
        try:
            notice = read_notice(raw)
        except NotAMessage as error:
            raise _refused("通知格式错误", cause=str(error)) from error
        order = await queries.find_by_number(notice.number)
        # Who guesses must not learn which orders there are: one answer for both.
        if order is None:
            raise _refused("签名错误", cause="no such order", order=notice.number[:MOST_LOGGED])
        merchant = self._merchant(order)
        if merchant is None or not notice.is_of(merchant):
            raise _refused("签名错误", cause="wrong signature", order=order.number)
        wrong = notice.differences(merchant, order.payable_cents)
        if wrong:
            raise _refused("订单信息不一致", cause="other facts", order=order.number, fields=wrong)
        if notice.is_success and order.status in PAYABLE:
            await self._take_payment(order, merchant)
        elif not notice.is_success and order.status == OrderStatus.UNPAID:
            await self._take_failure(order, merchant)
        else:
            _log.info("payment notice repeated", order=order.number, status=order.status)

    async def cancel_overdue(self) -> None:
        """Cancel the orders that were not paid within ten minutes.

        Every process may do this at the same time: who cancels an order also has WeChat close it.
        WeChat takes no payment after that time either, so a close that fails does no harm.
        """
        before = now() - PAY_TIME
        while True:
            found = await queries.overdue(before, MOST_AT_ONCE)
            cancelled = [order for order in found if await _cancel(order)]
            await self._close_all(cancelled)
            if len(found) < MOST_AT_ONCE:
                return

    async def _take_payment(self, order: DueRow, merchant: Merchant) -> None:
        if await self._state(order, merchant) is not TradeState.PAID:
            raise _refused("订单未支付", cause="WeChat does not say paid", order=order.number)
        await self._settle(order)

    async def _take_failure(self, order: DueRow, merchant: Merchant) -> None:
        if await self._state(order, merchant) is not TradeState.NOT_PAID:
            raise _refused("订单状态不一致", cause="WeChat does not say failed", order=order.number)
        if await queries.end(order.id, OrderStatus.FAILED, [OrderStatus.UNPAID], now()):
            _log.info("payment failed", order=order.number)

    async def _settle(self, order: DueRow) -> None:
        """Note that an order is paid, and tell its rep."""
        is_settled, entries = await _note_payment(order)
        if not is_settled:
            return
        if order.status != OrderStatus.UNPAID:
            _log.warning("payment came late", order=order.number, status=order.status)
        await self._events.publish(entries)

    async def _state(self, order: DueRow, merchant: Merchant) -> TradeState:
        try:
            return await self._pay.ask_state(merchant, order.number, order.payable_cents)
        except (UpstreamAway, PayRefused) as error:
            raise _refused("订单查询失败", cause=str(error), order=order.number) from error

    async def _close_all(self, orders: list[DueRow]) -> None:
        for order in orders:
            merchant = self._merchant(order)
            if not order.prepay_id or merchant is None:
                continue  # WeChat does not know it, or not us
            try:
                await self._close(order, merchant)
            except PayRefused:
                continue  # the reason is in the log
            except UpstreamAway:
                return  # nor will it answer for the others

    async def _close(self, order: DueRow, merchant: Merchant) -> None:
        if await self._pay.close_order(merchant, order.number):
            return
        state = await self._pay.ask_state(merchant, order.number, order.payable_cents)
        if state is TradeState.PAID:
            await self._settle(order)

    def _merchant(self, order: DueRow) -> Merchant | None:
        try:
            return merchant_at(order.till, self._box)
        except (Invalid, NotSealedError):
            return None


def _refused(reason: str, **facts: object) -> NoticeRefused:
    """Tell the operators why a notice is refused, and make the refusal."""
    _log.warning("payment notice refused", **facts)
    return NoticeRefused(reason)


async def _cancel(order: DueRow) -> bool:
    return await queries.end(order.id, OrderStatus.CANCELLED, [OrderStatus.UNPAID], now())


@retry_on_deadlock
async def _note_payment(order: DueRow) -> tuple[bool, list[LogEntry]]:
    """Make an order a paid one, with its entry in the log of the rep, once (semantics 3.2)."""
    moment = now()
    async with atomic():
        if order.rep_id is not None:
            await radar_queries.lock_rep(order.rep_id)
        if not await queries.end(order.id, OrderStatus.PAID, PAYABLE, moment):
            return False, []
        if order.rep_id is None:
            return True, []
        pair = (order.rep_id, order.customer_id)
        facts = (await radar_queries.facts([pair])).get(pair)
        if facts is None or not facts.is_logged(moment):
            return True, []
        remark = f"成功下单,购买商品【{order.goods_name}】"
        happening = Happening.of(facts, Action.PLACE_ORDER, remark)
        return True, await radar.record([happening], moment)
