"""Pieces of SQL that several tables' queries share."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def pairs_clause(pairs: Collection[tuple[int, int]], table: str = "") -> tuple[str, list[int]]:
    """Write a condition for rows of any of these pairs of rep and customer.

    Every optimizer turns it into ranges of the index that begins with both columns; a comparison
    of row values is scanned by some.

    Returns:
        the condition and its parameters.
    """
    prefix = f"{table}." if table else ""
    one = f"({prefix}rep_id = %s AND {prefix}customer_id = %s)"
    return "(" + " OR ".join([one] * len(pairs)) + ")", [
        number for pair in pairs for number in pair
    ]


def marks(values: Sequence[object] | Collection[object]) -> str:
    """Write ``%s, %s`` for two values."""
    return ", ".join(["%s"] * len(values))
