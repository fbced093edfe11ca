"""The audit log: every change in the back office and every login of a rep leaves an entry.

The entry is committed before the change, and gets its outcome after it. A server that dies between
the two leaves an entry without an outcome; no change is without an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from models import audit as queries
from models.audit import OPEN as OPEN
from models.audit import Entry, EntryFilter
from models.audit import EntryRow as EntryRow
from models.base import now
from models.database import retry_on_deadlock
from services.companies import find_visible
from services.errors import DatabaseAway, NotFound, Unavailable
from services.principals import AdminRep
from services.radar_lists import FIRST_DAY, LAST_DAY, whole_days

_log = structlog.get_logger("audit")


class Trail:
    """The entry of one call, until it has its outcome.

    Args:
        action: the endpoint's name.
        target_id: what the call is about, if its URL says so.
        given: what it was given, as JSON text without secrets.
    """

    def __init__(
        self, action: str, target_id: int | None, given: str, address: str, request_id: str
    ) -> None:
        self._action = action
        self._target_id = target_id
        self._given = given
        self._address = address
        self._request_id = request_id
        self._is_begun = False

    async def begin(self, company_id: int, rep_id: int | None, tried_name: str = "") -> None:
        """Write the entry down before anything is changed.

        Args:
            rep_id: who calls; None for a login that is nobody's.
            tried_name: the name that stands there then.

        Raises:
            DatabaseAway, Unavailable: it cannot be written, so nothing may be changed.
        """
        entry = Entry(
            *(company_id, rep_id, tried_name, self._action, self._target_id, self._given),
            *(self._address, self._request_id),
        )
        try:
            await queries.begin(entry, now())
        except DatabaseAway:
            raise
        except Exception as error:
            _log.exception("fault", action=self._action)
            raise Unavailable from error
        self._is_begun = True

    async def finish(self, outcome: int) -> None:
        """Write the code of the answer into the entry, if there is one.

        A database that is away by now leaves it open: the change itself is told as it went.
        """
        if not self._is_begun:
            return
        try:
            await _finish(self._request_id, outcome)
        except DatabaseAway as error:
            _log.warning("outcome not stored", action=self._action, error=str(error))


_finish = retry_on_deadlock(queries.finish)


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are looked for; None stands for any, the days are both included."""

    rep_id: int | None = None
    action: str | None = None
    address: str | None = None
    outcome: int | None = None
    first_day: date | None = None
    last_day: date | None = None


async def page(
    rep: AdminRep, company_id: int | None, search: Search, limit: int, offset: int
) -> tuple[Sequence[EntryRow], int]:
    """List the entries of a company, the newest first, and count them.

    Args:
        company_id: None for the rep's own; another one only for who manages all.

    Raises:
        NotFound: the company is not the rep's to manage, or the rep that is looked for was never
            one of it.
    """
    wanted = (await find_visible(rep, company_id)).id
    if search.rep_id is not None and not await queries.names_rep(wanted, search.rep_id):
        raise NotFound
    days = whole_days(search.first_day or FIRST_DAY, search.last_day or LAST_DAY)
    found = EntryFilter(
        *(search.rep_id, search.action, search.address, search.outcome),
        begin_at=days.begin_at if search.first_day else None,
        over_at=days.over_at if search.last_day else None,
    )
    return await queries.page(wanted, found, limit, offset)
