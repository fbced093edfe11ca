"""What cases and diaries share: whose library it is, and what the radar tells of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from models import radar as radar_queries
from models.diaries import HeldDiary
from models.library import Publication as Publication
from models.radar import Action, PairFacts
from services import radar
from services.deeds import diary_remark
from services.errors import NotFound
from services.principals import Principal
from services.radar import Happening, LogEntry

FRONT_PAGE: Final = "首页"


def require_own(caller: Principal, company_id: int | None) -> None:
    """Refuse another company than the caller's; none means the caller's (decisions S30).

    Raises:
        NotFound: it is another one.
    """
    if company_id is not None and company_id != caller.company_id:
        raise NotFound


async def log_front_page(facts: PairFacts, moment: datetime) -> list[LogEntry]:
    """Log that a customer looks at the cases on a rep's page; the rep has to be locked."""
    if not _is_logged(facts, moment):
        return []
    action = Action.VIEW_DIARIES
    number = await radar_queries.times_done(facts.card.id, facts.customer_id, action) + 1
    remark = diary_remark(FRONT_PAGE, number)
    return await radar.record([Happening.of(facts, action, remark)], moment)


async def log_diary(facts: PairFacts, diary: HeldDiary, moment: datetime) -> list[LogEntry]:
    """Log that a customer reads a diary on a rep's page; the rep has to be locked."""
    if not _is_logged(facts, moment):
        return []
    number = await radar_queries.times_read(facts.card.id, facts.customer_id, diary.id) + 1
    remark = diary_remark(diary.title, number)
    return await radar.record([Happening.of(facts, Action.VIEW_DIARY, remark, diary.id)], moment)


def _is_logged(facts: PairFacts, moment: datetime) -> bool:
    # These are views: of customers without a name they are not logged (decisions S31).
    return facts.is_logged(moment) and bool(facts.customer_name)
