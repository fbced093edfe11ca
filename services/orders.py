"""Orders of the mall as customers place, pay and see them (semantics 8.3)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import ujson
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from models import customer as customers
from models import customer_file
from models import order as queries
from models.base import now
from models.database import InUse, Taken, atomic, constrained, retry_on_deadlock
from models.mall import OrderStatus as OrderStatus
from models.order import BuyerRow, DueRow, OfferRow, TillRow
from models.order import OrderFilter as OrderFilter
from models.order import OrderRow as OrderRow
from models.order import SoldRow as SoldRow
from services import belongings
from services.clock import SHANGHAI
from services.errors import Invalid, NotFound, UpstreamAway
from services.principals import AdminRep, MiniCustomer
from services.radar import shown_name
from services.wechat.crypto import SecretBox
from services.wechat.pay import (
    Bill,
    Merchant,
    PayClient,
    PayRefused,
    PhoneRequest,
    phone_request,
)

PAY_TIME: Final = timedelta(minutes=10)
MOST_UNPAID: Final = 20
MOST_CENTS: Final = 2**31 - 1
NUMBER_DIGITS: Final = 10
NUMBER_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer wants to buy, and where.

    Args:
        seller_id: the rep that sells, or the customer itself for the rep that it deals with.
        phone: empty for the customer's own.
    """

    goods_id: int
    mini_program_id: int
    seller_id: int
    quantity: int = 1
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Payable:
    """An order that a phone can pay now."""

    order_id: int
    request: PhoneRequest


def new_number(moment: datetime) -> str:
    """Make the number of an order: the second, and digits that nobody can guess."""
    digits = secrets.randbelow(10**NUMBER_DIGITS)
    return f"{moment.astimezone(SHANGHAI):%Y%m%d%H%M%S}{digits:0{NUMBER_DIGITS}}"


class Orders:
    """Places orders and has WeChat take the money.

    Args:
        make_number: makes the number of an order; one that is taken is made again.
    """

    def __init__(
        self,
        pay: PayClient,
        box: SecretBox,
        make_number: Callable[[datetime], str] = new_number,
    ) -> None:
        self._pay = pay
        self._box = box
        self._make_number = make_number

    async def place(self, customer: MiniCustomer, wish: Wish, address: str) -> Payable:
        """Place an order that its customer can pay within ten minutes.

        The order is in the database before WeChat hears of it, since a notice may come at once. One
        that WeChat does not take ends there as failed.

        Args:
            address: where the customer calls from.

        Raises:
            NotFound: no such goods on sale, not the company's mini program, or no rep of the
                customer's.
            Invalid: the mall takes no payments, too many orders wait, or WeChat refuses.
            UpstreamAway: WeChat does not answer.
        """
        rep_id = await _seller(customer, wish.seller_id)
        offer = await queries.find_on_sale(customer.company_id, wish.goods_id)
        till = await _till(customer, wish.mini_program_id)
        if offer is None:
            raise NotFound
        merchant = merchant_at(till, self._box)
        moment = now()
        placed = await self._write(customer, rep_id, offer, wish, moment)
        bill = Bill(
            number=placed.number,
            openid=placed.buyer.openid,
            text=offer.name,
            cents=_payable(offer, wish),
            address=address,
            expires_at=moment + PAY_TIME,
        )
        try:
            prepay_id = await self._pay.open_order(merchant, bill)
        except (PayRefused, UpstreamAway) as error:
            await queries.end(placed.id, OrderStatus.FAILED, [OrderStatus.UNPAID], now())
            if isinstance(error, PayRefused):
                raise Invalid(f"预支付失败, 原因:{error.reason}") from error
            raise
        await queries.set_prepay_id(placed.id, prepay_id)
        return Payable(placed.id, phone_request(merchant, prepay_id, moment))

    async def pay_again(self, customer: MiniCustomer, order_id: int, wish: Wish) -> Payable:
        """Let a customer's phone ask once more for the payment of an order that waits for it.

        WeChat takes a ``prepay_id`` for as long as the order lives, so it is not asked again.

        Raises:
            NotFound: no such order of the customer's for these goods; else as ``place``.
            Invalid: the order waits no more.
        """
        await _seller(customer, wish.seller_id)
        till = await _till(customer, wish.mini_program_id)
        found = await queries.find_due(customer.id, order_id)
        if found is None or found.goods_id != wish.goods_id:
            raise NotFound
        moment = now()
        if not _is_waiting(found, moment):
            raise Invalid("订单已结束或已超时,请重新下单")
        merchant = merchant_at(till, self._box)
        return Payable(found.id, phone_request(merchant, found.prepay_id, moment))

    async def play_phone(self, customer: MiniCustomer, package: str) -> None:
        """Pay one of a customer's orders where the simulator plays WeChat.

        Args:
            package: what the phone was given.

        Raises:
            NotFound: no order of the customer's waits for it.
            UpstreamAway: the payment has not come through.
        """
        prepay_id = package.removeprefix("prepay_id=")
        if not (prepay_id and await queries.is_prepaid_by(customer.id, prepay_id)):
            raise NotFound
        await self._pay.play_phone(prepay_id)

    @retry_on_deadlock
    async def _write(
        self,
        customer: MiniCustomer,
        rep_id: int | None,
        offer: OfferRow,
        wish: Wish,
        moment: datetime,
    ) -> _Placed:
        async with atomic():
            # The rep first, as everywhere; the bond stays until the order stands.
            if rep_id is not None and not await customer_file.lock_bonds(rep_id, [customer.id]):
                raise NotFound
            buyer = await queries.lock_buyer(customer.id)
            if await queries.count_unpaid(customer.id) >= MOST_UNPAID:
                raise Invalid(f"待付款的订单不能超过{MOST_UNPAID}个")
            values = {
                "company": customer.company_id,
                "customer": customer.id,
                "rep": rep_id,
                "created_at": moment,
                **_snapshot(offer, wish, buyer),
            }
            order_id, number = await self._add(values, moment)
        return _Placed(order_id, number, buyer)

    @retry(
        retry=retry_if_exception_type(Taken),
        stop=stop_after_attempt(NUMBER_TRIES),
        reraise=True,
    )
    async def _add(self, values: dict[str, object], moment: datetime) -> tuple[int, str]:
        number = self._make_number(moment)
        try:
            async with constrained():
                return await queries.add({**values, "order_number": number}), number
        except InUse:
            raise NotFound from None  # the goods were deleted in this very moment


