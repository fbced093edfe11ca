"""Who is told outside of the chat that something is waiting: notices, and where they go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import peewee

from models.base import MomentField, Table, from_ms, reference, to_ms
from models.chat import Pair
from models.company import WecomAppKind
from models.customer import Customer, CustomerKind
from models.database import execute, fetch_all, upsert
from models.queries import marks
from models.staff import Rep, RepStatus


class Notice(Table):
    """What a customer has been told of a rep's messages while it was not connected.

    Args:
        noticed_at: when it was told last, or somebody began to.
        noticed_sent: how many messages of the rep (``Conversation.rep_sent``) it knows of by that.
        tries: how often the notice that is due has been tried.
        due_at: when to look at it next; None if nothing is to be done.
    """

    rep = reference(Rep, index=False)
    customer = reference(Customer)
    noticed_at = MomentField(null=True)
    noticed_sent = peewee.IntegerField(default=0)
    tries = peewee.SmallIntegerField(default=0)
    due_at = MomentField(null=True)

    class Meta:
        indexes = (
            (("rep", "customer"), True),
            (("due_at",), False),
        )


class Due(NamedTuple):
    """A notice that is due, with all that its sending needs; ``secret`` is sealed.

    Args:
        is_wanted: whether something is unread, and there is a way to tell of it.
        kind: of customer, which says whether the app is a mini program or an official account.
        service_kind: of the mini program; None for an official account.
        template_id: empty for an official account that has none.
    """

    id: int
    due_at: datetime
    noticed_at: datetime | None
    noticed_sent: int
    tries: int
    rep_id: int
    rep_sent: int
    last_message_at: datetime
    is_wanted: bool
    company_id: int
    kind: int
    openid: str
    appid: str
    secret: str
    service_kind: int | None
    template_id: str
    company_name: str
    position: str
    rep_name: str


async def unread_pairs(after: datetime, until: datetime, limit: int) -> list[Pair]:
    """Find customers who have not read what a rep wrote, and were not told.

    Args:
        after: only conversations whose last message is newer than this,
        until: and not newer than that.
    """
    rows = await fetch_all(
        "SELECT c.rep_id, c.customer_id FROM conversation c"
        " JOIN customer u ON u.id = c.customer_id AND u.openid <> ''"
        f" JOIN {_BOND} {_APPS}"
        " LEFT JOIN notice n ON n.rep_id = c.rep_id AND n.customer_id = c.customer_id"
        " WHERE c.last_message_at > %s AND c.last_message_at <= %s AND c.customer_unread > 0"
        f" AND {_REACHED} AND (n.id IS NULL OR (n.due_at IS NULL AND n.noticed_sent < c.rep_sent))"
        " ORDER BY c.last_message_at, c.id LIMIT %s",
        (to_ms(after), to_ms(until), limit),
    )
    return [Pair(*row) for row in rows]


async def make_due(pairs: Collection[Pair], moment: datetime) -> None:
    """Have the notices of these pairs looked at, unless they are going to be anyway."""
    await upsert(
        "notice",
        ("rep_id", "customer_id", "due_at"),
        [(*pair, to_ms(moment)) for pair in sorted(pairs)],
        unique=("rep_id", "customer_id"),
        # In this order: MySQL sees what the assignments before have changed.
        update={
            "tries": "CASE WHEN due_at IS NULL THEN 0 ELSE tries END",
            "due_at": "COALESCE(due_at, {new})",
        },
        constant={"noticed_sent": 0, "tries": 0},
    )


async def pass_over(pair: Pair) -> None:
    """Note that one message of the rep, written by nobody, is nothing to be told of."""
    await upsert(
        "notice",
        ("rep_id", "customer_id"),
        [pair],
        unique=("rep_id", "customer_id"),
        update={"noticed_sent": "noticed_sent + {new}"},
        constant={"noticed_sent": 1, "tries": 0},
    )


async def due(moment: datetime, busy: Collection[int], limit: int) -> list[Due]:
    """Read the notices that are due, those that have been for the longest first.

    Args:
        busy: companies whose notices are left out.
    """
    others = f" AND u.company_id NOT IN ({marks(busy)})" if busy else ""
    rows = await fetch_all(
        "SELECT n.id, n.due_at, n.noticed_at, n.noticed_sent, n.tries, n.rep_id, c.rep_sent,"
        f" c.last_message_at, b.id IS NOT NULL AND {_REACHED} AND c.customer_unread > 0,"
        " u.company_id, u.kind, u.openid, COALESCE(m.appid, a.appid), COALESCE(m.secret, a.secret),"
        " m.service_kind, COALESCE(m.template_id, a.template_id), o.name, r.position,"
        " r.memo_name, r.username"
        " FROM notice n JOIN conversation c ON c.rep_id = n.rep_id"
        " AND c.customer_id = n.customer_id JOIN rep r ON r.id = n.rep_id"
        " JOIN customer u ON u.id = n.customer_id JOIN company o ON o.id = u.company_id"
        f" LEFT JOIN {_BOND} {_APPS}"
        f" WHERE n.due_at <= %s{others} ORDER BY n.due_at, n.id LIMIT %s",
        (to_ms(moment), *busy, limit),
    )
    return [
        Due(
            *(row[0], from_ms(row[1]), _moment(row[2]), *row[3:7]),
            *(from_ms(row[7]), bool(row[8]), *row[9:18], row[18] or row[19]),
        )
        for row in rows
    ]


async def move(one: Due, due_at: datetime | None) -> None:
    """Look at a notice at another time, or no more, unless somebody else has acted on it."""
    await execute(
        f"UPDATE notice SET due_at = %s WHERE {_UNCHANGED}",
        (_stamp(due_at), *_state(one)),
    )


async def claim(one: Due, moment: datetime) -> bool:
    """Take a notice upon oneself, for good: from now on the customer counts as told.

    Returns:
        False if somebody else has acted on it, or nothing is unread any more.
    """
    changed = await execute(
        "UPDATE notice SET due_at = NULL, noticed_at = %s, noticed_sent = %s, tries = %s"
        f" WHERE {_UNCHANGED} AND EXISTS (SELECT 1 FROM conversation c"
        " WHERE c.rep_id = notice.rep_id AND c.customer_id = notice.customer_id"
        " AND c.customer_unread > 0)",
        (to_ms(moment), one.rep_sent, one.tries + 1, *_state(one)),
    )
    return changed == 1


async def give_back(one: Due, due_at: datetime) -> None:
    """Undo a claim of one's own, of which the customer certainly knows nothing, until later."""
    await execute(
        "UPDATE notice SET due_at = %s, noticed_at = %s, noticed_sent = %s, tries = %s"
        " WHERE id = %s AND noticed_sent = %s",
        (
            *(to_ms(due_at), _stamp(one.noticed_at), one.noticed_sent, one.tries + 1),
            *(one.id, one.rep_sent),
        ),
    )


