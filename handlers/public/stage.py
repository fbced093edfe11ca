"""The demo's stage at ``/``, a customer's phone beside a rep's, and the page that is that phone."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from tornado.web import HTTPError

from handlers.endpoint import Raw
from handlers.public.pages import Page, is_demo
from handlers.wire import to_json
from services.demo import cast


class StagePage(Page):
    """Shows the stage; who is no demo goes on to the console."""

    endpoint_name = "public.stage"
    file = "stage.html"
    sources: ClassVar[dict[str, str]] = {"frame-src": "'self'"}

    @property
    def facts(self) -> dict[str, str]:
        return {**super().facts, "CAST": to_json(cast())}

    def get(self) -> None:
        if is_demo(self.services.settings):
            super().get()
        else:
            self.redirect("/console/")


class PhonePage(Page):
    """Shows the mini program in a browser, for the demo's customers alone."""

    endpoint_name = "public.stage"
    file = "phone.html"
    sources: ClassVar[dict[str, str]] = {"font-src": "'self' data:"}

    def get(self) -> None:
        if not is_demo(self.services.settings):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        super().get()


RAW = [
    Raw(r"/", StagePage, {}, "/"),
    Raw(r"/phone(?:/.*)?", PhonePage, {}, "/phone"),
]
