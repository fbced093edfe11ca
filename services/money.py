"""Money, which is in integer cents everywhere inside."""

from __future__ import annotations


def yuan(cents: int) -> str:
    """Write a price in yuan, with two places: 129.90."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}"
