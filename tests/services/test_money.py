"""Money in integer cents (``services/money.py``)."""

from __future__ import annotations

import pytest

from services.money import yuan


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (100, "1.00"), (12990, "129.90"), (2**53 + 1, "90071992547409.93")],
)
def test_a_price_in_yuan_has_two_places(cents: int, text: str) -> None:
    assert yuan(cents) == text
