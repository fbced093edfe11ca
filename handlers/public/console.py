"""The console of reps and managers (``static/console``), and the files of all pages."""

from __future__ import annotations

import mimetypes
import os

from handlers.endpoint import Raw
from handlers.public.files import MANY_SECONDS, StaticFile
from handlers.public.pages import BUILT, Page


class ConsolePage(Page):
    """Shows the console."""

    file = "index.html"


class ConsoleFile(StaticFile):
    """Serves the files that the pages need, in gzip as they were built to whoever takes it.

    Their names change with what is in them.
    """

    endpoint_name = "public.console"

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        asked = self.request.headers
        packed = f"{absolute_path}.gz"
        self.set_header("Vary", "Accept-Encoding")
        # A range is one of the file itself.
        takes_gzip = "gzip" in asked.get("Accept-Encoding", "") and "Range" not in asked
        if not takes_gzip or not os.path.isfile(packed):  # noqa: PTH113 - is_file() raises when the name is too long
            return super().validate_absolute_path(root, absolute_path)
        self.set_header("Content-Encoding", "gzip")
        return super().validate_absolute_path(root, packed)

    def get_content_type(self) -> str:
        return mimetypes.guess_type(self.path)[0] or super().get_content_type()

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
