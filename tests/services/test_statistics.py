"""The figures of a company on fixed days: where days begin, and what a window holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models import members
from models.customer import record_follow_up
from models.radar import Action
from services import statistics
from services.clock import SHANGHAI
from services.principals import Rep
from services.statistics import Figure, Figures
from tests.factories import bind, make_admin, make_company, make_customer, make_pair, make_rep
from tests.handlers.qiyeweixin.doings import do
from tests.statements import counted

NOTHING = dict.fromkeys(Figure, 0)
ACTIONS = {
    Action.VIEW_CARD: Figure.VIEWS,
    Action.FORWARD_CARD: Figure.FORWARDS,
    Action.SAVE_PHONE: Figure.SAVES,
    Action.PRAISE: Figure.PRAISES,
}


def at(day: str, time: str = "12:00:00") -> datetime:
    """A moment on the wall clock of Shanghai."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


def principal(rep: Any) -> Rep:
    """A rep as it calls."""
    return Rep(rep.id, rep.company_id, rep.role_id, 0)


async def happen(rep: Any, moment: datetime) -> None:
    """Let one thing of each figure happen in a rep's company."""
    customer = await make_customer(rep.company, created_at=moment)
    await record_follow_up(rep.id, customer.id, "已电话回访", moment)
    for action in ACTIONS:
        await do(rep, customer, action, at=moment)


def ones(count: int) -> Figures:
    """So many of each figure."""
    return dict.fromkeys(Figure, count)


async def lines(rep: Any, length: int, moment: datetime) -> list[tuple[date, int]]:
    """The line that all figures share."""
    found = [await statistics.line(principal(rep), figure, length, moment) for figure in Figure]
    assert all(one == found[0] for one in found), found
    return found[0]


@pytest.mark.both
async def test_a_day_begins_at_midnight_in_shanghai(db: None) -> None:
    rep = await make_rep()
    for day, time in (("07-09", "23:59:59.999"), ("07-10", "00:00:00"), ("07-10", "23:59:59.999")):
        await happen(rep, at(f"2018-{day}", time))
    await happen(rep, at("2018-07-11", "00:00:00"))
    expected = [(date(2018, 7, 9), 1), (date(2018, 7, 10), 2), (date(2018, 7, 11), 1)]
    assert await lines(rep, 3, at("2018-07-12", "00:00:00")) == expected
    assert await lines(rep, 2, at("2018-07-11", "23:59:59.999")) == expected[:2]


@pytest.mark.both
async def test_windows_hold_whole_days_that_end_with_yesterday(db: None) -> None:
    rep = await make_rep()
    # Each edge on both of its sides; what is of today counts among all time alone.
    days = ("06-11", "06-12", "07-04", "07-05", "07-10", "07-11")
    for day in days:
        await happen(rep, at(f"2018-{day}", "23:59:59.999"))
        await happen(rep, at(f"2018-{day}", "00:00:00"))
    await happen(rep, at("2018-07-12", "00:00:00"))
    for time in ("00:00:00", "23:59:59.999"):
        found = await statistics.overview(principal(rep), at("2018-07-12", time))
        assert (found.yesterday, found.week, found.month) == (ones(2), ones(6), ones(10))
        assert found.ever == ones(13)


@pytest.mark.parametrize(
    ("today", "length", "expected"),
    [
        ("2018-08-01", 2, ["2018-07-30", "2018-07-31"]),
        ("2019-01-01", 1, ["2018-12-31"]),
        ("2020-03-01", 2, ["2020-02-28", "2020-02-29"]),
        ("2021-03-01", 2, ["2021-02-27", "2021-02-28"]),
        ("2024-02-29", 1, ["2024-02-28"]),
    ],
)
async def test_lines_go_over_the_ends_of_months_and_leap_days(
    db: None, today: str, length: int, expected: list[str]
) -> None:
    rep = await make_rep()
    for day in expected:
        await happen(rep, at(day, "23:59:59.999"))
    found = await lines(rep, length, at(today, "00:00:00"))
    assert found == [(date.fromisoformat(day), 1) for day in expected]
    overview = await statistics.overview(principal(rep), at(today))
    assert (overview.yesterday, overview.month) == (ones(1), ones(length))


async def test_a_month_is_thirty_days_whatever_the_calendar_says(db: None) -> None:
    rep = await make_rep()
    for day in ("2020-01-30", "2020-01-31"):
        await happen(rep, at(day))
    assert (await statistics.overview(principal(rep), at("2020-03-01"))).month == ones(1)


