"""What the ordinary handlers have in common, and the names of files (decisions E1, T16)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from handlers.base import BaseHandler
from handlers.endpoint import Raw, collect_raw
from tests.api import Api, checked
from tests.logs import Log

PICTURE = "/statics/imgs/setAvator.jpg"
PAGES = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/docs.js",
    "/console/",
    PICTURE,
]
CHANGING = ["Date", "Content-Length"]


@pytest.mark.parametrize("raw", collect_raw(), ids=lambda raw: raw.shown)
def test_every_ordinary_handler_stands_on_the_common_base(raw: Raw) -> None:
    assert issubclass(raw.handler, BaseHandler)


@pytest.mark.parametrize("path", PAGES)
async def test_head_answers_as_get_without_a_body(api: Api, path: str) -> None:
    got, head = await api.fetch("GET", path), await api.fetch("HEAD", path)
    for answer in (got, head):
        for name in CHANGING:
            answer.headers.pop(name, None)
    assert (head.code, dict(head.headers), head.body) == (got.code, dict(got.headers), b"")


async def test_head_tells_that_a_process_is_not_ready(api: Api, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    assert (await api.fetch("HEAD", "/readyz")).code == 503


@pytest.mark.settings(trusted_proxies=["127.0.0.1"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_head_shows_figures_to_nobody_else_either(api: Api, method: str) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert (await api.fetch(method, "/metrics", headers=headers)).code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "BREW"])
@pytest.mark.parametrize("path", PAGES)
async def test_every_other_method_is_402(api: Api, path: str, method: str) -> None:
    response = await api.fetch(method, path)
    assert (response.code, checked(response)["code"]) == (200, 402)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("folder", ["/statics/", "/docs/", "/console/assets/"])
@pytest.mark.parametrize(
    "name", ["%00", "a%00.jpg", "%ff", "a/%00/b.jpg", "x" * 5000, "%2e%2e/%2e%2e/server.py", "x"]
)
async def test_a_name_that_no_file_has_is_404(
    api: Api, log: Log, folder: str, name: str, method: str
) -> None:
    response = await api.fetch(method, f"{folder}{name}")
    (line,) = log.named("request")
    assert (response.code, line["code"], log.errors) == (404, 404, [])
    if method == "GET":
        assert json.loads(response.body) == {"code": 404, "msg": "非法请求", "data": {}}
