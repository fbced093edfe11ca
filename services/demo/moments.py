"""Times that the texts give relative to now."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from services.clock import SHANGHAI, day_of

FORM: Final = re.compile(r"([1-9]\d*)d (\d\d):(\d\d)|([1-9]\d?)m", re.ASCII)


class Moments:
    """Turns ``3d 14:20`` and ``25m`` into moments.

    A time of day is that of an earlier day in Shanghai, minutes are counted back from now. As long
    as the texts keep yesterday's times before 22:00 and the minutes below 100, what stands later in
    the texts is later on the clock too, at whatever hour the data is loaded.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._today = day_of(now)

    def at(self, text: str) -> datetime:
        """Give the moment that a text means.

        Raises:
            ValueError: it is no such text.
        """
        found = FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"not a moment: {text!r}")
        if found[4]:
            return self.now - timedelta(minutes=int(found[4]))
        days, hour, minute = int(found[1]), int(found[2]), int(found[3])
        # Odd seconds, always the same ones: nobody acts on the full minute.
        odd = time(hour, minute, (days * 17 + hour * 13 + minute * 7) % 60)
        return datetime.combine(self._today - timedelta(days), odd, SHANGHAI)

    def day(self, ahead: int) -> date:
        """Give the day that is some days ahead."""
        return self._today + timedelta(ahead)
