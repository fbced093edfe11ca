"""Whether what a call of the back office names is of the caller's company."""

from __future__ import annotations

from models import customer as customers
from models import goods, staff
from models.mall import GoodsStatus
from services.errors import NotFound
from services.principals import AdminRep


async def require(
    rep: AdminRep,
    *,
    rep_id: int | None = None,
    customer_id: int | None = None,
    goods_id: int | None = None,
) -> None:
    """Refuse what is not of the company of a rep, in filters too (decisions T12).

    Raises:
        NotFound: one of these is another company's, or is not there.
    """
    company_id = rep.company_id
    if rep_id is not None and await staff.company_of(rep_id) != company_id:
        raise NotFound
    if customer_id is not None and await customers.company_of(customer_id) != company_id:
        raise NotFound
    if goods_id is not None and not await goods.find(company_id, goods_id, tuple(GoodsStatus)):
        raise NotFound
