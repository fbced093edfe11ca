"""What the database holds, read beside the server."""

from __future__ import annotations

from typing import Any

from models import TABLES
from models.audit import AuditEntry
from models.database import fetch_all


async def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: a call that changes nothing leaves this the same.

    But for the audit log, which tells of refused calls too.
    """
    names = [table._meta.table_name for table in TABLES if table is not AuditEntry]
    return {name: await fetch_all(f"SELECT * FROM {name} ORDER BY id") for name in names}


async def logs_of(rep: Any) -> list[tuple[int, str]]:
    """The actions of a rep's log with their remarks, in the order of writing."""
    return [
        (action, remark)
        for action, remark in await fetch_all(
            "SELECT action, remark FROM action_log WHERE rep_id = %s ORDER BY id", (rep.id,)
        )
    ]


async def counters_of(rep: Any) -> dict[str, int]:
    """A rep's counters that are not 0."""
    names = ("popularity", "praise_count", "forward_count", "sign_praise_count")
    (row,) = await fetch_all(f"SELECT {', '.join(names)} FROM rep WHERE id = %s", (rep.id,))
    return {name: count for name, count in zip(names, row, strict=True) if count}


async def count(table: str) -> int:
    """How many rows a table has."""
    ((number,),) = await fetch_all(f"SELECT COUNT(*) FROM {table}")
    return int(number)
