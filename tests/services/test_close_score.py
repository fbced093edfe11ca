"""The close score: the formula of its module's docstring (decisions D21)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.radar import Action, count_actions
from services import close_score
from services.close_score import Score, score
from tests.factories import bind, make_pair, make_rep
from tests.statements import counted

TODAY = date(2025, 3, 31)
POINTS = {1: 10, 2: 4, 7: 10, 10: 12, 18: 40}
VIEW, PRODUCT, CONSULT, CALL, ORDER = 1, 2, 7, 10, 18


def ago(days: int) -> date:
    """The day so many days before today."""
    return TODAY - timedelta(days=days)


def percent(*counts: tuple[int, date, int]) -> int:
    """The score of what was done."""
    return score(counts, POINTS, TODAY).percent


def reasons(*counts: tuple[int, date, int]) -> list[str]:
    """What the score of what was done is made of."""
    return score(counts, POINTS, TODAY).reasons


def test_who_has_done_nothing_scores_nothing() -> None:
    assert score([], POINTS, TODAY) == Score(0, [])


@pytest.mark.parametrize(("times", "expected"), [(1, 16), (4, 50), (8, 75), (12, 88), (1000, 100)])
def test_forty_points_halve_what_is_missing_to_100(times: int, expected: int) -> None:
    assert percent((VIEW, TODAY, times)) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, 75), (14, 50), (28, 29), (42, 16), (140, 0)])
def test_an_action_is_worth_half_after_fourteen_days(days: int, expected: int) -> None:
    assert percent((VIEW, ago(days), 8)) == expected


def test_points_of_all_kinds_add_up() -> None:
    assert percent((VIEW, TODAY, 2), (CONSULT, TODAY, 2)) == percent((ORDER, TODAY, 1)) == 50


def test_a_day_that_has_not_come_counts_as_today() -> None:
    assert percent((VIEW, ago(-1), 4)) == 50


def test_the_reasons_are_the_three_strongest_in_their_order() -> None:
    found = reasons((PRODUCT, TODAY, 1), (VIEW, ago(1), 3), (CALL, ago(20), 2), (ORDER, ago(2), 1))
    assert found == ["近3天下单成功1次", "近3天查看名片3次", "近30天拨打电话2次"]


def test_of_equal_reasons_the_lower_kind_comes_first() -> None:
    assert reasons((CONSULT, TODAY, 1), (VIEW, TODAY, 1)) == [
        "近3天查看名片1次",
        "近3天咨询产品1次",
    ]


@pytest.mark.parametrize(
    ("days", "window"),
    [(0, 3), (2, 3), (3, 7), (6, 7), (7, 14), (13, 14), (14, 30), (30, 90), (90, 180), (179, 180)],
)
def test_a_reason_names_the_shortest_time_that_holds_it(days: int, window: int) -> None:
    assert reasons((PRODUCT, ago(days), 5)) == [f"近{window}天查看产品5次"]


def test_a_reason_counts_only_what_its_time_holds() -> None:
    assert reasons((PRODUCT, TODAY, 3), (PRODUCT, ago(14), 5)) == ["近3天查看产品3次"]
    assert reasons((PRODUCT, TODAY, 2), (PRODUCT, ago(14), 5)) == ["近30天查看产品7次"]


def test_a_kind_without_points_is_no_reason() -> None:
    assert score([(VIEW, TODAY, 9)], {VIEW: 0}, TODAY) == Score(0, [])


@pytest.mark.both
async def test_only_the_pairs_own_actions_of_half_a_year_count(db: None) -> None:
    rep, customer = await make_pair()
    other = await make_rep(rep.company)
    await bind(other, customer)
    company, mine = rep.company.id, (rep.id, customer.id)
    await count_actions({(company, *mine, Action.VIEW_PRODUCT): 5}, ago(1))
    await count_actions({(company, *mine, Action.VIEW_PRODUCT): 1}, ago(179))
    await count_actions({(company, *mine, Action.CALL): 1000}, ago(180))
    await count_actions({(company, *mine, Action.PRAISE): 1000}, TODAY)
    await count_actions({(company, other.id, customer.id, Action.CALL): 1000}, TODAY)
    with counted() as statements:
        found = await close_score.of_pair(*mine, POINTS, TODAY)
    assert found == Score(28, ["近3天查看产品5次"])
    assert len(statements) == 1


async def test_without_weights_everybody_scores_nothing(db: None) -> None:
    rep, customer = await make_pair()
    await count_actions({(rep.company.id, rep.id, customer.id, Action.CALL): 9}, TODAY)
    assert await close_score.of_pair(rep.id, customer.id, {}, TODAY) == Score(0, [])
