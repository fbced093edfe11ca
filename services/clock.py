"""The wall clock of the business: days begin at midnight in Shanghai (decisions E6)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """Say which day it is in Shanghai at a moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Say at which moment a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def months_after(moment: datetime, months: int) -> datetime:
    """Say what moment it is so many calendar months later, by the wall clock in Shanghai.

    In a month that is too short it is that month's last day: a month after 31 January is the last
    of February, and two months after it 31 March.
    """
    local = moment.astimezone(SHANGHAI)
    more_years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + more_years, month + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def window(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """Say when days begin and are over, both included; None stands for no bound on that side."""
    over = None if last is None or last == date.max else start_of(last + timedelta(days=1))
    return None if first is None else start_of(first), over