async def page(
    customer: MiniCustomer, status: int | None, limit: int, offset: int
) -> tuple[list[OrderRow], int]:
    """List a customer's orders, the newest first, and count them."""
    return await queries.page(customer.id, status, limit, offset)


async def find(customer: MiniCustomer, order_id: int) -> OrderRow:
    """Show one of a customer's orders.

    Raises:
        NotFound: it has no such order.
    """
    found = await queries.find(customer.id, order_id)
    if found is None:
        raise NotFound
    return found


async def page_of_company(
    rep: AdminRep, wanted: OrderFilter, limit: int, offset: int
) -> tuple[list[SoldRow], int]:
    """List the orders of a rep's company, the newest first, and count them.

    Raises:
        NotFound: the goods, the rep or the customer looked for are not the company's.
    """
    await belongings.require(
        rep, rep_id=wanted.rep_id, customer_id=wanted.customer_id, goods_id=wanted.goods_id
    )
    found, total = await queries.page_of_company(rep.company_id, wanted, limit, offset)
    return [_with_name(row) for row in found], total


async def find_of_company(rep: AdminRep, order_id: int) -> SoldRow:
    """Show one of the orders of a rep's company.

    Raises:
        NotFound: it has no such order.
    """
    found = await queries.find_of_company(rep.company_id, order_id)
    if found is None:
        raise NotFound
    return _with_name(found)


def _with_name(row: SoldRow) -> SoldRow:
    return replace(row, customer_name=shown_name(row.customer_name, row.customer_id))


def merchant_at(till: TillRow, box: SecretBox) -> Merchant:
    """Open a till.

    Raises:
        Invalid: the company has no mini program, merchant number or key.
    """
    if not (till.appid and till.merchant_number and till.merchant_key):
        raise Invalid("商城尚未设置商户号和商户密钥,暂时不能支付")
    return Merchant(till.appid, till.merchant_number, box.open(till.merchant_key))


@dataclass(frozen=True, slots=True)
class _Placed:
    id: int
    number: str
    buyer: BuyerRow


async def _seller(customer: MiniCustomer, seller_id: int) -> int | None:
    """Say which rep sells (decisions D18): the one that is named, or whom the customer deals with.

    Raises:
        NotFound: neither a rep of the customer's nor the customer (decisions T11).
    """
    if await customers.is_bound(seller_id, customer.id):
        return seller_id
    if seller_id != customer.id:
        raise NotFound
    return await customers.latest_bond(customer.id)


async def _till(customer: MiniCustomer, mini_program_id: int) -> TillRow:
    till = await queries.find_till(customer.company_id)
    if till is None or till.mini_program_id != mini_program_id:
        raise NotFound
    return till


def _snapshot(offer: OfferRow, wish: Wish, buyer: BuyerRow) -> dict[str, object]:
    """What the order keeps of the goods, whatever becomes of them."""
    pictures = ujson.loads(offer.banner_pictures)
    return {
        "goods": offer.id,
        "goods_name": offer.name,
        "goods_picture": pictures[0] if pictures else "",
        "price_cents": offer.price_cents,
        "quantity": wish.quantity,
        "payable_cents": _payable(offer, wish),
        "commission_cents": min(offer.commission_cents * wish.quantity, MOST_CENTS),
        "phone": wish.phone or buyer.phone,
    }


def _payable(offer: OfferRow, wish: Wish) -> int:
    """What the customer pays, in cents.

    Raises:
        Invalid: WeChat takes no payment of nothing, and none of so much.
    """
    cents = offer.price_cents * wish.quantity
    if not 0 < cents <= MOST_CENTS:
        raise Invalid("该商品的金额不支持在线支付")
    return cents


def _is_waiting(order: DueRow, moment: datetime) -> bool:
    is_in_time = moment < order.created_at + PAY_TIME
    return order.status == OrderStatus.UNPAID and bool(order.prepay_id) and is_in_time
