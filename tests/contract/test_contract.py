"""The documents' calls, made as printed, against what the documents print (``calls.py``)."""

from __future__ import annotations

import itertools
import re
import time
from typing import Any

import pytest

from handlers.endpoint import Endpoint, Routes, collect, collect_raw
from models.customer import CustomerKind
from tests.api import Api
from tests.app import App
from tests.contract.calls import (
    DOCUMENTED,
    WEBSOCKET,
    Documented,
    Row,
    Scene,
    differences,
    documented,
    filled,
    make,
    send,
)
from tests.contract.data import ROWS
from tests.factories import make_customer, make_rep, session_for
from tests.handlers.xiaochengxu.simulator import Simulator, simulator

__all__ = ["simulator"]

# What they run is measured by the calls' own tests.
pytestmark = pytest.mark.unmeasured

CALLS = [row for row in ROWS if row.method != WEBSOCKET]
SIGNED = [row for row in CALLS if row.caller]
SPELLINGS = ["/{bare}", "/{path}/", "//{path}"]
IN_TURNS = list(zip(CALLS, itertools.cycle(SPELLINGS), strict=False))
OTHER = {"GET": "POST", "POST": "GET"}
TWENTY_MINUTES_MS = 20 * 60 * 1000


async def scene_of(row: Row, app: App, simulator: Simulator) -> Scene:
    """Prepare the scene of a row."""
    return {"simulator": simulator.url, **await row.prepare(app)}


def bare(path: str) -> str:
    """A printed path without its ids, and without the slash too many that some have."""
    return re.sub(r"{\w+}|\$\w+", "{}", path).replace("//", "/", 1)


def spelt(form: str, path: str) -> str:
    """Write a path with other slashes, or without its last zero (decisions E5)."""
    path = path.strip("/")
    return form.format(path=path, bare=path.removesuffix("/0"))


def is_served(method: str, path: str) -> bool:
    """Whether the code serves a printed path."""
    path = bare(path).replace("{}", "1")
    if method == WEBSOCKET:
        return any(re.fullmatch(pattern, path) for pattern, *_ in collect_raw())
    found, _ = Routes(collect()).find(path)
    return any(each.method == method for each in found)


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_an_answer_has_the_printed_shape(
    api: Api, app: App, simulator: Simulator, row: Row
) -> None:
    got = await make(api, row, await scene_of(row, app, simulator))
    assert differences(row.answer, got) == [], got


@pytest.mark.parametrize("each", collect(), ids=lambda each: each.name)
def test_every_spelling_of_a_path_leads_to_the_same_endpoints(each: Endpoint) -> None:
    routes = Routes(collect())
    for path in each.paths:
        found = routes.find(path)
        assert each in found[0]
        assert [routes.find(spelt(form, path)) for form in SPELLINGS] == [found] * len(SPELLINGS)


# Each row in one spelling, taken in turns: which endpoint a spelling leads to is tested above.
@pytest.mark.parametrize(
    ("row", "form"), [pytest.param(row, form, id=f"{row} {form}") for row, form in IN_TURNS]
)
async def test_slashes_and_zeros_around_a_printed_path_do_not_matter(
    api: Api, app: App, simulator: Simulator, form: str, row: Row
) -> None:
    scene = await scene_of(row, app, simulator)
    signature = (await session_for(scene[row.caller])).signature() if row.caller else {}
    written = spelt(form, filled(row.path, scene))
    answer = await send(api, row, scene, written, signature)
    assert answer.get("code", 200) == 200, answer


@pytest.mark.parametrize("row", SIGNED, ids=str)
async def test_a_call_is_refused_to_who_may_not_make_it(
    api: Api, app: App, simulator: Simulator, row: Row
) -> None:
    scene = await scene_of(row, app, simulator)
    path, company = filled(row.path, scene), scene["rep"].company
    principals = {
        "rep": await make_rep(company),
        "customer": await make_customer(company),
        "follower": await make_customer(company, CustomerKind.OFFICIAL_ACCOUNT),
    }
    may = {each.caller for each in SIGNED if bare(each.path) == bare(row.path)}
    found = {"nobody": await send(api, row, scene, path, {})}
    for name in principals.keys() - may:
        signature = (await session_for(principals[name])).signature()
        found[name] = await send(api, row, scene, path, signature)
    assert {name: answer["code"] for name, answer in found.items()} == dict.fromkeys(found, 404)


@pytest.mark.parametrize("row", SIGNED, ids=str)
async def test_a_call_is_refused_with_an_old_signature(
    api: Api, app: App, simulator: Simulator, row: Row
) -> None:
    scene = await scene_of(row, app, simulator)
    assert row.caller
    caller = await session_for(scene[row.caller])
    signature = caller.signature(timestamp=int(time.time() * 1000) - TWENTY_MINUTES_MS)
    answer = await send(api, row, scene, filled(row.path, scene), signature)
    assert (answer["code"], answer["msg"]) == (404, "非法请求")


