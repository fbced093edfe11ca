"""The API's description, and a page that shows it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from handlers.base import BaseHandler
from handlers.description import describe
from handlers.endpoint import Raw, collect, collect_raw
from handlers.public.files import StaticFile
from handlers.wire import to_json

VIEWER: Final = Path(__file__).parents[2] / "static" / "docs"


class Description(BaseHandler):
    """Serves the description as OpenAPI 3.1."""

    endpoint_name = "public.openapi"

    def get(self) -> None:
        self.finish(description())


class DocsPage(BaseHandler):
    """Shows the description in a browser."""

    endpoint_name = "public.docs"

    def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish((VIEWER / "index.html").read_bytes())


class DocsFile(StaticFile):
    """Serves the files of the viewer."""

    endpoint_name = "public.docs"


@lru_cache
def description() -> str:
    """Write the description, once."""
    return to_json(describe(collect(), collect_raw()))


RAW = [
    Raw(r"/openapi\.json", Description, {}, "/openapi.json"),
    Raw(r"/docs/?", DocsPage, {}, "/docs"),
    Raw(r"/docs/(.+)", DocsFile, {"path": str(VIEWER)}, "/docs/{path}"),
]
