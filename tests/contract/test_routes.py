"""The routes as they were agreed on: ``routes.txt`` is the review of a change (make routes)."""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from pydantic import AliasChoices

from handlers.endpoint import Endpoint, collect, collect_raw
from handlers.wire import Wire

ROUTES = Path(__file__).parent / "routes.txt"
HEAD = "# method  path  caller  fields (* required, | other names)  function\n"


def lines() -> list[str]:
    """Every route, one a line, ordered by URL."""
    rows = [
        (path, each.method, callers(each), fields(each.params), each.name)
        for each in collect()
        for path in each.paths
    ]
    rows += [
        (pattern, "*", "-", "-", f"{handler.__module__.removeprefix('handlers.')}.{name}")
        for pattern, handler, *_ in collect_raw()
        for name in [handler.__name__]
    ]
    return [
        f"{method}  {path}  {caller}  {names}  {function}"
        for path, method, caller, names, function in sorted(rows)
    ]


def callers(each: Endpoint) -> str:
    """Who may call."""
    return "|".join(kind.__name__ for kind in each.callers) or "anybody"


def fields(params: type[Wire] | None) -> str:
    """The names on the wire, in the order of the schema."""
    if params is None:
        return "-"
    return ",".join(
        "|".join(map(str, names)) + ("*" if params.model_fields[name].is_required() else "")
        for name, names in wire_names(params).items()
    )


def wire_names(params: type[Wire]) -> dict[str, list[str]]:
    """By field, how it may be spelt on the wire."""
    found = {}
    for name, info in params.model_fields.items():
        assert isinstance(info.validation_alias, AliasChoices), f"{params.__name__}.{name}: wire()"
        found[name] = [str(choice) for choice in info.validation_alias.choices]
    return found


def full_name(params: type[Wire]) -> str:
    """Where a schema is declared, and its name."""
    return f"{params.__module__.removeprefix('handlers.')}.{params.__name__}"


SCHEMAS = sorted({each.params for each in collect() if each.params}, key=full_name)


def test_routes_are_as_agreed() -> None:
    text = HEAD + "".join(f"{line}\n" for line in lines())
    if "ZHUGE_WRITE_ROUTES" in os.environ:
        ROUTES.write_text(text, encoding="utf-8")
    agreed = ROUTES.read_text(encoding="utf-8")
    assert text.splitlines() == agreed.splitlines(), "after a wanted change: make routes"


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_a_url_leads_to_its_module(each: Endpoint) -> None:
    family, segment = each.paths[-1].split("/")[2:4]
    snake = re.sub("(?<=[a-z])(?=[A-Z])", "_", segment).lower()
    assert each.run.__module__ == f"handlers.{family}.{snake}"


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_an_endpoint_says_what_it_does(each: Endpoint) -> None:
    assert (each.run.__doc__ or "").split("\n")[0].endswith(".")


def test_no_call_is_served_by_two_endpoints() -> None:
    served = Counter(
        (each.method, path.rstrip("/").removesuffix("/0"), caller)
        for each in collect()
        for path in each.paths
        for caller in each.callers or (None,)
    )
    assert [call for call, count in served.items() if count > 1] == []


def test_who_signs_tells_apart_all_endpoints_of_a_url() -> None:
    by_url = itertools.groupby(
        sorted(
            ((each.method, path, each) for each in collect() for path in each.paths),
            key=lambda row: row[:2],
        ),
        key=lambda row: row[:2],
    )
    for url, rows in by_url:
        endpoints = [each for *_, each in rows]
        assert len(endpoints) == 1 or all(each.callers for each in endpoints), url


@pytest.mark.parametrize("params", SCHEMAS, ids=full_name)
def test_a_name_on_the_wire_means_one_field(params: type[Wire]) -> None:
    names = Counter(itertools.chain.from_iterable(wire_names(params).values()))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("params", SCHEMAS, ids=full_name)
def test_a_complaint_about_a_field_can_name_it(params: type[Wire]) -> None:
    assert [name for name, info in params.model_fields.items() if not info.title] == []


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_what_the_path_says_is_a_field(each: Endpoint) -> None:
    in_path = set(re.findall(r"{(\w+)}", "".join(each.paths)))
    known = set(
        itertools.chain.from_iterable(wire_names(each.params).values() if each.params else [])
    )
    assert in_path <= known