@pytest.mark.parametrize(
    "row", [row for row in CALLS if not is_served(OTHER[row.method], row.path)], ids=str
)
async def test_a_printed_path_with_the_other_method_is_402(api: Api, row: Row) -> None:
    other = OTHER[row.method]
    path = bare(row.path).replace("{}", "1")
    response = await api.fetch(other, path, body=b"" if other == "POST" else None)
    assert (response.code, response.body) == (
        200,
        '{"code":402,"msg":"请求方式异常","data":{}}'.encode(),
    )


@pytest.mark.parametrize("call", documented(), ids=lambda call: f"{call.document}:{call.line}")
def test_a_documented_call_that_is_served_is_in_the_table(call: Documented) -> None:
    # Some sections print two calls.
    place = (call.document, call.line)
    section = [one for one in documented() if (one.document, one.line) == place]
    served = {bare(path) for one in section for path in one.paths if is_served(one.method, path)}
    rows = [row for row in ROWS if (row.document, row.line) == place]
    assert served == {bare(row.path) for row in rows}


def test_the_documents_print_155_calls_and_each_is_in_the_table() -> None:
    printed = DOCUMENTED.read_text("utf-8").splitlines()[1:]
    again = [line.partition(" = ")[2] for line in printed if " = " in line]
    first = {f"{call.document} {call.line}" for call in documented()}
    assert (len(printed), len(again)) == (155, 155 - len(documented()))
    assert set(again) <= first
    assert {f"{row.document} {row.line}" for row in ROWS} == first


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_is_of_a_documented_call(row: Row) -> None:
    assert (row.document, row.line, row.method) in {
        (call.document, call.line, call.method) for call in documented()
    }


def test_every_row_has_a_path_that_is_served() -> None:
    assert [str(row) for row in ROWS if not is_served(row.method, row.path)] == []


PRINTED = {
    "code": 200,
    "msg": "查询成功",
    "data": {
        "ret_data": [{"id": 1, "is_praise": True, "at": "2018-06-08T22:03:23.772"}],
        "src": "http://crm.example.com/a.jpg",
        "title": "",
        "article_id": None,
        "note": {},
        "rows": [],
    },
}


def changed(**data: Any) -> dict[str, Any]:
    """The printed answer with other values in its data."""
    return {**PRINTED, "data": {**PRINTED["data"], **data}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "got",
    [
        changed(ret_data=[{"id": 7, "is_praise": False, "at": "2030-01-01T00:00:00.000"}]),
        changed(title="床", article_id=5, note={"a": 1}, rows=[1]),
        changed(article_id="5", more=1),
        {**PRINTED, "more": 1},
    ],
)
def test_an_answer_with_other_values_has_the_same_shape(got: dict[str, Any]) -> None:
    assert differences(PRINTED, got) == []


ROW = {"id": 1, "is_praise": True, "at": "2018-06-08T22:03:23.772"}


@pytest.mark.parametrize(
    ("got", "complaint"),
    [
        ({"code": 200, "msg": "查询成功"}, "data: is missing"),
        ({**PRINTED, "code": 302}, "code: 200, not 302"),
        ({**PRINTED, "msg": "成功"}, "msg: '查询成功', not '成功'"),
        ({**PRINTED, "data": []}, "data: dict, not list"),
        (changed(ret_data=[]), "data.ret_data: is empty"),
        (changed(ret_data=[{**ROW, "id": "1"}]), "data.ret_data[0].id: int, not str"),
        (changed(ret_data=[{**ROW, "id": True}]), "data.ret_data[0].id: int, not bool"),
        (changed(ret_data=[{**ROW, "id": None}]), "data.ret_data[0].id: int, not NoneType"),
        (changed(ret_data=[{**ROW, "is_praise": 1}]), "data.ret_data[0].is_praise: bool, not int"),
        (changed(ret_data=[{"id": 1, "is_praise": True}]), "data.ret_data[0].at: is missing"),
        (
            changed(ret_data=[{**ROW, "at": "2018-06-08 22:03:23"}]),
            "data.ret_data[0].at: '2018-06-08 22:03:23' has not the form of"
            " '2018-06-08T22:03:23.772'",
        ),
        (
            changed(src="statics/a.jpg"),
            "data.src: 'statics/a.jpg' has not the form of 'http://crm.example.com/a.jpg'",
        ),
    ],
)
def test_an_answer_of_another_shape_is_told_apart(got: dict[str, Any], complaint: str) -> None:
    assert differences(PRINTED, got) == [complaint]
