"""The audit log: who changed what in the back office, when, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.base import MomentField, Table, from_ms, now, to_ms
from models.database import execute, fetch_all


class AuditEntry(Table):
    """One call that may have changed something.

    It refers to nothing, so that it outlives whoever it tells of, and waits for nobody's lock.

    Args:
        company_id: the caller's company; of a login that belongs to none, the platform's.
        actor: the login name of then, or the one that was tried.
        given: what the call was given, as JSON; secrets are masked.
        outcome: the code of the answer; None until the call is over, and for ever if the server
            died meanwhile: then it may have happened or not.
    """

    id = peewee.BigAutoField()
    company_id = peewee.IntegerField()
    rep_id = peewee.IntegerField(null=True)
    actor = peewee.CharField(64)
    action = peewee.CharField(64)
    target_id = peewee.BigIntegerField(null=True)
    given = peewee.TextField()
    address = peewee.CharField(45)
    request_id = peewee.CharField(16, unique=True)
    outcome = peewee.SmallIntegerField(null=True)
    created_at = MomentField(default=now)

    class Meta:
        table_name = "audit_log"
        indexes = (
            (("company_id", "created_at"), False),
            (("company_id", "rep_id", "created_at"), False),
            (("company_id", "action", "created_at"), False),
            (("company_id", "address", "created_at"), False),
            (("company_id", "outcome", "created_at"), False),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is begun; ``given`` is JSON text."""

    company_id: int
    rep_id: int | None
    tried_name: str
    action: str
    target_id: int | None
    given: str
    address: str
    request_id: str


class EntryRow(NamedTuple):
    """An entry as the back office reads it."""

    id: int
    rep_id: int | None
    actor: str
    action: str
    target_id: int | None
    given: str
    address: str
    request_id: str
    outcome: int | None
    created_at: datetime


class EntryFilter(NamedTuple):
    """Which entries of a company are meant; None stands for any.

    Args:
        outcome: a code, or ``OPEN`` for those without one.
        begin_at: not before this moment,
        over_at: and before this one.
    """

    rep_id: int | None = None
    action: str | None = None
    address: str | None = None
    outcome: int | None = None
    begin_at: datetime | None = None
    over_at: datetime | None = None


OPEN = 0


async def begin(entry: Entry, moment: datetime) -> None:
    """Write an entry without an outcome; a rep's name is read beside, without locking its row."""
    await execute(
        "INSERT INTO audit_log (company_id, rep_id, actor, action, target_id, given, address,"
        " request_id, created_at) VALUES (%s, %s, COALESCE((SELECT username FROM rep"
        " WHERE id = %s), %s), %s, %s, %s, %s, %s, %s)",
        (
            *(entry.company_id, entry.rep_id, entry.rep_id, entry.tried_name, entry.action),
            *(entry.target_id, entry.given, entry.address, entry.request_id, to_ms(moment)),
        ),
    )


async def finish(request_id: str, outcome: int) -> None:
    """Write what became of a call."""
    await execute("UPDATE audit_log SET outcome = %s WHERE request_id = %s", (outcome, request_id))


async def page(
    company_id: int, wanted: EntryFilter, limit: int, offset: int
) -> tuple[list[EntryRow], int]:
    """Read a page of a company's entries, the newest first, and count them.

    Both are read from one index; what stands before the page is passed over in it alone.
    """
    where, params = _where(company_id, wanted)
    rows = await fetch_all(
        "SELECT e.id, e.rep_id, e.actor, e.action, e.target_id, e.given, e.address, e.request_id,"
        f" e.outcome, e.created_at FROM (SELECT id FROM audit_log WHERE {where}"
        " ORDER BY created_at DESC, id DESC LIMIT %s OFFSET %s) page"
        " JOIN audit_log e ON e.id = page.id ORDER BY e.created_at DESC, e.id DESC",
        (*params, limit, offset),
    )
    ((count,),) = await fetch_all(f"SELECT COUNT(*) FROM audit_log WHERE {where}", params)
    return [EntryRow(*[*row[:9], from_ms(row[9])]) for row in rows], int(count)


async def names_rep(company_id: int, rep_id: int) -> bool:
    """Say whether a company has a rep, or entries of one that it had."""
    rows = await fetch_all(
        "SELECT EXISTS(SELECT 1 FROM rep WHERE id = %s AND company_id = %s)"
        " OR EXISTS(SELECT 1 FROM audit_log WHERE company_id = %s AND rep_id = %s)",
        (rep_id, company_id, company_id, rep_id),
    )
    return bool(rows[0][0])


def _where(company_id: int, wanted: EntryFilter) -> tuple[str, list[Any]]:
    where, params = ["company_id = %s"], [company_id]
    is_open = wanted.outcome == OPEN
    if is_open:
        where.append("outcome IS NULL")
    for condition, value in (
        ("rep_id = %s", wanted.rep_id),
        ("action = %s", wanted.action),
        ("address = %s", wanted.address),
        ("outcome = %s", None if is_open else wanted.outcome),
        ("created_at >= %s", wanted.begin_at and to_ms(wanted.begin_at)),
        ("created_at < %s", wanted.over_at and to_ms(wanted.over_at)),
    ):
        if value is not None:
            where.append(condition)
            params.append(value)  # type: ignore[arg-type]
    return " AND ".join(where), params
