"""Sessions of principals, and the login codes that have been exchanged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import peewee

from models.base import MomentField, Table, from_ms, now, reference, to_ms
from models.customer import Customer
from models.database import execute, fetch_all, for_update, upsert
from models.staff import Rep


class Session(Table):
    """A live token of one device: of a rep or of a customer, never of both.

    The token itself is kept, since each call is signed with it and carries only the signature.
    """

    rep = reference(Rep, null=True)
    customer = reference(Customer, null=True)
    token = peewee.CharField(32, unique=True)
    used_at = MomentField(default=now)
    created_at = MomentField(default=now)

    class Meta:
        constraints = [peewee.Check("(rep_id IS NULL) <> (customer_id IS NULL)")]  # noqa: RUF012


class LoginCode(Table):
    """A WeChat login code that was delivered: WeChat delivers some twice.

    ``code`` is a hash of the app's id and the code; the row is claimed before the exchange, and
    names its principal afterwards.
    """

    code = peewee.CharField(64, unique=True)
    rep = reference(Rep, null=True)
    customer = reference(Customer, null=True)
    claimed_at = MomentField(default=now, index=True)


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session of an account."""

    id: int
    token: str
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A principal with its sessions; role and status are a rep's, the kind a customer's."""

    id: int
    company_id: int
    role_id: int
    status: int
    kind: int
    sessions: tuple[HeldSession, ...]


_PRINCIPAL_SQL = {
    "rep": "SELECT company_id, role_id, status, 0 FROM rep WHERE id = %s",
    "customer": "SELECT company_id, 0, 0, kind FROM customer WHERE id = %s",
}
_ACCOUNT_SQL = {
    "rep": """
        SELECT p.company_id, p.role_id, p.status, 0, s.id, s.token, s.used_at
        FROM rep p JOIN session s ON s.rep_id = p.id WHERE p.id = %s""",
    "customer": """
        SELECT p.company_id, 0, 0, p.kind, s.id, s.token, s.used_at
        FROM customer p JOIN session s ON s.customer_id = p.id WHERE p.id = %s""",
}


async def load_account(side: str, principal_id: int) -> Account | None:
    """Read a principal that has a session, with all its sessions."""
    rows = await fetch_all(_ACCOUNT_SQL[side], (principal_id,))
    if not rows:
        return None
    held = tuple(HeldSession(row[4], row[5], from_ms(row[6])) for row in rows)
    return Account(*[principal_id, *rows[0][:4], held])


async def load_principal(side: str, principal_id: int) -> Account | None:
    """Read a principal without its sessions."""
    rows = await fetch_all(_PRINCIPAL_SQL[side], (principal_id,))
    return Account(*[principal_id, *rows[0], ()]) if rows else None


async def lock(side: str, principal_id: int) -> None:
    """Let nobody else open sessions of a principal until the transaction ends."""
    await fetch_all(f"SELECT id FROM {side} WHERE id = %s{for_update()}", (principal_id,))


async def add(side: str, principal_id: int, token: str) -> None:
    """Store a new session."""
    await Session.aio_create(**{f"{side}_id": principal_id, "token": token})


async def keep_newest(side: str, principal_id: int, count: int) -> list[int]:
    """Delete all but the newest sessions of a principal and return the ids of those deleted."""
    mine = getattr(Session, side) == principal_id
    query = Session.select(Session.id).where(mine).order_by(Session.id.desc()).tuples()
    ids = [row[0] for row in await query.aio_execute()][count:]
    if ids:
        await Session.delete().where(Session.id << ids).aio_execute()
    return ids


async def delete(session_id: int) -> None:
    """Delete one session."""
    await Session.delete().where(Session.id == session_id).aio_execute()


async def delete_all(side: str, principal_id: int) -> None:
    """Delete every session of a principal."""
    await Session.delete().where(getattr(Session, side) == principal_id).aio_execute()


async def delete_unused(before: datetime) -> None:
    """Delete the sessions last used before a moment."""
    await Session.delete().where(Session.used_at < before).aio_execute()


async def existing(session_ids: Collection[int]) -> set[int]:
    """Say which sessions there still are."""
    if not session_ids:
        return set()
    query = Session.select(Session.id).where(Session.id << list(session_ids)).tuples()
    return {row[0] for row in await query.aio_execute()}


async def touch(session_id: int, moment: datetime) -> None:
    """Note that a session was used."""
    await execute("UPDATE session SET used_at = %s WHERE id = %s", (to_ms(moment), session_id))


async def claim_code(code: str, moment: datetime, stale_before: datetime) -> bool:
    """Take a login code for exchange, unless it was taken after ``stale_before``.

    Returns:
        whether it is the caller's to exchange; exactly one of many callers gets it.
    """
    row = (code, to_ms(moment))
    if await upsert("login_code", ("code", "claimed_at"), [row], unique=["code"], update={}):
        return True
    again = LoginCode.update(claimed_at=moment, rep=None, customer=None).where(
        LoginCode.code == code, LoginCode.claimed_at < stale_before
    )
    return bool(await again.aio_execute())


async def settle_code(code: str, side: str, principal_id: int) -> None:
    """Note whose login code it was."""
    query = LoginCode.update(**{f"{side}_id": principal_id}).where(LoginCode.code == code)
    await query.aio_execute()


async def release_code(code: str) -> None:
    """Give up a login code whose exchange failed, so that it can be tried again."""
    await LoginCode.delete().where(LoginCode.code == code).aio_execute()


async def code_owner(code: str, side: str) -> tuple[bool, int | None]:
    """Say whether a login code is taken, and whose it turned out to be."""
    owner = getattr(LoginCode, f"{side}_id")
    row = await LoginCode.select(owner).where(LoginCode.code == code).tuples().aio_first()
    return (row is not None, row[0] if row else None)


async def delete_codes(before: datetime) -> None:
    """Delete the login codes claimed before a moment."""
    await LoginCode.delete().where(LoginCode.claimed_at < before).aio_execute()
