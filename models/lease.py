"""Leases: which process does a job that one of them is to do."""

from __future__ import annotations

from datetime import date, datetime

import peewee

from models.base import MomentField, Table, as_day, to_ms
from models.database import execute, fetch_all, upsert


class Lease(Table):
    """Who is at a job, and until when it counts as alive without another word.

    Args:
        done_on: the last day for which the job was finished.
    """

    name = peewee.CharField(32, unique=True)
    holder = peewee.CharField(32, default="")
    held_until = MomentField(default=0)
    done_on = peewee.DateField(null=True)


async def done_on(name: str) -> date | None:
    """Say for which day a job was finished last."""
    rows = await fetch_all("SELECT done_on FROM lease WHERE name = %s", (name,))
    return as_day(rows[0][0]) if rows and rows[0][0] is not None else None


async def take(name: str, holder: str, moment: datetime, until: datetime) -> bool:
    """Take a lease, or hold it for longer; of many who want it at once exactly one gets it."""
    row = (name, "", 0)
    await upsert("lease", ("name", "holder", "held_until"), [row], unique=["name"], update={})
    changed = await execute(
        "UPDATE lease SET holder = %s, held_until = %s"
        " WHERE name = %s AND (held_until < %s OR holder = %s)",
        (holder, to_ms(until), name, to_ms(moment), holder),
    )
    if changed:
        return True
    # MariaDB does not count a row that stays as it is: one held again in the same millisecond.
    own = "SELECT id FROM lease WHERE name = %s AND holder = %s"
    return bool(await fetch_all(own, (name, holder)))


async def give_up(name: str, holder: str, done: date | None) -> None:
    """Let others have a lease that is held.

    Args:
        done: for which day the job is finished; None if it is not.
    """
    day = "" if done is None else ", done_on = %s"
    params = () if done is None else (done.isoformat(),)
    await execute(
        f"UPDATE lease SET held_until = 0, holder = ''{day} WHERE name = %s AND holder = %s",
        (*params, name, holder),
    )
