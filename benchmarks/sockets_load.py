"""Idle sockets: registered customers that say nothing, and what each costs the server."""

from __future__ import annotations

import asyncio

from benchmarks.chat_load import CUSTOMER_PATH, BareSide, Side
from benchmarks.client import open_websocket
from benchmarks.measure import Window, resident_bytes
from benchmarks.plan import Bound, Outcome, Plan

AT_ONCE = 20
FIRST = 1000
MOST_FAULTS = 10


async def run(plan: Plan) -> Outcome:
    """Open the idle sockets of a plan and compare the server's memory before and after.

    The first thousand are open before the first look, so that what the server needs once is not
    divided among the others.
    """
    sides = await _open_all(plan, plan.pairs[:FIRST])
    await asyncio.sleep(plan.warm_up)
    before = resident_bytes(plan.watched["server"])
    sides += await _open_all(plan, plan.pairs[FIRST : FIRST + plan.width])
    window = Window(plan.watched)
    await window.run(plan.warm_up, plan.seconds, ())
    after = resident_bytes(plan.watched["server"])
    faults = [side.socket.close_reason for side in sides if side.socket.close_reason]
    for side in sides:
        side.socket.close()
    figures = {
        **window.figures(),
        "sockets": len(sides) - FIRST,
        "resident_mb": round(after / 1e6, 1),
        "kb_per_socket": round((after - before) / 1000 / (len(sides) - FIRST), 2),
    }
    return Outcome(figures, faults[:MOST_FAULTS])


async def _open_all(plan: Plan, pairs: list[Bound]) -> list[Side]:
    turns = asyncio.Semaphore(AT_ONCE)
    kind = BareSide if plan.is_bare else Side

    async def open_one(pair: Bound) -> Side:
        async with turns:
            side = kind(await open_websocket(CUSTOMER_PATH, plan.port))
            frame: dict[str, object] = {"u_id": pair.rep.id, "user_id": pair.customer.id}
            await side.register(frame, pair.customer)
            return side

    return list(await asyncio.gather(*(open_one(pair) for pair in pairs)))
