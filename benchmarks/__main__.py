"""``python -m benchmarks``: put the server under load and compare it with bare Tornado."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import resource
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks import (
    lists,
    measure,
    profiling,
    report,
    scaling,
    scaling_report,
    scenarios,
    targets,
)
from benchmarks.scenarios import Load, Result

BACKENDS = ("sqlite", "mariadb", "redis")
LISTS = "lists"
SCALING = "scaling"
OPEN_FILES = 20_000

HEADER = """\
zhugeleida benchmarks: {machine}, Python {python}, {cores} cores shared by server, load and database
servers: python server.py serve, one process unless it says otherwise, uvloop, profile demo,
ZHUGE_LIMITS=off, log level warning (no access lines); SQLite synchronous=full, MariaDB
innodb_flush_log_at_trx_commit=1; one flush of this disk takes {flush:.1f} ms
load: one process, closed loop, 127.0.0.1; 1 s of warm-up, then {seconds:g} s measured
"""

_window = click.option(
    "--window",
    "windows",
    multiple=True,
    type=click.IntRange(1, 32),
    default=(1, 8),
    show_default=True,
    help="Chat messages in flight per socket; may be repeated.",
)
_on = click.option(
    "--on",
    "backends",
    multiple=True,
    type=click.Choice(BACKENDS),
    default=BACKENDS,
    show_default=True,
    help="Which database; redis is MariaDB and Redis; may be repeated.",
)


@click.command()
@click.argument("what", nargs=-1, type=click.Choice((*scenarios.WHAT, LISTS, SCALING)))
@click.option("--seconds", default=5.0, type=click.FloatRange(1, 60), help="Measured per load.")
@_window
@_on
@click.option("--repeat", default=1, type=click.IntRange(1, 9), help="Rounds; the median is shown.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all figures too.")
@click.option("--into", type=click.Path(path_type=Path), help="Put scaling's tables there, too.")
@click.option("--profile", is_flag=True, help="Show where the server's time goes (py-spy).")
def main(
    what: tuple[str, ...],
    seconds: float,
    windows: tuple[int, ...],
    backends: tuple[str, ...],
    repeat: int,
    json_file: Path | None,
    into: Path | None,
    profile: bool,
) -> None:
    """Measure chat, cards, sockets and lists, by default all of them on every database.

    Scaling, which is several processes on MariaDB and Redis, is measured when it is asked for.
    """
    _prepare()
    what = what or (*scenarios.WHAT, LISTS)
    loads = scenarios.loads([each for each in what if each in scenarios.WHAT], windows)
    with tempfile.TemporaryDirectory(prefix="zhuge-bench-") as name:
        header = _header(seconds, Path(name))
        click.echo(header)
        if profile:
            _profile(loads, backends, seconds, Path(name))
            return
        rounds = [Path(name) / str(number) for number in range(repeat if loads else 0)]
        results = [one for home in rounds for one in _measure(loads, backends, seconds, home)]
        figures = _measure_lists(backends, Path(name)) if LISTS in what else []
        scaled = [scaling.measure(Path(name), seconds)] if SCALING in what else []
    for load in loads:
        click.echo(report.table([one for one in results if one.load == load]) + "\n")
    if figures:
        click.echo(lists.table(figures) + "\n")
    for measured in scaled:
        _show_scaling(scaling_report.tables(measured, header), into)
    written = [one.to_dict() for one in results] + [one.to_dict() for one in figures]
    _write_json(written + [one.to_dict() for one in scaled], json_file)
    faults = [one.faults for one in results] + [one.faults for one in scaled]
    if any(faults) or any(one.is_fault for one in figures):
        click.echo("FAILED")
        raise SystemExit(1)


def _show_scaling(tables: str, into: Path | None) -> None:
    click.echo(tables)
    if into is not None:
        scaling_report.write_into(into, tables)


def _write_json(written: list[dict[str, Any]], json_file: Path | None) -> None:
    if json_file is not None:
        json_file.write_text(json.dumps(written, indent=2))


def _measure(
    loads: Sequence[Load], backends: Sequence[str], seconds: float, directory: Path
) -> Iterator[Result]:
    """Measure every load on the bare server and on each backend."""
    directory.mkdir()
    for load in loads:
        yield from scenarios.measure_bare(load, directory, seconds)
    for name in backends:
        with _backend(name, directory, loads) as behind:
            for load in loads:
                yield scenarios.measure_real(load, behind, seconds)


def _measure_lists(backends: Sequence[str], directory: Path) -> list[lists.Figure]:
    """Measure the lists on each database; a Redis makes no difference to them."""
    return [one for name in backends if name != "redis" for one in lists.measure(name, directory)]


def _profile(
    loads: Sequence[Load], backends: Sequence[str], seconds: float, directory: Path
) -> None:
    for name in backends:
        with _backend(name, directory, loads) as behind:
            for load in loads:
                stacks = directory / "stacks.txt"
                spied = partial(profiling.spied, seconds=seconds, output=stacks)
                result = scenarios.measure_real(load, behind, seconds + 2, spied)
                click.echo(f"{report.table([result])}\n{profiling.summary(stacks)}\n")


def _backend(
    name: str, directory: Path, loads: Sequence[Load]
) -> contextlib.AbstractContextManager[targets.Backend]:
    home = directory / name
    home.mkdir()
    return targets.backend(name, home, scenarios.customers_for([load.what for load in loads]))


def _prepare() -> None:
    """Forget the settings of whoever calls, and allow for thousands of sockets."""
    for name in [name for name in os.environ if name.startswith("ZHUGE_")]:
        del os.environ[name]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _header(seconds: float, directory: Path) -> str:
    return HEADER.format(
        flush=measure.flush_ms(directory),
        machine=platform.machine(),
        python=platform.python_version(),
        cores=os.cpu_count(),
        seconds=seconds,
    )


if __name__ == "__main__":
    main()
