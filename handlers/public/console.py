"""The console of reps and managers (``static/console``), and the files of all pages."""

from __future__ import annotations

from handlers.endpoint import Raw
from handlers.public.files import MANY_SECONDS, StaticFile
from handlers.public.pages import BUILT, Page


class ConsolePage(Page):
    """Shows the console."""

    file = "index.html"


class ConsoleFile(StaticFile):
    """Serves the files that the pages need; their names change with what is in them."""

    endpoint_name = "public.console"

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:
        return MANY_SECONDS


RAW = [
    Raw(
        r"/console/assets/(.+)",
        ConsoleFile,
        {"path": str(BUILT / "assets")},
        "/console/assets/{path}",
    ),
    Raw(r"/console(?:/.*)?", ConsolePage, {}, "/console"),
]
