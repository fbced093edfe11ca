"""The documented calls as data: what the documents print to send, and what they print to get.

A row is one printed call. To add one, append it to the module of its document in ``data``; nothing
else has to be told. Texts and numbers are ours, never the documents' (decisions D24).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.api import Api, Upload, checked, encoded
from tests.app import App
from tests.factories import session_for

WEBSOCKET = "WEBSOCKET"
DOCUMENTED = Path(__file__).parent / "data" / "documented.txt"

Scene = dict[str, Any]
"""What a call is about: rows and texts, by the names that ``$name`` in the table stands for."""

Prepare = Callable[[App], Awaitable[Scene]]


@dataclass(frozen=True)
class Row:
    """One printed call.

    Args:
        document: its number, such as ``002``.
        line: where the document's section begins, as ``data/documented.txt`` has it.
        path: as printed. ``$rep`` in it, in the query and in the body is the id of the scene's rep,
            ``$simulator`` the origin of WeChat's simulator.
        caller: who signs, by its name in the scene; None for nobody.
        answer: as printed, with values of ours. None stands for any type, of a list the first
            element counts. A redirect is ``{"redirect": {…}}`` with the query that it goes on with;
            a frame without an answer closes the socket.
        prepare: makes the scene.
        files: what a multipart form has beside the body, by field.
    """

    document: str
    line: int
    method: str
    path: str
    answer: Mapping[str, Any]
    caller: str | None
    prepare: Prepare
    query: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.document}:{self.line} {self.method} {self.path}"


@dataclass(frozen=True)
class Documented:
    """A call that a document prints, and the paths that it prints for it."""

    document: str
    line: int
    method: str
    paths: tuple[str, ...]


def documented() -> list[Documented]:
    """Read which calls there are; those that a later document repeats are given once."""
    lines = [line.split() for line in DOCUMENTED.read_text("utf-8").splitlines()[1:]]
    return [
        Documented(document, int(line), method, tuple(paths))
        for document, line, method, *paths in lines
        if paths[0] != "="
    ]


async def make(api: Api, row: Row, scene: Scene) -> dict[str, Any]:
    """Make the call of a row and read what comes back."""
    if row.method == WEBSOCKET:
        return await exchange(api, row, scene)
    caller = await session_for(scene[row.caller]) if row.caller else None
    return await send(
        api, row, scene, filled(row.path, scene), caller.signature() if caller else {}
    )


async def send(
    api: Api, row: Row, scene: Scene, path: str, signature: Mapping[str, str]
) -> dict[str, Any]:
    """Send what a row says to a path."""
    options: dict[str, Any] = {}
    if row.method == "POST":
        headers, body = encoded(filled(row.body, scene), None, row.files)
        options = {"headers": headers, "body": body}
    query = {**filled(row.query, scene), **signature}
    response = await api.fetch(row.method, path, query, **options)
    if response.code == 302:
        return {"redirect": dict(parse_qsl(urlsplit(response.headers["Location"]).query))}
    return checked(response)


async def exchange(api: Api, row: Row, scene: Scene) -> dict[str, Any]:
    """Send the frame of a row, after the registration that it needs, and wait for its answer."""
    socket = await api.socket("", path=row.path)
    if row.body.get("type") != "register":
        await socket.register(rep=scene["rep"].id, customer=scene["customer"].id)
    await socket.send(filled(row.body, scene))
    if not row.answer:
        assert await socket.close_code() == 1000
        return {}
    return await socket.until(lambda frame: frame["msg"] == row.answer["msg"])


def filled(value: Any, scene: Scene) -> Any:
    """Put the ids of the scene in the place of their names."""
    if isinstance(value, str):
        return Template(value).substitute(
            {name: getattr(row, "id", row) for name, row in scene.items()}
        )
    if isinstance(value, Mapping):
        return {name: filled(item, scene) for name, item in value.items()}
    return value


def differences(printed: Any, got: Any, at: str = "") -> list[str]:
    """Say where an answer is not of the printed shape: keys, types and forms of texts.

    The values do not count but for ``code`` and ``msg``. More keys than printed are allowed.
    """
    if printed is None:
        return []
    if type(printed) is not type(got) and not (isinstance(printed, dict) and isinstance(got, dict)):
        return [f"{at or 'answer'}: {type(printed).__name__}, not {type(got).__name__}"]
    if isinstance(printed, str) and form(printed) != form(got):
        return [f"{at}: {got!r} has not the form of {printed!r}"]
    found = []
    if isinstance(printed, list) and printed:
        found += differences(printed[0], got[0], f"{at}[0]") if got else [f"{at}: is empty"]
    if isinstance(printed, dict):
        for name, value in printed.items():
            inside = f"{at}.{name}".removeprefix(".")
            if name not in got:
                found.append(f"{inside}: is missing")
            elif inside in ("code", "msg") and got[name] != value:
                found.append(f"{inside}: {value!r}, not {got[name]!r}")
            else:
                found += differences(value, got[name], inside)
    return found


def form(text: str) -> str:
    """What kind of text it is: a time in which form, an absolute address, or any other."""
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return re.sub(r"\d", "0", text)
    return "address" if re.match(r"https?://", text) else "text"
