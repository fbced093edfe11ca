"""Pieces of SQL that several tables' queries share."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def pairs_join(pairs: Collection[tuple[int, int]], table: str) -> tuple[str, list[int]]:
    """Write a FROM that takes, from a table, the rows of these pairs of rep and customer.

    The pairs are a table of their own, each row of which is looked up in the other's unique index.
    MariaDB plans that in no time; for a hundred pairs in a condition it needed 6 to 16 ms, and
    SQLite then reads the whole table.

    Args:
        table: its name and an alias, such as ``conversation c``.

    Returns:
        the FROM and its parameters.
    """
    source, params = pairs_table(pairs)
    return f"{source} JOIN {table}{on_pair(table)}", params


def pairs_table(pairs: Collection[tuple[int, int]]) -> tuple[str, list[int]]:
    """Write these pairs as a table called ``pair``.

    Returns:
        the table and its parameters.
    """
    rows = ["SELECT %s AS rep_id, %s AS customer_id", *["SELECT %s, %s"] * (len(pairs) - 1)]
    return f"({' UNION ALL '.join(rows)}) pair", [number for pair in pairs for number in pair]


def on_pair(table: str) -> str:
    """Write how a table with an alias is joined to ``pair``."""
    alias = table.rsplit(" ", 1)[-1]
    return f" ON {alias}.rep_id = pair.rep_id AND {alias}.customer_id = pair.customer_id"


def marks(values: Sequence[object] | Collection[object]) -> str:
    """Write ``%s, %s`` for two values."""
    return ", ".join(["%s"] * len(values))


def all_of(*conditions: tuple[str, int | str | None]) -> tuple[str, list[int | str]]:
    """Write a condition of those that have a value; a None and an empty text stand for any.

    Args:
        conditions: each with its value, such as ``("status = %s", 1)``, which stands at each mark.

    Returns:
        the condition and its parameters.
    """
    given = [(condition, value) for condition, value in conditions if value not in (None, "")]
    where = " AND ".join(condition for condition, _ in given)
    return where, [
        value
        for condition, value in given
        for _ in range(condition.count("%s"))
        if value is not None
    ]
