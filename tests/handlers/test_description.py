"""The API's description: valid, complete, and served with a page that shows it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from handlers.description import SIGNATURE, describe
from handlers.endpoint import Endpoint, collect, collect_raw
from tests.api import Api
from tests.sheets import CSV_TYPE, XLSX_TYPE

DESCRIPTION = describe(collect(), collect_raw())


def operation(each: Endpoint, path: str) -> Any:
    """What the description says of an endpoint under one of its paths."""
    return DESCRIPTION["paths"][path.rstrip("/")][each.method.lower()]


@pytest.mark.unmeasured  # no line of ours runs, and the validator's take ten times as long
def test_the_description_is_valid_openapi() -> None:
    errors = OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()
    assert [str(error) for error in errors] == []


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_every_path_of_an_endpoint_is_described(each: Endpoint) -> None:
    names = {
        name for path in each.paths for name in operation(each, path)["operationId"].split("+")
    }
    assert each.name in names


def test_nothing_is_described_that_is_not_served() -> None:
    served = {path.rstrip("/") for each in collect() for path in each.paths}
    assert DESCRIPTION["paths"].keys() == served | {raw.shown for raw in collect_raw()}


def test_the_notices_of_payments_are_described_as_they_come() -> None:
    assert DESCRIPTION["paths"]["/zhugeleida/xiaochengxu/payback"].keys() == {"post"}


def test_bounds_have_the_names_of_json_schema() -> None:
    text = json.dumps(DESCRIPTION)
    found = [name for name in ("ge", "le", "gt", "lt") if re.search(rf'"{name}": [\d-]', text)]
    assert found == []


def test_operations_have_names_of_their_own() -> None:
    names = Counter(
        each["operationId"] for path in DESCRIPTION["paths"].values() for each in path.values()
    )
    assert {name for name, count in names.items() if count > 1} == set()


PAGES = ["/docs", "/docs/websocket", "/docs/words"]


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_a_signed_call_is_described_as_signed(each: Endpoint) -> None:
    signed: list[dict[str, list[str]]] = [{name: [] for name in SIGNATURE}]
    assert operation(each, each.paths[-1])["security"] == (signed if each.callers else [])


async def test_the_description_is_served(api: Api) -> None:
    response = await api.fetch("GET", "/openapi.json")
    assert json.loads(response.body) == DESCRIPTION


async def test_a_page_shows_the_description(api: Api) -> None:
    response = await api.fetch("GET", "/docs")
    assert (response.code, response.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_needs_nothing_from_elsewhere(api: Api, path: str) -> None:
    page = await api.fetch("GET", path)
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.body.decode()) == []
    assert "unsafe" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_finds_what_it_names(api: Api, path: str) -> None:
    page = (await api.fetch("GET", path)).body.decode()
    names = set(re.findall(r"""(?:src|href)=["']([^"']+)["']""", page))
    assert {"/docs", "/docs/pages.css"} <= names
    for name in names:
        file, _, heading = name.partition("#")
        answer = await api.fetch("GET", urljoin(path, file))
        assert answer.code == 200, name
        assert f'id="{heading}"' in answer.body.decode() if heading else True, name


@pytest.mark.parametrize(
    ("path", "said"), [("/docs/websocket", "client_msg_id"), ("/docs/words", "rand_str")]
)
async def test_a_text_is_shown_beside_the_description(api: Api, path: str, said: str) -> None:
    page = (await api.fetch("GET", path)).body.decode()
    assert "<table>" in page
    assert said in page
    assert "%TEXT%" not in page


def test_exports_say_as_what_they_come() -> None:
    for path in ("customer/export", "follow_info/export"):
        operation = DESCRIPTION["paths"][f"/zhugeleida/admin/{path}"]["get"]
        assert [*operation["responses"]["200"]["content"]] == [CSV_TYPE, XLSX_TYPE]
        assert "format" in {parameter["name"] for parameter in operation["parameters"]}
