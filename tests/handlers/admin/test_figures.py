"""The figures against the raw rows, after a day on which customers did this and that."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from models.base import from_ms, now
from models.database import fetch_all
from models.radar import ALL, EVER, Action
from services import statistics
from services.clock import day_of
from services.principals import Rep
from services.statistics import Figure
from tests.api import Api, Caller
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_goods,
    make_product,
    make_rep,
    session_for,
)

CALLS = 200
CARD = "/zhugeleida/xiaochengxu/mingpian"
PRODUCT = "/zhugeleida/xiaochengxu/product"
MALL = "/zhugeleida/xiaochengxu/mallManage"
OF_A_PRODUCT = (
    f"{PRODUCT}/product_single",
    f"{PRODUCT}/forward_product",
    f"{PRODUCT}/consult_product",
)
OF_GOODS = (f"{MALL}/forward_product", f"{MALL}/consult_product")
OF_A_REP = (
    CARD,
    *(
        f"{CARD}/{name}"
        for name in ("calling", "save_wechat", "save_phone", "forward", "praise", "up_sign")
    ),
    f"{PRODUCT}/product_list",
    "/zhugeleida/xiaochengxu/website",
)
FOLLOW_UP = "/zhugeleida/qiyeweixin/follow_info/add"
ACTIONS = {
    Figure.VIEWS: Action.VIEW_CARD,
    Figure.FORWARDS: Action.FORWARD_CARD,
    Figure.SAVES: Action.SAVE_PHONE,
    Figure.PRAISES: Action.PRAISE,
}


class Shop(NamedTuple):
    """A company with people and what it sells."""

    company: Any
    reps: list[tuple[Any, Caller]]
    customers: list[tuple[Any, Caller]]
    product: Any
    goods: Any


async def make_shop() -> Shop:
    """Make a company with two reps, whose customers are bound to both; one has no name."""
    company = await make_company()
    reps = [await make_rep(company) for _ in range(2)]
    customers = [await make_customer(company, name=name) for name in ("老周", "小林", "")]
    for rep in reps:
        for customer in customers:
            await bind(rep, customer)
    return Shop(
        company,
        [(rep, await session_for(rep)) for rep in reps],
        [(customer, await session_for(customer)) for customer in customers],
        await make_product(company=company),
        await make_goods(company),
    )


async def do_something(api: Api, shop: Shop, chance: random.Random) -> None:
    """Let somebody of a company do something."""
    (rep, rep_caller), (customer, caller) = chance.choice(shop.reps), chance.choice(shop.customers)
    url = chance.choice((*OF_A_REP, *OF_A_REP, *OF_A_PRODUCT, *OF_GOODS, FOLLOW_UP))
    if url == FOLLOW_UP:
        body = {"follow_info": "已电话回访"}
        answer = await api.post(f"{url}/{customer.id}", body, caller=rep_caller)
    else:
        row = shop.goods if url in OF_GOODS else shop.product
        of_what = {} if url in OF_A_REP else {"product_id": row.id}
        answer = await api.get(url, {"uid": rep.id, **of_what}, caller=caller)
    assert answer["code"] == 200, (url, answer)


async def logged() -> Counter[tuple[Any, ...]]:
    """Count the rows of the log by company, rep, customer, action and day."""
    rows = await fetch_all(
        "SELECT r.company_id, l.rep_id, l.customer_id, l.action, l.created_at"
        " FROM action_log l JOIN rep r ON r.id = l.rep_id"
    )
    return Counter((*row[:4], day_of(from_ms(row[4])).isoformat()) for row in rows)


@pytest.mark.both
@pytest.mark.settings(limits="off")
async def test_figures_are_what_the_rows_of_a_random_day_come_to(api: Api) -> None:
    chance = random.Random(20180712)
    shops = [await make_shop() for _ in range(2)]
    for _ in range(CALLS):
        await do_something(api, chance.choice(shops), chance)
    rows = await logged()
    names = "rep_id, customer_id, action, day, count"
    counters = await fetch_all(f"SELECT company_id, {names} FROM action_counter")
    assert {(*row[:4], str(row[4])): row[5] for row in counters} == rows
    totals = await fetch_all(
        f"SELECT company_id, {names} FROM action_total WHERE customer_id = %s AND day <> %s",
        (ALL, EVER.isoformat()),
    )
    by_rep: Counter[tuple[Any, ...]] = Counter()
    for (company_id, rep_id, _, action, day), count in rows.items():
        by_rep[company_id, rep_id, ALL, action, day] += count
    assert {(*row[:4], str(row[4])): row[5] for row in totals} == by_rep
    for shop in shops:
        await assert_figures(shop, rows)


async def assert_figures(shop: Shop, rows: Counter[tuple[Any, ...]]) -> None:
    """Compare the figures of tomorrow with what was written today."""
    rep = shop.reps[0][0]
    caller, tomorrow = Rep(rep.id, rep.company_id, rep.role_id, 0), now() + timedelta(days=1)
    done: Counter[int] = Counter()
    for (company_id, _, _, action, _), count in rows.items():
        if company_id == shop.company.id:
            done[action] += count
    expected = {figure: done[action] for figure, action in ACTIONS.items()}
    for figure, table in ((Figure.CUSTOMERS, "customer"), (Figure.FOLLOW_UPS, "follow_up")):
        ((count,),) = await fetch_all(
            f"SELECT COUNT(*) FROM {table} t WHERE EXISTS (SELECT 1 FROM customer c WHERE c.id ="
            f" t.{'id' if table == 'customer' else 'customer_id'} AND c.company_id = %s)",
            (shop.company.id,),
        )
        expected[figure] = count
    assert min(expected.values()) > 0
    found = await statistics.overview(caller, tomorrow)
    assert (found.ever, found.week, found.month) == (expected, expected, expected)
    for figure in Figure:
        line = await statistics.line(caller, figure, statistics.WEEK, tomorrow)
        assert sum(count for _, count in line) == expected[figure]
