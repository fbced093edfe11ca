"""Money on the wire: yuan as text, made of integer cents without floats."""

from __future__ import annotations


def yuan(cents: int) -> str:
    """Write cents as yuan: 12900 is 129.00."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02}"
