"""Files for browsers: what the project brings along, and what was uploaded."""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tornado.web import HTTPError, StaticFileHandler

from handlers.base import BaseHandler
from handlers.endpoint import Raw

STATIC: Final = Path(__file__).parents[2] / "static"
MANY_SECONDS: Final = 365 * 24 * 3600
A_DAY: Final = 24 * 3600


class StaticFile(StaticFileHandler, BaseHandler):
    """Serves files; a name that no file can have is one of a file that is not there."""

    def parse_url_path(self, url_path: str) -> str:
        if "\0" in url_path:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return super().parse_url_path(url_path)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        is_no_text = status_code == HTTPStatus.BAD_REQUEST
        super().write_error(HTTPStatus.NOT_FOUND if is_no_text else status_code, **kwargs)


class Uploaded(StaticFile):
    """Serves ``/statics/…``: uploads from the data directory, else the project's own pictures."""

    endpoint_name = "public.files"

    def initialize(self) -> None:  # type: ignore[override]  # the path is a setting
        super().initialize(str(self.services.settings.data_dir / "statics"))

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        uploaded = super().get_absolute_path(root, path)
        if os.path.isfile(uploaded):  # noqa: PTH113 - is_file() raises when the name is too long
            return uploaded
        return super().get_absolute_path(str(STATIC), path)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        base = root if absolute_path.startswith(root) else str(STATIC)
        return super().validate_absolute_path(base, absolute_path)

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:
        # Uploads get a new name with each version; the project's own pictures may change.
        return MANY_SECONDS if path.startswith("zhugeleida/") else A_DAY

    def compute_etag(self) -> str | None:
        # Tornado's own would read the whole file at once, and keep what it found for ever.
        stat = Path(self.absolute_path or "").stat()
        return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'

    def get_content_type(self) -> str:
        # Python 3.11 knows this one only where the system's list has it.
        is_webp = Path(self.absolute_path or "").suffix == ".webp"
        return "image/webp" if is_webp else super().get_content_type()


RAW = [Raw(r"/statics/(.*)", Uploaded, {}, "/statics/{path}")]
