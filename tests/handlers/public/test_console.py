"""The pages as browsers are given them; what they do is tested in ``tests/console``."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from handlers.public import pages
from tests.api import Api

PAGES = [
    *("/console", "/console/", "/console/radar", "/console/contacts/7", "/console/%ff/x.js"),
    *("/phone", "/phone/", "/phone/card"),
    "/",
]
MOST_BYTES = 300_000
FRAMES = {
    "/console/": {},
    "/phone/": {"font-src": ["'self'", "data:"]},
    "/": {"frame-src": ["'self'"]},
}


def directives(policy: str) -> dict[str, list[str]]:
    """Read a Content-Security-Policy."""
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize("path", PAGES)
async def test_every_address_inside_shows_the_page(api: Api, path: str) -> None:
    page = await api.fetch("GET", path)
    assert (page.code, page.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert '<div id="app">' in page.body.decode()
    assert page.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", FRAMES)
async def test_a_page_runs_and_loads_nothing_from_elsewhere(api: Api, path: str) -> None:
    page = await api.fetch("GET", path)
    policy = directives(page.headers["Content-Security-Policy"])
    assert policy == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", "https:"],
        "connect-src": ["'self'", api.url.replace("http", "ws", 1)],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        **FRAMES[path],
    }
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    text = page.body.decode()
    assert re.findall(r"<script(?![^>]* src=)|<style|\bstyle=|\bon\w+=|https?://", text) == []


@pytest.mark.parametrize("path", FRAMES)
async def test_what_a_page_names_is_there_and_kept_for_a_year(api: Api, path: str) -> None:
    page = (await api.fetch("GET", path)).body.decode()
    names = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert names
    for name in names:
        assert re.fullmatch(r"/console/assets/[\w.-]+-[\w-]{8}\.(js|css|svg)", name)
        file = await api.fetch("GET", name)
        assert (file.code, file.headers["Cache-Control"]) == (200, "max-age=31536000")


@pytest.mark.parametrize("path", FRAMES)
async def test_what_a_page_names_comes_in_gzip_to_whoever_takes_it(api: Api, path: str) -> None:
    page = (await api.fetch("GET", path)).body.decode()
    names = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page)
    packed_bytes = 0
    for name in names:
        plain = await api.fetch("GET", name, decompress_response=False)
        packed = await api.fetch(
            "GET", name, headers={"Accept-Encoding": "gzip"}, decompress_response=False
        )
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert plain.headers["Content-Type"] == packed.headers["Content-Type"]
        assert gzip.decompress(packed.body) == plain.body
        packed_bytes += len(packed.body)
    assert 0 < packed_bytes < MOST_BYTES


async def test_the_page_tells_of_the_demo_in_the_demo_alone(api: Api) -> None:
    page = (await api.fetch("GET", "/console/")).body.decode()
    assert '<meta name="zhuge-profile" content="demo"' in page


async def test_the_page_says_how_the_console_is_built(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BUILT", tmp_path)
    page = await api.fetch("GET", "/console/")
    assert page.code == 503
    assert "make console" in page.body.decode()
