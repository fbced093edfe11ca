"""What operators ask: is the process up, can it work, what has it done?"""

from __future__ import annotations

import ipaddress
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from tornado.web import HTTPError

from handlers.base import BaseHandler
from handlers.endpoint import Raw
from handlers.wire import to_json


class Health(BaseHandler):
    """Says that the process is up."""

    endpoint_name = "public.health"

    def get(self) -> None:
        self.finish(to_json({"status": "ok"}))


class Ready(BaseHandler):
    """Says whether everything that the process depends on answers, and why not."""

    endpoint_name = "public.ready"

    async def get(self) -> None:
        causes = await self.services.readiness.check()
        is_ready = all(cause == "ok" for cause in causes.values())
        if not is_ready:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        self.finish(to_json({"status": "ok" if is_ready else "unavailable", **causes}))


class MetricsPage(BaseHandler):
    """Shows the process's figures to those who may see them (decisions T14)."""

    endpoint_name = "public.metrics"

    def get(self) -> None:
        if not self._is_allowed():
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(self.services.metrics.render())

    def _is_allowed(self) -> bool:
        try:
            address = ipaddress.ip_address(self.request.remote_ip or "")
        except ValueError:
            return False
        allowed = ("127.0.0.0/8", "::1/128", *self.services.settings.metrics_allow)
        return any(address in ipaddress.ip_network(network) for network in allowed)


RAW = [
    Raw(r"/healthz", Health, {}, "/healthz"),
    Raw(r"/readyz", Ready, {}, "/readyz"),
    Raw(r"/metrics", MetricsPage, {}, "/metrics"),
]
