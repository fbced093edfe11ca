"""The action log with its counters, counted as the server would have counted them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Final

from models.radar import ActionCounter, ActionLog, ActionTotal, CardPraise, SignPraise, totals_of
from models.staff import Rep
from services.clock import day_of
from services.demo.bonds import bond_of, note_time
from services.demo.plan import Deed, Pair, Plan, Row

STILL_NEW: Final = timedelta(days=1)


def add_logs(plan: Plan) -> None:
    """Plan the action log with its counters, and the praise that is left in the end."""
    times: Counter[tuple[Pair, str, str]] = Counter()
    counts: Counter[tuple[int, int, int, int, date]] = Counter()
    praise: dict[Pair, Row] = {}
    for deed in sorted(plan.deeds, key=lambda deed: deed.at):
        times[deed.pair, deed.name, deed.subject] += 1
        action = _log(plan, deed, times[deed.pair, deed.name, deed.subject])
        counts[deed.company_id, *deed.pair, action, day_of(deed.at)] += 1
        _count(plan, deed, praise)
    for (company_id, rep_id, customer_id, action, day), count in counts.items():
        plan.add(
            ActionCounter,
            company=company_id,
            rep=rep_id,
            customer=customer_id,
            action=action,
            day=day,
            count=count,
        )
    daily = ((*key, count) for key, count in counts.items())
    for (company_id, rep_id, customer_id, day, action), count in totals_of(daily).items():
        row = {"customer_id": customer_id, "day": day, "action": action, "count": count}
        plan.add(ActionTotal, company=company_id, rep=rep_id, **row)
    for (rep_id, _), row in praise.items():
        plan.find(Rep, id=rep_id)["praise_count"] += row["is_up"]


def _log(plan: Plan, deed: Deed, times: int) -> int:
    """Plan the log row of a deed that is done for the n-th time, and give its action."""
    facts = plan.system["deeds"][deed.name]
    remark = facts["remarks"][min(times, len(facts["remarks"])) - 1]
    plan.add(
        ActionLog,
        company=deed.company_id,
        rep=deed.pair[0],
        customer=deed.pair[1],
        action=facts["action"],
        remark=remark.format(subject=deed.subject, n=times),
        is_new=plan.moments.now - deed.at < STILL_NEW,
        diary=deed.diary_id,
        created_at=deed.at,
    )
    bond = bond_of(plan, deed.pair)
    note_time(bond, "last_activity_at", deed.at)
    note_time(bond, "last_event_at", deed.at)
    return int(facts["action"])


def _count(plan: Plan, deed: Deed, praise: dict[Pair, Row]) -> None:
    """Move what a deed counts for on the rep's card."""
    rep, pair = plan.find(Rep, id=deed.pair[0]), deed.pair
    if deed.name == "view_card":
        rep["popularity"] += 1
    elif deed.name == "forward_card":
        rep["forward_count"] += 1
    elif deed.name == "praise_sign":
        rep["sign_praise_count"] += 1
        plan.add(SignPraise, rep=pair[0], customer=pair[1], created_at=deed.at)
    elif deed.name in ("praise", "take_praise_back"):
        if pair not in praise:
            praise[pair] = plan.add(
                CardPraise, rep=pair[0], customer=pair[1], is_up=False, created_at=deed.at
            )
        praise[pair]["is_up"] = deed.name == "praise"
