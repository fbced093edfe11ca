"""Counts what a block asks the database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from models.database import database


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """Give a list that fills with the statements that run inside the block."""
    engine = database.obj
    run, statements = engine.aio_execute_sql, []

    async def note(sql: str, *args: Any, **options: Any) -> Any:
        statements.append(sql)
        return await run(sql, *args, **options)

    engine.aio_execute_sql = note
    try:
        yield statements
    finally:
        del engine.aio_execute_sql
