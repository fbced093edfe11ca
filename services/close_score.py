"""The close score: how near a customer is to buying, from what it has done (decisions D21).

* An action is worth the points of its kind (``ZHUGE_CLOSE_SCORE_WEIGHTS``), half of them after 14
  days, a quarter after 28, and so on; after 180 days none.
* ``score = 100 * (1 - 2 ** (-points / 40))``: from 0 to 100, where every 40 points halve what is
  missing to 100. 40 points make 50, 80 make 75, 120 make 88.
* The reasons are the three kinds of action with the most points. Each says how often it was done in
  the shortest of 3, 7, 14, 30, 90 or 180 days that holds at least half of its points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from models import customer_file as queries
from services.radar import LABELS

HALF_LIFE_DAYS: Final = 14
HALF_WAY_POINTS: Final = 40
WINDOWS_DAYS: Final = (3, 7, 14, 30, 90, 180)
MOST_REASONS: Final = 3


@dataclass(frozen=True, slots=True)
class Score:
    """A customer's score from 0 to 100, and in Chinese what made it, the strongest reason first."""

    percent: int
    reasons: list[str]


class _Done(NamedTuple):
    """How often one thing was done on one day, and what that is worth today."""

    age_days: int
    times: int
    points: float


async def of_pair(
    rep_id: int, customer_id: int, action_points: Mapping[int, int], today: date
) -> Score:
    """Compute what a customer has scored with a rep, from the daily counters by one query.

    Args:
        action_points: what one action is worth, by its kind.
    """
    if not action_points:
        return Score(0, [])
    since = today - timedelta(days=WINDOWS_DAYS[-1] - 1)
    counts = await queries.action_counts(rep_id, customer_id, action_points, since)
    return score(counts, action_points, today)


def score(
    counts: Sequence[tuple[int, date, int]], action_points: Mapping[int, int], today: date
) -> Score:
    """Compute a score.

    Args:
        counts: kinds of action, with a day and how often it was done on that.
        action_points: what one action is worth, by its kind.
    """
    done: dict[int, list[_Done]] = defaultdict(list)
    for action, day, count in counts:
        age_days = max((today - day).days, 0)
        points = action_points[action] * count * 0.5 ** (age_days / HALF_LIFE_DAYS)
        done[action].append(_Done(age_days, count, points))
    totals = {action: _points(rows) for action, rows in done.items() if _points(rows)}
    strongest = sorted(totals, key=lambda action: (-totals[action], action))[:MOST_REASONS]
    missing = 2 ** (-sum(totals.values()) / HALF_WAY_POINTS)
    return Score(
        round(100 * (1 - missing)), [_reason(action, done[action]) for action in strongest]
    )


def _reason(action: int, rows: Sequence[_Done]) -> str:
    """Say how often something was done lately, such as 近3天查看产品5次."""
    for days in WINDOWS_DAYS:
        recent = [row for row in rows if row.age_days < days]
        if 2 * _points(recent) >= _points(rows):
            break
    times = sum(row.times for row in recent)
    return f"近{days}天{LABELS.get(action, f'动作{action}')}{times}次"


def _points(rows: Sequence[_Done]) -> float:
    return sum(row.points for row in rows)
