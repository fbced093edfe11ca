"""Reads the demo data back: every row of every table, as the database holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from models import TABLES
from models.base import Table
from models.database import fetch_all
from models.radar import totals_of

Row = dict[str, Any]
Rows = dict[str, list[Row]]

ADDRESS = re.compile(r"statics/[\w/.]+")


async def read_all() -> Rows:
    """Read all tables, by name."""
    return {name_of(table): await _read(table) for table in TABLES}


def name_of(table: type[Table]) -> str:
    """What the database calls a table."""
    name: str = table._meta.table_name
    return name


def columns_of(table: type[Table]) -> list[str]:
    """What the database calls a table's columns."""
    return [field.column_name for field in table._meta.sorted_fields]


def by_id(rows: Rows, table: str) -> dict[int, Row]:
    """Give the rows of a table by their ids."""
    return {row["id"]: row for row in rows[table]}


def is_of(row: Row, pair: tuple[int, int]) -> bool:
    """Whether a row is of this rep and this customer."""
    return (row["rep_id"], row["customer_id"]) == pair


def count(rows: Rows, table: str, **columns: object) -> int:
    """Count the rows that have these values."""
    return sum(columns.items() <= row.items() for row in rows[table])


def addresses(rows: Rows) -> Iterator[str]:
    """Find every address of a file, in whatever column it stands."""
    for table in rows.values():
        for row in table:
            for value in row.values():
                if isinstance(value, str):
                    yield from ADDRESS.findall(value)


def owners(rows: Rows) -> Iterator[tuple[str, int, set[int]]]:
    """Say for every row to which companies it and what it refers to belong."""
    for table in TABLES:
        for row in rows[name_of(table)]:
            found = {
                company
                for _, target, row_id in _references(table, row)
                if (company := _company_of(rows, target, row_id)) is not None
            }
            yield name_of(table), row["id"], found


def _company_of(rows: Rows, table: type[Table], row_id: int) -> int | None:
    """Say whose a row is: its own company, or that of what it belongs to; None for shared rows."""
    if name_of(table) == "company":
        return row_id
    row = next(row for row in rows[name_of(table)] if row["id"] == row_id)
    for column, target, referred in _references(table, row):
        # A menu entry names who made it, but belongs to all.
        if target is not table and column != "created_by_id":
            company = _company_of(rows, target, referred)
            if company is not None:
                return company
    return None


def _references(table: type[Table], row: Row) -> Iterator[tuple[str, type[Table], int]]:
    for field in table._meta.refs:
        if row[field.column_name] is not None:
            yield field.column_name, field.rel_model, row[field.column_name]


async def _read(table: type[Table]) -> list[Row]:
    columns = columns_of(table)
    rows = await fetch_all(f"SELECT {', '.join(columns)} FROM {name_of(table)} ORDER BY id")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def wrong_totals(rows: Rows) -> set[tuple[Any, ...]]:
    """Find totals of actions that are not what the daily counters come to, or are missing."""
    names = ("company_id", "rep_id", "customer_id", "action", "day", "count")
    daily = [[row[name] for name in names] for row in rows["action_counter"]]
    expected = totals_of((*ids, date.fromisoformat(day), count) for *ids, day, count in daily)
    found = {tuple(row[name] for name in names) for row in rows["action_total"]}
    return found ^ {
        (*ids, action, day.isoformat(), count) for (*ids, day, action), count in expected.items()
    }
