"""Counts the statements that the application sends to its database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from models.database import database


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that run until the block ends."""
    engine, sent = database.obj, []
    run = engine.aio_execute_sql

    async def note(sql: str, *args: Any, **kwargs: Any) -> Any:
        sent.append(sql)
        return await run(sql, *args, **kwargs)

    engine.aio_execute_sql = note
    try:
        yield sent
    finally:
        del engine.aio_execute_sql
