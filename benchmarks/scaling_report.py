"""The tables of docs/SCALING.md: what was measured, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import scaling
from benchmarks.capacity import COUNTS, EXAMPLES, FULL, SOCKET_KB, Costs, Load
from benchmarks.report import MOST_BY_OTHERS
from benchmarks.scaling import APART, SPREAD, Chat, Scaling

BEGIN: Final = "<!-- measured: make bench ARGS=scaling -->\n"
END: Final = "<!-- end of what was measured -->\n"

Row = Sequence[str]


def tables(measured: Scaling, header: str) -> str:
    """Write everything in Markdown."""
    costs = Costs(measured)
    parts = [
        f"```\n{header.strip()}\n```",
        "### Measured: one to three processes\n\nEvery pair spans two processes.",
        _spread([one for one in measured.chats if one.layout in SPREAD], costs),
        "### Measured: what a message costs whom\n\nThree processes: one has all customers' "
        "sockets, one all reps', one nobody's. µs of CPU per message.",
        _apart([one for one in measured.chats if one.layout == APART]),
        "### Measured: hearing the bus\n\nµs of CPU for an event with so many messages, each of "
        "another rep, that two processes hear.",
        _heard(measured),
        "### Measured: one Redis\n\nAs many publish as subscribe, each as soon as it is answered.",
        _carried(measured),
        "### Arithmetic: how much N processes take\n\n"
        f"Messages a second at which each process uses {FULL:.0%} of a core; the others then.",
        _most([costs.most(count) for count in COUNTS]),
        "### Arithmetic: three installations",
        _examples(costs),
    ]
    faults = [f"FAILED {text}" for text in measured.faults]
    return "\n\n".join([*parts, *_disturbed(measured.chats), *faults]) + "\n"


def write_into(document: Path, text: str) -> None:
    """Put the tables into a document, in the place of former ones."""
    before, _, rest = document.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spread(chats: Sequence[Chat], costs: Costs) -> str:
    head = ["pairs × in flight, processes", "acked/s", "delivered/s", "ack p50 / p99 ms"]
    head += ["delivered p50 / p99 ms", "messages per commit", "commits/s", "events/s"]
    head += ["µs per message: servers", "by arithmetic", "mariadbd", "Redis", "load"]
    head += ["bytes per message: into Redis", "out"]
    rows = []
    for one in sorted(chats, key=lambda one: scaling.WIDTHS.index(one.width)):
        seconds, counted = one.figures["seconds"], one.figures["counted"]
        rows.append(
            [
                f"{one.width}, {one.layout.name}",
                *(f"{one.figures['per_second'][name]:,.0f}" for name in ("ack", "delivery")),
                *(_latency(one, name) for name in ("ack", "delivery")),
                f"{one.per_commit:.1f}",
                *(f"{counted[name] / seconds:,.0f}" for name in ("commits", "events")),
                f"{one.micros(*one.layout.processes):,.0f}",
                f"{_expected(one, costs):,.0f}",
                *(f"{one.micros(name):,.0f}" for name in ("mariadbd", "redis", "load")),
                *(f"{one.counted(name):,.0f}" for name in ("bytes_in", "bytes_out")),
            ]
        )
    return _table(head, rows)


def _expected(one: Chat, costs: Costs) -> float:
    """What all servers take for a message by the arithmetic of the tables below."""
    size = one.per_commit
    return costs.handling(size) + len(one.layout.processes) * costs.hearing(size)


def _latency(one: Chat, name: str) -> str:
    found = one.figures["latency_ms"][name]
    return f"{found['p50']:.0f} / {found['p99']:.0f}"


def _apart(chats: Sequence[Chat]) -> str:
    names = (scaling.CUSTOMERS, scaling.REPS, scaling.NOBODY)
    head = ["pairs × in flight", "messages per commit", *names, "mariadbd", "Redis"]
    rows = [
        [
            str(one.width),
            f"{one.per_commit:.1f}",
            *(f"{one.micros(name):,.0f}" for name in (*names, "mariadbd", "redis")),
        ]
        for one in chats
    ]
    return _table(head, rows)


def _heard(measured: Scaling) -> str:
    head = ["Redis, messages", "publishes and hears", "only hears", "the Redises together"]
    rows = [
        [
            f"{one.kind}, {one.batch}",
            *(f"{micros:,.0f}" for micros in (one.publishing, one.hearing, one.redis)),
        ]
        for one in measured.heard
    ]
    return _table(head, rows)


def _carried(measured: Scaling) -> str:
    head = ["subscribers", "bytes per event", "events/s", "out MB/s", "µs of Redis per event"]
    head += ["cores of Redis", "events/s of a whole core"]
    rows = [
        [
            str(one.subscribers),
            f"{one.size:,}",
            f"{one.per_second:,.0f}",
            f"{one.per_second * one.size * one.subscribers / 1e6:,.0f}",
            f"{one.micros:.1f}",
            f"{one.cores:.2f}",
            f"{1e6 / one.micros:,.0f}",
        ]
        for one in measured.carried
    ]
    return _table(head, rows)


def _most(loads: Sequence[Load]) -> str:
    head = ["processes", "messages/s", "messages per commit", "of a process: hearing"]
    head += ["mariadbd, cores", "commits/s", "Redis, cores", "Redis out, MB/s", "connections"]
    rows = [
        [
            str(one.processes),
            f"{one.messages:,.0f}",
            f"{one.per_commit:.1f}",
            f"{one.hearing / one.process:.0%}",
            f"{one.mariadbd:.1f}",
            f"{one.commits:,.0f}",
            f"{one.redis:.2f}",
            f"{one.redis_out / 1e6:,.1f}",
            str(one.connections),
        ]
        for one in loads
    ]
    return _table(head, rows)


def _examples(costs: Costs) -> str:
    loads = [costs.fitting(one) for one in EXAMPLES]
    pairs = list(zip(EXAMPLES, loads, strict=True))
    return _table(
        ["", *(one.name for one in EXAMPLES)],
        [
            ["customers online", *(f"{one.customers:,}" for one in EXAMPLES)],
            ["messages/s", *(f"{one.messages:,.0f}" for one in EXAMPLES)],
            ["processes", *(str(load.processes) for load in loads)],
            ["sockets of each", *(f"{one.sockets / load.processes:,.0f}" for one, load in pairs)],
            [
                "their memory, MB",
                *(f"{one.sockets / load.processes * SOCKET_KB / 1e3:,.0f}" for one, load in pairs),
            ],
            ["messages per commit", *(f"{load.per_commit:.1f}" for load in loads)],
            ["each process, of a core", *(f"{load.process:.0%}" for load in loads)],
            ["hearing alone", *(f"{load.hearing:.0%}" for load in loads)],
            ["mariadbd, cores", *(f"{load.mariadbd:.1f}" for load in loads)],
            ["commits/s", *(f"{load.commits:,.0f}" for load in loads)],
            ["connections", *(str(load.connections) for load in loads)],
            ["Redis, of a core", *(f"{load.redis:.0%}" for load in loads)],
            ["Redis out, MB/s", *(f"{load.redis_out / 1e6:,.1f}" for load in loads)],
        ],
    )


def _disturbed(chats: Sequence[Chat]) -> list[str]:
    share = [one.figures["cpu_seconds"]["others"] / one.figures["seconds"] for one in chats]
    disturbed = [one for one in share if one > MOST_BY_OTHERS]
    if not disturbed:
        return []
    return [
        f"Disturbed: other programs used the CPU in {len(disturbed)} of {len(chats)} runs;"
        " trust µs of CPU and bytes, not rates and latencies."
    ]