class Address(NamedTuple):
    """Where a rep's notices go: a member of a company in WeCom; ``secret`` is sealed."""

    rep_id: int
    company_id: int
    userid: str
    corp_id: str
    agent_id: str
    secret: str
    expires_at: datetime | None


async def addresses(rep_ids: Collection[int]) -> dict[int, Address]:
    """Read where notices go, by rep; who cannot get any is left out."""
    rows = await fetch_all(
        "SELECT r.id, r.company_id, r.wecom_userid, c.corp_id, a.agent_id, a.secret, c.expires_at"
        " FROM rep r JOIN company c ON c.id = r.company_id"
        " JOIN wecom_app a ON a.company_id = c.id AND a.kind = %s AND a.secret <> ''"
        f" WHERE r.id IN ({marks(rep_ids)}) AND r.status = %s AND r.wecom_userid <> ''",
        (WecomAppKind.RADAR, *rep_ids, RepStatus.ENABLED),
    )
    found = [Address(*[*row[:6], _moment(row[6])]) for row in rows]
    return {one.rep_id: one for one in found}


# A mini program reaches its customers by a template alone, an official account without one too.
_APPS = (
    f"LEFT JOIN mini_program m ON u.kind = {CustomerKind.MINI_PROGRAM:d}"
    " AND m.company_id = u.company_id AND m.template_id <> ''"
    f" LEFT JOIN official_account a ON u.kind = {CustomerKind.OFFICIAL_ACCOUNT:d}"
    " AND a.company_id = u.company_id"
)
_REACHED = "(m.id IS NOT NULL OR a.id IS NOT NULL)"
_BOND = "bond b ON b.rep_id = c.rep_id AND b.customer_id = c.customer_id"
# Each claim raises the count, so that a row made due again at the same moment is not the same.
_UNCHANGED = "notice.id = %s AND due_at = %s AND noticed_sent = %s"


def _state(one: Due) -> Sequence[int]:
    return one.id, to_ms(one.due_at), one.noticed_sent


def _stamp(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_ms(stored)
