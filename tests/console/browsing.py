"""A page in a browser, and what the browser has complained of on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playwright.async_api import Page

LOUD: Final = ("error", "warning")


class Browsing:
    """A page whose test fails when the browser complains.

    Args:
        may_complain: what the browser may say of it, in parts of its texts.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.may_complain: Sequence[str] = ()
        self.complaints: list[str] = []
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def assert_no_complaint(self) -> None:
        """Fail when the browser has complained."""
        left = [
            text
            for text in self.complaints
            if not any(known in text for known in self.may_complain)
        ]
        assert left == []

    def _note(self, kind: str, text: str) -> None:
        if kind in LOUD:
            self.complaints.append(text)
