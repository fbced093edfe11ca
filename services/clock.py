"""The wall clock of the business: days begin at midnight in Shanghai (decisions E6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """Say which day it is in Shanghai at a moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Say at which moment a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)
