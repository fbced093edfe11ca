"""Money on the wire: read exactly, and written as it was read."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from handlers.money import Cents
from services.money import yuan

READ = TypeAdapter(Cents)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.1", 10),
        ("4.35", 435),
        ("1.10", 110),
        ("19.990", 1999),
        ("007", 700),
        ("9999999.99", 999_999_999),
        ("10000000.00", 1_000_000_000),
        (45, 4500),
    ],
)
def test_yuan_are_read_to_the_cent(text: object, cents: int) -> None:
    assert READ.validate_python(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "-1", "+1", "1.", ".5", " 1", "1 ", "1\n", "1e3", "1_0", "１", "NaN", "¥1"),
        *("Infinity", "1,000", "1.2.3", "1" * 21, 4.35, True, None, ["1"]),
    ],
)
def test_what_is_no_plain_amount_is_none(text: object) -> None:
    with pytest.raises(ValidationError, match="money_invalid"):
        READ.validate_python(text)


@pytest.mark.parametrize("text", ["0.001", "1.234", "10000000.01", "99999999", "99999999.9"])
def test_an_amount_beyond_the_bounds_is_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(text)


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (110, "1.10"), (1_000_000_000, "10000000.00")]
)
def test_cents_are_written_as_yuan(cents: int, text: str) -> None:
    assert (yuan(cents), READ.validate_python(text)) == (text, cents)
