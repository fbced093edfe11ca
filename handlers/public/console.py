"""The console: one page for browsers, and the files it is built into (``static/console``)."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from conf.settings import Settings
from handlers.base import BaseHandler
from handlers.endpoint import Raw
from handlers.public.files import MANY_SECONDS, StaticFile

BUILT: Final = Path(__file__).parents[2] / "static" / "console" / "dist"
NOT_BUILT: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>诸葛雷达</title>
<h1>控制台尚未构建 · The console has not been built</h1>
<p><code>make console</code></p>
"""


class ConsolePage(BaseHandler):
    """Shows the console, at whatever address inside it: the page finds its own way."""

    endpoint_name = "public.console"

    def get(self) -> None:
        settings = self.services.settings
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Content-Security-Policy", policy(settings))
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-cache")
        try:
            page = (BUILT / "index.html").read_text("utf-8")
        except FileNotFoundError:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            page = NOT_BUILT
        self.finish(page.replace("%PROFILE%", settings.profile))


class ConsoleFile(StaticFile):
    """Serves the files that the page needs; their names change with what is in them."""

    endpoint_name = "public.console"

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:
        return MANY_SECONDS


def policy(settings: Settings) -> str:
    """What the page may load and where it may connect to: this server, and https for pictures."""
    sockets = settings.public_url.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob: https:",
            f"connect-src 'self' {sockets}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


RAW = [
    Raw(
        r"/console/assets/(.+)",
        ConsoleFile,
        {"path": str(BUILT / "assets")},
        "/console/assets/{path}",
    ),
    Raw(r"/console(?:/.*)?", ConsolePage, {}, "/console"),
]