async def test_on_its_first_day_a_company_has_figures_of_all_time_alone(db: None) -> None:
    rep = await make_rep()
    await happen(rep, at("2018-06-20", "00:00:00"))
    found = await statistics.overview(principal(rep), at("2018-06-20", "23:59:59.999"))
    assert (found.ever, found.yesterday, found.week) == (ones(1), NOTHING, NOTHING)
    assert await lines(rep, 1, at("2018-06-20")) == [(date(2018, 6, 19), 0)]
    assert await lines(rep, 1, at("2018-06-21")) == [(date(2018, 6, 20), 1)]


async def test_a_company_without_anybody_has_no_figures(db: None) -> None:
    found = await statistics.overview(principal(await make_rep()), at("2018-07-12"))
    assert (found.ever, found.yesterday, found.week, found.month) == (NOTHING,) * 4


async def test_other_actions_count_for_no_figure(db: None) -> None:
    rep, customer = await make_pair()
    for action in set(Action) - ACTIONS.keys():
        await do(rep, customer, action, at=at("2018-07-11"))
    counts = await statistics.overview(principal(rep), at("2018-07-12"))
    assert {counts.ever[figure] for figure in ACTIONS.values()} == {0}


@pytest.mark.both
async def test_what_a_rep_had_stays_with_the_company_that_it_leaves(db: None) -> None:
    rep, other = await make_rep(), await make_rep()
    await happen(rep, at("2018-07-10"))
    await members.change(rep.id, {"company": other.company_id})
    rep.company, left = other.company, await make_admin(rep.company)
    await happen(rep, at("2018-07-10"))
    for one in (left, other):
        found = await statistics.overview(principal(one), at("2018-07-12"))
        assert (found.ever, found.week) == (ones(1), ones(1))


@pytest.mark.both
async def test_figures_take_the_same_statements_however_much_there_is(db: None) -> None:
    rep = await make_rep()
    counts = []
    for _ in range(2):
        with counted() as statements:
            await statistics.overview(principal(rep), at("2018-07-12"))
            await statistics.line(principal(rep), Figure.VIEWS, 90, at("2018-07-12"))
            await statistics.line(principal(rep), Figure.FOLLOW_UPS, 90, at("2018-07-12"))
            await statistics.licence(principal(rep))
        counts.append(len(statements))
        for age in range(0, 40, 8):
            colleague = await make_rep(rep.company)
            await happen(colleague, at("2018-07-12") - timedelta(days=age))
    assert counts == [9, 9]


OPENED, EXPIRY = at("2018-06-20", "00:00:00"), at("2019-06-20", "00:00:00")


@pytest.mark.parametrize(
    ("moment", "used", "available"),
    [
        (at("2018-06-01"), 0, 365),
        (OPENED, 0, 365),
        (at("2018-06-20", "23:59:59.999"), 0, 364),
        (at("2018-06-21", "00:00:00"), 1, 364),
        (at("2018-07-12", "21:16:51"), 22, 342),
        (at("2019-06-19", "00:00:00"), 364, 1),
        (at("2019-06-19", "00:00:00.001"), 364, 0),
        (EXPIRY, 365, 0),
        (at("2025-01-01"), 365, 0),
    ],
)
async def test_days_of_a_licence_are_whole(
    db: None, moment: datetime, used: int, available: int
) -> None:
    company = await make_company(charging_started_at=OPENED, expires_at=EXPIRY, created_at=OPENED)
    found = await statistics.licence(principal(await make_rep(company)), moment)
    assert (found.used_days, found.available_days) == (used, available)
    assert (found.opened_on, found.expires_on) == (date(2018, 6, 20), date(2019, 6, 20))


@pytest.mark.parametrize(
    ("paid", "used", "available"),
    [
        ({"expires_at": EXPIRY}, 22, 342),
        ({}, 22, None),
        ({"charging_started_at": at("2018-08-01")}, 0, None),
        ({"charging_started_at": EXPIRY, "expires_at": OPENED}, 0, 0),
    ],
)
async def test_what_is_not_known_of_a_licence_leaves_the_rest(
    db: None, paid: dict[str, Any], used: int, available: int | None
) -> None:
    company = await make_company(created_at=OPENED, **paid)
    rep = principal(await make_rep(company))
    found = await statistics.licence(rep, at("2018-07-12", "21:16:51"))
    assert (found.used_days, found.available_days) == (used, available)


async def test_a_licence_counts_its_reps_and_customers(db: None) -> None:
    rep, _ = await make_pair()
    await bind(await make_rep(rep.company, status=2), await make_customer(rep.company))
    await make_pair()
    row = (await statistics.licence(principal(rep))).row
    assert (row.rep_count, row.customer_count) == (2, 2)
