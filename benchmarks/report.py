"""Results as a table: rates, latencies, who used the CPU, and the ratio to the bare limit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from benchmarks.scenarios import Result
from benchmarks.targets import BARE, BARE_TO_BOTH

NAMES = {
    BARE: "bare Tornado",
    BARE_TO_BOTH: "bare Tornado, push to sender too",
    "sqlite": "server, SQLite",
    "mariadb": "server, MariaDB",
    "redis": "server, MariaDB + Redis",
}
MOST_BY_OTHERS = 0.2
MAIN = {"chat": "ack", "cards": "answer"}

Row = list[str]


def table(results: Sequence[Result]) -> str:
    """Write the results of one load; the bare limit, where it was measured, is the reference.

    Of several runs on one server the median is shown.
    """
    load = results[0].load
    shown = [_median(list(runs)) for _, runs in groupby(_sorted(results), lambda one: one.server)]
    limit = next((one for one in shown if one.server == BARE), None)
    if load.what == "sockets":
        head = ["kB/socket", "of bare", "RSS MB"]
        rows = [_idle_row(one, limit) for one in shown]
    else:
        head = ["acked/s" if load.what == "chat" else "views/s", "of bare", "p50 ms", "p99 ms"]
        head += ["delivered/s", "p50 ms", "p99 ms"] if load.what == "chat" else []
        head += ["µs CPU", "of bare"]
        rows = [_busy_row(one, limit) for one in shown]
    head = [load.title, *head, "cores: server", "load", "mariadbd", "others"]
    return "\n".join([*aligned([head, *rows]), *_notes(results)])


def _sorted(results: Sequence[Result]) -> list[Result]:
    return sorted(results, key=lambda one: list(NAMES).index(one.server))


def _median(runs: Sequence[Result]) -> Result:
    return sorted(runs, key=_main_figure)[len(runs) // 2]


def _main_figure(result: Result) -> float:
    what, figures = result.load.what, result.figures
    found: float = (
        figures["kb_per_socket"] if what == "sockets" else figures["per_second"][MAIN[what]]
    )
    return found


def _busy_row(result: Result, limit: Result | None) -> Row:
    what, figures = result.load.what, result.figures
    main = MAIN[what]
    row = [NAMES[result.server], f"{_main_figure(result):,.0f}", _ratio(result, limit)]
    row += _latencies(result, main)
    if what == "chat":
        row += [f"{figures['per_second']['delivery']:,.0f}", *_latencies(result, "delivery")]
    micros = _micros(result)
    row += [f"{micros:.0f}", f"{micros / _micros(limit):.2f}" if limit is not None else "-"]
    return [*row, *_shares(result)]


def _micros(result: Result) -> float:
    """How much CPU the server used for one message or view, in microseconds."""
    count: int = result.figures["count"][MAIN[result.load.what]]
    seconds: float = result.figures["cpu_seconds"]["server"]
    return seconds / max(1, count) * 1e6


def _idle_row(result: Result, limit: Result | None) -> Row:
    memory = f"{result.figures['resident_mb']:.0f}"
    size = f"{_main_figure(result):.1f}"
    return [NAMES[result.server], size, _ratio(result, limit), memory, *_shares(result)]


def _ratio(result: Result, limit: Result | None) -> str:
    return f"{_main_figure(result) / _main_figure(limit):.2f}" if limit is not None else "-"


def _latencies(result: Result, name: str) -> Row:
    found = result.figures["latency_ms"][name]
    return [f"{found['p50']:.1f}", f"{found['p99']:.1f}"]


def _shares(result: Result) -> Row:
    """Write of each process how many cores it used in the window."""
    return [
        f"{_share(result, name):.2f}" if name in result.figures["cpu_seconds"] else ""
        for name in ("server", "load", "mariadbd", "others")
    ]


def _share(result: Result, name: str) -> float:
    used: float = result.figures["cpu_seconds"][name]
    seconds: float = result.figures["seconds"]
    return used / seconds


def aligned(rows: Sequence[Row]) -> list[str]:
    """Write rows of cells as lines, the first column to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _notes(results: Sequence[Result]) -> list[str]:
    notes: list[str] = []
    disturbed = [one for one in results if _share(one, "others") > MOST_BY_OTHERS]
    if disturbed:
        notes.append(
            f"disturbed: other programs used the CPU in {len(disturbed)} of {len(results)} runs;"
            " trust µs of CPU, not rates and latencies"
        )
    for one in results:
        notes += [f"FAILED {NAMES[one.server]}: {text}" for text in one.faults]
        if one.complaints:
            logged = f"{len(one.complaints)} lines, the first: {one.complaints[0]}"
            notes.append(f"logged by {NAMES[one.server]}: {logged}")
    return notes
