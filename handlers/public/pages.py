"""The pages that browsers get: built into ``static/console/dist``, each finding its own way."""

from __future__ import annotations

import html
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar, Final

from conf.settings import Settings
from handlers.base import BaseHandler

BUILT: Final = Path(__file__).parents[2] / "static" / "console" / "dist"
NOT_BUILT: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>诸葛雷达</title>
<h1>控制台尚未构建 · The console has not been built</h1>
<p><code>make console</code></p>
"""


class Page(BaseHandler):
    """Shows a built page, at whatever address inside it."""

    endpoint_name = "public.console"
    file: ClassVar[str]
    """Its name in the folder of what is built."""
    sources: ClassVar[dict[str, str]] = {}
    """What it loads beyond that which every page may, by directive."""

    @property
    def facts(self) -> dict[str, str]:
        """What the page is told, by the word that stands for it."""
        return {"PROFILE": self.services.settings.profile}

    def get(self) -> None:
        settings = self.services.settings
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Content-Security-Policy", policy(settings, self.sources))
        self.set_header("X-Frame-Options", "SAMEORIGIN" if is_demo(settings) else "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-cache")
        try:
            page = (BUILT / self.file).read_text("utf-8")
        except FileNotFoundError:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            page = NOT_BUILT
        for word, fact in self.facts.items():
            page = page.replace(f"%{word}%", html.escape(fact))
        self.finish(page)


def is_demo(settings: Settings) -> bool:
    """Say whether this is the demo, which shows its pages side by side in one."""
    return settings.profile == "demo"


def policy(settings: Settings, sources: dict[str, str]) -> str:
    """What a page may load and where it may connect to: this server, and https for pictures.

    Args:
        sources: of single directives, beside or in place of those that every page has.
    """
    sockets = settings.public_url.replace("http", "ws", 1)
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob: https:",
        "connect-src": f"'self' {sockets}",
        "frame-ancestors": "'self'" if is_demo(settings) else "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        **sources,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
