"""Calendar arithmetic by the wall clock in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.clock import SHANGHAI, months_after, start_of


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 15), 24, date(2028, 5, 15)),
        (date(2099, 12, 31), 600, date(2149, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, after: date) -> None:
    assert months_after(start_of(day), months) == start_of(after)


def test_a_month_is_counted_where_the_company_is() -> None:
    # In Shanghai it is the first of February already.
    moment = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
    assert months_after(moment, 1) == datetime(2026, 3, 1, 0, 30, tzinfo=SHANGHAI)
