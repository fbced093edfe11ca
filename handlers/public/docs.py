"""The API's description, and pages that show it and what it does not hold: words and the socket."""

from __future__ import annotations

import html
from functools import lru_cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from handlers.base import BaseHandler
from handlers.description import describe
from handlers.endpoint import Raw, collect, collect_raw
from handlers.public.files import StaticFile
from handlers.wire import to_json

ROOT: Final = Path(__file__).parents[2]
VIEWER: Final = ROOT / "static" / "docs"
TEXTS: Final = ROOT / "docs"
SHOWN: Final = {"websocket": "WEBSOCKET.md", "words": "API.md"}
"""The texts that are shown beside the description: their address below /docs, and their file."""
LINKED_HEADINGS: Final = 3


class Description(BaseHandler):
    """Serves the description as OpenAPI 3.1."""

    endpoint_name = "public.openapi"

    def get(self) -> None:
        self.finish(description())


class DocsPage(BaseHandler):
    """Shows the description in a browser, or one of the texts."""

    endpoint_name = "public.docs"

    def get(self, name: str | None = None) -> None:
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        )
        self.finish((VIEWER / "index.html").read_bytes() if name is None else text_page(name))


class DocsFile(StaticFile):
    """Serves the files of the viewer."""

    endpoint_name = "public.docs"


@lru_cache
def description() -> str:
    """Write the description, once."""
    return to_json(describe(collect(), collect_raw()))


@lru_cache
def text_page(name: str) -> str:
    """Write the page of a text, once.

    Args:
        name: one of ``SHOWN``.
    """
    text = (TEXTS / SHOWN[name]).read_text("utf-8")
    for address, file in SHOWN.items():
        text = text.replace(f"]({file}", f"](/docs/{address}")
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.use(anchors_plugin, max_level=LINKED_HEADINGS)
    title = html.escape(text.partition("\n")[0].removeprefix("# "))
    page = (VIEWER / "text.html").read_text("utf-8")
    return page.replace("%TITLE%", title).replace("%TEXT%", markdown.render(text))


RAW = [
    Raw(r"/openapi\.json", Description, {}, "/openapi.json"),
    Raw(r"/docs/?", DocsPage, {}, "/docs"),
    Raw(rf"/docs/({'|'.join(SHOWN)})", DocsPage, {}, "/docs/{name}"),
    # The texts' own pictures stand beside them.
    Raw(r"/docs/(poster_\w+\.png)", DocsFile, {"path": str(TEXTS)}, "/docs/{picture}"),
    Raw(r"/docs/(.+)", DocsFile, {"path": str(VIEWER)}, "/docs/{path}"),
]
