"""Orders to a simulator that runs as a process of its own, over HTTP.

``POST /faults`` takes ``{"<path>": {"errcode": 40001, "times": 1}}``, with the fields of Fault, and
replaces all faults; ``GET /calls`` lists what the simulator was asked; ``POST /merchants`` takes
``{"<merchant number>": "<key>"}`` and adds to the merchants that its pay platform knows.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import tornado.web

from services.wechat.simulator.app import make_simulator
from services.wechat.simulator.faults import Fault, Faults
from services.wechat.simulator.pay import add_pay, make_desk


def make_peer(directory: Path) -> tornado.web.Application:
    """Make a simulator that takes orders.

    Args:
        directory: where its pay platform keeps what it has to remember.
    """
    faults = Faults()
    keys: dict[str, str] = {}

    async def key_of(_: str, merchant: str) -> str:
        return keys.get(merchant, "")

    app = make_simulator(faults)
    add_pay(app, make_desk(directory, key_of), faults)
    options = {"faults": faults}
    app.add_handlers(
        ".*",
        [
            ("/faults", FaultsHandler, options),
            ("/calls", CallsHandler, options),
            ("/merchants", MerchantsHandler, {"keys": keys}),
        ],
    )
    return app


class MerchantsHandler(tornado.web.RequestHandler):
    """POST /merchants: who may call the pay platform."""

    def initialize(self, keys: dict[str, str]) -> None:
        """Take the keys (Tornado's way to construct)."""
        self._keys = keys

    def post(self) -> None:
        """Add merchants with their keys, or give them other keys."""
        self._keys.update(json.loads(self.request.body))
        self.set_status(204)


class FaultsHandler(tornado.web.RequestHandler):
    """POST /faults: how to misbehave from now on."""

    def initialize(self, faults: Faults) -> None:
        """Take the faults (Tornado's way to construct)."""
        self._faults = faults

    def post(self) -> None:
        """Replace all faults; HTTP 400 if they cannot be read."""
        try:
            orders = json.loads(self.request.body)
            self._faults.replace({path: Fault(**fields) for path, fields in orders.items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise tornado.web.HTTPError(400) from error
        self.set_status(204)


class CallsHandler(tornado.web.RequestHandler):
    """GET /calls: what the simulator was asked, oldest first."""

    def initialize(self, faults: Faults) -> None:
        """Take the record of calls (Tornado's way to construct)."""
        self._faults = faults

    def get(self) -> None:
        """List the calls with method, path, query and body."""
        self.finish({"calls": [dataclasses.asdict(call) for call in self._faults.calls]})
